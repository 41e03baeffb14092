"""The closest approach of geodesic pieces: chords choose, geodesics decide.

Three steps: (1) bounds on the distance of every two pieces (``pairing``), (2) for the pairs that
may be the closest, the true distance on the ellipsoid, minimised by Newton's method along both
pieces, (3) every place where that least distance is attained, to tell ties apart. ``closest`` does
(2) and (3) for two pieces of which only some pairs of places count.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from parley.sky.geodesy import EQUATOR_M, GEOD, Pieces
from parley.sky.pairing import MOST_MEASURED, TIE_M, Candidates, candidates

STEP_M = 1e-5  # Newton stops below this step
MOST_STEPS = 25
SAME_DEGREES = 2e-5  # latitudes this close may be rounded to one
# Two pieces at a smaller angle (its sine) may stay equally far apart over a stretch.
SLANT = 1e-3
# Beyond this, distance along a piece may have no minimum inside.
FAR_M = 5_000_000.0

Pair = tuple[float, float]  # of one number for each of two pieces
Corners = Sequence[Pair]  # a convex polygon, counter-clockwise; one or two: a point, a stretch


class Witness(NamedTuple):
    """Where one line is closest to another: degrees, the azimuth there, and the way in metres."""

    lon: float
    lat: float
    azimuth: float
    way: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The least distance of two lines in metres, and the places on the first that attain it.

    Where it is not ``sure``, they may be that close: there was too much to measure.
    """

    least_m: float
    places: tuple[Witness, ...]
    sure: bool = True


def nearest(a: Pieces, b: Pieces, within_m: float = math.inf) -> Nearest | None:
    """Find the least distance on the ellipsoid, and where; None: it is surely over ``within_m``.

    Candidates are minimised in the order of their lower bounds, until no other can be as close.
    Lines that touch may do so in many places: of these the southernmost is looked for first, and
    none north of it after.
    """
    search = _Search(a, b)
    for some in candidates(a, b, within_m):
        rest = search.go_on(some)
        if rest is None:
            break
        if rest > search.least + TIE_M or search.south_of(rest, some.rest_south):
            break
    return search.result(within_m)


class _Search:
    """What is known so far of the least distance of two lines."""

    def __init__(self, a: Pieces, b: Pieces) -> None:
        self.a, self.b = a, b
        self.least, self.southernmost = math.inf, math.inf
        self.places: list[Witness] = []
        self.left = MOST_MEASURED
        # Nothing that was not measured is nearer than this.
        self.unmeasured = math.inf

    def south_of(self, at_least: float, south: float) -> bool:
        """Tell whether what is as far south as this, or farther north, need not be looked at."""
        return self.least <= TIE_M and at_least <= TIE_M and south > self.southernmost

    def go_on(self, some: Candidates) -> float | None:
        """Measure candidates; give how near others may be, or None where no more are measured."""
        rows, columns = some.rows, some.columns
        at_least = np.where(some.at_least <= TIE_M, 0.0, some.at_least)
        # Pieces run monotonely in latitude, so none reaches south of its ends.
        south = np.maximum(self.a.south[rows], self.b.south[columns])
        for k in np.lexsort((south, at_least)).tolist():
            if at_least[k] > self.least + TIE_M or self.south_of(at_least[k], south[k]):
                break
            if not self.left:
                self.unmeasured = min(float(at_least[k]), some.rest)
                return None
            self.left -= 1
            self._measure(int(rows[k]), int(columns[k]))
        return some.rest

    def _measure(self, row: int, column: int) -> None:
        for place in _closest(piece_at(self.a, row), piece_at(self.b, column)):
            self.places.append(place)
            self.least = min(self.least, place.way)
            if place.way <= TIE_M:
                self.southernmost = min(self.southernmost, place.lat + SAME_DEGREES)

    def result(self, within_m: float) -> Nearest | None:
        if not self.places:
            return None
        places = tuple(p for p in self.places if p.way <= self.least + TIE_M)
        # What was found within is no less so for what was not measured.
        sure = self.unmeasured >= min(self.least, within_m) or self.least < within_m
        return Nearest(self.least if sure else self.unmeasured, places, sure)


class Piece(NamedTuple):
    """A piece: its start and the azimuth there in degrees, its length in metres."""

    lon: float
    lat: float
    azimuth: float
    length: float


def piece_at(pieces: Pieces, i: int) -> Piece:
    """Give one of the pieces."""
    return Piece(
        float(pieces.lon[i]),
        float(pieces.lat[i]),
        float(pieces.azimuth[i]),
        float(pieces.length[i]),
    )


class Spot(NamedTuple):
    """A place on each of two pieces, metres along them, and the way from the first to the second.

    ``slant`` is the sine of the angle between the pieces there, ``alike`` 1.0 if they run the same
    way and -1.0 if against each other.
    """

    s: float
    t: float
    seen: Witness
    slant: float
    alike: float


def _closest(p: Piece, q: Piece) -> list[Witness]:
    """Give the closest approach of two pieces and, where it may not be one place, their ends.

    A stretch of equal distance ends at an end of a piece, and a distance without a minimum inside
    (beyond a quarter of the globe) is least there.
    """
    corners = [(0.0, 0.0), (p.length, 0.0), (p.length, q.length), (0.0, q.length)]
    best = _newton(p, q, corners)
    found = [best.seen]
    if best.slant < SLANT or best.seen.way > FAR_M:
        sides = list(pairwise([*corners, corners[0]]))
        found += [_newton(p, q, side).seen for side in sides]
        found += [_newton(p, q, [corner]).seen for corner in corners]
    return found


def closest(p: Piece, q: Piece, corners: Corners) -> tuple[Spot, ...]:
    """Give the closest approach of two pieces among the pairs of places in a convex polygon.

    ``corners`` are metres along the one and the other. Two spots are the ends of a stretch along
    which they stay as close, to ``TIE_M``.
    """
    best = _newton(p, q, corners)
    if best.seen.way > FAR_M:
        sides = pairwise([*corners, corners[0]])
        tries = [_newton(p, q, side) for side in sides] + [_newton(p, q, [c]) for c in corners]
        best = min([best, *tries], key=lambda spot: spot.seen.way)
    if best.slant >= SLANT or len(corners) < 2:
        return (best,)
    ends = [_newton(p, q, [end]) for end in _stretch((best.s, best.t), best.alike, corners)]
    least = min(spot.seen.way for spot in (best, *ends))
    level = [spot for spot in (best, *ends) if spot.seen.way <= least + TIE_M]
    first, last = (pick(level, key=lambda spot: (spot.s, spot.t)) for pick in (min, max))
    return (first,) if first == last else (first, last)


def spot_at(p: Piece, q: Piece, at: Pair) -> Spot:
    """Look from one place of a piece to one of another, metres along each."""
    return _newton(p, q, [at])


def _stretch(at: Pair, alike: float, corners: Corners) -> list[Pair]:
    """Give both ends of the line through ``at`` along which two parallel pieces stay abreast."""
    if len(corners) == 2:
        return list(corners)
    low, high = -math.inf, math.inf
    for (s0, t0), (s1, t1) in pairwise([*corners, corners[0]]):
        # Inside is to the left of every side.
        ds, dt = s1 - s0, t1 - t0
        room = ds * (at[1] - t0) - dt * (at[0] - s0)
        rate = ds * alike - dt
        if abs(rate) <= 1e-12 * math.hypot(ds, dt):
            continue
        way = -max(room, 0.0) / rate
        low, high = (max(low, way), high) if rate > 0 else (low, min(high, way))
    low, high = min(low, 0.0), max(high, 0.0)
    if not math.isfinite(low) or not math.isfinite(high):
        return []
    return [(at[0] + way, at[1] + alike * way) for way in (low, high)]


def _newton(p: Piece, q: Piece, corners: Corners) -> Spot:
    """Minimise over a convex polygon of (s, t); give the best met."""
    s = sum(corner[0] for corner in corners) / len(corners)
    t = sum(corner[1] for corner in corners) / len(corners)
    best = Spot(s, t, Witness(0.0, 0.0, 0.0, math.inf), 1.0, 1.0)
    for _ in range(MOST_STEPS):
        lon_p, lat_p, azimuth_p = GEOD.fwd(p.lon, p.lat, p.azimuth, s, return_back_azimuth=False)
        lon_q, lat_q, azimuth_q = GEOD.fwd(q.lon, q.lat, q.azimuth, t, return_back_azimuth=False)
        there, back, way = GEOD.inv(lon_p, lat_p, lon_q, lat_q)
        alpha, beta = math.radians(azimuth_p - there), math.radians(azimuth_q - back - 180.0)
        if way < best.seen.way:
            slant, alike = abs(math.sin(alpha - beta)), math.copysign(1.0, math.cos(alpha - beta))
            best = Spot(s, t, Witness(lon_p, lat_p, there, way), slant, alike)
        if way == 0.0 or len(corners) == 1:
            break
        ds, dt = _newton_step(way, alpha, beta, [(c[0] - s, c[1] - t) for c in corners])
        s, t = s + ds, t + dt
        if abs(ds) <= STEP_M and abs(dt) <= STEP_M:
            break
    return best


class _Model(NamedTuple):
    """A quadratic in a step (s, t): slopes, then second derivatives."""

    gs: float
    gt: float
    hss: float
    hst: float
    htt: float

    def at(self, step: Pair) -> float:
        s, t = step
        bent = (self.hss * s * s + self.htt * t * t) / 2 + self.hst * s * t
        return self.gs * s + self.gt * t + bent


def _newton_step(g: float, alpha: float, beta: float, corners: Corners) -> Pair:
    """Minimise the second-order model of half the squared distance over a polygon of steps.

    ``alpha`` and ``beta`` are the angles between each piece and the way from one to the other. The
    second derivatives are those of a sphere of Earth's size, which only bends the last digits.
    """
    sigma = min(g / EQUATOR_M, math.pi - 0.01)
    along = sigma / math.tan(sigma) if sigma > 1e-4 else 1.0
    across = sigma / math.sin(sigma) if sigma > 1e-4 else 1.0
    ca, sa, cb, sb = math.cos(alpha), math.sin(alpha), math.cos(beta), math.sin(beta)
    model = _Model(
        gs=-g * ca,
        gt=g * cb,
        hss=ca * ca + along * sa * sa,
        hst=-(ca * cb + across * sa * sb),
        htt=cb * cb + along * sb * sb,
    )
    determinant = model.hss * model.htt - model.hst * model.hst
    if determinant > 1e-9 and model.hss > 0:
        s = (model.hst * model.gt - model.htt * model.gs) / determinant
        t = (model.hst * model.gs - model.hss * model.gt) / determinant
        if _inside((s, t), corners):
            return s, t
    if len(corners) == 1:
        return corners[0]
    sides = pairwise([*corners, corners[0]])
    return min((_least_on_side(model, *side) for side in sides), key=model.at)


def _inside(at: Pair, corners: Corners) -> bool:
    if len(corners) < 3:
        return False
    area = 0.0
    for (s0, t0), (s1, t1) in pairwise([*corners, corners[0]]):
        if (s1 - s0) * (at[1] - t0) < (t1 - t0) * (at[0] - s0):
            return False
        area += s0 * t1 - s1 * t0
    return area > 0.0


def _least_on_side(model: _Model, start: Pair, end: Pair) -> Pair:
    ds, dt = end[0] - start[0], end[1] - start[1]
    slope = model.gs * ds + model.gt * dt
    slope += model.hss * ds * start[0] + model.htt * dt * start[1]
    slope += model.hst * (ds * start[1] + dt * start[0])
    bend = model.hss * ds * ds + model.htt * dt * dt + 2 * model.hst * ds * dt
    if bend > 1e-12 * (ds * ds + dt * dt):
        share = min(1.0, max(0.0, -slope / bend))
        return start[0] + share * ds, start[1] + share * dt
    return min(start, end, key=model.at)
