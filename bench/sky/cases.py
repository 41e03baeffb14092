"""Generated volumes to compare on: a theatre of long operations, a town full of short flights.

Planar metres, feet, and seconds of one day. The numbers are drawn in a fixed order, so that a
count of conflicts stated for a case can be reproduced by anyone who draws in the same order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj

NM = 1852.0
CORRIDOR, CIRCLE, RACETRACK, POLYGON = range(4)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Minima:
    """What two parties keep between them: metres, feet, seconds; every limit itself conflicts."""

    lateral_m: float
    vertical_ft: float
    time_s: float


THEATRE_MINIMA = Minima(5 * NM, 1000.0, 300.0)
URBAN_MINIMA = Minima(50.0, 50.0, 60.0)


@dataclass(frozen=True)
class Case:
    """Volumes as columns: row ``i`` is the volume with the id ``i``.

    ``T`` is the shape (corridor, circle, race-track, polygon), ``P`` the vertices, of which the
    first ``k`` count (n x K x 2, metres; a polygon's closing edge is implied), ``r`` the radius
    or half-width in m, ``z0`` to ``z1`` feet, ``t0`` to ``t1`` seconds, ``party`` a small number.
    """

    name: str
    minima: Minima
    side_m: float
    T: Ints
    k: Ints
    P: Floats
    r: Floats
    z0: Floats
    z1: Floats
    t0: Floats
    t1: Floats
    party: Ints

    def __len__(self) -> int:
        return len(self.T)

    @cached_property
    def cores(self) -> Geometries:
        """The footprints without their radius: points, lines and areas of shapely."""
        return geometries(self.T, self.k, self.P)

    @cached_property
    def boxes(self) -> Floats:
        """The footprints' bounds with their radius: n x (west, south, east, north) in m."""
        return np.asarray(shapely.bounds(self.cores) + np.outer(self.r, [-1.0, -1.0, 1.0, 1.0]))

    def rows(self, chosen: NDArray[np.intp]) -> "Case":
        """Give a case of some rows only, in the given order."""
        return replace(
            self,
            T=self.T[chosen],
            k=self.k[chosen],
            P=self.P[chosen],
            r=self.r[chosen],
            z0=self.z0[chosen],
            z1=self.z1[chosen],
            t0=self.t0[chosen],
            t1=self.t1[chosen],
            party=self.party[chosen],
        )

    def on_globe(self, longitude: float, latitude: float) -> "Case":
        """Lay the vertices around a place: (longitude, latitude) on WGS84, in 1e-7 degree.

        The middle of the case comes to the place, by an azimuthal equidistant projection. Radii
        stay metres, so ``boxes`` has no meaning here.
        """
        lay = Proj(proj="aeqd", lon_0=longitude, lat_0=latitude, ellps="WGS84")
        flat = (self.P - self.side_m / 2).reshape(-1, 2)
        degrees = np.column_stack(lay(flat[:, 0], flat[:, 1], inverse=True))
        return replace(self, P=np.round(degrees, 7).reshape(self.P.shape))


def geometries(T: Ints, k: Ints, P: Floats) -> Geometries:
    """Make points, lines and areas of shapely; in whatever plane the vertices are."""
    made: Geometries = np.empty(len(T), object)
    used = np.arange(P.shape[1]) < k[:, None]
    made[T == CIRCLE] = shapely.points(P[T == CIRCLE, 0])
    for rows, make in (
        (np.flatnonzero((T == CORRIDOR) | (T == RACETRACK)), shapely.linestrings),
        (np.flatnonzero(T == POLYGON), shapely.linearrings),
    ):
        owner = np.repeat(np.arange(len(rows)), k[rows])
        made[rows] = make(P[rows][used[rows]], indices=owner)
    made[T == POLYGON] = shapely.polygons(made[T == POLYGON])
    return made


def walk(g: np.random.Generator, k: Ints, K: int, start: Floats, total: Floats) -> Floats:
    """Draw polylines of a total length in m whose course wanders; n x K x 2."""
    n = len(k)
    course = g.uniform(0, 2 * np.pi, n)[:, None] + np.cumsum(g.normal(0, 0.35, (n, K)), 1)
    steps = np.stack([np.cos(course), np.sin(course)], -1)
    steps *= (total / np.maximum(k - 1, 1))[:, None, None]
    steps[:, 0] = 0
    return np.asarray(start[:, None, :] + np.cumsum(steps, 1))


def star(g: np.random.Generator, k: Ints, K: int, centre: Floats, radius: Floats) -> Floats:
    """Draw rings around centres, star-shaped and so without crossings; n x K x 2."""
    n = len(k)
    angles = (np.arange(K)[None, :] + g.uniform(0.1, 0.9, (n, K))) / k[:, None] * 2 * np.pi
    reach = radius[:, None] * g.uniform(0.55, 1.0, (n, K))
    return np.asarray(
        centre[:, None, :] + np.stack([np.cos(angles), np.sin(angles)], -1) * reach[..., None]
    )


def theatre(n: int, seed: int = 1, parties: int = 4) -> Case:
    """Draw long operations over 500 x 500 NM: corridors, orbits, race-tracks and areas."""
    g = np.random.default_rng(seed)
    side, K = 500 * NM, 12
    T = np.searchsorted([0.45, 0.70, 0.85], g.random(n), side="right")
    corners, ring = g.integers(2, 7, n), g.integers(4, 13, n)
    k = np.choose(T, [corners, 1, 2, ring])
    c = g.uniform(0, side, (n, 2))
    long, track = g.uniform(50, 300, n), g.uniform(15, 40, n)
    P = walk(g, k, K, c, np.where(T == CORRIDOR, long, track) * NM)
    reach = g.uniform(5, 40, n) * NM
    P = np.where((T == POLYGON)[:, None, None], star(g, k, K, c, reach), P)
    widths = [g.uniform(2, 5, n), g.uniform(5, 30, n), g.uniform(5, 12, n), np.zeros(n)]
    r = np.choose(T, widths) * NM
    base = g.integers(2, 78, n) * 500.0
    thick, block, orbit = g.integers(1, 5, n), g.integers(2, 30, n), g.integers(2, 9, n)
    z1: Floats = np.minimum(base + np.choose(T, [thick, orbit, orbit, block]) * 1000.0, 40_000.0)
    z0: Floats = np.minimum(base, z1 - 500)
    drawn = g.uniform(0, 86_400, n)
    lasts = np.exp(g.uniform(np.log(600), np.log(21_600), n))
    t0: Floats = np.round(drawn)
    t1: Floats = t0 + np.round(lasts)
    party = g.integers(0, parties, n)
    return Case("theatre", THEATRE_MINIMA, side, T, k, P, r, z0, z1, t0, t1, party)


def urban(n: int, seed: int = 2, parties: int = 20) -> Case:
    """Draw short flights of drones over 100 x 100 km, half of them around 200 hubs."""
    g = np.random.default_rng(seed)
    side, K = 100e3, 8
    u = g.random(n)
    T = np.where(u < 0.6, CORRIDOR, np.where(u < 0.8, CIRCLE, POLYGON))
    corners, ring = g.integers(2, 6, n), g.integers(4, 9, n)
    k = np.choose(T, [corners, 1, 1, ring])
    hub = g.uniform(0, side, (200, 2))
    near = g.random(n) < 0.5
    around = hub[g.integers(0, 200, n)] + g.normal(0, 3000, (n, 2))
    c = np.where(near[:, None], around, g.uniform(0, side, (n, 2)))
    P = walk(g, k, K, c, g.uniform(500, 5000, n))
    reach = g.uniform(250, 1500, n)
    P = np.where((T == POLYGON)[:, None, None], star(g, k, K, c, reach), P)
    widths = [g.uniform(20, 80, n), g.uniform(250, 1000, n), np.zeros(n), np.zeros(n)]
    r = np.choose(T, widths)
    z0 = np.asarray(g.integers(0, 36, n) * 10.0, np.float64)
    z1: Floats = np.minimum(z0 + g.integers(2, 16, n) * 10.0, 400.0)
    t0: Floats = np.round(g.uniform(0, 86_400, n))
    t1: Floats = t0 + np.round(g.uniform(300, 1800, n))
    party = g.integers(0, parties, n)
    return Case("urban", URBAN_MINIMA, side, T, k, P, r, z0, z1, t0, t1, party)


CASES: dict[str, Callable[..., Case]] = {"theatre": theatre, "urban": urban}
# How many pairs conflict in the plane, by name and size, with the seeds that the cases default to.
GOLDEN = {
    ("theatre", 1_000): 453,
    ("theatre", 10_000): 49_206,
    ("theatre", 100_000): 4_918_542,
    ("urban", 10_000): 489,
    ("urban", 100_000): 47_128,
    ("urban", 1_000_000): 4_652_214,
}
QUERY_SEED, QUERIES = 77, 2_000
