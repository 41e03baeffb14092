"""The way out of a conflict: the least change of time, level or place that clears it.

An offer to people, one on each axis, found among whole seconds, hundreds of feet, hundreds of
metres. It clears the conflict and makes no new one among the plans of the sky, those of the own
party included. It looks at plans only: a zone is never searched around. Where the least change
among the plans would enter a zone, there is no offer on that axis.

The search leaps over changes that something found in the way already rules out: see ``leaps``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from parley.errors import ParleyError
from parley.sky.courses import Course, prepare_course
from parley.sky.encounters import Encounter, Part, Subject, closest_parts, compare, held_to
from parley.sky.geodesy import GEOD
from parley.sky.heights import EARTH, Relief
from parley.sky.leaps import Bond, Moving
from parley.sky.shifts import Aside, Axis, Shift, Side, Stated, can_climb, places_of
from parley.sky.volumes import prepare
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Corridor

STEP: dict[Axis, int] = {
    "time": 1000,
    "level": 100 * E4M_PER_FOOT,
    "lateral": 100 * E4M_PER_METRE,
}
"""The grain of an offer: ms, 0.1 mm, 0.1 mm."""

MOST: dict[Axis, int] = {"time": 86_400, "level": 600, "lateral": 2_000}
"""How many steps are looked at to each side: 24 h, 60,000 ft, 200 km."""

Reason = Literal["zone_conflict", "no_level", "nothing_near", "enters_zone"]


class Around(Protocol):
    """What a plan is compared with: ``Sky`` fits, and ``Sight``."""

    def subject(self, name: str) -> Subject:
        """Give the subject of that name; raises ``KeyError`` where there is none."""

    def against(self, subject: Subject, *, within_party: bool = False) -> list[Encounter]:
        """Give the encounters of a subject with all others."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that clears a conflict, and the subject as it would be then."""

    axis: Axis
    shift: Shift
    subject: Subject


@dataclass(frozen=True, slots=True)
class Withheld:
    """No offer on this axis, and why; ``zones`` names those that the change would enter.

    ``zone_conflict``: the conflict is with a zone, which is not searched around. ``no_level``: a
    limit is not stated as a number. ``nothing_near``: no change as far as ``MOST`` clears it.
    """

    axis: Axis
    reason: Reason
    zones: tuple[str, ...] = ()


def offers(
    sky: Around, subject: Subject, other: str, *, relief: Relief = EARTH
) -> tuple[Offer | Withheld, ...]:
    """Give the least change of ``subject`` on each axis that clears its conflict with ``other``.

    ``other`` is the name of a subject of ``sky``; raises ``KeyError`` for one that is not there.
    ``relief`` is the one the sky was made with. The order is time, level, lateral; empty where the
    two do not meet. Of two changes of one size the later, the higher, the one to the right (of an
    area: the northern, then the eastern) is given. A plan of several parts is moved as a whole,
    aside as its first part would be.
    """
    blocking = sky.subject(other)
    axes: tuple[Axis, ...] = ("time", "level", "lateral")
    if "zone" in (subject.role, blocking.role):
        return tuple(Withheld(axis, "zone_conflict") for axis in axes)
    if compare(subject, blocking, within_party=True, relief=relief) is None:
        return ()
    search = _Search(sky, subject, blocking, relief)
    return tuple(search.along(axis) for axis in axes)


class _Search:
    def __init__(self, sky: Around, subject: Subject, blocking: Subject, relief: Relief) -> None:
        self._sky, self._subject, self._relief = sky, subject, relief
        self._stated: tuple[Stated, ...] = tuple(part.stated for part in subject.parts)
        self._before = tuple(Moving(part) for part in subject.parts)
        met = sky.against(subject, within_party=True)
        self._borne = {_other(e, subject): e.verdict for e in met}
        self._borne.pop(blocking.name, None)
        # What stood in the way last is likely to do so again: the other, and which two parts.
        self._last = blocking, (0, 0)

    def along(self, axis: Axis) -> Offer | Withheld:
        if axis == "level" and not all(map(can_climb, self._stated)):
            return Withheld(axis, "no_level")
        best: tuple[int, Shift, Subject] | None = None
        for make in _directions(axis, self._stated):
            most = MOST[axis] if best is None else best[0] - 1
            found = self._first_clear(make, most)
            best = found or best
        if best is None:
            return Withheld(axis, "nothing_near")
        _, shift, subject = best
        entered = self._entered(subject)
        return Withheld(axis, "enters_zone", entered) if entered else Offer(axis, shift, subject)

    def _first_clear(
        self, make: Callable[[int], Shift], most: int
    ) -> tuple[int, Shift, Subject] | None:
        k = 1
        while k <= most:
            shift = make(k)
            stated = shift.of(self._stated)
            if stated is None:
                return None  # nor will any greater change leave something that can be stated
            try:
                leap = self._held_again(shift, stated)
                if leap == 0:
                    moved = self._moved(shift.axis, stated)
                    leap = self._held(shift, moved)
                    if leap == 0:
                        return k, shift, moved
            except ParleyError:
                leap = 1  # this one leaves no shape that could be flown
            k += leap
        return None

    def _moved(self, axis: Axis, stated: Sequence[Stated]) -> Subject:
        parts = [
            moved_part(part, each, axis)
            for part, each in zip(self._subject.parts, stated, strict=True)
        ]
        return replace(self._subject, parts=tuple(parts))

    def _held_again(self, shift: Shift, stated: Sequence[Stated]) -> int:
        """Count the steps that what stood in the way last still takes, 0 if it does no more."""
        other, (i, j) = self._last
        mine = moved_part(self._subject.parts[i], stated[i], shift.axis)
        return self._steps(shift, i, mine, other, j)

    def _held(self, shift: Shift, moved: Subject) -> int:
        """Count the steps that anything in the way takes at least, 0 if nothing is."""
        most = 0
        for met in self._sky.against(moved, within_party=True):
            other = self._sky.subject(_other(met, moved))
            if other.role == "zone" or not self._is_new(met):
                continue
            own, its = met.which if met.a == moved.name else met.which[::-1]
            mine = moved.parts[own.part]
            steps = max(1, self._steps(shift, own.part, mine, other, its.part))
            if steps > most:
                most, self._last = steps, (other, (own.part, its.part))
        return most

    def _steps(self, shift: Shift, i: int, mine: Part, other: Subject, j: int) -> int:
        limits = held_to(self._subject, other, within_party=True)
        assert limits is not None  # noqa: S101 - for the type checker: no two activities are
        # In the order of the names, as they will be compared.
        if (other.name, other.party) < (self._subject.name, self._subject.party):
            met = closest_parts(other.parts[j], mine, limits, self._relief)
        else:
            met = closest_parts(mine, other.parts[j], limits, self._relief)
        certain = other.name in self._borne
        if met is None or (certain and not (met.certain and self._borne[other.name] == "POSSIBLE")):
            return 0
        bond = Bond(
            self._before[i], mine, other.parts[j], met, limits, self._relief, shift, certain
        )
        return bond.steps(STEP[shift.axis])

    def _is_new(self, met: Encounter) -> bool:
        borne = self._borne.get(_other(met, self._subject))
        return borne is None or (borne == "POSSIBLE" and met.verdict == "CONFLICT")

    def _entered(self, moved: Subject) -> tuple[str, ...]:
        """Name the zones that a change would enter, or enter for certain."""
        found = []
        for met in self._sky.against(moved):
            name = _other(met, moved)
            if self._sky.subject(name).role == "zone" and self._is_new(met):
                found.append(name)
        return tuple(sorted(found))


def _directions(axis: Axis, stated: Sequence[Stated]) -> Iterator[Callable[[int], Shift]]:
    step = STEP[axis]
    if axis != "lateral":
        yield lambda k: Shift(axis, k * step)
        yield lambda k: Shift(axis, -k * step)
        return
    for aside in asides(stated):
        yield lambda k, aside=aside: Shift(axis, k * step, aside)  # type: ignore[misc]


def asides(stated: Sequence[Stated]) -> tuple[Aside, ...]:
    """Give the directions a plan may be offered to move in.

    Of a line these are right and left of the way from its first place to its last (or second, if
    it returns), seen from its middle; of an area north, east, south and west.
    """
    first = stated[0]
    line = isinstance(first, Trajectory) or isinstance(first.shape, Corridor)
    places = places_of(first)
    if not line or len(set(places)) < 2:
        sides: tuple[Side, ...] = ("north", "east", "south", "west")
        return tuple(Aside.of(places[0], 90.0 * turn, side) for turn, side in enumerate(sides))
    start, end = places[0], places[-1]
    if start == end:
        end = next(place for place in places if place != start)
    return _beside(start, end)


def _beside(start: Position, end: Position) -> tuple[Aside, ...]:
    azimuth, _, way = GEOD.inv(start.lon, start.lat, end.lon, end.lat)
    lon, lat, there = GEOD.fwd(start.lon, start.lat, azimuth, way / 2, return_back_azimuth=False)
    middle = Position.of_degrees(float(lat), float(lon))
    forward = float(there)
    return Aside.of(middle, forward + 90, "right"), Aside.of(middle, forward - 90, "left")


def _other(met: Encounter, subject: Subject) -> str:
    return met.b if met.a == subject.name else met.a


def moved_part(part: Part, stated: Stated, axis: Axis) -> Part:
    """Make a part ready again after a change; where it is on the ground, only if that changed."""
    if isinstance(stated, Trajectory):
        if axis == "time" and isinstance(part, Course):
            return replace(part, stated=stated, start_ms=stated.times[0])
        return prepare_course(stated)
    if axis != "lateral" and not isinstance(part, Course):
        return replace(part, stated=stated)
    return prepare(stated)
