"""The index of ``packed`` without a compiled kernel: every box is looked at, pair by pair.

It answers the same, slowly, and is what the kernel is tested against.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from parley.sky.kernel.curve import Curve
from parley.sky.kernel.decision import Part, decide, of
from parley.sky.kernel.entries import (
    CLEAR,
    EVERY_PART,
    FOUND,
    HIT,
    NEAR_M,
    WITHIN_PARTY,
    ZONE,
    Entries,
    Floats,
    Records,
    boxes,
)

Numbers = npt.NDArray[np.uint32]
Found = list[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    number: int
    part: Part
    box: Floats
    end: float


class Plain:
    """The twin of ``packed.Packed``; see there for what its functions take and give."""

    def __init__(self, space: int, curve: Curve | None = None) -> None:
        """Make an empty index; it has no use for a curve."""
        self.space = space
        self._kept: dict[int, _Kept] = {}
        self._next = 0
        self.undecided = 0
        del curve

    def load(self, made: Entries) -> Numbers:
        """Fill the index; it is the same as ``add``."""
        return self.add(made)

    def add(self, made: Entries) -> Numbers:
        """Add entries and give their numbers; none is given twice."""
        numbers = np.arange(self._next, self._next + len(made), dtype=np.uint32)
        around = boxes(made)
        for row, number in enumerate(numbers.tolist()):
            self._kept[number] = _Kept(number, of(made, row), around[row], around[row, 1, -1])
        self._next += len(made)
        return numbers

    def remove(self, numbers: npt.ArrayLike) -> int:
        """Remove entries and count those that were there."""
        listed = np.ravel(numbers).tolist()
        return sum(self._kept.pop(number, None) is not None for number in listed)

    def replace(self, numbers: npt.ArrayLike, made: Entries) -> Numbers:
        """Remove entries and add others."""
        self.remove(numbers)
        return self.add(made)

    def expire(self, before: float, most: int = 1024) -> Numbers:
        """Remove entries that end before an instant, earliest first, ``most`` at a time."""
        over = sorted((k for k in self._kept.values() if k.end < before), key=lambda k: k.end)
        numbers = np.array([k.number for k in over[:most]], dtype=np.uint32)
        self.remove(numbers)
        return numbers

    def check(
        self,
        queries: Entries,
        first: int = 0,
        count: int | None = None,
        *,
        within_party: bool = False,
        every_part: bool = False,
    ) -> Records:
        """Ask ``count`` queries from ``first`` on; gives what is not clear of them, as FOUND."""
        end = len(queries) if count is None else first + count
        options = within_party * WITHIN_PARTY | every_part * EVERY_PART
        with self.snapshot() as seen:
            found = seen.ask(queries, first, end, options)
        self.undecided = int((found["verdict"] != HIT).sum())
        return found

    def snapshot(self) -> "PlainSnapshot":
        """Give a consistent sight of what is in the index now."""
        return PlainSnapshot(self.space, list(self._kept.values()))

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._kept)


class PlainSnapshot:
    """The twin of ``packed.Snapshot``."""

    def __init__(self, space: int, kept: list[_Kept]) -> None:
        """Lay the boxes out side by side."""
        self.entries = len(kept)
        self._kept = kept
        shape = (len(kept), 2, space + 2)
        box = np.array([k.box for k in kept]).reshape(shape)
        self._low, self._high = box[:, 0], box[:, 1]
        names = ("lateral", "vertical", "time")
        minima = [[k.part.record[name] for name in names] for k in kept]
        largest = np.array(minima).max(axis=0) if kept else np.zeros(3)
        self._most = self._spread(space, largest)

    @staticmethod
    def _spread(space: int, minima: Floats) -> Floats:
        return np.array([minima[0] + NEAR_M[space] * 1.01] * space + minima[1:].tolist())

    def __enter__(self) -> Self:
        """Give the snapshot itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it go."""

    def close(self) -> None:
        """Let it go."""

    def prepare(self, queries: Entries) -> None:
        """Do nothing: there is nothing to get ready."""

    def ask(self, queries: Entries, first: int, end: int, options: int) -> Records:
        """Ask queries from ``first`` to ``end``."""
        found: Found = []
        hit: set[tuple[int, int]] = set()
        around = boxes(queries)
        for row in range(first, end):
            part = of(queries, row)
            for kept in self._may(part, around[row]):
                record, subject = kept.part.record, int(part.record["entry"])
                owner = int(record["owner"])
                if owner == part.record["owner"] or (subject, owner) in hit:
                    continue
                verdict = decide(part, kept.part, options)
                if verdict != CLEAR:
                    found.append((row, kept.number, owner, verdict))
                if verdict == HIT and not options & EVERY_PART:
                    hit.add((subject, owner))
        return np.array(found, dtype=FOUND)

    def _may(self, part: Part, box: Floats) -> Iterator[_Kept]:
        record = part.record
        minima = np.array([record["lateral"], record["vertical"], record["time"]])
        aside = np.maximum(self._most, self._spread(part.space, minima))
        near = (self._low <= box[1] + aside).all(axis=1) & (self._high >= box[0] - aside).all(
            axis=1
        )
        yield from (self._kept[i] for i in np.nonzero(near)[0])

    def check(
        self,
        queries: Entries,
        *,
        within_party: bool = False,
        every_part: bool = False,
        threads: int = 1,
    ) -> Iterator[tuple[int, Records]]:
        """Ask all queries; yields how many more are answered, and what was found, in order."""
        options = within_party * WITHIN_PARTY | every_part * EVERY_PART
        subject = queries.records["entry"]
        start = 0
        for end in range(1, len(queries) + 1):
            if end == len(queries) or subject[end] != subject[start]:
                yield end - start, self.ask(queries, start, end, options)
                start = end

    def pairs(
        self, *, within_party: bool = False, threads: int = 1
    ) -> Generator[tuple[int, Records], None, None]:
        """Compare all entries with one another; yields how many more are done, what was found."""
        options = within_party * WITHIN_PARTY
        for mine in self._kept:
            found: Found = []
            for other in self._may(mine.part, mine.box):
                # A zone comes as the second of a pair.
                a, b = (other, mine) if mine.part.flag(ZONE) else (mine, other)
                owner = int(b.part.record["owner"])
                if other.number <= mine.number or owner == a.part.record["owner"]:
                    continue
                verdict = decide(a.part, b.part, options)
                if verdict != CLEAR:
                    found.append((a.number, b.number, owner, verdict))
            yield 1, np.array(found, dtype=FOUND)
