"""The oracle itself, against dense sampling and known figures."""

import itertools
from random import Random

import pytest

from tests.spine.sky import oracle
from tests.spine.sky.oracle import Leg, Shape, inverse, leg_distance, nested, winds
from tests.spine.sky.scenes import SCENES, away


@pytest.mark.parametrize("scene", SCENES)
def test_the_oracle_finds_no_less_than_sampling_and_no_more(scene: str) -> None:
    """No sampled pair of points is closer, and one next to the closest is nearly as close."""
    random = Random(scene)
    for _ in range(3):
        start = away(SCENES[scene], random.uniform(0, 360), 60_000)
        other = away(start, random.uniform(0, 360), random.uniform(0, 80_000))
        a = Leg(start, away(start, random.uniform(0, 360), random.uniform(5_000, 90_000)))
        b = Leg(other, away(other, random.uniform(0, 360), random.uniform(5_000, 90_000)))
        found = leg_distance(a, b)
        count = 40
        sampled = min(
            inverse(a.at(a.length * i / count), b.at(b.length * j / count))
            for i, j in itertools.product(range(count + 1), repeat=2)
        )
        # Between two samples distance changes by no more than the way to the nearest sample.
        assert found <= sampled + 1e-6
        assert found >= sampled - (a.length + b.length) / count / 2


def test_two_ways_of_minimising_agree() -> None:
    """The plane's advice and golden sections, one within the other, end at the same distance."""
    random = Random(7)
    for scene in ("theatre", "75 north", "the north pole"):
        start = away(SCENES[scene], random.uniform(0, 360), 50_000)
        other = away(start, random.uniform(0, 360), 70_000)
        a = Leg(start, away(start, random.uniform(0, 360), 40_000))
        b = Leg(other, away(other, random.uniform(0, 360), 30_000))
        assert nested(a, b, tolerance=5.0) == pytest.approx(leg_distance(a, b), abs=0.01)


def test_known_distances() -> None:
    """A degree along the equator, and from the equator to the pole, are what textbooks say."""
    assert inverse((0, 0), (1, 0)) == pytest.approx(111_319.4908, abs=1e-3)
    assert inverse((0, 0), (0, 90)) == pytest.approx(10_001_965.729, abs=1e-2)


def test_winding_agrees_with_plain_cases() -> None:
    """Points inside and outside a box of meridians, also around a pole and the antimeridian."""
    box = ((179.0, -1.0), (-179.0, -1.0), (-179.0, 1.0), (179.0, 1.0), (179.0, -1.0))
    assert winds((180.0, 0.0), box)
    assert not winds((178.9, 0.0), box)
    cap = tuple((float(lon), 80.0) for lon in (0, 90, 180, -90, 0))
    assert winds((45.0, 90.0), cap)
    assert winds((45.0, 89.0), cap)
    assert not winds((45.0, 79.0), cap)
    assert not winds((45.0, -89.0), cap)


def test_holes_do_not_belong_to_a_shape() -> None:
    """A point in a hole is as far from the shape as from the hole's edge."""
    outer = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0))
    hole = ((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5), (0.5, 0.5))
    shape = Shape((outer, hole), 0.0, area=True)
    middle = Shape((((1.0, 1.0),),))
    to_edge = inverse((1.0, 1.0), (1.5, 1.0))
    assert oracle.gap(shape, middle) == pytest.approx(min(to_edge, inverse((1, 1), (1, 1.5))), 1e-3)
    assert oracle.gap(shape, Shape((((0.25, 1.0),),))) == 0.0
