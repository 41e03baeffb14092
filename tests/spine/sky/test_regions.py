"""Which rings bound an area, judged on the ellipsoid, and what lies in it."""

import math
from random import Random

import numpy as np
import pytest

from parley.errors import BadShape
from parley.sky.geodesy import ecef
from parley.sky.volumes import footprint, prepare
from parley.values.places import Position
from parley.values.volumes import Corridor, Polygon, Volume4D
from tests.spine.sky import oracle
from tests.spine.sky.oracle import Point
from tests.spine.sky.scenes import SCENES, away, draw, position, stated

Ring = tuple[Point, ...]

SQUARE: Ring = ((37.0, 34.0), (38.0, 34.0), (38.0, 35.0), (37.0, 35.0), (37.0, 34.0))


def polygon(*rings: Ring) -> Polygon:
    return Polygon(tuple(tuple(position(p) for p in ring) for ring in rings))


def shifted(ring: Ring, east: float, north: float, scale: float = 1.0) -> Ring:
    lon, lat = ring[0]
    return tuple((lon + east + (x - lon) * scale, lat + north + (y - lat) * scale) for x, y in ring)


@pytest.mark.parametrize(
    "rings",
    [
        (SQUARE,),
        (SQUARE[::-1],),
        (SQUARE, shifted(SQUARE, 0.25, 0.25, 0.5)),
        (SQUARE, shifted(SQUARE, 0.1, 0.1, 0.3), shifted(SQUARE, 0.6, 0.6, 0.3)),
        # Round the pole, across the antimeridian, and all but half of the globe.
        (tuple((float(lon), 70.0) for lon in (0, 90, 180, -90, 0)),),
        (((179.0, -1.0), (-179.0, -1.0), (-179.0, 1.0), (179.0, 1.0), (179.0, -1.0)),),
        (tuple((float(lon), 0.5) for lon in (0, 60, 120, 180, -120, -60, 0)),),
        # The pole as a corner, and a triangle of ninety degrees.
        (((0.0, 80.0), (90.0, 80.0), (0.0, 90.0), (0.0, 80.0)),),
        (((0.0, 0.0), (80.0, 0.0), (0.0, 80.0), (0.0, 0.0)),),
        # A hole that touches the outer ring in one corner.
        (SQUARE, ((37.0, 34.0), (37.5, 34.2), (37.2, 34.5), (37.0, 34.0))),
    ],
)
def test_rings_that_bound_an_area_are_taken(rings: tuple[Ring, ...]) -> None:
    """Either sense of rotation, holes, poles and the antimeridian are all well."""
    assert footprint(polygon(*rings), "shape").region is not None


@pytest.mark.parametrize(
    ("rings", "where", "what"),
    [
        # A bow tie, a ring that runs twice, a spike, a ring that touches itself in a corner.
        ((((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)),), "[0]", "cross"),
        ((SQUARE[:-1] + SQUARE,), "[0]", "overlap"),
        (((*SQUARE[:2], (39.0, 34.5), (38.0, 34.0), *SQUARE[2:]),), "[0]", "itself"),
        (
            (((0.0, 0.0), (2.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0), (1.0, 1.0), (0.0, 0.0)),),
            "[0]",
            "itself",
        ),
        # No area: a line there and back along a meridian, the equator, any geodesic; one point.
        ((((0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 0.0)),), "[0]", "no area"),
        ((((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 0.0)),), "[0]", "no area"),
        ((((5.0, 50.0), (9.0, 47.0), (5.0, 50.0), (5.0, 50.0)),), "[0]", "itself"),
        ((((5.0, 50.0),) * 4,), "[0]", "no area"),
        # Holes outside, across the edge, in each other, the same as the outer ring.
        ((SQUARE, shifted(SQUARE, 3.0, 0.0, 0.5)), "", "outside"),
        ((SQUARE, shifted(SQUARE, 120.0, 0.0, 0.5)), "[1]", "outside"),
        ((SQUARE, shifted(SQUARE, 0.8, 0.2, 0.5)), "", "cross"),
        ((SQUARE, shifted(SQUARE, 0.1, 0.1, 0.6), shifted(SQUARE, 0.2, 0.2, 0.3)), "", "hole"),
        ((SQUARE, SQUARE), "", "overlap"),
        # A hemisphere and more: the equator, a wave about it, two thirds of a great circle there.
        ((tuple((float(lon), 0.0) for lon in (0, 90, 180, -90, 0)),), "[0]", "hemisphere"),
        (
            (
                tuple(
                    (float(lon), 5.0 if lon % 60 else -5.0)
                    for lon in (0, 30, 60, 90, 120, 150, 180, -150, -120, -90, -60, -30, 0)
                ),
            ),
            "[0]",
            "hemisphere",
        ),
        ((((0.0, 10.0), (179.9, -10.0), (90.0, 80.0), (0.0, 10.0)),), "[0][1]", "antipodal"),
    ],
)
def test_rings_that_bound_none_are_refused(rings: tuple[Ring, ...], where: str, what: str) -> None:
    """The refusal names the ring and says what is wrong with it."""
    with pytest.raises(BadShape) as refused:
        footprint(polygon(*rings), "shape")
    assert what in refused.value.what
    assert refused.value.where == f"shape.rings{where}"


def test_validity_is_judged_on_the_ellipsoid() -> None:
    """Edges that are straight on a map of longitudes and latitudes cross where geodesics do not."""
    # The northern edge, 60 degrees long at 60 N, bulges 4 degrees over the point that would cut it.
    bulging = ((0.0, 60.0), (60.0, 60.0), (60.0, 50.0), (0.0, 50.0), (0.0, 60.0))
    above = ((29.0, 61.0), (31.0, 61.0), (30.0, 58.0), (29.0, 61.0))
    assert footprint(polygon(bulging, above), "shape").region is not None
    # And a hole that lies within on such a map crosses the southern edge.
    below = ((29.0, 50.5), (31.0, 50.5), (30.0, 55.0), (29.0, 50.5))
    with pytest.raises(BadShape, match="cross"):
        footprint(polygon(bulging, below), "shape")


def test_near_antipodal_legs_are_refused() -> None:
    """A leg of nearly half the globe has no certain way; the place of its far end is named."""
    p = Position.of_degrees
    line = Corridor((p(0, 0), p(10, 10), p(-10, -170.5)), 1000)
    with pytest.raises(BadShape) as refused:
        prepare(Volume4D(line, 0), where="volumes[0]")
    assert refused.value.where == "volumes[0].shape.line[2]"
    assert prepare(Volume4D(Corridor((p(0, 0), p(0, 178)), 0), 0)).footprint.radius_m == 0


@pytest.mark.parametrize("scene", SCENES)
def test_areas_hold_what_their_rings_wind_around(scene: str) -> None:
    """Containment agrees with the oracle's winding of azimuths, for areas of every size."""
    random = Random(scene)
    for size in (1_000, 100_000, 2_500_000):
        kind = random.choice(("polygon", "polygon with hole"))
        shape = draw(random, kind, SCENES[scene], size)
        made = footprint(stated(shape), "shape")
        assert made.region is not None
        points = [
            away(SCENES[scene], random.uniform(0, 360), size * math.sqrt(random.random()))
            for _ in range(25)
        ]
        lons, lats = (np.array(values) for values in zip(*points, strict=True))
        found = made.region.holds(ecef(lons, lats))
        for point, held in zip(points, found, strict=True):
            assert bool(held) == oracle.holds(shape, point)


def test_the_far_side_is_outside() -> None:
    """The antipode of a point in an area is not in it, nor is the middle of the larger region."""
    cap = polygon(tuple((float(lon), 10.0) for lon in (0, 60, 120, 180, -120, -60, 0)))
    region = footprint(cap, "shape").region
    assert region is not None
    places = ecef(np.array([0.0, 0.0, 20.0]), np.array([90.0, -90.0, -10.0]))
    assert region.holds(places).tolist() == [True, False, False]
