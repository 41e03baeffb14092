"""Every pair compared with every other: the slow answer that the others must give."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.sky.cases import Case, Ints

Pairs = NDArray[np.int64]


def against(case: Case, asked: Case, row: int) -> Ints:
    """Give the ids of the case that conflict with one row of another, in order."""
    m = case.minima
    found = np.flatnonzero(
        (case.party != asked.party[row])
        & (case.t0 - asked.t1[row] <= m.time_s)
        & (asked.t0[row] - case.t1 <= m.time_s)
        & (case.z0 - asked.z1[row] <= m.vertical_ft)
        & (asked.z0[row] - case.z1 <= m.vertical_ft)
    )
    limit = case.r[found] + asked.r[row] + m.lateral_m
    near = shapely.dwithin(case.cores[found], asked.cores[row], limit)
    return found[near].astype(np.int64)


def pairs(case: Case) -> Pairs:
    """Give every pair (i, j), i < j, that conflicts: m x 2."""

    def rows() -> Iterator[Pairs]:
        for row in range(len(case)):
            others = against(case, case, row)
            others = others[others > row]
            yield np.column_stack((np.full(len(others), row), others))

    return np.concatenate([np.empty((0, 2), np.int64), *rows()])
