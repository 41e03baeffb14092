"""Boxes and caps around volumes: everything lies within, also at the poles and the antimeridian."""

import math
from random import Random

import pytest

from parley.errors import BadShape
from parley.sky import Box, cap_of, extent_of
from parley.values.lengths import Altitude, Bound
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Volume4D
from tests.spine.sky import oracle
from tests.spine.sky.scenes import KINDS, SCENES, away, draw_pair, volume

E7 = 10_000_000


def within(box: Box, point: oracle.Point) -> bool:
    lon, lat = point[0] * E7, point[1] * E7
    if not box.south_e7 - 1 <= lat <= box.north_e7 + 1:
        return False
    if abs(lat) >= 90 * E7 - 1:
        return True
    lon = (lon + 180 * E7) % (360 * E7) - 180 * E7
    if box.west_e7 <= box.east_e7:
        return box.west_e7 - 1 <= lon <= box.east_e7 + 1
    return lon >= box.west_e7 - 1 or lon <= box.east_e7 + 1


@pytest.mark.parametrize("scene", SCENES)
def test_everything_within_reach_is_in_the_box(scene: str) -> None:
    """Points of a shape, and those its radius away in every direction, lie in its box and cap."""
    random = Random(scene)
    for _ in range(12):
        kinds = (random.choice(KINDS), random.choice(KINDS))
        shapes = draw_pair(random, kinds, scene)
        volumes = [volume(shape) for shape in shapes]
        box = extent_of(volumes)
        for shape, stated in zip(shapes, volumes, strict=True):
            cap = cap_of(stated)
            for leg in oracle.legs(shape):
                start = leg.at(random.random() * leg.length)
                edge = away(start, random.uniform(0, 360), shape.radius * 0.999999)
                assert within(box, start)
                assert within(box, edge)
                middle = (cap.middle.lon, cap.middle.lat)
                assert oracle.inverse(middle, edge) <= cap.radius_e4m / 10_000 + 0.1


def test_a_box_is_not_wider_than_need_be() -> None:
    """A circle's box touches it on all four sides, to a few per mille of its radius."""
    reach = 50_000.0
    for centre in ((38.0, 34.5), (179.9, -60.0), (0.0, 85.0)):
        box = extent_of([volume(oracle.Shape(((centre,),), reach))])
        north, south = (oracle.EARTH.Direct(centre[1], centre[0], a, reach) for a in (0, 180))
        assert box.north_e7 == pytest.approx(north["lat2"] * E7, abs=2)
        assert box.south_e7 == pytest.approx(south["lat2"] * E7, abs=2)
        width = (box.east_e7 - box.west_e7) % (360 * E7) / E7
        across = math.radians(width / 2) * 6_378_137 * math.cos(math.radians(centre[1]))
        assert reach * 0.99 < across < reach * 1.06


def p(lat: float, lon: float) -> Position:
    return Position.of_degrees(lat, lon)


def at(shape: Circle | Corridor | Polygon) -> Volume4D:
    return Volume4D(shape, 1000, 2000)


def test_the_antimeridian_makes_west_greater_than_east() -> None:
    """A line across 180 degrees has the narrow box, and two sides of it together as well."""
    line = extent_of([at(Corridor((p(0, 179), p(0, -178)), 0))])
    assert (line.west_e7 // E7, math.ceil(line.east_e7 / E7)) == (178, -177)
    both = extent_of([at(Circle(p(0, 179), 0)), at(Circle(p(0, -178), 0))])
    assert (both.west_e7, both.east_e7) == (line.west_e7, line.east_e7)
    apart = extent_of([at(Circle(p(0, 10), 0)), at(Circle(p(0, -10), 0))])
    assert apart.west_e7 < 0 < apart.east_e7


def test_a_pole_within_reach_takes_all_longitudes() -> None:
    """A circle or an area that holds a pole goes all around it."""
    whole = (-180 * E7, 180 * E7, 90 * E7)
    near = extent_of([at(Circle(p(89.5, 20), 600_000_000))])
    ring = Polygon(((p(80, 0), p(80, 120), p(80, -120), p(80, 0)),))
    for box in (near, extent_of([at(ring)])):
        assert (box.west_e7, box.east_e7, box.north_e7) == whole
    south = extent_of([at(Circle(p(-90, 0), 0))])
    assert (south.south_e7, south.west_e7, south.east_e7) == (-90 * E7, *whole[:2])


def test_heights_and_times_are_the_widest() -> None:
    """Stated heights are put into W84 by their widest band; an open end stays open."""
    point = Circle(p(34, 38), 0)
    low, high = Altitude(10_000_000, "M", "AMSL"), Altitude(20_000_000, "M", "W84")
    box = extent_of([Volume4D(point, 5, 9, low, high), Volume4D(point, 7, 8, low, low)])
    assert (box.lower_e4m, box.upper_e4m) == (10_000_000 - 1_070_000, 20_000_000)
    assert (box.time_start, box.time_end) == (5, 9)
    box = extent_of([Volume4D(point, 5, 9, Bound.SFC, high), Volume4D(point, 6, None, low, None)])
    assert (box.lower_e4m, box.upper_e4m, box.time_end) == (None, None, None)


def test_no_volume_has_no_extent() -> None:
    """An empty list is refused rather than boxed."""
    with pytest.raises(BadShape):
        extent_of([])


def test_a_trajectory_is_boxed_with_its_tolerances() -> None:
    """Its line and its tolerances lie in its box; it is that of a corridor as wide and as high."""
    points, reach = (p(34, 38), p(36, 45), p(35, 179.9), p(35, -179.9)), 93_000_000
    feet = 3_048
    way = Trajectory(
        points, (5000, 6000, 7000, 8000), (9 * feet, 4 * feet, 7 * feet, 6 * feet), "AMSL", "FT"
    )
    wide = Trajectory(points, way.times, way.heights_e4m, "AMSL", "FT", reach, 2 * feet, 1500)
    box = extent_of([], [wide])
    low, high = (Altitude(n * feet, "FT", "AMSL") for n in (2, 11))
    assert box == extent_of([Volume4D(Corridor(points, reach), 3500, 9500, low, high)])
    narrow = extent_of([], [way])
    assert box.south_e7 < narrow.south_e7
    assert (narrow.time_start, narrow.time_end) == (5000, 8000)
    # Its northernmost point is between two of its own.
    assert narrow.north_e7 > 36.5 * E7
    unknown = extent_of([at(Circle(p(34, 38), 0))], [Trajectory((p(0, 0),), (100,))])
    assert (unknown.lower_e4m, unknown.upper_e4m) == (None, None)
    assert (unknown.south_e7, unknown.time_start, unknown.time_end) == (-1, 100, 2000)
    cap = cap_of(wide)
    for point in points:
        way_m = oracle.inverse((cap.middle.lon, cap.middle.lat), (point.lon, point.lat))
        assert way_m + reach / 10_000 <= cap.radius_e4m / 10_000 + 0.1
