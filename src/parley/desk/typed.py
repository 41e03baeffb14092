"""What an officer types: places, levels and times, read strictly, the words kept."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from parley.desk.grid import from_mgrs, is_mgrs
from parley.errors import BadAltitude, BadInstant, BadPosition
from parley.record.terms import KnownPlace
from parley.values.instants import Instant, parse_instant
from parley.values.lengths import (
    E4M_PER_METRE,
    Altitude,
    Bound,
    Reference,
    Unit,
    length_e4m,
    to_e4m,
)
from parley.values.places import Place, Position

_METRES_PER_DEGREE = 111_320  # along a meridian, and the most along a parallel
_PLACE_HINT = (
    "write 34.4N 37.2E, 34 24 00 N 37 12 00 E, 342400N0371200E, an MGRS reference, "
    "or the name of an agreed place"
)
_NUMBER = r"\d+(?:\.\d+)?"
_PLAIN = re.compile(rf"([+-]?{_NUMBER})(?:\s*,\s*|\s+)([+-]?{_NUMBER})")
_ONE_NUMBER = re.compile(r"[+-]?\d+,\d+")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{2})?([NS])(\d{3})(\d{2})(\d{2})?([EW])")
_PARTS = rf"({_NUMBER})(?:[\s°]+({_NUMBER}))?(?:[\s'′]+({_NUMBER}))?"
_HALF = rf"{_PARTS}[\s°'′\"″]*"
_LETTERED = re.compile(rf"{_HALF}([NSEW])[\s,]*{_HALF}([NSEW])")
_LEVEL = re.compile(r"(-?\d+(?:\.\d+)?)\s*(FT|M)\s*(W84|AMSL|AGL|STD)")
_FLIGHT_LEVEL = re.compile(r"FL\s*(\d{1,4})")
_GROUP = re.compile(r"(\d{2})(\d{2})(\d{2})\s?Z\s?([A-Z]{3})\s?(\d{2})")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def time_typed(text: str, *, where: str = "") -> Instant:
    """Read RFC 3339 with its zone, or a date-time group in zone Z such as ``160430ZJUN16``."""
    match = _GROUP.fullmatch(text.strip().upper())
    if match is None:
        try:
            return parse_instant(text.strip(), where=where)
        except BadInstant as error:
            hint = "write 2016-06-16T04:30:00Z or 160430ZJUN16"
            raise BadInstant(error.what, where=where, hint=hint) from None
    day, hour, minute, month, year = match.groups()
    if month not in _MONTHS:
        raise BadInstant(f"{month!r} is no month", where=where, hint=", ".join(_MONTHS))
    number = _MONTHS.index(month) + 1
    return parse_instant(f"20{year}-{number:02d}-{day}T{hour}:{minute}:00Z", where=where)


def level_typed(text: str, *, where: str = "") -> Altitude | Bound:
    """Read ``15000 FT AMSL``, ``4500 M W84``, ``FL150``, ``SFC`` or ``UNL``.

    A level without its reference is refused: whose metres above what is the very question.
    """
    said = text.strip().upper()
    if said in Bound.__members__:
        return Bound[said]
    level = _FLIGHT_LEVEL.fullmatch(said)
    if level is not None:
        feet = 100 * int(level.group(1))
        return Altitude(to_e4m(feet, "FT", where=where), "FT", "STD")
    match = _LEVEL.fullmatch(said)
    if match is None:
        raise BadAltitude(
            f"{text!r} is no level with its unit and reference",
            where=where,
            hint="write 15000 FT AMSL, 4500 M W84, FL150, SFC or UNL",
        )
    number, units, reference = match.groups()
    height = to_e4m(number, units, where=where)
    return Altitude(height, cast("Unit", units), cast("Reference", reference))


def altitude_typed(text: str, *, where: str = "") -> Altitude:
    """Read a level that must be a number: see ``level_typed``."""
    level = level_typed(text, where=where)
    if isinstance(level, Bound):
        raise BadAltitude(f"{level.value} is no number to compare", where=where)
    return level


def place_typed(
    text: str,
    *,
    where: str = "",
    precision_m: str | None = None,
    agreed: Iterable[KnownPlace] = (),
) -> Place:
    """Read a position or the name of an agreed place; keep the words, and how exact they were.

    Without ``precision_m`` the precision is what the last digit typed can tell.
    """
    words = text.strip()
    named = _agreed_place(words, agreed)
    if named is not None:
        position, precision = named.position, named.precision_e4m
    else:
        position, precision = _position_typed(words, where)
    if precision_m is not None:
        precision = length_e4m(precision_m, "M", where=f"{where} precision".strip())
    return Place(position.lat_e7, position.lon_e7, precision, words)


def _agreed_place(words: str, agreed: Iterable[KnownPlace]) -> Place | None:
    wanted = words.casefold()
    for known in agreed:
        if any(name.text.casefold() == wanted for name in known.names):
            return known.place
    return None


def _position_typed(words: str, where: str) -> tuple[Position, int]:
    said = words.upper()
    if is_mgrs(said):
        return from_mgrs(said, where=where)
    plain = _PLAIN.fullmatch(said)
    if plain is not None:
        if _ONE_NUMBER.fullmatch(said):
            raise BadPosition(
                f"{words!r} may be one number with a decimal comma", where=where, hint=_PLACE_HINT
            )
        lat, lon = plain.groups()
        precision = max(_precision(lat.lstrip("+-"), 1), _precision(lon.lstrip("+-"), 1))
        return Position.of_degrees(lat.lstrip("+"), lon.lstrip("+"), where=where), precision
    compact = _COMPACT.fullmatch(said.replace(" ", ""))
    if compact is not None:
        parts = compact.groups()
        return _of_halves(parts[0:3], parts[3], parts[4:7], parts[7], where)
    lettered = _LETTERED.fullmatch(said)
    if lettered is not None:
        parts = lettered.groups()
        first, second = (parts[0:3], parts[3]), (parts[4:7], parts[7])
        if first[1] in "EW":
            first, second = second, first
        if first[1] in "NS" and second[1] in "EW":
            return _of_halves(first[0], first[1], second[0], second[1], where)
    raise BadPosition(f"{words!r} is no position", where=where, hint=_PLACE_HINT)


_Parts = tuple[str | None, ...]


def _of_halves(
    lat: _Parts, lat_letter: str | None, lon: _Parts, lon_letter: str | None, where: str
) -> tuple[Position, int]:
    north, north_precision = _degrees(lat, where)
    east, east_precision = _degrees(lon, where)
    position = Position.of_degrees(
        -north if lat_letter == "S" else north, -east if lon_letter == "W" else east, where=where
    )
    return position, max(north_precision, east_precision)


def _degrees(parts: _Parts, where: str) -> tuple[Decimal, int]:
    """Add degrees, minutes and seconds up; also give the precision of the last one, in 0.1 mm."""
    given = [p for p in parts if p is not None]
    if any("." in p for p in given[:-1]):
        raise BadPosition("only the last number may have decimals", where=where, hint=_PLACE_HINT)
    total = Decimal(0)
    for i, part in enumerate(given):
        if i and Decimal(part) >= 60:
            raise BadPosition(f"{part} is no number of minutes or seconds", where=where)
        total += Decimal(part) / 60**i
    return total, _precision(given[-1], 60 ** (len(given) - 1))


def _precision(number: str, per_degree: int) -> int:
    """Half of the last digit typed, in 0.1 mm along a meridian."""
    digits = len(number.partition(".")[2])
    metres = Decimal(_METRES_PER_DEGREE) / per_degree / 2 / 10**digits
    return max(1, int(metres * E4M_PER_METRE))
