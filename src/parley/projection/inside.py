"""Which of many things that happened lie, or may lie, inside which spaces that were announced.

A thing is a ``Plan`` of role activity, a space one of role zone, each of a single record. What two
make of each other depends on nothing but the two, so what came out is kept between views.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parley.errors import ParleyError
from parley.projection.heads import Memo
from parley.sky.index import Sky
from parley.sky.plans import Plan, comparable
from parley.values.instants import LAST, spanning

Pairs = frozenset[tuple[str, str]]
Made = Callable[[], Plan]


@dataclass(frozen=True, slots=True)
class _Compared:
    things: Mapping[str, Plan]
    spaces: Mapping[str, Plan]
    pairs: Pairs


def inside(memo: Memo, things: Mapping[str, Made], spaces: Mapping[str, Made]) -> Pairs:
    """Give the names of each thing and space that meet, by the exact comparison of the sky.

    Things are named ``E ...``, spaces ``N ...``, alike in the mapping and in the plan that it
    makes, which is the same for the same name always. What cannot be compared is left out: the air
    picture lists it.
    """
    last = memo.get(("inside",))
    if not isinstance(last, _Compared):
        last = _Compared({}, {}, frozenset())
    new_things = {name: made() for name, made in things.items() if name not in last.things}
    new_spaces = {name: made() for name, made in spaces.items() if name not in last.spaces}
    old_things = {name: plan for name, plan in last.things.items() if name in things}
    old_spaces = {name: plan for name, plan in last.spaces.items() if name in spaces}
    all_spaces = old_spaces | new_spaces
    pairs = frozenset(
        (
            *(pair for pair in last.pairs if pair[0] in things and pair[1] in spaces),
            *_meetings(new_things, all_spaces),
            *_meetings(old_things, new_spaces),
        )
    )
    memo["inside",] = _Compared(old_things | new_things, all_spaces, pairs)
    return pairs


def _meetings(things: Mapping[str, Plan], spaces: Mapping[str, Plan]) -> list[tuple[str, str]]:
    if not things or not spaces:
        return []
    when = {name: _window(plan) for name, plan in things.items()}
    where = {name: _window(plan) for name, plan in spaces.items()}
    busy, announced = _joined(list(when.values())), _joined(list(where.values()))
    plans = [plan for name, plan in things.items() if _touches(announced, when[name])]
    plans += [plan for name, plan in spaces.items() if _touches(busy, where[name])]
    try:
        sky = Sky(plans)
    except ParleyError:
        sky = Sky(comparable(plans))
    return [(met.a, met.b) for met in sky.meetings()]


def _window(plan: Plan) -> tuple[int, int]:
    windows = [v.during for v in plan.volumes] + [t.occupied for t in plan.trajectories]
    during = spanning(windows)
    return during.start, LAST if during.end is None else during.end


def _joined(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the times that any of the windows covers, both ends included, apart and in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _touches(covered: list[tuple[int, int]], window: tuple[int, int]) -> bool:
    i = bisect_left(covered, window[0], key=lambda each: each[1])
    return i < len(covered) and covered[i][0] <= window[1]
