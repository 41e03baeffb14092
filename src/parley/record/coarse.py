"""Places coarse enough to be told to everybody: on a grid, no better than a kilometre.

A log cannot be rewritten, and every member reads all of it. So a record about people who can be
harmed says about where they are; the exact position goes, as a personal or sealed part, to those
who need it.
"""

import re
from collections.abc import Mapping, Sequence

from parley.errors import BadValue
from parley.values.places import Place, Position
from parley.values.texts import Text

COARSE_E4M = 10_000_000
"""No better than 1 km."""

GRID_E7 = 100_000
"""A grid of 0.01 degree, in 1e-7 degree."""

GRID_OFF_E4M = 8_000_000
"""Its points lie at most 0.8 km from what they stand for (0.1 mm)."""

# \d takes the digits of every script. A latitude and a longitude, a degree sign, a grid reference
# (MGRS, ten metres or better), a telephone number with its country; no date is any of these, and
# no 25,000 either.
_DECIMAL = r"(?:\.\d{3,}|[,\u066b]\d{4,})"
_TRACEABLE = re.compile(
    rf"\d{_DECIMAL}[^\d]{{1,6}}\d{{1,3}}{_DECIMAL}|\d\s?[°º]"
    r"|\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{4}\s?\d{4}"
    r"|(?:\+|\b00)\d(?:[ ().-]{0,2}\d){7,}"
)
_TYPED = re.compile(r"(?<![\d.,\u066b])\d{1,3}[.,\u066b]\d{3,}")  # not the end of 16.06.2016


def check_coarse(place: Place, where: str) -> None:
    """Refuse a place that is more precise than it may be: in radius, in digits, or in its words."""
    if place.precision_e4m < COARSE_E4M:
        raise BadValue(
            "more precise than 1 km",
            where=f"{where}.precision_e4m",
            hint="the exact position goes into a personal or sealed part",
        )
    check_on_grid(place.position, where)
    if _TYPED.search(place.stated):
        raise BadValue("the words hold a position", where=f"{where}.stated", hint="name the area")
    check_words(place.stated, f"{where}.stated")


def check_on_grid(position: Position, where: str) -> None:
    """Refuse a position with digits below 0.01 degree, whatever precision is claimed for it."""
    for name in ("lat_e7", "lon_e7"):
        if getattr(position, name) % GRID_E7:
            raise BadValue(
                "finer than 0.01 degree", where=f"{where}.{name}", hint="round to two decimals"
            )


def check_way(line: Sequence[Position], half_width_e4m: int, where: str) -> None:
    """Refuse a way that is more precise than 1 km aside, or drawn finer than the grid."""
    if half_width_e4m < COARSE_E4M:
        raise BadValue("narrower than 1 km", where=f"{where}.half_width_e4m")
    for i, position in enumerate(line):
        check_on_grid(position, f"{where}.way.{i}")


def check_texts(texts: Mapping[str, Text | None]) -> None:
    """Refuse, by where each stands, texts whose words hold a position or a number to call."""
    for where, text in texts.items():
        if text is not None:
            check_words(text.text, f"{where}.text")


def check_words(words: str, where: str) -> None:
    """Refuse words that hold a position or a number to call."""
    if _TRACEABLE.search(words):
        raise BadValue(
            "the words hold a position or a number to call",
            where=where,
            hint="put it in a personal part",
        )
