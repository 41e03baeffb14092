"""When, where and how close two subjects come, as a named result of integers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.sky.closest import Closest, rounded
from parley.sky.courses import Course, prepare_course
from parley.sky.entering import entering
from parley.sky.heights import EARTH, GEOID, Relief, Vertical, mixed, vertical
from parley.sky.passing import passing
from parley.sky.separation import Limits, Minima, larger, lateral, meeting
from parley.sky.volumes import Prepared, prepare
from parley.values.instants import Instant
from parley.values.lengths import E4M_PER_METRE
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

Role = Literal["activity", "zone"]
Verdict = Literal["CONFLICT", "POSSIBLE"]
Dimension = Literal["lateral", "vertical", "time"]
Part = Prepared | Course

_DIMENSIONS: tuple[Dimension, ...] = ("lateral", "vertical", "time")


@dataclass(frozen=True, slots=True)
class Subject:
    """An activity or a zone as a whole: all volumes and courses of one side that count as one.

    ``name`` identifies it (64 hex digits) and orders results. ``minima`` of an activity are those
    in force at its start; of a zone, its margin. ``affects`` (zones): None is all but its own.
    """

    name: str
    party: str
    role: Role
    parts: tuple[Part, ...]
    minima: Minima
    affects: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Which part of a subject, and which leg of it if it is a course; both count from 0.

    Parts are the volumes, then the trajectories, as given; leg 0 leads from point 0 to point 1.
    """

    part: int
    leg: int | None

    def told(self, parts: int) -> dict[str, int]:
        """Give the leg of a course to tell, and the part if the subject has several."""
        if self.leg is None:
            return {}
        return {"part": self.part, "leg": self.leg} if parts > 1 else {"leg": self.leg}


@dataclass(frozen=True, slots=True)
class Encounter:
    """The worst that two subjects do to each other; ``a`` and ``b`` are their names, sorted.

    It tells where they come closest: laterally first, then in height, then in time, always within
    the minima. ``lateral_m`` and ``vertical_m`` (None: not known) are gaps rounded to 1 m,
    ``time_gap_s`` to 1 s; ``position`` is rounded to 1e-5 degree. Between two volumes, ``begin``
    and ``until`` bound the time both share, or the gap between their windows if they share none
    (``until`` None: no end stated). Where something flies a trajectory, they bound the time around
    the closest approach in which it is within all minima; for two trajectories, the time in which
    both are when they keep the gap in time that they have there: the first of the two times at the
    beginning, the last at the end. Both to 1 s. ``which`` tells which parts of ``a`` and ``b``.
    Where all three are ``open``, there was too much to compare exactly: they may be that close.
    """

    a: str
    b: str
    verdict: Verdict
    lateral_m: int
    vertical_m: int | None
    time_gap_s: int
    position: Position
    begin: Instant
    until: Instant | None
    broken: tuple[Dimension, ...]
    open: tuple[Dimension, ...]
    which: tuple[Which, Which]


def subject_of(
    name: str,
    party: str,
    role: Role,
    volumes: Sequence[Volume4D],
    minima: Minima,
    affects: Sequence[str] | None = None,
    *,
    trajectories: Sequence[Trajectory] = (),
) -> Subject:
    """Prepare volumes, then trajectories, as parts of a subject; see ``Subject`` for the rest.

    Raises ``BadShape`` for geometry that cannot be compared, with its place:
    ``volumes[0].shape...`` or ``trajectories[0].points...``.
    """
    areas = [prepare(v, where=f"volumes[{i}]") for i, v in enumerate(volumes)]
    ways = [prepare_course(t, where=f"trajectories[{i}]") for i, t in enumerate(trajectories)]
    bound = None if affects is None else tuple(affects)
    return Subject(name, party, role, (*areas, *ways), minima, bound)


def held_to(a: Subject, b: Subject, *, within_party: bool = False) -> Limits | None:
    """Give the minima two subjects are held to, or None where they are not compared."""
    if a.role == "zone" and b.role == "zone":
        return None
    if a.role == b.role:
        return larger(a.minima, b.minima) if within_party or a.party != b.party else None
    zone, activity = (a, b) if a.role == "zone" else (b, a)
    bound = activity.party != zone.party if zone.affects is None else activity.party in zone.affects
    return larger(zone.minima, zone.minima) if bound else None


def compare(
    a: Subject, b: Subject, *, within_party: bool = False, relief: Relief = EARTH
) -> Encounter | None:
    """Give the encounter of two subjects, or None where they are clear or not compared.

    Two activities are held to the larger of their minima, an activity and a zone to the zone's
    margin if the zone affects the activity's party. Two zones, and two activities of one party
    (unless ``within_party``), are never compared. The order of ``a`` and ``b`` makes no difference.
    ``relief`` bounds the ground. Raises ``GeoidDamaged`` where heights above the ellipsoid and
    others meet, and the grid is not as it was made. How it decides: docs/decisions, 9.
    """
    pairs = ((i, j) for i in range(len(a.parts)) for j in range(len(b.parts)))
    return compare_some(a, b, pairs, within_party=within_party, relief=relief)


def compare_some(
    a: Subject,
    b: Subject,
    pairs: Iterator[tuple[int, int]],
    *,
    within_party: bool = False,
    relief: Relief = EARTH,
) -> Encounter | None:
    """Compare two subjects by those pairs of their volumes that an index has not ruled out."""
    limits = held_to(a, b, within_party=within_party)
    if limits is None:
        return None
    swapped = (b.name, b.party) < (a.name, a.party)
    first, second = (b, a) if swapped else (a, b)
    worst: Closest | None = None
    which = (0, 0)
    for pair in pairs:
        # In the order of the names, so that the last digit does not depend on who asks.
        i, j = pair[::-1] if swapped else pair
        found = closest_parts(first.parts[i], second.parts[j], limits, relief)
        if found is None:
            continue
        # Of equals the first in order, whatever the order of the pairs.
        if worst is None or (*found.rank(), i, j) < (*worst.rank(), *which):
            worst, which = found, (i, j)
    return None if worst is None else _encounter(first.name, second.name, worst, which)


def closest_parts(a: Part, b: Part, limits: Limits, relief: Relief) -> Closest | None:
    """Give the closest that two parts come within the minima, or None where they do not."""
    if isinstance(a, Course):
        if isinstance(b, Course):
            return passing(a, b, limits, relief)
        return entering(a, b, limits, relief)
    if isinstance(b, Course):
        found = entering(b, a, limits, relief)
        return None if found is None else found.turned()
    return _compare_volumes(a, b, limits, relief)


def _compare_volumes(a: Prepared, b: Prepared, limits: Limits, relief: Relief) -> Closest | None:
    when = meeting(a.stated, b.stated)
    if when.gap_ms > limits.time_ms:
        return None
    # The grid of the geoid is read only where one side is stated above the ellipsoid.
    over = (a.undulation(), b.undulation()) if mixed(a.stated, b.stated) else (GEOID, GEOID)
    height = vertical(a.stated, b.stated, relief, undulations=over)
    if height.at_least_e4m > limits.vertical_e4m:
        return None
    place = lateral(a.footprint, b.footprint, limits.lateral_e4m)
    if place is None:
        return None
    return Closest(
        certain=place.sure and height.at_most_e4m <= limits.vertical_e4m,
        place=place,
        height=height,
        when=when,
        depth_mm=0,
        moments=(when.begin, when.begin),
    )


def _encounter(a: str, b: str, found: Closest, parts: tuple[int, int]) -> Encounter:
    until = found.when.until
    left = () if found.certain else (("vertical",) if found.place.sure else _DIMENSIONS)
    return Encounter(
        a=a,
        b=b,
        verdict="CONFLICT" if found.certain else "POSSIBLE",
        lateral_m=rounded(found.place.gap_e4m, E4M_PER_METRE),
        vertical_m=_known_m(found.height),
        time_gap_s=rounded(found.when.gap_ms, 1000),
        position=found.place.position,
        begin=Instant(rounded(found.when.begin, 1000) * 1000),
        until=None if until is None else Instant(rounded(until, 1000) * 1000),
        broken=tuple(one for one in _DIMENSIONS if one not in left),
        open=left,
        which=(Which(parts[0], found.legs[0]), Which(parts[1], found.legs[1])),
    )


def _known_m(height: Vertical) -> int | None:
    low = rounded(height.at_least_e4m, E4M_PER_METRE)
    return low if low == rounded(height.at_most_e4m, E4M_PER_METRE) else None
