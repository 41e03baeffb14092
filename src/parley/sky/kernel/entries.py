"""Entries of the kernel as columns: volumes and legs of trajectories, in one of two frames.

Planar: x and y in one plane, exact; to compare with other engines. Globe: earth-centred metres of
places on the WGS84 ellipsoid, in short pieces, with what their straight chords leave out
stated as ``slack``. Heights and times are in any unit that is the same throughout; whole numbers
(0.1 mm, ms) are compared exactly. What each column means is told by ``Columns``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from parley.errors import BadShape

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Records = npt.NDArray[np.void]

PLANAR: Final = 2
GLOBE: Final = 3
NEAR_M: Final = {PLANAR: 0.0, GLOBE: 1.0}  # a gap less than this above the minimum is within it

LINE, AREA, LEG = 0, 1, 2
CLEAR, HIT, OPEN_HEIGHT, OPEN_PLACE, OPEN_RULE = 0, 1, 2, 4, 8
UNKNOWN, SOFT, UNLIMITED = 0, 128, 255
ZONE, ALONE, AFFECTS_ALL = 1, 2, 4
WITHIN_PARTY, EVERY_PART = 1, 2

SIDEWAYS_M = 0.08  # how far a true place may be beside the normal through its chord's
GROUP = 16  # pieces under one box
UNBOUNDED = 1e15
_LEG_TAIL, _FRAME_TAIL = 2, 15
_LEAST_RING = 4
_MOST_OWNERS = 2**32
_MOST_PARTIES = 2**31

# The twin of `record` in sky.h.
RECORD = np.dtype(
    {
        "names": [
            *("t0", "t1", "z0", "z1", "w0", "w1", "fuzz", "radius", "slack"),
            *("lateral", "vertical", "time", "points", "entry", "owner", "count", "party"),
            *("rings", "kind", "flags", "low", "high"),
        ],
        "formats": ["<f8"] * 12 + ["<u8"] + ["<u4"] * 3 + ["<i4", "<u4"] + ["u1"] * 4,
    }
)
# The twin of `found` in sky.h.
FOUND = np.dtype([("query", "<u4"), ("entry", "<u4"), ("owner", "<u4"), ("verdict", "<u4")])

Column = npt.ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Entries ready for the kernel: ``records``, whose points lie in ``block``.

    ``offset`` is where the points of each begin, ``address`` where the records lie in memory. Made
    by ``entries`` and ``chosen`` alone; never changed.
    """

    space: int
    records: Records
    block: Floats
    offset: Integers
    address: int = field(init=False)

    def __post_init__(self) -> None:
        """Look up the address once: it takes as long as a question."""
        object.__setattr__(self, "address", self.records.ctypes.data)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.records)

    def points(self, row: int) -> Floats:
        """Give the points of an entry, shape (count, space); its rings one after the other."""
        start, count = int(self.offset[row]), int(self.records["count"][row])
        return self.block[start : start + self.space * count].reshape(self.space, count).T

    def tail(self, row: int) -> Floats:
        """Give what follows the points: tolerances, frame, ends of rings, parties."""
        record = self.records[row]
        start = int(self.offset[row]) + self.space * int(record["count"])
        return self.block[start : start + int(_tails(self.records[row : row + 1], self.space)[0])]


class Stated(TypedDict):
    """Columns that every entry states: one number for all, or of shape (n,).

    ``t0`` to ``t1`` and ``z0`` to ``z1`` are the window and the limits; of a LEG what it has at
    either end. ``lateral``, ``vertical``, ``time``: minima of an activity, margins of a zone.
    ``owner``: what the entry is part of, never compared with itself (0 to 2**32 - 1).
    """

    t0: Column
    t1: Column
    z0: Column
    z1: Column
    lateral: Column
    vertical: Column
    time: Column
    owner: Column


class Columns(Stated, total=False):
    """Further columns, each with what holds where it is not given.

    ``kind`` (LINE): LINE (a point or a polyline), AREA, or LEG (two points). ``party`` (0): whose
    the owner is. ``subject`` (the row): queries of one number are one question. ``radius`` (0):
    everything within it of the core belongs to the entry. ``slack`` (0): how far the true line may
    be from its chord, above it but for SIDEWAYS_M. ``fuzz`` (0): how far a limit may be wrong.
    ``low`` and ``high`` (1): the datum of either limit; UNKNOWN compares with none, UNLIMITED with
    all others, a number with itself; from SOFT on, that proves only that two are within. ``w0`` and
    ``w1`` (as ``z``): the widest band everything may lie in, in one datum for all. ``flags``
    (ALONE): ALONE (its owner has no other entry), ZONE, AFFECTS_ALL (a zone for all but its own
    party). ``affects`` (0): parties bound by a zone as bits, bit 63 for all from 63 on.
    ``ring_counts`` (1): rings of an area; where there are more, ``ring_ends`` states for each ring
    of these entries the number of its last point plus one, counted within the entry.
    ``tolerances`` (0): shape (legs, 2), of LEGs alone, in time and height. ``frames``: shape
    (areas, 15), of areas on the globe alone: middle, right and up of the gnomonic frame, then low
    and high of the box around it.
    """

    kind: Column
    party: Column
    subject: Column
    radius: Column
    slack: Column
    fuzz: Column
    low: Column
    high: Column
    w0: Column
    w1: Column
    flags: Column
    affects: Column
    ring_counts: Column
    ring_ends: Column
    tolerances: Column
    frames: Floats


_STATED = ("t0", "t1", "z0", "z1", "lateral", "vertical", "time", "owner")
_FURTHER: dict[str, Column] = {
    **dict.fromkeys(("radius", "slack", "fuzz"), 0.0),
    "party": 0, "kind": LINE, "low": 1, "high": 1, "flags": ALONE,
}  # fmt: skip


def entries(space: int, points: Floats, counts: Column, **columns: Unpack[Columns]) -> Entries:
    """Lay out n entries in one frame (``PLANAR`` or ``GLOBE``).

    ``points``: shape (N, space), those of all entries one after the other, rings closed;
    ``counts``: shape (n,), how many are whose. Raises ``BadShape`` for columns that do not fit
    together, and for numbers that are none.
    """
    number = np.atleast_1d(np.asarray(counts, dtype=np.int64))
    records = np.zeros(len(number), dtype=RECORD)
    stated: dict[str, Any] = dict(columns)
    _check_numbers(stated["owner"], 0, _MOST_OWNERS - 1, "owner")
    _check_numbers(stated.get("party", 0), -_MOST_PARTIES, _MOST_PARTIES - 1, "party")
    for name in _STATED:
        records[name] = stated[name]
    for name, least in _FURTHER.items():
        records[name] = stated.get(name, least)
    records["count"], records["rings"] = number, stated.get("ring_counts", 1)
    records["entry"] = stated.get("subject", np.arange(len(number)))
    legs = records["kind"] == LEG
    tolerances = np.zeros((len(number), _LEG_TAIL))
    tolerances[legs] = stated.get("tolerances", 0.0)
    if legs.any() and not (tolerances >= 0).all():
        raise BadShape("less than nothing", where="tolerances")
    aside = records["fuzz"] + tolerances[:, 1]
    records["w0"] = stated.get("w0", np.minimum(records["z0"], records["z1"]) - aside)
    records["w1"] = stated.get("w1", np.maximum(records["z0"], records["z1"]) + aside)
    _check(records, points, space)
    if not np.isfinite(stated.get("frames", 0.0)).all():
        raise BadShape("not a number", where="frames")
    tails = _tails(records, space)
    sizes = number * space + tails + _group_boxes(records["count"]) * 2 * space
    offset = np.cumsum(sizes) - sizes
    made = Entries(space, records, np.zeros(int(sizes.sum())), offset)
    _put_points(made, points)
    _put_tails(made, tolerances[legs], stated)
    records["points"] = made.block.ctypes.data + 8 * offset
    return made


def _check_numbers(given: Column, least: int, most: int, where: str) -> None:
    """Refuse what would be another number in fewer bits."""
    numbers = np.asarray(given)
    if numbers.size and not least <= numbers.min() <= numbers.max() <= most:
        raise BadShape(f"they are numbered from {least} to {most}", where=where)


def _check(records: Records, points: Floats, space: int) -> None:
    count, kind = records["count"], records["kind"]
    if points.shape != (int(count.sum()), space) or bool((count < 1).any()):
        raise BadShape("as many points as counted are needed, one or more each", where="points")
    # As far as their squares' squares can be told apart; this refuses what is no number, too.
    if not (np.abs(points) <= UNBOUNDED).all():
        raise BadShape("a coordinate is no number", where="points")
    for name in ("t0", "t1", "z0", "z1", "w0", "w1", "fuzz", "radius", "slack"):
        if np.isnan(records[name]).any():
            raise BadShape("not a number", where=name)
    for name in ("fuzz", "radius", "slack", "lateral", "vertical", "time"):
        if not (records[name] >= 0).all():
            raise BadShape("less than nothing", where=name)
    leg, area = kind == LEG, kind == AREA
    for name in ("t0", "t1", "z0", "z1"):
        if leg.any() and not np.isfinite(records[name][leg]).all():
            raise BadShape("a leg begins and ends somewhere", where=name)
    if (
        (count[leg] != 2).any()
        or (count[area] < _LEAST_RING).any()
        or (records["rings"][~area] != 1).any()
    ):
        raise BadShape("a leg has two points, a ring four or more", where="counts")
    if (records["t0"] > records["t1"]).any():
        raise BadShape("it ends before it begins", where="t1")


def _tails(records: Records, space: int) -> Integers:
    """Count the numbers between the points and the boxes of each entry."""
    tail = np.where(records["kind"] == LEG, _LEG_TAIL, 0)
    if space == GLOBE:
        tail = tail + np.where(records["kind"] == AREA, _FRAME_TAIL, 0)
    tail = tail + np.where(records["rings"] > 1, records["rings"], 0)
    result: Integers = tail + ((records["flags"] & ZONE) > 0)
    return result


def _group_boxes(count: npt.NDArray[np.uint32]) -> Integers:
    """Count the boxes around groups of pieces, of all levels."""
    pieces = np.maximum(count.astype(np.int64) - 1, 1)
    boxes = np.zeros_like(pieces)
    more = pieces > GROUP
    while more.any():
        pieces = np.where(more, -(-pieces // GROUP), pieces)
        boxes += np.where(more, pieces, 0)
        more &= pieces > 1
    return boxes


def _put_points(made: Entries, points: Floats) -> None:
    count = made.records["count"].astype(np.int64)
    row = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + made.offset[row]
    for axis in range(made.space):
        made.block[place + axis * count[row]] = points[:, axis]


def _put_tails(made: Entries, tolerances: Floats, stated: dict[str, Any]) -> None:
    records, n = made.records, len(made)
    at = made.offset + made.space * records["count"].astype(np.int64)
    legs = records["kind"] == LEG
    if legs.any():
        for k in range(_LEG_TAIL):
            made.block[at[legs] + k] = tolerances[:, k]
        at = at + np.where(legs, _LEG_TAIL, 0)
    areas = records["kind"] == AREA
    if made.space == GLOBE and areas.any():
        frames = stated.get("frames")
        if frames is None or frames.shape != (int(areas.sum()), _FRAME_TAIL):
            raise BadShape("an area on the globe needs its frame and box", where="frames")
        for k in range(_FRAME_TAIL):
            made.block[at[areas] + k] = frames[:, k]
        at = at + np.where(areas, _FRAME_TAIL, 0)
    many = np.nonzero(records["rings"] > 1)[0]
    rings = records["rings"][many].astype(np.int64)
    ends = np.asarray(stated.get("ring_ends", ()), dtype=np.float64)
    if len(ends) != rings.sum():
        raise BadShape("as many ends as rings are needed", where="ring_ends")
    row = np.repeat(many, rings)
    place = np.arange(len(row)) - np.repeat(np.cumsum(rings) - rings, rings)
    if bool((ends[place == np.repeat(rings, rings) - 1] != records["count"][many]).any()):
        raise BadShape("the last ring ends with the points", where="ring_ends")
    before = np.where(place > 0, np.roll(ends, 1), 0.0)
    if bool((ends - before < _LEAST_RING).any()):
        raise BadShape("a ring has four points or more", where="ring_ends")
    made.block[at[row] + place] = ends
    zones = (records["flags"] & ZONE) > 0
    if zones.any():
        at = at + np.where(records["rings"] > 1, records["rings"], 0)
        bits = np.broadcast_to(np.asarray(stated.get("affects", 0), dtype=np.uint64), n)
        made.block[at[zones]] = bits[zones].view(np.float64)


def chosen(made: Entries, rows: npt.NDArray[np.intp]) -> Entries:
    """Give some of the entries, in the given order; they share their points with the others."""
    return Entries(made.space, made.records[rows], made.block, made.offset[rows])


def boxes(made: Entries) -> Floats:
    """Give the boxes around entries, shape (n, 2, space + 2): low and high of each axis.

    Lengths as they are, radius and slack included, then height, then time; minima are not.
    """
    records, space = made.records, made.space
    box = np.empty((len(made), 2, space + 2))
    count = records["count"].astype(np.int64)
    for axis in range(space):
        first = made.offset + axis * count
        edges = np.column_stack((first, first + count)).ravel()
        values = np.append(made.block, 0.0)
        for side, least in ((0, np.minimum), (1, np.maximum)):
            found = least.reduceat(values, edges)[::2] if len(made) else values[:0]
            box[:, side, axis] = found
    if space == GLOBE:
        for row in np.nonzero(records["kind"] == AREA)[0]:
            box[row, :, :space] = made.tail(int(row))[9:15].reshape(2, 3)
    aside = records["radius"] + records["slack"]
    late = np.zeros(len(made))
    legs = records["kind"] == LEG
    late[legs] = made.block[made.offset[legs] + space * 2]
    box[:, 0, :space] -= aside[:, None]
    box[:, 1, :space] += aside[:, None]
    box[:, 0, space], box[:, 1, space] = records["w0"], records["w1"]
    box[:, 0, space + 1], box[:, 1, space + 1] = records["t0"] - late, records["t1"] + late
    return box


def rings_of(made: Entries, row: int) -> Iterator[Floats]:
    """Yield the lines of an entry: one, or each ring of an area."""
    points, count = made.points(row), int(made.records["rings"][row])
    if count == 1:
        yield points
        return
    skip = _FRAME_TAIL if made.space == GLOBE else 0
    start = 0
    for end in made.tail(row)[skip : skip + count].astype(np.int64).tolist():
        yield points[start:end]
        start = end
