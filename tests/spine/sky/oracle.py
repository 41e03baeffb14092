"""How far apart two shapes are, by geographiclib alone: slow, plain, and nothing of ours.

A shape is ``Shape(lines, radius, area)``: points as (lon, lat) in degrees, a radius in metres, and
whether the lines are rings that bound an area. ``test_oracle.py`` checks it by dense sampling.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from geographiclib.geodesic import Geodesic
from geographiclib.geodesicline import GeodesicLine

EARTH = Geodesic.WGS84
Point = tuple[float, float]
GOLDEN = (math.sqrt(5) - 1) / 2


class Shape(NamedTuple):
    lines: tuple[tuple[Point, ...], ...]
    radius: float = 0.0
    area: bool = False


class Leg:
    """A shortest geodesic, with places along it sampled once."""

    def __init__(self, start: Point, end: Point) -> None:
        self.line: GeodesicLine = EARTH.InverseLine(start[1], start[0], end[1], end[0])
        self.length: float = self.line.s13
        self.count = max(1, min(40, math.ceil(self.length / 20_000)))
        self.step = self.length / self.count
        self.samples = [unit(self.at(i * self.step)) for i in range(self.count + 1)]

    def at(self, way: float) -> Point:
        found = self.line.Position(way)
        return found["lon2"], found["lat2"]


def inverse(a: Point, b: Point) -> float:
    return float(EARTH.Inverse(a[1], a[0], b[1], b[0], Geodesic.DISTANCE)["s12"])


def unit(p: Point) -> tuple[float, float, float]:
    lon, lat = math.radians(p[0]), math.radians(p[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def legs(shape: Shape) -> list[Leg]:
    found = [Leg(a, b) for line in shape.lines for a, b in pairwise(line)]
    return found or [Leg(shape.lines[0][0], shape.lines[0][0])]


def golden(f: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Minimise by golden section; a function that falls to an end is minimal there."""
    a, b = low, high
    c, d = b - GOLDEN * (b - a), a + GOLDEN * (b - a)
    fc, fd = f(c), f(d)
    while b - a > tolerance:
        if fc < fd:
            b, d, fd = d, c, fc
            c = b - GOLDEN * (b - a)
            fc = f(c)
        else:
            a, c, fc = c, d, fd
            d = a + GOLDEN * (b - a)
            fd = f(d)
    return min(f(low), f(high), fc, fd)


def nested(a: Leg, b: Leg, tolerance: float = 0.01) -> float:
    """Minimise over both legs, one inside the other: for legs between which distance is convex."""

    def nearest(s: float) -> float:
        here = a.at(s)
        return golden(lambda t: inverse(here, b.at(t)), 0.0, b.length, tolerance)

    return golden(nearest, 0.0, a.length, tolerance)


def leg_distance(a: Leg, b: Leg) -> float:
    """Give the least distance of two legs: the best cells of a coarse grid, each narrowed down."""
    grid = [
        [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for q in b.samples] for p in a.samples
    ]
    cells = []
    for i, row in enumerate(grid):
        for j, value in enumerate(row):
            around = [
                grid[k][m]
                for k in range(max(0, i - 1), min(len(grid), i + 2))
                for m in range(max(0, j - 1), min(len(row), j + 2))
            ]
            if value <= min(around):
                cells.append((value, i, j))
    cells.sort()
    best = math.inf
    for value, i, j in cells[:6]:
        # A chord on the unit sphere; the ellipsoid differs from it by less than one percent.
        rough = 2 * math.asin(min(1.0, math.sqrt(value) / 2)) * 6_371_000
        if rough * 0.98 - a.step - b.step > best:
            continue
        best = min(best, narrowed(a, b, i * a.step, j * b.step))
    return best


def narrowed(a: Leg, b: Leg, s: float, t: float) -> float:
    """Close in on a least distance, in a plane about the place on ``a`` that keeps its azimuths.

    Every value compared is a true distance; the plane only says where to look next.
    """
    best = inverse(a.at(s), b.at(t))
    reach = 1.6 * max(a.step, b.step, 1.0)
    while reach > 0.02:
        for _ in range(3):
            s0, s1 = max(0.0, s - reach), min(a.length, s + reach)
            t0, t1 = max(0.0, t - reach), min(b.length, t + reach)
            centre = a.at(s)
            ends = [plane(centre, leg.at(w)) for leg, w in ((a, s0), (a, s1), (b, t0), (b, t1))]
            u, v = planar(*ends)
            moved = abs(s0 + u * (s1 - s0) - s) + abs(t0 + v * (t1 - t0) - t)
            s, t = s0 + u * (s1 - s0), t0 + v * (t1 - t0)
            best = min(best, inverse(a.at(s), b.at(t)))
            if moved < reach / 2:
                break
        reach /= 8
    return best


def plane(centre: Point, p: Point) -> Point:
    found = EARTH.Inverse(centre[1], centre[0], p[1], p[0])
    azimuth = math.radians(found["azi1"])
    return found["s12"] * math.sin(azimuth), found["s12"] * math.cos(azimuth)


def planar(p0: Point, p1: Point, q0: Point, q1: Point) -> Point:
    """Give where two plane segments are closest, as shares of each."""
    crossing = intersection(p0, p1, q0, q1)
    if crossing is not None:
        return crossing
    tries = [(0.0, share(p0, q0, q1)), (1.0, share(p1, q0, q1))]
    tries += [(share(q0, p0, p1), 0.0), (share(q1, p0, p1), 1.0)]

    def apart(shares: Point) -> float:
        u, v = shares
        return math.hypot(
            p0[0] + u * (p1[0] - p0[0]) - q0[0] - v * (q1[0] - q0[0]),
            p0[1] + u * (p1[1] - p0[1]) - q0[1] - v * (q1[1] - q0[1]),
        )

    return min(tries, key=apart)


def share(p: Point, q0: Point, q1: Point) -> float:
    dx, dy = q1[0] - q0[0], q1[1] - q0[1]
    square = dx * dx + dy * dy
    if square == 0.0:
        return 0.0
    return min(1.0, max(0.0, ((p[0] - q0[0]) * dx + (p[1] - q0[1]) * dy) / square))


def intersection(p0: Point, p1: Point, q0: Point, q1: Point) -> Point | None:
    ax, ay, bx, by = p1[0] - p0[0], p1[1] - p0[1], q1[0] - q0[0], q1[1] - q0[1]
    cross = ax * by - ay * bx
    if cross == 0.0:
        return None
    u = ((q0[0] - p0[0]) * by - (q0[1] - p0[1]) * bx) / cross
    v = ((q0[0] - p0[0]) * ay - (q0[1] - p0[1]) * ax) / cross
    return (u, v) if 0 <= u <= 1 and 0 <= v <= 1 else None


def winds(p: Point, ring: tuple[Point, ...]) -> bool:
    """Tell whether a ring of at most a few thousand kilometres winds around a point."""
    if inverse(p, ring[0]) > 8_000_000:
        return False
    seen = [EARTH.Inverse(p[1], p[0], q[1], q[0], Geodesic.AZIMUTH)["azi1"] for q in ring]
    turns = ((b - a + 180) % 360 - 180 for a, b in pairwise(seen))
    return abs(sum(turns)) > 180


def holds(shape: Shape, p: Point) -> bool:
    if not shape.area or not winds(p, shape.lines[0]):
        return False
    return not any(winds(p, hole) for hole in shape.lines[1:])


def core_distance(a: Shape, b: Shape) -> float:
    if holds(a, b.lines[0][0]) or holds(b, a.lines[0][0]):
        return 0.0
    mine, theirs = legs(a), legs(b)
    return min(leg_distance(x, y) for x in mine for y in theirs)


def gap(a: Shape, b: Shape) -> float:
    """Give the lateral gap between two footprints in metres."""
    return max(0.0, core_distance(a, b) - a.radius - b.radius)
