"""Positions from cells, as coarse as a record that everybody reads may have them."""

import re
from decimal import Decimal
from typing import Final

from parley.desk.grid import is_mgrs
from parley.desk.importing.numerals import number_of, western
from parley.desk.importing.row import Cell
from parley.desk.typed import place_typed
from parley.errors import BadRow
from parley.record.canonical import Json
from parley.record.coarse import COARSE_E4M, GRID_E7, GRID_OFF_E4M
from parley.values.places import Place

_GEOPOINT: Final = re.compile(r"(\S+) (\S+) (\S+) (\S+)")
# Decimals of a degree, seconds of one, or a grid reference finer than 1 km.
_IN_WORDS: Final = re.compile(
    r"\d[.,]\d{3,}|[°º]\s*\d+\s*['′’]\s*\d|\d[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{3,5}\s?\d{3}"
)


def place_of(cells: list[Cell], *, decimal: str, precision_m: str | None = None) -> Place:
    """Read an exact position from a latitude and a longitude, or from one cell.

    One cell holds ``lat lon``, degrees and minutes, an MGRS reference, or ``lat lon altitude
    accuracy`` as ODK writes it; the accuracy, in metres, is then the precision.
    """
    if len(cells) == 2:
        lat, lon = (number_of(cell, decimal) for cell in cells)
        return place_typed(f"{_plain(lat)} {_plain(lon)}", precision_m=precision_m)
    text = western(str(cells[0]).strip())
    point = None if is_mgrs(text) else _GEOPOINT.fullmatch(text)
    if point is not None:
        accuracy = number_of(point[4], ".")
        stated = _plain(accuracy) if accuracy > 0 and precision_m is None else precision_m
        return place_typed(f"{point[1]} {point[2]}", precision_m=stated)
    return place_typed(text, precision_m=precision_m)


def coarse(place: Place, words: str | None) -> Place:
    """Give about where it is: on a grid of 0.01 degree, known to 1 km or worse, in coarse words.

    How far the grid may be off is added to how exactly the place was known; how far it is off would
    give the place away.
    """
    lat, lon = _rounded(place.lat_e7), _rounded(place.lon_e7)
    if words is not None and (_IN_WORDS.search(western(words)) or is_mgrs(words)):
        raise BadRow("the words for the place hold a position", hint="name the area")
    said = words or f"about {_two(lat)} {_two(lon)}"
    off = 0 if (lat, lon) == (place.lat_e7, place.lon_e7) else GRID_OFF_E4M
    return Place(lat, lon, max(place.precision_e4m + off, COARSE_E4M), said)


def as_json(place: Place) -> dict[str, Json]:
    """Write a place as a body holds it."""
    return {
        "lat_e7": place.lat_e7,
        "lon_e7": place.lon_e7,
        "precision_e4m": place.precision_e4m,
        "stated": place.stated,
    }


def _plain(number: int | Decimal) -> str:
    return str(number) if isinstance(number, int) else f"{number:f}"


def _rounded(e7: int) -> int:
    steps, rest = divmod(e7, GRID_E7)
    return (steps + (2 * rest >= GRID_E7)) * GRID_E7


def _two(e7: int) -> str:
    sign = "-" if e7 < 0 else ""
    whole, rest = divmod(abs(e7) // GRID_E7, 100)
    return f"{sign}{whole}.{rest:02d}"
