"""The day of a view: the reporting day, by the charter's zone and cut-off, that holds its instant.

A day is named by the local date on which its figures close. With a cut-off of 00:00 that is the
midnight at which the date ends, so that the day is the calendar day; with any other, that time of
the date itself, and the day began at the cut-off of the date before.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from parley.errors import BadInstant
from parley.projection.situation import Situation
from parley.values.instants import FIRST, LAST, Instant, Interval, local_time, zone_named

MIDNIGHT = "00:00"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ONE = timedelta(days=1)
_LATEST = Instant(LAST - 3 * 86_400_000)
_FIRST_DATE, _LAST_DATE = date(1969, 12, 31), date(9999, 12, 27)


@dataclass(frozen=True, slots=True)
class Day:
    """A reporting day as ``YYYY-MM-DD``, and the instants ``[start, end)`` that lie in it."""

    name: str
    during: Interval

    @property
    def last(self) -> Instant:
        """The last instant of the day: a view at it has the whole day in sight."""
        return Instant((self.during.end or LAST) - 1)


def day_at(at: Instant, zone: str, cutoff: str = MIDNIGHT) -> Day:
    """Give the day of an instant in a named zone; days of 23 and 25 hours included."""
    # the last days of the year 9999 have no local form everywhere
    at = min(at, _LATEST)
    on = local_time(at, zone).date()
    if at >= _closing(on, zone, cutoff):
        on += _ONE
    elif at < _closing(on - _ONE, zone, cutoff):
        on -= _ONE
    return _day(on, zone, cutoff)


def day_named(name: str, zone: str, cutoff: str = MIDNIGHT) -> Day:
    """Give the day of a date written ``YYYY-MM-DD``; raises ``BadInstant`` for anything else."""
    try:
        on = date.fromisoformat(name)
    except ValueError:
        on = None
    if on is None or on.isoformat() != name or not _FIRST_DATE <= on <= _LAST_DATE:
        raise BadInstant(f"{name!r:.60} is no day", where="day", hint="write 2016-06-16")
    return _day(on, zone, cutoff)


def day_in(situation: Situation, name: str) -> Day:
    """Give a named day of a channel, by the charter in force when it ends; see ``day_named``."""
    terms = situation.governance.first
    for _ in range(2):
        zone, cutoff = (terms.day_zone, terms.day_cutoff) if terms else ("UTC", MIDNIGHT)
        day = day_named(name, zone, cutoff)
        terms = situation.governance.terms_at(day.last)
    return day


def today(situation: Situation) -> Day:
    """Give the day of a view, by the charter in force then; by UTC before any charter."""
    terms = situation.terms
    if terms is None:
        return day_at(situation.at, "UTC")
    return day_at(situation.at, terms.day_zone, terms.day_cutoff)


def _day(on: date, zone: str, cutoff: str) -> Day:
    start, end = _closing(on - _ONE, zone, cutoff), _closing(on, zone, cutoff)
    return Day(on.isoformat(), Interval(Instant(max(FIRST, start)), Instant(min(LAST, end))))


def _closing(on: date, zone: str, cutoff: str) -> int:
    """Give the instant at which the figures of a date close, in milliseconds.

    Where clocks are put forward over it, it is the instant of the change; where they are put back
    over it, the first of the two.
    """
    if cutoff == MIDNIGHT:
        on += _ONE
    hour, minute = int(cutoff[:2]), int(cutoff[3:])
    local = datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone_named(zone))
    return (local - _EPOCH) // _MILLISECOND
