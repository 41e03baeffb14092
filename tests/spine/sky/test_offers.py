"""The way out: applied it clears, makes nothing new, and a scan finds no smaller one."""

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.sky import Limits, Sky, Subject, compare, prepare, subject_of
from parley.sky.geodesy import GEOD
from parley.sky.offers import STEP, Offer, Withheld, asides, offers
from parley.sky.shifts import Shift
from parley.values.lengths import Altitude, Bound, Reference
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

MINIMA = Limits(40_000_000, 3_048_000, 120_000)  # 4 km, 1000 ft, 2 min
T0 = 1_466_049_600_000
FT = 3048


def level(feet: int, spread: int = 0) -> Altitude:
    return Altitude(feet * FT, "FT", "AMSL", spread * FT)


def name(i: int) -> str:
    return f"{i:064x}"


def at(lat: float, lon: float) -> Position:
    return Position.of_degrees(lat, lon)


def circle(lat, lon, radius_m, start_s, end_s, low, high):
    shape = Circle(at(lat, lon), radius_m * 10_000)
    return Volume4D(shape, T0 + start_s * 1000, T0 + end_s * 1000, level(low), level(high))


@dataclass
class World:
    mine: Subject
    others: list[Subject]

    @property
    def sky(self) -> Sky:
        return Sky([self.mine, *self.others])


def plan(i: int, party: str, *stated, role="activity") -> Subject:
    volumes = [s for s in stated if isinstance(s, Volume4D)]
    ways = [s for s in stated if isinstance(s, Trajectory)]
    return subject_of(name(i), party, role, volumes, MINIMA, trajectories=ways)


def draw(seed: int) -> World:
    """Draw a few plans within some 20 km and an hour, so that a way out may hit another."""
    random = Random(seed)

    def one(i: int, party: str) -> Subject:
        start = random.randrange(0, 2400)
        low = random.choice((2000, 3000, 4500))
        lat, lon = 34.5 + random.uniform(-0.06, 0.06), 38.0 + random.uniform(-0.06, 0.06)
        end, high = start + random.randrange(60, 900), low + random.choice((500, 1500))
        kind = random.choice(("circle", "corridor", "polygon", "trajectory"))
        window = (T0 + start * 1000, T0 + end * 1000)
        if kind == "circle":
            return plan(
                i, party, circle(lat, lon, random.randrange(0, 4000), start, end, low, high)
            )
        if kind == "trajectory":
            points = (at(lat, lon), at(lat + random.uniform(-0.2, 0.2), lon + 0.2))
            feet = (low * FT, high * FT)
            return plan(i, party, Trajectory(points, window, feet, "AMSL", "FT", 5_000_000))
        if kind == "corridor":
            line = (at(lat, lon), at(lat + random.uniform(-0.2, 0.2), lon + 0.15))
            shape: Shape = Corridor(line, 10_000_000)
        else:
            corners = ((0, 0), (0.08, 0.02), (0.06, 0.11), (0, 0))
            shape = Polygon((tuple(at(lat + y, lon + x) for y, x in corners),))
        return plan(i, party, Volume4D(shape, *window, level(low), level(high)))

    return World(one(0, "coalition"), [one(i, "russia") for i in range(1, 5)])


def standing(world: World, subject: Subject) -> dict[str, str]:
    met = world.sky.against(subject, within_party=True)
    return {e.b if e.a == subject.name else e.a: e.verdict for e in met}


def clears(world: World, shift: Shift, other: str, before: dict[str, str]) -> bool:
    """Tell by plain comparison with every plan whether a change is a way out."""
    stated = shift.of([part.stated for part in world.mine.parts])
    if stated is None:
        return False
    moved = plan(0, world.mine.party, *stated)
    for each in world.others:
        met = compare(moved, each, within_party=True)
        if met is None:
            continue
        if each.name == other or each.name not in before:
            return False
        if before[each.name] == "POSSIBLE" and met.verdict == "CONFLICT":
            return False
    return True


REFERENCES: tuple[Reference, ...] = ("AMSL", "W84", "STD", "AGL")


def draw_mixed(seed: int) -> World:
    """Draw more plans, of several parts, stated above different things and not all surely."""
    random = Random(seed)

    def limits() -> tuple[Altitude | None, Altitude | None]:
        low, spread = random.choice((2000, 2500, 3500, 6000)), random.choice((0, 0, 200))
        reference = random.choice((*REFERENCES, "AMSL", "AMSL"))
        if random.random() < 0.1:
            return None, Altitude(low * FT, "FT", reference)
        lower = Altitude(low * FT, "FT", reference, spread * FT)
        high = low + random.choice((300, 1200))
        return lower, Altitude(high * FT, "FT", random.choice((reference, reference, "AMSL")))

    def part(kind: str, lat: float, lon: float) -> Volume4D | Trajectory:
        start = T0 + random.randrange(0, 1800) * 1000
        window = (start, start + random.randrange(60, 900) * 1000)
        ends = [at(lat + random.uniform(-0.1, 0.1), lon + random.uniform(-0.1, 0.2))]
        ends.append(at(ends[0].lat + random.uniform(-0.1, 0.1), ends[0].lon + 0.1))
        if kind == "trajectory":
            times = (window[0], (window[0] + window[1]) // 2, window[1])
            reference = random.choice((*REFERENCES, None))
            feet = tuple(random.choice((2000, 3000, 4500)) * FT for _ in times)
            tolerances = (random.randrange(0, 5_000_000), 90 * FT, random.randrange(0, 30_000))
            heights = None if reference is None else feet
            return Trajectory((at(lat, lon), *ends), times, heights, reference, "FT", *tolerances)
        if kind == "circle":
            shape: Shape = Circle(at(lat, lon), random.randrange(0, 30_000_000))
        elif kind == "corridor":
            shape = Corridor((at(lat, lon), *ends), random.randrange(0, 10_000_000))
        else:
            corners = ((0, 0), (0.02, 0.08), (0.07, 0.09), (0.05, 0.01), (0, 0))
            shape = Polygon((tuple(at(lat + y, lon + x) for y, x in corners),))
        return Volume4D(shape, *window, *limits())

    def one(i: int, party: str, *kinds: str) -> Subject:
        # The datum matters most where the geoid is steep: south of India, near Sri Lanka.
        lat, lon = 6.9 + random.uniform(-0.15, 0.15), 81.0 + random.uniform(-0.15, 0.15)
        return plan(i, party, *(part(kind, lat, lon) for kind in kinds))

    mine = random.choice((("trajectory",), ("polygon",), ("corridor", "circle"), ("circle",)))
    theirs = (("polygon",), ("trajectory",), ("circle", "trajectory"), ("corridor",)) * 2
    others = [one(i, random.choice(("russia", "coalition")), *k) for i, k in enumerate(theirs, 1)]
    return World(one(0, "coalition", *mine), others)


def holds(world: World, most: int) -> None:
    """Show of each conflict, and of both its sides, that every offer is one and is the least."""
    for other, verdict in sorted(standing(world, world.mine).items())[:2]:
        assert verdict in ("CONFLICT", "POSSIBLE")
        partner = next(each for each in world.others if each.name == other)
        rest = [world.mine, *(each for each in world.others if each is not partner)]
        for mine, others, name_ in ((world.mine, world.others, other), (partner, rest, name(0))):
            side = World(mine, others)
            before = standing(side, mine)
            for found in offers(side.sky, mine, name_):
                if isinstance(found, Offer):
                    assert clears(side, found.shift, name_, before)
                    assert name_ not in standing(side, found.subject)
                    assert not smaller(side, found, name_, before, most)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_an_offer_applied_clears_and_nothing_smaller_does(seed):
    holds(draw(seed), 100)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_nor_with_mixed_references_and_several_parts(seed):
    holds(draw_mixed(seed), 60)


@pytest.mark.soak
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([draw, draw_mixed]))
def test_no_smaller_one_in_a_whole_scan(seed, drawn):
    holds(drawn(seed), 2_000)


def smaller(
    world: World, found: Offer, other: str, before: dict[str, str], most: int
) -> list[Shift]:
    """Scan the smaller changes on its axis, in every direction: the nearest, and at random."""
    step, shift = STEP[found.axis], found.shift
    count = abs(shift.amount) // step
    every = list(range(1, count))
    if len(every) > most:
        every = sorted({*every[-most // 4 :], *Random(count).sample(every, most)})
    if found.axis == "lateral":
        ways = asides([part.stated for part in world.mine.parts])
        tries = [Shift("lateral", k * step, aside) for k in every for aside in ways]
    else:
        tries = [Shift(found.axis, sign * k * step) for k in every for sign in (1, -1)]
    return [each for each in tries if clears(world, each, other, before)]


def head_on() -> World:
    mine = plan(0, "coalition", circle(34.5, 38.0, 5000, 0, 600, 10_000, 12_000))
    other = plan(1, "russia", circle(34.5, 38.05, 5000, 300, 900, 11_000, 13_000))
    return World(mine, [other])


def by_axis(found) -> dict:
    return {each.axis: each for each in found}


def test_the_least_change_of_two_circles():
    world = head_on()
    found = by_axis(offers(world.sky, world.mine, name(1)))
    # 0..600 against 300..900: the gap must exceed 120 s, so 421 s earlier
    assert found["time"].shift == Shift("time", -421_000)
    # 10,000..12,000 ft below 11,000 ft: a gap of over 1000 ft, so 2,100 ft lower
    assert found["level"].shift == Shift("level", -2_100 * FT)
    assert found["lateral"].shift.amount % STEP["lateral"] == 0
    assert compare(found["lateral"].subject, world.others[0]) is None


def test_a_second_plan_in_the_way_is_respected():
    world = head_on()
    world.others.append(plan(2, "russia", circle(34.5, 38.0, 5000, -900, -400, 10_000, 12_000)))
    time = by_axis(offers(world.sky, world.mine, name(1)))["time"]
    # earlier it would now meet the second plan until it is before that one, too: later is nearer
    assert time.shift == Shift("time", 1_021_000)


def test_the_own_plans_are_respected_too():
    world = head_on()
    world.others.append(plan(2, "coalition", circle(34.5, 38.0, 5000, -900, -400, 10_000, 12_000)))
    assert by_axis(offers(world.sky, world.mine, name(1)))["time"].shift.amount == 1_021_000


def test_no_way_is_searched_around_a_zone():
    world = head_on()
    zone = plan(3, "russia", circle(34.5, 38.0, 5000, -900, -200, 9_000, 30_000), role="zone")
    world.others.append(zone)
    found = by_axis(offers(world.sky, world.mine, name(1)))
    assert found["time"] == Withheld("time", "enters_zone", (name(3),))
    assert isinstance(found["level"], Offer)


def test_a_conflict_with_a_zone_has_no_offer():
    world = head_on()
    world.others = [plan(1, "russia", world.others[0].parts[0].stated, role="zone")]
    assert offers(world.sky, world.mine, name(1)) == tuple(
        Withheld(axis, "zone_conflict") for axis in ("time", "level", "lateral")
    )


def test_no_level_is_offered_where_none_is_stated():
    shape = Circle(at(34.5, 38.0), 50_000_000)
    mine = plan(0, "coalition", Volume4D(shape, T0, T0 + 600_000, Bound.SFC, level(12_000)))
    world = World(mine, head_on().others)
    assert by_axis(offers(world.sky, world.mine, name(1)))["level"].reason == "no_level"


def test_nobody_is_sent_below_the_ground():
    mine = plan(0, "coalition", circle(34.5, 38.0, 5000, 0, 600, 500, 12_000))
    world = World(mine, head_on().others)
    assert by_axis(offers(world.sky, world.mine, name(1)))["level"].shift.amount > 0


def test_an_unknown_height_of_the_other_has_no_level():
    shape = Circle(at(34.5, 38.05), 50_000_000)
    other = plan(1, "russia", Volume4D(shape, T0, T0 + 900_000))
    world = World(head_on().mine, [other])
    assert by_axis(offers(world.sky, world.mine, name(1)))["level"].reason == "nothing_near"


def test_a_plan_that_is_not_there_is_refused():
    world = head_on()
    with pytest.raises(KeyError):
        offers(world.sky, world.mine, name(9))


@pytest.mark.parametrize("lat", [0.0, 61.0, 89.5])
def test_a_lateral_change_moves_every_place_as_far(lat):
    line = (at(lat, 179.9), at(lat + 0.2, -179.5), at(lat - 0.3, -178.8))
    stated = Volume4D(Corridor(line, 0), T0, T0 + 1)
    for aside in asides([stated]):
        (moved,) = Shift("lateral", 123_000_000, aside).of([stated]) or ()
        assert isinstance(moved, Volume4D)
        assert isinstance(moved.shape, Corridor)
        for here, there in zip(line, moved.shape.line, strict=True):
            way = GEOD.inv(here.lon, here.lat, there.lon, there.lat)[2]
            assert way == pytest.approx(12_300, abs=0.02)


@pytest.mark.parametrize("within_e4m", [0, 1000, 20_000])
def test_where_the_geoid_parts_them_first_no_smaller_change_is_passed_over(within_e4m):
    """Above the sea against above the ellipsoid: some places aside, the geoid alone decides."""
    lower = circle(7.02, 80.98, 3000, 0, 600, 1000, 2000)
    shape = Circle(at(7.02, 80.99), 30_000_000)
    bound = 3000 * FT + prepare(lower).undulation().high - within_e4m
    floor, top = Altitude(bound, "FT", "W84"), Altitude(9000 * FT, "FT", "W84")
    upper = Volume4D(shape, T0, T0 + 600_000, floor, top)
    for mine, other in ((lower, upper), (upper, lower)):
        world = World(plan(0, "coalition", mine), [plan(1, "russia", other)])
        before = standing(world, world.mine)
        for found in offers(world.sky, world.mine, name(1)):
            assert isinstance(found, Offer)
            assert clears(world, found.shift, name(1), before)
            assert not smaller(world, found, name(1), before, 60)


def test_a_possible_conflict_with_a_zone_is_not_made_a_certain_one():
    world = head_on()
    shape = Circle(at(34.5, 37.99), 50_000_000)
    # above the ellipsoid its top is a few hundred feet below the plan, or touches it
    ceiling = Altitude(10_000 * FT + 215_000, "FT", "W84", 200 * FT)
    lower = Altitude(9000 * FT, "FT", "W84")
    zone = Volume4D(shape, T0 - 900_000, T0 + 900_000, lower, ceiling)
    side = subject_of(name(3), "russia", "zone", [zone], Limits(0, 0, 0))
    world.others.append(side)
    assert standing(world, world.mine)[name(3)] == "POSSIBLE"
    level = by_axis(offers(world.sky, world.mine, name(1)))["level"]
    assert level == Withheld("level", "enters_zone", (name(3),))


def test_those_who_do_not_meet_need_no_way_out():
    world = head_on()
    world.others = [plan(1, "russia", circle(36.0, 38.0, 100, 0, 600, 10_000, 12_000))]
    assert offers(world.sky, world.mine, name(1)) == ()


def test_legs_over_a_quarter_of_the_globe_are_moved_as_far_as_needed():
    """Their middle moves farther than their ends; a leap that counts only the ends overshoots."""
    ends = (at(15.0, -58.0), at(20.0, 58.0))
    azimuth, _, way = GEOD.inv(-58.0, 15.0, 58.0, 20.0)
    lon, lat, _ = GEOD.fwd(-58.0, 15.0, azimuth, way / 2)
    far = Trajectory(ends, (T0, T0 + 40_000_000), (3000 * FT,) * 2, "AMSL")
    shape = Circle(at(lat - 0.3, lon), 900_000_000)
    window = (T0, T0 + 40_000_000)
    world = World(
        plan(0, "coalition", far),
        [plan(1, "russia", Volume4D(shape, *window, level(2000), level(4000)))],
    )
    before = standing(world, world.mine)
    lateral = by_axis(offers(world.sky, world.mine, name(1)))["lateral"]
    assert isinstance(lateral, Offer)
    assert not smaller(world, lateral, name(1), before, 60)
