"""Trajectories and windows as values."""

import dataclasses
from typing import Any

import pytest

from parley.errors import BadAltitude, BadInterval, BadShape, ParleyError
from parley.values.instants import FIRST, LAST, Instant, Interval, spanning
from parley.values.lengths import Altitude
from parley.values.places import Position
from parley.values.trajectories import Trajectory

HERE, THERE = Position(0, 0), Position(10_000_000, 0)
FLOWN = Trajectory((HERE, THERE), (1000, 5000), (30_480, 15_240), "STD", "FT", 10, 20, 300)


def test_it_tells_its_window_and_its_levels() -> None:
    """As stated; what it occupies is wider by its tolerance in time, within the years there are."""
    assert FLOWN.during == Interval(Instant(1000), Instant(5000))
    assert FLOWN.occupied == Interval(Instant(700), Instant(5300))
    assert (FLOWN.lowest, FLOWN.highest) == (
        Altitude(15_240, "FT", "STD"),
        Altitude(30_480, "FT", "STD"),
    )
    edge = dataclasses.replace(FLOWN, times=(0, LAST))
    assert edge.occupied == Interval(FIRST, LAST)
    unknown = dataclasses.replace(FLOWN, heights_e4m=None, reference=None)
    assert (unknown.lowest, unknown.highest, unknown.altitude(5)) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "error", "where"),
    [
        ({"points": (), "times": ()}, BadShape, "points"),
        ({"times": (1,)}, BadShape, "times"),
        ({"times": (5000, 5000)}, BadInterval, "times[1]"),
        ({"times": (5000, LAST + 1)}, ParleyError, "times[1]"),
        ({"heights_e4m": None}, BadAltitude, "reference"),
        ({"reference": None}, BadAltitude, "reference"),
        ({"reference": "QNE"}, BadAltitude, "reference"),
        ({"units": "YD"}, BadAltitude, "units"),
        ({"heights_e4m": (1,)}, BadAltitude, "heights_e4m"),
        ({"heights_e4m": (1, 10**10)}, BadAltitude, "heights_e4m[1]"),
        ({"vertical_tolerance_e4m": -1}, BadShape, "vertical_tolerance_e4m"),
        ({"lateral_tolerance_e4m": 10**12}, BadShape, "lateral_tolerance_e4m"),
        ({"time_tolerance_ms": -1}, BadInterval, "time_tolerance_ms"),
        ({"time_tolerance_ms": 86_400_001}, BadInterval, "time_tolerance_ms"),
    ],
)
def test_what_nobody_can_fly_is_refused(
    changes: dict[str, Any], error: type[ParleyError], where: str
) -> None:
    """Uneven lists, times that do not rise, heights above nothing: each at its place."""
    with pytest.raises(error) as refusal:
        dataclasses.replace(FLOWN, **changes)
    assert refusal.value.where == where


def test_windows_are_spanned_by_one() -> None:
    """From the first start to the last end; without an end if one has none."""
    some = [Interval(Instant(5), Instant(9)), Interval(Instant(7), Instant(8))]
    assert spanning(some) == Interval(Instant(5), Instant(9))
    assert spanning([*some, Interval(Instant(6), None)]) == Interval(Instant(5), None)
