"""Shapely's STRtree over the footprints, and numpy filters for time, height and party."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.sky.brute import Pairs
from bench.sky.cases import Case, Ints

HOUR = 3600.0


class Question:
    """One row of a case, as Python numbers, with its box grown by the lateral minimum."""

    __slots__ = ("box", "core", "high", "hours", "low", "party", "reach", "since", "until")

    def __init__(self, asked: Case, row: int) -> None:
        m = asked.minima
        self.core: shapely.Geometry = asked.cores[row]
        self.reach = float(asked.r[row]) + m.lateral_m
        grown = asked.boxes[row] + m.lateral_m * np.array([-1, -1, 1, 1])
        self.box = shapely.box(*grown)
        self.low = float(asked.z0[row]) - m.vertical_ft
        self.high = float(asked.z1[row]) + m.vertical_ft
        self.since = float(asked.t0[row]) - m.time_s
        self.until = float(asked.t1[row]) + m.time_s
        self.party = int(asked.party[row])
        self.hours = range(int(self.since // HOUR), int(self.until // HOUR) + 1)


class Exact:
    """The exact test that follows every index of boxes: numpy filters, then ``dwithin``."""

    def __init__(self, case: Case) -> None:
        self.cores, self.r, self.party = case.cores, case.r, case.party
        self.z0, self.z1, self.t0, self.t1 = case.z0, case.z1, case.t0, case.t1
        shapely.prepare(self.cores)

    def among(self, i: NDArray[np.intp], q: Question) -> Ints:
        """Keep those of the rows that conflict."""
        i = i[
            (self.t0[i] <= q.until)
            & (self.t1[i] >= q.since)
            & (self.z0[i] <= q.high)
            & (self.z1[i] >= q.low)
            & (self.party[i] != q.party)
        ]
        if not len(i):
            return i.astype(np.int64)
        reach: Any = self.r[i] + q.reach
        near = shapely.dwithin(self.cores[i], q.core, reach)
        return np.asarray(i[near], np.int64)


class Tree:
    """One tree over the footprints of all times."""

    name = "Shapely STRtree + numpy"

    def build(self, case: Case) -> None:
        """Lay out the tree."""
        self.case = case
        self.exact = Exact(case)
        self.tree = shapely.STRtree(np.asarray(shapely.box(*case.boxes.T)))

    def queries(self, asked: Case) -> Sequence[Question]:
        """Make every row ready to be asked."""
        return [Question(asked, row) for row in range(len(asked))]

    def check(self, query: object) -> Ints:
        """Give the rows that conflict."""
        assert isinstance(query, Question)
        return self.exact.among(self.tree.query(query.box), query)

    def pairs(self) -> Pairs:
        """Give every pair (i, j), i < j, that conflicts."""
        found = []
        for row in range(len(self.case)):
            others = self.check(Question(self.case, row))
            others = np.sort(others[others > row])
            found.append(np.column_stack((np.full(len(others), row), others)))
        return np.concatenate([np.empty((0, 2), np.int64), *found])

    def close(self) -> None:
        """Keep nothing open."""


class HourTrees(Tree):
    """A tree for every hour; a volume stands in each hour that it touches."""

    name = "Shapely STRtree per hour + numpy"

    def build(self, case: Case) -> None:
        """Lay out the trees."""
        self.case = case
        self.exact = Exact(case)
        boxes = np.asarray(shapely.box(*case.boxes.T))
        first, last = (case.t0 // HOUR).astype(int), (case.t1 // HOUR).astype(int)
        self.slots: dict[int, tuple[NDArray[np.intp], shapely.STRtree]] = {}
        for hour in range(int(first.min()), int(last.max()) + 1):
            rows = np.flatnonzero((first <= hour) & (last >= hour))
            self.slots[hour] = (rows, shapely.STRtree(boxes[rows]))

    def check(self, query: object) -> Ints:
        """Give the rows that conflict."""
        assert isinstance(query, Question)
        found = [
            rows[tree.query(query.box)]
            for rows, tree in (self.slots[h] for h in query.hours if h in self.slots)
        ]
        if not found:
            return np.empty(0, np.int64)
        i = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
        return self.exact.among(i, query)
