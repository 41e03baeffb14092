"""All pairs of timed trajectories, exact on WGS84: from stated waypoints to pairs of flights.

A flight is somewhere within 1 NM, 300 ft and 60 s of its plan, and 5 NM and 1000 ft are kept: the
sums are what ``flights.REACH`` states. Counted is everything from the stated trajectory on: cutting
its legs on the ellipsoid, laying out, indexing, finding, and deciding what the kernel leaves open.
"""

import os

import numpy as np

from bench.sky.cases import NM, Ints
from bench.sky.engines import Progress
from bench.sky.flights import REACH, Flights, Reach, flights, near_pairs
from bench.sky.run import Run, Stopwatch, WrongError, note, sample
from bench.sky.subjects import DAY_MS, FOOT_E4M
from bench.sky.table import Figure
from parley.sky import Limits, compare
from parley.sky.kernel.entries import HIT
from parley.sky.layout import Parties
from parley.sky.packed import index
from parley.sky.plans import Plan, lay_out_plans
from parley.values.places import Position
from parley.values.trajectories import Trajectory

PLACE = (10.0, 45.0)
MINIMA = Limits(round(5 * NM * 1e4), 1000 * FOOT_E4M, 0)
LATERAL_E4M, VERTICAL_E4M, TIME_MS = round(NM * 1e4), 300 * FOOT_E4M, 60_000
# One plane for the theatre errs by less than this, so nothing beyond it can be a conflict.
WIDER = Reach(REACH.lateral_m + 500.0, REACH.vertical_ft + 1.0, REACH.time_s + 1.0)
BY_HAND = 200


def stated(case: Flights) -> list[Trajectory]:
    """State the flights on the globe: places in 1e-7 degree, times in ms, heights in 0.1 mm."""
    degrees = case.on_globe(*PLACE).tolist()
    times = (DAY_MS + np.round(case.t * 1e3).astype(np.int64)).tolist()
    heights = np.round(case.z * FOOT_E4M).astype(np.int64).tolist()
    return [
        Trajectory(
            tuple(Position.of_degrees(north, east) for east, north in places),
            tuple(times[i]),
            tuple(heights[i]),
            "AMSL",
            "FT",
            LATERAL_E4M,
            VERTICAL_E4M,
            TIME_MS,
        )
        for i, places in enumerate(degrees)
    ]


def found(ways: list[Trajectory], party: list[int]) -> tuple[list[Plan], Ints, int]:
    """Give the plans, every pair of flights that conflict, and how many pieces were laid out."""
    plans = [
        Plan(f"{i:064x}", f"party{party[i]}", "activity", (), MINIMA, trajectories=(way,))
        for i, way in enumerate(ways)
    ]
    laid = lay_out_plans(plans, Parties())
    made = index(laid.entries)
    owner = laid.entries.records["owner"].astype(np.int64)
    with made.snapshot() as seen:
        records = [found for _, found in seen.pairs(threads=os.cpu_count() or 1)]
    met = np.concatenate(records)
    # Entries have the numbers of their rows, as nothing was removed.
    pairs = np.sort(owner[np.column_stack((met["query"], met["entry"]))], axis=1)
    sure = met["verdict"] == HIT
    hits = np.unique(pairs[sure], axis=0)
    known = set(map(tuple, hits.tolist()))
    open_ = [p for p in map(tuple, np.unique(pairs[~sure], axis=0).tolist()) if p not in known]
    settled = [(a, b) for a, b in open_ if compare(plans[a].subject, plans[b].subject)]
    together = np.concatenate((hits, np.array(settled, np.int64).reshape(-1, 2)))
    return plans, together, len(laid.entries)


def demanded(case: Flights, plans: list[Plan], pairs: Ints) -> int:
    """Compare some flights with everything that comes near them in the plane; count conflicts."""
    chosen = set(sample(BY_HAND, len(case)).tolist())
    flight = case.flight
    candidates: set[tuple[int, int]] = set()
    for i, j in near_pairs(case, WIDER):
        both = np.sort(np.column_stack((flight[i], flight[j])), axis=1)
        candidates |= {p for p in map(tuple, both.tolist()) if chosen & set(p)}
    true = {(a, b) for a, b in candidates if compare(plans[a].subject, plans[b].subject)}
    ours = {p for p in map(tuple, pairs.tolist()) if chosen & set(p)}
    if true != ours:
        raise WrongError(f"flights: {len(true ^ ours)} pairs differ, such as {min(true ^ ours)}")
    return len(true)


def main(run: Run) -> list[Figure]:
    """Time all pairs once; then compare some of them one by one."""
    n = run.scale.of(10_000, 1_000)
    note(f"{n:,} flights of 50 points")
    case = flights(n)
    ways, party = stated(case), case.party.tolist()
    found(ways[:50], party)  # whatever is loaded or made on the first call
    with Progress(f"{n:,} flights"), Stopwatch() as took:
        plans, pairs, pieces = found(ways, party)
    with Progress("flights, one by one"):
        checked = demanded(case, plans, pairs)
    run.say(
        f"  {n:,} flights, {case.t.size:,} points, {pieces:,} pieces: {len(pairs):,} pairs of"
        f" flights, {took.cpu:.2f} s CPU, {took.wall:.2f} s wall; {checked} of them compared alone"
    )
    beside = f"{len(pairs):,} pairs of {n:,} flights; {took.wall:.2f} s wall"
    return [Figure("flights", took.cpu, beside)]
