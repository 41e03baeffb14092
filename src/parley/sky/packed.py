"""An index of entries that is asked while it changes: the kernel's, or plain numpy without it.

Both answer the same. ``index`` gives the one there is.
"""

import ctypes
import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from ctypes import byref
from functools import partial
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from parley.errors import BadShape
from parley.sky.kernel import native
from parley.sky.kernel.curve import Curve, fitted
from parley.sky.kernel.entries import (
    EVERY_PART,
    NEAR_M,
    WITHIN_PARTY,
    Entries,
    Records,
)
from parley.sky.kernel.plain import Plain

Numbers = npt.NDArray[np.uint32]

_ENOUGH = 65_536  # results that a walk gives at a time
_QUERIES = 4_096  # queries of a batch that are asked at a time
_MOST_NUMBERS = 2**32


class Held(NamedTuple):
    """What an index holds: entries; nodes and their bytes; bytes of points; numbers given out."""

    entries: int
    nodes: int
    node_bytes: int
    point_bytes: int
    numbers: int
    blocks: int


class Packed:
    """A Hilbert R-tree of activities and one of zones, in C; see ``kernel/tree.c``.

    Entries go by numbers, which are given again once no snapshot knows the entry any more. Not to
    be shared between threads without a lock, but for the snapshots: these may be walked while the
    index changes. Where memory does not suffice, ``MemoryError`` is raised: by the change that
    needed it, which is then not made, and if that cannot be, by every question from then on.
    Entries of another frame raise ``BadShape``.
    """

    def __init__(self, space: int, curve: Curve) -> None:
        """Make an empty index in one frame (``PLANAR`` or ``GLOBE``)."""
        self.space = space
        self._library = native.held()
        self._curve = curve
        self._store = self._new()
        self._search = _Search()
        self._request = native.Request(self._store, None, self._search.address, None, 0)
        self._ask = byref(self._request)
        self._asked: Entries | None = None

    def _new(self) -> int:
        origin, scale = np.array(self._curve.origin), np.array(self._curve.scale)
        made = self._library.sky_new(
            self.space,
            NEAR_M[self.space],
            self._curve.epoch,
            origin.ctypes.data,
            scale.ctypes.data,
            self._curve.period,
        )
        if not made:
            raise MemoryError
        self._close = weakref.finalize(self, self._library.sky_free, made)
        return int(made)

    def load(self, made: Entries) -> Numbers:
        """Add entries and give their numbers: at once, and packed best, if the index is empty."""
        return self._add(self._library.sky_load, made)

    def add(self, made: Entries) -> Numbers:
        """Add entries one by one and give their numbers."""
        return self._add(self._library.sky_add, made)

    def _add(self, function: Callable[..., int], made: Entries) -> Numbers:
        self._fits(made)
        count = len(made)
        given = (ctypes.c_uint32 * count)()  # by address much sooner than an array of numpy
        done = function(self._store, made.address, count, given)
        numbers: Numbers = np.frombuffer(memoryview(given), dtype=np.uint32)
        if function is self._library.sky_load:
            done *= count
        if done != count:
            self.remove(numbers[:done])  # nobody would know their numbers
            raise MemoryError
        return numbers

    def _fits(self, made: Entries) -> None:
        if made.space != self.space:
            raise BadShape("the index is in another frame", where="space")

    def remove(self, numbers: npt.ArrayLike) -> int:
        """Remove entries and count them; those that are not there (any more) are passed over."""
        listed = np.asarray(numbers).ravel()
        if listed.dtype != np.uint32:
            listed = listed[(listed >= 0) & (listed < _MOST_NUMBERS)].astype(np.uint32)
        listed = np.ascontiguousarray(listed)
        return int(self._library.sky_remove(self._store, listed.ctypes.data, len(listed)))

    def replace(self, numbers: npt.ArrayLike, made: Entries) -> Numbers:
        """Remove entries and add others; no question is answered in between."""
        self.remove(numbers)
        return self.add(made)

    def expire(self, before: float, most: int = 1024) -> Numbers:
        """Remove entries that end before an instant, earliest first, and give their numbers.

        As many as ``most`` at a time, to bound how long it takes: call it until it gives fewer.
        """
        numbers = np.empty(most, dtype=np.uint32)
        count = self._library.sky_expire(self._store, before, numbers.ctypes.data, most)
        return numbers[:count]

    def check(
        self,
        queries: Entries,
        first: int = 0,
        count: int | None = None,
        *,
        within_party: bool = False,
        every_part: bool = False,
    ) -> Records:
        """Ask ``count`` queries from ``first`` on; gives what is not clear of them, as FOUND.

        ``query`` is the row of the query. An owner that one of its parts has shown to be hit
        stands there once for each question, unless ``every_part``.
        """
        request = self._request
        if queries is not self._asked:
            self._fits(queries)
            self._library.sky_prepare(queries.address, len(queries), self.space)
            request.queries = queries.address
            self._asked = queries
        request.options = within_party * WITHIN_PARTY | every_part * EVERY_PART
        n = len(queries.records) - first if count is None else count
        if not 0 <= first <= first + n <= len(queries.records):
            raise IndexError(first)
        return native.results(self._search.inside, self._library.sky_check(self._ask, first, n))

    def snapshot(self) -> "Snapshot":
        """Give a consistent sight of what is in the index now; close it when done."""
        return Snapshot(self, self._store)

    def held(self) -> Held:
        """Tell what the index holds and how much memory that takes."""
        numbers = (ctypes.c_uint64 * 6)()
        self._library.sky_count(self._store, byref(numbers))
        return Held(*numbers)

    @property
    def undecided(self) -> int:
        """How many results of the last ``check`` are open: the exact comparison must decide."""
        return int(self._search.inside.undecided)

    def work(self) -> tuple[int, int]:
        """Count the nodes read and the pairs decided by ``check`` so far."""
        return int(self._search.inside.nodes), int(self._search.inside.tested)

    def __len__(self) -> int:
        """Count the entries."""
        return self.held().entries


class _Search:
    """Room for the results of one thread."""

    def __init__(self) -> None:
        pointer = native.held().sky_search_new()
        if not pointer:
            raise MemoryError
        self.inside: native.Search = pointer.contents
        self.address = ctypes.addressof(self.inside)
        weakref.finalize(self, native.held().sky_search_free, self.address)


class Snapshot:
    """What an index held at one moment, for questions that take longer; a context manager.

    It is walked by several threads, and changes of the index go on meanwhile.
    """

    def __init__(self, index: Packed, store: int) -> None:
        """Open a snapshot; keeps the index alive."""
        self._index = index
        self._store = store
        self._seen: int | None = native.held().sky_snapshot(store)
        if not self._seen:
            raise MemoryError
        self.entries = len(index)
        self._close = weakref.finalize(self, native.held().sky_release, self._seen)

    def __enter__(self) -> Self:
        """Give the snapshot itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of what only this snapshot still needs; nothing may be walking it."""
        self._close()
        self._seen = None

    def _open(self) -> int:
        if self._seen is None:
            raise ValueError("the snapshot is closed")
        return self._seen

    def check(
        self,
        queries: Entries,
        *,
        within_party: bool = False,
        every_part: bool = False,
        threads: int = 1,
    ) -> Iterator[tuple[int, Records]]:
        """Ask all queries; yields how many more are answered, and what was found, in order."""
        self.prepare(queries)
        options = within_party * WITHIN_PARTY | every_part * EVERY_PART
        cuts = _cuts(queries.records["entry"])
        jobs = (partial(self._check, queries, a, b, options) for a, b in pairwise(cuts))
        yield from _in_order(jobs, threads)

    def _check(self, queries: Entries, first: int, end: int, options: int) -> tuple[int, Records]:
        return end - first, self.ask(queries, first, end, options)

    def prepare(self, queries: Entries) -> None:
        """Get queries ready for ``ask``; raises ``BadShape`` where they are of another frame."""
        self._index._fits(queries)
        native.held().sky_prepare(queries.address, len(queries), queries.space)

    def ask(self, queries: Entries, first: int, end: int, options: int) -> Records:
        """Ask the queries from ``first`` to ``end``, which were prepared."""
        search = _Search()
        data = queries.address
        request = native.Request(self._store, self._open(), search.address, data, options)
        count = native.free().sky_check(byref(request), first, end - first)
        return native.results(search.inside, count)

    def pairs(
        self, *, within_party: bool = False, threads: int = 1
    ) -> Generator[tuple[int, Records], None, None]:
        """Compare all entries with one another; yields how many more are done, and what was found.

        ``query`` and ``entry`` are the numbers of a pair that is not clear; ``owner`` is that of
        ``entry``. Each pair comes once, in the same order however many threads there are.
        """
        parts = int(native.held().sky_parts(self._open()))
        options = within_party * WITHIN_PARTY
        done = 0
        jobs = (partial(self._walk, part, options) for part in range(parts))
        for more, found in _in_order(jobs, threads):
            done += more
            yield more, found
        # Every activity was asked; zones were only met.
        yield self.entries - done, native.NO_RESULTS

    def _walk(self, part: int, options: int) -> tuple[int, Records]:
        library, search, walk, seen = native.free(), _Search(), native.Walk(), self._open()
        library.sky_start(seen, byref(walk), part)
        found: list[Records] = []
        while walk.depth >= 0:
            count = library.sky_pairs(seen, search.address, byref(walk), _ENOUGH, options)
            found.append(native.results(search.inside, count))
        return int(walk.done), np.concatenate(found)


def _cuts(subject: Numbers) -> list[int]:
    """Cut a batch into shorter ones, but never between two parts of one question."""
    cuts = [0]
    while cuts[-1] < len(subject):
        cut = min(cuts[-1] + _QUERIES, len(subject))
        while cut < len(subject) and subject[cut] == subject[cut - 1]:
            cut += 1
        cuts.append(cut)
    return cuts


def _in_order(
    jobs: Iterator[Callable[[], tuple[int, Records]]], threads: int
) -> Iterator[tuple[int, Records]]:
    """Do jobs by several threads, a few ahead at a time, and yield what they give in order."""
    if threads < 2:
        yield from (job() for job in jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[tuple[int, Records]]] = deque()
        for job in jobs:
            ahead.append(pool.submit(job))
            if len(ahead) > 2 * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def empty(space: int, curve: Curve) -> Packed | Plain:
    """Make an empty index in one frame (``PLANAR`` or ``GLOBE``), the fastest there is."""
    return Packed(space, curve) if native.AVAILABLE else Plain(space, curve)


def index(made: Entries) -> Packed | Plain:
    """Make an index of entries (one at least) that fits them; they have the numbers 0, 1, ..."""
    result = empty(made.space, fitted(made))
    result.load(made)
    return result
