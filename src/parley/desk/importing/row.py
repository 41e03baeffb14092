"""A row of a file, whatever it was written in: its place, and its cells by the names of columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from parley.errors import BadRow

# A list holds several cells, such as the choices of one question or the points of a line.
Cell = str | int | Decimal | bool | datetime | date | time | list["Cell"] | None


@dataclass(frozen=True, slots=True)
class Row:
    """``place``: where it stands in its file, such as ``line 17``; ``cells``: by column.

    ``epoch``: the year from which a spreadsheet counts days, 1900 or 1904.
    """

    place: str
    cells: Mapping[str, Cell]
    epoch: int = 1900


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot even be read as one; what follows it can."""

    place: str
    error: BadRow


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell says nothing."""
    return cell is None or cell == [] or (isinstance(cell, str) and not cell.strip())
