"""The closest approach of two sets of geodesic pieces: chords choose, geodesics decide.

Three steps: (1) bounds on the distance of every two pieces from their straight chords, (2) for
the pairs that may be the closest, the true distance on the ellipsoid, minimised by Newton's method
along both pieces, (3) all places where that least distance is attained, to tell ties apart.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parley.sky.geodesy import (
    EQUATOR_M,
    GEOD,
    Floats,
    Pieces,
    arc_at_least,
    arc_at_most,
)

Integers = npt.NDArray[np.intp]

TIE_M = 1e-3  # distances this close count as equal
STEP_M = 1e-5  # Newton stops below this step
MOST_STEPS = 25
BLOCK = 400_000  # pairs of pieces looked at in one go


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The least distance of two lines in metres, and every place found where it is attained.

    ``lon`` and ``lat`` (degrees) lie on the first line, ``azimuth`` (degrees) points from there to
    the second, ``distance`` is the way to it, within ``TIE_M`` of ``least_m``.
    """

    least_m: float
    lon: Floats
    lat: Floats
    azimuth: Floats
    distance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Pairs of pieces that may be the closest, and bounds in metres on the least distance."""

    first: Integers
    second: Integers
    at_least: Floats
    least_at_least: float
    least_at_most: float


def bounds(a: Pieces, b: Pieces) -> Bounds:
    """Find the pairs of pieces that may be the closest two."""
    rows, columns = _near_pairs(a, b)
    chord = chord_distance(a.start[rows], a.end[rows], b.start[columns], b.end[columns])
    slack = a.bulge[rows] + b.bulge[columns]
    at_least = arc_at_least(np.maximum(chord - slack, 0.0))
    at_most = float(arc_at_most(chord + slack).min())
    may = at_least <= at_most + TIE_M
    return Bounds(rows[may], columns[may], at_least[may], float(at_least.min()), at_most)


def nearest(a: Pieces, b: Pieces, found: Bounds) -> Nearest:
    """Find the least distance on the ellipsoid, and where; ``found`` comes from ``bounds``."""
    rows, columns, at_least = found.first, found.second, found.at_least
    if len(rows) > 64:
        # The most promising few usually rule out nearly all the others.
        few = np.argpartition(at_least, 16)[:16]
        best = float(_refined(a, b, rows[few], columns[few])[2].min())
        may = at_least <= best + TIE_M
        rows, columns = rows[may], columns[may]
    at, to, distance = _refined(a, b, rows, columns)
    least = float(distance.min())
    tied = distance <= least + TIE_M
    lon, lat = at[0][tied], at[1][tied]
    azimuth, _, way = GEOD.inv(lon, lat, to[0][tied], to[1][tied])
    return Nearest(least, lon, lat, np.asarray(azimuth), np.asarray(way))


def _near_pairs(a: Pieces, b: Pieces) -> tuple[Integers, Integers]:
    """Give all pairs of pieces or, where they are many, those whose bounding spheres allow it."""
    if len(a) * len(b) <= BLOCK:
        rows, columns = np.indices((len(a), len(b)))
        return rows.ravel(), columns.ravel()
    middle_a, middle_b = (a.start + a.end) / 2, (b.start + b.end) / 2
    reach_a, reach_b = a.length / 2 + a.bulge, b.length / 2 + b.bulge
    step = max(1, BLOCK // len(b))
    blocks = [slice(i, i + step) for i in range(0, len(a), step)]

    def gaps(block: slice) -> Floats:
        result: Floats = np.linalg.norm(middle_a[block, None] - middle_b[None, :], axis=2)
        return result

    # An upper bound on the least distance, as a geodesic, put back into a chord that is no shorter.
    closest = min(
        float((gaps(block) + reach_a[block, None] + reach_b[None, :]).min()) for block in blocks
    )
    most = float(arc_at_most(np.array([closest]))[0])
    parts = []
    for block in blocks:
        may = gaps(block) - reach_a[block, None] - reach_b[None, :] <= most
        row, column = np.nonzero(may)
        parts.append((row + block.start, column))
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


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
    a: Pieces, b: Pieces, rows: Integers, columns: Integers
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats], Floats]:
    """Minimise the geodesic distance of each pair of pieces: inside, on each edge, at each corner.

    The edges and corners make sure that both ends of a stretch of equal distance are found, and
    that a distance without a minimum inside (beyond a quarter of the globe) is found as well.
    """
    whole, first, last = (0.0, 1.0), (0.0, 0.0), (1.0, 1.0)
    spans = [(x, y) for x in (whole, first, last) for y in (whole, first, last)]
    i, j = np.tile(rows, len(spans)), np.tile(columns, len(spans))
    shares = np.repeat(np.array(spans), len(rows), axis=0)
    search = _Search(a, b, i, j, shares[:, 0], shares[:, 1])
    return search.run()


class _Search:
    """Newton's method for many pairs of pieces at once, each within its own box of (s, t)."""

    def __init__(
        self, a: Pieces, b: Pieces, i: Integers, j: Integers, span_s: Floats, span_t: Floats
    ) -> None:
        self.a = (a.lon[i], a.lat[i], a.azimuth[i])
        self.b = (b.lon[j], b.lat[j], b.azimuth[j])
        self.low = np.stack((a.length[i] * span_s[:, 0], b.length[j] * span_t[:, 0]))
        self.high = np.stack((a.length[i] * span_s[:, 1], b.length[j] * span_t[:, 1]))
        self.at = (self.low + self.high) / 2
        n = len(i)
        self.best = np.full(n, np.inf)
        self.p = (np.zeros(n), np.zeros(n))
        self.q = (np.zeros(n), np.zeros(n))

    def run(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats], Floats]:
        """Step until nothing moves; give both places and the distance: for each pair the best."""
        alive: Integers = np.arange(len(self.best))
        for _ in range(MOST_STEPS):
            alive = self._step(alive)
            if not len(alive):
                break
        return self.p, self.q, self.best

    def _step(self, alive: Integers) -> Integers:
        s, t = self.at[0][alive], self.at[1][alive]
        lon_p, lat_p, azimuth_p = _along(self.a, alive, s)
        lon_q, lat_q, azimuth_q = _along(self.b, alive, t)
        there, back, distance = (np.asarray(x) for x in GEOD.inv(lon_p, lat_p, lon_q, lat_q))
        better = distance < self.best[alive]
        chosen = alive[better]
        self.best[chosen] = distance[better]
        for store, value in ((self.p, (lon_p, lat_p)), (self.q, (lon_q, lat_q))):
            store[0][chosen], store[1][chosen] = value[0][better], value[1][better]
        step = _newton_step(
            distance,
            np.radians(azimuth_p - there),
            np.radians(azimuth_q - back - 180.0),
            self.low[:, alive] - self.at[:, alive],
            self.high[:, alive] - self.at[:, alive],
        )
        self.at[:, alive] += step
        moving = (np.abs(step).max(axis=0) > STEP_M) & (distance > 0.0)
        left: Integers = alive[moving]
        return left


def _along(
    piece: tuple[Floats, Floats, Floats], which: Integers, way: Floats
) -> tuple[Floats, Floats, Floats]:
    lon, lat, azimuth = GEOD.fwd(
        piece[0][which], piece[1][which], piece[2][which], way, return_back_azimuth=False
    )
    return np.asarray(lon), np.asarray(lat), np.asarray(azimuth)


def _newton_step(g: Floats, alpha: Floats, beta: Floats, low: Floats, high: Floats) -> Floats:
    """Minimise the second-order model of half the squared distance over a box; shape (2, n).

    ``alpha`` and ``beta`` are the angles between each piece and the way from one to the other. The
    second derivatives are those of a sphere of Earth's size, which only bends the last digits.
    """
    sigma = np.minimum(g / EQUATOR_M, np.pi - 0.01)
    near = sigma < 1e-4
    safe = np.where(near, 1.0, sigma)
    along = np.where(near, 1.0, safe / np.tan(safe))
    across = np.where(near, 1.0, safe / np.sin(safe))
    ca, sa, cb, sb = np.cos(alpha), np.sin(alpha), np.cos(beta), np.sin(beta)
    gs, gt = -g * ca, g * cb
    hss, htt = ca**2 + along * sa**2, cb**2 + along * sb**2
    hst = -(ca * cb + across * sa * sb)

    def model(s: Floats, t: Floats) -> Floats:
        value: Floats = gs * s + gt * t + (hss * s * s + htt * t * t) / 2 + hst * s * t
        return value

    choices = []
    determinant = hss * htt - hst * hst
    inside = (determinant > 1e-9) & (hss > 0)
    safe_determinant = np.where(inside, determinant, 1.0)
    s = (hst * gt - htt * gs) / safe_determinant
    t = (hst * gs - hss * gt) / safe_determinant
    inside &= (s >= low[0]) & (s <= high[0]) & (t >= low[1]) & (t <= high[1])
    choices.append((s, t, np.where(inside, model(s, t), np.inf)))
    for s in (low[0], high[0]):
        t = _least_on_edge(gt + hst * s, htt, low[1], high[1])
        choices.append((s, t, model(s, t)))
    for t in (low[1], high[1]):
        s = _least_on_edge(gs + hst * t, hss, low[0], high[0])
        choices.append((s, t, model(s, t)))
    which = np.argmin(np.stack([c[2] for c in choices]), axis=0)
    rows = np.arange(len(which))
    step: Floats = np.stack(
        [np.stack([choice[k] for choice in choices])[which, rows] for k in (0, 1)]
    )
    return step


def _least_on_edge(slope: Floats, bend: Floats, low: Floats, high: Floats) -> Floats:
    convex = bend > 1e-12
    inner = np.clip(-slope / np.where(convex, bend, 1.0), low, high)
    end = np.where(slope * low + bend * low**2 / 2 <= slope * high + bend * high**2 / 2, low, high)
    result: Floats = np.where(convex, inner, end)
    return result
