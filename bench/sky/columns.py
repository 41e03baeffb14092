"""A case laid out for our own kernel in the plane: columns of points, heights in ft, times in s."""

import numpy as np

from bench.sky.cases import POLYGON, Case, Floats, Ints
from parley.sky.kernel.entries import AREA, LINE, PLANAR, Entries, entries


def closed(case: Case) -> tuple[Floats, Ints]:
    """Give the vertices of all rows one after the other, rings closed, and how many are whose."""
    ring = case.T == POLYGON
    counts = case.k + ring
    row = np.repeat(np.arange(len(case)), counts)
    place = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    # The last point of a ring is its first again.
    place = np.where(place == case.k[row], 0, place)
    return case.P[row, place], counts


def planar(case: Case, first: int = 0) -> Entries:
    """Make entries whose owners are the rows, counted from ``first``."""
    points, counts = closed(case)
    m = case.minima
    return entries(
        PLANAR,
        points,
        counts,
        t0=case.t0,
        t1=case.t1,
        z0=case.z0,
        z1=case.z1,
        lateral=m.lateral_m,
        vertical=m.vertical_ft,
        time=m.time_s,
        owner=np.arange(first, first + len(case)),
        party=case.party,
        kind=np.where(case.T == POLYGON, AREA, LINE),
        radius=case.r,
    )
