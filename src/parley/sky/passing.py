"""Two courses: where two that fly come closest while within the minima in time and in height.

For every two pieces, what the minima in time and in height allow is a convex polygon of pairs of
moments (``moments``); over it the true distance on the ellipsoid is minimised (``approach``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from parley.sky.approach import Spot, closest, piece_at, spot_at
from parley.sky.closest import Bounds, Closest, Work, worst
from parley.sky.courses import Course
from parley.sky.geodesy import Floats
from parley.sky.heights import GEOID, UNBOUNDED, Band, Relief, Vertical, offset, settled
from parley.sky.legs import Integers
from parley.sky.moments import (
    SLACK,
    SQUARE,
    Gap,
    Moments,
    Polygon,
    between,
    narrowest,
    within,
)
from parley.sky.pairing import BLOCK, within_reach
from parley.sky.separation import NEAR_ENOUGH_M, Lateral, Limits, Meeting, first_of, middle_of
from parley.sky.stretches import Flown, level_span, while_near
from parley.values.instants import Instant
from parley.values.lengths import metres


@dataclass(frozen=True, slots=True)
class _Gaps:
    """The gaps between two pieces: in time, and in height at least and at most (None: unknown)."""

    time: Gap
    possible: Gap
    certain: Gap | None


@dataclass(frozen=True)
class _Two:
    """Two courses and the minima they are held to."""

    a: Course
    b: Course
    limits: Limits
    relief: Relief

    @cached_property
    def ahead(self) -> int:
        """How much later the times of the first count from, in ms."""
        return self.a.start_ms - self.b.start_ms

    @cached_property
    def time_tolerance(self) -> int:
        return self.a.stated.time_tolerance_ms + self.b.stated.time_tolerance_ms

    @cached_property
    def vertical_tolerance(self) -> int:
        return self.a.stated.vertical_tolerance_e4m + self.b.stated.vertical_tolerance_e4m

    @cached_property
    def reach(self) -> float:
        """Both lateral tolerances, in metres."""
        return self.a.footprint.radius_m + self.b.footprint.radius_m

    @cached_property
    def most(self) -> float:
        """The distance, in metres, under which the two are too close."""
        return metres(self.limits.lateral_e4m) + NEAR_ENOUGH_M + self.reach

    @cached_property
    def references(self) -> tuple[str | None, str | None]:
        return self.a.stated.reference, self.b.stated.reference

    @cached_property
    def whole(self) -> tuple[Band, Band] | None:
        """Bounds on what heights may differ from what is stated, anywhere; None: not known."""
        one, other = self.a.datum(), self.b.datum()
        bands = offset(one, other, self.relief), settled(one, other, self.relief)
        return None if bands[0] is None or bands[1] is None else (bands[0], bands[1])

    @cached_property
    def hopeless(self) -> bool:
        """Tell that no two heights can be close for certain: too little is known of them."""
        if self.whole is None:
            return True
        # What nobody can know of any two of them is least where both are lowest.
        one, other = (c.datum(over=Band(0, 0)) for c in (self.a, self.b))
        low = [replace(d, high_e4m=d.low_e4m) for d in (one, other)]
        band = settled(low[0], low[1], self.relief)
        unknown = 0 if band is None else (band.high - band.low) // 2
        return unknown > self.limits.vertical_e4m + self.vertical_tolerance

    def bands(self, i: int, j: int) -> tuple[Band, Band] | None:
        """Bound the same between two pieces."""
        if self.whole is None or self.references[0] == self.references[1]:
            return self.whole
        geoid = "W84" in self.references
        over = (self.a.undulation(i), self.b.undulation(j)) if geoid else (GEOID, GEOID)
        one, other = self.a.datum(i, over=over[0]), self.b.datum(j, over=over[1])
        bands = offset(one, other, self.relief), settled(one, other, self.relief)
        return None if bands[0] is None or bands[1] is None else (bands[0], bands[1])

    def gaps(self, i: int, j: int) -> _Gaps:
        """Give the gaps between piece i of the first and piece j of the second."""
        (ta, ta1), (tb, tb1) = self.a.time[i].tolist(), self.b.time[j].tolist()
        (za, za1), (zb, zb1) = self.a.height[i].tolist(), self.b.height[j].tolist()
        time = Gap(
            self.ahead + ta - tb, ta1 - ta, tb - tb1, -self.time_tolerance, -self.time_tolerance
        )
        linear = (za - zb, za1 - za, zb - zb1)
        bands = self.bands(i, j)
        if bands is None:
            return _Gaps(time, Gap(*linear, -np.inf, -np.inf), None)
        possible, certain = bands
        both = self.vertical_tolerance
        return _Gaps(
            time,
            Gap(*linear, possible.low - both, -possible.high - both),
            Gap(*linear, certain.high - both, -certain.low - both),
        )


def passing(a: Course, b: Course, limits: Limits, relief: Relief) -> Closest | None:
    """Give the closest that two courses come within the minima, or None where they do not.

    ``when`` of the result holds the gap in time there, and from when until when both, flown with
    that same gap, stay within all minima: the first of the two times at the beginning, the last at
    the end, as planned (tolerances are counted in the minima, not here).
    """
    two = _Two(a, b, limits, relief)
    found: Closest | None = None
    spots: dict[Closest, tuple[int, int, Moments]] = {}
    work = Work()
    for rows, columns in _in_time(two):
        if found is not None and (found.certain or two.hopeless):
            earliest = _moments_of(two, rows, columns).min(axis=1).tolist()
            if (round(-two.reach * 1000), 0, 0, *earliest) > found.bound():
                continue
        rows, columns, bounds = _near(two, rows, columns)

        def meet(k: int, rows: Integers = rows, columns: Integers = columns) -> Closest | None:
            i, j = int(rows[k]), int(columns[k])
            met = _meet(two, i, j)
            if met is not None:
                spots.setdefault(met[0], (i, j, met[1]))
            return None if met is None else met[0]

        found = worst(bounds, meet, found, hopeless=two.hopeless, work=work)
        if work.passed is not None:
            if found is None:
                return _too_much(two, int(rows[work.passed]), int(columns[work.passed]))
            break
    if found is None:
        return None
    begin, until = _while_within(two, *spots[found], certain=found.certain)
    return replace(found, when=Meeting(found.when.gap_ms, Instant(begin), Instant(until)))


def _near(two: _Two, rows: Integers, columns: Integers) -> tuple[Integers, Integers, Bounds]:
    """Give those pairs of pieces that may be within the minima, and bounds on each."""
    a, b = two.a, two.b
    near = a.middle[rows] - b.middle[columns]
    room = a.spread[rows] + b.spread[columns] + two.most
    may = np.einsum("ij,ij->i", near, near) <= room**2
    may &= _apart_in_height(two, rows, columns) <= two.limits.vertical_e4m + SLACK
    rows, columns = rows[may], columns[may]
    rows, columns, at_least = within_reach(
        a.footprint.pieces, rows, b.footprint.pieces, columns, two.most
    )
    vertical = _apart_in_height(two, rows, columns)
    ta, tb = a.time[rows] + two.ahead, b.time[columns]
    late = np.maximum(ta[:, 0] - tb[:, 1], tb[:, 0] - ta[:, 1]) - two.time_tolerance
    first, second = _moments_of(two, rows, columns)
    bounds = Bounds.of(at_least - two.reach, vertical, np.maximum(late, 0.0), (first, second))
    return rows, columns, bounds


def _apart_in_height(two: _Two, rows: Integers, columns: Integers) -> Floats:
    """Give the least that the heights of each pair are apart, tolerances counted, in 0.1 mm."""
    if two.whole is None:
        return np.zeros(len(rows))
    rise = two.a.lowest[rows] - two.b.highest[columns] + two.whole[0].low
    fall = two.b.lowest[columns] - two.a.highest[rows] - two.whole[0].high
    result: Floats = np.maximum(np.maximum(rise, fall) - two.vertical_tolerance, 0.0)
    return result


def _too_much(two: _Two, i: int, j: int) -> Closest:
    """Say of two that were not compared to the end that they may be close, at two pieces."""
    p, q = piece_at(two.a.footprint.pieces, i), piece_at(two.b.footprint.pieces, j)
    middle = 0.5, 0.5
    seen = spot_at(p, q, (p.length / 2, q.length / 2)).seen
    radii = two.a.footprint.radius_m, two.b.footprint.radius_m
    first, second = (Instant(round(t) + two.b.start_ms) for t in sorted(_times(two, i, j, middle)))
    return Closest(
        certain=False,
        place=Lateral(0, first_of([middle_of(seen, *radii)]), sure=False),
        height=Vertical(0, UNBOUNDED),
        when=Meeting(0, first, second),
        depth_mm=0,
        moments=(first, second),
        legs=(int(two.a.leg[i]), int(two.b.leg[j])),
    )


def _moments_of(two: _Two, rows: Integers, columns: Integers) -> Floats:
    """Give when the pieces of each pair begin, the earlier first, in ms UTC, shape (2, n)."""
    starts = np.stack((two.a.time[rows, 0] + two.ahead, two.b.time[columns, 0]))
    result: Floats = np.sort(starts, axis=0) + two.b.start_ms
    return result


def _in_time(two: _Two) -> Iterator[tuple[Integers, Integers]]:
    """Give, in blocks, the pairs of pieces that are within the minimum in time."""
    slack = two.limits.time_ms + two.time_tolerance + SLACK
    first = np.searchsorted(two.b.time[:, 1], two.a.time[:, 0] + two.ahead - slack, "left")
    last = np.searchsorted(two.b.time[:, 0], two.a.time[:, 1] + two.ahead + slack, "right")
    count = np.maximum(last - first, 0)
    block = np.cumsum(count) // BLOCK
    for number in np.unique(block[count > 0]).tolist():
        chosen = np.nonzero((block == number) & (count > 0))[0]
        many = count[chosen]
        before = np.repeat(np.cumsum(many) - many, many)
        columns = np.repeat(first[chosen], many) + np.arange(int(many.sum())) - before
        yield np.repeat(chosen, many), columns


def _meet(two: _Two, i: int, j: int) -> tuple[Closest, Moments] | None:
    """Give the closest that two pieces come, and when; certain heights outweigh possible ones."""
    gaps = two.gaps(i, j)
    polygon = within(SQUARE, gaps.time, two.limits.time_ms)
    if not polygon:
        return None
    if gaps.certain is not None:
        surely = within(polygon, gaps.certain, two.limits.vertical_e4m)
        found = _closest_on(two, i, j, surely, gaps, certain=True) if surely else None
        if found is not None:
            return found
    perhaps = within(polygon, gaps.possible, two.limits.vertical_e4m)
    return _closest_on(two, i, j, perhaps, gaps, certain=False) if perhaps else None


def _closest_on(
    two: _Two, i: int, j: int, polygon: Polygon, gaps: _Gaps, *, certain: bool
) -> tuple[Closest, Moments] | None:
    p, q = piece_at(two.a.footprint.pieces, i), piece_at(two.b.footprint.pieces, j)
    spots = closest(p, q, [(u * p.length, v * q.length) for u, v in polygon])
    least = min(spot.seen.way for spot in spots)
    if least >= two.most:
        return None
    as_close = _moments(spots, (p.length, q.length), polygon)
    as_close = narrowest(narrowest(as_close, gaps.possible), gaps.time)

    def first_time(moments: Moments) -> tuple[float, float]:
        times = _times(two, i, j, moments)
        return min(times), max(times)

    moments = min(as_close, key=first_time)
    seen = spot_at(p, q, (moments[0] * p.length, moments[1] * q.length)).seen
    radii = two.a.footprint.radius_m, two.b.footprint.radius_m
    first, second = (Instant(round(t) + two.b.start_ms) for t in first_time(moments))
    most = UNBOUNDED if gaps.certain is None else round(gaps.certain.of(moments))
    found = Closest(
        certain=certain,
        place=Lateral(
            round(max(0.0, least - two.reach) * 10_000), first_of([middle_of(seen, *radii)])
        ),
        height=Vertical(round(gaps.possible.of(moments)), most),
        when=Meeting(round(gaps.time.of(moments)), first, second),
        depth_mm=round((least - two.reach) * 1000),
        moments=(first, second),
        legs=(int(two.a.leg[i]), int(two.b.leg[j])),
    )
    return found, moments


def _moments(spots: tuple[Spot, ...], lengths: tuple[float, float], polygon: Polygon) -> Polygon:
    """Turn places back into moments; where a piece stands still, all of its time counts."""
    if all(lengths):
        found = [(spot.s / lengths[0], spot.t / lengths[1]) for spot in spots]
        return [found[0]] if len(found) == 1 or found[0] == found[1] else found
    if lengths[0]:
        shares = [spot.s / lengths[0] for spot in spots]
        return between(polygon, 0, min(shares), max(shares)) or polygon
    if lengths[1]:
        shares = [spot.t / lengths[1] for spot in spots]
        return between(polygon, 1, min(shares), max(shares)) or polygon
    return polygon


def _times(two: _Two, i: int, j: int, moments: Moments) -> tuple[float, float]:
    """Give the times of two moments, both in ms after the start of the second course."""
    (ta, ta1), (tb, tb1) = two.a.time[i].tolist(), two.b.time[j].tolist()
    return two.ahead + ta + moments[0] * (ta1 - ta), tb + moments[1] * (tb1 - tb)


def _while_within(two: _Two, i: int, j: int, moments: Moments, *, certain: bool) -> tuple[int, int]:
    """Give from when until when two that keep their gap in time stay within the minima, in ms."""
    times = _times(two, i, j, moments)
    back = _walk(two, i, j, moments, certain=certain, step=-1)
    ahead = _walk(two, i, j, moments, certain=certain, step=1)
    return (
        round(min(times) - back) + two.b.start_ms,
        round(max(times) + ahead) + two.b.start_ms,
    )


def _walk(two: _Two, i: int, j: int, moments: Moments, *, certain: bool, step: int) -> float:
    """Follow two courses from a pair of moments on, or back; give how long both stay too close."""
    gone, goal = 0.0, 1.0 if step > 0 else 0.0
    at = {0: moments[0], 1: moments[1]}
    number = {0: i, 1: j}
    courses = (two.a, two.b)
    while True:
        spans = [float(np.ptp(courses[k].time[number[k]])) for k in (0, 1)]
        left = [abs(goal - at[k]) * spans[k] for k in (0, 1)]
        way = min(left)
        after = [at[k] + step * way / spans[k] if left[k] > way else goal for k in (0, 1)]
        if way > 0.0:
            share = _share(
                two, (number[0], number[1]), (at[0], at[1]), (after[0], after[1]), certain
            )
            gone += share * way
            if share < 1.0:
                return gone
        for k in (0, 1):
            at[k] = after[k]
            if left[k] <= way:
                number[k], at[k] = number[k] + step, 1.0 - goal
                if not 0 <= number[k] < len(courses[k]):
                    return gone


def _share(two: _Two, number: tuple[int, int], at: Moments, after: Moments, certain: bool) -> float:
    """Give the share of a stretch for which two stay within the minima, 0 to 1."""
    gaps = two.gaps(*number)
    vertical = gaps.certain if certain and gaps.certain is not None else gaps.possible
    limit = two.limits.vertical_e4m + SLACK
    level = level_span(
        vertical.level(at), vertical.level(after), vertical.under - limit, limit - vertical.over
    )
    near = while_near(
        Flown(
            _places(two.a, number[0], at[0], after[0]), _places(two.b, number[1], at[1], after[1])
        ),
        two.most,
    )
    if level is None or near is None or max(level[0], near[0]) > 1e-6:
        return 0.0
    return min(level[1], near[1])


def _places(course: Course, i: int, one: float, other: float) -> tuple[Floats, Floats]:
    start, end = course.footprint.pieces.start[i], course.footprint.pieces.end[i]
    return start + one * (end - start), start + other * (end - start)
