"""How far apart two prepared volumes are in place and time, and the minima they are held to."""

import math
from dataclasses import dataclass
from typing import Protocol

from parley.sky.approach import Nearest, Witness, nearest
from parley.sky.geodesy import GEOD
from parley.sky.pairing import TIE_M
from parley.sky.volumes import Footprint
from parley.values.instants import Instant
from parley.values.places import Position
from parley.values.volumes import Volume4D

NEAR_ENOUGH_M = 1.0  # laterally, a gap less than this above the minimum counts as within
_STEPS_PER_DEGREE = 100_000
_E7_PER_STEP = 100

Degrees = tuple[float, float]  # longitude, latitude


class Minima(Protocol):
    """Separation minima; ``parley.record.kind.Minima`` and ``Limits`` both fit."""

    @property
    def lateral_e4m(self) -> int:
        """Lateral minimum in 0.1 mm."""

    @property
    def vertical_e4m(self) -> int:
        """Vertical minimum in 0.1 mm."""

    @property
    def time_ms(self) -> int:
        """Minimum in time, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Separation minima: lateral and vertical in 0.1 mm, time in milliseconds."""

    lateral_e4m: int
    vertical_e4m: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class Lateral:
    """The gap between two footprints in 0.1 mm, to the nearest, and where it is.

    ``position`` is the middle of the gap or, where the footprints overlap, of the overlap along the
    shortest way between their cores; rounded to 1e-5 degree. Among several, the southernmost, then
    the westernmost. Not ``sure``: there was too much to measure, and they may be that close.
    """

    gap_e4m: int
    position: Position
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Meeting:
    """The gap between two windows in milliseconds, and the stretch both share or the gap itself."""

    gap_ms: int
    begin: Instant
    until: Instant | None


def larger(a: Minima, b: Minima) -> Limits:
    """Give the larger of two minima, each of the three for itself."""
    return Limits(
        max(a.lateral_e4m, b.lateral_e4m),
        max(a.vertical_e4m, b.vertical_e4m),
        max(a.time_ms, b.time_ms),
    )


def meeting(a: Volume4D, b: Volume4D) -> Meeting:
    """Compare two windows, both ends of each included."""
    later = max(a.time_start, b.time_start)
    ends = [v.time_end for v in (a, b) if v.time_end is not None]
    earlier = min(ends, default=None)
    if earlier is None or earlier >= later:
        return Meeting(0, Instant(later), None if earlier is None else Instant(earlier))
    return Meeting(later - earlier, Instant(earlier), Instant(later))


def lateral(a: Footprint, b: Footprint, within_e4m: int | None = None) -> Lateral | None:
    """Measure the gap between two footprints on the ellipsoid.

    With ``within_e4m``, give None if the gap is not within that minimum (a gap less than 1 m above
    it is).
    """
    most = math.inf if within_e4m is None else within_e4m / 10_000 + NEAR_ENOUGH_M
    reach = a.radius_m + b.radius_m
    inside = _overlap(a, b)
    # Where one core holds the other, the outlines only matter if they touch.
    close = nearest(a.pieces, b.pieces, TIE_M if inside else most + reach)
    if close is None:
        return Lateral(0, first_of(_shared(a, b))) if inside else None
    gap = 0.0 if inside else max(0.0, close.least_m - reach)
    if gap >= most:
        return None
    if inside and not close.sure:
        # Of two that overlap for sure, the outlines only say where first.
        return Lateral(0, first_of(_shared(a, b)))
    places = _between(a, b, close) if close.least_m <= TIE_M or not inside else []
    if close.least_m <= TIE_M or inside:
        places += _shared(a, b)
    return Lateral(round(gap * 10_000), first_of(places), close.sure)


def _overlap(a: Footprint, b: Footprint) -> bool:
    """Tell whether an area holds the other core's outline, unless the outlines cross."""
    if a.region is not None and a.region.holds(b.knots[:1])[0]:
        return True
    return b.region is not None and bool(b.region.holds(a.knots[:1])[0])


def _between(a: Footprint, b: Footprint, close: Nearest) -> list[Degrees]:
    """Give the middle of the gap, or of the overlap, wherever the outlines are closest."""
    return [middle_of(place, a.radius_m, b.radius_m) for place in close.places]


def middle_of(place: Witness, radius_a: float, radius_b: float) -> Degrees:
    """Give the middle of a gap, or of an overlap, along the way between two cores."""
    lon, lat, azimuth, way = place
    middle = min(max((radius_a + way - radius_b) / 2, 0.0), way)
    there: Degrees = GEOD.fwd(lon, lat, azimuth, middle)[:2]
    return there


def _shared(a: Footprint, b: Footprint) -> list[Degrees]:
    """Give the knots of each core that lie in the other, and the South Pole if it lies in both.

    The first place of what two cores share is one of these, or a crossing of their outlines.
    """
    found: list[Degrees] = []
    for area, other in ((a, b), (b, a)):
        if area.region is not None:
            held = area.region.holds(other.knots)
            found += zip(other.lon[held].tolist(), other.lat[held].tolist(), strict=True)
    if a.poles()[1] and b.poles()[1]:
        found.append((0.0, -90.0))
    return found


def first_of(places: list[Degrees]) -> Position:
    """Give the southernmost, then westernmost place, rounded to 1e-5 degree."""
    lat, lon = min(_steps(*place) for place in places)
    return Position(lat * _E7_PER_STEP, lon * _E7_PER_STEP)


def _steps(lon: float, lat: float) -> tuple[int, int]:
    # By way of 1e-9 degree, so that the last bits of a float do not decide how a half is rounded.
    steps = [(round(degrees * 1e9) + 5_000) // 10_000 for degrees in (lat, lon)]
    if abs(steps[0]) == 90 * _STEPS_PER_DEGREE:
        steps[1] = 0
    elif steps[1] <= -180 * _STEPS_PER_DEGREE:
        steps[1] += 360 * _STEPS_PER_DEGREE
    return steps[0], steps[1]
