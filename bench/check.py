"""Time to check one activity against 10,000 others, beside the usual planar tools in the same run.

A theatre of 500 x 500 NM and one day, minima 5 NM, 1000 ft, 5 min, laid around
35 N 38 E. The peer is what one would write without us: a Shapely STRtree over one azimuthal plane
for the theatre, filters for time and height, the nearest points of every hit, and `pyproj` for
their distance. It is inexact by some 100 m and more, so a few verdicts near the limit differ.
"""

import sys
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj

from parley.sky import Limits, Sky, Subject, subject_of
from parley.values.lengths import Altitude
from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

NM = 1852.0
MINIMA = Limits(92_600_000, 3_048_000, 300_000)
DAY_MS = 1_466_035_200_000
SIDE_M = 500 * NM
COUNT, QUERIES, ROUNDS = 10_000, 400, 3
PLANE = Proj(proj="aeqd", lat_0=35.0, lon_0=38.0, ellps="WGS84")
GEOD = Geod(ellps="WGS84")

Floats = NDArray[np.float64]


@dataclass
class Plan:
    """One generated volume: vertices in degrees (lon, lat), radius, heights in ft, times in s."""

    shape: int
    points: Floats
    radius_m: float
    low_ft: int
    high_ft: int
    start_s: int
    end_s: int
    party: int


def theatre(count: int, seed: int) -> list[Plan]:
    """Draw corridors, orbits, race-tracks and areas."""
    g = np.random.default_rng(seed)
    plans = []
    for kind in np.searchsorted([0.45, 0.70, 0.85], g.random(count)):
        centre = g.uniform(-SIDE_M / 2, SIDE_M / 2, 2)
        if kind == 3:
            k = int(g.integers(4, 13))
            angles = (np.arange(k) + g.uniform(0.1, 0.9, k)) / k * 2 * np.pi
            reach = g.uniform(5, 40) * NM * g.uniform(0.55, 1.0, k)
            points = centre + np.stack([np.cos(angles), np.sin(angles)], -1) * reach[:, None]
        else:
            k = int(g.integers(2, 7)) if kind == 0 else 2 - int(kind == 1)
            length = g.uniform(*((50, 300) if kind == 0 else (15, 40))) * NM / max(k - 1, 1)
            course = g.uniform(0, 2 * np.pi) + np.cumsum(g.normal(0, 0.35, k))
            steps = np.stack([np.cos(course), np.sin(course)], -1) * length
            steps[0] = 0
            points = centre + np.cumsum(steps, 0)
        lon, lat = PLANE(points[:, 0], points[:, 1], inverse=True)
        radius = g.uniform(*((2, 5), (5, 30), (5, 12), (0, 0))[kind]) * NM
        low = int(g.integers(2, 78)) * 500
        high = min(low + int(g.integers(2, 10)) * 1000, 40_000)
        start = int(g.uniform(0, 86_400))
        end = start + int(np.exp(g.uniform(np.log(600), np.log(21_600))))
        where = np.round(np.column_stack((lon, lat)), 7)
        party = int(g.integers(0, 4))
        plans.append(Plan(int(kind), where, radius, min(low, high - 500), high, start, end, party))
    return plans


def subject(plan: Plan, name: int) -> Subject:
    """Make a subject of ours."""
    places = [Position.of_degrees(float(lat), float(lon)) for lon, lat in plan.points]
    shape: Shape
    if plan.shape == 3:
        shape = Polygon(((*places, places[0]),))
    elif len(places) == 1:
        shape = Circle(places[0], round(plan.radius_m * 1e4))
    else:
        shape = Corridor(tuple(places), round(plan.radius_m * 1e4))
    heights = (Altitude(ft * 3048, "FT", "AMSL") for ft in (plan.low_ft, plan.high_ft))
    times = (DAY_MS + plan.start_s * 1000, DAY_MS + plan.end_s * 1000)
    volume = Volume4D(shape, *times, *heights)
    return subject_of(f"{name:064x}", f"party{plan.party}", "activity", [volume], MINIMA)


class Peer:
    """The planar way: one plane for the theatre, an R-tree, filters, nearest points."""

    def __init__(self, plans: list[Plan]) -> None:
        self.cores = np.array([planar(p) for p in plans])
        self.radius = np.array([p.radius_m for p in plans])
        self.low = np.array([p.low_ft for p in plans])
        self.high = np.array([p.high_ft for p in plans])
        self.start = np.array([p.start_s for p in plans])
        self.end = np.array([p.end_s for p in plans])
        self.party = np.array([p.party for p in plans])
        boxes = shapely.bounds(self.cores) + np.outer(self.radius, [-1, -1, 1, 1])
        self.tree = shapely.STRtree(np.asarray(shapely.box(*boxes.T)))
        shapely.prepare(self.cores)

    def against(self, plan: Plan) -> list[tuple[int, float]]:
        """Give the hits, with the geodesic distance of the nearest points."""
        core = planar(plan)
        west, south, east, north = shapely.bounds(core)
        grow = plan.radius_m + 5 * NM
        i = self.tree.query(shapely.box(west - grow, south - grow, east + grow, north + grow))
        i = i[
            (self.party[i] != plan.party)
            & (self.start[i] <= plan.end_s + 300)
            & (self.end[i] >= plan.start_s - 300)
            & (self.low[i] <= plan.high_ft + 1000)
            & (self.high[i] >= plan.low_ft - 1000)
        ]
        i = i[shapely.dwithin(self.cores[i], core, self.radius[i] + grow)]
        ends = shapely.get_coordinates(shapely.shortest_line(self.cores[i], core)).reshape(-1, 4)
        lon0, lat0 = PLANE(ends[:, 0], ends[:, 1], inverse=True)
        lon1, lat1 = PLANE(ends[:, 2], ends[:, 3], inverse=True)
        apart = np.asarray(GEOD.inv(lon0, lat0, lon1, lat1)[2])
        return list(zip(i.tolist(), apart.tolist(), strict=True))


def planar(plan: Plan) -> shapely.Geometry:
    """Put the core of a plan into the theatre's plane."""
    x, y = PLANE(plan.points[:, 0], plan.points[:, 1])
    places = np.column_stack((x, y))
    if plan.shape == 3:
        return shapely.Polygon(places)
    return shapely.Point(places[0]) if len(places) == 1 else shapely.LineString(places)


def timed(work: object, items: list[object]) -> Floats:
    """Give the best of several times for each item, in microseconds."""
    assert callable(work)
    times = np.full(len(items), np.inf)
    for _ in range(ROUNDS):
        for i, item in enumerate(items):
            start = perf_counter()
            work(item)
            times[i] = min(times[i], perf_counter() - start)
    return times * 1e6


def main() -> int:
    """Measure both on the same plans and queries; return 1 if too many verdicts differ."""
    plans, asked = theatre(COUNT, 1), theatre(QUERIES, 77)
    start = perf_counter()
    subjects = [subject(plan, i) for i, plan in enumerate(plans)]
    prepared = perf_counter()
    sky = Sky(subjects)
    built = perf_counter()
    peer = Peer(plans)
    questions = [subject(plan, COUNT + i) for i, plan in enumerate(asked)]
    ours = [{int(e.a, 16) for e in sky.against(q)} for q in questions]
    theirs = [{i for i, _ in peer.against(q)} for q in asked]
    found = sum(map(len, ours))
    differ = sum(len(a ^ b) for a, b in zip(ours, theirs, strict=True))
    us, them = timed(sky.against, list(questions)), timed(peer.against, list(asked))
    (p50, p99), (q50, q99) = (np.percentile(t, [50, 99]) for t in (us, them))
    each = (prepared - start) / COUNT * 1e6
    print(f"check: one against {COUNT}, {found / QUERIES:.1f} conflicts each")
    print(f"  prepare {each:.0f} us a volume, lay out {(built - prepared) * 1e3:.0f} ms")
    print(f"  ours, exact on WGS84         p50 {p50:8.0f} us   p99 {p99:8.0f} us")
    print(f"  STRtree + pyproj, one plane  p50 {q50:8.0f} us   p99 {q99:8.0f} us")
    print(f"  ratio ours/peer              p50 {p50 / q50:8.2f}      p99 {p99 / q99:8.2f}")
    print(f"  verdicts that differ from the inexact peer: {differ} of {found}")
    return 0 if differ <= found * 0.01 else 1


if __name__ == "__main__":
    sys.exit(main())
