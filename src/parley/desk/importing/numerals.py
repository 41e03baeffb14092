"""Numbers as tables write them: one decimal mark, stated; any script's digits; nothing guessed."""

import re
import unicodedata
from decimal import Decimal

from parley.desk.importing.row import Cell
from parley.errors import BadRow

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_LONGEST = 40
_ARABIC_MARK = "\u066b"


def number_of(cell: Cell, decimal: str) -> int | Decimal:
    """Read a number; ``decimal`` is the mark before its decimals, a point or a comma."""
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal | str):
        raise BadRow(f"{_said(cell)} is no number")
    if isinstance(cell, Decimal) and (not cell.is_finite() or cell.adjusted() > _LONGEST):
        raise BadRow(f"{_said(cell)} is no number that is read")  # nor written out: it may be long
    if not isinstance(cell, str):
        return cell
    text = western(cell.strip()).replace("\u2212", "-")
    if len(text) <= _LONGEST:
        plain = text if decimal == "." else text.replace(".", "x").replace(decimal, ".")
        if _NUMBER.fullmatch(plain):
            return Decimal(plain) if "." in plain else int(plain)
    other = "," if decimal == "." else "."
    hint = f'the mapping says decimal = "{decimal}"' if other in text else ""
    raise BadRow(f"{_said(cell)} is no number", hint=hint)


def whole_of(cell: Cell, decimal: str) -> int:
    """Read a whole number."""
    number = number_of(cell, decimal)
    if number != int(number):
        raise BadRow(f"{_said(cell)} is no whole number")
    return int(number)


def western(text: str) -> str:
    """Write the digits of any script as 0 to 9, and the Arabic decimal mark as a point."""
    if text.isascii():
        return text
    return "".join(
        "." if c == _ARABIC_MARK else str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in text
    )


def _said(cell: Cell) -> str:
    return f"{str(cell)[:60]!r}"
