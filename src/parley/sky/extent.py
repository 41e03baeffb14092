"""The 4D box around volumes, as integers rounded outward."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parley.errors import BadShape
from parley.sky.geodesy import GEOD, LEAST_RADIUS_M, LONGEST_M
from parley.sky.heights import UNBOUNDED, ellipsoidal
from parley.sky.volumes import Footprint, footprint
from parley.values.places import E7, Position
from parley.values.volumes import Circle, Volume4D

_POLE_NEAR = 1e-9  # degrees
_SLACK = 1e-9  # degrees, far more than the arithmetic loses

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A 4D box; the fields and their meaning are those of ``parley.record.envelope.Extent``.

    ``west_e7 > east_e7`` crosses the antimeridian. ``lower_e4m``/``upper_e4m``: see ``extent_of``.
    """

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int
    lower_e4m: int | None
    upper_e4m: int | None
    time_start: int
    time_end: int | None


def extent_of(volumes: Sequence[Volume4D]) -> Box:
    """Give the box around volumes, radius and half-width included; raises ``BadShape``.

    Heights are W84, the widest the references allow; None where a limit is open or not stated.
    """
    if not volumes:
        raise BadShape("no volume, no extent", where="volumes")
    prints = [footprint(v.shape, f"volumes[{i}].shape") for i, v in enumerate(volumes)]
    latitudes = [_latitudes(p) for p in prints]
    spans = [_longitudes(p, lat) for p, lat in zip(prints, latitudes, strict=True)]
    west, east = _union(spans)
    lower = min(ellipsoidal(v.lower).low for v in volumes)
    upper = max(ellipsoidal(v.upper).high for v in volumes)
    ends = [v.time_end for v in volumes]
    return Box(
        south_e7=max(-90 * E7, math.floor((min(s for s, _ in latitudes) - _SLACK) * E7)),
        west_e7=west,
        north_e7=min(90 * E7, math.ceil((max(n for _, n in latitudes) + _SLACK) * E7)),
        east_e7=east,
        lower_e4m=None if lower <= -UNBOUNDED // 2 else lower,
        upper_e4m=None if upper >= UNBOUNDED // 2 else upper,
        time_start=min(v.time_start for v in volumes),
        time_end=None if None in ends else max(e for e in ends if e is not None),
    )


def _latitudes(made: Footprint) -> Span:
    """Bound the latitudes: nothing is reached farther north than along a meridian."""
    south, north = float(made.lat.min()), float(made.lat.max())
    holds_north, holds_south = made.poles()
    north = 90.0 if holds_north else _reached(north, made.radius_m, 0.0)
    south = -90.0 if holds_south else _reached(south, made.radius_m, 180.0)
    return south, north


def _reached(lat: float, way: float, azimuth: float) -> float:
    sign = 1.0 if azimuth == 0.0 else -1.0
    to_pole = GEOD.inv(0.0, lat, 0.0, sign * 90.0)[2]
    if way >= to_pole:
        return sign * 90.0
    return float(GEOD.fwd(0.0, lat, azimuth, way)[1])


def _longitudes(made: Footprint, latitudes: Span) -> Span | None:
    """Bound the longitudes, as a start and a width in degrees; None is all around."""
    south, north = latitudes
    if made.radius_m >= LONGEST_M or max(-south, north) >= 90.0 - _POLE_NEAR:
        return None
    lon = made.lon[: made.outline]  # holes lie within
    steps = (np.diff(lon) + 180.0) % 360.0 - 180.0
    along = lon[0] + np.concatenate(([0.0], np.cumsum(steps)))
    # Nowhere is a disk wider than where the core comes closest to a pole.
    core = max(-float(made.lat.min()), float(made.lat.max()))
    aside = _half_width(core, made.radius_m)
    if aside is None:
        return None
    start, width = float(along.min()) - aside, float(along.max() - along.min()) + 2 * aside
    return None if width >= 360.0 else (start - _SLACK, width + 2 * _SLACK)


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


def _union(spans: Sequence[Span | None]) -> tuple[int, int]:
    """Give the narrowest span of longitudes, rounded outward to 1e-7 degrees, that covers all."""
    around = 360 * E7
    ranges: list[tuple[int, int]] = []
    for span in spans:
        if span is None:
            return -180 * E7, 180 * E7
        start = math.floor(span[0] * E7)
        width = math.ceil((span[0] + span[1]) * E7) - start
        ranges.append(((start + 180 * E7) % around, width))
    ranges.sort()
    # The widest part of the circle that nothing covers is left out.
    reach = max(start + width for start, width in ranges) - around
    gap, west = 0, 0
    for start, width in ranges:
        if start - reach > gap:
            gap, west = start - reach, start - 180 * E7
        reach = max(reach, start + width)
    if gap == 0:
        return -180 * E7, 180 * E7
    east = west + around - gap
    return west, east if east <= 180 * E7 else east - around


@dataclass(frozen=True, slots=True)
class Cap:
    """A point, and how far (0.1 mm, rounded up) everything lies from it at most."""

    middle: Position
    radius_e4m: int


def cap_of(volume: Volume4D) -> Cap:
    """Give a disk that holds a volume's footprint: the circle itself, or one around its middle."""
    made = footprint(volume.shape, "shape")
    if isinstance(volume.shape, Circle):
        return Cap(volume.shape.center, volume.shape.radius_e4m)
    knots = made.knots[: made.outline]
    x, y, z = (knots.min(axis=0) + knots.max(axis=0)) / 2
    lon, lat = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))
    middle = Position.of_degrees(lat, lon)
    there = np.full(made.outline, middle.lon), np.full(made.outline, middle.lat)
    ways = GEOD.inv(*there, made.lon[: made.outline], made.lat[: made.outline])[2]
    return Cap(middle, math.ceil((float(np.max(ways)) + made.radius_m) * 10_000))
