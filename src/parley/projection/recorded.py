"""What the records of one author add up to, to set beside a total that was typed."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.projection.allegations import Allegations
from parley.projection.areas import wholes_of
from parley.projection.casualty_register import CasualtyRegister, Row, bounds
from parley.projection.counted import counting
from parley.projection.situation import Situation
from parley.projection.tallies import Event, Tally
from parley.record.claims.participation import Joined
from parley.record.claims.relief import Delivered
from parley.record.claims.totals import Counted
from parley.values.instants import FIRST, Instant

HARMS = frozenset({"killed", "injured", "missing", "detained"})


@dataclass(frozen=True, slots=True)
class Sum:
    """Between what bounds records put a number; ``most`` None: some state no figure, or no time."""

    least: int
    most: int | None

    def allows(self, number: int) -> bool:
        """Tell whether a number lies within the bounds."""
        return number >= self.least and (self.most is None or number <= self.most)


@dataclass(frozen=True, slots=True)
class _Sort:
    """The events of one sort, and those of them that state no figure."""

    events: Tally
    unstated: Tally

    def sum(self, author: str, area: str | None, since: int, until: int) -> Sum | None:
        found = self.events.count(area, since, until).get(author, 0)
        unstated = self.unstated.count(area, since, until).get(author, 0)
        untimed = self.events.untimed(area).get(author, 0)
        untimed += self.unstated.untimed(area).get(author, 0)
        return Sum(found, None if unstated or untimed else found)


class Recorded:
    """Sums over the latest words of each author, by what was counted, area and period."""

    def __init__(
        self, situation: Situation, casualties: CasualtyRegister, allegations: Allegations
    ) -> None:
        self._situation = situation
        self._casualties = casualties
        self._allegations = allegations

    def sum(
        self, what: Counted, author: str, area: str | None, since: Instant | None, until: Instant
    ) -> Sum | None:
        """Give the bounds for ``[since, until)``; ``since`` None is from the very beginning.

        None: the author has no record of this sort anywhere in the period, so nothing is compared.
        """
        start = FIRST if since is None else since
        if what in HARMS:
            return self._people(what, author, area, start, until)
        sort = self._sorts[what]
        any_at_all = sort.sum(author, None, start, until)
        if any_at_all == Sum(0, 0):
            return None
        return sort.sum(author, area, start, until)

    def work(
        self, what: Counted, author: str, area: str | None, since: Instant | None, until: Instant
    ) -> int:
        """Give how many records of people ``sum`` would look at: sums of people have no index."""
        if what not in HARMS:
            return 0
        timed, untimed = self._rows.get((what, author, area), ((), ()))
        return len(_within(timed, FIRST if since is None else since, until)) + len(untimed)

    def _people(
        self, harm: str, author: str, area: str | None, start: int, until: int
    ) -> Sum | None:
        timed, untimed = self._rows.get((harm, author, None), ((), ()))
        if not untimed and not _within(timed, start, until):
            return None
        timed, untimed = self._rows.get((harm, author, area), ((), ()))
        period = _within(timed, start, until)
        found = bounds(timed[i] for i in period)
        return Sum(found.least, None if found.unbounded or untimed else found.most)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str, str | None], tuple[Sequence[Row], Sequence[Row]]]:
        """The records that count, by harm, author and area: by time, and those without a time.

        By an area, with all that lies in it; by None, wherever it was.
        """
        found: dict[tuple[str, str, str | None], tuple[list[Row], list[Row]]]
        found = defaultdict(lambda: ([], []))
        for row in self._casualties.rows:
            if row.counts:
                untimed = row.claim.when is None
                for whole in (None, *wholes_of(row.claim.area)):
                    found[row.claim.harm, row.party, whole][untimed].append(row)
        for each, _ in found.values():
            each.sort(key=_when)
        return dict(found)

    @cached_property
    def _sorts(self) -> Mapping[Counted, _Sort]:
        nothing = Tally(())
        actions = [*self._delivered(lambda _: 1)]
        return {
            "allegations": _Sort(Tally([*self._alleged()]), nothing),
            "settlements": _Sort(Tally([*self._joined("settlement")]), nothing),
            "groups": _Sort(Tally([*self._joined("armed_group")]), nothing),
            "actions": _Sort(Tally(actions), nothing),
            "tonnes": self._stated(lambda brought: brought.kg),
            "people": self._stated(lambda brought: brought.people),
        }

    def _alleged(self) -> Iterator[Event]:
        for case in self._allegations.cases:
            if case.counted:
                at = None if case.said.during is None else case.said.during.start
                yield Event(case.opened.party, at, case.said.area, case.said.number)

    def _stated(self, figure: Callable[[Delivered], int | None]) -> _Sort:
        return _Sort(
            Tally([*self._delivered(lambda brought: figure(brought) or 0)]),
            Tally([*self._delivered(lambda brought: int(figure(brought) is None))]),
        )

    def _delivered(self, number: Callable[[Delivered], int]) -> Iterator[Event]:
        for opened, brought in counting(self._situation, Delivered):
            if brought.arrived and number(brought):
                yield Event(opened.party, brought.at, brought.area, number(brought))

    def _joined(self, actor_type: str) -> Iterator[Event]:
        """Count each actor once, when its first commitment was taken by the author's records."""
        first: dict[tuple[str, str], tuple[Instant, str]] = {}
        for opened, joined in self._situation.register.holding(Joined):
            if joined.actor_type == actor_type and joined.step == "committed":
                key, at = (opened.party, joined.actor), (joined.at, joined.area or "")
                first[key] = min(first.get(key, at), at)
        for (party, _), (since, area) in first.items():
            yield Event(party, since, area or None, 1)


def _within(timed: Sequence[Row], start: int, until: int) -> range:
    """Give the indices of the records from ``start`` to before ``until``."""
    first = bisect_left(timed, start, key=_when)
    return range(first, bisect_left(timed, max(start, until), key=_when))


def _when(row: Row) -> int:
    return -1 if row.claim.when is None else row.claim.when
