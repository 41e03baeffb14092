"""When, where and how close two subjects come, as a named result of integers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.sky.heights import EARTH, Relief, Vertical, vertical
from parley.sky.separation import Lateral, Limits, Meeting, Minima, larger, lateral, meeting
from parley.sky.volumes import Prepared, prepare
from parley.values.instants import Instant
from parley.values.lengths import E4M_PER_METRE
from parley.values.places import Position
from parley.values.volumes import Volume4D

Role = Literal["activity", "zone"]
Verdict = Literal["CONFLICT", "POSSIBLE"]
Dimension = Literal["lateral", "vertical", "time"]


@dataclass(frozen=True, slots=True)
class Subject:
    """An activity or a zone as a whole: all volumes of one side that count as one.

    ``name`` identifies it (64 hex digits) and orders results. ``minima`` of an activity are those
    in force at its start; of a zone, its margin. ``affects`` (zones): None is all but its own.
    """

    name: str
    party: str
    role: Role
    volumes: tuple[Prepared, ...]
    minima: Minima
    affects: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Encounter:
    """The worst that two subjects do to each other; ``a`` and ``b`` are their names, sorted.

    ``lateral_m`` and ``vertical_m`` (None: not known) are gaps rounded to 1 m, ``time_gap_s`` to
    1 s; ``position`` is rounded to 1e-5 degree. ``begin`` and ``until`` bound the time both share,
    or the gap between their windows if they share none (``until`` None: no end stated), to 1 s.
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


@dataclass(frozen=True, slots=True)
class _Found:
    """The encounter of two volumes, not yet rounded."""

    when: Meeting
    height: Vertical
    place: Lateral
    certain: bool

    def rank(self) -> tuple[int, ...]:
        """Order by verdict, then by closeness, then by time and place."""
        known = _known_m(self.height)
        return (
            0 if self.certain else 1,
            _rounded(self.place.gap_e4m, E4M_PER_METRE),
            self.height.at_least_e4m if known is None else known,
            _rounded(self.when.gap_ms, 1000),
            self.when.begin,
            self.place.position.lat_e7,
            self.place.position.lon_e7,
        )


def subject_of(
    name: str,
    party: str,
    role: Role,
    volumes: Sequence[Volume4D],
    minima: Minima,
    affects: Sequence[str] | None = None,
) -> Subject:
    """Prepare volumes and make a subject of them; raises ``BadShape``."""
    ready = tuple(prepare(v, where=f"volumes[{i}]") for i, v in enumerate(volumes))
    return Subject(name, party, role, ready, minima, None if affects is None else tuple(affects))


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
    """
    pairs = ((i, j) for i in range(len(a.volumes)) for j in range(len(b.volumes)))
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
    worst: _Found | None = None
    for i, j in pairs:
        # In the order of the names, so that the last digit does not depend on who asks.
        u, v = (b.volumes[j], a.volumes[i]) if swapped else (a.volumes[i], b.volumes[j])
        found = _compare_volumes(u, v, limits, relief)
        if found is not None and (worst is None or found.rank() < worst.rank()):
            worst = found
    if worst is None:
        return None
    first, second = (b, a) if swapped else (a, b)
    return _encounter(first.name, second.name, worst)


def _compare_volumes(a: Prepared, b: Prepared, limits: Limits, relief: Relief) -> _Found | None:
    when = meeting(a.stated, b.stated)
    if when.gap_ms > limits.time_ms:
        return None
    height = vertical(a.stated, b.stated, relief)
    if height.at_least_e4m > limits.vertical_e4m:
        return None
    place = lateral(a.footprint, b.footprint, limits.lateral_e4m)
    if place is None:
        return None
    return _Found(when, height, place, height.at_most_e4m <= limits.vertical_e4m)


def _encounter(a: str, b: str, found: _Found) -> Encounter:
    until = found.when.until
    return Encounter(
        a=a,
        b=b,
        verdict="CONFLICT" if found.certain else "POSSIBLE",
        lateral_m=_rounded(found.place.gap_e4m, E4M_PER_METRE),
        vertical_m=_known_m(found.height),
        time_gap_s=_rounded(found.when.gap_ms, 1000),
        position=found.place.position,
        begin=Instant(_rounded(found.when.begin, 1000) * 1000),
        until=None if until is None else Instant(_rounded(until, 1000) * 1000),
        broken=("lateral", "vertical", "time") if found.certain else ("lateral", "time"),
        open=() if found.certain else ("vertical",),
    )


def _known_m(height: Vertical) -> int | None:
    low = _rounded(height.at_least_e4m, E4M_PER_METRE)
    return low if low == _rounded(height.at_most_e4m, E4M_PER_METRE) else None


def _rounded(number: int, unit: int) -> int:
    """Divide to the nearest whole, halves upward."""
    return (2 * number + unit) // (2 * unit)
