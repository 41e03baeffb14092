"""The nearest of many places is the one that measuring the way to each of them gives."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.sky.nearest import Nearest
from parley.sky.ranges import range_m
from parley.values.places import E7, Position

# Around a pole, the antimeridian and a place of the day; and anywhere.
CENTRES = ((89.97, 0.0), (-89.99, 170.0), (0.0, 179.99), (33.506, 38.618))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Position], Position, list[int]]:
    """Draw up to thirty positions, one that asks, and how far each of them reaches."""
    dice = random.Random(draw(st.integers(0, 2**32)))  # many numbers at little cost
    lat, lon = draw(st.sampled_from(CENTRES))
    spread = draw(st.sampled_from([0.0, 1e-5, 0.01, 1.0, 180.0]))

    def near() -> Position:
        north = max(-90.0, min(90.0, lat + dice.uniform(-spread, spread)))
        east = (lon + dice.uniform(-spread, spread) + 180) % 360 - 180
        return Position(round(north * E7), round(east * E7))

    positions = [near() for _ in range(draw(st.integers(0, 30)))]
    asking = near()
    reach = [dice.choice([0, 1, 1_000, range_m(asking, p), range_m(asking, p) - 1])
             for p in positions]  # fmt: skip
    return positions, asking, reach


@given(scenes())
def test_it_finds_what_measuring_them_all_finds(
    scene: tuple[list[Position], Position, list[int]],
) -> None:
    """Ties go to the first; a reach counts to the metre."""
    positions, asking, reach = scene
    gaps = [(range_m(asking, position), i) for i, position in enumerate(positions)]
    places = Nearest(positions)
    assert places.nearest(asking) == min(gaps, default=None)
    within = any(gap <= most for (gap, _), most in zip(gaps, reach, strict=True))
    assert places.any_within(asking, reach) == within


@pytest.mark.parametrize("lon", [179.5, 180.0, -179.5])
def test_the_far_side_of_the_globe(lon: float) -> None:
    """Towards the antipode chords say little, and all is measured."""
    positions = [Position(round(lat * E7), round(lon * E7)) for lat in (-1, -0.5, 0, 0.5, 1, 2)]
    asking = Position(0, 0)
    expected = min((range_m(asking, p), i) for i, p in enumerate(positions))
    assert Nearest(positions).nearest(asking) == expected
