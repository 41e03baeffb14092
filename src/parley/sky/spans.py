"""Which latitudes and longitudes something reaches, radius included; bounds err outward."""

import math

import numpy as np

from parley.sky.geodesy import GEOD, LEAST_RADIUS_M, LONGEST_M, Floats

SLACK = 1e-9  # degrees, far more than the arithmetic loses
_POLE_NEAR = 1e-9  # degrees

Span = tuple[float, float]


def latitudes(lat: Floats, radius_m: float, poles: tuple[bool, bool] = (False, False)) -> Span:
    """Bound the latitudes within ``radius_m`` of a core, south and north, in degrees.

    ``lat`` are those of the core's knots, its northernmost and southernmost points among them;
    ``poles`` tells whether the core holds the North and the South Pole. Nothing is reached farther
    north than along a meridian.
    """
    south, north = float(lat.min()), float(lat.max())
    holds_north, holds_south = poles
    north = 90.0 if holds_north else _reached(north, radius_m, 0.0)
    south = -90.0 if holds_south else _reached(south, radius_m, 180.0)
    return south, north


def longitudes(lon: Floats, lat: Floats, radius_m: float, within: Span) -> Span | None:
    """Bound the longitudes, as a start and a width in degrees; None is all around.

    ``lon`` are the knots of a line or of an outer ring in the order of travel, each less than 180
    degrees from the last; ``lat`` those of all knots; ``within`` are the latitudes reached.
    """
    south, north = within
    if radius_m >= LONGEST_M or max(-south, north) >= 90.0 - _POLE_NEAR:
        return None
    steps = (np.diff(lon) + 180.0) % 360.0 - 180.0
    along = lon[0] + np.concatenate(([0.0], np.cumsum(steps)))
    # Nowhere is a disk wider than where the core comes closest to a pole.
    core = max(-float(lat.min()), float(lat.max()))
    aside = _half_width(core, radius_m)
    if aside is None:
        return None
    start, width = float(along.min()) - aside, float(along.max() - along.min()) + 2 * aside
    return None if width >= 360.0 else (start - SLACK, width + 2 * SLACK)


def _reached(lat: float, way: float, azimuth: float) -> float:
    sign = 1.0 if azimuth == 0.0 else -1.0
    to_pole = GEOD.inv(0.0, lat, 0.0, sign * 90.0)[2]
    if way >= to_pole:
        return sign * 90.0
    return float(GEOD.fwd(0.0, lat, azimuth, way)[1])


def _half_width(core: float, radius: float) -> float | None:
    """Bound how many degrees of longitude a disk reaches aside, from the latitude of its centre.

    On the auxiliary sphere of Bessel an arc is no longer than on one of the least radius, and the
    latitude is nearer the equator, so that a right spherical triangle errs outward.
    """
    if radius == 0.0:
        return 0.0
    angle = radius / LEAST_RADIUS_M
    ratio = math.sin(min(angle, math.pi / 2)) / math.cos(math.radians(core))
    if angle >= math.pi / 2 or ratio >= 1.0:
        return None
    return math.degrees(math.asin(ratio))
