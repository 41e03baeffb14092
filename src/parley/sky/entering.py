"""A course and a volume: where what flies comes closest while within the minima in time and height.

What is flown while the minima in time and in height allow is cut out of each piece; these sub-legs
are compared with the footprint of the volume.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from parley.sky.approach import Spot, closest, piece_at
from parley.sky.closest import Bounds, Closest, Work, worst
from parley.sky.courses import Course
from parley.sky.geodesy import GEOD, Floats, Pieces, ecef
from parley.sky.heights import (
    GEOID,
    UNBOUNDED,
    Band,
    Datum,
    Relief,
    Vertical,
    offset,
    on_ground,
    settled,
)
from parley.sky.legs import Integers, part_of, pieces_of
from parley.sky.moments import SLACK, Gap, Polygon, narrowest
from parley.sky.pairing import Candidates, candidates, pairs_within
from parley.sky.regions import crossings
from parley.sky.separation import NEAR_ENOUGH_M, Lateral, Limits, Meeting, first_of, middle_of
from parley.sky.stretches import around, joined, near_shares
from parley.sky.volumes import Prepared
from parley.values.instants import Instant
from parley.values.lengths import Altitude, metres

_LEAST_SHARE = 1e-9


class _Parts(NamedTuple):
    """Parts of sub-legs: the number of each, and from which share of its piece to which."""

    ks: Integers
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class _Layer:
    """How far above and below a volume a height is: ``over`` and ``under`` of a gap."""

    possible: tuple[float, float]
    certain: tuple[float, float] | None


_UNKNOWN = _Layer((-math.inf, -math.inf), None)


@dataclass(frozen=True)
class _Both:
    """A course, a volume, and the minima they are held to."""

    course: Course
    volume: Prepared
    limits: Limits
    relief: Relief

    @cached_property
    def reach(self) -> float:
        return self.course.footprint.radius_m + self.volume.footprint.radius_m

    @cached_property
    def most(self) -> float:
        """The distance, in metres, under which the two are too close."""
        return metres(self.limits.lateral_e4m) + NEAR_ENOUGH_M + self.reach

    @cached_property
    def window(self) -> tuple[float, float]:
        """``over`` and ``under`` of the gap in time, in ms after the start of the course."""
        stated, tolerance = self.volume.stated, self.course.stated.time_tolerance_ms
        end = math.inf if stated.time_end is None else stated.time_end - self.course.start_ms
        return -end - tolerance, stated.time_start - self.course.start_ms - tolerance

    @cached_property
    def known(self) -> bool:
        """Tell whether both state how high they are."""
        stated = self.volume.stated
        heights = (self.course.stated.reference, stated.lower, stated.upper)
        return all(height is not None for height in heights)

    @cached_property
    def mixed(self) -> bool:
        """Tell whether the two state their heights above different things."""
        return any(limit.reference != self.course.stated.reference for limit in self.altitudes)

    @cached_property
    def altitudes(self) -> tuple[Altitude, ...]:
        stated = self.volume.stated
        return tuple(x for x in (stated.lower, stated.upper) if isinstance(x, Altitude))

    @cached_property
    def geoid(self) -> bool:
        """Tell whether the gap in height depends on where the geoid lies."""
        mine = self.course.stated.reference == "W84"
        return any((limit.reference == "W84") != mine for limit in self.altitudes)

    def layer(self, i: int) -> _Layer:
        """Give the layer as seen from piece i."""
        return self._layer(i if self.mixed else None) if self.known else _UNKNOWN

    def _layer(self, i: int | None) -> _Layer:
        course, volume = self.course, self.volume
        lower, upper = volume.stated.lower, volume.stated.upper
        here = there = GEOID
        if self.geoid and i is not None:
            here, there = course.undulation(i), volume.undulation()
        flown = course.datum(i, over=here)
        tolerance = course.stated.vertical_tolerance_e4m
        over = under = (-math.inf, -math.inf)
        if isinstance(upper, Altitude):
            low, high = self._rise(flown, _datum(upper, there))
            over = (low - upper.e4m - tolerance, high - upper.e4m - tolerance)
        if isinstance(lower, Altitude) and not on_ground(lower):
            low, high = self._rise(_datum(lower, there), flown)
            under = (lower.e4m + low - tolerance, lower.e4m + high - tolerance)
        return _Layer((over[0], under[0]), (over[1], under[1]))

    def _rise(self, a: Datum, b: Datum) -> tuple[float, float]:
        possible, certain = offset(a, b, self.relief), settled(a, b, self.relief)
        if possible is None or certain is None:
            return -math.inf, math.inf
        return possible.low, certain.high

    def gaps(self, i: int) -> tuple[Gap, Gap, Gap | None]:
        """Give the gaps along piece i: in time, and in height at least and at most."""
        (t0, t1), (z0, z1) = self.course.time[i].tolist(), self.course.height[i].tolist()
        layer = self.layer(i)
        certain = None if layer.certain is None else Gap(z0, z1 - z0, 0.0, *layer.certain)
        return (
            Gap(t0, t1 - t0, 0.0, *self.window),
            Gap(z0, z1 - z0, 0.0, *layer.possible),
            certain,
        )


def _datum(limit: Altitude, undulation: Band) -> Datum:
    return Datum(limit.reference, limit.e4m, limit.e4m, limit.uncertainty_e4m, undulation)


@dataclass(frozen=True, slots=True, eq=False)
class _Flown:
    """What is flown within the minima in time and height: rows of the course, and which shares.

    ``over`` and ``under`` are those of the gap in height at least, for each.
    """

    rows: Integers
    low: Floats
    high: Floats
    pieces: Pieces
    certain: bool
    over: Floats
    under: Floats

    def share(self, k: int, way: float) -> float:
        """Give the share of its piece that lies ``way`` metres along sub-leg k."""
        low, high = float(self.low[k]), float(self.high[k])
        length = float(self.pieces.length[k])
        return low if length == 0.0 else low + min(1.0, way / length) * (high - low)


def entering(course: Course, volume: Prepared, limits: Limits, relief: Relief) -> Closest | None:
    """Give the closest that a course comes to a volume within the minima, or None if it does not.

    ``when`` of the result holds the gap in time there, and from when until when what flies is
    within all minima, as planned (tolerances are counted in the minima, not here).
    """
    both = _Both(course, volume, limits, relief)
    for certain in (True, False):
        flown = _flown(both, certain=certain)
        if flown is None:
            continue
        inside = _inside(both, flown)
        found = _closest(both, flown, inside)
        if found is not None:
            begin, until = _while_within(both, flown, inside, found.moments[0])
            return replace(found, when=Meeting(found.when.gap_ms, begin, until))
    return None


def _flown(both: _Both, *, certain: bool) -> _Flown | None:
    """Cut out of the course what is flown within the minima in time and in height."""
    course = both.course
    if certain and not both.known:
        return None
    low, high = _shares(course.time, *both.window, both.limits.time_ms)
    rows = np.nonzero(low <= high)[0]
    least = np.full((len(rows), 2), -math.inf)
    if len(rows) and both.known:
        layers = [both.layer(int(i)) for i in (rows if both.mixed else rows[:1])]
        picked = [layer.certain if certain else layer.possible for layer in layers]
        over, under = np.array(picked, dtype=np.float64).T
        least[:] = np.array([layer.possible for layer in layers])
        floor, ceiling = _shares(course.height[rows], over, under, both.limits.vertical_e4m)
        low[rows], high[rows] = np.maximum(low[rows], floor), np.minimum(high[rows], ceiling)
        # A place where both limits are just touched must not be lost to the last digit.
        kept = low[rows] <= high[rows] + _LEAST_SHARE
        rows, least = rows[kept], least[kept]
    if not len(rows):
        return None
    low, high = low[rows], np.maximum(low[rows], high[rows])
    pieces = _sub_legs(course.footprint.pieces, rows, low, high)
    return _Flown(rows, low, high, pieces, certain, least[:, 0], least[:, 1])


def _shares(
    ends: Floats, over: Floats | float, under: Floats | float, limit: float
) -> tuple[Floats, Floats]:
    """Give from which share to which of each piece a gap is within its limit; empty: 2 and -1."""
    low, high = np.subtract(under, limit), np.subtract(limit, over)
    start, end = ends[:, 0], ends[:, 1]
    rise = end - start
    safe = np.where(rise == 0.0, 1.0, rise)
    one, other = (low - start) / safe, (high - start) / safe
    first = np.where(rise == 0.0, 0.0, np.clip(np.minimum(one, other), 0.0, 1.0))
    last = np.where(rise == 0.0, 1.0, np.clip(np.maximum(one, other), 0.0, 1.0))
    real = (np.maximum(start, end) >= low - SLACK) & (np.minimum(start, end) <= high + SLACK)
    # A floor that may lie above the ceiling leaves no height that is within both for certain.
    real &= low <= high + SLACK
    return np.where(real, first, 2.0), np.where(real, last, -1.0)


def _sub_legs(pieces: Pieces, rows: Integers, low: Floats, high: Floats) -> Pieces:
    start = (pieces.lon[rows], pieces.lat[rows], pieces.azimuth[rows])
    length = pieces.length[rows]
    lon, lat, azimuth = GEOD.fwd(*start, low * length, return_back_azimuth=False)
    lon1, lat1, _ = GEOD.fwd(*start, high * length, return_back_azimuth=False)
    return pieces_of(lon, lat, azimuth, (high - low) * length, lon1, lat1)


def _closest(both: _Both, flown: _Flown, inside: _Parts) -> Closest | None:
    """Give the closest of all sub-legs: within an area first, then to the line or outline."""
    work = Work()

    def within(n: int) -> Closest:
        k, low, high = int(inside.ks[n]), float(inside.low[n]), float(inside.high[n])
        return _placed(both, flown, k, [(low, 0.0), (high, 0.0)], 0.0)

    depth = np.full(len(inside.ks), -both.reach)
    bounds = _bounds(both, flown, inside, depth)
    found = worst(bounds, within, None, hopeless=True, work=work)
    if work.passed is not None:
        return found
    outline = both.volume.footprint.pieces
    for near in candidates(flown.pieces, outline, both.most):

        def meet(n: int, near: Candidates = near) -> Closest | None:
            k, column = int(near.rows[n]), int(near.columns[n])
            spots = _spots(flown, k, outline, column)
            least = min(spot.seen.way for spot in spots)
            if least >= both.most:
                return None
            shares = [flown.share(k, spot.s) for spot in (spots[0], spots[-1])]
            if flown.pieces.length[k] == 0.0:
                shares = [float(flown.low[k]), float(flown.high[k])]
            return _placed(both, flown, k, [(share, 0.0) for share in shares], least, column)

        whole = _Parts(near.rows, flown.low[near.rows], flown.high[near.rows])
        bounds = _bounds(both, flown, whole, near.at_least - both.reach)
        found = worst(bounds, meet, found, hopeless=True, work=work)
        if work.passed is not None:
            n = work.passed
            return found or _too_much(both, flown, int(near.rows[n]), int(near.columns[n]))
        if found is not None and (near.rest - both.reach) * 1000 > found.depth_mm + 1:
            break
    return found


def _too_much(both: _Both, flown: _Flown, k: int, column: int) -> Closest:
    """Say of two that were not compared to the end that they may be close, at a sub-leg."""
    share = float(flown.low[k])
    found = _placed(both, flown, k, [(share, 0.0)], 0.0, column)
    place = replace(found.place, gap_e4m=0, sure=False)
    return replace(found, certain=False, place=place, height=Vertical(0, UNBOUNDED))


def _spots(flown: _Flown, k: int, pieces: Pieces, column: int) -> tuple[Spot, ...]:
    p, q = piece_at(flown.pieces, k), piece_at(pieces, column)
    return closest(p, q, ((0.0, 0.0), (p.length, 0.0), (p.length, q.length), (0.0, q.length)))


def _bounds(both: _Both, flown: _Flown, parts: _Parts, depth: Floats) -> Bounds:
    """Bound the ranks of parts of sub-legs that are no nearer than ``depth``, in metres."""
    rows = flown.rows[parts.ks]
    level = _at_shares(both.course.height[rows], parts)
    time = _at_shares(both.course.time[rows], parts)
    over, under = flown.over[parts.ks], flown.under[parts.ks]
    vertical = np.maximum(level.min(axis=1) + over, under - level.max(axis=1))
    gap = np.maximum(time.min(axis=1) + both.window[0], both.window[1] - time.max(axis=1))
    first = time[:, 0] + both.course.start_ms
    return Bounds.of(depth, np.maximum(vertical, 0.0), np.maximum(gap, 0.0), (first, first))


def _at_shares(ends: Floats, parts: _Parts) -> Floats:
    """Give what changes linearly along pieces at both ends of parts of them, shape (n, 2)."""
    rise = ends[:, 1] - ends[:, 0]
    return np.stack((ends[:, 0] + parts.low * rise, ends[:, 0] + parts.high * rise), axis=1)


def _inside(both: _Both, flown: _Flown) -> _Parts:
    """Give the sub-legs, or the parts of them, that lie in the area of the volume."""
    area, outline = both.volume.footprint.region, both.volume.footprint.pieces
    if area is None:
        return _Parts(np.empty(0, dtype=np.intp), np.empty(0), np.empty(0))
    every = np.arange(len(flown.rows))
    which, edges = [every, every], [flown.low, flown.high]
    for ks, columns in pairs_within(flown.pieces, outline, 0.0):
        crossed, at = crossings(flown.pieces, ks, outline, columns)
        which.append(crossed)
        edges.append(flown.low[crossed] + at * (flown.high[crossed] - flown.low[crossed]))
    ks, shares = np.concatenate(which), np.concatenate(edges)
    order = np.lexsort((shares, ks))
    ks, shares = ks[order], shares[order]
    same = ks[1:] == ks[:-1]
    which_k, low, high = ks[:-1][same], shares[:-1][same], shares[1:][same]
    pieces, rows = both.course.footprint.pieces, flown.rows[which_k]
    start = (pieces.lon[rows], pieces.lat[rows], pieces.azimuth[rows])
    way = (low + high) / 2 * pieces.length[rows]
    lon, lat, _ = GEOD.fwd(*start, way, return_back_azimuth=False)
    held = area.holds(ecef(lon, lat))
    return _Parts(which_k[held], low[held], high[held])


def _placed(
    both: _Both, flown: _Flown, k: int, stretch: Polygon, least: float, column: int | None = None
) -> Closest:
    """Choose on a stretch that is as close all along: by height, by time, then the earliest."""
    i = int(flown.rows[k])
    time, possible, certain = both.gaps(i)
    share = min(narrowest(narrowest(stretch, possible), time))[0]
    pieces, radii = both.course.footprint.pieces, both.course.footprint.radius_m
    here = piece_at(pieces, i)
    way = share * here.length
    lon, lat, _ = GEOD.fwd(here.lon, here.lat, here.azimuth, way, return_back_azimuth=False)
    places = [(lon, lat)]
    if column is not None:
        other = piece_at(both.volume.footprint.pieces, column)
        seen = closest(here, other, ((way, 0.0), (way, other.length)))[0].seen
        places = [middle_of(seen, radii, both.volume.footprint.radius_m)]
    at = both.course.start_ms + round(time.level((share, 0.0)))
    moments = (share, 0.0)
    most = UNBOUNDED if certain is None else round(certain.of(moments))
    return Closest(
        certain=flown.certain,
        place=Lateral(round(max(0.0, least - both.reach) * 10_000), first_of(places)),
        height=Vertical(round(possible.of(moments)), most),
        when=Meeting(round(time.of(moments)), Instant(at), Instant(at)),
        depth_mm=round((least - both.reach) * 1000),
        moments=(at, at),
        legs=(int(both.course.leg[i]), None),
    )


def _while_within(both: _Both, flown: _Flown, inside: _Parts, at: int) -> tuple[Instant, Instant]:
    """Give from when until when what flies stays within the minima around an instant."""
    course, start = both.course, both.course.start_ms
    here, there = part_of(course.footprint.pieces, flown.rows), both.volume.footprint.pieces

    def times(ks: Integers, low: Floats, high: Floats) -> Floats:
        ends = course.time[flown.rows[ks]]
        flight = ends[:, 1] - ends[:, 0]
        return np.stack((ends[:, 0] + low * flight, ends[:, 0] + high * flight), axis=1)

    spans = [np.array([[at - start, at - start]], dtype=np.float64)]
    if len(inside.ks):
        spans.append(times(*inside))
    for ks, columns in pairs_within(here, there, both.most):
        low, high = near_shares(here, ks, there, columns, both.most)
        low, high = np.maximum(low, flown.low[ks]), np.minimum(high, flown.high[ks])
        real = low <= high
        spans = [joined(np.concatenate((*spans, times(ks[real], low[real], high[real]))))]
    begin, until = around(joined(np.concatenate(spans)), at - start)
    return Instant(start + round(begin)), Instant(start + round(until))
