"""Cells of tables, safe to open: what others wrote is text, never a formula or a hidden sign."""

from decimal import Decimal

from parley.desk.tables import shown
from parley.values.places import E7

Cell = str | int | Decimal | None
# What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), also full width.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def text_cell(text: str | None) -> str | None:
    """Give words on one line, hidden signs spelled out; an apostrophe disarms a formula."""
    if text is None:
        return None
    line = shown(text)
    return f"'{line}" if line.lstrip(" '").startswith(_FORMULA) else line


def degrees(e7: int | None) -> Decimal | None:
    """Give 1e-7 degrees as decimal degrees."""
    return None if e7 is None else Decimal(e7) / E7
