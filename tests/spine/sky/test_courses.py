"""Timed trajectories: closed cases, properties, and a naive twin that only samples."""

import dataclasses
import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from random import Random

import pytest

from parley.errors import BadShape
from parley.sky import (
    EARTH,
    Encounter,
    Limits,
    Sky,
    Subject,
    compare,
    conflicts,
    prepare,
    prepare_course,
)
from parley.sky.encounters import Which, subject_of
from parley.sky.entering import entering
from parley.sky.passing import passing
from parley.values.instants import Instant
from parley.values.lengths import Altitude, Bound, Reference, VerticalLimit
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Polygon, Volume4D
from tests.spine.sky import oracle
from tests.spine.sky.oracle import Point
from tests.spine.sky.scenes import KINDS, SCENES, away, draw, position, stated

NM, FOOT, SECOND, MINUTE = 18_520_000, 3_048, 1_000, 60_000
START = 1_466_049_600_000
MINIMA = Limits(5 * NM, 1000 * FOOT, 0)
LEVEL = 10_000 * FOOT
DEGREE = oracle.inverse((0.0, 0.0), (1.0, 0.0))  # of longitude, on the equator


def flight(
    *points: Point,
    times: Sequence[int] = (0, 600),
    heights: Sequence[int] | None = None,
    reference: Reference | None = "AMSL",
    tolerances: tuple[int, int, int] = (0, 0, 0),
) -> Trajectory:
    """Fly through points (lon, lat), seconds after the start, by default level at 10,000 ft."""
    level = None if reference is None else tuple(heights or (LEVEL,) * len(points))
    lateral, vertical, time = tolerances
    return Trajectory(
        tuple(Position.of_degrees(lat, lon) for lon, lat in points),
        tuple(START + second * SECOND for second in times),
        level,
        reference,
        "FT",
        lateral,
        vertical,
        time,
    )


def subject(
    name: str, *parts: Trajectory | Volume4D, minima: Limits = MINIMA, party: str | None = None
) -> Subject:
    volumes = [part for part in parts if isinstance(part, Volume4D)]
    ways = [part for part in parts if isinstance(part, Trajectory)]
    return subject_of(name * 64, party or name, "activity", volumes, minima, trajectories=ways)


def meet(
    a: Trajectory | Volume4D, b: Trajectory | Volume4D, minima: Limits = MINIMA
) -> Encounter | None:
    """Compare two, and see that the order makes no difference."""
    one, other = subject("a", a, minima=minima), subject("b", b, minima=minima)
    found = compare(one, other)
    assert compare(other, one) == found
    return found


def sure(found: Encounter | None) -> Encounter:
    assert found is not None
    return found


def volume(
    shape: Circle | Polygon,
    begin: int = 0,
    end: int = 3600,
    lower: VerticalLimit = Bound.SFC,
    upper: VerticalLimit = Bound.UNL,
) -> Volume4D:
    return Volume4D(shape, START + begin * SECOND, START + end * SECOND, lower, upper)


# --- two that fly


def test_head_on_they_meet_half_way() -> None:
    """Two on one track against each other are in one place at one time; from 5 NM on it counts."""
    speed = DEGREE / 600
    half = (5 * 1852 + 1) / (2 * speed)
    assert meet(flight((0, 0), (1, 0)), flight((1, 0), (0, 0))) == Encounter(
        a="a" * 64,
        b="b" * 64,
        verdict="CONFLICT",
        lateral_m=0,
        vertical_m=0,
        time_gap_s=0,
        position=Position.of_degrees(0, "0.5"),
        begin=Instant(START + round(300 - half) * SECOND),
        until=Instant(START + round(300 + half) * SECOND),
        broken=("lateral", "vertical", "time"),
        open=(),
        which=(Which(0, 0), Which(0, 0)),
    )


@pytest.mark.parametrize("late", [20, 40, 60])
def test_crossing_at_equal_speed_is_the_classical_closest_approach(late: int) -> None:
    """With no minimum in time, two that cross at a right angle are v * dt / sqrt(2) apart."""
    up = oracle.EARTH.Direct(0, 0, 0, DEGREE / 2)["lat2"]
    east = flight((-0.5, 0), (0.5, 0))
    north = flight((0, -up), (0, up), times=(late, 600 + late))
    expected = DEGREE / 600 * late / math.sqrt(2)
    found = sure(meet(east, north))
    assert abs(found.lateral_m - expected) <= 1
    assert found.time_gap_s == 0
    # The one is past the crossing by as much as the other is short of it.
    middle = (found.begin + found.until) / 2  # type: ignore[operator]
    assert abs(middle - (START + (300 + late / 2) * SECOND)) <= SECOND
    assert meet(east, north, Limits(round(expected * 1e4) - 10_100, 0, 0)) is None
    assert meet(east, north, Limits(round(expected * 1e4) - 9_800, 0, 0)) is not None
    # As soon as so much time counts as together, both are at the crossing.
    at_crossing = sure(meet(east, north, Limits(0, 0, late * SECOND)))
    assert (at_crossing.lateral_m, at_crossing.time_gap_s) == (0, late)
    assert at_crossing.position == Position(0, 0)


def test_overtaking_on_one_track() -> None:
    """The faster one catches up where both have flown as far."""
    slow, fast = flight((0, 0), (1, 0), times=(0, 900)), flight((0, 0), (1, 0), times=(200, 800))
    found = sure(meet(slow, fast))
    assert found.lateral_m == 0
    # x/900 = (x-200)/600
    assert found.position == Position.of_degrees(0, "0.66667")
    assert meet(slow, flight((0, 0), (1, 0), times=(310, 910))) is not None
    assert meet(slow, flight((0, 0), (1, 0), times=(310, 910)), Limits(0, 0, 0)) is None


def test_one_behind_the_other_is_apart_by_time_alone() -> None:
    """The same track at the same speed, 400 s later: the gap in time decides, at once."""
    first, second = flight((0, 0), (1, 0)), flight((0, 0), (1, 0), times=(400, 1000))
    assert meet(first, second, Limits(0, 0, 400 * SECOND - 10)) is None
    found = sure(meet(first, second, Limits(0, 0, 400 * SECOND)))
    assert (found.lateral_m, found.time_gap_s) == (0, 400)
    assert found.position == Position(0, 0)
    assert (found.begin, found.until) == (START, START + 1000 * SECOND)
    # Flown back, they are in one place in the middle, and nowhere sooner one after the other.
    back = sure(meet(first, flight((1, 0), (0, 0), times=(400, 1000)), Limits(0, 0, 400 * SECOND)))
    assert (back.lateral_m, back.time_gap_s) == (0, 0)
    assert back.position == Position.of_degrees(0, "0.83333")


def test_who_stands_still_is_passed() -> None:
    """A hover of an hour, passed at a quarter of an hour; two hovers share what both have."""
    hover = flight((0.5, 0.05), (0.5, 0.05), times=(0, 3600))
    passer = flight((0, 0), (1, 0), times=(600, 1200))
    apart = oracle.inverse((0.5, 0), (0.5, 0.05))
    found = sure(meet(hover, passer))
    assert found.lateral_m == round(apart)
    reach = math.sqrt((5 * 1852 + 1) ** 2 - apart**2) / (DEGREE / 600)
    assert abs(found.begin - (START + (900 - reach) * SECOND)) <= SECOND
    assert abs(found.until - (START + (900 + reach) * SECOND)) <= SECOND  # type: ignore[operator]
    both = sure(meet(hover, flight((0.5, 0), (0.5, 0), times=(1800, 5400))))
    assert (both.begin, both.until) == (START + 1800 * SECOND, START + 3600 * SECOND)
    assert both.lateral_m == round(apart)


def test_a_single_instant_is_compared() -> None:
    """A trajectory of one point is there at one instant, and neither sooner nor later."""
    release = flight((0.5, 0), times=(300,))
    passer = flight((0, 0), (1, 0))
    found = sure(meet(release, passer, Limits(0, 0, 0)))
    assert (found.lateral_m, found.time_gap_s) == (0, 0)
    assert (found.begin, found.until) == (START + 300 * SECOND, START + 300 * SECOND)
    late = flight((0.5, 0), times=(310,))
    assert meet(late, passer, Limits(0, 0, 0)) is None
    assert sure(meet(late, passer, Limits(0, 0, 10 * SECOND))).time_gap_s == 10
    assert meet(late, release, Limits(0, 0, 9_999)) is None
    assert meet(late, release, Limits(0, 0, 10_000)) is not None


@pytest.mark.parametrize("of", ["minima", "tolerances"])
def test_every_limit_is_inclusive(of: str) -> None:
    """A gap equal to minimum and tolerances conflicts; above (laterally by 1 m) it does not."""

    def met(other: Trajectory, limits: tuple[int, int, int], level: int = LEVEL) -> bool:
        mine = flight((0, 0), (1, 0), heights=(level, level))
        if of == "minima":
            return meet(mine, other, Limits(*limits)) is not None
        halves = [(limit // 2, limit - limit // 2) for limit in limits]
        one, two = zip(*halves, strict=True)
        mine, other = (
            dataclasses.replace(
                flown,
                lateral_tolerance_e4m=lateral,
                vertical_tolerance_e4m=vertical,
                time_tolerance_ms=time,
            )
            for flown, (lateral, vertical, time) in ((mine, one), (other, two))
        )
        return meet(mine, other, Limits(0, 0, 0)) is not None

    beside = flight((0.5, 0.05), (0.5, 0.05))
    apart = round(oracle.inverse((0.5, 0), (0.5, 0.05)) * 10_000)
    assert met(beside, (apart, 0, 0))
    assert met(beside, (apart - 9_990, 0, 0))
    assert not met(beside, (apart - 10_010, 0, 0))
    over = flight((1, 0), (0, 0), heights=(LEVEL + 5000, LEVEL + 5000))
    assert met(over, (0, 5000, 0))
    assert not met(over, (0, 4999, 0))
    # Climbing, the nearest height is that of the last point, where both arrive together.
    climbing = flight((0, 0), (1, 0), heights=(0, LEVEL - 7000))
    assert met(climbing, (0, 7000, 0))
    assert not met(climbing, (0, 6999, 0))
    later = flight((1, 0), (2, 0), times=(607, 1207))
    assert met(later, (0, 0, 7000))
    assert not met(later, (0, 0, 6999))


@pytest.mark.parametrize("turn", [0.0, 37.2, 179.6])
def test_the_antimeridian_and_the_poles_are_like_any_other_place(turn: float) -> None:
    """The same scene turned about the axis of the Earth gives the same; over the pole as well."""

    def at(lon: float, lat: float) -> Point:
        return (lon + turn + 180.0) % 360.0 - 180.0, lat

    found = sure(meet(flight(at(0, 60), at(1, 60)), flight(at(0.9, 60.1), at(0.1, 59.9))))
    plain = sure(meet(flight((0, 60), (1, 60)), flight((0.9, 60.1), (0.1, 59.9))))
    turned = round(plain.position.lon + turn + 180.0, 5) % 360.0 - 180.0
    assert found.position.lat_e7 == plain.position.lat_e7
    assert abs(found.position.lon - turned) < 2e-5
    assert (found.lateral_m, found.begin, found.until) == (
        plain.lateral_m,
        plain.begin,
        plain.until,
    )
    over = sure(meet(flight(at(0, 89.5), at(180, 89.5)), flight(at(90, 89.5), at(-90, 89.5))))
    assert (over.lateral_m, over.position) == (0, Position.of_degrees(90, 0))
    across = sure(
        meet(flight(at(0, -89.5), at(180, -89.5)), volume(Circle(Position(-900_000_000, 0), 0)))
    )
    assert (across.lateral_m, across.position) == (0, Position.of_degrees(-90, 0))


def test_which_leg_is_told() -> None:
    """Of a part, the leg that comes closest; of a subject, the part."""
    dog_leg = flight((0, -1), (0, 0), (1, 0), (1, 1), times=(0, 600, 1200, 1800))
    crosser = flight((0.5, 0.5), (0.5, -0.5), times=(600, 1200))
    assert sure(meet(dog_leg, crosser)).which == (Which(0, 1), Which(0, 0))
    far = flight((10, 10), (11, 10))
    found = sure(compare(subject("a", far, dog_leg), subject("b", far, crosser, minima=MINIMA)))
    assert found.which[0] == Which(0, 0)  # both fly the far one, earlier
    place = volume(Circle(Position.of_degrees(0, "0.5"), 0))
    found = sure(compare(subject("a", place, far), subject("b", far, crosser)))
    assert found.which in (((Which(1, 0)), Which(0, 0)), (Which(0, None), Which(1, 0)))
    assert sure(meet(dog_leg, place)).which == (Which(0, 1), Which(0, None))


@pytest.mark.parametrize(
    ("a", "b", "feet", "verdict"),
    [
        ("AMSL", "AMSL", 0, "CONFLICT"),
        ("AMSL", "AMSL", 1001, None),
        ("STD", "STD", 1000, "CONFLICT"),
        ("W84", "AMSL", 0, "CONFLICT"),
        ("W84", "AMSL", 5000, None),
        ("STD", "AMSL", 0, "POSSIBLE"),
        ("STD", "W84", 2000, "POSSIBLE"),
        ("STD", "AMSL", 10_000, None),
        ("AGL", "AMSL", 0, "POSSIBLE"),
        ("AMSL", None, 0, "POSSIBLE"),
        (None, None, 0, "POSSIBLE"),
    ],
)
def test_heights_of_two_references_are_never_clear_without_grounds(
    a: Reference | None, b: Reference | None, feet: int, verdict: str | None
) -> None:
    """Two trajectories head-on, so much apart in height as stated; and a volume likewise."""
    height = LEVEL + feet * FOOT
    other = flight((1, 0), (0, 0), heights=(height, height), reference=b)
    found = meet(flight((0, 0), (1, 0), reference=a), other)
    assert (found and found.verdict) == verdict
    limit = None if b is None else Altitude(height, "FT", b)
    area = volume(Circle(Position.of_degrees(0, "0.5"), 0), lower=limit, upper=limit)
    found = meet(flight((0, 0), (1, 0), reference=a), area)
    assert (found and found.verdict) == verdict
    if found is not None and verdict == "POSSIBLE":
        assert (found.broken, found.open) == (("lateral", "time"), ("vertical",))


def test_a_certain_conflict_outweighs_a_closer_possible_one() -> None:
    """Where only part of a way is sure to be close in height, that part speaks."""
    steady = flight((0, 0), (1, 0), reference="W84")
    climbing = flight((1, 0.02), (0, 0.02), heights=(LEVEL - 1600 * FOOT, LEVEL + 800 * FOOT))
    found = sure(meet(steady, climbing, Limits(20 * NM, 1000 * FOOT, 0)))
    assert found.verdict == "CONFLICT"
    assert found.vertical_m is None or found.vertical_m <= 305


# --- one that flies, and a volume

SQUARE = Polygon(
    (
        tuple(
            Position.of_degrees(lat, lon)
            for lon, lat in ((1, -1), (2, -1), (2, 1), (1, 1), (1, -1))
        ),
        tuple(
            Position.of_degrees(lat, lon)
            for lon, lat in ((1.4, -0.1), (1.4, 0.1), (1.6, 0.1), (1.6, -0.1), (1.4, -0.1))
        ),
    )
)


def test_an_area_is_entered_and_left() -> None:
    """Inside, the gap is nothing: it is told from the entry on, and a hole is outside."""
    found = sure(meet(flight((0, 0), (3, 0), times=(0, 3000)), volume(SQUARE), Limits(0, 0, 0)))
    assert (found.lateral_m, found.vertical_m, found.time_gap_s) == (0, 0, 0)
    assert found.position == Position.of_degrees(0, 1)
    assert (found.begin, found.until) == (START + 1000 * SECOND, START + 1400 * SECOND)
    in_hole = flight((1.45, 0), (1.55, 0))
    assert meet(in_hole, volume(SQUARE), Limits(0, 0, 0)) is None
    beside = oracle.inverse((1.55, 0), (1.6, 0))
    assert sure(meet(in_hole, volume(SQUARE))).lateral_m == round(beside)
    within = sure(meet(flight((1.1, 0.5), (1.2, 0.5)), volume(SQUARE), Limits(0, 0, 0)))
    assert (within.begin, within.until) == (START, START + 600 * SECOND)
    assert within.position == Position.of_degrees("0.5", "1.1")


def test_only_what_is_flown_within_time_and_height_counts() -> None:
    """Over or under an area, before or after it, nothing is near; the sub-leg in between is."""
    layer = Altitude(LEVEL, "FT", "AMSL"), Altitude(LEVEL + 2000 * FOOT, "FT", "AMSL")
    area = volume(SQUARE, 0, 3000, *layer)
    nothing = Limits(0, 0, 0)
    way = ((0, 0), (3, 0))
    under = flight(*way, times=(0, 3000), heights=(LEVEL - 1, LEVEL - 1))
    assert meet(under, area, nothing) is None
    assert sure(meet(under, area, Limits(0, 1, 0))).verdict == "CONFLICT"
    # It climbs through the floor at 2500 s, when the area is long left: 0.5 degrees behind it.
    climbing = flight(*way, times=(0, 3000), heights=(LEVEL - 5000, LEVEL + 1000))
    assert meet(climbing, area, nothing) is None
    found = sure(meet(climbing, area, Limits(40 * NM, 0, 0)))
    assert found.lateral_m == round(oracle.inverse((2, 0), (2.5, 0)))
    assert found.begin == START + 2500 * SECOND
    # With two minima, the gap in height is told where it is.
    near = sure(meet(climbing, area, Limits(0, 3000, 0)))
    assert near.begin == START + 1600 * SECOND
    assert (near.lateral_m, near.vertical_m) == (0, 0)
    # At 1400 s it reaches the hole, and from then on there is no area.
    over = dataclasses.replace(
        area, time_start=START + 2010 * SECOND, time_end=START + 3000 * SECOND
    )
    level = flight(*way, times=(0, 3000))
    assert meet(level, over, nothing) is None
    late = sure(meet(level, over, Limits(0, 0, 10 * SECOND)))
    assert (late.lateral_m, late.time_gap_s) == (0, 10)
    assert late.position == Position.of_degrees(0, 2)


@pytest.mark.parametrize("second", [7, 100, 333, 599])
def test_touching_a_level_at_the_last_instant_counts(second: int) -> None:
    """Where a floor is reached at the very end of the window, there is one place to compare."""
    climbing = flight((0, 0), (1, 0), heights=(0, 6000))
    floor = Altitude(10 * second, "FT", "AMSL")
    area = volume(Circle(Position(0, 0), 200 * 10_000_000), -1000, second, floor, Bound.UNL)
    nothing = Limits(0, 0, 0)
    found = sure(meet(climbing, area, nothing))
    assert (found.begin, found.until) == (START + second * SECOND, START + second * SECOND)
    assert meet(climbing, dataclasses.replace(area, time_end=area.time_end - 1), nothing) is None  # type: ignore[operator]
    point = flight((0.5, 0), times=(second,), heights=(10 * second,))
    assert meet(climbing, point, Limits(100 * NM, 0, 0)) is not None
    assert meet(climbing, point, Limits(0, 0, 0)) is None or second == 300


def test_tolerances_widen_what_is_flown() -> None:
    """A tolerance counts like a radius: it is certain, and adds to the minima."""
    place = volume(
        Circle(Position.of_degrees(0.1, 0.5), 10_000_000),
        900,
        1000,
        Altitude(LEVEL + 300 * FOOT, "FT", "AMSL"),
        Bound.UNL,
    )
    apart = round((oracle.inverse((0.5, 0), (0.5, 0.1)) - 1000) * 10_000)
    # It passes at 300 s: 600 s too soon for the one, at 10,000 ft 300 ft too low.
    exact = (apart, 300 * FOOT, 600 * SECOND)
    assert meet(flight((0, 0), (1, 0), tolerances=exact), place, Limits(0, 0, 0)) is not None
    for short in ((10_010, 0, 0), (0, 1, 0)):
        less = tuple(e - s for e, s in zip(exact, short, strict=True))
        shorter = flight((0, 0), (1, 0), tolerances=less)  # type: ignore[arg-type]
        assert meet(shorter, place, Limits(0, 0, 0)) is None
    half = flight((0, 0), (1, 0), tolerances=(apart // 2, 150 * FOOT, 300 * SECOND))
    found = sure(meet(half, place, Limits(apart - apart // 2, 150 * FOOT, 300 * SECOND)))
    assert found.verdict == "CONFLICT"
    assert abs(found.lateral_m - (apart - apart // 2) / 10_000) <= 1


# --- properties

LAWS = 60


def random_flight(random: Random, centre: Point) -> Trajectory:
    """Fly, climb and hover at random around a place."""
    place, heading, at = away(centre, random.uniform(0, 360), random.uniform(0, 40_000)), 0.0, 0
    heading, at = random.uniform(0, 360), random.randrange(0, 200)
    height = random.choice((9, 10, 10, 11)) * 1000 * FOOT
    points, times, heights = [place], [at], [height]
    for _ in range(random.randint(0, 4)):
        heading += random.gauss(0, 60)
        if random.random() < 0.85:
            place = away(place, heading, random.uniform(1_000, 50_000))
        at += random.randrange(60, 300)
        height += random.choice((0, 0, random.randrange(-2000, 2000))) * FOOT
        points, times, heights = [*points, place], [*times, at], [*heights, height]
    tolerances = (
        random.choice((0, NM // 3)),
        random.choice((0, 200 * FOOT)),
        random.choice((0, 30 * SECOND)),
    )
    return Trajectory(
        tuple(position(p) for p in points),
        tuple(START + second * SECOND for second in times),
        tuple(heights),
        "AMSL",
        "FT",
        *tolerances,
    )


def random_limits(random: Random) -> Limits:
    return Limits(
        random.choice((0, 3 * NM, 15 * NM)),
        random.choice((0, 1000 * FOOT, 3000 * FOOT)),
        random.choice((0, MINUTE, 5 * MINUTE)),
    )


def moved(flown: Trajectory, ms: int) -> Trajectory:
    return dataclasses.replace(flown, times=tuple(time + ms for time in flown.times))


@pytest.mark.parametrize("scene", SCENES)
def test_moving_the_scene_in_time_moves_the_answer(scene: str) -> None:
    """A day later, everything is the same, a day later."""
    random = Random(scene)
    met = 0
    for _ in range(LAWS):
        a, b = random_flight(random, SCENES[scene]), random_flight(random, SCENES[scene])
        limits, day = random_limits(random), random.choice((SECOND, 86_400_000, 31_622_400_000))
        found, later = meet(a, b, limits), meet(moved(a, day), moved(b, day), limits)
        met += found is not None
        if found is None:
            assert later is None
            continue
        assert later == dataclasses.replace(
            found,
            begin=found.begin + day,  # type: ignore[arg-type]
            until=found.until + day,  # type: ignore[operator, arg-type]
        )
    assert met > 3


def split(flown: Trajectory, random: Random) -> Trajectory:
    """Add a point half-way on every leg, to 1e-7 degree and 0.1 mm; times are even."""
    points, times, heights = [flown.points[0]], [flown.times[0]], [flown.heights_e4m[0]]  # type: ignore[index]
    for i, (here, there) in enumerate(pairwise(flown.points)):
        line = oracle.EARTH.InverseLine(here.lat, here.lon, there.lat, there.lon)
        share = random.choice((0.25, 0.5, 0.75))
        at = line.Position(line.s13 * share)
        t0, t1 = flown.times[i : i + 2]
        z0, z1 = flown.heights_e4m[i : i + 2]  # type: ignore[index]
        points += [position((at["lon2"], at["lat2"])), there]
        times += [t0 + round((t1 - t0) * share), t1]
        heights += [z0 + round((z1 - z0) * share), z1]
    return dataclasses.replace(
        flown, points=tuple(points), times=tuple(times), heights_e4m=tuple(heights)
    )


@pytest.mark.parametrize("scene", SCENES)
def test_a_point_on_the_way_changes_nothing(scene: str) -> None:
    """Legs cut in two at the same speed give the same verdict, gap and time, to the rounding."""
    random = Random(scene)
    met = 0
    for _ in range(LAWS):
        a, b = random_flight(random, SCENES[scene]), random_flight(random, SCENES[scene])
        limits = dataclasses.replace(random_limits(random), time_ms=5 * MINUTE)
        other = b
        if random.random() < 0.3:
            kind = random.choice(KINDS)
            shape = draw(random, kind, SCENES[scene], random.uniform(2_000, 60_000))
            other = volume(stated(shape), 100, 400)  # type: ignore[assignment, arg-type]
        found, finer = meet(a, other, limits), meet(split(a, random), other, limits)
        assert (found is None) == (finer is None)
        if found is None or finer is None:
            continue
        met += 1
        assert found.verdict == finer.verdict
        assert abs(found.lateral_m - finer.lateral_m) <= 1
        assert finer.which[0].leg is not None
        if found.lateral_m > 0:
            assert abs(found.time_gap_s - finer.time_gap_s) <= 1
            assert abs(found.begin - finer.begin) <= SECOND
    assert met > 3


def test_a_point_on_a_level_equator_changes_nothing_at_all() -> None:
    """Where the point is exact, so is the answer: overtaking, hovering, climbing."""
    whole = flight((0, 0), (1, 0), (1, 0), times=(0, 800, 1200), heights=(0, 8000, 8000))
    cut = flight(
        (0, 0), (0.5, 0), (1, 0), (1, 0), times=(0, 400, 800, 1200), heights=(0, 4000, 8000, 8000)
    )
    others = (
        flight((0, 0.01), (1, 0.01), times=(0, 600), heights=(4000, 4000)),
        flight((0, 0), (1, 0), times=(100, 600), heights=(0, 0)),
        flight((1, 0), (0, 0), times=(0, 1000), heights=(9000, 9000)),
        flight((1, 0), (1, 0), times=(900, 1500), heights=(0, 9000)),
        flight((0.5, 1), (0.5, -1), times=(0, 800), heights=(4000, 4000)),
        volume(SQUARE),
        volume(Circle(Position.of_degrees(0, "0.5"), 1000)),
    )
    for other in others:
        for limits in (Limits(0, 10_000, 0), Limits(NM, 10_000, 5 * MINUTE), Limits(0, 0, 10**7)):
            found, finer = meet(whole, other, limits), meet(cut, other, limits)
            assert (found is None) == (finer is None)
            if found is not None and finer is not None:
                assert dataclasses.replace(finer, which=found.which) == found


def random_subject(random: Random, name: int) -> Subject:
    centre = SCENES["equator at the antimeridian"]
    parts: list[Trajectory] = [random_flight(random, centre) for _ in range(random.randint(0, 2))]
    volumes = []
    for _ in range(random.randint(0 if parts else 1, 1)):
        shape = draw(random, random.choice(KINDS), centre, random.uniform(2_000, 60_000))
        begin = random.randrange(0, 600)
        floor, ceiling = Altitude(LEVEL, "FT", "AMSL"), Altitude(35_000_000, "M", "W84")
        volumes.append(volume(stated(shape), begin, begin + 120, floor, ceiling))  # type: ignore[arg-type]
    party, minima = random.choice(("coalition", "russia", "syria")), random_limits(random)
    return subject_of(f"{name:064x}", party, "activity", volumes, minima, trajectories=parts)


def dash(begin: str, end: str, ms: int, heights: tuple[int, int] = (LEVEL, LEVEL)) -> Trajectory:
    """Fly along the equator for a part of a second, so that chords leave nothing open."""
    points = tuple(Position.of_degrees(0, lon) for lon in (begin, end))
    return Trajectory(points, (START, START + ms), heights, "AMSL", "FT")


def strip(end_ms: int) -> Volume4D:
    edges = [("0.0018", -1), ("0.002", -1), ("0.002", 1), ("0.0018", 1), ("0.0018", -1)]
    area = Polygon((tuple(Position.of_degrees(lat, lon) for lon, lat in edges),))
    return Volume4D(area, START, START + end_ms, Bound.SFC, Bound.UNL)


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(strip(200), shape=Circle(Position.of_degrees(0, "0.0018"), 0)),
        strip(200),
        dash("0.0018", "0.0018", 200),
        dash("0.0018", "0.0019", 200, (LEVEL + 7, LEVEL)),
    ],
    ids=["circle", "area", "hover", "flight"],
)
def test_the_index_is_sure_to_the_tenth_of_a_millimetre_at_the_end_of_a_window(
    other: Trajectory | Volume4D,
) -> None:
    """What double arithmetic loses of a time in ms since 1970 is millimetres of way in the air.

    One flies 250 m/s towards what is there for 200 ms. Every tenth of a millimetre is tried around
    the least minimum that does not clear the two.
    """
    mine, its = subject("a", dash("0", "0.0009", 400)), subject("b", other)

    def verdicts(lateral: int) -> tuple[str | None, str | None]:
        limits = Limits(lateral, 0, 0)
        one, two = (dataclasses.replace(s, minima=limits) for s in (mine, its))
        found = compare(one, two)
        told = None if found is None else found.verdict
        return told, Sky([two]).verdicts(one).get(two.name)

    clear, near = 0, 3_000_000
    while near - clear > 1:
        middle = (clear + near) // 2
        clear, near = (middle, near) if verdicts(middle)[0] is None else (clear, middle)
    told = [verdicts(near + step) for step in range(-100, 100)]
    assert [exact for exact, _ in told] == [None] * 100 + ["CONFLICT"] * 100
    assert [indexed for _, indexed in told] == [exact for exact, _ in told]


@pytest.mark.parametrize("seed", range(3))
def test_the_index_misses_no_course(seed: int) -> None:
    """Boxes only save work: the encounters of all pairs are the same."""
    random = Random(seed)
    subjects = [random_subject(random, i) for i in range(40)]
    naive = [compare(a, b) for a, b in combinations(subjects, 2)]
    expected = sorted((e for e in naive if e is not None), key=lambda e: (e.a, e.b))
    assert len(expected) > 20
    assert conflicts(subjects) == expected
    chosen = random.choice(subjects)
    assert Sky(subjects).against(chosen) == [e for e in expected if chosen.name in (e.a, e.b)]


@pytest.mark.parametrize(
    ("tolerances", "other"),
    [
        ((35 * NM, 0, 0), flight((0, 0.5), (1, 0.5))),
        ((0, 5000 * FOOT, 0), flight((0, 0), (1, 0), heights=(15_000 * FOOT, 15_000 * FOOT))),
        ((0, 0, 1200 * SECOND), flight((1, 0), (0, 0), times=(1800, 2400))),
        ((0, 0, 1200 * SECOND), flight((1, 0), (0, 0), times=(-1800, -1200))),
    ],
    ids=["aside", "above", "later", "earlier"],
)
def test_the_index_counts_tolerances(tolerances: tuple[int, int, int], other: Trajectory) -> None:
    """What meets by its tolerance alone is not passed over, whichever of the two has it."""
    for one, two in ((flight((0, 0), (1, 0)), other), (other, flight((0, 0), (1, 0)))):
        lateral, vertical, time = tolerances
        wide = dataclasses.replace(
            one,
            lateral_tolerance_e4m=lateral,
            vertical_tolerance_e4m=vertical,
            time_tolerance_ms=time,
        )
        nothing = Limits(0, 0, 0)
        a, b = (subject(n, t, minima=nothing) for n, t in (("a", wide), ("b", two)))
        far = subject("c", flight((90, 0), (91, 0)), minima=nothing)
        assert compare(a, b) is not None
        assert conflicts([a, far, b]) == conflicts([b, a, far]) == [compare(a, b)]
        assert conflicts([subject("a", one, minima=nothing), b]) == []


# --- the naive twin


class Sampled:
    """A trajectory as places at many instants (s after the start), by geographiclib alone."""

    def __init__(self, flown: Trajectory, step: float) -> None:
        self.flown = flown
        legs = list(pairwise(flown.points))
        self.lines = [oracle.EARTH.InverseLine(a.lat, a.lon, b.lat, b.lon) for a, b in legs]
        self.times = [float(flown.times[0])]
        for before, after in pairwise(flown.times):
            count = math.ceil((after - before) / (step * SECOND))
            self.times += [before + (after - before) * k / count for k in range(1, count + 1)]
        self.samples = [(time, *self.at(time)) for time in self.times]

    def at(self, time: float) -> tuple[Point, float]:
        heights = self.flown.heights_e4m or ()
        for i, line in enumerate(self.lines):
            before, after = self.flown.times[i : i + 2]
            if time <= after:
                share = (time - before) / (after - before)
                found = line.Position(line.s13 * share)
                height = heights[i] + share * (heights[i + 1] - heights[i])
                return (found["lon2"], found["lat2"]), height
        return (self.flown.points[-1].lon, self.flown.points[-1].lat), float(heights[-1])


def sampled_gap(a: Sampled, b: Sampled, limits: Limits) -> float:
    """Give the least gap in metres among sampled pairs within the minima; infinite: none is."""
    time = limits.time_ms + a.flown.time_tolerance_ms + b.flown.time_tolerance_ms
    height = limits.vertical_e4m + a.flown.vertical_tolerance_e4m + b.flown.vertical_tolerance_e4m
    units = [[(t, oracle.unit(p), p, z) for t, p, z in each.samples] for each in (a, b)]
    best, least = None, math.inf
    for ta, ua, pa, za in units[0]:
        for tb, ub, pb, zb in units[1]:
            if abs(ta - tb) <= time and abs(za - zb) <= height:
                chord = math.dist(ua, ub)
                if chord < least:
                    best, least = (pa, pb), chord
    reach = (a.flown.lateral_tolerance_e4m + b.flown.lateral_tolerance_e4m) / 10_000
    return math.inf if best is None else max(0.0, oracle.inverse(*best) - reach)


@pytest.mark.parametrize("scene", SCENES)
def test_no_sample_is_closer_than_what_is_found(scene: str) -> None:
    """Whatever pair of moments is looked at, it is no closer; and what is found is attained."""
    random = Random(scene)
    met = 0
    for _ in range(14):
        a, b = random_flight(random, SCENES[scene]), random_flight(random, SCENES[scene])
        limits = random_limits(random)
        found = meet(a, b, limits)
        seen = sampled_gap(Sampled(a, 5), Sampled(b, 5), limits)
        if found is None:
            # The oracle's sphere may misjudge which sample is closest by a few per mille.
            assert seen >= (limits.lateral_e4m / 10_000 + 1) * 0.99
            continue
        met += 1
        assert found.lateral_m <= seen + 1
        closest = passing(prepare_course(a), prepare_course(b), limits, relief=EARTH)
        assert closest is not None
        attained(a, b, found, closest.moments, limits)
    assert met > 0


def attained(
    a: Trajectory, b: Trajectory, found: Encounter, moments: tuple[int, int], limits: Limits
) -> None:
    """See that the gap found is there at the times it says, one way round or the other."""
    reach = (a.lateral_tolerance_e4m + b.lateral_tolerance_e4m) / 10_000
    gaps = []
    for ta, tb in (moments, moments[::-1]):
        if not (a.times[0] <= ta <= a.times[-1] and b.times[0] <= tb <= b.times[-1]):
            continue
        (pa, za), (pb, zb) = Sampled(a, 1e9).at(ta), Sampled(b, 1e9).at(tb)
        tolerances = a.vertical_tolerance_e4m + b.vertical_tolerance_e4m
        time = max(0, abs(ta - tb) - a.time_tolerance_ms - b.time_tolerance_ms)
        height = max(0.0, abs(za - zb) - tolerances)
        if time <= limits.time_ms + 1 and height <= limits.vertical_e4m + 3000:
            gaps.append(max(0.0, oracle.inverse(pa, pb) - reach))
    assert gaps
    # A time is rounded to 1 ms, in which the fastest here flies about a metre.
    assert min(abs(gap - found.lateral_m) for gap in gaps) <= 3


@pytest.mark.parametrize("scene", SCENES)
def test_no_sample_is_closer_to_a_volume_than_what_is_found(scene: str) -> None:
    """The same of one that flies and a volume: no sample is closer, and the gap is attained."""
    random = Random(scene)
    met = 0
    for _ in range(8):
        shape = draw(random, random.choice(KINDS), SCENES[scene], random.uniform(2_000, 40_000))
        flown, limits = random_flight(random, SCENES[scene]), random_limits(random)
        floor, ceiling = LEVEL - 500 * FOOT, LEVEL + 500 * FOOT
        begin, end = START + 200 * SECOND, START + 500 * SECOND
        area = Volume4D(
            stated(shape),
            begin,
            end,
            Altitude(floor, "FT", "AMSL"),
            Altitude(ceiling, "FT", "AMSL"),
        )
        found = meet(flown, area, limits)
        seen, reach = Sampled(flown, 40), flown.lateral_tolerance_e4m / 10_000
        late = limits.time_ms + flown.time_tolerance_ms
        high = limits.vertical_e4m + flown.vertical_tolerance_e4m

        def gap(place: Point, shape: oracle.Shape = shape, reach: float = reach) -> float:
            return max(0.0, oracle.gap(oracle.Shape(((place,),)), shape) - reach)

        most = found.lateral_m + 1 if found else limits.lateral_e4m / 10_000 + 1
        for time, place, height in seen.samples:
            if begin - late <= time <= end + late and floor - high <= height <= ceiling + high:
                assert gap(place) >= most - 2 if found else gap(place) >= most - 0.01
        if found is None:
            continue
        met += 1
        closest = entering(prepare_course(flown), prepare(area), limits, EARTH)
        assert closest is not None
        place, height = seen.at(closest.moments[0])
        assert begin - late - 1 <= closest.moments[0] <= end + late + 1
        assert floor - high - 3000 <= height <= ceiling + high + 3000
        assert abs(gap(place) - found.lateral_m) <= 3
    assert met > 0


def test_what_cannot_be_flown_along_one_shortest_way_is_refused() -> None:
    """A leg to nearly the antipode has no certain way; a line has to end somewhere."""
    with pytest.raises(BadShape) as refusal:
        prepare_course(flight((0, 0), (1, 0), (-179.5, 0.1), times=(0, 1, 2)), where="trajectory")
    assert refusal.value.where == "trajectory.points[2]"
    around = [((120.0 * i + 180) % 360 - 180, 0.0) for i in range(9)]
    with pytest.raises(BadShape) as refusal:
        prepare_course(flight(*around, times=range(9)))
    assert refusal.value.where == "points"


def test_many_ties_do_not_take_for_ever() -> None:
    """Two that hover together for a day, point by point, are told from when they first do."""
    place = ((10.0, 20.0),) * 1500
    hover = flight(*place, times=range(0, 3000, 2), tolerances=(0, 0, 3600 * SECOND))
    found = sure(meet(hover, hover))
    assert (found.begin, found.until) == (START, START + 2998 * SECOND)
    assert found.which == (Which(0, 0), Which(0, 0))
