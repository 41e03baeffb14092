"""Times as tables write them: local with a zone that is stated, as text or as a spreadsheet's."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from parley.desk.importing.numerals import western
from parley.desk.importing.row import Cell
from parley.errors import BadInstant, BadRow
from parley.values.instants import Instant, instant, zone_named

EXCEL: Final = "excel"
# Serial 1 is 1900-01-01, and 1900 counts as a leap year (ECMA-376 part 1, 18.17.4.1), so that from
# March 1900 on this is day 0; or 1904-01-01 is day 0.
_DAY_ZERO: Final = {1900: datetime(1899, 12, 30), 1904: datetime(1904, 1, 1)}  # noqa: DTZ001
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_MS: Final = timedelta(microseconds=500)
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Read:
    """A time as read: the instant, the words, the zone meant, and whether only a day was said."""

    at: Instant
    stated: str
    zone: str
    only_day: bool


def time_of(
    cells: list[Cell], *, zone: str | None, formats: tuple[str, ...] = (), epoch: int = 1900
) -> Read:
    """Read a time from one cell, or from a cell with the day and one with the time of day.

    Text is ISO 8601, or one of ``formats`` (as ``strptime`` takes them; ``excel`` for the number of
    days that a spreadsheet counts). What names no offset is local to ``zone``; a day alone stands
    for its first instant there. A local time that clocks skipped or had twice is refused.
    """
    if len(cells) == 2 and isinstance(cells[1], time) and isinstance(cells[0], date):
        day = cells[0].date() if isinstance(cells[0], datetime) else cells[0]
        return _local(datetime.combine(day, cells[1]), f"{day} {cells[1]}", zone, False)
    cell = cells[0] if len(cells) == 1 else " ".join(_text(each) for each in cells)
    if isinstance(cell, datetime):
        only_day = cell.time() == time(0)
        return _local(
            cell, f"{cell:%Y-%m-%d}" if only_day else f"{cell:%Y-%m-%d %H:%M:%S}", zone, only_day
        )
    if isinstance(cell, date):
        return _local(datetime.combine(cell, time(0)), cell.isoformat(), zone, True)
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return _serial(Decimal(cell), epoch, zone)
    if not isinstance(cell, str):
        raise BadRow(f"{_text(cell)!r} is no time", hint="a day is needed as well")
    text = cell.strip()
    if EXCEL in formats:
        try:
            return _serial(Decimal(western(text).replace(",", ".")), epoch, zone)
        except ArithmeticError:
            pass
    return _typed(text, zone, tuple(each for each in formats if each != EXCEL))


def _typed(text: str, zone: str | None, formats: tuple[str, ...]) -> Read:
    plain = western(text)
    for form in formats:
        try:
            read = datetime.strptime(plain, form)  # noqa: DTZ007 - its zone is stated apart
        except ValueError:
            continue
        only_day = not any(mark in form for mark in ("%H", "%I", "%M", "%c", "%X"))
        return _local(read, text, zone, only_day)
    if not formats:
        try:
            read = datetime.fromisoformat(plain)
        except ValueError:
            pass
        else:
            only_day = len(plain) <= 10 and "T" not in plain and ":" not in plain
            return _local(read, text, zone, only_day)
    wanted = " or ".join(formats) or "2016-06-16 07:30"
    raise BadRow(f"{text[:60]!r} is no time", hint=f"written as {wanted}")


def _serial(days: Decimal, epoch: int, zone: str | None) -> Read:
    if not 0 <= days < 3_000_000:
        raise BadRow(f"{days} is no number of days")
    ms = int((days * _DAY_MS).to_integral_value(ROUND_HALF_EVEN))
    read = _DAY_ZERO[epoch] + timedelta(milliseconds=ms)
    only_day = ms % _DAY_MS == 0
    words = f"{read:%Y-%m-%d}" if only_day else f"{read:%Y-%m-%d %H:%M:%S}"
    return _local(read, words, zone, only_day)


def _local(read: datetime, stated: str, zone: str | None, only_day: bool) -> Read:
    if read.tzinfo is not None:
        return Read(_at(read), stated, zone or "UTC", False)
    if zone is None:
        raise BadRow("a local time without its zone", hint="say in the mapping: zone")
    named = zone_named(zone)
    first = read.replace(tzinfo=named, fold=0)
    # Where clocks change at midnight, a day begins all the same.
    if not only_day and first.utcoffset() != read.replace(tzinfo=named, fold=1).utcoffset():
        skipped = first.astimezone(UTC).astimezone(named).replace(tzinfo=None) != read
        what = "does not exist" if skipped else "is there twice"
        hint = "clocks change then: write the time with its offset, such as +03:00"
        raise BadRow(f"{stated!r} {what} in {zone}", hint=hint)
    return Read(_at(first), stated, zone, only_day)


def _at(read: datetime) -> Instant:
    try:
        return instant((read - _EPOCH + _HALF_MS) // timedelta(milliseconds=1))
    except (BadInstant, OverflowError) as error:
        raise BadRow(f"{error}".partition(" [")[0]) from None


def day_in(read: Read) -> date:
    """Give the local day of a time that was read."""
    return (_EPOCH + timedelta(milliseconds=read.at)).astimezone(ZoneInfo(read.zone)).date()


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)
