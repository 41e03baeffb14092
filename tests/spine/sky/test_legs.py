"""Legs cut into pieces: they lie on the geodesic, in order, and none turns inside."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from parley.sky.geodesy import PIECE_M, path
from parley.sky.legs import cut, measured
from tests.spine.sky import oracle
from tests.spine.sky.oracle import Point
from tests.spine.sky.scenes import SCENES, away


def ends(legs: list[tuple[Point, Point]]) -> tuple[np.ndarray, ...]:
    return tuple(np.array([leg[i][j] for leg in legs]) for i in (0, 1) for j in (0, 1))


@pytest.mark.parametrize("scene", SCENES)
def test_pieces_follow_their_legs(scene: str) -> None:
    """Each starts where the last ended, at its share of the leg, and runs monotonely north."""
    random = Random(scene)
    starts = [
        away(SCENES[scene], random.uniform(0, 360), random.uniform(0, 1e6)) for _ in range(30)
    ]
    ways = (0.0, 0.5, 3_000.0, 200_000.0, 6_000_000.0)
    legs = [(p, away(p, random.uniform(0, 360), random.choice(ways))) for p in starts]
    legs.append(((10.0, 89.0), (-170.0, 89.0)))  # over the pole
    lon0, lat0, lon1, lat1 = ends(legs)
    made = cut(measured(lon0, lat0, lon1, lat1))
    assert made.leg.tolist() == sorted(made.leg.tolist())
    assert set(made.leg.tolist()) == set(range(len(legs)))
    assert (made.pieces.length <= PIECE_M + 1e-6).all()
    for number, (start, end) in enumerate(legs):
        line = oracle.EARTH.InverseLine(start[1], start[0], end[1], end[0])
        rows = np.nonzero(made.leg == number)[0].tolist()
        assert made.begin[rows[0]] == 0.0
        assert made.finish[rows[-1]] == 1.0
        assert all(made.finish[i] == made.begin[j] for i, j in pairwise(rows))
        for i in rows:
            at = line.Position(line.s13 * made.begin[i])
            here = (float(made.pieces.lon[i]), float(made.pieces.lat[i]))
            assert oracle.inverse(here, (at["lon2"], at["lat2"])) < 1e-3
            there = (float(made.lon1[i]), float(made.lat1[i]))
            assert abs(oracle.inverse(here, there) - made.pieces.length[i]) < 1e-3
            inside = line.Position(line.s13 * (made.begin[i] + made.finish[i]) / 2)["lat2"]
            low, high = sorted((here[1], there[1]))
            assert low - 1e-9 <= inside <= high + 1e-9


def test_it_finds_the_northernmost_point_as_one_leg_at_a_time_does() -> None:
    """An east-west leg turns in the middle, where ``path`` has a knot too."""
    legs = [
        ((0.0, lat), (lon, lat)) for lat in (10.0, 45.0, 80.0, -60.0) for lon in (1.0, 9.0, 50.0)
    ]
    lon0, lat0, lon1, lat1 = ends(legs)
    made = cut(measured(lon0, lat0, lon1, lat1))
    for number, ((west, lat), (east, _)) in enumerate(legs):
        rows = made.leg == number
        far = max(abs(made.pieces.lat[rows]).max(), abs(made.lat1[rows]).max())
        assert abs(far - abs(path([west, east], [lat, lat]).lat).max()) < 1e-10
