"""The 4D box around volumes and trajectories, as integers rounded outward."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from parley.errors import BadShape
from parley.sky.courses import prepare_course
from parley.sky.geodesy import GEOD
from parley.sky.heights import UNBOUNDED, Band, ellipsoidal
from parley.sky.spans import SLACK, Span, latitudes, longitudes
from parley.sky.volumes import Footprint, footprint
from parley.values.instants import spanning
from parley.values.places import E7, Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Volume4D


@dataclass(frozen=True, slots=True)
class Box:
    """A 4D box in 1e-7 degree, 0.1 mm and ms UTC, all rounded outward.

    The fields and their meaning are those of ``parley.record.envelope.Extent``. ``west_e7 >
    east_e7`` crosses the antimeridian. ``lower_e4m``/``upper_e4m``: see ``extent_of``.
    """

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int
    lower_e4m: int | None
    upper_e4m: int | None
    time_start: int
    time_end: int | None


def extent_of(volumes: Sequence[Volume4D], trajectories: Sequence[Trajectory] = ()) -> Box:
    """Give the box around volumes and trajectories; raises ``BadShape``.

    Radius, half-width and tolerances are included. Heights are W84, the widest the references
    allow; None where a limit is open or not stated.
    """
    if not volumes and not trajectories:
        raise BadShape("no volume, no extent", where="volumes")
    prints = [footprint(v.shape, f"volumes[{i}].shape") for i, v in enumerate(volumes)]
    prints += [
        prepare_course(t, where=f"trajectories[{i}]").footprint for i, t in enumerate(trajectories)
    ]
    bounds = [latitudes(p.lat, p.radius_m, p.poles()) for p in prints]
    spans = [
        longitudes(p.lon[: p.outline], p.lat, p.radius_m, within)  # holes lie within
        for p, within in zip(prints, bounds, strict=True)
    ]
    west, east = _union(spans)
    bands = [Band(ellipsoidal(v.lower).low, ellipsoidal(v.upper).high) for v in volumes]
    bands += [_flown(t) for t in trajectories]
    lower, upper = min(band.low for band in bands), max(band.high for band in bands)
    during = spanning([v.during for v in volumes] + [t.occupied for t in trajectories])
    return Box(
        south_e7=max(-90 * E7, math.floor((min(s for s, _ in bounds) - SLACK) * E7)),
        west_e7=west,
        north_e7=min(90 * E7, math.ceil((max(n for _, n in bounds) + SLACK) * E7)),
        east_e7=east,
        lower_e4m=None if lower <= -UNBOUNDED // 2 else lower,
        upper_e4m=None if upper >= UNBOUNDED // 2 else upper,
        time_start=during.start,
        time_end=during.end,
    )


def _flown(trajectory: Trajectory) -> Band:
    """Give the W84 heights within which a trajectory is flown, its tolerance included."""
    low, high = ellipsoidal(trajectory.lowest).low, ellipsoidal(trajectory.highest).high
    return Band(low - trajectory.vertical_tolerance_e4m, high + trajectory.vertical_tolerance_e4m)


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


def cap_of(part: Volume4D | Trajectory) -> Cap:
    """Give a disk that holds a footprint: the circle itself, or one around its middle.

    Raises ``BadShape`` for what cannot be compared.
    """
    if isinstance(part, Trajectory):
        made = prepare_course(part).footprint
    elif isinstance(part.shape, Circle):
        return Cap(part.shape.center, part.shape.radius_e4m)
    else:
        made = footprint(part.shape, "shape")
    return _cap_around(made)


# Footprints are kept for a while too: a plan that is moved in time or replaced keeps its shape.
@lru_cache(maxsize=64)
def _cap_around(made: Footprint) -> Cap:
    knots = made.knots[: made.outline]
    x, y, z = (knots.min(axis=0) + knots.max(axis=0)) / 2
    lon, lat = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))
    middle = Position.of_degrees(lat, lon)
    there = np.full(made.outline, middle.lon), np.full(made.outline, middle.lat)
    ways = GEOD.inv(*there, made.lon[: made.outline], made.lat[: made.outline])[2]
    return Cap(middle, math.ceil((float(np.max(ways)) + made.radius_m) * 10_000))
