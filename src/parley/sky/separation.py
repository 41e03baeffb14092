"""How far apart two prepared volumes are in place and time, and the minima they are held to."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from parley.sky.approach import TIE_M, Nearest, bounds, nearest
from parley.sky.geodesy import GEOD, Floats
from parley.sky.volumes import Footprint
from parley.values.instants import Instant
from parley.values.places import Position
from parley.values.volumes import Volume4D

NEAR_ENOUGH_M = 1.0  # laterally, a gap less than this above the minimum counts as within
_STEPS_PER_DEGREE = 100_000
_E7_PER_STEP = 100


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
    the westernmost.
    """

    gap_e4m: int
    position: Position


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
    most = np.inf if within_e4m is None else within_e4m / 10_000 + NEAR_ENOUGH_M
    reach = a.radius_m + b.radius_m
    found = bounds(a.pieces, b.pieces)
    inside = _overlap(a, b)
    if not inside and found.least_at_least - reach >= most:
        return None
    close = nearest(a.pieces, b.pieces, found)
    apart = 0.0 if inside else close.least_m
    gap = max(0.0, apart - reach)
    if gap >= most:
        return None
    lon, lat = _places(a, b, close, inside)
    return Lateral(round(gap * 10_000), _first(lon, lat))


def _overlap(a: Footprint, b: Footprint) -> bool:
    """Tell whether an area holds the other core's outline, unless the outlines cross."""
    if a.region is not None and a.region.holds(b.knots[:1])[0]:
        return True
    return b.region is not None and bool(b.region.holds(a.knots[:1])[0])


def _places(a: Footprint, b: Footprint, close: Nearest, inside: bool) -> tuple[Floats, Floats]:
    """Give all places of the least gap that can be the first: on the outlines, or in an overlap."""
    lons, lats = [], []
    if close.least_m <= TIE_M or not inside:
        middle = (a.radius_m + close.distance - b.radius_m) / 2
        way = np.clip(middle, 0.0, close.distance)
        lon, lat, _ = GEOD.fwd(close.lon, close.lat, close.azimuth, way)
        lons.append(np.asarray(lon))
        lats.append(np.asarray(lat))
    if close.least_m <= TIE_M or inside:
        # The cores share an area, or part of a line: its corners lie on knots or on crossings.
        for area, other in ((a, b), (b, a)):
            if area.region is not None:
                held = area.region.holds(other.knots)
                lons.append(other.lon[held])
                lats.append(other.lat[held])
        if a.poles()[1] and b.poles()[1]:
            lons.append(np.array([0.0]))
            lats.append(np.array([-90.0]))
    return np.concatenate(lons), np.concatenate(lats)


def _first(lon: Floats, lat: Floats) -> Position:
    """Give the southernmost, then westernmost place, rounded to 1e-5 degree."""
    lats, lons = _steps(lat), _steps(lon)
    half = 180 * _STEPS_PER_DEGREE
    lons = np.where(lons <= -half, lons + 2 * half, lons)
    lons = np.where(np.abs(lats) == 90 * _STEPS_PER_DEGREE, 0, lons)
    first = int(np.lexsort((lons, lats))[0])
    return Position(int(lats[first]) * _E7_PER_STEP, int(lons[first]) * _E7_PER_STEP)


def _steps(degrees: Floats) -> npt.NDArray[np.int64]:
    # By way of 1e-9 degree, so that the last bits of a float do not decide how a half is rounded.
    fine = np.rint(degrees * (_STEPS_PER_DEGREE * 10_000)).astype(np.int64)
    return (fine + 5_000) // 10_000
