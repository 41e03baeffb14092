"""Which days are covered by what: intervals turned into local days, and a sweep over them."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from parley.values.instants import LAST, Instant, Interval, local_time

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Calendar:
    """Local days of a named zone."""

    zone: str

    def day(self, at: Instant) -> date:
        """Give the local day of an instant; the last two days that can be stated are one."""
        return local_time(Instant(min(at, LAST - 2 * DAY_MS)), self.zone).date()

    def days(self, during: Interval) -> tuple[date, date | None]:
        """Give the first and last day that an interval touches; None where it has no end.

        An interval is half-open: one that ends at midnight does not touch the day that begins then.
        """
        first = self.day(during.start)
        if during.end is None:
            return first, None
        return first, self.day(Instant(max(during.start, during.end - 1)))


class Cover:
    """What covers each day, swept from the first day on in the order in which it began.

    ``spans`` give a name and the interval it covers. Each step costs what begins and ends on it.
    """

    def __init__(self, calendar: Calendar, spans: Iterable[tuple[str, Interval]]) -> None:
        turns: dict[date, list[tuple[int, bool]]] = defaultdict(list)
        self._names: list[str] = []
        for i, (name, during) in enumerate(spans):
            first, last = calendar.days(during)
            turns[first].append((i, True))
            if last is not None:
                turns[last + timedelta(days=1)].append((i, False))
            self._names.append(name)
        self.turns: Mapping[date, list[tuple[int, bool]]] = dict(turns)
        self._open: OrderedDict[int, None] = OrderedDict()

    def turn(self, day: date) -> bool:
        """Go on to a day on which something begins or ends; tell whether anything did."""
        turns = self.turns.get(day, ())
        for i, begins in turns:
            if begins:
                self._open[i] = None
            else:
                self._open.pop(i, None)
        return bool(turns)

    def __len__(self) -> int:
        """Count what covers the day."""
        return len(self._open)

    def first(self, most: int) -> tuple[str, ...]:
        """Name the first of what covers the day, at most so many."""
        return tuple(self._names[i] for i in islice(self._open, most))
