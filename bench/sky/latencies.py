"""What one engine takes for checks, at rest, out of cold caches, and while volumes change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.sky.cases import Case
from bench.sky.engines import Changing, Churn, Engine, Latency, Progress, first_touch, hot
from bench.sky.run import Stopwatch

COLD = 200
REST, BUSY = "at rest", "updates going on"
HEAD = ("engine", "", "p50 us", "p99 us", "ours is faster, p50", "p99", "cold p50 us", "build s")


@dataclass
class Measured:
    """What one engine took to build, and its latencies by circumstance."""

    build: Stopwatch
    hot: dict[str, Latency] = field(default_factory=dict)
    cold: Latency | None = None

    @property
    def rest(self) -> Latency:
        """Give the latency at rest."""
        return self.hot[REST]


def measured(engine: Engine, case: Case, asked: Case) -> Measured:
    """Build one engine and ask it, out of cold caches and then hot."""
    with Progress(f"{engine.name}: build"), Stopwatch() as build:
        engine.build(case)
    found = Measured(build)
    queries = engine.queries(asked)
    found.cold = first_touch(engine, queries[:COLD])
    found.hot[REST] = hot(engine, queries)
    return found


def busy(engine: Changing, asked: Case, churn: Churn, first: int) -> Latency:
    """Ask while volumes come and go between the checks; the new ids follow ``first``."""
    engine.stock(churn.pool, first)
    turns = churn.turns(engine)
    return hot(engine, engine.queries(asked), before=lambda: next(turns))


def engine_rows(found: Mapping[str, Measured], ours: str) -> list[tuple[str, ...]]:
    """Give the table of one case; ratios say how many times faster the one named is."""
    made: list[tuple[str, ...]] = []
    for name, one in found.items():
        for circumstance, latency in one.hot.items():
            mine = found[ours].hot[circumstance]
            cold = one.cold if circumstance == REST else None
            made.append(
                (
                    name,
                    circumstance,
                    f"{latency.p50:.1f}",
                    f"{latency.p99:.1f}",
                    f"{latency.p50 / mine.p50:.1f}x",
                    f"{latency.p99 / mine.p99:.1f}x",
                    "" if cold is None else f"{cold.p50:.1f}",
                    f"{one.build.wall:.2f}",
                )
            )
    return made
