"""What is made to hang a node, to fill its memory, to hide a conflict or to raise a false one.

No test measures time: each would run for minutes or hours if the work were not bounded.
"""

import tracemalloc
from random import Random
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from parley.errors import BadPosition, BadShape
from parley.kinds.air.activity import Activity
from parley.kinds.air.space import check_volumes
from parley.sky import Encounter, Limits, Sky, Subject, compare, subject_of
from parley.sky.geodesy import GEOD, PIECE_M, Floats, Pieces, ecef
from parley.sky.legs import pieces_of
from parley.sky.pairing import level_at_least
from parley.values.instants import FIRST, LAST
from parley.values.lengths import MAX_HEIGHT_E4M, Altitude, Bound, Reference
from parley.values.places import Position
from parley.values.trajectories import LONGEST_TOLERANCE_MS, Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

START, HOUR = 1_466_049_600_000, 3_600_000
METRE = 10_000
SURFACE, HIGH = Bound.SFC, Altitude(8_000 * METRE, "M", "AMSL")
MINIMA = Limits(9_260 * METRE, 300 * METRE, 300_000)
NOTHING = Limits(0, 0, 0)
EVERYTHING = ("lateral", "vertical", "time")
ALL_DAY = LONGEST_TOLERANCE_MS
FEW, MANY = 8, 1_200


def volume(shape: Shape, **stated: Any) -> Volume4D:
    of: dict[str, Any] = {
        "time_start": START,
        "time_end": START + HOUR,
        "lower": SURFACE,
        "upper": HIGH,
    }
    return Volume4D(shape, **(of | stated))


def subject(
    name: str,
    *parts: Shape | Volume4D | Trajectory,
    minima: Limits = MINIMA,
    role: Any = "activity",
) -> Subject:
    ways = [p for p in parts if isinstance(p, Trajectory)]
    rest = [p for p in parts if not isinstance(p, Trajectory)]
    stated = [p if isinstance(p, Volume4D) else volume(p) for p in rest]
    return subject_of(name * 64, name, role, stated, minima, trajectories=ways)


def met(
    a: Shape | Volume4D | Trajectory, b: Shape | Volume4D | Trajectory, minima: Limits = MINIMA
) -> Encounter | None:
    """Compare both ways round, and by way of the index: all must say the same."""
    one, other = subject("a", a, minima=minima), subject("b", b, minima=minima)
    found = compare(one, other)
    assert compare(other, one) == found
    told = Sky([one]).verdicts(other)
    assert (found is None) == (not told)
    return found


def place(lat: float, lon: float) -> Position:
    return Position.of_degrees(f"{lat:.7f}", f"{lon:.7f}")


def to_and_fro(count: int, lon: float, *, shake: int = 0, seed: int = 0) -> tuple[Position, ...]:
    """Give points between which a line runs up and down one and the same 18 km, again and again."""
    random = Random(seed)
    ends = (340_000_000, 341_600_000)
    return tuple(
        Position(ends[i % 2], round(lon * 1e7) + random.randint(-shake, shake))
        for i in range(count)
    )


def flown(points: tuple[Position, ...], *, tolerance: int = ALL_DAY, heights: Any = None) -> Any:
    level = (3_000 * METRE,) * len(points) if heights is None else heights
    times = tuple(START + 60_000 * i for i in range(len(points)))
    return Trajectory(points, times, level, "AMSL", time_tolerance_ms=tolerance)


# --- so many pairs of pieces as close as each other that not all can be measured


def a_line(count: int, lon: float, **drawn: int) -> Corridor:
    return Corridor(to_and_fro(count, lon, **drawn), 0)


def a_way(count: int, lon: float, **drawn: int) -> Trajectory:
    return flown(to_and_fro(count, lon, **drawn))


KINDS = [(a_line, a_line), (a_way, a_way), (a_way, a_line)]
NAMES = ["lines", "ways", "a way and a line"]


@pytest.mark.parametrize("kinds", KINDS, ids=NAMES)
@pytest.mark.parametrize("count", [FEW, MANY])
def test_lines_that_run_beside_each_other_a_thousand_times(kinds: Any, count: int):
    """A million and a half pairs, all 5 m apart; unbounded, each comparison takes minutes."""
    one, other = kinds[0](count, 37.0), kinds[1](count, 37.000_054)
    found = met(one, other)
    assert found is not None
    assert found.verdict == "CONFLICT"
    assert found.lateral_m == 5
    assert met(one, other, NOTHING) is None


@pytest.mark.parametrize("kinds", KINDS, ids=NAMES)
def test_lines_that_cross_a_million_times(kinds: Any):
    one, other = kinds[0](MANY, 37.0, shake=9, seed=1), kinds[1](MANY, 37.0, shake=9, seed=2)
    found = met(one, other, NOTHING)
    assert found is not None
    assert found.verdict == "CONFLICT"
    assert found.lateral_m == 0


@pytest.mark.parametrize("kinds", KINDS, ids=NAMES)
def test_what_is_too_much_to_compare_is_never_clear(kinds: Any):
    """Each pair is a few millimetres beyond the limit, and none can be told from the next."""
    gap = GEOD.inv(37.0, 34.16, 37.000_054, 34.16)[2]
    limit = Limits(int((gap - 1.003) * METRE), 0, 0)
    few, many = ((kinds[0](n, 37.0), kinds[1](n, 37.000_054)) for n in (FEW, MANY))
    assert compare(*(subject("ab"[i], p, minima=limit) for i, p in enumerate(few))) is None
    found = compare(*(subject("ab"[i], p, minima=limit) for i, p in enumerate(many)))
    assert found is not None
    assert found.verdict == "POSSIBLE"
    assert (found.broken, found.open) == ((), EVERYTHING)
    told = Sky([subject("a", many[0], minima=limit)]).verdicts(subject("b", many[1], minima=limit))
    assert told == {"a" * 64: "POSSIBLE"}


def test_ways_that_climb_against_each_other_pass_at_different_heights():
    """Wherever one is as high as the other, they are far apart: heights alone decide nothing."""
    up = tuple((1_000 + 6_000 * (i % 2)) * METRE for i in range(MANY))
    down = tuple((7_000 - 6_000 * (i % 2)) * METRE for i in range(MANY))
    one = flown(to_and_fro(MANY, 37.0), heights=up)
    assert met(one, flown(to_and_fro(MANY, 37.001), heights=up), NOTHING) is None
    found = met(one, flown(to_and_fro(MANY, 37.0), heights=down), NOTHING)
    assert found is not None  # both are at 4,000 m in the middle of the line


def test_two_that_hover_on_one_spot_all_day():
    """Every one of 2,250,000 pairs of pieces is within all minima."""
    random = Random(3)

    def hover() -> Trajectory:
        about = range(1_500)
        points = tuple(place(34 + random.random() / 1e6, 37 + random.random() / 1e6) for _ in about)
        return flown(points, heights=tuple(3_000 * METRE + random.randint(-5, 5) for _ in about))

    found = met(hover(), hover())
    assert found is not None
    assert (found.verdict, found.lateral_m) == ("CONFLICT", 0)


def test_ten_thousand_points_against_ten_thousand_in_bounded_memory():
    random = Random(4)

    def tangle() -> Corridor:
        around = (GEOD.fwd(37.0, 34.0, random.uniform(0, 360), 6_000)[:2] for _ in range(10_000))
        return Corridor(tuple(place(lat, lon) for lon, lat in around), 0)

    one, other = subject("a", tangle()), subject("b", tangle())
    tracemalloc.start()
    found = compare(one, other)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is not None
    assert found.verdict == "CONFLICT"
    assert peak < 400_000_000  # 100,000,000 pairs, most of which cross


def comb(teeth: int) -> Polygon:
    points = [place(34.0, 36.999)]
    for i in range(teeth):
        low, high = 34 + i * 2e-4, 34 + i * 2e-4 + 1e-4
        points += [place(low, 37), place(low, 37.1), place(high, 37.1), place(high, 37)]
    points.append(place(34 + teeth * 2e-4, 36.999))
    return Polygon(((*points, points[0]),))


def test_a_way_through_a_comb_crosses_it_hundreds_of_thousands_of_times():
    ends = (33.99, 34.11)
    points = tuple(place(ends[i % 2], 37.01 + 0.08 * i / 400) for i in range(400))
    rise = tuple(500 * METRE + i % 7 for i in range(400))
    area = volume(comb(400), time_end=START + 24 * HOUR)
    found = met(flown(points, tolerance=0, heights=rise), area, NOTHING)
    assert found is not None
    assert (found.verdict, found.lateral_m) == ("CONFLICT", 0)
    above = flown(points, tolerance=0, heights=(9_000 * METRE,) * 400)
    assert met(above, area, NOTHING) is None


def test_an_area_of_ten_thousand_points_against_itself_and_one_that_fits_between_its_teeth():
    area = comb(2_400)
    found = met(area, area)
    assert found is not None
    assert found.lateral_m == 0
    # In the gap between two teeth, 5 m from either.
    lat = 34 + 1_200 * 2e-4 + 1.5e-4
    between = Corridor((place(lat, 37.01), place(lat, 37.09)), 1 * METRE)
    assert met(area, between, NOTHING) is None
    assert met(area, between, Limits(4 * METRE, 0, 0)) is not None


# --- what one record may state


def test_a_record_of_many_lines_around_the_globe_is_refused():
    around = Corridor(tuple(place(5 * (i % 2), -90 + 175 * (i % 2)) for i in range(6)), 0)
    check_volumes([volume(around)])
    many = tuple(volume(around) for _ in range(130))
    with pytest.raises(BadShape) as refused:
        check_volumes(many)
    assert refused.value.where == "volumes.1.shape"
    with pytest.raises(ValidationError, match="all volumes are over 100,000 km"):
        Activity(title="x", volumes=many)


def test_a_line_or_way_over_the_limit_is_refused_and_one_under_it_compared():
    def around(turns: int) -> tuple[Position, ...]:
        return tuple(place(0, -180 + 120 * (i % 3)) for i in range(3 * turns + 1))

    for turns, fits in ((2, True), (3, False)):
        for stated in (Corridor(around(turns), 0), flown(around(turns))):
            if fits:
                assert met(stated, Circle(place(0.05, 100), 0)) is not None
                continue
            with pytest.raises(BadShape, match="over 100,000 km"):
                subject("a", stated)


# --- geometry of all kinds


def ring(*points: tuple[float, float]) -> tuple[Position, ...]:
    made = tuple(place(lat, lon) for lat, lon in points)
    return (*made, made[0])


SQUARE = ring((30, 30), (30, 40), (40, 40), (40, 30))
REFUSED = {
    "a bow-tie of 1 cm": [
        ring((34, 37), (34.0000001, 37.0000001), (34, 37.0000001), (34.0000001, 37))
    ],
    "a bow-tie": [ring((34, 37), (35, 38), (34, 38), (35, 37))],
    "a spike": [ring((30, 30), (30, 40), (30, 50), (30, 40), (40, 40))],
    "a sliver without width": [ring((0, 10), (0, 20), (0, 30))],
    "there and back": [ring((30, 30), (40, 40), (30, 30), (40, 40))],
    "three times one point": [ring((30, 30), (30, 30), (30, 30))],
    "a hole as large as the area": [SQUARE, SQUARE],
    "a hole that crosses it": [SQUARE, ring((35, 35), (35, 45), (36, 45), (36, 35))],
    "a hole outside": [SQUARE, ring((50, 50), (50, 51), (51, 51))],
    "a hole beyond the horizon": [SQUARE, ring((-35, -145), (-35, -144), (-34, -144))],
    "a hole in a hole": [SQUARE, ring((31, 31), (31, 39), (39, 39), (39, 31)),
                         ring((33, 33), (33, 34), (34, 34))],
    "a hemisphere": [ring((0, 0), (0, 120), (0, -120))],
    "up and down about the equator": [
        ring((5, 0), (-5, 60), (5, 120), (-5, 180), (5, -120), (-5, -60))
    ],
    "an edge to the antipode": [ring((10, 0), (-10, 180), (0, 90))],
    "a line along a meridian, over both poles": [ring((0, 0), (90, 0), (0, 180), (-90, 0))],
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_ring_that_bounds_no_area_is_refused_with_its_place(what: str):
    with pytest.raises(BadShape) as refused:
        subject("a", Polygon(tuple(REFUSED[what])))
    assert refused.value.where.startswith("volumes[0].shape.rings")
    assert refused.value.what


def test_points_twice_and_touching_holes_are_compared():
    twice = Polygon((ring((30, 30), (30, 30), (30, 40), (30, 40), (40, 40), (40, 30), (40, 30)),))
    inside, near = Circle(place(35, 35), 0), Circle(place(29.995, 35), 0)
    assert met(twice, inside, NOTHING) is not None
    assert met(twice, near, NOTHING) is None
    # A hole that touches the outline at a corner still is one.
    holed = Polygon((SQUARE, ring((30, 30), (34, 36), (36, 34))))
    assert met(holed, Circle(place(33, 33), 0), NOTHING) is None
    assert met(holed, Circle(place(33, 33), 0), Limits(400_000 * METRE, 0, 0)) is not None
    assert met(holed, Circle(place(38, 38), 0), NOTHING) is not None


def test_almost_a_hemisphere_holds_its_pole_and_not_the_other_side():
    cap = Polygon((ring(*((0.5, lon) for lon in range(-180, 180, 20))),))
    assert met(cap, Circle(place(90, 0), 0), NOTHING) is not None
    assert met(cap, Circle(place(45, -77), 0), NOTHING) is not None
    assert met(cap, Circle(place(-0.5, 10), 0), NOTHING) is None
    assert met(cap, Circle(place(-90, 0), 0), Limits(9_000_000 * METRE, 0, 0)) is None


@pytest.mark.parametrize("lon", [-180.0, -90.0, 0.0, 37.0, 180.0])
def test_a_pole_is_one_point_under_any_longitude(lon: float):
    for lat in (90.0, -90.0):
        pole = Circle(place(lat, lon), 0)
        for shape in (
            Circle(place(lat, 12), 0),
            Corridor((place(lat, -33), place(lat, 140)), 0),
            Corridor((place(lat - 10 * np.sign(lat), 20), place(lat - 10 * np.sign(lat), -160)), 0),
            Polygon((ring((lat, 5), (lat - 5 * np.sign(lat), 0), (lat - 5 * np.sign(lat), 90)),)),
            Polygon((ring(*((lat - 3 * np.sign(lat), x) for x in (0, 120, -120))),)),
        ):
            assert met(shape, pole, NOTHING) is not None, shape
        assert met(Circle(place(lat - 0.01 * np.sign(lat), 12), 0), pole, NOTHING) is None


def test_180_degrees_east_and_west_are_one_meridian():
    for one, other in ((180, -180), (-180, 180), (180, 180)):
        assert met(Circle(place(10, one), 0), Circle(place(10, other), 0), NOTHING) is not None
        crossing = Corridor((place(10, 179), place(10, -179)), 0)
        assert met(crossing, Circle(place(10.0015, other), 200 * METRE), NOTHING) is not None
        along = Corridor((place(9, one), place(11, other)), 0)
        assert met(along, Circle(place(10, other), 0), NOTHING) is not None
        area = Polygon((ring((9, 179), (9, one), (11, other), (11, 179)),))
        assert met(area, Circle(place(10, other), 0), NOTHING) is not None
        assert met(area, Circle(place(10, -179.99), 0), NOTHING) is None
        assert met(area, Circle(place(10, 179.5), 0), NOTHING) is not None
    with pytest.raises(BadPosition):
        Position.of_degrees(0, 360)


def test_a_circle_of_the_whole_globe_meets_everything():
    globe = Circle(place(34, 37), 20_004_000 * METRE)
    for lat, lon in ((-34, -143), (90, 0), (-90, 0), (0, 180), (34, 37)):
        assert met(globe, Circle(place(lat, lon), 0), NOTHING) is not None
        assert met(globe, flown((place(lat, lon),)), NOTHING) is not None
    # 100 km short of the antipode
    short = Circle(place(0, 0), 19_900_000 * METRE)
    assert met(short, Circle(place(0, 180), 0), NOTHING) is None
    assert met(short, Circle(place(0, 180), 0), Limits(110_000 * METRE, 0, 0)) is not None


@pytest.mark.parametrize("shape", [Circle(place(34, 37), 0),
                                   Corridor((place(34, 37), place(34, 37)), 0)])  # fmt: skip
def test_a_point_without_width_at_an_instant(shape: Shape):
    instant = volume(shape, time_end=START)
    assert met(instant, volume(shape, time_start=START - HOUR, time_end=START), NOTHING) is not None
    assert met(instant, volume(shape, time_start=START + 1), NOTHING) is None
    aside = Circle(place(34, 37.000_012), 0)  # 1.108 m
    assert met(instant, aside, NOTHING) is None
    assert met(instant, aside, Limits(METRE // 5, 0, 0)) is not None


# --- times, heights and minima at their ends


def test_windows_of_eight_thousand_years():
    first, last = FIRST, LAST
    ages = volume(Circle(place(34, 37), 100 * METRE), time_start=first, time_end=last)
    for at in (first, START, last):
        moment = volume(Circle(place(34, 37), 0), time_start=at, time_end=at)
        found = met(ages, moment, NOTHING)
        assert found is not None
        assert found.verdict == "CONFLICT"
        assert (found.begin // 1000, found.time_gap_s) == ((at + 500) // 1000, 0)
    zone = volume(Circle(place(34, 37), 100 * METRE), time_start=first, time_end=None)
    assert compare(subject("z", zone, role="zone"), subject("a", ages)) is not None
    late = volume(Circle(place(34, 37), 0), time_start=last, time_end=last)
    assert Sky([subject("z", zone, role="zone")]).verdicts(subject("a", late))


def test_minima_of_thousands_of_kilometres():
    here, there = Circle(place(34, 37), 0), Circle(place(-20, -60), 0)
    far = GEOD.inv(37, 34, -60, -20)[2]
    for beyond, clear in ((2.0, True), (0.5, False)):
        limits = Limits(int((far - beyond) * METRE), 0, 0)
        assert (met(here, there, limits) is None) is clear
    assert met(here, there, Limits(25_000_000 * METRE, 10**9, 10**10)) is not None


REFERENCES: tuple[Reference, ...] = ("W84", "AMSL", "AGL", "STD")


@pytest.mark.parametrize("one", REFERENCES)
@pytest.mark.parametrize("other", REFERENCES)
def test_heights_at_their_limits_under_every_pair_of_references(one: Reference, other: Reference):
    here = Circle(place(27.988, 86.925), 1_000 * METRE)

    def layer(low: int, high: int, reference: Reference, spread: int = 0) -> Volume4D:
        limits = (Altitude(x * METRE, "M", reference, spread) for x in (low, high))
        return volume(here, **dict(zip(("lower", "upper"), limits, strict=True)))

    top, bottom = layer(99_000, 100_000, one), layer(-100_000, -99_000, other)
    assert met(top, bottom, NOTHING) is None  # 198 km apart: no datum is that far off
    low = layer(-500, 100, other)  # below the ground, or below the level of 1013 hPa
    ground = volume(here, lower=SURFACE, upper=Altitude(50 * METRE, "M", one))
    found = met(ground, low, NOTHING)
    assert found is not None
    assert found.verdict == "CONFLICT" or one != other
    # What may be anywhere is nowhere clear.
    vague = layer(0, 100, one, MAX_HEIGHT_E4M)
    assert met(vague, layer(90_000, 91_000, other), NOTHING) is not None
    way = Trajectory((place(27.988, 86.925),), (START,), (95_000 * METRE,), other)
    assert met(vague, way, NOTHING) is not None
    assert met(bottom, way, NOTHING) is None


def test_thousands_on_one_spot_are_all_found():
    """The answer itself is long then: the kernel gives it, and nothing is compared twice."""
    here = Circle(place(34, 37), 1_000 * METRE)
    crowd = [
        subject_of(f"{i:064x}", "ab"[i % 2], "activity", [volume(here)], MINIMA) for i in range(600)
    ]
    found = list(Sky(crowd).meetings())
    assert len(found) == 300 * 300
    assert {one.verdict for one in found} == {"CONFLICT"}


# --- the bound on which what is near is left out


def test_what_is_level_of_two_pieces_bounds_their_distance():
    draw = np.random.default_rng(6)
    for scene in range(24):
        a, b = _pieces(draw, scene)
        rows = np.arange(len(a))
        bound = level_at_least(a, rows, b, rows)
        least = np.full(len(a), np.inf)
        for s in np.linspace(0, 1, 21):
            here = _along(a, s)
            for t in np.linspace(0, 1, 21):
                least = np.minimum(least, np.linalg.norm(here - _along(b, t), axis=1))
        assert (bound <= least).all()
        if scene % 2:  # side by side, pieces of 10 NM: closer than their chords can tell
            assert (least - bound).max() < 0.3


def _pieces(draw: np.random.Generator, scene: int) -> tuple[Pieces, Pieces]:
    count = 300
    lon, lat = draw.uniform(-180, 180, count), np.degrees(np.arcsin(draw.uniform(-1, 1, count)))
    if scene % 3 == 0:
        lat = 90 - np.abs(draw.normal(0, 0.05, count))
    azimuth = draw.uniform(0, 360, count)
    if scene % 2:
        length = other = np.full(count, PIECE_M)
        aside = GEOD.fwd(lon, lat, azimuth + 90, np.full(count, 20.0))
        turned = azimuth + (aside[2] + 180 - azimuth - 90)
    else:
        length, other = np.exp(draw.uniform(0, np.log(PIECE_M), (2, count)))
        away = np.exp(draw.uniform(-4, 14, count))
        aside, turned = GEOD.fwd(lon, lat, draw.uniform(0, 360, count), away), azimuth[::-1]
    return _piece(lon, lat, azimuth, length), _piece(aside[0], aside[1], turned, other)


def _piece(lon: Floats, lat: Floats, azimuth: Floats, length: Floats) -> Pieces:
    there = GEOD.fwd(lon, lat, azimuth, length)
    return pieces_of(lon, lat, azimuth, length, there[0], there[1])


def _along(pieces: Pieces, share: float) -> Floats:
    start = (pieces.lon, pieces.lat, pieces.azimuth)
    lon, lat, _ = GEOD.fwd(*start, share * pieces.length)
    return ecef(lon, lat)
