"""Our own index in the plane, under the same interface as its peers."""

import os
from collections.abc import Sequence

import numpy as np

from bench.sky.brute import Pairs
from bench.sky.cases import Case, Ints
from bench.sky.columns import planar
from bench.sky.engines import stream_gb_s
from parley.sky.kernel.entries import HIT, Entries, chosen
from parley.sky.packed import Packed, index

RECORD_BYTES = 128
# A node's bounds: low and high of 16 children in every dimension, in single precision.
AXIS_BYTES = 16 * 2 * 4
# Queries belong to no owner of the index: nothing is compared with its own other parts.
NOBODYS = 1 << 31

Query = tuple[Entries, int]


class Planar:
    """An index of entries in the plane; it changes while it answers."""

    name = "ours, in the plane"

    def build(self, case: Case) -> None:
        """Lay out the entries and load them; their numbers are the rows."""
        made = planar(case)
        self.index = packed(made)
        self.numbers = np.arange(len(case), dtype=np.uint32)
        self.entry_bytes = RECORD_BYTES + made.block.nbytes / len(case)

    def queries(self, asked: Case) -> Sequence[Query]:
        """Make every row ready to be asked; they are one batch, of which one is asked at a time."""
        made = planar(asked, NOBODYS)
        return [(made, row) for row in range(len(asked))]

    def check(self, query: object) -> Ints:
        """Give the ids that conflict."""
        assert isinstance(query, tuple)
        found: Ints = self.index.check(query[0], query[1], 1)["owner"]
        return found

    def open(self, asked: Case) -> int:
        """Count what is found but not decided: in the plane nothing may be."""
        return int((self.index.check(planar(asked, NOBODYS))["verdict"] != HIT).sum())

    def stock(self, pool: Case, first: int) -> None:
        """Make rows ready to be inserted, with the ids that follow."""
        made = planar(pool, first)
        rows = np.arange(len(pool))
        self.ready = [chosen(made, rows[i : i + 1]) for i in rows]
        self.first = first
        self.numbers = np.concatenate((self.numbers, np.zeros(len(pool), np.uint32)))

    def insert(self, row: int) -> None:
        """Add one row of the stock."""
        self.numbers[self.first + row] = self.index.add(self.ready[row])[0]

    def remove(self, name: int) -> None:
        """Take out the volume with this id."""
        self.index.remove(self.numbers[name])

    def pairs(self) -> Pairs:
        """Give every pair that conflicts, once, on all cores; only for what was built."""
        with self.index.snapshot() as seen:
            found = [records for _, records in seen.pairs(threads=os.cpu_count() or 1)]
        together = np.concatenate(found)
        return np.column_stack((together["query"], together["entry"])).astype(np.int64)

    def touched(self, query: Query) -> float:
        """Give the bytes that one check reads."""
        return touched(self.index, query, self.entry_bytes)

    def close(self) -> None:
        """Let go of the index."""
        del self.index


def packed(made: Entries) -> Packed:
    """Index entries, by the kernel or not at all."""
    laid = index(made)
    if not isinstance(laid, Packed):
        raise SystemExit("the kernel is not built: make install")
    return laid


def touched(index: Packed, query: Query, entry_bytes: float) -> float:
    """Give the bytes that one check reads: bounds of nodes, then records and vertices."""
    before = index.work()
    index.check(query[0], query[1], 1)
    nodes, tested = (now - then for now, then in zip(index.work(), before, strict=True))
    # Space, height and time.
    return nodes * AXIS_BYTES * (index.space + 2) + tested * entry_bytes


def memory(each: Sequence[float]) -> str:
    """Say what one check reads, and how long that takes at the speed of reading in order."""
    mean, speed = float(np.mean(each)), stream_gb_s()
    return (
        f"  memory: {mean / 1e3:.1f} kB touched per check (mean), one core reads {speed:.1f} GB/s"
        f" in order, so {mean / speed / 1e3:.2f} us is the floor"
    )
