"""The kernel decides every pair of entries as its twin in numpy does."""

import ctypes
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from parley.sky.kernel import native
from parley.sky.kernel.decision import decide, limits, of
from parley.sky.kernel.entries import (
    AREA,
    CLEAR,
    GLOBE,
    HIT,
    LEG,
    LINE,
    NEAR_M,
    OPEN_HEIGHT,
    OPEN_PLACE,
    PLANAR,
    SOFT,
    UNKNOWN,
    WITHIN_PARTY,
    Entries,
    entries,
)
from tests.spine.sky.kernel.crowds import KINDS, crowd

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="the kernel is not compiled")


def ready(made: Entries) -> Entries:
    native.held().sky_prepare(made.records.ctypes.data, len(made), made.space)
    return made


def decided(a: Entries, i: int, b: Entries, j: int, options: int = 0) -> int:
    frame = native.Frame(a.space, NEAR_M[a.space])
    at = [made.records.ctypes.data + row * made.records.itemsize for made, row in ((a, i), (b, j))]
    return int(native.held().sky_decide(ctypes.byref(frame), *at, options))


@pytest.fixture
def codes() -> Iterator[list[bool]]:
    """Give the codes that this processor can run: for any, and for AVX2."""
    yield [wanted for wanted in (False, True) if native.use_avx2(wanted) == wanted]
    native.use_avx2(True)


@pytest.mark.parametrize("space", [PLANAR, GLOBE])
@pytest.mark.parametrize(
    "kinds", list(itertools.combinations_with_replacement(KINDS, 2)), ids="/".join
)
def test_every_pair_of_kinds_is_decided_alike_in_both_orders(
    kinds: tuple[str, str], space: int, codes: list[bool]
):
    g = np.random.default_rng([KINDS.index(kinds[0]), KINDS.index(kinds[1]), space])
    count = 10 if any("long" in kind for kind in kinds) else 24
    made = [ready(crowd(g, [kind] * count, space, side=7_000.0)) for kind in kinds]
    rows = list(itertools.product(range(count), range(count)))
    parts = [[of(each, row) for row in range(count)] for each in made]
    expected = [decide(parts[0][i], parts[1][j], option_of(i, j)) for i, j in rows]
    for avx2 in codes:
        native.use_avx2(avx2)
        assert [decided(made[0], i, made[1], j, option_of(i, j)) for i, j in rows] == expected
        assert [decided(made[1], j, made[0], i, option_of(i, j)) for i, j in rows] == expected
    assert CLEAR in expected
    assert len(set(expected)) > 1


def option_of(i: int, j: int) -> int:
    return WITHIN_PARTY * ((i + j) % 2)


def volume(points: list[tuple[float, float]], **stated: Any) -> Entries:
    """Give one planar activity with minima of 100, 10, 60 over points."""
    columns: dict[str, Any] = {"t0": 0.0, "t1": 600.0, "z0": 0.0, "z1": 100.0}
    columns |= {"lateral": 100.0, "vertical": 10.0, "time": 60.0}
    party = stated.pop("party", 0)
    return ready(
        entries(
            PLANAR, np.array(points, float), len(points), owner=0, party=party, **columns | stated
        )
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"t0": 660.0, "t1": 700.0}, HIT),
        ({"t0": 660.001, "t1": 700.0}, CLEAR),
        ({"z0": 110.0, "z1": 120.0}, HIT),
        ({"z0": 110.001, "z1": 120.0}, CLEAR),
        ({"z0": 200.0, "z1": 300.0, "high": 2, "low": 2, "w0": 50.0, "w1": 350.0}, OPEN_HEIGHT),
        ({"z0": 200.0, "z1": 300.0, "high": 2, "low": 2, "w0": 111.0, "w1": 350.0}, CLEAR),
        ({"z0": 115.0, "z1": 120.0, "fuzz": 5.0, "w0": 110.0}, OPEN_HEIGHT),
        ({"z0": 105.0, "z1": 120.0, "fuzz": 5.0, "w0": 100.0}, HIT),
        ({"z0": 116.0, "z1": 120.0, "fuzz": 5.0, "w0": 111.0}, CLEAR),
        ({"low": UNKNOWN, "high": UNKNOWN, "w0": -1e15, "w1": 1e15}, OPEN_HEIGHT),
        ({"lateral": 500.0}, HIT),
        ({"radius": 300.0}, HIT),
        ({"radius": 299.9}, CLEAR),
    ],
)
def test_a_limit_that_is_only_touched_counts(stated: dict[str, float], expected: int):
    here = volume([(0.0, 0.0), (1000.0, 0.0)])
    apart = 100.0 if "radius" not in stated and "lateral" not in stated else 400.0
    there = volume([(500.0, apart), (500.0, 3000.0)], party=1, **stated)
    assert decided(here, 0, there, 0) == decided(there, 0, here, 0) == expected
    assert decide(of(here, 0), of(there, 0)) == expected


def test_heights_above_ground_prove_that_two_are_within_but_not_that_they_are_apart():
    soft = {"low": SOFT, "high": SOFT, "w0": -500.0, "w1": 900.0}
    here, near, far = (
        volume([(0.0, 0.0)], z0=z0, z1=z0 + 50, party=party, **soft)
        for party, z0 in enumerate((0.0, 40.0, 300.0))
    )
    assert decided(here, 0, near, 0) == HIT
    assert decided(here, 0, far, 0) == OPEN_HEIGHT


@pytest.mark.parametrize("sides", [(0, 1), (1, 0)])
def test_a_point_as_a_degenerate_segment_is_projected_on_the_other(sides: tuple[int, int]):
    """The textbook's trap: with a point as the second segment, no projection takes place."""
    long = volume([(0.0, 0.0), (100_000.0, 0.0)])
    for points in ([(70_000.0, 99.0)], [(70_000.0, 99.0), (70_000.0, 99.0)]):
        made = (long, volume(points, party=1))
        assert decided(made[sides[0]], 0, made[sides[1]], 0) == HIT


def test_two_that_cross_without_nearing_an_end_of_each_other_are_hit():
    a = volume([(-50_000.0, 0.0), (50_000.0, 0.0)])
    b = volume([(0.0, -50_000.0), (0.0, 50_000.0)], party=1)
    assert decided(a, 0, b, 0) == HIT


@pytest.mark.parametrize("space", [PLANAR, GLOBE])
def test_what_lies_in_a_hole_is_clear_and_what_lies_in_the_area_is_not(space: int):
    g = np.random.default_rng(5)
    seen = set()
    for _ in range(60):
        area = ready(crowd(g, ["holed"], space, side=10_000.0, plain=True))
        area.records["party"] = 7
        for points in (crowd(g, ["point"] * 30, space, side=20_000.0, plain=True),):
            points.records["radius"] = area.records["lateral"] = points.records["lateral"] = 0
            for row in range(len(points)):
                expected = decide(of(area, 0), of(points, row))
                assert decided(area, 0, ready(points), row) == expected
                assert decided(points, row, area, 0) == expected
                seen.add(expected)
    assert CLEAR in seen
    assert len(seen) > 1


def test_between_the_bounds_of_a_chord_the_place_is_left_open():
    g = np.random.default_rng(6)
    made = ready(crowd(g, ["point", "point"], GLOBE, plain=True))
    made.records["party"] = (0, 1)
    for name in ("t0", "z0", "w0"):
        made.records[name] = 0
    a, b = of(made, 0), of(made, 1)
    way = float(np.linalg.norm(made.points(0) - made.points(1)))
    seen = []
    for offset in np.arange(-60.0, 60.0, 0.05):
        made.records["lateral"] = 0
        made.records["radius"] = (way + offset) / 2
        a, b = of(made, 0), of(made, 1)
        within = limits(a, b, 0.0)
        seen.append(decided(made, 0, made, 1))
        assert seen[-1] == decide(a, b)
        if way <= within.hit or way > within.none:
            assert seen[-1] == (HIT if way <= within.hit else CLEAR)
    assert seen == sorted(seen, key=[CLEAR, OPEN_PLACE, HIT].index)
    assert set(seen) == {CLEAR, OPEN_PLACE, HIT}


@pytest.mark.parametrize(("kind", "count"), [(LINE, 1), (LINE, 2), (AREA, 4), (LEG, 2)])
def test_a_block_has_room_for_all_that_the_kernel_reads(kind: int, count: int):
    points = np.arange(2.0 * count).reshape(count, 2) ** 2
    made = entries(
        PLANAR,
        points,
        count,
        t0=0,
        t1=1,
        z0=0,
        z1=1,
        lateral=0,
        vertical=0,
        time=0,
        owner=0,
        kind=kind,
    )
    assert len(made.block) == native.held().sky_block_size(made.records.ctypes.data, PLANAR)
    g = np.random.default_rng(9)
    for space in (PLANAR, GLOBE):
        crowded = crowd(g, KINDS * 20, space)
        sizes = np.diff(np.append(crowded.offset, len(crowded.block)))
        at = crowded.records.ctypes.data + np.arange(len(crowded)) * crowded.records.itemsize
        size = [native.held().sky_block_size(int(address), space) for address in at]
        assert size == sizes.tolist()


def test_a_ring_of_a_million_vertices_is_answered():
    turn = np.linspace(0.0, 2 * np.pi, 1_000_001)
    ring = np.column_stack((np.cos(turn), np.sin(turn)))
    ring[-1] = ring[0]
    common: dict[str, Any] = {
        "t0": 0,
        "t1": 1,
        "z0": 0,
        "z1": 1,
        "vertical": 0,
        "time": 0,
        "lateral": 100,
    }
    count = len(ring)
    area, around, further = (
        ready(entries(PLANAR, ring * radius, count, kind=kind, owner=0, party=party, **common))
        for party, (radius, kind) in enumerate([(10_000, AREA), (10_090, LINE), (10_110, LINE)])
    )
    assert decided(area, 0, around, 0) == decided(around, 0, area, 0) == HIT
    assert decided(area, 0, further, 0) == decided(further, 0, area, 0) == CLEAR
    for x, expected in ((0.0, HIT), (9_999.0, HIT), (10_099.0, HIT), (10_101.0, CLEAR)):
        point = volume([(x * 0.6, x * 0.8)], party=5)
        assert decided(area, 0, point, 0) == decided(point, 0, area, 0) == expected
