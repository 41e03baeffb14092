"""What a sky held at one moment: asked for as long as it takes, while the sky goes on changing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from parley.sky.cutting import Integers
from parley.sky.encounters import Encounter, Subject, compare_some
from parley.sky.heights import Relief
from parley.sky.kernel.entries import EVERY_PART, HIT, WITHIN_PARTY, Entries, Records
from parley.sky.kernel.plain import PlainSnapshot
from parley.sky.layout import Laid, Parties, lay_out
from parley.sky.packed import Snapshot
from parley.sky.plans import Plan

Pairs = dict[tuple[int, int], None]
Asking = Callable[[Entries, int, int], Records]
"""Asks so many queries from one on; gives what is not clear of them, as FOUND."""

ASKING = 2**32 - 1  # the owner number of who only asks
_ASKED = 64  # entries of one who asks, at a time
_MANY = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A subject, and which of its parts an entry of the index is, by number."""

    stated: Subject | Plan
    parts: dict[int, int]

    @property
    def subject(self) -> Subject:
        """The subject, made ready for the exact comparison if it is not yet."""
        return self.stated.subject if isinstance(self.stated, Plan) else self.stated


class Sight:
    """The subjects of a ``Sky`` as they were when ``Sky.sight`` was called; a context manager.

    It needs no lock, whatever becomes of the sky meanwhile, but is for one thread.
    """

    def __init__(
        self,
        seen: Snapshot | PlainSnapshot | None,
        owners: Mapping[str, int],
        kept: Mapping[int, Kept],
        parties: Parties,
        relief: Relief,
    ) -> None:
        """Take what nobody else changes; ``seen`` is None where there was never a subject."""
        self._seen = seen
        self._owners, self._kept = owners, kept
        self._parties, self._relief = parties, relief

    def __enter__(self) -> Self:
        """Give the sight itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of what only this sight still needs."""
        if self._seen is not None:
            self._seen.close()

    def subject(self, name: str) -> Subject:
        """Give the subject of that name; raises ``KeyError`` where there was none."""
        return self._kept[self._owners[name]].subject

    def against(self, subject: Subject, *, within_party: bool = False) -> list[Encounter]:
        """Give what ``Sky.against`` would have given at that moment."""
        seen = self._seen
        if seen is None:
            return []
        owner = self._owners.get(subject.name, ASKING)
        laid = lay_out([subject], self._parties, owners=[owner], relief=self._relief)
        options = within_party * WITHIN_PARTY | EVERY_PART
        seen.prepare(laid.entries)

        def ask(queries: Entries, first: int, count: int) -> Records:
            return seen.ask(queries, first, first + count, options)

        pairs = pairs_of(laid, ask, self._kept)
        compared = (
            compare_some(
                subject,
                self._kept[owner].subject,
                iter(which),
                within_party=within_party,
                relief=self._relief,
            )
            for owner, which in pairs.items()
        )
        found = [encounter for encounter in compared if encounter is not None]
        return sorted(found, key=lambda e: (e.a, e.b))


def pairs_of(
    laid: Laid, ask: Asking, kept: Mapping[int, Kept], *, hits: set[int] | None = None
) -> dict[int, Pairs]:
    """Give by owner which pairs of parts are not clear: its own, and the one that is asked about.

    With ``hits``, the owners of which the kernel is sure are put there instead.
    """
    pairs: dict[int, Pairs] = {}
    # Not all at once: two long trajectories may have a hundred million pairs of pieces.
    for first in range(0, len(laid.entries), _ASKED):
        found = ask(laid.entries, first, min(_ASKED, len(laid.entries) - first))
        if hits is not None:
            hits.update(found["owner"][found["verdict"] == HIT].tolist())
        for query, entry, owner, _ in _once(found, laid.part).tolist():
            if hits is None or owner not in hits:
                pair = int(laid.part[query]), kept[owner].parts[entry]
                pairs.setdefault(owner, {})[pair] = None
    return {owner: which for owner, which in pairs.items() if hits is None or owner not in hits}


def _once(found: Records, part: Integers) -> Records:
    """Keep the first of those that say the same of a part and an entry, where there are many."""
    if len(found) < _MANY:
        return found
    asked = part[found["query"]].astype(np.uint64) << np.uint64(32) | found["entry"]
    return found[np.sort(np.unique(asked, return_index=True)[1])]
