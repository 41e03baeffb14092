"""Areas framed many at once: none is called sound that ``regions`` would refuse."""

import math
from itertools import pairwise
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadShape
from parley.sky.areas import CLEAR_M, Areas, areas
from parley.sky.cutting import cut
from parley.sky.geodesy import ecef
from parley.sky.kernel import native
from parley.sky.regions import region
from parley.sky.volumes import prepare
from parley.values.places import Position
from parley.values.volumes import Polygon, Volume4D
from tests.spine.sky.oracle import Leg, Point
from tests.spine.sky.scenes import SCENES, away, draw

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="there is no compiled kernel")

Ring = tuple[Point, ...]
SQUARE: Ring = ((37.0, 34.0), (38.0, 34.0), (38.0, 35.0), (37.0, 35.0), (37.0, 34.0))


def framed(polygons: list[tuple[Ring, ...]]) -> Areas:
    rings = [ring for polygon in polygons for ring in polygon]
    points = np.array([p for ring in rings for p in ring], dtype=np.float64)
    offsets = np.append(0, np.cumsum([len(ring) for ring in rings]))
    owners = np.append(0, np.cumsum([len(polygon) for polygon in polygons]))
    return areas(cut(points[:, 0], points[:, 1], offsets), owners)


def positions(rings: tuple[Ring, ...]) -> tuple[tuple[Position, ...], ...]:
    return tuple(tuple(Position.of_degrees(lat, lon) for lon, lat in ring) for ring in rings)


def taken(rings: tuple[Ring, ...]) -> bool:
    try:
        region(positions(rings), "rings")
    except BadShape:
        return False
    return True


def shifted(ring: Ring, east: float, north: float, scale: float = 1.0) -> Ring:
    lon, lat = ring[0]
    return tuple((lon + east + (x - lon) * scale, lat + north + (y - lat) * scale) for x, y in ring)


def tangled(random: Random, centre: Point, size: float) -> tuple[Ring, ...]:
    """Draw rings of points in any order: most of them cross."""
    rings = []
    for _ in range(random.choice((1, 1, 2))):
        middle = away(centre, random.uniform(0, 360), random.uniform(0, size))
        ring = [
            away(middle, random.uniform(0, 360), size * random.random())
            for _ in range(random.randint(3, 6))
        ]
        rings.append((*ring, ring[0]))
    return tuple(rings)


@pytest.mark.parametrize("scene", SCENES)
def test_sound_areas_are_those_that_are_taken_with_room_to_spare(scene: str) -> None:
    """Well-shaped ones of 100 m to 2,000 km are sound, tangled ones only if they are taken."""
    random = Random(scene)
    sizes = [10 ** random.uniform(2, 6.3) for _ in range(120)]
    good = [
        draw(random, random.choice(("polygon", "polygon with hole")), SCENES[scene], size).lines
        for size in sizes
    ]
    found = framed(good).sound
    assert found.mean() > 0.97
    assert all(taken(rings) for rings, sound in zip(good, found, strict=True) if sound)
    wild = [tangled(random, SCENES[scene], size) for size in sizes]
    found = framed(wild).sound
    verdicts = [taken(rings) for rings in wild]
    assert not (found & ~np.array(verdicts)).any()
    assert found.sum() > 0.9 * sum(verdicts)
    assert 5 < sum(verdicts) < 110


@pytest.mark.parametrize(
    "rings",
    [
        # Edges that cross, or touch, or pass within a hand of one another.
        ((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]),),
        (SQUARE[:-1] + SQUARE,),
        (((0.0, 0.0), (2.0, 0.0), (1.0, 1e-6), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)),),
        (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2e-6), (0.0, 0.0)),),
        # No area, or hardly any.
        (((0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 0.0)),),
        (((5.0, 50.0), (9.0, 47.0), (5.0, 50.0), (5.0, 50.0)),),
        (((5.0, 50.0),) * 4,),
        (((0.0, 0.0), (1e-6, 0.0), (1e-6, 1e-6), (0.0, 0.0)),),
        # Holes outside, across, in each other, the same, touching.
        (SQUARE, shifted(SQUARE, 3.0, 0.0, 0.5)),
        (SQUARE, shifted(SQUARE, 120.0, 0.0, 0.5)),
        (SQUARE, shifted(SQUARE, 0.8, 0.2, 0.5)),
        (SQUARE, shifted(SQUARE, 0.1, 0.1, 0.6), shifted(SQUARE, 0.2, 0.2, 0.3)),
        (SQUARE, shifted(SQUARE, 0.2, 0.2, 0.3), shifted(SQUARE, 0.1, 0.1, 0.6)),
        (shifted(SQUARE, 0.2, 0.2, 0.3), SQUARE),
        (SQUARE, SQUARE),
        (SQUARE, ((37.0, 34.0), (37.5, 34.2), (37.2, 34.5), (37.0, 34.0))),
        # A hemisphere, a cap of 80 degrees, an edge that is nearly antipodal, too many knots.
        (tuple((float(lon), 0.0) for lon in (0, 90, 180, -90, 0)),),
        (tuple((float(lon), 10.0) for lon in (0, 60, 120, 180, -120, -60, 0)),),
        (((0.0, 10.0), (179.9, -10.0), (90.0, 80.0), (0.0, 10.0)),),
        (tuple((float(lon), 60.0 + (lon % 2)) for lon in (*range(-180, 180), -180)),),
    ],
)
def test_whatever_is_doubtful_is_not_sound(rings: tuple[Ring, ...]) -> None:
    """It stands between two sound ones, which it does not disturb, and has no frame."""
    found = framed([(SQUARE,), rings, (shifted(SQUARE, 5.0, 5.0),)])
    assert found.sound.tolist() == [True, False, True]
    assert not found.frames[1].any()


TURNS = [(1, 0, 0, 1), (-1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)]


@pytest.mark.parametrize("gap", [CLEAR_M * 0.7, CLEAR_M * 1.5])
@pytest.mark.parametrize("turn", TURNS)
def test_how_close_edges_may_come(gap: float, turn: tuple[int, int, int, int]) -> None:
    """A slit of a ring, a hole beside its edge, a needle: sound from the stated distance on."""
    wide = gap / 111_319.49
    slit = (
        ((0.0, -0.1), (0.1, 0.0), (0.05, 0.0), (0.05, wide), (0.1, wide), (0.0, 0.2), (0.0, -0.1)),
    )
    square = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1), (0.0, 0.0))
    beside = (square, ((0.02, wide), (0.04, wide), (0.04, 0.03), (0.02, wide)))
    needle = (((0.0, 0.0), (0.1, 0.0), (0.05, wide), (0.0, 0.0)),)
    a, b, c, d = turn
    turned = [
        tuple(tuple((a * x + b * y, c * x + d * y) for x, y in ring) for ring in rings)
        for rings in (slit, beside, needle)
    ]
    assert framed(turned).sound.tolist() == [gap > CLEAR_M] * 3


@pytest.mark.parametrize("scene", SCENES)
def test_frames_and_boxes_are_those_of_the_single_polygon(scene: str) -> None:
    """Its containment, and a box around all of it, poles inside it included."""
    random = Random(scene)
    for size in (900.0, 60_000.0, 900_000.0):
        kind = random.choice(("polygon", "polygon with hole"))
        rings = draw(random, kind, SCENES[scene], size).lines
        made = prepare(Volume4D(Polygon(positions(rings)), 0))
        found = framed([rings])
        assert found.sound.all()
        middle, right, up, low, high = found.frames[0].reshape(5, 3)
        basis = np.stack((middle, right, up))
        assert np.abs(basis @ basis.T - np.eye(3)).max() < 1e-12
        # Both leave room for a sagitta of their own pieces: 6.8 m for 10 NM.
        assert np.abs(low - made.box_low).max() < 8.0
        assert np.abs(high - made.box_high).max() < 8.0
        legs = [Leg(p, q) for ring in rings for p, q in pairwise(ring)]
        rim = [leg.at(leg.length * k / 50) for leg in legs for k in range(51)]
        edge = ecef(*(np.array(x) for x in zip(*rim, strict=True)))
        assert ((edge >= low) & (edge <= high)).all()
        inside = made.footprint.region
        assert inside is not None
        points = [
            away(SCENES[scene], random.uniform(0, 360), size * math.sqrt(random.random()))
            for _ in range(40)
        ]
        places = ecef(*(np.array(x) for x in zip(*points, strict=True)))
        held = inside.holds(places)
        assert (contains(found.frames[0], rings, places) == held).all()
        assert ((places[held] >= low) & (places[held] <= high)).all()


def contains(
    frame: npt.NDArray[np.float64], rings: tuple[Ring, ...], places: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    def flat(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack((at @ frame[3:6], at @ frame[6:9])) / (at @ frame[0:3])[:, None]

    points = np.array([p for ring in rings for p in ring])
    offsets = np.append(0, np.cumsum([len(ring) for ring in rings]))
    made = cut(points[:, 0], points[:, 1], offsets)
    laid = [flat(made.knots[a:b]) for a, b in zip(made.offsets[:-1], made.offsets[1:], strict=True)]
    figure = shapely.Polygon(laid[0], laid[1:])
    return np.asarray(shapely.contains_xy(figure, *flat(places).T))


corner = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(st.lists(st.lists(corner, min_size=3, max_size=7), min_size=1, max_size=3))
def test_rings_on_a_lattice_are_judged_as_by_the_rules(
    lattice: list[list[tuple[int, int]]],
) -> None:
    """Corners a kilometre apart: sound exactly if valid, with no corner on another edge."""
    rings = tuple(
        tuple((20.0 + x / 100, 40.0 + y / 100) for x, y in (*ring, ring[0])) for ring in lattice
    )
    flat = [shapely.LinearRing((*ring, ring[0])) for ring in lattice]
    apart = all(not a.intersects(b) for i, a in enumerate(flat) for b in flat[:i])
    figure = shapely.Polygon(flat[0], flat[1:])
    repeated = any(
        p == q for ring in lattice for p, q in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    clear = apart and not repeated and all(ring.is_simple for ring in flat)
    assert bool(framed([rings]).sound[0]) == (figure.is_valid and clear)
