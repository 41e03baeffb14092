"""Subjects laid out as entries of the kernel, on the globe: every volume, every piece of a course.

What the kernel says of such entries is sure; where it cannot be, it leaves the pair open, and
``encounters`` decides. Heights go in as stated, so that those above one thing are compared exactly,
together with the widest band of W84 heights they may mean. Lengths are metres, heights 0.1 mm,
times ms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from parley.sky.courses import levels
from parley.sky.cutting import Integers
from parley.sky.encounters import Role, Subject
from parley.sky.heights import EARTH, Band, Relief, check_layer, layer, on_ground
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
from parley.sky.outlines import Shapes, Stated, shapes
from parley.sky.separation import Minima
from parley.values.lengths import Altitude, Reference, VerticalLimit, metres
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

# Heights above ground may be those of two places: they prove nothing apart.
_DATUM = {"W84": 1, "AMSL": 2, "STD": 3, "AGL": SOFT}
_LAST_BIT = 63


class Parties:
    """Numbers for the names of parties, given as they come."""

    def __init__(self) -> None:
        """Know none."""
        self._numbers: dict[str, int] = {}

    def copy(self) -> "Parties":
        """Give the numbers as they are; what either learns from now on, the other does not."""
        made = Parties()
        made._numbers.update(self._numbers)
        return made

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
    stated = [[part.stated for part in subject.parts] for subject in subjects]
    flat = [part for subject in subjects for part in subject.parts]
    made = shapes([part.stated for part in flat], flat.__getitem__)
    return laid(subjects, stated, made, parties, owners=owners, relief=relief)


def laid(
    holders: Sequence[Holder],
    parts: Sequence[Sequence[Stated]],
    where: Shapes,
    parties: Parties,
    *,
    owners: Sequence[int] | None = None,
    relief: Relief = EARTH,
) -> Laid:
    """Lay out what each of the holders states, given where all of it is."""
    numbers = np.array(range(len(holders)) if owners is None else owners, dtype=np.int64)
    counts = np.array([len(each) for each in parts], dtype=np.int64)
    many, total = where.many, int(counts.sum())
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
    row = np.repeat(where.first - (np.cumsum(where.counts) - where.counts), where.counts)
    made = entries(
        GLOBE,
        where.knots[row + np.arange(len(row))],
        where.counts,
        **_columns([each for listed in parts for each in listed], where, relief),
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


def _columns(parts: Sequence[Stated], where: Shapes, relief: Relief) -> dict[str, Any]:
    """Give the columns that parts have, and what follows the points of their entries."""
    known: dict[tuple[Reference | None, int, int], Band] = {}
    stated = [
        _of_course(p, relief, known) if isinstance(p, Trajectory) else _of_volume(p, relief)
        for p in parts
    ]
    table = np.array(stated, dtype=np.float64).reshape(-1, len(_Stated._fields))
    columns = {name: np.repeat(table[:, k], where.many) for k, name in enumerate(_Stated._fields)}
    legs = columns["kind"] == LEG
    columns["w0"][legs] += where.height.min(axis=1, initial=np.inf)
    columns["w1"][legs] += where.height.max(axis=1, initial=-np.inf)
    for k in range(2):
        columns[f"t{k}"][legs] += where.time[:, k]
        columns[f"z{k}"][legs] += where.height[:, k]
    late, thick = columns.pop("late"), columns.pop("thick")
    return columns | {
        "slack": where.slack,
        "ring_counts": np.repeat(where.ring_counts, where.many),
        "ring_ends": where.ring_ends,
        "frames": where.frames,
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
    check_layer(stated, "")
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
