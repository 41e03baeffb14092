"""One line that says where, how far around, how high and when: read strictly, nothing guessed.

    37SDT645074 r5NM SFC-FL150 1604-1608Z
    34 24 00 N 37 12 00 E r9KM 5000-10000FT AMSL 161604-161608Z
    At-Tanf > 33.49N 38.30E r2NM FL100-FL150 NOW-1830Z

A place may be an MGRS reference, degrees in any of the usual forms, or an agreed name; several,
with ``>`` between them, are a line. ``r`` is the radius around the place, or to each side of the
line. Short times follow ``hours``; a time needs its Z, and a level its reference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from parley.desk.quick.cursor import Cursor
from parley.desk.quick.hours import DAY, HINT, day_words, is_short, next_time
from parley.desk.typed import level_typed, place_typed
from parley.errors import BadQuick, ParleyError
from parley.record.terms import KnownPlace
from parley.values.instants import Instant
from parley.values.lengths import Altitude, Bound, length_e4m
from parley.values.places import Place

MOST_LETTERS = 500
MOST_PLACES = 20

_RADIUS = re.compile(r"(?:^|(?<=\s))R\s?(\d+(?:\.\d+)?)\s?(NM|KM|M|FT)(?=\s|$)", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?P<word>SFC|UNL)|(?P<fl>FL\s?\d{1,4})"
    r"|(?P<number>\d+(?:\.\d+)?)\s?(?P<unit>FT|M)?\s?(?P<ref>AMSL|AGL|W84|STD)?",
    re.IGNORECASE,
)
_TO = re.compile(r"-|/|TO(?=\s)", re.IGNORECASE)
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})"
    r"|\d{6}\s?Z\s?[A-Z]{3}\s?\d{2}|\d{6}Z?|\d{2}:?\d{2}Z?|NOW",
    re.IGNORECASE,
)
_LEVELS = "two levels such as SFC-FL150 or 5000-10000FT AMSL"
_PLACES = "37SDT645074, 34.4N 37.2E, 34 24 00 N 37 12 00 E, or an agreed name"
_TIMES = "two times such as 1604-1608Z"

Level = Altitude | Bound


@dataclass(frozen=True, slots=True)
class Note:
    """Something the officer should see before sending: a stable code, and values for its words."""

    code: str
    values: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a line says: one place or a line of them, a radius in 0.1 mm, levels, a window."""

    places: tuple[Place, ...]
    radius_e4m: int
    radius: str
    lower: Level
    upper: Level
    start: Instant
    end: Instant
    notes: tuple[Note, ...]


def read_line(line: str, now: Instant, agreed: Sequence[KnownPlace] = ()) -> Typed:
    """Read a line at an instant; refuse with ``BadQuick``, which names the column."""
    if len(line) > MOST_LETTERS or not line.isprintable():
        raise BadQuick(f"one line of up to {MOST_LETTERS} letters is expected", where="line:1")
    cursor = Cursor(line)
    around = _RADIUS.search(line)
    if around is None:
        _no_radius(cursor)
    places = _places(line, around.start(), agreed)
    number, unit = around.groups()
    radius = _radius(number, unit.upper(), around.start())
    cursor.at = around.end()
    lower, upper = _levels(cursor)
    start, end, notes = _window(cursor, now)
    cursor.end()
    return Typed(places, radius, f"{number} {unit.upper()}", lower, upper, start, end, notes)


def _no_radius(cursor: Cursor) -> NoReturn:
    """Point to a radius without its unit, else to where the levels begin, else to the end."""
    begun = re.search(r"(?<=\s)R\d\S*", cursor.line, re.IGNORECASE)
    if begun is not None:
        cursor.refuse("a radius with its unit, NM, KM, M or FT,", at=begun.start())
    levels = re.search(r"(?<=\s)(SFC|FL\s?\d+|\d+\s?(FT|M)?)\s?-", cursor.line, re.IGNORECASE)
    at = levels.start() if levels else len(cursor.line.rstrip())
    cursor.refuse("a radius such as r5NM after the place", at=at)


def _radius(number: str, unit: str, at: int) -> int:
    try:
        return length_e4m(number, unit)
    except ParleyError as error:
        raise _refusal(error, at) from None


def _refusal(error: ParleyError, at: int) -> BadQuick:
    return BadQuick(error.what, where=f"line:{at + 1}", hint=error.hint)


def _places(line: str, end: int, agreed: Sequence[KnownPlace]) -> tuple[Place, ...]:
    found, at = [], 0
    for words in line[:end].split(">"):
        column = at + len(words) - len(words.lstrip())
        at += len(words) + 1
        if not words.strip():
            raise BadQuick("a place is expected", where=f"line:{column + 1}", hint=_PLACES)
        try:
            found.append(place_typed(words, agreed=agreed))
        except ParleyError as error:
            raise _refusal(error, column) from None
    if len(found) > MOST_PLACES:
        raise BadQuick(f"at most {MOST_PLACES} places are expected", where="line:1")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Said:
    at: int
    end: int
    word: str
    number: str
    unit: str
    reference: str


def _levels(cursor: Cursor) -> tuple[Level, Level]:
    first = _limit(cursor)
    cursor.take(_TO, "'-' and the upper level")
    second = _limit(cursor)
    lower, upper = _level(cursor, first, second), _level(cursor, second, first)
    if lower is Bound.UNL or upper is Bound.SFC or _above(lower, upper):
        cursor.refuse("the lower level first", at=first.at)
    return lower, upper


def _above(lower: Level, upper: Level) -> bool:
    if not (isinstance(lower, Altitude) and isinstance(upper, Altitude)):
        return False
    return lower.reference == upper.reference and lower.e4m > upper.e4m


def _limit(cursor: Cursor) -> _Said:
    match = cursor.take(_LIMIT, _LEVELS)
    named = match["word"] or match["fl"]
    if named:
        return _Said(match.start(), match.end(), named.upper(), "", "", "")
    unit, reference = (match["unit"] or "").upper(), (match["ref"] or "").upper()
    return _Said(match.start(), match.end(), "", match["number"], unit, reference)


def _level(cursor: Cursor, said: _Said, other: _Said) -> Level:
    """Read one limit; unit and reference that only the other one states are meant for both."""
    if said.word:
        words = said.word
    elif not (said.unit or said.reference) and other.word.startswith("FL"):
        words = f"FL{said.number}"
    else:
        unit, reference = said.unit or other.unit, said.reference or other.reference
        if not unit:
            cursor.refuse("FT or M after the level", at=said.end, hint=_LEVELS)
        if not reference:
            cursor.refuse("AMSL, AGL, W84 or STD after the level", at=said.end, hint=_LEVELS)
        words = f"{said.number} {unit} {reference}"
    try:
        return level_typed(words)
    except ParleyError as error:
        raise _refusal(error, said.at) from None


def _window(cursor: Cursor, now: Instant) -> tuple[Instant, Instant, tuple[Note, ...]]:
    first = cursor.take(_TIME, _TIMES)
    cursor.take(_TO, "'-' and the end")
    second = cursor.take(_TIME, _TIMES)
    if is_short(second.group()) and not second.group().upper().endswith("Z"):
        cursor.refuse("Z after the end: times are UTC", at=second.end(), hint=_TIMES)
    start = _time(first, now)
    end = _time(second, start)
    if end <= start:
        raise BadQuick(
            f"it ends {day_words(end)}, not after it starts {day_words(start)}",
            where=f"line:{second.start() + 1}",
            hint=HINT,
        )
    return start, end, tuple(_notes(first.group(), start, end, now))


def _time(match: re.Match[str], since: Instant) -> Instant:
    if match.group().upper() == "NOW":
        return Instant(since - since % 60_000)
    try:
        return next_time(match.group(), since)
    except ParleyError as error:
        raise _refusal(error, match.start()) from None


def _notes(typed: str, start: Instant, end: Instant, now: Instant) -> list[Note]:
    """Say what the day rule did where that may not be what was meant."""
    found = []
    if start // DAY != now // DAY and is_short(typed) and len(typed.rstrip("zZ")) < 6:
        said = {"day": day_words(start)}
        text = f"That time of today is past, so this starts {said['day']}."
        found.append(Note("starts_tomorrow", said, text))
    if end < now:
        found.append(Note("is_past", {"day": day_words(end)}, f"It ended {day_words(end)}."))
    return found
