"""One plan against everything active, in the plane: every engine on the same volumes and queries.

At rest and, for engines that can, with updates going on between the checks. What is answered must
be the same everywhere, and for some queries the same as without any index, before a ratio counts.
"""

from dataclasses import dataclass

import numpy as np

from bench.sky import brute
from bench.sky.cases import CASES, QUERIES, QUERY_SEED, Case
from bench.sky.engines import REPEATS, Churn, Latency, Progress, differences
from bench.sky.latencies import BUSY, HEAD, REST, Measured, busy, engine_rows, measured
from bench.sky.ours import Planar, memory
from bench.sky.postgis import PostGIS
from bench.sky.rtree import Rtree
from bench.sky.run import Run, WrongError, note, sample
from bench.sky.strtree import HourTrees, Tree
from bench.sky.table import Figure, aligned

POOL_SEED, ORDER_SEED = 99, 5
UPDATES = 3
BY_HAND = 40


@dataclass(frozen=True)
class Work:
    """The same work for everybody."""

    case: Case
    asked: Case
    churn: Churn | None

    @property
    def title(self) -> str:
        """Name it."""
        return f"{self.case.name}, {len(self.case):,} active, {len(self.asked):,} queries"


def work(name: str, n: int, queries: int, *, busy: bool) -> Work:
    """Draw a case, queries, and the updates that come between them."""
    case, asked = CASES[name](n), CASES[name](queries, seed=QUERY_SEED)
    turns = queries * REPEATS * UPDATES
    if not busy or turns > n:
        return Work(case, asked, None)
    pool = CASES[name](turns, seed=POOL_SEED)
    gone = np.random.default_rng(ORDER_SEED).permutation(n)[:turns]
    return Work(case, asked, Churn(pool, gone, UPDATES))


def in_server(engine: PostGIS, work: Work) -> dict[str, Latency]:
    """Ask in one loop inside of the server; its updates are taken back."""
    engine.ask_inside(work.asked)
    found = {REST: engine.inside(REPEATS)}
    if work.churn is not None:
        engine.go_inside(work.churn, len(work.case))
        found[BUSY] = engine.inside(REPEATS, churn=UPDATES, first=len(work.case))
    return found


def all_measured(run: Run, work: Work) -> dict[str, Measured]:
    """Measure everybody in turn, each alone in memory; ours is the first."""
    found: dict[str, Measured] = {}
    makers: tuple[type[Planar | Rtree | Tree], ...] = (Planar, Rtree, Tree, HourTrees)
    for make in makers:
        engine = make()
        note(f"{work.title}: {engine.name}")
        found[engine.name] = measured(engine, work.case, work.asked)
        if isinstance(engine, Planar):
            run.say(memory([engine.touched(query) for query in engine.queries(work.asked)]))
        if work.churn is not None and not isinstance(engine, Tree):
            late = busy(engine, work.asked, work.churn, len(work.case))
            found[engine.name].hot[BUSY] = late
        engine.close()
    note(f"{work.title}: PostGIS")
    postgis = PostGIS(run.session())
    outside = measured(postgis, work.case, work.asked)
    with Progress(postgis.name_inside):
        inside = Measured(outside.build, in_server(postgis, work))
    if work.churn is not None:
        outside.hot[BUSY] = busy(postgis, work.asked, work.churn, len(work.case))
    postgis.close()
    return found | {PostGIS.name: outside, PostGIS.name_inside: inside}


def agreed(found: dict[str, Measured], work: Work) -> int:
    """Demand the same answers of everybody, and of plain comparison; give how many hits."""
    rest = found[Planar.name].hot[REST].answers
    for row in sample(BY_HAND, len(work.asked)).tolist():
        if not np.array_equal(rest[row], brute.against(work.case, work.asked, row)):
            raise WrongError(f"{work.title}: query {row} differs from plain comparison")
    for one in found.values():
        for circumstance, latency in one.hot.items():
            expected = found[Planar.name].hot[circumstance].answers
            wrong = differences(expected, latency.answers)
            if wrong:
                told = f"{work.title}, {circumstance}: {latency.engine}"
                raise WrongError(f"{told} differs in {len(wrong)}, first (query, id) {wrong[0]}")
    return sum(map(len, rest))


def main(run: Run) -> list[Figure]:
    """Measure all sizes; the goals are about the largest, with updates going on."""
    queries = run.scale.of(QUERIES, 150)
    sizes = [("theatre", 10_000), ("urban", 100_000), ("urban", 1_000_000)]
    small = [("theatre", 1_000), ("urban", 20_000)]
    figures = []
    for name, n in small if run.scale.quick else sizes:
        todo = work(name, n, queries, busy=name == "urban")
        found = all_measured(run, todo)
        hits = agreed(found, todo)
        run.say(f"  {todo.title}: {hits:,} conflicts, the same for everybody")
        run.say(aligned(HEAD, engine_rows(found, Planar.name)))
        figures = goals(found, todo)
    return figures


def goals(found: dict[str, Measured], work: Work) -> list[Figure]:
    """Give the ratios that the goals are about, of the last case."""
    if work.churn is None:
        return []
    ours = found[Planar.name].hot[BUSY]
    loop = found[PostGIS.name_inside].hot[BUSY]
    made = []
    for peer, name in (("postgis", PostGIS.name), ("rtree", Rtree.name)):
        theirs = found[name].hot[BUSY]
        for what, mine, other, inside in (
            ("p50", ours.p50, theirs.p50, loop.p50),
            ("p99", ours.p99, theirs.p99, loop.p99),
        ):
            beside = f"{other:.0f} / {mine:.1f} us, {len(work.case):,} active"
            if peer == "postgis":
                beside += f"; in one server-side loop {inside:.0f} us, {inside / mine:.1f}x"
            made.append(Figure(f"busy-{what}-{peer}", other / mine, beside))
    return made
