"""When somebody's findings make non-compliance persistent: by a pattern found, or by the terms.

Findings are counted for each author apart. Two sides that each found half as much as the terms ask
for have not found it together.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from parley.projection.fold import Opened
from parley.projection.situation import Situation
from parley.record.claims.allegations import Alleged, Concluded
from parley.record.claims.participation import Threshold
from parley.values.instants import Instant, Interval

KeysAt = Callable[[Opened, Interval], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Persistent:
    """Non-compliance of an actor under an arrangement, persistent by its author's findings.

    ``at``: when the finding was issued that made it so. ``records``: the findings it rests on.
    """

    key: str
    actor: str
    author: str
    at: Instant
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Charge:
    """One allegation that a finding is about: its subject, when it is said to have happened."""

    subject: str
    claim: Alleged
    at: Instant
    keys: tuple[str, ...]


def persistence(
    situation: Situation, keys_at: KeysAt, thresholds: Mapping[str, Threshold]
) -> Iterator[Persistent]:
    """Give each pattern that was found, and each author's findings that reach a threshold once.

    ``keys_at`` names the arrangements that a record belongs to; ``thresholds`` are those of the
    arrangements that state one.
    """
    counts: dict[tuple[str, str, str], _Count] = defaultdict(_Count)
    found = situation.register.holding(Concluded)
    for opened, said in sorted(found, key=lambda each: each[0].said.issued):
        charges = _charges(situation, opened, keys_at)
        if said.outcome == "pattern":
            yield from _pattern(situation, opened, said, charges, keys_at)
        if said.outcome != "corroborated":
            continue
        for charge in charges:
            for key in charge.keys:
                for actor in dict.fromkeys(charge.claim.of) if key in thresholds else ():
                    count = counts[key, actor, opened.party]
                    reached = count.add(charge, opened.name, thresholds[key])
                    if reached:
                        at = opened.said.issued
                        yield Persistent(key, actor, opened.party, at, reached)


def _charges(situation: Situation, opened: Opened, keys_at: KeysAt) -> list[_Charge]:
    """Give the allegations a finding is about, without those that were taken back."""
    by_name, register = situation.said.by_name, situation.register
    charges = []
    for name in opened.said.refers("about"):
        target = by_name.get(name)
        if target is None or register.is_withdrawn(target):
            continue
        for claim in target.facts.claims:
            if isinstance(claim, Alleged):
                during = claim.during or Interval(target.said.issued, target.said.issued)
                keys = keys_at(target, during)
                charges.append(_Charge(register.subject(target), claim, during.start, keys))
    return charges


def _pattern(
    situation: Situation, opened: Opened, said: Concluded, charges: list[_Charge], keys_at: KeysAt
) -> Iterator[Persistent]:
    at = opened.said.issued
    whom = {(key, actor) for each in charges for key in each.keys for actor in each.claim.of}
    own = keys_at(opened, Interval(at, at)) if said.attributed_to else ()
    whom |= {(key, actor) for key in own for actor in said.attributed_to}
    for key, actor in sorted(whom):
        yield Persistent(key, actor, opened.party, at, (opened.name,))


class _Count:
    """One author's corroborated allegations on one actor, by the time they are said to be of."""

    def __init__(self) -> None:
        self._counted: set[str] = set()
        self._charges: list[tuple[int, str]] = []
        self._reached = False

    def add(self, charge: _Charge, finding: str, threshold: Threshold) -> tuple[str, ...]:
        """Count an allegation once; name the findings if this one reaches the threshold first."""
        if self._reached or charge.subject in self._counted:
            return ()
        self._counted.add(charge.subject)
        insort(self._charges, (charge.at, finding))
        needed = threshold.allegations
        place = bisect_left(self._charges, (charge.at, finding))
        for first in range(max(0, place - needed + 1), place + 1):
            last = first + needed - 1
            if last >= len(self._charges):
                break
            if self._charges[last][0] - self._charges[first][0] <= threshold.within_ms:
                self._reached = True
                return tuple(dict.fromkeys(name for _, name in self._charges[first : last + 1]))
        return ()
