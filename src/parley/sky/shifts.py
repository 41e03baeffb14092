"""What is stated, moved: later or earlier, higher or lower, or aside; on the ellipsoid."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from parley.sky.geodesy import GEOD
from parley.values.instants import FIRST, LAST
from parley.values.lengths import E4M_PER_METRE, MAX_HEIGHT_E4M, Altitude
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

Axis = Literal["time", "level", "lateral"]
Side = Literal["right", "left", "north", "east", "south", "west"]
Stated = Volume4D | Trajectory
_Vector = tuple[float, float, float]

# Near the pole of a turn no direction is "aside" any more.
_LEAST_SINE = 0.5


@dataclass(frozen=True, slots=True)
class Aside:
    """A direction for all of a plan at once: as a turn of the globe moves it.

    ``pole`` is the unit vector about which the globe turns, ``azimuth`` (degrees) the direction at
    the place it was made for; ``side`` says what people would call it.
    """

    azimuth: float
    pole: tuple[float, float, float]
    side: Side

    @classmethod
    def of(cls, at: Position, azimuth: float, side: Side) -> "Aside":
        """Make the direction that leaves ``at`` under ``azimuth`` (degrees from north)."""
        up, east, north = _axes(at)
        angle = math.radians(azimuth)
        sine, cosine = math.sin(angle), math.cos(angle)
        ahead = tuple(sine * e + cosine * n for e, n in zip(east, north, strict=True))
        return cls(azimuth % 360.0, _cross(up, (ahead[0], ahead[1], ahead[2])), side)

    def moved(self, at: Position, way_m: float) -> Position | None:
        """Move a place by ``way_m`` metres of a geodesic; None too near the pole of the turn."""
        up, east, north = _axes(at)
        ahead = _cross(self.pole, up)
        if math.hypot(*ahead) < _LEAST_SINE:
            return None
        azimuth = math.degrees(math.atan2(_dot(ahead, east), _dot(ahead, north)))
        lon, lat, _ = GEOD.fwd(at.lon, at.lat, azimuth, way_m)
        return Position.of_degrees(float(lat), float(lon))

    def stretch(self, places: Sequence[Position]) -> float:
        """Bound how far a point between two of these places moves for each metre they do.

        A turn moves a place in proportion to the sine of its distance from the pole, but here all
        move alike; where they lie at most so far from the widest circle, one between them moves
        farther by no more than this factor (with 20 percent for the ellipsoid and for the change
        itself). On a leg of over 90 degrees, what moves one end may move its middle farther still.
        """
        pole, ups = np.array(self.pole), np.array([_axes(at)[0] for at in places])
        least = float(np.linalg.norm(np.cross(pole, ups), axis=1).min())
        cosine = np.einsum("ij,ij->i", ups[1:], ups[:-1])
        sine = np.linalg.norm(np.cross(ups[1:], ups[:-1]), axis=1)
        longest = float(np.where(cosine < 0, sine, 1.0).min(initial=1.0))
        return 1.2 / max(least * longest, 1e-9)


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of a whole plan along one axis, as signed integers.

    ``amount``: milliseconds later, 0.1 mm higher, or 0.1 mm ``aside``.
    """

    axis: Axis
    amount: int
    aside: Aside | None = None

    def of(self, stated: Sequence[Stated]) -> tuple[Stated, ...] | None:
        """Shift volumes and trajectories alike; None where one of them cannot be shifted so."""
        moved = [self._one(each) for each in stated]
        found = tuple(each for each in moved if each is not None)
        return found if len(found) == len(moved) else None

    def _one(self, stated: Stated) -> Stated | None:
        if self.axis == "time":
            return _later(stated, self.amount)
        if self.axis == "level":
            return _higher(stated, self.amount)
        assert self.aside is not None  # noqa: S101 - for the type checker: lateral shifts have one
        return _aside(stated, self.aside, self.amount / E4M_PER_METRE)


def places_of(stated: Stated) -> tuple[Position, ...]:
    """Give the vertices of a volume or trajectory."""
    if isinstance(stated, Trajectory):
        return stated.points
    if isinstance(stated.shape, Circle):
        return (stated.shape.center,)
    if isinstance(stated.shape, Corridor):
        return stated.shape.line
    return tuple(place for ring in stated.shape.rings for place in ring)


def can_climb(stated: Stated) -> bool:
    """Tell whether all heights are stated as numbers, so that there is something to change."""
    if isinstance(stated, Trajectory):
        return stated.heights_e4m is not None
    return isinstance(stated.lower, Altitude) and isinstance(stated.upper, Altitude)


def _later(stated: Stated, ms: int) -> Stated | None:
    if isinstance(stated, Trajectory):
        times = tuple(time + ms for time in stated.times)
        inside = times[0] >= FIRST and times[-1] <= LAST
        return replace(stated, times=times) if inside else None
    start = stated.time_start + ms
    end = None if stated.time_end is None else stated.time_end + ms
    if start < FIRST or max(start, end or start) > LAST:
        return None
    return replace(stated, time_start=start, time_end=end)


def _higher(stated: Stated, e4m: int) -> Stated | None:
    """Change the level; nobody is sent below the zero of what the height is stated above."""
    if isinstance(stated, Trajectory):
        if stated.heights_e4m is None:
            return None
        heights = tuple(height + e4m for height in stated.heights_e4m)
        if not _flyable(min(heights), e4m) or max(heights) > MAX_HEIGHT_E4M:
            return None
        return replace(stated, heights_e4m=heights)
    lower, upper = stated.lower, stated.upper
    if not isinstance(lower, Altitude) or not isinstance(upper, Altitude):
        return None
    if not _flyable(lower.e4m + e4m, e4m) or upper.e4m + e4m > MAX_HEIGHT_E4M:
        return None
    return replace(
        stated,
        lower=replace(lower, e4m=lower.e4m + e4m),
        upper=replace(upper, e4m=upper.e4m + e4m),
    )


def _flyable(lowest_e4m: int, change_e4m: int) -> bool:
    return change_e4m >= 0 or lowest_e4m >= 0


def _aside(stated: Stated, aside: Aside, way_m: float) -> Stated | None:
    if isinstance(stated, Trajectory):
        points = _moved(stated.points, aside, way_m)
        return None if points is None else replace(stated, points=points)
    shape = _aside_shape(stated.shape, aside, way_m)
    return None if shape is None else replace(stated, shape=shape)


def _aside_shape(shape: Shape, aside: Aside, way_m: float) -> Shape | None:
    if isinstance(shape, Circle):
        center = aside.moved(shape.center, way_m)
        return None if center is None else replace(shape, center=center)
    if isinstance(shape, Corridor):
        line = _moved(shape.line, aside, way_m)
        return None if line is None else replace(shape, line=line)
    rings = [_moved(ring, aside, way_m) for ring in shape.rings]
    whole = tuple(ring for ring in rings if ring is not None)
    return Polygon(whole) if len(whole) == len(rings) else None


def _moved(places: Sequence[Position], aside: Aside, way_m: float) -> tuple[Position, ...] | None:
    moved = [aside.moved(place, way_m) for place in places]
    found = tuple(place for place in moved if place is not None)
    return found if len(found) == len(moved) else None


def _axes(at: Position) -> tuple[_Vector, _Vector, _Vector]:
    """Give up, east and north at a place, as unit vectors."""
    phi, lam = math.radians(at.lat), math.radians(at.lon)
    up = (math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi))
    east = (-math.sin(lam), math.cos(lam), 0.0)
    return up, east, _cross(up, east)


def _cross(u: _Vector, v: _Vector) -> _Vector:
    return (
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    )


def _dot(u: _Vector, v: _Vector) -> float:
    return u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
