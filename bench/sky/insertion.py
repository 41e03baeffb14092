"""Inserting into a sky that is full: the mean, and the longest that a caller ever waits."""

import os
from time import perf_counter_ns, process_time, thread_time_ns

import numpy as np

from bench.sky import brute
from bench.sky.cases import QUERY_SEED, urban
from bench.sky.checks import POOL_SEED
from bench.sky.engines import Progress, undisturbed
from bench.sky.ours import Planar
from bench.sky.run import Run, WrongError, note
from bench.sky.table import Figure


def main(run: Run) -> list[Figure]:
    """Insert one by one; CPU time of whatever works in the background counts for the mean."""
    n, more = run.scale.of(1_000_000, 50_000), run.scale.of(100_000, 5_000)
    case, pool = urban(n), urban(2 * more, seed=POOL_SEED)
    note(f"urban {n:,}: {more:,} inserts, and as many with a clock around each")
    engine = Planar()
    engine.build(case)
    engine.stock(pool, n)
    cpu, wall = np.empty(more), np.empty(more)
    with undisturbed(), Progress("inserts", more) as progress:
        # Clocks take half as long as what they measure: the mean goes without.
        began = process_time()
        for row in range(more):
            engine.insert(row)
        spent = process_time() - began
        for row in range(more):
            start, start_cpu = perf_counter_ns(), thread_time_ns()
            engine.insert(more + row)
            cpu[row], wall[row] = thread_time_ns() - start_cpu, perf_counter_ns() - start
            if row % 1024 == 0:
                progress.at(row)
    asked = urban(20, seed=QUERY_SEED)
    for row, query in enumerate(engine.queries(asked)):
        found = np.sort(engine.check(query))
        expected = np.concatenate(
            (brute.against(case, asked, row), brute.against(pool, asked, row) + n)
        )
        if not np.array_equal(found, expected):
            raise WrongError(f"after {2 * more:,} inserts query {row} is answered wrongly")
    engine.close()
    p50, p99 = np.percentile(cpu, [50, 99]) / 1e3
    run.say(
        f"  insert at {n:,}: {spent / more * 1e6:.1f} us CPU mean, background included; in the"
        f" call p50 {p50:.1f}, p99 {p99:.1f}, longest {cpu.max() / 1e3:.0f} us CPU,"
        f" {wall.max() / 1e3:.0f} us wall ({os.cpu_count()} cores, {more:,} inserts)"
    )
    beside = f"{more:,} inserts at {n:,} active"
    return [
        Figure("insert-mean", spent / more * 1e6, f"{beside}, background included"),
        Figure("insert-longest", cpu.max() / 1e6, f"{beside}; wall {wall.max() / 1e6:.1f} ms"),
    ]
