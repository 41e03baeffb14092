"""Instants (integer milliseconds UTC), half-open intervals, and times as people state them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NewType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley.errors import BadInstant, BadInterval

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00:00Z, without leap seconds (POSIX time x 1000)."""

FIRST = Instant(0)
LAST = Instant(253_402_300_799_999)  # 9999-12-31T23:59:59.999Z

_RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?"
    r"(Z|[+-]\d{2}:\d{2})"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def instant(ms: int, *, where: str = "") -> Instant:
    """Check that ``ms`` is a millisecond count Parley can hold (years 1970 to 9999)."""
    if isinstance(ms, bool) or not isinstance(ms, int) or not FIRST <= ms <= LAST:
        raise BadInstant(f"{ms!r:.60} is no instant between 1970 and 9999", where=where)
    return Instant(ms)


def parse_instant(text: str, *, where: str = "") -> Instant:
    """Read an RFC 3339 date-time; the zone (``Z`` or an offset) must be written.

    Digits below a millisecond are rounded to the nearest.
    """
    match = _RFC3339.fullmatch(text) if isinstance(text, str) and text.isascii() else None
    if match is None:
        raise BadInstant(
            f"{text!r:.60} is no time with its zone", where=where, hint="write 2016-06-16T04:00:00Z"
        )
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        offset = _offset(zone)
        local = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=offset
        )
        seconds = (local - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError) as error:
        raise BadInstant(f"{text!r} is no time: {error}", where=where) from None
    nanos = int((fraction or "").ljust(9, "0"))
    return instant(seconds * 1000 + (nanos + 500_000) // 1_000_000, where=where)


def _offset(zone: str) -> timezone:
    if zone == "Z":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if minutes > 59:
        raise ValueError("offset minutes over 59")
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if zone[0] == "-" else delta)


def format_instant(at: Instant) -> str:
    """Write an instant as RFC 3339 in UTC; milliseconds only when there are any."""
    days, ms = divmod(at, 86_400_000)
    minutes, ms = divmod(ms, 60_000)
    day = date.fromordinal(_EPOCH_DAY + days).isoformat()
    tail = f".{ms % 1000:03d}Z" if ms % 1000 else "Z"
    return f"{day}T{minutes // 60:02d}:{minutes % 60:02d}:{ms // 1000:02d}{tail}"


def zone_named(name: str, *, where: str = "") -> ZoneInfo:
    """Look up an IANA time zone by name, such as ``Asia/Damascus``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInstant(f"{name!r} is no IANA time zone", where=where) from None


def local_time(at: Instant, zone: str) -> datetime:
    """Give the wall-clock time of an instant in a named zone.

    In the last hours of 9999, where a zone east of Greenwich is past the last date that Python can
    hold, it is that date's last instant.
    """
    named = zone_named(zone)
    try:
        return (_EPOCH + timedelta(milliseconds=at)).astimezone(named)
    except OverflowError:
        return datetime.max.replace(tzinfo=named)


def day_of(at: Instant, zone: str) -> str:
    """Give the local calendar day of an instant as ``YYYY-MM-DD``."""
    return local_time(at, zone).strftime("%Y-%m-%d")


def date_time_group(at: Instant) -> str:
    """Write an instant as a military date-time group in zone Z, such as ``160430ZJUN16``."""
    moment = _EPOCH + timedelta(milliseconds=at)
    return f"{moment:%d%H%M}Z{_MONTHS[moment.month - 1]}{moment:%y}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open stretch of time ``[start, end)``; ``end`` None means until further notice.

    ``start == end`` states one instant, which is not empty: the sky compares both ends inclusively.
    """

    start: Instant
    end: Instant | None

    def __post_init__(self) -> None:
        """Refuse a window that ends before it starts."""
        start, end = self.start, self.end
        forward = end is None or (type(end) is int and start <= end <= LAST)
        if forward and type(start) is int and FIRST <= start <= LAST:
            return  # as nearly all are
        instant(self.start, where="start")
        if self.end is not None and instant(self.end, where="end") < self.start:
            raise BadInterval(
                f"ends {format_instant(self.end)}, before it starts {format_instant(self.start)}",
                where="end",
                hint="swap the two times",
            )

    def holds(self, at: Instant) -> bool:
        """Tell whether ``at`` lies in the interval; an instant holds itself."""
        if self.end is None:
            return at >= self.start
        return self.start <= at < self.end or at == self.start


def spanning(windows: Iterable[Interval]) -> Interval:
    """Give the shortest interval that holds one or more; it has no end if one of them has none."""
    listed = tuple(windows)
    ends = [window.end for window in listed if window.end is not None]
    end = max(ends) if len(ends) == len(listed) else None
    return Interval(min(window.start for window in listed), end)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time as a person stated it: the instant, the words, and the zone they meant."""

    ms: int
    stated: str
    zone: str

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse an instant out of range or an unknown zone."""
        instant(self.ms, where="ms")
        zone_named(self.zone, where="zone")
        if not self.stated or len(self.stated) > 200:
            raise BadInstant("a stated time keeps the words used, up to 200", where="stated")

    @property
    def at(self) -> Instant:
        """The instant itself."""
        return Instant(self.ms)
