"""Times resolved: from the words of the text, the day they count from, and the zone.

A day that is named without its hour is taken from its beginning; one until which something is due,
up to its end. Nothing finer than what the words say is claimed: each carries its precision.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from parley.desk.drafting.mentions import MONTHS, WEEKDAYS, Mention, Spell
from parley.desk.drafting.numbers import number_word
from parley.record.canonical import Json
from parley.values.instants import FIRST, LAST, zone_named

Precision = Literal["minute", "hour", "day", "month"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A resolved time: the instant, the words, the zone, how exact it is and how it was found."""

    ms: int
    words: str
    zone: str
    precision: Precision
    day: date
    how: str

    def stated(self) -> dict[str, Json]:
        """Write it as a ``StatedTime``."""
        return {"ms": self.ms, "stated": self.words[:200], "zone": self.zone}


@dataclass(frozen=True, slots=True)
class Frame:
    """What times count from: the day of the text, the zone of its days, a day told just before."""

    base: date
    zone: str
    told: date | None = None

    def after(self, day: date | None) -> "Frame":
        """Give the same frame with the day told last."""
        return self if day is None else Frame(self.base, self.zone, day)


def resolve(
    mention: Mention, words: str, frame: Frame, *, ahead: bool = False, to_end: bool = False,
    month_end: bool = False,
) -> Moment | None:  # fmt: skip
    """Resolve a mention; None where its words fix no day of the calendar.

    ``ahead``: a weekday lies on or after the day it counts from, as a deadline does, and of the
    years that a date may be in the nearest is taken; otherwise both lie on or before. ``to_end``,
    ``month_end``: a day without its hour, a month without its day, is taken up to its end.
    """
    found = _day(mention.said, frame, ahead)
    if found is None and mention.clock is not None and not mention.day:
        day = frame.told or frame.base
        found = day, f"no day beside the hour: taken for {day.isoformat()}"
    if found is None:
        return None
    day, how = found
    precision: Precision = "month" if "month" in mention.said else "day"
    clock, zone = time(0), frame.zone
    if month_end and precision == "month":
        last = day.replace(day=monthrange(day.year, day.month)[1])
        return _moment(last + timedelta(days=1), clock, words, zone, "day", last, how)
    if mention.clock is not None:
        clock = time(mention.clock.hour, mention.clock.minute)
        zone, precision = mention.clock.zone or frame.zone, "minute"
        if "midnight" in words.lower():
            how += "; midnight is read as the beginning of the day named"
    elif to_end and precision == "day":
        return _moment(day + timedelta(days=1), clock, words, zone, precision, day, how)
    return _moment(day, clock, words, zone, precision, day, how)


def after(spell: Spell, words: str, start: Moment, *, to_end: bool = False) -> Moment | None:
    """Give the end of a length of time that begins at ``start``; only as exact as both are."""
    how = f"{words!r} counted from {start.words!r}"
    if spell.unit == "month":
        months = start.day.year * 12 + start.day.month - 1 + spell.count
        try:
            day = date(months // 12, months % 12 + 1, start.day.day)
        except ValueError:
            return None
    elif spell.unit in ("minute", "hour") and start.precision == "minute":
        unit = 60_000 if spell.unit == "minute" else 3_600_000
        ms = start.ms + spell.count * unit
        if ms > LAST:
            return None
        local = (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone_named(start.zone)).date()
        return Moment(ms, words, start.zone, "minute", local, how)
    else:
        hours = {"minute": 0, "hour": spell.count, "day": 24 * spell.count}.get(
            spell.unit, 168 * spell.count
        )
        if hours % 24:
            return None  # half a day from an unknown hour is no day of the calendar
        try:
            day = start.day + timedelta(days=hours // 24)
        except OverflowError:
            return None
        how += ", whose hour the text does not give"
    try:
        shown = day + timedelta(days=1) if to_end else day
    except OverflowError:
        return None
    return _moment(shown, time(0), words, start.zone, "day", day, how)


def start_of(day: date, words: str, zone: str, how: str) -> Moment | None:
    """Give the beginning of a day in a zone."""
    return _moment(day, time(0), words, zone, "day", day, how)


def _moment(
    at: date, clock: time, words: str, zone: str, precision: Precision, day: date, how: str
) -> Moment | None:
    local = datetime.combine(at, clock, tzinfo=zone_named(zone))
    try:
        ms = (local - _EPOCH) // timedelta(milliseconds=1)
    except OverflowError:
        return None
    if not FIRST <= ms <= LAST:
        return None
    return Moment(ms, words, zone, precision, day, how)


def _day(said: dict[str, str], frame: Frame, ahead: bool) -> tuple[date, str] | None:
    base = (frame.told or frame.base) if ahead else frame.base
    try:
        if "iso" in said:
            return date.fromisoformat(said["iso"]), "as written"
        if "m1" in said or "m2" in said:
            return _dated(said, base, ahead)
        if "month" in said:
            year = int(said["y3"]) if "y3" in said else None
            first = base.replace(day=1) if ahead else base
            return _nearest(1, _month(said["month"]), year, first, ahead)
        if "weekday" in said:
            return _weekday(said, base, ahead)
        if "near" in said:
            step = {"yesterday": -1, "tomorrow": 1}.get(said["near"].lower(), 0)
            return frame.base + timedelta(days=step), f"{said['near']} of {frame.base.isoformat()}"
        return _relative(said, frame)
    except (ValueError, OverflowError):
        return None


def _dated(said: dict[str, str], base: date, ahead: bool) -> tuple[date, str]:
    number = "1" if "m1" in said else "2"
    year = int(said["y" + number]) if "y" + number in said else None
    day, how = _nearest(int(said["d" + number]), _month(said["m" + number]), year, base, ahead)
    named = said.get("weekday", "").lower()
    if named and WEEKDAYS[day.weekday()] != named:
        how += f"; but {day.isoformat()} is a {WEEKDAYS[day.weekday()].capitalize()}"
    return day, how


def _month(name: str) -> int:
    return MONTHS.index(name.lower()[:3]) + 1


def _nearest(day: int, month: int, year: int | None, base: date, ahead: bool) -> tuple[date, str]:
    if year is not None:
        return date(year, month, day), "as written"
    # the 29th of February is up to eight years away
    known = [
        found for step in range(-8, 9) if (found := _date(base.year + step, month, day)) is not None
    ]
    past = [found for found in known if found <= base]
    if ahead:
        nearest = min(known, key=lambda found: (abs(found - base), found))
        return nearest, f"no year in the text: the one nearest to {base.isoformat()}"
    return max(past), f"no year in the text: the one on or before {base.isoformat()}"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(said: dict[str, str], base: date, ahead: bool) -> tuple[date, str]:
    wanted, which = WEEKDAYS.index(said["weekday"].lower()), said.get("which", "")
    ahead = (ahead or which in ("next", "the following")) and which not in ("last", "the previous")
    step = (wanted - base.weekday()) % 7 if ahead else -((base.weekday() - wanted) % 7)
    if step == 0 and which in ("next", "the following"):
        step = 7
    if step == 0 and which in ("last", "the previous"):
        step = -7
    way = "on or after" if ahead else "on or before"
    return base + timedelta(days=step), f"the one {way} {base.isoformat()}"


def _relative(said: dict[str, str], frame: Frame) -> tuple[date, str] | None:
    told = frame.told or frame.base
    if "side" in said:
        step = -1 if said["side"] in ("day before", "previous day") else 1
        return told + timedelta(days=step), f"{said['side']} of {told.isoformat()}"
    count = number_word(said.get("count", ""))
    if count is None:
        return None
    days = count * (7 if said["unit"] == "week" else 1)
    origin = frame.base if said["way"] == "ago" else told
    step = days if said["way"] == "later" else -days
    return origin + timedelta(days=step), f"{step:+d} days from {origin.isoformat()}"
