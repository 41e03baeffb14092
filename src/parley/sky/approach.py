"""The closest approach of geodesic pieces: chords choose, geodesics decide.

Three steps: (1) bounds on the distance of every two pieces from spheres around them and from their
straight chords, (2) for the pairs that may be the closest, the true distance on the ellipsoid,
minimised by Newton's method along both pieces, (3) every place where that least distance is
attained, to tell ties apart. ``closest`` does (2) and (3) for two pieces of which only some pairs
of places count.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parley.sky.geodesy import EQUATOR_M, GEOD, Floats, Pieces, arc_at_least, arc_at_most

Integers = npt.NDArray[np.intp]

TIE_M = 1e-3  # distances this close count as equal
STEP_M = 1e-5  # Newton stops below this step
MOST_STEPS = 25
BLOCK = 400_000  # pairs of pieces looked at in one go
GROUP = 16  # pieces under one sphere, where there are many
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
    """The least distance of two lines in metres, and the places on the first that attain it."""

    least_m: float
    places: tuple[Witness, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Pairs of pieces that may be the closest, and the least that they are apart, in metres."""

    rows: Integers
    columns: Integers
    at_least: Floats


def nearest(a: Pieces, b: Pieces, within_m: float = math.inf) -> Nearest | None:
    """Find the least distance on the ellipsoid, and where; None: it is surely over ``within_m``."""
    found = candidates(a, b, within_m)
    return None if found is None else _refined(a, b, found)


def candidates(a: Pieces, b: Pieces, within_m: float = math.inf) -> Candidates | None:
    """Find which pieces may be the closest; None: all are surely more than ``within_m`` apart."""
    most = within_m
    found: list[tuple[Integers, Integers, Floats]] = []
    for rows, columns in pairs_within(a, b, within_m, closest=True):
        if not len(rows):
            continue
        chord = chord_distance(a.start[rows], a.end[rows], b.start[columns], b.end[columns])
        slack = a.bulge[rows] + b.bulge[columns]
        at_least = arc_at_least(np.maximum(chord - slack, 0.0))
        most = min(most, float(arc_at_most(chord + slack).min()) + TIE_M)
        may = at_least <= most
        found.append((rows[may], columns[may], at_least[may]))
    if not found:
        return None
    rows, columns, at_least = (np.concatenate(each) for each in zip(*found, strict=True))
    may = at_least <= most
    return Candidates(rows[may], columns[may], at_least[may])


def pairs_within(
    a: Pieces, b: Pieces, within_m: float, *, closest: bool = False
) -> Iterator[tuple[Integers, Integers]]:
    """Give, in blocks, the pairs of pieces that may be within a distance, by spheres around them.

    With ``closest``, only those that may be the closest. Where there are many, spheres around
    several pieces in a row come first.
    """
    size = 1 if len(a) * len(b) <= BLOCK else GROUP
    spheres_a, spheres_b = _spheres(a, size), _spheres(b, size)
    apart = spheres_a[0][:, None] - spheres_b[0][None, :]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", apart, apart))
    spread = spheres_a[1][:, None] + spheres_b[1][None, :]
    # A geodesic is no shorter than its chord.
    most = within_m + TIE_M
    if closest:
        most = min(most, float(arc_at_most((apart + spread).min())) + TIE_M)
    rows, columns = np.nonzero(apart - spread <= most)
    if size == 1:
        yield rows, columns
        return
    step = BLOCK // size**2
    offset_a, offset_b = (each.ravel() for each in np.indices((size, size)))
    for k in range(0, len(rows), step):
        row = (rows[k : k + step, None] * size + offset_a).ravel()
        column = (columns[k : k + step, None] * size + offset_b).ravel()
        real = (row < len(a)) & (column < len(b))
        yield row[real], column[real]


def _spheres(pieces: Pieces, size: int) -> tuple[Floats, Floats]:
    """Give middle and radius of a sphere around every ``size`` pieces in a row."""
    middle = (pieces.start + pieces.end) / 2
    reach = pieces.length / 2 + pieces.bulge
    if size == 1:
        return middle, reach
    starts = np.arange(0, len(pieces), size)
    counts = np.diff(np.append(starts, len(pieces)))
    centre = np.add.reduceat(middle, starts, axis=0) / counts[:, None]
    around = np.linalg.norm(middle - np.repeat(centre, counts, axis=0), axis=1) + reach
    return centre, np.maximum.reduceat(around, starts)


def chord_distance(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> Floats:
    """Give the distance of straight segments in space, row by row; either may be a single point."""
    d1, d2, r = p1 - p0, q1 - q0, p0 - q0
    a, e = _dot(d1, d1), _dot(d2, d2)
    b, c, f = _dot(d1, d2), _dot(d1, r), _dot(d2, r)
    denominator = a * e - b * b
    crossing = denominator > 1e-12 * a * e
    s = np.where(crossing, (b * f - c * e) / np.where(crossing, denominator, 1.0), 0.0)
    s = np.clip(s, 0.0, 1.0)
    safe_a, safe_e = np.where(a > 0, a, 1.0), np.where(e > 0, e, 1.0)
    t = np.where(e > 0, np.clip((b * s + f) / safe_e, 0.0, 1.0), 0.0)
    # With t settled, the best s on the first segment; this also serves a point as the second.
    s = np.where(a > 0, np.clip((b * t - c) / safe_a, 0.0, 1.0), 0.0)
    result: Floats = np.linalg.norm(r + d1 * s[:, None] - d2 * t[:, None], axis=1)
    return result


def _dot(u: Floats, v: Floats) -> Floats:
    result: Floats = np.einsum("ij,ij->i", u, v)
    return result


def _refined(a: Pieces, b: Pieces, found: Candidates) -> Nearest | None:
    """Minimise candidates in the order of their lower bounds, until no other can be as close.

    Lines that touch may do so in many places: of these the southernmost is looked for first, and
    none north of it after.
    """
    rows, columns = found.rows, found.columns
    at_least = np.where(found.at_least <= TIE_M, 0.0, found.at_least)
    # Pieces run monotonely in latitude, so none reaches south of its ends.
    south = np.maximum(a.south[rows], b.south[columns])
    least, southernmost = math.inf, math.inf
    places: list[Witness] = []
    for k in np.lexsort((south, at_least)).tolist():
        if at_least[k] > least + TIE_M or (least <= TIE_M and south[k] > southernmost):
            break
        for place in _closest(piece_at(a, int(rows[k])), piece_at(b, int(columns[k]))):
            places.append(place)
            least = min(least, place.way)
            if place.way <= TIE_M:
                southernmost = min(southernmost, place.lat + SAME_DEGREES)
    if not places:
        return None
    return Nearest(least, tuple(p for p in places if p.way <= least + TIE_M))


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
