"""Timed trajectories made ready for arithmetic on the ellipsoid: a course in short pieces."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np

from parley.errors import BadShape, ParleyError
from parley.sky.geodesy import Floats, ecef
from parley.sky.geoid import undulation_range
from parley.sky.heights import (
    EARTH,
    GEOID,
    UNDULATION_UNCERTAINTY_E4M,
    Band,
    Datum,
    Relief,
    ellipsoidal,
)
from parley.sky.legs import Cut, Integers, cut, measured, part_of
from parley.sky.regions import LONGEST_EDGE_M, LONGEST_LINE_M
from parley.sky.volumes import Footprint
from parley.values.lengths import metres
from parley.values.trajectories import Trajectory


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A trajectory cut into pieces flown at constant speed, each 10 NM long at most.

    Made by ``prepare_course`` or ``prepare_courses`` alone. ``footprint`` is the line on the ground
    with the lateral tolerance as radius; its pieces run in the direction of flight. Of piece i,
    ``leg[i]`` is the number of the waypoint it comes from, ``time[i]`` (ms after ``start_ms``) and
    ``height[i]`` (0.1 mm as stated; 0 if none is) are those at its two ends; ``lowest[i]`` and
    ``highest[i]`` are the heights in order. It lies within ``spread[i]`` of ``middle[i]``, and all
    of the course in a box from ``box_low`` to ``box_high``: earth-centred metres.
    """

    stated: Trajectory
    footprint: Footprint
    leg: Integers
    start_ms: int
    time: Floats
    height: Floats
    lowest: Floats
    highest: Floats
    middle: Floats
    spread: Floats
    box_low: Floats
    box_high: Floats
    _undulations: dict[int, Band] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.leg)

    def undulation(self, i: int) -> Band:
        """Bound the geoid below piece i, in 0.1 mm; read when first asked, for few need it."""
        if i not in self._undulations:
            made = self.footprint
            knots = made.lon[i : i + 2], made.lat[i : i + 2]
            self._undulations[i] = undulation_range(*knots, made.radius_m)
        return self._undulations[i]

    def datum(self, i: int | None = None, *, over: Band = GEOID) -> Datum:
        """Give the heights stated along piece i, or along all; ``over`` bounds the geoid there."""
        heights = self.height if i is None else self.height[i]
        low, high = math.floor(heights.min()), math.ceil(heights.max())
        return Datum(self.stated.reference, low, high, 0, over)


def prepare_course(trajectory: Trajectory, *, where: str = "") -> Course:
    """Make a trajectory ready; raise ``BadShape`` for one that cannot be compared.

    Refused: near-antipodal legs, and lines that never end. ``where`` is put before ``points[i]``.
    """
    try:
        return _recent(trajectory)
    except ParleyError:
        return prepare_courses((trajectory,), where=(where,))[0]  # to name the place


# A body is checked first and then asked what it is about: the same trajectory twice in a row.
@lru_cache(maxsize=16)
def _recent(trajectory: Trajectory) -> Course:
    return prepare_courses((trajectory,))[0]


def prepare_courses(
    trajectories: Sequence[Trajectory], *, where: Sequence[str] = ()
) -> tuple[Course, ...]:
    """Make many trajectories ready at once, which is faster; see ``prepare_course``."""
    if not trajectories:
        return ()
    sizes = np.array([len(t.points) for t in trajectories])
    lat = np.array([p.lat for t in trajectories for p in t.points])
    lon = np.array([p.lon for t in trajectories for p in t.points])
    last = np.cumsum(sizes) - 1
    # A lone point is a leg from itself to itself; between two trajectories there is no leg.
    starts = np.ones(len(lon), dtype=np.bool_)
    starts[last[sizes > 1]] = False
    begin = np.nonzero(starts)[0]
    end = np.where(np.isin(begin, last), begin, begin + 1)
    legs = measured(lon[begin], lat[begin], lon[end], lat[end])
    first = np.concatenate(([0], np.cumsum(np.maximum(sizes - 1, 1)))).tolist()
    for i, (low, high) in enumerate(pairwise(first)):
        _check(legs.length[low:high], f"{where[i]}.points" if where and where[i] else "points")
    made = cut(legs)
    edges = np.searchsorted(made.leg, first).tolist()
    return tuple(
        _course(trajectory, made, first[i], slice(edges[i], edges[i + 1]))
        for i, trajectory in enumerate(trajectories)
    )


def _check(length: Floats, where: str) -> None:
    if float(length.sum()) > LONGEST_LINE_M:
        raise BadShape(f"the legs are over {LONGEST_LINE_M / 1000:,.0f} km in all", where=where)
    far = np.nonzero(length > LONGEST_EDGE_M)[0]
    if len(far):
        raise BadShape(
            "the two ends of a leg are nearly antipodal: no shortest way is certain",
            where=f"{where}[{int(far[0]) + 1}]",
            hint="put a point between them",
        )


def _course(stated: Trajectory, made: Cut, first: int, rows: slice) -> Course:
    leg = made.leg[rows] - first
    pieces = part_of(made.pieces, rows)
    lon = np.append(pieces.lon, made.lon1[rows.stop - 1])
    lat = np.append(pieces.lat, made.lat1[rows.stop - 1])
    knots = ecef(lon, lat)
    radius = metres(stated.lateral_tolerance_e4m)
    margin = radius + float(pieces.bulge.max())
    times = np.array(stated.times, dtype=np.int64) - stated.times[0]
    heights = np.array(stated.heights_e4m or (0,) * len(times), dtype=np.float64)
    shares = np.column_stack((made.begin[rows], made.finish[rows]))
    height = _along(heights, leg, shares)
    return Course(
        stated=stated,
        footprint=Footprint(pieces, radius, lon, lat, knots, len(lon)),
        leg=leg,
        start_ms=stated.times[0],
        time=_along(times.astype(np.float64), leg, shares),
        height=height,
        lowest=height.min(axis=1),
        highest=height.max(axis=1),
        middle=(pieces.start + pieces.end) / 2,
        spread=pieces.length / 2 + pieces.bulge,
        box_low=knots.min(axis=0) - margin,
        box_high=knots.max(axis=0) + margin,
    )


def _along(at_points: Floats, leg: Integers, shares: Floats) -> Floats:
    """Interpolate between the points of each leg; exact at the points themselves."""
    here = at_points[leg][:, None]
    there = at_points[np.minimum(leg + 1, len(at_points) - 1)][:, None]
    result: Floats = np.where(shares == 1.0, there, here + shares * (there - here))
    return result


def levels(flown: Trajectory, low_e4m: int, high_e4m: int, relief: Relief = EARTH) -> Band:
    """Give the W84 heights outside of which what is flown between two stated heights is not.

    Tolerance included; without any reference, there is no bound.
    """
    low, high = flown.altitude(low_e4m), flown.altitude(high_e4m)
    # Where the geoid is lowest and highest, its uncertainty reaches beyond.
    more = flown.vertical_tolerance_e4m + UNDULATION_UNCERTAINTY_E4M
    return Band(ellipsoidal(low, relief).low - more, ellipsoidal(high, relief).high + more)
