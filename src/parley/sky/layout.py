"""Subjects laid out as entries of the kernel, on the globe: every volume, every piece of a course.

What the kernel says of such entries is sure; where it cannot be, it leaves the pair open, and
``encounters`` decides. Heights go in as stated, so that those above one thing are compared exactly,
together with the widest band of W84 heights they may mean. Lengths are metres, heights 0.1 mm,
times ms.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from parley.sky.courses import Course, levels
from parley.sky.encounters import Part, Role, Subject
from parley.sky.geodesy import Floats
from parley.sky.heights import EARTH, Band, Relief, layer, on_ground
from parley.sky.kernel.entries import (
    AFFECTS_ALL,
    ALONE,
    AREA,
    GLOBE,
    LEG,
    LINE,
    SOFT,
    UNBOUNDED,
    UNKNOWN,
    UNLIMITED,
    ZONE,
    Entries,
    entries,
)
from parley.sky.separation import Minima
from parley.sky.volumes import Prepared
from parley.values.lengths import Altitude, Reference, VerticalLimit, metres
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

Integers = npt.NDArray[np.int64]

# Heights above ground may be those of two places: they prove nothing apart.
_DATUM = {"W84": 1, "AMSL": 2, "STD": 3, "AGL": SOFT}
_LAST_BIT = 63
# What a place moves along its piece while it does not along the chord, at most 4 mm, and more.
_UNEVEN_M = 0.02


class Parties:
    """Numbers for the names of parties, given as they come."""

    def __init__(self) -> None:
        """Know none."""
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """Give the number of a party."""
        return self._numbers.setdefault(name, len(self._numbers))

    def bits(self, names: Iterable[str]) -> int:
        """Give parties as bits: one each for the first 63, one for all others."""
        bits = 0
        for name in names:
            bits |= 1 << min(self.number(name), _LAST_BIT)
        return bits


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Entries, and for each which of the subjects it is of, and which part of that."""

    entries: Entries
    subject: Integers
    part: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Where the parts of subjects are: ``knots``, those of all parts one after the other.

    ``many``: how many entries are made of each part. ``first`` and ``counts``: where the points of
    each entry start among the knots, and how many they are; ``slack`` as the kernel has it.
    ``time`` and ``height``, shape (legs, 2): what the pieces of courses have at either end.
    ``ring_counts`` of each part; ``ring_ends`` and ``frames`` as ``entries`` takes them.
    """

    knots: Floats
    many: Integers
    first: Integers
    counts: Integers
    slack: Floats
    time: Floats
    height: Floats
    ring_counts: Integers
    ring_ends: Sequence[int]
    frames: Floats


class _Stated(NamedTuple):
    """What all entries of one part have in common; of a course, what is added to its pieces'."""

    t0: float
    t1: float
    z0: float
    z1: float
    w0: float
    w1: float
    fuzz: float
    radius: float
    kind: int
    low: int
    high: int
    late: float = 0.0
    thick: float = 0.0


class Holder(Protocol):
    """Who has parts: what is said of all of them. ``Subject`` fits, and ``Plan``."""

    @property
    def party(self) -> str:
        """Whose it is."""

    @property
    def role(self) -> Role:
        """Activity or zone."""

    @property
    def minima(self) -> Minima:
        """Minima or margin."""

    @property
    def affects(self) -> tuple[str, ...] | None:
        """The parties that a zone binds; None: all but its own."""


def lay_out(
    subjects: Sequence[Subject],
    parties: Parties,
    *,
    owners: Sequence[int] | None = None,
    relief: Relief = EARTH,
) -> Laid:
    """Lay out subjects; ``owners`` are their numbers (their places in the list if not given)."""
    parts = [subject.parts for subject in subjects]
    stated = [[part.stated for part in each] for each in parts]
    shapes = _shapes([part for each in parts for part in each])
    return laid(subjects, stated, shapes, parties, owners=owners, relief=relief)


def laid(
    holders: Sequence[Holder],
    parts: Sequence[Sequence[Volume4D | Trajectory]],
    shapes: Shapes,
    parties: Parties,
    *,
    owners: Sequence[int] | None = None,
    relief: Relief = EARTH,
) -> Laid:
    """Lay out what each of the holders states, given where all of it is."""
    numbers = np.array(range(len(holders)) if owners is None else owners, dtype=np.int64)
    counts = np.array([len(each) for each in parts], dtype=np.int64)
    many, total = shapes.many, int(counts.sum())
    subject = np.repeat(np.repeat(np.arange(len(holders)), counts), many)
    part = np.repeat(np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts), many)
    owned = np.bincount(subject, minlength=len(holders))
    common = np.array(
        [_common(holder, parties) for holder in holders],
        dtype=[("", np.float64)] * 4 + [("", np.uint64)] * 2,
    )
    lateral, vertical, time, party, flags, affects = (
        common[name][subject] for name in common.dtype.names or ()
    )
    row = np.repeat(shapes.first - (np.cumsum(shapes.counts) - shapes.counts), shapes.counts)
    made = entries(
        GLOBE,
        shapes.knots[row + np.arange(len(row))],
        shapes.counts,
        **_columns([each for listed in parts for each in listed], shapes, relief),
        lateral=lateral,
        vertical=vertical,
        time=time,
        party=party,
        flags=np.where(owned[subject] == 1, flags | np.uint64(ALONE), flags),
        affects=affects,
        owner=numbers[subject],
        subject=subject,
    )
    return Laid(made, subject, part)


def _columns(
    parts: Sequence[Volume4D | Trajectory], shapes: Shapes, relief: Relief
) -> dict[str, Any]:
    """Give the columns that parts have, and what follows the points of their entries."""
    known: dict[tuple[Reference | None, int, int], Band] = {}
    stated = [
        _of_course(p, relief, known) if isinstance(p, Trajectory) else _of_volume(p, relief)
        for p in parts
    ]
    table = np.array(stated, dtype=np.float64).reshape(-1, len(_Stated._fields))
    columns = {name: np.repeat(table[:, k], shapes.many) for k, name in enumerate(_Stated._fields)}
    legs = columns["kind"] == LEG
    columns["w0"][legs] += shapes.height.min(axis=1, initial=np.inf)
    columns["w1"][legs] += shapes.height.max(axis=1, initial=-np.inf)
    for k in range(2):
        columns[f"t{k}"][legs] += shapes.time[:, k]
        columns[f"z{k}"][legs] += shapes.height[:, k]
    late, thick = columns.pop("late"), columns.pop("thick")
    return columns | {
        "slack": shapes.slack,
        "ring_counts": np.repeat(shapes.ring_counts, shapes.many),
        "ring_ends": shapes.ring_ends,
        "frames": shapes.frames,
        "tolerances": np.column_stack((late, thick))[legs],
    }


def _common(holder: Holder, parties: Parties) -> tuple[float, float, float, int, int, int]:
    """Give minima, party, flags and the parties that are affected."""
    flags = bits = 0
    if holder.role == "zone":
        flags = ZONE | (AFFECTS_ALL if holder.affects is None else 0)
        bits = parties.bits(holder.affects or ())
    least = holder.minima
    minima = metres(least.lateral_e4m), least.vertical_e4m, least.time_ms
    return (*minima, parties.number(holder.party), flags, bits)


def _of_volume(stated: Volume4D, relief: Relief) -> _Stated:
    band = layer(stated, relief)
    low, z0 = _limit(stated.lower, floor=True)
    high, z1 = _limit(stated.upper, floor=False)
    if UNKNOWN in (low, high):
        low = high = UNKNOWN  # one limit that nobody stated leaves the whole gap open
    altitudes = [x for x in (stated.lower, stated.upper) if isinstance(x, Altitude)]
    return _Stated(
        t0=stated.time_start,
        t1=np.inf if stated.time_end is None else stated.time_end,
        z0=z0,
        z1=z1,
        w0=band.low,
        w1=band.high,
        fuzz=max((x.uncertainty_e4m for x in altitudes), default=0),
        radius=radius_of(stated.shape),
        kind=AREA if isinstance(stated.shape, Polygon) else LINE,
        low=low,
        high=high,
    )


def radius_of(shape: Shape) -> float:
    """Give within how many metres of its core everything of a shape is."""
    if isinstance(shape, Circle):
        return metres(shape.radius_e4m)
    return metres(shape.half_width_e4m) if isinstance(shape, Corridor) else 0.0


def _limit(limit: VerticalLimit, *, floor: bool) -> tuple[int, float]:
    """Give the datum of a limit and the stated height."""
    if limit is None:
        return UNKNOWN, 0.0
    if not isinstance(limit, Altitude) or (floor and on_ground(limit)):
        return UNLIMITED, -UNBOUNDED if floor else UNBOUNDED
    return _DATUM[limit.reference], float(limit.e4m)


def _of_course(
    stated: Trajectory, relief: Relief, known: dict[tuple[Reference | None, int, int], Band]
) -> _Stated:
    # Of all heights, the highest strays the farthest from what is stated, both ways.
    highest = max(stated.heights_e4m or (0,))
    key = stated.reference, highest, stated.vertical_tolerance_e4m
    band = known.get(key)
    if band is None:
        band = known[key] = levels(stated, highest, highest, relief)
    datum = UNKNOWN if stated.reference is None else _DATUM[stated.reference]
    return _Stated(
        t0=stated.times[0],
        t1=stated.times[0],
        z0=0.0,
        z1=0.0,
        w0=band.low - highest,
        w1=band.high - highest,
        fuzz=0.0,
        radius=metres(stated.lateral_tolerance_e4m),
        kind=LEG,
        low=datum,
        high=datum,
        late=stated.time_tolerance_ms,
        thick=stated.vertical_tolerance_e4m,
    )


# ---- where prepared parts are -------------------------------------------------------------------


def _shapes(parts: Sequence[Part]) -> Shapes:
    sizes = np.array([len(p.footprint.knots) for p in parts], dtype=np.int64)
    many = np.array([len(p) if isinstance(p, Course) else 1 for p in parts], dtype=np.int64)
    flown = np.array([isinstance(p, Course) for p in parts], dtype=np.bool_)
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    courses = [p for p in parts if isinstance(p, Course)]
    areas = [p for p in parts if isinstance(p, Prepared) and p.footprint.region is not None]
    ends = [list(_ring_ends(p.footprint.knots)) for p in areas]
    rings = np.ones(len(parts), dtype=np.int64)
    rings[[isinstance(p, Prepared) and p.footprint.region is not None for p in parts]] = [
        len(each) for each in ends
    ]
    slack = [
        p.footprint.pieces.bulge + _UNEVEN_M
        if isinstance(p, Course)
        else p.footprint.pieces.bulge.max(keepdims=True)
        for p in parts
    ]
    none = np.empty((0, 2))
    return Shapes(
        knots=np.concatenate([np.empty((0, 3)), *(p.footprint.knots for p in parts)]),
        many=many,
        first=np.repeat(np.cumsum(sizes) - sizes, many) + within,
        counts=np.repeat(np.where(flown, 2, sizes), many),
        slack=np.concatenate([np.empty(0), *slack]),
        time=np.concatenate([none, *(c.time for c in courses)]),
        height=np.concatenate([none, *(c.height for c in courses)]),
        ring_counts=rings,
        ring_ends=[end for each in ends if len(each) > 1 for end in each],
        frames=np.array([frame_of(p) for p in areas]).reshape(-1, 15),
    )


def _ring_ends(knots: Floats) -> Iterator[int]:
    """Yield where each ring ends: at the knot at which it started."""
    start = 0
    while start < len(knots):
        back = np.nonzero((knots[start + 1 :] == knots[start]).all(axis=1))[0]
        start += int(back[0]) + 2
        yield start


def frame_of(part: Prepared) -> Floats:
    """Give the gnomonic frame of an area and the box around it, as ``entries`` takes them."""
    region = part.footprint.region
    assert region is not None  # noqa: S101 - for the type checker: only areas are asked
    frame = region.frame
    return np.concatenate((frame.middle, frame.right, frame.up, part.box_low, part.box_high))
