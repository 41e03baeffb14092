"""The closest approach of two sets of geodesic pieces: chords choose, geodesics decide.

Three steps: (1) bounds on the distance of every two pieces from spheres around them and from their
straight chords, (2) for the pairs that may be the closest, the true distance on the ellipsoid,
minimised by Newton's method along both pieces, (3) every place where that least distance is
attained, to tell ties apart.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
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

Span = tuple[float, float]


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


def nearest(a: Pieces, b: Pieces, within_m: float = math.inf) -> Nearest | None:
    """Find the least distance on the ellipsoid, and where; None: it is surely over ``within_m``."""
    most = within_m
    found: list[tuple[Integers, Integers, Floats]] = []
    for rows, columns in _near_pairs(a, b, within_m):
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
    return _refined(a, b, rows[may], columns[may], at_least[may])


def _near_pairs(a: Pieces, b: Pieces, within_m: float) -> Iterator[tuple[Integers, Integers]]:
    """Give, in blocks, the pairs of pieces that may be the closest, by the spheres around them.

    Where there are many, spheres around several pieces in a row come first.
    """
    size = 1 if len(a) * len(b) <= BLOCK else GROUP
    spheres_a, spheres_b = _spheres(a, size), _spheres(b, size)
    apart = spheres_a[0][:, None] - spheres_b[0][None, :]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", apart, apart))
    spread = spheres_a[1][:, None] + spheres_b[1][None, :]
    # A geodesic is no shorter than its chord.
    most = min(float(arc_at_most((apart + spread).min())), within_m) + TIE_M
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


def _refined(
    a: Pieces, b: Pieces, rows: Integers, columns: Integers, at_least: Floats
) -> Nearest | None:
    """Minimise candidates in the order of their lower bounds, until no other can be as close.

    Lines that touch may do so in many places: of these the southernmost is looked for first, and
    none north of it after.
    """
    at_least = np.where(at_least <= TIE_M, 0.0, at_least)
    # Pieces run monotonely in latitude, so none reaches south of its ends.
    south = np.maximum(a.south[rows], b.south[columns])
    least, southernmost = math.inf, math.inf
    places: list[Witness] = []
    for k in np.lexsort((south, at_least)).tolist():
        if at_least[k] > least + TIE_M or (least <= TIE_M and south[k] > southernmost):
            break
        for place in _closest(_piece(a, int(rows[k])), _piece(b, int(columns[k]))):
            places.append(place)
            least = min(least, place.way)
            if place.way <= TIE_M:
                southernmost = min(southernmost, place.lat + SAME_DEGREES)
    if not places:
        return None
    return Nearest(least, tuple(p for p in places if p.way <= least + TIE_M))


class _Piece(NamedTuple):
    lon: float
    lat: float
    azimuth: float
    length: float


def _piece(pieces: Pieces, i: int) -> _Piece:
    return _Piece(
        float(pieces.lon[i]),
        float(pieces.lat[i]),
        float(pieces.azimuth[i]),
        float(pieces.length[i]),
    )


def _closest(p: _Piece, q: _Piece) -> list[Witness]:
    """Give the closest approach of two pieces and, where it may not be one place, their ends.

    A stretch of equal distance ends at an end of a piece, and a distance without a minimum inside
    (beyond a quarter of the globe) is least there.
    """
    whole = [(0.0, p.length), (0.0, q.length)]
    best, slant = _newton(p, q, whole[0], whole[1])
    found = [best]
    if slant < SLANT or best.way > FAR_M:
        spans = [[whole[k], (0.0, 0.0), (whole[k][1], whole[k][1])] for k in (0, 1)]
        found += [_newton(p, q, s, t)[0] for s in spans[0] for t in spans[1]][1:]
    return found


def _newton(p: _Piece, q: _Piece, s_span: Span, t_span: Span) -> tuple[Witness, float]:
    """Minimise over one box of (s, t); give the best met, and the sine between the pieces there."""
    s, t = (s_span[0] + s_span[1]) / 2, (t_span[0] + t_span[1]) / 2
    best, slant = Witness(0.0, 0.0, 0.0, math.inf), 1.0
    for _ in range(MOST_STEPS):
        lon_p, lat_p, azimuth_p = GEOD.fwd(p.lon, p.lat, p.azimuth, s, return_back_azimuth=False)
        lon_q, lat_q, azimuth_q = GEOD.fwd(q.lon, q.lat, q.azimuth, t, return_back_azimuth=False)
        there, back, way = GEOD.inv(lon_p, lat_p, lon_q, lat_q)
        alpha, beta = math.radians(azimuth_p - there), math.radians(azimuth_q - back - 180.0)
        if way < best.way:
            best, slant = Witness(lon_p, lat_p, there, way), abs(math.sin(alpha - beta))
        if way == 0.0:
            break
        ds, dt = _newton_step(
            way, alpha, beta, (s_span[0] - s, s_span[1] - s), (t_span[0] - t, t_span[1] - t)
        )
        s, t = s + ds, t + dt
        if abs(ds) <= STEP_M and abs(dt) <= STEP_M:
            break
    return best, slant


def _newton_step(g: float, alpha: float, beta: float, low_high_s: Span, low_high_t: Span) -> Span:
    """Minimise the second-order model of half the squared distance over a box of steps.

    ``alpha`` and ``beta`` are the angles between each piece and the way from one to the other. The
    second derivatives are those of a sphere of Earth's size, which only bends the last digits.
    """
    sigma = min(g / EQUATOR_M, math.pi - 0.01)
    along = sigma / math.tan(sigma) if sigma > 1e-4 else 1.0
    across = sigma / math.sin(sigma) if sigma > 1e-4 else 1.0
    ca, sa, cb, sb = math.cos(alpha), math.sin(alpha), math.cos(beta), math.sin(beta)
    gs, gt = -g * ca, g * cb
    hss, htt = ca * ca + along * sa * sa, cb * cb + along * sb * sb
    hst = -(ca * cb + across * sa * sb)
    determinant = hss * htt - hst * hst
    if determinant > 1e-9 and hss > 0:
        s = (hst * gt - htt * gs) / determinant
        t = (hst * gs - hss * gt) / determinant
        if low_high_s[0] <= s <= low_high_s[1] and low_high_t[0] <= t <= low_high_t[1]:
            return s, t
    edges = [(s, _least_on_edge(gt + hst * s, htt, low_high_t)) for s in low_high_s]
    edges += [(_least_on_edge(gs + hst * t, hss, low_high_s), t) for t in low_high_t]

    def model(step: Span) -> float:
        s, t = step
        return gs * s + gt * t + (hss * s * s + htt * t * t) / 2 + hst * s * t

    return min(edges, key=model)


def _least_on_edge(slope: float, bend: float, span: Span) -> float:
    low, high = span
    if bend > 1e-12:
        return min(high, max(low, -slope / bend))
    return min(span, key=lambda x: slope * x + bend * x * x / 2)
