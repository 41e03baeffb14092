"""The least distance of two bodies while within minima in height and time, as a bracket.

A ``Body`` is made of stretches: cubics (``oracle_curves``) with, at both ends of each, the times
and the heights between which the body may be there; they change linearly along it. A volume has the
same all along, and its disk moves nowhere. Of two stretches at shares u and v, the minima allow a
polygon: 0 <= u, v <= 1 and four more half-planes. Over it the distance of the two chords is a
convex function, whose minimum lies at its stationary point or on one of the eight lines; each is
tried (``least``). That bounds the true distance by the two bulges (see ``oracle_curves``), both
ways, and the stretches are halved twice over and over until both bounds are ``TOLERANCE_M`` apart.

Nothing here is ours, and no step is shared with ours: no clipping of polygons, no projection.
"""

import math
from typing import NamedTuple

import numpy as np

from tests.spine.sky.oracle_curves import (
    EARTH,
    STRAY_M,
    Bools,
    Curves,
    Floats,
    Integers,
    Point,
    arc_at_least,
    arc_at_most,
    bulge,
    degrees,
)

TOLERANCE_M = 2e-3
COARSE_M = 50_000.0
# What touches a minimum to this, in ms or 0.1 mm, is within.
SLACK = 1e-3
# Stands for no end and no limit: finite, so that it adds up.
NO_END = 1e15
_BLOCK = 160
_NOTHING = 1e-12
# Rings are looked at in chords of ``RING_M``, which bulge by less than this.
RING_M, _GRAZE_M = 2_000.0, 0.1


class Body(NamedTuple):
    """Stretches with the first and last time (ms) and lowest and highest height (0.1 mm) there.

    Those four are of shape (n, 2): at the start and at the end of each. ``rings``, of
    an area, are places (n, 3) along each ring, the first again at the end.
    """

    curves: Curves
    early: Floats
    late: Floats
    low: Floats
    high: Floats
    radius: float
    rings: tuple[Floats, ...] = ()


class Minima(NamedTuple):
    """Minima in height (0.1 mm) and in time (ms)."""

    vertical: float
    time: float


class Bracket(NamedTuple):
    """Bounds on the lateral gap in metres, and where it is attained on the two cores."""

    low: float
    high: float
    places: tuple[Point, Point]


class Stretches(NamedTuple):
    """Parts of the stretches of a body: which, and from which share to which."""

    which: Integers
    first: Floats
    last: Floats

    def take(self, rows: Integers) -> "Stretches":
        return Stretches(self.which[rows], self.first[rows], self.last[rows])


def whole(body: Body) -> Stretches:
    """Cut a body into stretches of at most ``COARSE_M``."""
    count = np.maximum(1, np.ceil(body.curves.length / COARSE_M)).astype(np.int64)
    which = np.repeat(np.arange(len(count)), count)
    begin = np.repeat(np.cumsum(count) - count, count)
    number = np.arange(len(which)) - begin
    return Stretches(which, number / count[which], (number + 1) / count[which])


def between(ends: Floats, part: Stretches) -> Floats:
    """Interpolate what changes linearly along stretches, to the two ends of each part."""
    start, rise = ends[part.which, 0], ends[part.which, 1] - ends[part.which, 0]
    first = np.where(part.first == 0.0, start, start + part.first * rise)
    last = np.where(part.last == 1.0, ends[part.which, 1], start + part.last * rise)
    return np.stack((first, last), axis=1)


def rows_of(a: Body, p: Stretches, b: Body, q: Stretches, minima: Minima) -> Floats:
    """Give the half-planes ``x u + y v <= z`` of pairs of parts, (n, 8, 3), box first."""
    n = len(p.which)
    planes = np.zeros((n, 8, 3))
    planes[:, 0] = (1, 0, 1)
    planes[:, 1] = (-1, 0, 0)
    planes[:, 2] = (0, 1, 1)
    planes[:, 3] = (0, -1, 0)
    limits = ((minima.time, "early", "late"), (minima.vertical, "low", "high"))
    k = 4
    for limit, low, high in limits:
        for turned in (False, True):
            one, other = (b, a) if turned else (a, b)
            mine, theirs = (q, p) if turned else (p, q)
            # The lower edge of the one may lie above the upper edge of the other by the limit.
            x = between(getattr(one, low), mine)
            y = between(getattr(other, high), theirs)
            column = (1, 0) if turned else (0, 1)
            planes[:, k, column[0]] = x[:, 1] - x[:, 0]
            planes[:, k, column[1]] = y[:, 0] - y[:, 1]
            planes[:, k, 2] = limit + y[:, 0] - x[:, 0]
            k += 1
    planes[:, 4:, 2] += SLACK
    return planes


def possible(planes: Floats) -> Bools:
    """Tell which pairs no single half-plane rules out."""
    lowest = np.minimum(planes[:, 4:, 0], 0.0) + np.minimum(planes[:, 4:, 1], 0.0)
    return np.all(lowest <= planes[:, 4:, 2], axis=1)


def least(p0: Floats, p1: Floats, q0: Floats, q1: Floats, planes: Floats) -> tuple[Floats, Floats]:
    """Minimise the distance of two chords, (n, 3) each, over the half-planes of each pair.

    Give the distances (infinite: nothing is allowed) and the shares u and v, (n, 2).
    """
    away, mine, theirs = p0 - q0, p1 - p0, q0 - q1
    aa, bb = dot(mine, mine), dot(theirs, theirs)
    ab, wa, wb = dot(mine, theirs), dot(away, mine), dot(away, theirs)
    tried = np.concatenate(
        (_stationary(aa, ab, bb, wa, wb)[:, None], _on_lines(planes, aa, ab, bb, wa, wb)), axis=1
    )
    scale = np.abs(planes[:, None, :, 0]) + np.abs(planes[:, None, :, 1])
    u, v = tried[:, :, 0, None], tried[:, :, 1, None]
    with np.errstate(invalid="ignore"):
        over = planes[:, None, :, 0] * u + planes[:, None, :, 1] * v - planes[:, None, :, 2]
        allowed: Bools = np.all(over <= 1e-9 * scale, axis=2)
    shares = np.clip(np.where(allowed[:, :, None], tried, 0.0), 0.0, 1.0)
    gaps = away[:, None] + shares[:, :, :1] * mine[:, None] + shares[:, :, 1:] * theirs[:, None]
    ways = np.where(allowed, np.sqrt((gaps * gaps).sum(axis=2)), np.inf)
    best = ways.argmin(axis=1)
    rows = np.arange(len(best))
    return ways[rows, best], shares[rows, best]


def dot(x: Floats, y: Floats) -> Floats:
    result: Floats = (x * y).sum(axis=-1)
    return result


def _stationary(aa: Floats, ab: Floats, bb: Floats, wa: Floats, wb: Floats) -> Floats:
    """Give where both derivatives vanish; nan where that is no single place."""
    determinant = aa * bb - ab * ab
    single = determinant > 1e-14 * np.maximum(aa * bb, _NOTHING)
    safe = np.where(single, determinant, 1.0)
    u, v = (ab * wb - bb * wa) / safe, (ab * wa - aa * wb) / safe
    return np.where(single[:, None], np.stack((u, v), axis=1), np.nan)


def _on_lines(planes: Floats, aa: Floats, ab: Floats, bb: Floats, wa: Floats, wb: Floats) -> Floats:
    """Give the minimum on the allowed part of each of the eight lines, (n, 8, 2); else nan."""
    x, y, z = planes[:, :, 0], planes[:, :, 1], planes[:, :, 2]
    norm = np.hypot(x, y)
    real = norm > _NOTHING
    safe = np.where(real, norm, 1.0)
    ex, ey, reach = x / safe, y / safe, z / safe
    base = np.stack((ex * reach, ey * reach), axis=2)
    along = np.stack((-ey, ex), axis=2)
    # On a line, every half-plane leaves an interval of s: rate * s <= room.
    rate = x[:, None] * along[:, :, :1] + y[:, None] * along[:, :, 1:]
    room = z[:, None] - x[:, None] * base[:, :, :1] - y[:, None] * base[:, :, 1:]
    steep = np.abs(rate) > 1e-11 * np.maximum(norm[:, None], _NOTHING)
    edge = np.where(steep, room, 0.0) / np.where(steep, rate, 1.0)
    last = np.where(steep & (rate > 0), edge, np.inf).min(axis=2)
    first = np.where(steep & (rate < 0), edge, -np.inf).max(axis=2)
    # |away + base + s along|^2: its derivative vanishes at s.
    du, dv = along[:, :, 0], along[:, :, 1]
    square = du * du * aa[:, None] + 2 * du * dv * ab[:, None] + dv * dv * bb[:, None]
    bu, bv = base[:, :, 0], base[:, :, 1]
    half = du * (wa[:, None] + bu * aa[:, None] + bv * ab[:, None]) + dv * (
        wb[:, None] + bu * ab[:, None] + bv * bb[:, None]
    )
    moving = square > _NOTHING
    s = np.where(moving, -half, 0.0) / np.where(moving, square, 1.0)
    good = real & (first <= last + 1e-9)
    s = np.where(good, np.minimum(np.maximum(s, first), last), np.nan)
    result: Floats = base + s[:, :, None] * along
    return result


def bracket(a: Body, b: Body, minima: Minima) -> Bracket | None:
    """Bound the lateral gap of two bodies while within minima; None if they never are."""
    found = _closest(a, b, minima)
    if found is None:
        return None
    least_m, most_m, here, there = found
    if _inside(a, b, minima) or _inside(b, a, minima):
        return Bracket(0.0, 0.0, (here, there))
    if most_m < _GRAZE_M and (a.rings or b.rings):
        least_m = 0.0  # whether a ring winds around what grazes it is not asked
    reach = a.radius + b.radius
    return Bracket(max(0.0, least_m - reach), max(0.0, most_m - reach), (here, there))


def _closest(a: Body, b: Body, minima: Minima) -> tuple[float, float, Point, Point] | None:
    """Bound the distance of the cores (outlines, of areas), and give where they are closest."""
    p, q = whole(a), whole(b)
    pairs = np.indices((len(p.which), len(q.which))).reshape(2, -1)
    p, q = p.take(pairs[0]), q.take(pairs[1])
    best = math.inf
    spots: tuple[Floats, Floats] | None = None
    while len(p.which):
        near, planes = _near(a, p, b, q, minima)
        may = np.nonzero(possible(planes) & (near < best - TOLERANCE_M))[0]
        may = may[np.argsort(near[may], kind="stable")]
        kept: list[tuple[Integers, Floats]] = []
        for rows in np.array_split(may, max(1, math.ceil(len(may) / _BLOCK))):
            rows = rows[near[rows] < best - TOLERANCE_M]
            if not len(rows):
                break
            low, chord, mine, theirs = _bounds(a, p.take(rows), b, q.take(rows), planes[rows])
            k = int(chord.argmin())
            if chord[k] < best:
                best, spots = float(chord[k]), (mine[k], theirs[k])
            kept.append((rows, low))
        rows = np.concatenate([rows for rows, _ in kept]) if kept else np.empty(0, dtype=np.int64)
        low = np.concatenate([low for _, low in kept]) if kept else np.empty(0)
        rows = rows[low < best - TOLERANCE_M]
        p, q = _halved(a, p.take(rows), b, q.take(rows))
    if spots is None:
        return None
    here, there = degrees(spots[0]), degrees(spots[1])
    low_m = arc_at_least(max(0.0, best - TOLERANCE_M - 2 * STRAY_M))
    high_m = arc_at_most(best + 2 * STRAY_M)
    if high_m - low_m > 0.004:
        # The distance of two places is one that is attained: no more than that.
        seen = EARTH.Inverse(here[1], here[0], there[1], there[0], EARTH.DISTANCE)["s12"]
        high_m = min(high_m, seen + 2 * STRAY_M)
        if _single(a) and _single(b):
            low_m = seen - 2 * STRAY_M
    return max(0.0, low_m), high_m, here, there


def _single(body: Body) -> bool:
    return len(body.curves.length) == 1 and body.curves.length[0] == 0.0


def _middle(body: Body, part: Stretches) -> tuple[Floats, Floats]:
    """Give the middle of each part, and how far its ends lie from it at most."""
    middle = body.curves.at(part.which, (part.first + part.last) / 2)
    return middle, _length(body, part) / 2 + STRAY_M


def _near(a: Body, p: Stretches, b: Body, q: Stretches, minima: Minima) -> tuple[Floats, Floats]:
    """Bound the distance of pairs of parts by balls around them; and give their half-planes."""
    (here, mine), (there, theirs) = _middle(a, p), _middle(b, q)
    apart = here - there
    return np.sqrt(dot(apart, apart)) - mine - theirs, rows_of(a, p, b, q, minima)


def _bounds(
    a: Body, p: Stretches, b: Body, q: Stretches, planes: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Bound the distance of pairs of parts from below; and give one attained, and where."""
    here, there = (a.curves.at(p.which, way) for way in (p.first, p.last))
    facing, beyond = (b.curves.at(q.which, way) for way in (q.first, q.last))
    ways, shares = least(here, there, facing, beyond, planes)
    bulges = bulge(_length(a, p)) + bulge(_length(b, q))
    mine = a.curves.at(p.which, p.first + shares[:, 0] * (p.last - p.first))
    theirs = b.curves.at(q.which, q.first + shares[:, 1] * (q.last - q.first))
    apart = mine - theirs
    chord = np.where(np.isfinite(ways), np.sqrt(dot(apart, apart)), np.inf)
    return np.maximum(0.0, ways - bulges), chord, mine, theirs


def _length(body: Body, part: Stretches) -> Floats:
    result: Floats = (part.last - part.first) * body.curves.length[part.which]
    return result


def _halved(a: Body, p: Stretches, b: Body, q: Stretches) -> tuple[Stretches, Stretches]:
    """Cut each part that bulges too much in four, and pair the pieces."""
    for first in (True, False):
        body, part, other = (a, p, q) if first else (b, q, p)
        length = _length(body, part)
        count = np.where(bulge(length) > TOLERANCE_M / 4, 4, 1)
        rows = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        step = (part.last - part.first)[rows] / count[rows]
        begin = part.first[rows] + number * step
        final = np.where(number == count[rows] - 1, part.last[rows], begin + step)
        part, other = Stretches(part.which[rows], begin, final), other.take(rows)
        p, q = (part, other) if first else (other, part)
    return p, q


def _inside(area: Body, other: Body, minima: Minima) -> bool:
    """Tell whether an area holds the other at some place where the minima allow both.

    Where the outlines do not meet, what is allowed of a leg lies in the area or outside it as a
    whole: one place of each is looked at.
    """
    if not area.rings:
        return False
    part = Stretches(
        np.arange(len(other.curves.length)),
        np.zeros(len(other.curves.length)),
        np.ones(len(other.curves.length)),
    )
    mine = Stretches(np.zeros_like(part.which), part.first, part.last)
    planes = rows_of(area, mine, other, part, minima)
    # An area has the same times and heights everywhere: only the other's share matters.
    rate, room = planes[:, 4:, 1], planes[:, 4:, 2]
    steep = np.abs(rate) > _NOTHING
    edge = np.where(steep, room, 0.0) / np.where(steep, rate, 1.0)
    last = np.minimum(1.0, np.where(steep & (rate > 0), edge, np.inf).min(axis=1))
    first = np.maximum(0.0, np.where(steep & (rate < 0), edge, -np.inf).max(axis=1))
    allowed = (first <= last) & ((room >= 0) | steep).all(axis=1)
    rows = np.nonzero(allowed)[0]
    if not len(rows):
        return False
    middle = (first[rows] + last[rows]) / 2
    places = other.curves.at(rows, middle)
    held = winds(area.rings[0], places)
    for hole in area.rings[1:]:
        held &= ~winds(hole, places)
    return bool(held.any())


def winds(ring: Floats, places: Floats) -> Bools:
    """Tell which places a ring winds around, by the azimuths in which its points are seen.

    For rings within 8,000 km; a ring farther from a place than that does not wind around it.
    """
    up = places / np.linalg.norm(places, axis=1)[:, None]
    east = np.cross(np.array([0.0, 0.0, 1.0]), up)
    polar = np.linalg.norm(east, axis=1) < 1e-9
    east = np.where(polar[:, None], np.array([1.0, 0.0, 0.0]), east)
    east /= np.linalg.norm(east, axis=1)[:, None]
    north = np.cross(up, east)
    seen = np.arctan2(ring @ east.T, ring @ north.T)
    turns = (np.diff(seen, axis=0) + math.pi) % (2 * math.pi) - math.pi
    near = np.linalg.norm(places - ring[0], axis=1) < 7_500_000
    result: Bools = near & (np.abs(turns.sum(axis=0)) > math.pi)
    return result
