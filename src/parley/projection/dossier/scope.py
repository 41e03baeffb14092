"""The area and the window that a dossier is about, and whether a record concerns them.

Where it cannot be told, the record is taken in: an enquiry can put a page aside, but cannot ask for
one it does not know of.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise

from parley.errors import BadInterval, BadShape, ParleyError
from parley.projection.fold import Opened
from parley.projection.shown import metres, place_json, position_json, window_json
from parley.record.canonical import Json
from parley.record.terms import Minima
from parley.sky.encounters import Subject, subject_of
from parley.sky.index import Sky
from parley.sky.ranges import range_m
from parley.values.instants import Interval, spanning
from parley.values.lengths import E4M_PER_METRE, Bound
from parley.values.places import E7, Place, Position
from parley.values.volumes import Circle, Polygon, Shape, Volume4D

MAX_RADIUS_M = 1_000_000
MAX_SPAN_E7 = 20 * E7
_STEP_E7 = E7 // 8  # so close that a geodesic leaves its parallel by a few metres only
_NOTHING = Minima(0, 0, 0)
_NEARNESS = Minima(10 * E4M_PER_METRE, 0, 0)  # more than that, so that nothing on the line is lost
_TURN_E7 = 360 * E7


@dataclass(frozen=True, slots=True)
class Round:
    """Everything within ``radius_m`` (1 m to 1,000 km) of a place."""

    place: Place
    radius_m: int

    def __post_init__(self) -> None:
        """Refuse a radius that is none."""
        if not 1 <= self.radius_m <= MAX_RADIUS_M:
            raise BadShape("a radius is 1 m to 1,000 km", where="area")

    def holds(self, at: Position, within_m: int = 0) -> bool:
        """Tell whether a position known to ``within_m`` may lie in the area."""
        return range_m(self.place.position, at) <= self.radius_m + within_m

    def shape(self) -> Shape:
        """Give the area as a shape of the sky."""
        return Circle(self.place.position, self.radius_m * E4M_PER_METRE)

    def to_json(self) -> Json:
        """Write the area."""
        return {"place": place_json(self.place), "radius_m": self.radius_m}


@dataclass(frozen=True, slots=True)
class Box:
    """Between two parallels and two meridians, in 1e-7 degree; ``west > east`` crosses 180."""

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int

    def __post_init__(self) -> None:
        """Refuse a box upside down, without area, or wider or higher than 20 degrees."""
        for corner in ((self.south_e7, self.west_e7), (self.north_e7, self.east_e7)):
            Position(*corner)
        if not 0 < self.north_e7 - self.south_e7 <= MAX_SPAN_E7:
            raise BadShape("south lies below north, by 20 degrees at most", where="area")
        if not 0 < self._width <= MAX_SPAN_E7:
            raise BadShape("west lies left of east, by 20 degrees at most", where="area")

    @property
    def _width(self) -> int:
        return (self.east_e7 - self.west_e7) % _TURN_E7

    def holds(self, at: Position, within_m: int = 0) -> bool:
        """Tell whether a position known to ``within_m`` may lie in the area."""
        lat = min(max(at.lat_e7, self.south_e7), self.north_e7)
        along = (at.lon_e7 - self.west_e7) % _TURN_E7
        if along <= self._width:
            lon = at.lon_e7
        else:
            beyond = along - self._width
            lon = self.east_e7 if beyond <= _TURN_E7 - along else self.west_e7
        nearest = Position(lat, lon)
        return nearest == at or range_m(nearest, at) <= within_m

    def shape(self) -> Shape:
        """Give the area as a shape of the sky, its parallels cut so that they stay parallels."""
        steps = -(-self._width // _STEP_E7)
        lons = [_lon(self.west_e7 + self._width * i // steps) for i in range(steps + 1)]
        south = [Position(self.south_e7, lon) for lon in lons]
        north = [Position(self.north_e7, lon) for lon in reversed(lons)]
        ring = [a for a, b in pairwise([*south, *north, south[0]]) if a != b]
        return Polygon(((*ring, ring[0]),))

    def to_json(self) -> Json:
        """Write the area."""
        return {
            "south_west": position_json(Position(self.south_e7, self.west_e7)),
            "north_east": position_json(Position(self.north_e7, self.east_e7)),
        }


def _lon(lon_e7: int) -> int:
    return (lon_e7 + _TURN_E7 // 2) % _TURN_E7 - _TURN_E7 // 2


Area = Round | Box


@dataclass(frozen=True, slots=True)
class Scope:
    """An area and a window (half-open, with an end), and what records may call the area.

    ``names``: p-codes or the channel's own names, for records that state no position.
    """

    area: Area
    window: Interval
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a window without an end or without length."""
        if self.window.end is None or self.window.end <= self.window.start:
            raise BadInterval("a window of some length, with an end", where="window")

    def meets(self, during: Interval) -> bool:
        """Tell whether an interval and the window share an instant; an instant counts as one."""
        first, end = self.window.start, self.window.end
        if end is not None and during.start >= end:
            return False
        return during.end is None or during.end > first or during.start >= first

    def to_json(self) -> Json:
        """Write area and window."""
        return {
            "area": self.area.to_json(),
            "names": list(self.names),
            "window": window_json(self.window),
        }


def occupying(scope: Scope, entries: Iterable[Opened]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Find which records occupy the area within the window, exactly, as conflicts are found.

    Give how (``occupies``, or ``may occupy`` where heights or shape leave it open) by name, and
    the names of those whose geometry could not be compared, which are among them.
    """
    found: dict[str, str] = {}
    subjects: list[Subject] = []
    unlike: list[str] = []
    for opened in entries:
        occupancy = opened.facts.occupancy
        if occupancy is None or not any(map(scope.meets, occupancy.windows)):
            continue
        try:
            subjects.append(
                subject_of(
                    opened.name,
                    opened.party,
                    "activity",  # a zone too: it is asked where it lies, not whom it binds
                    occupancy.volumes,
                    _NOTHING,
                    trajectories=occupancy.trajectories,
                )
            )
        except ParleyError:
            unlike.append(opened.name)
            found[opened.name] = "may occupy"
    start, end = scope.window.start, scope.window.end
    volume = Volume4D(scope.area.shape(), start, end, Bound.SFC, Bound.UNL)
    area = subject_of("", "", "zone", (volume,), _NEARNESS)
    for met in Sky(subjects).against(area):
        found[met.b] = "occupies" if met.verdict == "CONFLICT" else "may occupy"
    return found, tuple(unlike)


def placed(scope: Scope, opened: Opened) -> str | None:
    """Tell how a record concerns the scope by what it says: ``place``, ``area``, or None.

    A thing said without a time counts by the time at which its author says to have issued it.
    """
    for subject in opened.facts.subjects:
        during = subject.during or _issued(opened)
        if scope.meets(during) and _subject_inside(scope.area, subject.place, subject.points):
            return "place"
    for claim in opened.facts.claims:
        said = _Stated.of(claim)
        windows = said.windows or tuple(s.during for s in opened.facts.subjects if s.during)
        if not any(map(scope.meets, windows or (_issued(opened),))):
            continue
        if any(_inside(scope.area, place) for place in said.places):
            return "place"
        if any(name.casefold() in said.areas for name in scope.names):
            return "area"
    return None


def names_place(opened: Opened) -> bool:
    """Tell whether a record says anything of a place at all."""
    facts = opened.facts
    if facts.occupancy is not None or any(s.place or s.points for s in facts.subjects):
        return True
    stated = [_Stated.of(claim) for claim in facts.claims]
    return any(each.places or each.areas for each in stated)


def spoken_of(opened: Opened) -> Interval:
    """Give the time a record is about: what it states, else when it was issued by its author."""
    windows = [s.during for s in opened.facts.subjects if s.during is not None]
    if opened.facts.occupancy is not None:
        windows += opened.facts.occupancy.windows
    return spanning(windows) if windows else _issued(opened)


def _issued(opened: Opened) -> Interval:
    return Interval(opened.said.issued, opened.said.issued)


def _subject_inside(area: Area, place: Place | None, points: tuple[Position, ...]) -> bool:
    return (place is not None and _inside(area, place)) or any(map(area.holds, points))


def _inside(area: Area, place: Place) -> bool:
    return area.holds(place.position, metres(place.precision_e4m))


@dataclass(slots=True)
class _Stated:
    """The places, named areas (case folded) and windows in a claim, wherever they stand in it."""

    places: list[Place]
    areas: list[str]
    windows: list[Interval]

    @classmethod
    def of(cls, claim: object) -> "_Stated":
        found = cls([], [], [])
        found._take("", claim)
        return found

    def _take(self, name: str, value: object) -> None:
        if isinstance(value, Place):
            self.places.append(value)
        elif isinstance(value, Interval):
            self.windows.append(value)
        elif isinstance(value, str):
            if name in ("area", "areas"):
                self.areas.append(value.casefold())
        elif isinstance(value, tuple):
            for item in value:
                self._take(name, item)
        elif is_dataclass(value) and not isinstance(value, type):
            for each in fields(value):
                self._take(each.name, getattr(value, each.name))
