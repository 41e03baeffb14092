"""The last of many things, in time, that lay near a place: near-linear also where all are close.

Positions become points of the ellipsoid in ECEF metres, in cells of the radius asked for. What the
chord to a point does not show to be too far is measured on the ellipsoid: nothing near is left out.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from parley.sky.geodesy import ECCENTRICITY2, EQUATOR_M, Floats, arc_at_least, ecef
from parley.sky.ranges import range_m
from parley.values.places import Position

_SPARE_M = 0.501  # range_m rounds to 1 m; a millimetre for what is computed here
_SINGLY = 16  # so many are looked at one by one before numpy is worth its start
_FIRST = 64

_Cell = tuple[int, int, int]


class Nearby:
    """Things in the order of their times, each at a position, of a group, alive up to an instant.

    ``groups`` are small integers; ``until`` are instants (ms). ``radius_m`` is 1 m to 1,000 km.
    """

    def __init__(
        self,
        positions: Sequence[Position],
        groups: Sequence[int],
        until: Sequence[int],
        radius_m: int,
    ) -> None:
        self._positions = positions
        self._radius = radius_m
        self._points = _points(positions)
        self._singles: list[list[float]] = self._points.tolist()
        limit = radius_m + _SPARE_M
        self._least_square = limit**2  # a chord that is longer has a longer geodesic over it
        self._groups, self._until = groups, until
        self._numbers = np.asarray(groups, dtype=np.int64)
        self._ends = np.asarray(until, dtype=np.int64)
        cells: dict[_Cell, list[int]] = defaultdict(list)
        for i, point in enumerate(self._singles):
            cells[self._cell(point)].append(i)
        self._members = dict(cells)
        self._cells = {cell: np.asarray(members) for cell, members in cells.items()}

    def _cell(self, point: Sequence[float]) -> _Cell:
        size = self._radius + _SPARE_M
        x, y, z = (math.floor(value / size) for value in point)
        return x, y, z

    def last(self, position: Position, group: int, at: int, end: int) -> int | None:
        """Give the last of the first ``end`` within the radius, alive at ``at``, of another group.

        Within the radius: ``range_m`` says so, its rounding to 1 m included. None where none is.
        """
        point = _point(position)
        x, y, z = self._cell(point)
        found = -1
        for i, j, k in _STEPS:
            cell = (x + i, y + j, z + k)
            if cell in self._members:
                sought = _Sought(position, point, group, at, end)
                found = max(found, self._last_in(cell, sought, found))
        return None if found < 0 else found

    def _last_in(self, cell: _Cell, sought: "_Sought", better_than: int) -> int:
        """Look through one cell from its last backwards: some singly, then blocks that double."""
        members = self._members[cell]
        stop, width = bisect_left(members, sought.end), _FIRST
        x, y, z = sought.point
        least = max(0, stop - _SINGLY)
        while stop > least and members[stop - 1] > better_than:
            stop -= 1
            i = members[stop]
            if self._groups[i] == sought.group or self._until[i] < sought.at:
                continue
            u, v, w = self._singles[i]
            square = (u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2
            if square <= self._least_square and self._within(i, sought):
                return i
        while stop > 0 and members[stop - 1] > better_than:
            start = max(0, stop - width)
            block = self._cells[cell][start:stop]
            chords = np.linalg.norm(self._points[block] - sought.point, axis=1)
            near = arc_at_least(chords) <= self._radius + _SPARE_M
            fits = near & (self._numbers[block] != sought.group) & (self._ends[block] >= sought.at)
            for i in block[fits][::-1].tolist():
                if self._within(i, sought):
                    return int(i)
            stop, width = start, width * 2
        return -1

    def _within(self, i: int, sought: "_Sought") -> bool:
        return range_m(self._positions[i], sought.position) <= self._radius


@dataclass(frozen=True, slots=True)
class _Sought:
    """A place at an instant, of a group; only what stands before ``end`` counts."""

    position: Position
    point: tuple[float, float, float]
    group: int
    at: int
    end: int


_STEPS = sorted(
    product((-1, 0, 1), repeat=3), key=lambda step: sum(map(abs, step))
)  # own cell first


def _point(position: Position) -> tuple[float, float, float]:
    """Give one point as ``ecef`` does, to a millimetre, without the start that numpy takes."""
    phi, lam = math.radians(position.lat), math.radians(position.lon)
    normal = EQUATOR_M / math.sqrt(1 - ECCENTRICITY2 * math.sin(phi) ** 2)
    across = normal * math.cos(phi)
    up = normal * (1 - ECCENTRICITY2) * math.sin(phi)
    return across * math.cos(lam), across * math.sin(lam), up


def _points(positions: Sequence[Position]) -> Floats:
    lon, lat = ([getattr(p, name) for p in positions] for name in ("lon", "lat"))
    return ecef(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
