"""Edges cut many at once: how far from the geodesics, by geographiclib and by PROJ."""

import math
from random import Random

import numpy as np
import numpy.typing as npt
import pytest

from parley.sky.cutting import DIRECT_M, Cut, cut
from parley.sky.geodesy import ECCENTRICITY2, EQUATOR_M, GEOD, PIECE_M, ecef
from parley.sky.kernel import native
from tests.spine.sky.oracle import EARTH, Leg, Point, inverse
from tests.spine.sky.scenes import SCENES, away

Floats = npt.NDArray[np.float64]
BOTH = pytest.mark.parametrize(
    "compiled",
    [
        pytest.param(
            True,
            marks=pytest.mark.skipif(not native.AVAILABLE, reason="there is no compiled kernel"),
        ),
        False,
    ],
)


def lines(points: list[list[Point]], compiled: bool, piece_m: float = PIECE_M) -> Cut:
    flat = np.array([p for line in points for p in line], dtype=np.float64)
    offsets = np.append(0, np.cumsum([len(line) for line in points]))
    return cut(flat[:, 0], flat[:, 1], offsets, piece_m, compiled=compiled)


def on_ground(places: Floats) -> tuple[Floats, Floats, Floats]:
    """Give longitude, latitude (degrees) and height of places, by repeated correction."""
    x, y, z = places.T
    around = np.hypot(x, y)
    phi = np.arctan2(z, around * (1 - ECCENTRICITY2))
    for _ in range(6):
        normal = EQUATOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(phi) ** 2)
        phi = np.arctan2(z + ECCENTRICITY2 * normal * np.sin(phi), around)
    normal = EQUATOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(phi) ** 2)
    height = (
        around * np.cos(phi) + z * np.sin(phi) - normal * (1 - ECCENTRICITY2 * np.sin(phi) ** 2)
    )
    return np.degrees(np.arctan2(y, x)), np.degrees(phi), height


def along(made: Cut, vertex: int, first_knot: int, share: float) -> Floats:
    """Give the place on the chords at a share of the edge that leaves a vertex."""
    at = share * int(made.counts[vertex])
    k = min(int(at), int(made.counts[vertex]) - 1)
    start, end = made.knots[first_knot + k], made.knots[first_knot + k + 1]
    result: Floats = start + (at - k) * (end - start)
    return result


@BOTH
def test_no_place_is_farther_from_its_geodesic_than_stated(compiled: bool) -> None:
    """Against geographiclib, from 1 m to 9,000 km, in all places and awkward ones."""
    random, edges = Random(21), []
    for i in range(300):
        start = random.choice(list(SCENES.values()))
        if i % 2:
            start = (random.uniform(-180, 180), math.degrees(math.asin(random.uniform(-1, 1))))
        length = 10 ** random.uniform(0, 5.3) if i % 10 else random.uniform(2e5, 9e6)
        edges.append([start, away(start, random.uniform(0, 360), length)])
    made = lines(edges, compiled)
    assert made.certain.all()
    for i, (start, end) in enumerate(edges):
        leg, first = Leg(start, end), int(made.offsets[i])
        shares = [0.0, 1.0, *(random.random() for _ in range(5))]
        places = np.array([along(made, 2 * i, first, share) for share in shares])
        for share, lon, lat, height in zip(shares, *on_ground(places), strict=True):
            off = inverse(leg.at(share * leg.length), (float(lon), float(lat)))
            assert off <= made.slack_m[2 * i]
            assert -made.bulge_m[2 * i] - 1e-6 <= height <= 1e-6
        assert leg.length / made.counts[2 * i] <= PIECE_M * (1 + 1e-9)
        assert made.counts[2 * i + 1] == 0
    assert made.slack_m.max() < 0.02


@BOTH
def test_the_bound_holds_for_all_latitudes_azimuths_and_lengths(compiled: bool) -> None:
    """By PROJ, on a grid of the three, at shares that are knots and shares between; with margin."""
    worst = 0.0
    for length in (30e3, 60e3, 111e3, 160e3, DIRECT_M * 0.9999, 1.9 * DIRECT_M):
        lat, azimuth = (x.ravel() for x in np.mgrid[-90:90:46j, 0:360:72j])
        n, lon = len(lat), np.linspace(-180, 180, len(lat))
        far_lon, far_lat, _ = GEOD.fwd(lon, lat, azimuth, np.full(n, length))
        made = cut(
            np.column_stack((lon, far_lon)).ravel(),
            np.column_stack((lat, far_lat)).ravel(),
            np.arange(0, 2 * n + 1, 2),
            compiled=compiled,
        )
        pieces = np.unique(made.counts[0::2])
        for count in pieces.tolist():
            these = np.flatnonzero(made.counts[0::2] == count)
            knots = made.knots[made.offsets[these][:, None] + np.arange(count + 1)]
            for share in np.append(np.arange(1, count) / count, [0.11, 0.29, 0.5, 0.87]):
                k = min(int(share * count + 1e-9), count - 1)
                place = knots[:, k] + (share * count - k) * (knots[:, k + 1] - knots[:, k])
                true = GEOD.fwd(
                    lon[these], lat[these], azimuth[these], np.full(len(these), length * share)
                )
                seen = on_ground(place)
                off = GEOD.inv(true[0], true[1], seen[0], seen[1])[2]
                worst = max(worst, float((off / made.slack_m[0::2][these]).max()))
    # There is margin left; and it is no bound that anything would keep.
    assert 0.5 < worst < 0.85


@BOTH
def test_vertices_stay_and_pieces_are_alike(compiled: bool) -> None:
    """Points, lines that turn back, edges without length or across the globe: each its knots."""
    points: list[list[Point]] = [
        [(10.0, 45.0)],
        [(10.0, 45.0), (10.0, 45.0)],
        [(179.9, 10.0), (-179.9, 10.0), (179.9, 10.1)],
        [(0.0, 89.95), (180.0, 89.95), (90.0, 90.0)],
        [(5.0, 5.0), (60.0, 40.0), (60.1, 40.0)],
        [(0.0, 90.0), (77.0, 90.0)],
    ]
    made = lines(points, compiled)
    vertex = 0
    for i, line in enumerate(points):
        knots = made.knots[made.offsets[i] : made.offsets[i + 1]]
        counts = made.counts[vertex : vertex + len(line)]
        places = np.append(0, np.cumsum(np.maximum(counts, 1)[:-1]))
        lon, lat = np.array(line).T
        assert np.abs(knots[places] - ecef(lon, lat)).max() < 1e-8
        assert len(knots) == max(counts.sum(), 0) + 1
        steps = np.linalg.norm(np.diff(knots, axis=0), axis=1)
        for k, count in enumerate(counts[:-1].tolist()):
            these = steps[places[k] : places[k] + count]
            assert np.ptp(these) < 0.05
            assert these.max() <= PIECE_M
        vertex += len(line)
    assert made.counts[vertex - 2 :].tolist() == [1, 0]
    # Over the pole it is 11 km; the long way round would be some 700.
    assert made.counts[6] == 1


@BOTH
def test_the_way_back_has_the_same_knots(compiled: bool) -> None:
    random = Random(22)
    there = [
        [start, away(start, random.uniform(0, 360), 10 ** random.uniform(2, 6))]
        for start in (random.choice(list(SCENES.values())) for _ in range(60))
    ]
    made, back = lines(there, compiled), lines([line[::-1] for line in there], compiled)
    assert (made.offsets == back.offsets).all()
    for i in range(len(there)):
        span = slice(made.offsets[i], made.offsets[i + 1])
        assert np.abs(made.knots[span] - back.knots[span][::-1]).max() < 1e-6


@pytest.mark.skipif(not native.AVAILABLE, reason="there is no compiled kernel")
def test_numpy_cuts_the_same() -> None:
    """The kernel and its twin: the same counts, and knots to a hundredth of a micrometre."""
    g = np.random.default_rng(23)
    sizes = g.integers(1, 9, 2000)
    offsets = np.append(0, np.cumsum(sizes))
    lon = np.repeat(g.uniform(-180, 180, 2000), sizes) + g.normal(0, 0.8, offsets[-1])
    lat = np.clip(
        np.repeat(g.uniform(-90, 90, 2000), sizes) + g.normal(0, 0.5, offsets[-1]), -90, 90
    )
    one, other = (cut(lon, lat, offsets, compiled=c) for c in (True, False))
    assert (one.counts == other.counts).all()
    assert (one.offsets == other.offsets).all()
    assert np.abs(one.knots - other.knots).max() < 1e-8
    assert np.abs(one.slack_m - other.slack_m).max() < 1e-9


def test_what_is_linear_along_the_edges_is_spread_over_the_knots() -> None:
    points: list[list[Point]] = [[(0.0, 0.0), (0.5, 0.0), (0.6, 0.0)], [(9.0, 9.0)]]
    made = lines(points, native.AVAILABLE)
    times = made.spread(np.array([100.0, 400.0, 460.0, 7.0]))
    # 55.7 km in four pieces, 11.1 km in one.
    assert times.tolist() == pytest.approx([100.0, 175.0, 250.0, 325.0, 400.0, 460.0, 7.0])
    assert made.most(np.array([1.0, 5.0, 2.0, 3.0])).tolist() == [5.0, 3.0]


def test_lines_that_may_have_to_be_refused_are_not_certain() -> None:
    """Nearly antipodal edges, lines of more than twice around: regions.py judges them."""
    around = [(float(lon), 0.0) for lon in range(0, 901, 90)]
    made = lines(
        [
            [(0.0, 0.0), (179.5, 0.2)],
            around,
            [(0.0, 0.0), (10.0, 10.0), (-170.0, -9.9), (0.0, 0.0)],
            [(0.0, 0.0), (90.0, 60.0), (-170.0, -9.9)],
        ],
        native.AVAILABLE,
    )
    assert made.certain.tolist() == [False, False, False, True]
    assert EARTH.Inverse(60.0, 90.0, -9.9, -170.0)["s12"] > 1e7
