"""Times that an officer types in short, put on a day by a stated rule; all of them are UTC.

Hours and minutes alone name the next such time from now; where an answer reads back, the nearest.
A day with hours and minutes names the nearest such day of a month.
"""

import re
from datetime import UTC, datetime, timedelta

from parley.desk.typed import time_typed
from parley.errors import BadInstant, ParleyError
from parley.values.instants import LAST, Instant, date_time_group

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
HINT = "write 1604Z, 161604Z, 161604ZJUN16 or 2016-06-16T16:04:00Z"

_HOURS = re.compile(r"(\d{2}):?(\d{2})\s?Z?", re.IGNORECASE)
_DAY_HOURS = re.compile(r"(\d{2})(\d{2})(\d{2})\s?Z?", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_short(text: str) -> bool:
    """Tell whether a time is typed without its month: as hours and minutes, or with a day."""
    return bool(_HOURS.fullmatch(text.strip()) or _DAY_HOURS.fullmatch(text.strip()))


def next_time(text: str, since: Instant, *, where: str = "") -> Instant:
    """Read a time; hours and minutes alone name the first such minute not before ``since``."""
    return _time(text, since, where, nearest=False)


def nearest_time(text: str, now: Instant, *, where: str = "") -> Instant:
    """Read a time; hours and minutes alone name the one nearest to ``now``, of two the later."""
    return _time(text, now, where, nearest=True)


def _time(text: str, at: Instant, where: str, *, nearest: bool) -> Instant:
    said = text.strip()
    hours = _HOURS.fullmatch(said)
    if hours is not None:
        of_day = _of_day(hours.group(1), hours.group(2), text, where)
        found = _next(of_day, at)
        back = found - DAY
        return Instant(back) if nearest and back >= 0 and at - back < found - at else found
    with_day = _DAY_HOURS.fullmatch(said)
    if with_day is not None:
        day, hour, minute = with_day.groups()
        return _nearest_day(int(day), _of_day(hour, minute, text, where), at, text, where)
    try:
        return time_typed(said, where=where)
    except ParleyError as error:
        raise BadInstant(error.what, where=where, hint=HINT) from None


def _of_day(hour: str, minute: str, text: str, where: str) -> int:
    if int(hour) > 23 or int(minute) > 59:
        raise BadInstant(f"{text.strip()!r} is no time of a day", where=where, hint=HINT)
    return (int(hour) * 60 + int(minute)) * MINUTE


def _next(of_day: int, since: Instant) -> Instant:
    since_minute = since - since % MINUTE
    found = since_minute - since_minute % DAY + of_day
    found += DAY if found < since_minute else 0
    if found > LAST:
        raise BadInstant("beyond the year 9999", hint=HINT)
    return Instant(found)


def _nearest_day(day: int, of_day: int, at: Instant, text: str, where: str) -> Instant:
    here = _EPOCH + timedelta(milliseconds=at)
    found = []
    for months in (-2, -1, 0, 1, 2):
        year, month = divmod(here.year * 12 + here.month - 1 + months, 12)
        try:
            midnight = datetime(year, month + 1, day, tzinfo=UTC)
        except ValueError:
            continue  # no such day in that month
        found.append(int((midnight - _EPOCH).total_seconds()) * 1000 + of_day)
    if not found:
        raise BadInstant(f"{text.strip()!r}: no month has a day {day}", where=where, hint=HINT)
    return Instant(min(found, key=lambda ms: (abs(ms - at), -ms)))


def day_words(at: Instant) -> str:
    """Write the day and time of an instant for people: ``16:04 UTC 16 JUN 2016``."""
    group = date_time_group(at)
    year = (_EPOCH + timedelta(milliseconds=at)).year
    return f"{group[2:4]}:{group[4:6]} UTC {group[:2]} {group[7:10]} {year}"
