"""Plans that cannot be compared are found among many without making the others ready."""

import pytest

from parley.errors import ParleyError
from parley.record.terms import Minima
from parley.sky.plans import Plan, comparable
from parley.values.places import Position
from parley.values.volumes import Circle, Polygon, Volume4D

DEGREE = 10**7


def plan(name: str, bad: bool) -> Plan:
    """A circle; or a ring that crosses itself, which no sky compares."""
    corners = [(0, 0), (1, 1), (0, 1), (1, 0), (0, 0)]
    ring = tuple(Position(a * DEGREE, o * DEGREE) for a, o in corners)
    shape = Polygon((ring,)) if bad else Circle(Position(0, 0), 10_000)
    return Plan(name, "russia", "activity", (Volume4D(shape, 0, 1),), Minima(0, 0, 0))


@pytest.mark.parametrize("bad", [set(), {0}, {6}, {3, 4}, {0, 2, 6}, set(range(7))])
def test_whoever_cannot_be_compared_is_left_out(bad: set[int]) -> None:
    """Wherever they stand, and in the order of the others: as asking each one says."""
    plans = [plan(f"plan {i}", i in bad) for i in range(7)]
    assert comparable(plans) == [each for each in plans if ready(each)]
    assert {i for i, each in enumerate(plans) if not ready(each)} == bad


def ready(each: Plan) -> bool:
    try:
        return bool(each.subject.parts)
    except ParleyError:
        return False


def test_of_none_there_is_none() -> None:
    """No plans, no plans that can be compared."""
    assert comparable([]) == []
