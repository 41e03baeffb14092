"""Properties of the decision: on a grid of whole numbers, where touching is common and exact."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from parley.sky.kernel import native
from parley.sky.kernel.entries import CLEAR, HIT, LEG, PLANAR, Entries, entries
from parley.sky.packed import Packed, index

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="the kernel is not compiled")

WHOLE = st.integers(-6, 6)
POINTS = st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=20)
# Pythagorean: distances that are whole numbers, and so hit a limit exactly.
MINIMUM = st.sampled_from([0, 1, 2, 3, 5, 10])


def laid(lines: list[list[tuple[int, int]]], minimum: float, **columns: Any) -> Entries:
    stated: dict[str, Any] = {
        "t0": 0,
        "t1": 9,
        "z0": 0,
        "z1": 9,
        "vertical": 0,
        "time": 0,
        **columns,
    }
    return entries(
        PLANAR,
        np.array([p for line in lines for p in line], dtype=float),
        [len(line) for line in lines],
        lateral=minimum,
        owner=np.arange(len(lines)),
        party=np.arange(len(lines)),
        **stated,
    )


def verdicts(made: Entries) -> tuple[int, int]:
    """Give the verdict of the first on the second, and of the second on the first."""
    both = index(made)
    assert isinstance(both, Packed)
    found = both.check(made)
    told = {(int(q), int(e)): int(v) for q, e, _, v in found.tolist()}
    return told.get((0, 1), CLEAR), told.get((1, 0), CLEAR)


def figure(points: list[tuple[int, int]]) -> shapely.Geometry:
    return shapely.MultiPoint(points) if len(set(points)) == 1 else shapely.LineString(points)


@given(a=POINTS, b=POINTS, minimum=MINIMUM)
def test_lines_are_hit_if_no_farther_than_the_minimum(
    a: list[tuple[int, int]], b: list[tuple[int, int]], minimum: int
):
    apart = shapely.distance(figure(a), figure(b))
    # A distance whose square is whole is at least 1e-4 away from any other.
    expected = HIT if apart <= minimum + 1e-6 else CLEAR
    assert verdicts(laid([a, b], minimum)) == (expected, expected)


@given(
    a=st.tuples(WHOLE, WHOLE, WHOLE, WHOLE),
    b=st.tuples(WHOLE, WHOLE, WHOLE, WHOLE),
    times=st.tuples(*[st.integers(0, 4)] * 4),
    heights=st.tuples(*[st.integers(0, 4)] * 4),
    minima=st.tuples(MINIMUM, st.integers(0, 2), st.integers(0, 2)),
)
def test_legs_meet_in_both_orders_alike_and_wherever_a_sample_does(
    a: tuple[int, ...],
    b: tuple[int, ...],
    times: tuple[int, ...],
    heights: tuple[int, ...],
    minima: tuple[int, int, int],
):
    t = np.array([sorted(times[:2]), sorted(times[2:])])
    z = np.array([heights[:2], heights[2:]])
    ends = [[(w[0], w[1]), (w[2], w[3])] for w in (a, b)]
    columns = {"t0": t[:, 0], "t1": t[:, 1], "z0": z[:, 0], "z1": z[:, 1], "kind": LEG}
    made = laid(ends, minima[0], **columns, vertical=minima[1], time=minima[2])
    one, other = verdicts(made)
    assert one == other
    share = np.linspace(0, 1, 25)
    ways = np.array(ends, dtype=float)
    places = ways[:, :1] + share[None, :, None] * (ways[:, 1:] - ways[:, :1])
    at, high = (x[:, :1] + share * (x[:, 1:] - x[:, :1]) for x in (t, z))
    # Left a little room, as a sample between whole numbers is rounded.
    within = max(0.0, minima[0] - 1e-9)
    near = np.linalg.norm(places[0][:, None] - places[1][None, :], axis=-1) <= within
    near &= np.abs(at[0][:, None] - at[1]) <= minima[2]
    near &= np.abs(high[0][:, None] - high[1]) <= minima[1]
    assert one == HIT or not near.any()
