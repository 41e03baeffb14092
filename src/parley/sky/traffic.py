"""Subjects that come, change and go while others ask what they meet.

The kernel finds, and mostly decides, which parts of two subjects are not clear of each other;
``encounters`` explains, and decides what the kernel leaves open. Where the kernel is not compiled,
its twin in numpy does the same.
"""

import heapq
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

import numpy as np

from parley.sky.encounters import Encounter, Subject, Verdict, compare_some
from parley.sky.heights import EARTH, Relief
from parley.sky.kernel.curve import Curve, curve, fitted
from parley.sky.kernel.entries import GLOBE, HIT, Entries, Records
from parley.sky.kernel.plain import Plain
from parley.sky.layout import Laid, Parties, lay_out
from parley.sky.packed import Packed, empty
from parley.sky.plans import Plan, lay_out_plans
from parley.sky.sight import ASKING, Kept, Pairs, Sight, pairs_of
from parley.values.instants import Instant
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

Unexplained = tuple[str, str, tuple[tuple[int, int], ...]]
"""The names of two subjects, and which of their parts are not clear of each other."""
Progress = Callable[[int, int], None]


class Met(NamedTuple):
    """Two subjects by their names, sorted, and what is certain of them."""

    a: str
    b: str
    verdict: Verdict


# What to expect where nothing is known yet: from 1 km below the sea to 20 km above it, 16 days.
_LOWEST_E4M, _HIGHEST_E4M, _DAYS_MS = -10_000_000.0, 200_000_000.0, 16 * 86_400_000.0
_USUAL = (20_000.0, 20_000.0, 10_000_000.0, 1_800_000.0)
_MINUTE_MS = 60_000


class Sky:
    """Many subjects, each with a name of its own; not to be shared between threads without a lock.

    Where most are never explained, put in a ``Plan`` instead of a ``Subject``: it is made ready for
    the exact comparison only when it must be.

    ``conflicts`` and ``meetings`` tell of what was there when the first was asked for, whatever
    changes meanwhile.
    """

    def __init__(self, subjects: Iterable[Subject | Plan] = (), *, relief: Relief = EARTH) -> None:
        """Begin with some subjects; loading many at once is faster than putting them in."""
        self._relief = relief
        self._parties = Parties()
        self._owners: dict[str, int] = {}
        self._kept: dict[int, Kept] = {}
        self._ends = _Ends()
        self._next = 0
        self._spare: list[int] = []  # owner numbers given back: they must not run out
        self._index: Packed | Plain | None = None
        self._load(list({subject.name: subject for subject in subjects}.values()))

    def _load(self, subjects: list[Subject | Plan]) -> None:
        if not subjects:
            return
        laid = self._laid(subjects, range(len(subjects)))
        self._index = empty(GLOBE, fitted(laid.entries) if len(laid.entries) else _unknown(0.0))
        numbers = self._index.load(laid.entries).tolist()
        for subject in subjects:
            self._keep(subject, self._take(), {})
        for owner, part, number in zip(
            laid.subject.tolist(), laid.part.tolist(), numbers, strict=True
        ):
            self._kept[owner].parts[number] = part

    def put(self, subject: Subject | Plan) -> None:
        """Add a subject, in place of one of that name if there is one.

        Raises ``BadShape`` for a plan that cannot be compared, and ``MemoryError`` where there is
        no room for it; then nothing has changed.
        """
        laid = self._laid([subject], [self._spare[-1] if self._spare else self._next])
        if self._index is None:
            first = laid.entries.records["t0"].min(initial=0.0) if len(laid.entries) else 0.0
            self._index = empty(GLOBE, _unknown(float(first)))
        # The new one before the old one goes: were there no room for it, neither would be there.
        numbers = self._index.add(laid.entries).tolist()
        owner = self._take()
        self.remove(subject.name)
        self._keep(subject, owner, dict(zip(numbers, laid.part.tolist(), strict=True)))

    def remove(self, name: str) -> bool:
        """Remove the subject of that name; tell whether there was one."""
        owner = self._owners.pop(name, None)
        if owner is None or self._index is None:
            return False
        kept = self._kept.pop(owner)
        self._spare.append(owner)
        self._index.remove(np.fromiter(kept.parts, dtype=np.uint32))
        self._ends.drop(owner, kept.stated)
        return True

    def expire(self, before: Instant) -> list[str]:
        """Remove every subject all of which ended before an instant; give their names."""
        names = [self._kept[owner].stated.name for owner in self._ends.over(before)]
        for name in names:
            self.remove(name)
        return names

    def subject(self, name: str) -> Subject:
        """Give the subject of that name; raises ``KeyError`` where there is none."""
        return self._kept[self._owners[name]].subject

    def __len__(self) -> int:
        """Count the subjects."""
        return len(self._kept)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a subject of that name."""
        return name in self._owners

    def verdicts(
        self, subject: Subject | Plan, *, within_party: bool = False
    ) -> dict[str, Verdict]:
        """Tell with which others, by name, a subject is in conflict or may be; no explanations.

        Not with one of its own name. In most cases the kernel alone decides, in microseconds.
        """
        hits: set[int] = set()
        compared = self._compared(subject, within_party=within_party, every_part=False, hits=hits)
        result: dict[str, Verdict] = {
            encounter.b if encounter.a == subject.name else encounter.a: encounter.verdict
            for encounter in compared
        }
        return result | {self._kept[owner].stated.name: "CONFLICT" for owner in hits}

    def against(self, subject: Subject | Plan, *, within_party: bool = False) -> list[Encounter]:
        """Give the encounters of a subject with all others, sorted by the names of the two."""
        found = self._compared(subject, within_party=within_party, every_part=True, hits=set())
        return sorted(found, key=lambda e: (e.a, e.b))

    def sight(self) -> Sight:
        """Give the sky as it is now, to be asked while this one changes; close it when done."""
        seen = None if self._index is None else self._index.snapshot()
        return Sight(seen, dict(self._owners), dict(self._kept), self._parties.copy(), self._relief)

    def conflicts(
        self, *, within_party: bool = False, threads: int = 1, progress: Progress | None = None
    ) -> Generator[Encounter, None, None]:
        """Yield the encounters among all subjects, each once: most as soon as they are found.

        Those of subjects with several parts come last. ``progress`` is told how many entries
        (volumes, pieces of trajectories) of how many have been compared with all others. Several
        ``threads`` search; the order is always the same.
        """
        walk = self._walk(within_party=within_party, threads=threads, progress=progress)
        for a, b, pairs, _ in walk:
            encounter = self._encounter(a.subject, b.subject, pairs, within_party)
            if encounter is not None:
                yield encounter

    def unexplained(
        self, *, within_party: bool = False, threads: int = 1, progress: Progress | None = None
    ) -> Iterator[Unexplained]:
        """Yield what ``conflicts`` would compare, in its order, for others to ``explain``."""
        walk = self._walk(within_party=within_party, threads=threads, progress=progress)
        for a, b, pairs, _ in walk:
            yield a.stated.name, b.stated.name, tuple(pairs)

    def explain(
        self, found: Iterable[Unexplained], *, within_party: bool = False
    ) -> list[Encounter]:
        """Compare what ``unexplained`` gave, exactly; what is clear after all is left out."""
        compared = (
            self._encounter(self.subject(a), self.subject(b), dict.fromkeys(pairs), within_party)
            for a, b, pairs in found
        )
        return [encounter for encounter in compared if encounter is not None]

    def meetings(
        self, *, within_party: bool = False, threads: int = 1, progress: Progress | None = None
    ) -> Iterator[Met]:
        """Yield which subjects are in conflict or may be, as ``conflicts``, but do not explain.

        In most cases the kernel alone decides, many thousand a second.
        """
        walk = self._walk(within_party=within_party, threads=threads, progress=progress)
        for a, b, pairs, sure in walk:
            first, second = sorted((a.stated.name, b.stated.name))
            if sure:
                yield Met(first, second, "CONFLICT")
                continue
            encounter = self._encounter(a.subject, b.subject, pairs, within_party)
            if encounter is not None:
                yield Met(first, second, encounter.verdict)

    def _walk(
        self, *, within_party: bool, threads: int, progress: Progress | None
    ) -> Iterator[tuple[Kept, Kept, Pairs, bool]]:
        """Yield who is not clear of whom, by which parts, and whether it is surely a conflict."""
        if self._index is None:
            return
        kept = dict(self._kept)
        owner = {number: o for o, k in kept.items() for number in k.parts}
        later: dict[tuple[int, int], Pairs] = {}
        sure: set[tuple[int, int]] = set()
        done = 0
        with (
            self._index.snapshot() as seen,
            closing(seen.pairs(within_party=within_party, threads=threads)) as walk,
        ):
            for more, found in walk:
                for one, other, _, verdict in found.tolist():
                    a, b = owner[one], owner[other]
                    pair = kept[a].parts[one], kept[b].parts[other]
                    if len(kept[a].parts) == len(kept[b].parts) == 1:
                        yield kept[a], kept[b], {pair: None}, verdict == HIT
                        continue
                    key, pair = ((a, b), pair) if a < b else ((b, a), pair[::-1])
                    later.setdefault(key, {})[pair] = None
                    if verdict == HIT:
                        sure.add(key)
                done += more
                if progress is not None:
                    progress(done, seen.entries)
        for (a, b), pairs in later.items():
            yield kept[a], kept[b], pairs, (a, b) in sure

    def _take(self) -> int:
        """Give the number of the next owner, which is no one's now."""
        if self._spare:
            return self._spare.pop()
        self._next += 1
        return self._next - 1

    def _keep(self, subject: Subject | Plan, owner: int, parts: dict[int, int]) -> None:
        self._owners[subject.name] = owner
        self._kept[owner] = Kept(subject, parts)
        self._ends.put(owner, subject)

    def _laid(self, listed: Sequence[Subject | Plan], owners: Sequence[int]) -> Laid:
        plans = [one for one in listed if isinstance(one, Plan)]
        if len(plans) == len(listed):
            return lay_out_plans(plans, self._parties, owners=owners, relief=self._relief)
        subjects = [one.subject if isinstance(one, Plan) else one for one in listed]
        return lay_out(subjects, self._parties, owners=owners, relief=self._relief)

    def _compared(
        self,
        subject: Subject | Plan,
        *,
        within_party: bool,
        every_part: bool,
        hits: set[int],
    ) -> Iterator[Encounter]:
        """Compare a subject exactly with all that the kernel finds, but for owners in ``hits``.

        Unless ``every_part``, those of which the kernel is sure are put there and not compared.
        """
        if self._index is None:
            return
        index, laid = self._index, self._laid([subject], [self._owners.get(subject.name, ASKING)])

        def ask(queries: Entries, first: int, count: int) -> Records:
            return index.check(
                queries, first, count, within_party=within_party, every_part=every_part
            )

        pairs = pairs_of(laid, ask, self._kept, hits=None if every_part else hits)
        for owner, which in pairs.items():
            mine = subject.subject if isinstance(subject, Plan) else subject
            encounter = self._encounter(mine, self._kept[owner].subject, which, within_party)
            if encounter is not None:
                yield encounter

    def _encounter(
        self, a: Subject, b: Subject, pairs: Pairs, within_party: bool
    ) -> Encounter | None:
        return compare_some(a, b, iter(pairs), within_party=within_party, relief=self._relief)


def _unknown(epoch: float) -> Curve:
    """Give a curve for the whole globe and heights of all kinds."""
    low = (-1e7, -1e7, _LOWEST_E4M, epoch)
    return curve(low, (1e7, 1e7, _HIGHEST_E4M, epoch + _DAYS_MS), _USUAL)


class _Ends:
    """When subjects end, minute by minute: nothing of one that was removed is kept."""

    def __init__(self) -> None:
        self._minutes: dict[int, dict[int, int]] = {}
        self._order: list[int] = []

    def put(self, owner: int, subject: Subject | Plan) -> None:
        end = _end_of(subject)
        if end is None:
            return
        minute = end // _MINUTE_MS
        if minute not in self._minutes:
            self._minutes[minute] = {}
            heapq.heappush(self._order, minute)
        self._minutes[minute][owner] = end

    def drop(self, owner: int, subject: Subject | Plan) -> None:
        end = _end_of(subject)
        if end is not None and end // _MINUTE_MS in self._minutes:
            self._minutes[end // _MINUTE_MS].pop(owner, None)

    def over(self, before: int) -> list[int]:
        """Give the owners of subjects that ended before an instant, earliest first."""
        found: list[tuple[int, int]] = []
        while self._order and self._order[0] * _MINUTE_MS < before:
            minute = self._order[0]
            ended = [(end, o) for o, end in self._minutes[minute].items() if end < before]
            found += sorted(ended)
            if len(ended) < len(self._minutes[minute]):
                break
            heapq.heappop(self._order)
            del self._minutes[minute]
        return [owner for _, owner in found]


def _end_of(subject: Subject | Plan) -> int | None:
    """Give when the last part ends, in ms; None if one never does."""
    last = -(2**63)
    for part in subject.parts:
        stated = part if isinstance(part, Volume4D | Trajectory) else part.stated
        if isinstance(stated, Trajectory):
            end: int | None = stated.times[-1] + stated.time_tolerance_ms
        else:
            end = stated.time_end
        if end is None:
            return None
        last = max(last, end)
    return last
