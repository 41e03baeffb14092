"""What every engine that is compared must offer, and the one protocol by which it is timed."""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter, perf_counter_ns
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bench.sky.cases import Case, Floats, Ints

REPEATS = 3
# Larger than any last-level cache it is likely to run on.
EVICTION = np.zeros(1 << 24)
SHOW_AFTER_S = 2.0


class Engine(Protocol):
    """One way to keep volumes and to tell which of them conflict with another.

    A query is made ready once, outside what is timed, in the form that the engine likes best. Ids
    of the volumes that were built are their rows in the case.
    """

    name: str

    def build(self, case: Case) -> None:
        """Take in all volumes of a case."""

    def queries(self, asked: Case) -> Sequence[object]:
        """Make every row of another case ready to be asked."""

    def check(self, query: object) -> Ints:
        """Give the ids that conflict, in any order."""

    def close(self) -> None:
        """Let go of everything."""


class Changing(Engine, Protocol):
    """An engine that changes while it answers."""

    def stock(self, pool: Case, first: int) -> None:
        """Make every row ready to be inserted, with the ids that follow ``first``."""

    def insert(self, row: int) -> None:
        """Add one row of the stock."""

    def remove(self, name: int) -> None:
        """Take out the volume with this id."""


@dataclass(frozen=True)
class Churn:
    """Updates between the checks: ids to remove in order, one for every insert."""

    pool: Case
    removed: Ints
    each: int

    def turns(self, engine: Changing) -> Iterator[None]:
        """Make some updates whenever asked for the next turn."""
        for start in range(0, len(self.removed) - self.each + 1, self.each):
            for row in range(start, start + self.each):
                engine.insert(row)
                engine.remove(int(self.removed[row]))
            yield


@dataclass(frozen=True)
class Latency:
    """Best of several times per query, in microseconds, and what was answered last."""

    engine: str
    micros: Floats
    answers: list[Ints]

    @property
    def p50(self) -> float:
        """Give the median in microseconds."""
        return float(np.percentile(self.micros, 50))

    @property
    def p99(self) -> float:
        """Give the 99th percentile in microseconds."""
        return float(np.percentile(self.micros, 99))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep the collector of cycles out of what is timed."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def hot(
    engine: Engine,
    asked: Sequence[object],
    *,
    repeats: int = REPEATS,
    before: Callable[[], object] = lambda: None,
) -> Latency:
    """Ask every query several times in a row and keep the best; ``before`` runs untimed."""
    best = np.empty(len(asked))
    answers = []
    check, clock = engine.check, perf_counter_ns
    with undisturbed(), Progress(engine.name, len(asked)) as progress:
        for i, query in enumerate(asked):
            least = sys.maxsize
            for _ in range(repeats):
                before()
                start = clock()
                answer = check(query)
                least = min(least, clock() - start)
            best[i] = least / 1e3
            answers.append(np.sort(np.asarray(answer, np.int64)))
            progress.at(i)
    return Latency(engine.name, best, answers)


def first_touch(engine: Engine, asked: Sequence[object]) -> Latency:
    """Ask every query once, with nothing of the engine left in any cache of the processor."""
    return hot(engine, asked, repeats=1, before=EVICTION.max)


class Progress:
    """A line on stderr for whatever takes longer than two seconds.

    Work that counts says ``at`` how far it is; for other work a thread tells the time.
    """

    def __init__(self, what: str, total: int = 0) -> None:
        self.what, self.total = what, total
        self.start = self.shown = perf_counter()
        self.spoke = False
        self.over = Event()
        self.ticker = None if total else Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Progress":
        if self.ticker is not None:
            self.ticker.start()
        return self

    def _tick(self) -> None:
        while not self.over.wait(SHOW_AFTER_S):
            self.at(0)

    def at(self, done: int) -> None:
        """Say how far it is, at most once in two seconds."""
        now = perf_counter()
        if now - self.shown < SHOW_AFTER_S * 0.99:
            return
        self.shown, self.spoke = now, True
        share = f" {100 * done // self.total} %" if self.total else ""
        print(f"  ... {self.what}{share}, {now - self.start:.0f} s", file=sys.stderr, flush=True)

    def __exit__(self, *problem: object) -> None:
        if self.ticker is not None:
            self.over.set()
            self.ticker.join()
        if self.spoke and problem[0] is None:
            took = perf_counter() - self.start
            print(f"  ... {self.what} done, {took:.0f} s", file=sys.stderr, flush=True)


def differences(one: list[Ints], other: list[Ints]) -> list[tuple[int, int]]:
    """Give (query, id) wherever one answer has what the other has not."""
    return [
        (i, int(name))
        for i, (a, b) in enumerate(zip(one, other, strict=True))
        for name in np.setxor1d(a, b)
    ]


def stream_gb_s() -> float:
    """Measure how fast one core reads memory in order, in GB/s: best of several passes."""
    block: NDArray[np.int64] = np.ones(1 << 25, np.int64)
    best = float("inf")
    for _ in range(5):
        start = perf_counter()
        block.max()
        best = min(best, perf_counter() - start)
    return block.nbytes / best / 1e9
