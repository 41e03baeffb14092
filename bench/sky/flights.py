"""Generated flights to compare on, and a plain grid that finds which of their legs may meet.

Planar metres, feet, and seconds of one day. The numbers are drawn in a fixed order, so that a
count stated for a case can be reproduced: turns and durations are drawn for every waypoint, and
the first duration is then set to 0; the speed is drawn once for each flight.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import Proj

from bench.sky.cases import NM, Floats, Ints

SIDE_M = 500 * NM
CLIMB_FT_S = 33.0
# Cells of the grid: east, north (m), time (s). A leg with half of the limits around it fits into
# two of each.
CELL = np.array([32 * NM, 32 * NM, 300.0])


@dataclass(frozen=True)
class Reach:
    """Minima and the tolerances of both, summed: metres, feet, seconds; inclusive."""

    lateral_m: float
    vertical_ft: float
    time_s: float


# 5 NM, 1000 ft, 0 s; each flight keeps to its plan within 1 NM, 300 ft and 60 s.
REACH = Reach(7 * NM, 1600.0, 120.0)
# (segment hits, flight pairs) of different parties, by the number of flights. A prototype that was
# described, but not kept, counted the same 28 and 6 at 400; at 10,000 it counted 21,556 and 6,196
# from 57,815 pairs of boxes, 0.1 %, 0.2 % and 0.8 % fewer. Of the ways to read its description that
# were tried, only this one gives its counts at 400. Those here are the same by the kernel and by a
# search in numpy that knows nothing of polygons.
GOLDEN = {400: (28, 6), 10_000: (21_576, 6_207)}
# Legs of different parties whose boxes meet, each grown by half of the reach.
GOLDEN_BOXES = {10_000: 58_286}


@dataclass(frozen=True)
class Flights:
    """Row i is a flight: P n x k x 2 (m), t and z n x k (s, ft), and the party (n)."""

    P: Floats
    t: Floats
    z: Floats
    party: Ints

    def __len__(self) -> int:
        return len(self.t)

    @property
    def legs(self) -> Floats:
        """Give n (k - 1) x 10 columns: x, y, 0 at both ends, then t and z at both ends."""
        n, k = self.t.shape
        made = np.zeros((n, k - 1, 10))
        made[..., 0:2], made[..., 3:5] = self.P[:, :-1], self.P[:, 1:]
        made[..., 6], made[..., 7] = self.t[:, :-1], self.t[:, 1:]
        made[..., 8], made[..., 9] = self.z[:, :-1], self.z[:, 1:]
        return made.reshape(-1, 10)

    @property
    def flight(self) -> Ints:
        """Tell which flight each leg belongs to."""
        n, k = self.t.shape
        return np.repeat(np.arange(n, dtype=np.int64), k - 1)

    def on_globe(self, longitude: float, latitude: float) -> Floats:
        """Lay the waypoints around a place: n x k x (longitude, latitude), degrees on WGS84."""
        lay = Proj(proj="aeqd", lon_0=longitude, lat_0=latitude, ellps="WGS84")
        flat = (self.P - SIDE_M / 2).reshape(-1, 2)
        east, north = lay(flat[:, 0], flat[:, 1], inverse=True)
        return np.column_stack((east, north)).reshape(self.P.shape)


def flights(n: int, seed: int = 3, points: int = 50, parties: int = 4) -> Flights:
    """Draw flights of one day over 500 x 500 NM, with climb and descent."""
    g = np.random.default_rng(seed)
    course = g.uniform(0, 2 * np.pi, n)[:, None] + np.cumsum(g.normal(0, 0.12, (n, points)), 1)
    speed = g.uniform(250, 500, n) * NM / 3600
    lasts = g.uniform(60, 180, (n, points))
    lasts[:, 0] = 0
    start = g.uniform(0, 86_400, n)
    origin = g.uniform(0, SIDE_M, (n, 2))
    cruise = g.integers(5, 40, n) * 1000.0
    party = g.integers(0, parties, n)
    way = np.stack([np.cos(course), np.sin(course)], -1) * (speed[:, None] * lasts)[..., None]
    flown = np.cumsum(lasts, 1)
    climb = np.minimum(flown, flown[:, -1:] - flown) * CLIMB_FT_S
    return Flights(
        origin[:, None, :] + np.cumsum(way, 1),
        start[:, None] + flown,
        np.minimum(cruise[:, None], climb),
        party,
    )


def boxes(case: Flights, reach: Reach = REACH) -> tuple[Floats, Floats]:
    """Give lower and upper corners of all legs (x, y, t, z), grown by half of the reach."""
    legs = case.legs
    ends = np.stack((legs[:, [0, 1, 6, 8]], legs[:, [3, 4, 7, 9]]))
    grown = np.array([reach.lateral_m, reach.lateral_m, reach.time_s, reach.vertical_ft]) / 2
    return ends.min(axis=0) - grown, ends.max(axis=0) + grown


def near_pairs(case: Flights, reach: Reach = REACH) -> Iterator[tuple[Ints, Ints]]:
    """Give, in blocks, the pairs of legs (i < j, different parties) whose grown boxes meet.

    A leg stands in every cell of place and time that its box touches, at most two along each
    axis; a pair is looked at only in the first cell that both touch, so each comes up once.
    """
    low, high = boxes(case, reach)
    party = case.party[case.flight]
    first = np.floor(low[:, :3] / CELL).astype(np.int64)
    last = np.floor(high[:, :3] / CELL).astype(np.int64)
    origin, size = first.min(axis=0), np.ptp(np.vstack((first, last)), axis=0) + 1
    owner, key = [], []
    for step in np.ndindex(tuple((last - first).max(axis=0) + 1)):
        cell = first + np.array(step)
        there = np.flatnonzero((cell <= last).all(axis=1))
        x, y, t = (cell[there] - origin).T
        owner.append(there)
        key.append((t * size[1] + y) * size[0] + x)
    legs, keys = np.concatenate(owner), np.concatenate(key)
    order = np.argsort(keys, kind="stable")
    legs, keys = legs[order], keys[order]
    # Every member of a cell is paired with those after it, one step further each time.
    for ahead in range(1, int(np.unique(keys, return_counts=True)[1].max())):
        at = np.flatnonzero(keys[:-ahead] == keys[ahead:])
        i, j = legs[at], legs[at + ahead]
        meets = party[i] != party[j]
        for axis in (2, 3, 0, 1):
            i, j, at = i[meets], j[meets], at[meets]
            meets = (low[i, axis] <= high[j, axis]) & (low[j, axis] <= high[i, axis])
        i, j, at = i[meets], j[meets], at[meets]
        x, y, t = (np.maximum(first[i], first[j]) - origin).T
        once = keys[at] == (t * size[1] + y) * size[0] + x
        i, j = i[once], j[once]
        yield np.minimum(i, j), np.maximum(i, j)
