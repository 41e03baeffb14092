"""Subjects of all kinds drawn at random in one scene: activities and zones, of several parts."""

import itertools
from random import Random

from parley.sky.encounters import Subject
from parley.sky.plans import Plan
from parley.sky.separation import Limits
from parley.values.lengths import Altitude, Bound, Reference, VerticalLimit
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D
from tests.spine.sky.scenes import KINDS, SCENES, START_MS, away, draw, position, stated

PARTIES = ("east", "west", "north")


def limits(random: Random, mixed: bool) -> tuple[VerticalLimit, VerticalLimit]:
    """Draw a floor and a ceiling: if ``mixed``, sometimes of two datums or of none."""
    if not mixed:
        low = random.randrange(0, 60) * 1_000_000
        return Altitude(low, "M", "W84"), Altitude(low + 5_000_000, "M", "W84")
    if random.random() < 0.1:
        return None, None
    references: tuple[Reference, ...] = ("W84", "W84", "AMSL", "AGL", "STD")
    reference = random.choice(references)
    low = random.randrange(0, 60) * 1_000_000
    high = low + random.randrange(1, 20) * 1_000_000
    spread = random.choice((0, 0, 0, 500_000))
    other = reference if random.random() < 0.8 else random.choice(references)
    floor: VerticalLimit = Altitude(low, "M", reference, spread)
    ceiling: VerticalLimit = Altitude(high, "M", other, spread)
    if random.random() < 0.1:
        floor = Bound.SFC
    if random.random() < 0.1:
        ceiling = Bound.UNL
    return floor, ceiling


def volume(random: Random, centre: tuple[float, float], size: float, mixed: bool) -> Volume4D:
    shape = stated(draw(random, random.choice(KINDS), centre, size))
    start = START_MS + random.randrange(0, 8) * 600_000
    end = None if random.random() < 0.05 else start + random.randrange(0, 6) * 600_000
    floor, ceiling = limits(random, mixed)
    return Volume4D(shape, start, end, floor, ceiling)


def trajectory(random: Random, centre: tuple[float, float], size: float, mixed: bool) -> Trajectory:
    count, heading, points = random.randint(1, 5), random.uniform(0, 360), [centre]
    while len(points) < count:
        heading += random.gauss(0, 30)
        points.append(away(points[-1], heading, random.uniform(0.0, 0.5) * size))
    start = START_MS + random.randrange(0, 4_000) * 1000
    times = list(
        itertools.accumulate((random.randrange(1, 900) * 1000 for _ in points), initial=start)
    )
    references: tuple[Reference | None, ...] = ("W84", "W84", "AMSL", "AGL", "STD", None)
    reference = random.choice(references) if mixed else "W84"
    heights = tuple(random.randrange(0, 60) * 1_000_000 for _ in points)
    return Trajectory(
        tuple(position(p) for p in points),
        tuple(times[: len(points)]),
        None if reference is None else heights,
        reference,
        lateral_tolerance_e4m=random.choice((0, 20_000_000)),
        vertical_tolerance_e4m=random.choice((0, 1_000_000)),
        time_tolerance_ms=random.choice((0, 60_000)),
    )


def plans(random: Random, scene: str, count: int, size: float, mixed: bool) -> list[Plan]:
    """Draw activities and zones of one scene, each of one to three parts."""
    drawn = []
    for i in range(count):
        centre = away(SCENES[scene], random.uniform(0, 360), random.uniform(0, 2 * size))
        parts = random.choice((1, 1, 2, 3))
        zone = random.random() < 0.2
        flown = 0 if zone else random.randint(0, parts)
        minima = Limits(
            random.choice((0, 92_600_000)),
            random.choice((0, 3_048_000)),
            random.choice((0, 300_000)),
        )
        affects = random.choice((None, ("west",), ("west", "north"))) if zone else None
        drawn.append(
            Plan(
                f"{i:064x}",
                random.choice(PARTIES),
                "zone" if zone else "activity",
                tuple(volume(random, centre, size, mixed) for _ in range(parts - flown)),
                minima,
                affects,
                tuple(trajectory(random, centre, size, mixed) for _ in range(flown)),
            )
        )
    return drawn


def subjects(random: Random, scene: str, count: int, size: float, mixed: bool) -> list[Subject]:
    """Draw the same, made ready."""
    return [plan.subject for plan in plans(random, scene, count, size, mixed)]
