"""Pairs of shapes drawn at random in awkward places, as the oracle has them and as we do."""

import math
from random import Random

from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Polygon, Volume4D
from parley.values.volumes import Shape as Stated
from tests.spine.sky.oracle import EARTH, Point, Shape

SCENES: dict[str, Point] = {
    "theatre": (38.0, 34.5),
    "equator at the antimeridian": (180.0, 0.0),
    "far north at the antimeridian": (-179.9, 61.0),
    "75 north": (25.0, 75.0),
    "beside the north pole": (120.0, 89.7),
    "the north pole": (0.0, 90.0),
    "beside the south pole": (-60.0, -89.2),
    "south": (-70.0, -38.0),
}
KINDS = ("point", "circle", "corridor", "polygon", "polygon with hole")
START_MS = 1_466_049_600_000


def rounded(p: Point) -> Point:
    """Round to 1e-7 degree, as a record does."""
    return round(p[0] * 1e7) / 1e7, round(p[1] * 1e7) / 1e7


def away(p: Point, azimuth: float, way: float) -> Point:
    found = EARTH.Direct(p[1], p[0], azimuth, way)
    return rounded((found["lon2"], found["lat2"]))


def draw(random: Random, kind: str, centre: Point, size: float) -> Shape:
    """Draw a shape of about ``size`` metres around a centre."""
    if kind == "point":
        return Shape(((rounded(centre),),))
    if kind == "circle":
        return Shape(((rounded(centre),),), round(random.uniform(0, size), 4))
    if kind == "corridor":
        heading, points = random.uniform(0, 360), [rounded(centre)]
        for _ in range(random.randint(1, 4)):
            heading += random.gauss(0, 40)
            points.append(away(points[-1], heading, random.uniform(0.1, 1.5) * size))
        return Shape((tuple(points),), round(random.choice((0.0, size / 20)), 4))
    count = random.randint(4, 8)
    azimuths = [(i + random.uniform(0.15, 0.85)) * 360 / count for i in range(count)]
    ways = [random.uniform(0.4, 1.0) * size for _ in range(count)]
    shares = (1.0, random.uniform(0.3, 0.8)) if kind == "polygon with hole" else (1.0,)
    rings = []
    for share in shares:
        ring = [away(centre, a, w * share) for a, w in zip(azimuths, ways, strict=True)]
        if random.random() < 0.5:
            ring.reverse()
        rings.append((*ring, ring[0]))
    return Shape(tuple(rings), 0.0, area=True)


def draw_pair(random: Random, kinds: tuple[str, str], scene: str) -> tuple[Shape, Shape]:
    """Draw two shapes of one scene, near, far, or one within the other."""
    centre = SCENES[scene]
    sizes = [math.exp(random.uniform(math.log(2_000), math.log(250_000))) for _ in kinds]
    apart = random.choice((0.05, 0.5, 1.0, 1.5, 3.0)) * max(sizes)
    first = away(centre, random.uniform(0, 360), random.uniform(0, 30_000))
    second = away(first, random.uniform(0, 360), random.uniform(0, 1.2) * apart)
    return draw(random, kinds[0], first, sizes[0]), draw(random, kinds[1], second, sizes[1])


def position(p: Point) -> Position:
    return Position(round(p[1] * 1e7), round(p[0] * 1e7))


def stated(shape: Shape) -> Stated:
    """Turn an oracle's shape into one of ours."""
    lines = tuple(tuple(position(p) for p in line) for line in shape.lines)
    if shape.area:
        return Polygon(lines)
    if len(lines[0]) == 1:
        return Circle(lines[0][0], round(shape.radius * 1e4))
    return Corridor(lines[0], round(shape.radius * 1e4))


def volume(shape: Shape, start: int = 0, end: int | None = 3_600_000) -> Volume4D:
    """Give a volume of all heights over a shape, ``start`` to ``end`` milliseconds into a day."""
    return Volume4D(stated(shape), START_MS + start, None if end is None else START_MS + end)
