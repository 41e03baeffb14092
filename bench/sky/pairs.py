"""All pairs of the short flights over a town: everybody's pairs, in CPU time of one core."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import process_time

import numpy as np

from bench.sky.brute import Pairs
from bench.sky.cases import GOLDEN, Case, urban
from bench.sky.engines import REPEATS, Progress
from bench.sky.ours import Planar
from bench.sky.postgis import PostGIS
from bench.sky.run import Run, Stopwatch, WrongError, note
from bench.sky.table import Figure


def ordered(pairs: Pairs) -> Pairs:
    """Put pairs into one order."""
    sides = np.sort(pairs, axis=1)
    return sides[np.lexsort((sides[:, 1], sides[:, 0]))]


@dataclass(frozen=True)
class Found:
    """All pairs, and the best CPU and wall time of several times of finding them, in s."""

    pairs: Pairs
    cpu: float
    wall: float
    build: float


def ours(case: Case) -> Found:
    """Find all pairs: CPU time of this whole process, while all cores may work."""
    engine = Planar()
    with Stopwatch() as build:
        engine.build(case)
    found, cpu, wall = best(engine.pairs, process_time, f"ours, {len(case):,}")
    engine.close()
    return Found(found, cpu, wall, build.cpu)


def theirs(run: Run, case: Case) -> Found:
    """Find all pairs in the server: CPU time of the process that serves us."""
    engine = PostGIS(run.session())
    with Stopwatch() as build:
        engine.build(case)
        engine.ask_inside(case)
    found, cpu, wall = best(engine.pairs, engine.cpu_s, f"PostGIS, {len(case):,}")
    engine.close()
    return Found(found, cpu, wall, build.wall)


def best(
    work: Callable[[], Pairs], cpu_s: Callable[[], float], what: str
) -> tuple[Pairs, float, float]:
    """Do it several times; give the last answer, the least CPU time and the least wall time."""
    cpu = wall = inf
    for _ in range(REPEATS):
        before = cpu_s()
        with Progress(f"all pairs, {what}"), Stopwatch() as took:
            found = work()
        cpu, wall = min(cpu, cpu_s() - before), min(wall, took.wall)
    return found, cpu, wall


def main(run: Run) -> list[Figure]:
    """Compare on the smaller case, pair by pair; time ours alone on the larger."""
    n = run.scale.of(100_000, 10_000)
    case = urban(n)
    note(f"urban {n:,}: all pairs")
    mine, other = ours(case), theirs(run, case)
    if not np.array_equal(ordered(mine.pairs), ordered(other.pairs)):
        counts = f"{len(mine.pairs)} pairs of ours, {len(other.pairs)} of PostGIS"
        raise WrongError(f"urban {n:,}: {counts}")
    demanded("urban", n, len(mine.pairs))
    run.say(
        f"  urban {n:,}: {len(mine.pairs):,} pairs, the same for both; {told(mine)};"
        f" PostGIS {other.cpu:.2f} s CPU, {other.wall:.2f} s wall, after {other.build:.1f} s"
    )
    beside = f"{other.cpu:.2f} / {mine.cpu:.3f} s, {n:,} active, both indexed before"
    figures = [Figure("pairs-postgis", other.cpu / mine.cpu, beside)]
    n = run.scale.of(1_000_000, 50_000)
    note(f"urban {n:,}: all pairs, ours alone")
    mine = ours(urban(n))
    demanded("urban", n, len(mine.pairs))
    run.say(f"  urban {n:,}: {len(mine.pairs):,} pairs; {told(mine)}")
    beside = f"{len(mine.pairs):,} pairs of {n:,}; {mine.wall:.2f} s wall, build {mine.build:.2f} s"
    return [*figures, Figure("pairs-1m", mine.cpu, beside)]


def told(found: Found) -> str:
    """Say what ours took."""
    times = f"{found.cpu:.3f} s CPU, {found.wall:.3f} s wall"
    return f"ours {times}, after {found.build:.2f} s CPU to build"


def demanded(name: str, n: int, count: int) -> None:
    """Compare a count with the one that is known for a case."""
    golden = GOLDEN.get((name, n), count)
    if count != golden:
        raise WrongError(f"{name} {n:,}: {count:,} pairs, and {golden:,} are known")
