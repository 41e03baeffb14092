"""Positions as people read them aloud: decimal degrees, degrees-minutes-seconds, MGRS."""

import re

from parley.errors import BadPosition
from parley.values.lengths import E4M_PER_METRE
from parley.values.places import E7, Position

_MGRS = re.compile(r"(\d{1,2}[C-HJ-NP-X]|[ABYZ])([A-HJ-NP-Z][A-HJ-NP-Z])((?:\d\d){0,5})")


def decimal_degrees(at: Position) -> str:
    """Write a position as ``34.4000000 N 37.2000000 E``, every digit that is kept."""
    north = f"{_decimal(at.lat_e7)} {_letter(at.lat_e7, 'NS')}"
    return f"{north} {_decimal(at.lon_e7)} {_letter(at.lon_e7, 'EW')}"


def _decimal(e7: int) -> str:
    whole, rest = divmod(abs(e7), E7)
    return f"{whole}.{rest:07d}"


def _letter(e7: int, letters: str) -> str:
    return letters[0] if e7 >= 0 else letters[1]


def degrees_minutes_seconds(at: Position) -> str:
    """Write a position as ``34°24'00.00"N 037°12'00.00"E``, to the nearest 0.01 second (0.3 m)."""
    return f"{_sexagesimal(at.lat_e7, 2, 'NS')} {_sexagesimal(at.lon_e7, 3, 'EW')}"


def _sexagesimal(e7: int, width: int, letters: str) -> str:
    hundredths = (abs(e7) * 36 + 500) // 1000  # of a second; 1e-7 degree is 0.036 of them
    minutes, rest = divmod(hundredths, 6000)
    degrees, minutes = divmod(minutes, 60)
    seconds, parts = divmod(rest, 100)
    return f"{degrees:0{width}d}°{minutes:02d}'{seconds:02d}.{parts:02d}\"{_letter(e7, letters)}"


def mgrs(at: Position) -> str:
    """Write a position as an MGRS reference (or UPS near the poles) to 1 m, cut off, not rounded.

    The reference names the square metre that holds the position, as NGA.STND.0037 has it.
    """
    from mgrs import MGRS

    text = str(MGRS().toMGRS(at.lat, at.lon))
    match = _MGRS.fullmatch(text)
    if match is None:
        raise BadPosition(f"no grid reference for {decimal_degrees(at)}")
    zone, square, digits = match.groups()
    half = len(digits) // 2
    return f"{zone} {square} {digits[:half]} {digits[half:]}".strip()


def is_mgrs(text: str) -> bool:
    """Tell whether a text has the form of an MGRS reference, spaces aside."""
    return _MGRS.fullmatch(text.replace(" ", "").upper()) is not None


def from_mgrs(text: str, *, where: str = "") -> tuple[Position, int]:
    """Give the middle of the square an MGRS reference names, and its reach in 0.1 mm."""
    from mgrs import MGRS
    from mgrs._native import MGRSError

    match = _MGRS.fullmatch(text.replace(" ", "").upper())
    if match is None:
        raise BadPosition(f"{text!r} is no MGRS reference", where=where)
    zone, square, digits = match.groups()
    half = len(digits) // 2
    if half < 5:  # one more digit, 5, is the middle
        digits = f"{digits[:half]}5{digits[half:]}5"
    try:
        lat, lon = MGRS().toLatLon(f"{zone}{square}{digits}")
    except MGRSError as error:
        raise BadPosition(f"{text!r} is no MGRS reference: {error}", where=where) from None
    side_m = 10 ** (5 - half)
    return Position.of_degrees(lat, lon, where=where), side_m * E4M_PER_METRE * 71 // 100
