"""What was done when and where, by whose word: events counted by author between two instants.

Latest words only. An event without a time of its own is counted apart, in no window.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from parley.projection.areas import wholes_of
from parley.projection.counted import counting
from parley.projection.occupants import activity_subject
from parley.projection.situation import Situation
from parley.record.claims.actors import Counted
from parley.record.claims.allegations import Alleged
from parley.record.claims.meetings import Met
from parley.record.claims.participation import Joined
from parley.record.claims.relief import Delivered
from parley.values.instants import Instant, spanning


@dataclass(frozen=True, slots=True)
class Event:
    """So many things of one sort that an author says were done at an instant, in an area."""

    author: str
    at: Instant | None
    area: str | None
    number: int


class Tally:
    """The events of one sort, ready to be counted by author, area and time."""

    def __init__(self, events: Sequence[Event]) -> None:
        # by area, and by every area that this one lies in; by None: wherever it was
        groups: dict[tuple[str | None, str], list[tuple[int, int]]] = defaultdict(list)
        untimed: dict[tuple[str | None, str], int] = defaultdict(int)
        for event in events:
            for whole in (None, *(wholes_of(event.area) if event.area is not None else ())):
                if event.at is None:
                    untimed[whole, event.author] += event.number
                else:
                    groups[whole, event.author].append((event.at, event.number))
        self._untimed = dict(untimed)
        self._times: dict[tuple[str | None, str], list[int]] = {}
        self._sums: dict[tuple[str | None, str], list[int]] = {}
        for key, each in groups.items():
            each.sort()
            self._times[key] = [at for at, _ in each]
            self._sums[key] = [0, *accumulate(number for _, number in each)]
        self._authors = sorted({author for _, author in (*self._times, *untimed)})

    def count(self, area: str | None, start: int, end: int) -> dict[str, int]:
        """Count from ``start`` to before ``end``, by author; authors of none are left out."""
        found: dict[str, int] = {}
        for author in self._authors:
            times = self._times.get((area, author), [])
            first, last = bisect_left(times, start), bisect_left(times, max(start, end))
            if first < last:
                sums = self._sums[area, author]
                found[author] = sums[last] - sums[first]
        return {author: number for author, number in found.items() if number}

    def untimed(self, area: str | None) -> dict[str, int]:
        """Count what has no time of its own, by author."""
        found = {author: self._untimed.get((area, author), 0) for author in self._authors}
        return {author: number for author, number in found.items() if number}


class Tallies:
    """The tallies of a situation, each made when it is first asked for."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def of(self, what: Counted) -> Tally:
        """Give the tally of one sort."""
        return self._all[what]

    @cached_property
    def _all(self) -> Mapping[Counted, Tally]:
        return {
            "meetings": Tally(list(self._meetings())),
            "joinings": Tally(list(self._joinings())),
            "deliveries": Tally(list(self._deliveries())),
            "activities": Tally(list(self._activities())),
            "allegations": Tally(list(self._allegations())),
        }

    def _meetings(self) -> Iterator[Event]:
        for opened, met in counting(self._situation, Met):
            yield Event(opened.party, met.at, met.area, 1)

    def _joinings(self) -> Iterator[Event]:
        """Count commitments: neither an invitation nor an attestation is a joining of its own."""
        for opened, joined in counting(self._situation, Joined):
            if joined.step == "committed":
                yield Event(opened.party, joined.at, joined.area, 1)

    def _deliveries(self) -> Iterator[Event]:
        """Count what arrived, whole or in part."""
        for opened, brought in counting(self._situation, Delivered):
            if brought.arrived:
                yield Event(opened.party, brought.at, brought.area, 1)

    def _allegations(self) -> Iterator[Event]:
        for opened, alleged in counting(self._situation, Alleged):
            at = None if alleged.during is None else alleged.during.start
            yield Event(opened.party, at, alleged.area, alleged.number)

    def _activities(self) -> Iterator[Event]:
        """Count each activity once, however many records make it up, at its first instant."""
        said, register = self._situation.said, self._situation.register
        first: dict[tuple[str, str], Instant] = {}
        for opened in said.readable:
            occupancy = opened.facts.occupancy
            if occupancy is None or occupancy.role != "activity" or not occupancy.windows:
                continue
            if not register.holds(opened):
                continue
            subject = register.subject(opened)
            if occupancy.activity is not None:
                subject = activity_subject(said.channel, opened.party, occupancy.activity)
            start, key = spanning(occupancy.windows).start, (opened.party, subject)
            first[key] = min(first.get(key, start), start)
        for (party, _), at in first.items():
            yield Event(party, at, None, 1)
