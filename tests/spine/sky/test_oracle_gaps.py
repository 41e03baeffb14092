"""The oracle's brackets themselves: against geographiclib, dense sampling, and the slow oracle."""

import math
from itertools import combinations
from random import Random

import numpy as np
import pytest

from tests.spine.sky import oracle
from tests.spine.sky.oracle import EARTH, Point, inverse
from tests.spine.sky.oracle_curves import (
    STRAY_M,
    Floats,
    arc_at_least,
    arc_at_most,
    bulge,
    curves,
    degrees,
    ecef,
)
from tests.spine.sky.oracle_gaps import Body, Minima, bracket, least, winds
from tests.spine.sky.oracle_parts import E4M, Flight, Part, Volume, body, cut
from tests.spine.sky.scenes import KINDS, SCENES, away, draw, draw_pair, rounded
from tests.spine.sky.scenes_timed import FOOT, HOUR, MINUTE, centre_of, draw_parts

SAMPLES = 48
# First and last time (ms), lowest and highest height (0.1 mm).
Edges = tuple[float, float, float, float]


def legs_of(random: Random, count: int) -> list[tuple[Point, Point]]:
    found = []
    for _ in range(count):
        start = rounded(centre_of(random))
        reach = math.exp(random.uniform(math.log(10), math.log(9_000_000)))
        found.append((start, away(start, random.uniform(0, 360), reach)))
    return found


def test_cubics_are_geodesics_to_half_a_millimetre() -> None:
    """Anywhere, along legs of any length; and chords bulge no more than is said."""
    random = Random(1)
    for a, b in legs_of(random, 150):
        made = curves([(a, b)])
        line = EARTH.InverseLine(a[1], a[0], b[1], b[0])
        which = np.array([random.randrange(len(made.length)) for _ in range(20)])
        way = np.array([random.random() for _ in range(20)])
        places = made.at(which, way)
        before = np.concatenate(([0.0], np.cumsum(made.length)))
        for i, share, place in zip(which.tolist(), way.tolist(), places, strict=True):
            at = line.Position(before[i] + share * made.length[i])
            there = ecef(np.array([at["lon2"]]), np.array([at["lat2"]]))[0]
            assert np.linalg.norm(place - there) < STRAY_M
            lon, lat = degrees(place)
            assert inverse((lon, lat), (at["lon2"], at["lat2"])) < STRAY_M
            chord = made.start[i] + share * (made.end[i] - made.start[i])
            assert np.linalg.norm(chord - there) <= bulge(made.length[i]) + STRAY_M


def test_arcs_are_bounded_by_their_chords() -> None:
    """The geodesic distance of two places lies between the arcs of the two radii."""
    random = Random(2)
    for a, b in legs_of(random, 1500):
        chord = float(np.linalg.norm(np.diff(ecef(*map(np.array, zip(a, b, strict=True))), axis=0)))
        way = inverse(a, b)
        assert way <= arc_at_most(chord) + 1e-6
        if chord < 1_000_000:
            assert way >= arc_at_least(chord) - 1e-5


def test_least_is_the_least_on_a_grid() -> None:
    """Random chords and half-planes: no allowed grid point is closer, one near by is as close."""
    random = np.random.default_rng(3)
    count, steps = 300, 60
    ends = [random.normal(0, 100, (count, 3)) for _ in range(4)]
    ends[3][:40] = ends[2][:40]
    ends[1][20:60] = ends[0][20:60]
    planes = np.zeros((count, 8, 3))
    planes[:, :4] = [(1, 0, 1), (-1, 0, 0), (0, 1, 1), (0, -1, 0)]
    planes[:, 4:, :2] = random.normal(0, 1e6, (count, 4, 2)) * random.integers(0, 2, (count, 4, 1))
    planes[:, 4:, 2] = random.normal(3e5, 5e5, (count, 4))
    ways, shares = least(ends[0], ends[1], ends[2], ends[3], planes)
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, steps + 1)] * 2), axis=-1).reshape(-1, 2)
    allowed_at_all = 0
    for k in range(count):
        over = grid @ planes[k, :, :2].T - planes[k, :, 2]
        mine = ends[0][k] + grid[:, :1] * (ends[1][k] - ends[0][k])
        theirs = ends[2][k] + grid[:, 1:] * (ends[3][k] - ends[2][k])
        apart = np.linalg.norm(mine - theirs, axis=1)
        allowed = (over <= 0).all(axis=1)
        near = (over <= np.abs(planes[k, :, :2]).sum(axis=1) / steps).all(axis=1)
        if allowed.any():
            assert ways[k] <= apart[allowed].min() + 1e-6
        if math.isfinite(ways[k]):
            allowed_at_all += 1
            u, v = shares[k]
            assert (planes[k, :, :2] @ (u, v) <= planes[k, :, 2] + 1e-2).all()
            step = sum(np.linalg.norm(ends[i + 1][k] - ends[i][k]) for i in (0, 2)) / steps
            assert apart[near].min() <= ways[k] + step
    assert allowed_at_all > 100


def points_of(part: Part) -> int:
    lines = [part.points] if isinstance(part, Flight) else part.shape.lines
    return max(map(len, lines))


def sampled(part: Part, made: Body) -> tuple[list[Point], Floats, Floats]:
    """Sample a part by geographiclib: places, and the edges at each.

    The last of the three is how far, in metres, ms and 0.1 mm, the next sample is at most.
    """
    lines = [part.points] if isinstance(part, Flight) else part.shape.lines
    places: list[Point] = []
    rows: list[Edges] = []
    step = [0.0, 0.0, 0.0]
    for line in lines:
        for i in range(max(1, len(line) - 1)):
            a, b = line[i], line[min(i + 1, len(line) - 1)]
            leg = EARTH.InverseLine(a[1], a[0], b[1], b[0])
            step[0] = max(step[0], leg.s13 / SAMPLES)
            for k in range(SAMPLES + 1):
                at = leg.Position(leg.s13 * k / SAMPLES)
                places.append((at["lon2"], at["lat2"]))
                rows.append(_edges(part, i, k / SAMPLES, step))
    return places, np.array(rows), np.array(step)


def _edges(part: Part, i: int, share: float, step: list[float]) -> Edges:
    if isinstance(part, Volume):
        end = 1e15 if part.end is None else part.end
        low = -1e15 if part.low is None or not part.known else part.low
        high = 1e15 if part.high is None or not part.known else part.high
        return part.begin, end, low, high
    j = min(i + 1, len(part.times) - 1)
    heights = part.heights or (0,) * len(part.times)
    time = part.times[i] + share * (part.times[j] - part.times[i])
    height = heights[i] + share * (heights[j] - heights[i])
    step[1] = max(step[1], (part.times[j] - part.times[i]) / SAMPLES)
    step[2] = max(step[2], abs(heights[j] - heights[i]) / SAMPLES)
    band = part.vertical if part.heights else 1e15
    return time - part.time, time + part.time, height - band, height + band


def closest_sample(a: Part, b: Part, minima: Minima) -> tuple[float, float]:
    """Give the least distance of samples within minima, and of those nearly so, with their step."""
    (pa, ra, sa), (pb, rb, sb) = (sampled(p, body(p)) for p in (a, b))
    xa, xb = (ecef(*map(np.array, zip(*p, strict=True))) for p in (pa, pb))
    chords = np.linalg.norm(xa[:, None] - xb[None], axis=2)
    late = np.maximum(ra[:, None, 0] - rb[None, :, 1], rb[None, :, 0] - ra[:, None, 1])
    high = np.maximum(ra[:, None, 2] - rb[None, :, 3], rb[None, :, 2] - ra[:, None, 3])
    step = sa + sb
    found = []
    for slack in (0.0, 1.0):
        may = (late <= minima.time + slack * step[1]) & (high <= minima.vertical + slack * step[2])
        ways = np.where(may, chords, np.inf)
        i, j = np.unravel_index(ways.argmin(), ways.shape)
        found.append(inverse(pa[i], pb[j]) if np.isfinite(ways[i, j]) else math.inf)
    return found[0], found[1] - step[0]


@pytest.mark.parametrize("seed", range(12))
def test_no_sample_is_closer_and_one_near_by_is_nearly_as_close(seed: int) -> None:
    """Flights and outlines sampled densely, with times and heights, bracket the oracle's bracket.

    From the closest place to the next samples it is no farther than a step, in each respect.
    """
    random = Random(f"samples {seed}")
    parts = [p for p in draw_parts(random, 24) if points_of(p) < 8][:9]
    compared = 0
    for a, b in combinations(parts, 2):
        minima = Minima(
            random.choice((0, 1_000, 20_000, 60_000)) * FOOT,
            random.choice((0, MINUTE, HOUR, 8 * HOUR)),
        )
        one, other = (body(p)._replace(radius=0.0, rings=()) for p in (a, b))
        found = bracket(one, other, minima)
        attained, near = closest_sample(a, b, minima)
        assert (bracket(other, one, minima) is None) == (found is None)
        if found is None:
            assert attained == math.inf
            continue
        compared += 1
        assert found.low <= found.high
        assert found.low <= attained + 0.001
        assert near <= found.high + 0.001
        assert inverse(*found.places) == pytest.approx(found.high, abs=max(0.01, found.high * 1e-4))
    assert compared > 5


def test_gaps_of_shapes_are_those_of_the_slow_oracle() -> None:
    """Minimised by chords in space, or along geodesics by their azimuths: the same."""
    random = Random(5)
    for _ in range(60):
        kinds = (random.choice(KINDS), random.choice(KINDS))
        a, b = draw_pair(random, kinds, random.choice(list(SCENES)))
        expected = oracle.gap(a, b)
        found = bracket(body(Volume(a, 0, 1)), body(Volume(b, 0, 1)), Minima(0, 0))
        assert found is not None
        assert found.low - 0.01 <= expected <= found.high + 0.01


@pytest.mark.parametrize("scene", SCENES)
def test_rings_wind_around_what_the_slow_oracle_says(scene: str) -> None:
    """By azimuths in tangent planes or along geodesics: the same, for areas of every size."""
    random = Random(scene)
    for size in (1_000, 100_000, 2_500_000):
        shape = draw(random, "polygon", SCENES[scene], size)
        ring = body(Volume(shape, 0, 1)).rings[0]
        points = [
            away(SCENES[scene], random.uniform(0, 360), size * math.sqrt(random.random()))
            for _ in range(12)
        ]
        held = winds(ring, ecef(*map(np.array, zip(*points, strict=True))))
        assert held.tolist() == [oracle.winds(p, shape.lines[0]) for p in points]


def test_a_crossing_counts_only_when_both_are_there() -> None:
    """Two flights cross at one place: by seconds, by feet, or not at all within the minima."""
    north = Flight(((38.0, 34.0), (38.0, 35.0)), (0, 600_000), (10_000, 10_000))
    for late, up in ((0, 0), (30_000, 0), (0, 5_000)):
        east = Flight(
            ((37.5, 34.5), (38.5, 34.5)),
            (late, 600_000 + late),
            (10_000 + up, 10_000 + up),
        )
        one, other = body(north), body(east)
        met = bracket(one, other, Minima(5_000, 60_000))
        assert met is not None
        assert met.high < 0.01
        if up:
            assert bracket(one, other, Minima(4_999, 60_000)) is None
        if late:
            # With no time between them, the closest is that of two points at one moment.
            at_once = bracket(one, other, Minima(0, 0))
            assert at_once is not None
            assert at_once.low > 3_000


def test_a_hole_is_outside_for_what_flies_through_it() -> None:
    """Only while within the minima in time may an area hold a flight."""
    outer = ((37.0, 34.0), (38.0, 34.0), (38.0, 35.0), (37.0, 35.0), (37.0, 34.0))
    hole = ((37.1, 34.2), (37.9, 34.2), (37.9, 34.8), (37.1, 34.8), (37.1, 34.2))
    area = body(Volume(oracle.Shape((outer, hole), 0.0, area=True), 0, 100_000))
    within = Flight(((37.5, 34.5), (37.5, 34.9)), (0, 800_000), (0, 0))
    free = Minima(0, 0)
    met, later = bracket(area, body(within), free), bracket(area, body(within), Minima(0, 700_000))
    assert met is not None
    assert later is not None
    # In 100 s it comes an eighth of the way, to 34.55: still in the hole.
    assert met.high == pytest.approx(inverse((37.5, 34.55), (37.5, 34.8)), abs=150)
    assert later.high < 0.01


def test_a_cut_flight_is_where_the_whole_one_is() -> None:
    """Between two times: the same places at the same times and heights."""
    flight = Flight(((38.0, 34.0), (38.0, 35.5), (39.0, 35.5)), (0, 900_000, 1_500_000), (0, 9, 3))
    part = cut(flight, body(flight), 300_000, 1_200_000)
    assert part is not None
    assert part.early.min() == pytest.approx(300_000)
    assert part.late.max() == pytest.approx(1_200_000)
    leg = EARTH.InverseLine(34.0, 38.0, 35.5, 38.0)
    at = leg.Position(leg.s13 / 3)
    start = part.curves.at(np.array([0]), np.array([0.0]))[0]
    assert np.linalg.norm(start - ecef(np.array([at["lon2"]]), np.array([at["lat2"]]))) < STRAY_M
    assert cut(flight, body(flight), 2_000_000, 3_000_000) is None
    assert E4M == 10_000
