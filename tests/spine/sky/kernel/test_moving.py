"""Closest approach of moving legs: against fractions, a nested search and dense sampling."""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.sky.flights import GOLDEN, GOLDEN_BOXES, REACH, Flights, flights, near_pairs
from parley.sky.cutting import cut
from parley.sky.kernel import native
from parley.sky.pairing import chord_distance
from tests.spine.sky.kernel.meetings import Floats, Limits, exact, nested, sampled, ways
from tests.spine.sky.oracle import Point

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="there is no compiled kernel")

MEETING = np.dtype([("d2", "f8"), ("ta", "f8"), ("tb", "f8"), ("feasible", "i4"), ("", "i4")])
NM = 1852.0
ANY_HEIGHT = (-math.inf, math.inf)


class Met(NamedTuple):
    d2: float
    ta: float
    tb: float


def met(a: Floats, b: Floats, limits: Limits) -> Met | None:
    found = np.zeros(1, dtype=MEETING)
    a, b = np.ascontiguousarray(a), np.ascontiguousarray(b)
    native.free().meet_legs(a.ctypes.data, b.ctypes.data, *limits, found.ctypes.data)
    one = found[0]
    return Met(float(one["d2"]), float(one["ta"]), float(one["tb"])) if one["feasible"] else None


def met_many(
    a: Floats, others: Floats, limits: Limits, within: float, rows: list[int] | None = None
) -> tuple[list[int], np.ndarray]:
    count = len(others) if rows is None else len(rows)
    which = None if rows is None else np.array(rows, dtype=np.int64)
    found, meetings = np.empty(count, np.int64), np.zeros(count, MEETING)
    n = native.free().meet_many(
        a.ctypes.data, others.ctypes.data, None if which is None else which.ctypes.data, count,
        *limits, within, found.ctypes.data, meetings.ctypes.data,
    )  # fmt: skip
    return found[:n].tolist(), meetings[:n]


def clipped(a: Floats, t0: float, t1: float, z0: float, z1: float) -> Floats | None:
    out = np.zeros(10)
    return out if native.free().clip_leg(a.ctypes.data, t0, t1, z0, z1, out.ctypes.data) else None


def at_time(a: Floats, t: float) -> tuple[Floats, float]:
    share = (t - a[6]) / (a[7] - a[6]) if a[7] > a[6] else 0.0
    place, _, height = ways(a[None], np.array([share]))
    return place[0], float(height[0])


def reverse(limits: Limits) -> Limits:
    return Limits(limits.tau, -limits.hi, -limits.lo)


def draw(g: np.random.Generator, n: int) -> Floats:
    """Legs as flown within a few minutes and miles, and every way in which they may be simple."""
    a = np.empty((n, 10))
    a[:, 0:3] = g.uniform(-8, 8, (n, 3)) * NM
    a[:, 3:6] = a[:, 0:3] + g.normal(0, 6 * NM, (n, 3))
    a[g.random(n) < 0.5, 2::3][:, :2] = 0.0
    flat = g.random(n) < 0.5
    a[flat, 2] = a[flat, 5] = 0.0
    a[:, 6] = g.uniform(0, 300, n)
    a[:, 7] = a[:, 6] + g.uniform(1, 180, n)
    a[:, 8] = g.uniform(0, 4000, n)
    a[:, 9] = a[:, 8] + g.normal(0, 2000, n) * (g.random(n) < 0.5)
    still, instant = g.random(n) < 0.1, g.random(n) < 0.1
    a[still | instant, 3:6] = a[still | instant, 0:3]
    a[instant, 7], a[instant, 9] = a[instant, 6], a[instant, 8]
    return a


def pairs(g: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    a, b = draw(g, n), draw(g, n)
    same = g.random(n)
    b[same < 0.05] = a[same < 0.05]
    lasts = (a[:, 6] < a[:, 7]) & (b[:, 6] < b[:, 7])
    along = (
        lasts & (same > 0.05) & (same < 0.2)
    )  # parallel tracks, some of them abreast at one speed
    b[along, 3:6] = b[along, 0:3] + a[along, 3:6] - a[along, 0:3]
    abreast = lasts & (same < 0.12)
    b[abreast, 6:8] = a[abreast, 6:8]
    # And some that are nearly parallel, many of which cross.
    slanted = along & (same > 0.1)
    angle = 10.0 ** g.uniform(-9, -1, (n, 1))
    b[slanted, 3:6] += (g.normal(0, 6 * NM, (n, 3)) * angle)[slanted]
    near = slanted & (same > 0.15)
    b[near, 0:6] += (a[:, [0, 1, 2, 0, 1, 2]] - b[:, [0, 1, 2, 0, 1, 2]])[near]
    b[near, 0:3] -= (b[:, 3:6] - b[:, 0:3])[near] * 0.1
    b[near, 0:6] += (g.normal(0, 300, (n, 1)) * angle)[near]
    return a, b


CASES = [
    Limits(0.0, -1000.0, 1000.0),
    Limits(120.0, -1600.0, 1600.0),
    Limits(45.0, *ANY_HEIGHT),
    Limits(60.0, 200.0, math.inf),
]


@pytest.mark.parametrize("limits", CASES)
def test_the_least_distance_is_that_of_a_nested_search(limits: Limits) -> None:
    """10,000 pairs, both orders: the same verdict and the same distance, attained where told."""
    a, b = pairs(np.random.default_rng(11), 10_000)
    room, square = nested(a, b, limits)
    seen = [0, 0]
    for i in range(len(a)):
        found, turned = met(a[i], b[i], limits), met(b[i], a[i], reverse(limits))
        assert (found is None) == (turned is None)
        if abs(room[i]) > 1e-6:
            assert (found is not None) == (room[i] > 0)
        seen[found is not None] += 1
        if found is None or turned is None:
            continue
        assert found.d2 == pytest.approx(turned.d2, rel=1e-9, abs=1e-6)
        if room[i] > 1e-6:
            assert math.sqrt(found.d2) == pytest.approx(math.sqrt(square[i]), rel=1e-6, abs=1e-3)
        (p, z), (q, y) = at_time(a[i], found.ta), at_time(b[i], found.tb)
        assert a[i, 6] <= found.ta <= a[i, 7]
        assert b[i, 6] <= found.tb <= b[i, 7]
        assert abs(found.ta - found.tb) <= limits.tau + 1e-9
        assert limits.lo - 1e-6 <= z - y <= limits.hi + 1e-6
        assert float(np.linalg.norm(p - q)) == pytest.approx(math.sqrt(found.d2), abs=1e-5)
    assert min(seen) > 1000


def test_the_least_distance_is_never_above_a_sampled_one() -> None:
    """3,000 pairs, each on a grid of 301 x 301 places."""
    a, b = pairs(np.random.default_rng(12), 3000)
    compared = 0
    for i in range(len(a)):
        limits = CASES[i % len(CASES)]
        found, least = met(a[i], b[i], limits), sampled(a[i], b[i], limits)
        if least < math.inf:
            assert found is not None
            assert found.d2 <= least * (1 + 1e-12) + 1e-9
            compared += 1
    assert compared > 1000


few = st.integers(-3, 3)
clock = st.integers(0, 4)
one_leg = st.tuples(
    few, few, st.sampled_from([0, 0, 2]), few, few, st.just(0), clock, clock, few, few
)
bands = st.sampled_from([ANY_HEIGHT, (-1, 1), (0, 0), (-2, 0), (1, 1), (0, math.inf), (2, 1)])


@given(one_leg, one_leg, st.sampled_from([0, 0, 1, 2, 7]), bands)
@example((0, 0, 0, 3, 0, 0, 0, 2, 0, 0), (3, 1, 0, 3, 3, 0, 2, 4, 0, 0), 0, (0, 0))
@example((0, 0, 0, 3, 0, 0, 0, 2, 0, 3), (3, 1, 0, 3, 3, 0, 0, 2, 3, 0), 0, (0, 0))
@example((0, 0, 0, 3, 0, 0, 1, 1, 0, 3), (1, -2, 0, 1, 2, 0, 2, 2, 1, 1), 1, (0, 0))
@example((0, 0, 0, 0, 0, 0, 0, 4, 0, 0), (0, 0, 0, 0, 0, 0, 4, 4, 1, 1), 0, (-1, 1))
def test_degenerate_and_touching_legs_are_right_to_the_last_digit(
    a: tuple[int, ...], b: tuple[int, ...], tau: int, band: tuple[float, float]
) -> None:
    """Small whole numbers: they touch, stand still, take no time or run abreast all the time."""
    a, b = ((*x[:6], *sorted(x[6:8]), *x[8:]) for x in (a, b))
    limits = Limits(tau, *band)
    least = exact([Fraction(x) for x in a], [Fraction(x) for x in b], limits)
    one, two = np.array(a, dtype=np.float64), np.array(b, dtype=np.float64)
    found, turned = met(one, two, limits), met(two, one, reverse(limits))
    assert (found is None) == (turned is None) == (least is None)
    if found is not None and turned is not None and least is not None:
        assert found.d2 == pytest.approx(float(least), rel=1e-9, abs=1e-9)
        assert turned.d2 == pytest.approx(float(least), rel=1e-9, abs=1e-9)


@given(one_leg, one_leg, st.sampled_from([0, 1, 2]), bands, st.integers(0, 2**32))
def test_touching_is_not_lost_when_numbers_are_rounded(
    a: tuple[int, ...], b: tuple[int, ...], tau: int, band: tuple[float, float], seed: int
) -> None:
    """The same legs, times and heights scaled and shifted: what only touches still does."""
    a, b = ((*x[:6], *sorted(x[6:8]), *x[8:]) for x in (a, b))
    if exact([Fraction(x) for x in a], [Fraction(x) for x in b], Limits(tau, *band)) is None:
        return
    second, start = np.random.default_rng(seed).uniform(0.1, 1e3), seed % 10**6 + seed / 2**33
    one, two = (np.array(x, dtype=np.float64) for x in (a, b))
    for leg in (one, two):
        leg[6:8] = leg[6:8] * second + start
        leg[8:] = leg[8:] * second + start / 7
    low, high = (x * second if math.isfinite(x) else x for x in band)
    assert met(one, two, Limits(tau * second, low, high)) is not None


def test_limits_of_decimal_numbers_are_themselves_within() -> None:
    """Windows and heights that touch in ms and in feet, though no double says so exactly."""
    g = np.random.default_rng(15)
    unequal = 0
    for _ in range(1000):
        end, top = int(g.integers(2, 10**9)), int(g.integers(2, 40_000))
        tau, minimum = int(g.integers(1, end)), int(g.integers(1, top))
        a, b = np.zeros(10), np.zeros(10)
        a[:6], b[:6] = g.uniform(-NM, NM, (2, 6))
        a[6:8] = (end - int(g.integers(1, 10**6))) / 1000, end / 1000
        b[6:8] = (end + tau) / 1000, (end + tau + int(g.integers(1, 10**6))) / 1000
        a[8:] = (top - int(g.integers(0, 2000))) * 0.3048, top * 0.3048
        b[8:] = (top + minimum) * 0.3048, (top + minimum + int(g.integers(0, 2000))) * 0.3048
        unequal += b[6] - a[7] > tau / 1000
        unequal += b[8] - a[9] > minimum * 0.3048
        high = minimum * 0.3048
        limits = Limits(tau / 1000, -high, high)
        found, turned = met(a, b, limits), met(b, a, limits)
        assert found is not None
        assert turned is not None
        # Only the end of one and the start of the other will do.
        least = float(np.linalg.norm(a[3:6] - b[0:3]))
        assert [math.sqrt(m.d2) for m in (found, turned)] == pytest.approx([least] * 2, abs=1e-3)
        assert met_many(a, b[None], limits, 4 * NM)[0] == [0]
        assert met_many(b, a[None], limits, 4 * NM)[0] == [0]
        window = (b[6] - tau / 1000, b[7], b[8] - high, b[9])
        part = clipped(a, *window)
        assert part is not None
        assert np.abs(part[:6] - np.tile(a[3:6], 2)).max() < 1e-3
        # A millisecond or a foot more keeps them apart.
        assert met(a, b, Limits((tau - 1) / 1000, -high, high)) is None
        assert met(a, b, Limits(tau / 1000, -high + 0.3048, high - 0.3048)) is None
        assert clipped(a, window[0] + 1e-3, *window[1:]) is None
    assert unequal > 400


@given(one_leg, clock, clock, few, few)
def test_a_leg_is_clipped_to_time_and_height(
    a: tuple[int, ...], t0: int, t1: int, z0: int, z1: int
) -> None:
    """What is left is exactly the shares that both allow, ends included."""
    a = (*a[:6], *sorted(a[6:8]), *a[8:])
    low, high = Fraction(0), Fraction(1)
    for first, last, least, most in ((a[6], a[7], t0, t1), (a[8], a[9], z0, z1)):
        if first == last:
            low, high = (low, high) if least <= first <= most else (Fraction(1), Fraction(0))
            continue
        ends = sorted(Fraction(x - first, last - first) for x in (least, most))
        ends = ends if least <= most else [Fraction(1), Fraction(0)]
        low, high = max(low, ends[0]), min(high, ends[1])
    one = np.array(a, dtype=np.float64)
    found = clipped(one, t0, t1, z0, z1)
    assert (found is not None) == (low <= high)
    if found is not None:
        shares = np.array([float(low), float(high)])
        place, time, height = ways(np.stack((one, one)), shares)
        assert found[:6].tolist() == pytest.approx(place.ravel().tolist(), abs=1e-9)
        assert found[6:].tolist() == pytest.approx([*time, *height], abs=1e-9)
        assert one[6] <= found[6] <= found[7] <= one[7]


def test_a_leg_against_what_stands_still() -> None:
    """The least distance while in the window and the band, to points and to lines, and its time."""
    g = np.random.default_rng(13)
    legs = draw(g, 2500)
    seen = 0
    for i, leg in enumerate(legs):
        line = np.ascontiguousarray(g.uniform(-8, 8, (1 + i % 5, 3)) * NM)
        t0, z0 = g.uniform(0, 400), g.uniform(-500, 4000)
        window = (t0, t0 + g.uniform(0, 200), z0, z0 + g.uniform(0, 2000))
        found = np.zeros(1, dtype=MEETING)
        native.free().meet_line(
            leg.ctypes.data, *window, line.ctypes.data, len(line), found.ctypes.data
        )
        part = clipped(leg, *window)
        assert bool(found["feasible"][0]) == (part is not None)
        if part is None:
            continue
        seen += 1
        ends = line[1:] if len(line) > 1 else line
        starts = line[:-1] if len(line) > 1 else line
        n = len(starts)
        one = np.broadcast_to(part, (n, 10))
        least = chord_distance(one[:, 0:3], one[:, 3:6], starts, ends).min()
        assert math.sqrt(found["d2"][0]) == pytest.approx(least, abs=1e-6)
        here = np.broadcast_to(at_time(leg, float(found["ta"][0]))[0], (n, 3))
        assert chord_distance(here, here, starts, ends).min() == pytest.approx(least, abs=1e-5)
        assert window[0] - 1e-9 <= found["ta"][0] <= window[1] + 1e-9
    assert seen > 150


def test_the_quick_test_before_loses_nothing() -> None:
    """One leg against many finds those that one by one are within, and no other."""
    g = np.random.default_rng(14)
    legs, others = draw(g, 40), draw(g, 1500)
    others[:40] = legs
    limits, within, total = Limits(60.0, -1000.0, 1000.0), 4 * NM, 0
    for leg in legs:
        singly = [met(leg, other, limits) for other in others]
        expected = [j for j, m in enumerate(singly) if m is not None and m.d2 <= within**2]
        found, meetings = met_many(leg, others, limits, within)
        assert found == expected
        assert meetings["d2"].tolist() == [m.d2 for m in map(singly.__getitem__, found) if m]
        rows = list(range(0, len(others), 3))
        assert met_many(leg, others, limits, within, rows)[0] == [
            k for k, row in enumerate(rows) if row in set(expected)
        ]
        total += len(found)
    assert total > 1000


LIMITS = Limits(REACH.time_s, -REACH.vertical_ft, REACH.vertical_ft)


def test_the_published_flights_conflict_as_published() -> None:
    """400 flights, every leg with every other."""
    case = flights(400)
    legs, flight = np.ascontiguousarray(case.legs), case.flight
    hits = []
    for i in range(len(legs)):
        later = legs[i + 1 :]
        found = i + 1 + np.array(met_many(legs[i], later, LIMITS, REACH.lateral_m)[0], np.int64)
        there = found[case.party[flight[found]] != case.party[flight[i]]]
        hits += [(int(flight[i]), int(flight[j])) for j in there]
    assert (len(hits), len(set(hits))) == GOLDEN[400]


def all_pairs(legs: Floats, flight: np.ndarray, party: np.ndarray, within: float) -> set:
    found = set()
    for i in range(len(legs)):
        rows = i + 1 + np.array(met_many(legs[i], legs[i + 1 :], LIMITS, within)[0], np.int64)
        others = flight[rows[party[flight[rows]] != party[flight[i]]]]
        found |= {(int(flight[i]), int(j)) for j in others}
    return found


@pytest.mark.parametrize("place", [(10.0, 45.0), (180.0, 0.0), (0.0, 89.9)])
def test_flights_laid_on_the_globe_conflict_as_in_the_plane(place: Point) -> None:
    """Pieces of geodesics in space, cut and timed many at once; the plane is 300 m off at most."""
    case = flights(200, seed=8)
    n, k = case.t.shape
    lon, lat = case.on_globe(*place).reshape(-1, 2).T
    made = cut(lon, lat, np.arange(0, n * k + 1, k))
    times, heights = made.spread(case.t.ravel()), made.spread(case.z.ravel())
    start = np.setdiff1d(np.arange(len(made.knots)), made.offsets[1:] - 1)
    ends = [x[at] for x in (made.knots, times, heights) for at in (start, start + 1)]
    legs = np.column_stack(ends)
    flight = np.searchsorted(made.offsets, start, side="right") - 1
    found = all_pairs(legs, flight, case.party, REACH.lateral_m)
    flat = np.ascontiguousarray(case.legs)
    least, most = (
        all_pairs(flat, case.flight, case.party, REACH.lateral_m + d) for d in (-300, 300)
    )
    assert least <= found <= most
    assert len(least) >= 2


def by_boxes(case: Flights) -> tuple[np.ndarray, np.ndarray]:
    blocks = list(near_pairs(case))
    return np.concatenate([i for i, _ in blocks]), np.concatenate([j for _, j in blocks])


@pytest.mark.parametrize("n", [1000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_legs_whose_boxes_meet_are_decided_as_by_the_nested_search(n: int) -> None:
    """The kernel's hits among all legs that a grid finds near, by a second reckoning."""
    case = flights(n)
    legs, flight = np.ascontiguousarray(case.legs), case.flight
    i, j = by_boxes(case)
    room, square = nested(legs[i], legs[j], LIMITS)
    expected = (room >= 0) & (square <= REACH.lateral_m**2)
    kernel = [met(legs[p], legs[q], LIMITS) for p, q in zip(i.tolist(), j.tolist(), strict=True)]
    hit = np.array([m is not None and m.d2 <= REACH.lateral_m**2 for m in kernel])
    assert (hit == expected).all()
    assert hit.sum() > n // 20
    if n in GOLDEN_BOXES:
        assert len(i) == GOLDEN_BOXES[n]
        pair = np.unique(np.column_stack((flight[i[hit]], flight[j[hit]])), axis=0)
        assert (int(hit.sum()), len(pair)) == GOLDEN[n]


def test_the_grid_finds_every_pair_of_boxes_that_meet() -> None:
    """Against all pairs, by the kernel: nothing within reach is outside the grid's list."""
    case = flights(500, seed=4)
    legs, flight = np.ascontiguousarray(case.legs), case.flight
    listed = set(zip(*(x.tolist() for x in by_boxes(case)), strict=True))
    for i in range(len(legs)):
        found, _ = met_many(legs[i], legs[i + 1 :], LIMITS, REACH.lateral_m)
        for j in (i + 1 + k for k in found):
            assert (i, j) in listed or case.party[flight[i]] == case.party[flight[j]]
