"""Which of many things that happened lie, or may lie, inside which spaces that were announced.

A thing is a ``Plan`` of role activity, a space one of role zone, each of a single record. What two
make of each other depends on nothing but the two, so what came out is kept between views.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from parley.errors import ParleyError
from parley.projection.heads import Memo
from parley.sky.index import Sky
from parley.sky.outlines import Stated
from parley.sky.plans import Plan, comparable
from parley.values.instants import LAST, spanning
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor

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
    announced = _joined(list(where.values()))
    near = {name: plan for name, plan in things.items() if _touches(announced, when[name])}
    busy = _Busy((plan, when[name]) for name, plan in near.items())
    plans = [*near.values()]
    plans += [plan for name, plan in spaces.items() if busy.touches(plan, where[name])]
    try:
        sky = Sky(plans)
    except ParleyError:
        sky = Sky(comparable(plans))
    return [(met.a, met.b) for met in sky.meetings()]


class _Busy:
    """When something happened, by cells of the map: which spaces need not be laid out at all."""

    def __init__(self, happened: Iterable[tuple[Plan, tuple[int, int]]]) -> None:
        every: list[tuple[int, int]] = []
        there: dict[_Cell | None, list[tuple[int, int]]] = defaultdict(list)
        for plan, window in happened:
            every.append(window)
            for cell in _cells(plan) or (None,):
                there[cell].append(window)
        self._every = _joined(every)
        self._there = {cell: _joined(windows) for cell, windows in there.items()}

    def touches(self, plan: Plan, window: tuple[int, int]) -> bool:
        """Tell whether a space may hold anything that happened; sure only where it does not."""
        if not _touches(self._every, window):
            return False
        there, cells = self._there, _cells(plan)
        if cells is None:
            return True
        return any(cell in there and _touches(there[cell], window) for cell in (*cells, None))


_Cell = tuple[int, int]
_CELL_E7 = 2_000_000
_MOST_CELLS = 100
_BULGE_E7 = 5 * 10**9
"""The square of so many makes one: 1/500 of a degree for one degree, nearly twice what is due."""
_NORTHERNMOST_E7 = 580_000_000
_EASTERNMOST_E7 = 1_700_000_000
_SHORTEST_DEGREE_M = 110_000
"""A degree of latitude has 110,574 to 111,694 m on WGS 84, one of longitude at most 111,320 m."""
_TO_SPARE_E7 = 10_000
"""Over 110 m: far more than the comparison leaves open."""


def _cells(plan: Plan) -> Sequence[_Cell] | None:
    """Give the cells that a plan may touch; None: of many, or near a pole or the date line.

    The shortest way between two points keeps to the longitudes between theirs, and leaves their
    latitudes towards the pole by no more than (east - west)^2 / 16, in radians. Up to 58 degrees
    north or south a degree of longitude has over half the length of one of latitude.
    """
    found: dict[_Cell, None] = {}
    for part in plan.parts:
        points, width_e4m = _drawn(part)
        norths = [each.lat_e7 for each in points]
        easts = [each.lon_e7 for each in points]
        south, north, west, east = min(norths), max(norths), min(easts), max(easts)
        reach = width_e4m * 1_000 // _SHORTEST_DEGREE_M + _TO_SPARE_E7
        bulge = reach + (east - west) ** 2 // _BULGE_E7
        south, north, west, east = south - bulge, north + bulge, west - 2 * reach, east + 2 * reach
        if max(-south, north) > _NORTHERNMOST_E7 or max(-west, east) > _EASTERNMOST_E7:
            return None
        rows = range(south // _CELL_E7, north // _CELL_E7 + 1)
        columns = range(west // _CELL_E7, east // _CELL_E7 + 1)
        if len(rows) * len(columns) > _MOST_CELLS:
            return None
        for row in rows:
            for column in columns:
                found[row, column] = None
    return tuple(found)


def _drawn(part: Stated) -> tuple[Sequence[Position], int]:
    """Give the points of a shape or trajectory, and how far (0.1 mm) it reaches beside them."""
    if isinstance(part, Trajectory):
        return part.points, part.lateral_tolerance_e4m
    shape = part.shape
    if isinstance(shape, Circle):
        return (shape.center,), shape.radius_e4m
    if isinstance(shape, Corridor):
        return shape.line, shape.half_width_e4m
    return shape.rings[0], 0


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
