"""Lateral gaps against the oracle: every pair of shapes, both orders, in awkward places."""

import itertools
from random import Random

import pytest

from parley.errors import BadShape
from parley.sky.separation import Lateral, lateral, meeting
from parley.sky.volumes import Footprint, footprint
from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Polygon
from tests.spine.sky import oracle
from tests.spine.sky.oracle import Shape
from tests.spine.sky.scenes import KINDS, SCENES, away, draw_pair, stated, volume

PAIRS = tuple(itertools.combinations_with_replacement(KINDS, 2))
METRE = 10_000


def ready(shape: Shape) -> Footprint:
    return footprint(stated(shape), "shape")


def measured(a: Shape, b: Shape) -> Lateral:
    found = lateral(ready(a), ready(b))
    assert found is not None
    return found


def check_pair(a: Shape, b: Shape) -> None:
    """One pair: gap, verdict just inside and just outside the limit, place, both orders."""
    first, second = ready(a), ready(b)
    expected = oracle.gap(a, b)
    for one, other in ((first, second), (second, first)):
        found = lateral(one, other)
        assert found is not None
        assert found.gap_e4m / METRE == pytest.approx(expected, abs=0.01)
        # 1.5 m below the limit or above it; within 1 m of it counts as inside.
        over, under = round((expected + 0.5) * METRE), round((expected - 1.5) * METRE)
        assert lateral(one, other, over) == found
        assert under < 0 or lateral(one, other, under) is None
    found = measured(a, b)
    place = Shape((((found.position.lon, found.position.lat),),))
    for shape in (a, b):
        # The place lies halfway between the two footprints, but for its rounding.
        assert oracle.gap(shape, place) <= expected / 2 + 2.0


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("kinds", PAIRS, ids="-".join)
def test_gaps_are_those_of_the_oracle(kinds: tuple[str, str], scene: str) -> None:
    """For every pair of kinds in every scene, gap, verdict and place are the oracle's."""
    random = Random(f"{kinds} {scene}")
    for _ in range(3):
        check_pair(*draw_pair(random, kinds, scene))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(500))
def test_gaps_are_those_of_the_oracle_at_length(seed: int) -> None:
    """The same for a hundred thousand pairs."""
    random = Random(seed)
    for _ in range(200):
        kinds = (random.choice(KINDS), random.choice(KINDS))
        check_pair(*draw_pair(random, kinds, random.choice(list(SCENES))))


def square(west: float, south: float, size: float) -> tuple[oracle.Point, ...]:
    east, north = west + size, south + size
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


AREA = Shape((square(37.0, 34.0, 1.0),), 0.0, area=True)
RING = Shape((square(37.0, 34.0, 1.0), square(37.25, 34.25, 0.5)), 0.0, area=True)


@pytest.mark.parametrize(
    ("a", "b", "place"),
    [
        # A common edge, a common corner, the very same area.
        (AREA, Shape((square(38.0, 34.0, 1.0),), 0.0, area=True), (38.0, 34.0)),
        (AREA, Shape((square(38.0, 35.0, 1.0),), 0.0, area=True), (38.0, 35.0)),
        (AREA, AREA, (37.0, 34.0)),
        # A point on a corner, in the area, a line along an edge, a line that ends on a corner.
        (AREA, Shape((((38.0, 35.0),),)), (38.0, 35.0)),
        (AREA, Shape((((37.5, 34.5),),)), (37.5, 34.5)),
        (AREA, Shape((((38.0, 33.0), (38.0, 36.0)),)), (38.0, 34.0)),
        (AREA, Shape((((38.0, 35.0), (39.0, 36.0)),)), (38.0, 35.0)),
        # An island that touches the edge of a hole, and one that fills the hole.
        (RING, Shape((square(37.25, 34.25, 0.2),), 0.0, area=True), (37.25, 34.25)),
        (RING, Shape((square(37.25, 34.25, 0.5),), 0.0, area=True), (37.25, 34.25)),
        # One line twice, and two that overlap in part.
        (Shape((((1.0, 2.0), (3.0, 2.0)),)), Shape((((3.0, 2.0), (1.0, 2.0)),)), (1.0, 2.0)),
        (Shape((((0.0, 0.0), (3.0, 0.0)),)), Shape((((2.0, 0.0), (5.0, 0.0)),)), (2.0, 0.0)),
    ],
)
def test_what_touches_has_no_gap(a: Shape, b: Shape, place: oracle.Point) -> None:
    """Touching is a gap of 0, at the southernmost and then westernmost place of all."""
    for one, other in ((a, b), (b, a)):
        found = measured(one, other)
        assert found.gap_e4m == 0
        assert (found.position.lon, found.position.lat) == place


def test_a_point_in_a_hole_is_outside() -> None:
    """Within a hole the gap is the way to its edge."""
    inside = Shape((((37.5, 34.5),),))
    assert measured(RING, inside).gap_e4m / METRE == pytest.approx(
        oracle.gap(RING, inside), abs=0.01
    )
    assert measured(RING, Shape((((37.1, 34.5),),))).gap_e4m == 0


def test_two_crossings_give_the_southern_one() -> None:
    """Where lines cross twice, the southernmost crossing is the place."""
    straight = Shape((((37.0, 33.0), (37.0, 36.0)),))
    bent = Shape((((36.5, 35.5), (37.5, 35.0), (36.5, 33.5)),))
    found = measured(straight, bent)
    assert found.gap_e4m == 0
    assert 33.5 < found.position.lat < 35.0


def test_the_same_place_under_two_names() -> None:
    """Longitude 180 and -180, and every longitude at a pole, are one place."""
    assert measured(Shape((((180.0, 10.0),),)), Shape((((-180.0, 10.0),),))).gap_e4m == 0
    found = measured(Shape((((10.0, 90.0),),)), Shape((((-150.0, 90.0),),)))
    assert found == Lateral(0, Position(900_000_000, 0))
    across = measured(Shape((((10.0, 89.0), (190.0 - 360.0, 89.0)),)), Shape((((77.0, 90.0),),)))
    assert across.gap_e4m == 0


def test_repeated_positions_change_nothing() -> None:
    """A line or ring that names a position twice in a row is the same line or ring."""
    p = Position.of_degrees
    point = Circle(p(34, 39), 0)
    line = Corridor((p(34, 37), p(34, 38)), 0)
    doubled = Corridor((p(34, 37), p(34, 37), p(34, 38), p(34, 38)), 0)
    lone = Corridor((p(34, 38), p(34, 38)), 0)
    ring = Polygon(((p(34, 37), p(34, 38), p(35, 38), p(34, 37)),))
    rung = Polygon(((p(34, 37), p(34, 37), p(34, 38), p(35, 38), p(35, 38), p(34, 37)),))
    for plain, repeated in ((line, doubled), (Circle(p(34, 38), 0), lone), (ring, rung)):
        expected = lateral(footprint(point, ""), footprint(plain, ""))
        assert expected is not None
        assert lateral(footprint(point, ""), footprint(repeated, "")) == expected


def test_circles_of_hundreds_of_kilometres() -> None:
    """The gap of huge circles is the geodesic distance of their centres less their radii."""
    random = Random(11)
    for _ in range(200):
        a = (random.uniform(-180, 180), random.uniform(-85, 85))
        b = away(a, random.uniform(0, 360), random.uniform(400_000, 15_000_000))
        reach = oracle.inverse(a, b)
        first = Shape(((away(a, 0, 0),),), round(reach * 0.4, 4))
        second = Shape(((b,),), round(reach * 0.55, 4))
        expected = oracle.gap(first, second)
        assert measured(first, second).gap_e4m / METRE == pytest.approx(expected, abs=0.001)


def test_far_lines_are_not_measured_by_their_chords() -> None:
    """Over thousands of kilometres no sampled pair is closer than the gap, and one is as close."""
    random = Random(12)
    for _ in range(25):
        a = away((random.uniform(-180, 180), random.uniform(-60, 60)), 0, 0)
        b = away(a, random.uniform(0, 360), random.choice((1e6, 5e6, 9e6, 1.2e7, 1.9e7, 1.999e7)))
        first = oracle.Leg(a, away(a, random.uniform(0, 360), 60_000))
        second = oracle.Leg(b, away(b, random.uniform(0, 360), 40_000))
        lines = [Shape(((leg.at(0.0), away(leg.at(leg.length), 0, 0)),)) for leg in (first, second)]
        found = measured(*lines).gap_e4m / METRE
        sampled = min(
            oracle.inverse(first.at(first.length * i / 15), second.at(second.length * j / 15))
            for i, j in itertools.product(range(16), repeat=2)
        )
        assert found <= sampled + 0.02
        assert found >= sampled - 2_500


def test_turning_the_globe_changes_nothing() -> None:
    """A shift in longitude leaves every gap as it is and shifts its place."""
    random = Random(13)
    for _ in range(30):
        kinds = (random.choice(KINDS), random.choice(KINDS))
        a, b = draw_pair(random, kinds, "south")
        shift = random.choice((-250.0, -110.0, 77.0, 110.0, 180.0))
        moved = [
            shape._replace(
                lines=tuple(
                    tuple(((p[0] + shift + 180) % 360 - 180, p[1]) for p in line)
                    for line in shape.lines
                )
            )
            for shape in (a, b)
        ]
        here, there = measured(a, b), measured(*moved)
        assert here.gap_e4m == pytest.approx(there.gap_e4m, abs=20)


def test_windows_are_compared_with_both_ends() -> None:
    """Windows that touch have no gap; the stretch between others is the gap."""
    point = Shape((((38.0, 34.0),),))

    def meet(a: tuple[int, int | None], b: tuple[int, int | None]) -> tuple[int, int, int | None]:
        found = meeting(volume(point, *a), volume(point, *b))
        begin = volume(point).time_start
        until = None if found.until is None else found.until - begin
        return found.gap_ms, found.begin - begin, until

    assert meet((0, 10), (10, 20)) == (0, 10, 10)
    assert meet((0, 10), (11, 20)) == (1, 10, 11)
    assert meet((11, 20), (0, 10)) == (1, 10, 11)
    assert meet((0, 10), (2, 5)) == (0, 2, 5)
    assert meet((5, 5), (5, 5)) == (0, 5, 5)
    assert meet((5, 5), (6, 6)) == (1, 5, 6)
    assert meet((0, 10), (2, None)) == (0, 2, 10)
    assert meet((0, 10), (12, None)) == (2, 10, 12)
    assert meet((0, None), (12, None)) == (0, 12, None)


def test_lines_of_very_many_pieces_are_as_close_as_their_closest_legs() -> None:
    """Whole lines, whose pieces are sifted in groups, against leg by leg; also where they cross."""
    random = Random(14)
    for scene, apart in (("theatre", 0.0), ("the north pole", 900_000.0), ("south", 6_000_000.0)):
        lines: list[list[oracle.Point]] = []
        for way in (0.0, apart):
            centre = away(SCENES[scene], 90.0, way)
            lines.append([away(centre, random.uniform(0, 360), 400_000) for _ in range(26)])
        a, b = (ready(Shape((tuple(points),))) for points in lines)
        assert len(a.pieces) * len(b.pieces) > 400_000
        found = lateral(a, b)
        legs = [[ready(Shape((leg,))) for leg in itertools.pairwise(points)] for points in lines]
        single = [lateral(one, other) for one, other in itertools.product(*legs)]
        closest = min(
            (each.gap_e4m, each.position.lat_e7, each.position.lon_e7)
            for each in single
            if each is not None
        )
        assert found is not None
        assert found.gap_e4m == pytest.approx(closest[0], abs=2)
        assert found.position == Position(*closest[1:])
        assert apart == 0.0 or lateral(a, b, closest[0] - 20_000) is None


def test_a_line_that_never_ends_is_refused() -> None:
    """A line of many times around the globe would keep everybody busy, and is a mistake."""
    there_and_back = tuple(Position.of_degrees(0, 170 * (i % 2)) for i in range(8))
    with pytest.raises(BadShape, match="100,000 km"):
        footprint(Corridor(there_and_back, 0), "shape")
