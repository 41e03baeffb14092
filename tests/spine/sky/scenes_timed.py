"""Volumes and flights drawn at random in awkward places, heights and times, to be compared."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from tests.spine.sky.oracle import EARTH, Point
from tests.spine.sky.oracle_parts import E4M, Flight, Part, Volume
from tests.spine.sky.scenes import KINDS, SCENES, away, draw, rounded

FOOT, MINUTE = 3_048, 60_000
HOUR = 60 * MINUTE
TIMED = ("flight", "hover", "instant")
LEAST_M, LONGEST_M = 50, 250_000
VAST_M = (300_000, 2_000_000)


def centre_of(random: Random) -> Point:
    """Draw where a scene is: one of the awkward places, or anywhere."""
    if random.random() < 0.6:
        return SCENES[random.choice(list(SCENES))]
    lat = math.degrees(math.asin(random.uniform(-1, 1)))
    return rounded((random.uniform(-180, 180), lat))


def draw_parts(random: Random, count: int) -> list[Part]:
    """Draw parts of every kind about one place and one hour."""
    centre = centre_of(random)
    scale = math.exp(random.uniform(math.log(LEAST_M), math.log(LONGEST_M)))
    spread = random.choice((0.1, 0.5, 1.0, 2.0)) * scale
    found: list[Part] = []
    for _ in range(count):
        place = away(centre, random.uniform(0, 360), random.uniform(0, spread))
        if random.random() < 0.08:
            place = centre
        elif found and random.random() < 0.12:
            place = random.choice(places_of(random.choice(found)))
        size = min(LONGEST_M, scale * math.exp(random.gauss(-0.3, 0.8)))
        if random.random() < 0.04:
            size = random.uniform(*VAST_M)
        if random.random() < 0.5:
            found.append(draw_volume(random, random.choice(KINDS), place, size))
        else:
            kind = random.choices(TIMED, (0.6, 0.2, 0.2))[0]
            points = draw_route(random, kind, place, size)
            if found and kind == "flight" and random.random() < 0.15:
                points = along(random, random.choice(found))
            found.append(draw_flight(random, points))
    return found


def places_of(part: Part) -> tuple[Point, ...]:
    return part.points if isinstance(part, Flight) else part.shape.lines[0]


def draw_volume(random: Random, kind: str, place: Point, size: float) -> Volume:
    """Draw a volume of that kind: some dense with points, or with one twice, or a line of one."""
    shape = draw(random, kind, place, size)
    if random.random() < 0.08:
        shape = shape._replace(lines=tuple(dense(line, 9) for line in shape.lines))
    elif len(shape.lines[0]) > 1 and random.random() < 0.15:
        line = list(shape.lines[0])
        at = random.randrange(len(line))
        line.insert(at, line[at])
        shape = shape._replace(lines=(tuple(line), *shape.lines[1:]))
    elif kind == "corridor" and random.random() < 0.1:
        shape = shape._replace(lines=(shape.lines[0][:1] * 2,))
    begin = random.randrange(-2 * HOUR, HOUR, random.choice((1, 1000, MINUTE)))
    length = random.choice((0, MINUTE, random.randrange(4 * HOUR), 3 * HOUR, 3 * HOUR))
    end = None if random.random() < 0.04 else begin + length
    low = random.randrange(0, 20_000, 500) * FOOT
    high = low + random.choice((0, 1_000, 10_000, 20_000)) * FOOT
    lows: int | None = None if random.random() < 0.3 else low
    highs: int | None = None if random.random() < 0.3 else high
    known = random.random() >= 0.03
    return Volume(shape, begin, end, lows, highs, known)


def dense(line: Sequence[Point], count: int) -> tuple[Point, ...]:
    """Put points along the legs of a line."""
    found = [line[0]]
    for a, b in pairwise(line):
        leg = EARTH.InverseLine(a[1], a[0], b[1], b[0])
        for k in range(1, count):
            at = leg.Position(leg.s13 * k / count)
            found.append(rounded((at["lon2"], at["lat2"])))
        found.append(b)
    return tuple(found)


def draw_route(random: Random, kind: str, place: Point, size: float) -> list[Point]:
    """Draw the points of a flight by a place: legs, or hovering, or a single instant."""
    heading, points = random.uniform(0, 360), [rounded(place)]
    count = {"flight": random.randint(1, 10), "hover": random.randint(1, 2), "instant": 0}[kind]
    for _ in range(count):
        heading += random.gauss(0, 40)
        still = kind == "hover" or random.random() < 0.06
        way = 0.0 if still else random.uniform(0.1, 1.5) * size * 2 / math.sqrt(count)
        points.append(points[-1] if still else away(points[-1], heading, way))
    return list(dense(points, 6)) if random.random() < 0.06 else points


def along(random: Random, part: Part) -> list[Point]:
    """Take the way of another, or some of it, or back along it."""
    points = list(places_of(part))
    first = random.randrange(len(points))
    points = points[first : random.randint(first + 1, len(points))]
    return points[::-1] if random.random() < 0.4 else points


def draw_flight(random: Random, points: list[Point]) -> Flight:
    """Draw times, heights and tolerances of a flight along points."""
    speed = random.uniform(15, 300)
    times, before = [random.randrange(-HOUR, HOUR)], points[0]
    for point in points[1:]:
        way = EARTH.Inverse(before[1], before[0], point[1], point[0])["s12"]
        still = random.choice((1, 7_777, 10 * MINUTE)) if way < 1 else 0
        times.append(times[-1] + max(1, round(way / speed * 1000)) + still)
        before = point
    # Now and then half of it lies before the hour.
    shift = random.choice((0, (times[-1] - times[0]) // 2))
    heights: tuple[int, ...] | None = tuple(_levels(random, len(points)))
    if random.random() < 0.03:
        heights = None
    lateral = random.choice((0, 0, 100 * E4M, random.randrange(10_000 * E4M)))
    return Flight(
        tuple(points),
        tuple(t - shift for t in times),
        heights,
        lateral,
        random.choice((0, 0, 300 * FOOT, random.randrange(500 * FOOT))),
        random.choice((0, 0, MINUTE, random.randrange(5 * MINUTE))),
    )


def _levels(random: Random, count: int) -> list[int]:
    level = random.randrange(0, 25_000, 500) * FOOT
    found = []
    for _ in range(count):
        found.append(level)
        if random.random() < 0.6:
            level = max(0, level + random.randrange(-8_000, 8_500, 500) * FOOT)
    return found
