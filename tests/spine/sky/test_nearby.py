"""The last thing near a place is found as by looking at every one, and fast on a flood."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.sky.nearby import Nearby
from parley.sky.ranges import range_m
from parley.values.places import E7, Position

RADIUS = 10_000


def last_by_looking(
    positions: list[Position],
    groups: list[int],
    until: list[int],
    sought: tuple[Position, int, int, int],
) -> int | None:
    """Look at every one, from the last backwards, with geodesics alone."""
    position, group, at, end = sought
    for i in reversed(range(end)):
        near = range_m(positions[i], position) <= RADIUS
        if near and groups[i] != group and until[i] >= at:
            return i
    return None


# Around a pole, the antimeridian and a place of the day, dense enough that the ring matters.
CENTRES = ((89.97, 0.0), (-89.99, 170.0), (0.0, 179.99), (33.506, 38.618))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Position], list[int], list[int]]:
    """Draw up to a hundred things near one of the centres."""
    lat, lon = draw(st.sampled_from(CENTRES))
    seed = draw(st.integers(0, 2**32))
    count = draw(st.integers(0, 120))
    chance = random.Random(seed)  # one draw instead of hundreds: hypothesis would give up

    def place() -> Position:
        north = max(-90.0, min(90.0, lat + chance.uniform(-0.2, 0.2)))
        east = (lon + chance.uniform(-0.3, 0.3) + 540) % 360 - 180
        return Position(round(north * E7), round(east * E7))

    positions = [place() for _ in range(count)]
    groups = [chance.randrange(6) for _ in positions]
    until = [chance.randrange(200) for _ in positions]
    return positions, groups, until


@settings(max_examples=60, deadline=None)
@given(scene=scenes())
def test_it_finds_what_a_look_at_every_one_finds(
    scene: tuple[list[Position], list[int], list[int]],
) -> None:
    """For each thing as the one asked about: the same last one before it, or none."""
    positions, groups, until = scene
    index = Nearby(positions, groups, until, RADIUS)
    for end, position in enumerate(positions):
        sought = (position, groups[end], 100, end)
        assert index.last(*sought) == last_by_looking(positions, groups, until, sought)


@pytest.mark.parametrize(("north_m", "found"), [(10_000, 0), (10_001, None)])
def test_the_limit_is_that_of_the_measured_distance(north_m: int, found: int | None) -> None:
    """A kilometre limit counts to the metre, on the ellipsoid."""
    here = Position(335_060_000, 386_180_000)
    there = Position(here.lat_e7 + round(north_m / 110_916.5 * E7), here.lon_e7)
    assert range_m(here, there) == north_m
    assert Nearby([here], [0], [5], RADIUS).last(there, 1, 5, 1) == found


@pytest.mark.parametrize(
    ("group", "at", "end", "found"),
    [(1, 5, 1, 0), (0, 5, 1, None), (1, 6, 1, None), (1, 5, 0, None)],
)
def test_group_time_and_order_count(group: int, at: int, end: int, found: int | None) -> None:
    """Its own group, what is over, and what comes later are passed over."""
    here = Position(335_060_000, 386_180_000)
    assert Nearby([here], [0], [5], RADIUS).last(here, group, at, end) == found


class Counted(list[Position]):
    """Positions that count how often one of them is looked up to be measured."""

    looked_up = 0

    def __getitem__(self, key: Any) -> Any:
        """Look one up, and count it."""
        self.looked_up += 1
        return super().__getitem__(key)


def test_a_flood_costs_measurements_in_proportion() -> None:
    """Thousands of things that are all near, or all just too far: a geodesic or two for each."""
    chance = random.Random(7)
    count = 3_000
    here = [Position(335_060_000 + chance.randrange(900), 386_180_000) for _ in range(count)]
    ring = [Position(p.lat_e7 + round(0.0903 * E7), p.lon_e7) for p in here]
    assert RADIUS < range_m(here[0], ring[0]) < RADIUS + 100
    for places, found in ((here, count - 1), (ring, None)):
        counted = Counted(places)
        index = Nearby(counted, [0] * count, [1] * count, RADIUS)
        assert {index.last(position, 1, 0, count) for position in here} == {found}
        assert counted.looked_up <= 2 * count
