"""Tables as text (RFC 4180, and what spreadsheets make of it), read row by row."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from parley.desk.importing.encodings import decoded, lines_of
from parley.desk.importing.row import Row, Unreadable
from parley.errors import BadRow, BadTable

DELIMITERS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 1_000
# A hashtag and attributes; "#REF!" and "#N/A" are errors of a spreadsheet.
_TAG: Final = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(?:\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*")


def read_delimited(
    blocks: Iterable[bytes],
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int = 1,
) -> Iterator[Row | Unreadable]:
    """Read a table whose columns are named in row ``header``.

    Without ``delimiter`` it is what the header has most of outside quotes: comma, semicolon, tab
    or bar. Lines without anything are passed over, and so is a row of HXL tags under the header.
    A row with more or fewer cells than the header is unreadable. Raises ``BadTable`` for the rest.
    """
    lines = lines_of(decoded(blocks, encoding))
    for _ in range(header - 1):
        next(lines, None)
    first = next(lines, None)
    if first is None:
        raise BadTable("no row with the names of columns", where=f"line {header}")
    # the csv module counts lines from the first that it is given
    counted = _Counted(first, lines, header - 1)
    reader = csv.reader(counted, delimiter=delimiter or _delimiter_of(first, header), strict=True)
    try:
        names = column_names(next(reader), f"line {header}")
    except csv.Error as error:
        raise BadTable(f"the names of columns: {error}", where=f"line {header}") from None
    tags_possible = True
    for place, cells in _cells(reader, counted):
        if isinstance(cells, BadRow):
            yield Unreadable(place, cells)
            continue
        tags, tags_possible = tags_possible and is_tag_row(cells), False
        if tags:
            continue
        if len(cells) != len(names):
            what = f"{len(cells)} cells where {len(names)} columns are named"
            yield Unreadable(place, BadRow(what, hint="is a delimiter in an unquoted cell?"))
            continue
        yield Row(place, dict(zip(names, cells, strict=True)))


def _cells(
    reader: Iterator[list[str]], counted: "_Counted"
) -> Iterator[tuple[str, list[str] | BadRow]]:
    """Give the cells of every row that has any, or why it cannot be cut into cells."""
    while True:
        line = counted.line + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place = f"line {line}" if counted.line == line else f"lines {line} to {counted.line}"
            hint = "a quote within a quoted cell is written twice; a quoted cell ends with a quote"
            yield place, BadRow(str(error), hint=hint)
            continue
        if any(cell.strip() for cell in cells):
            yield f"line {line}", cells


def column_names(cells: Sequence[str], where: str) -> list[str]:
    """Read the names of columns; those without one, or named twice, get a number."""
    if len(cells) > MOST_COLUMNS:
        raise BadTable(f"more than {MOST_COLUMNS} columns", where=where)
    names: list[str] = []
    for i, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"column {i}"
        while name in names:
            name = f"{name} (column {i})"
        names.append(name)
    if not any(cell.strip() for cell in cells):
        raise BadTable("no names of columns", where=where)
    return names


def is_tag_row(cells: Sequence[object]) -> bool:
    """Tell whether a row holds HXL tags (hxlstandard.org 1.1), which are no data."""
    said = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    return bool(said) and all(_TAG.fullmatch(cell) for cell in said)


class _Counted:
    """Lines for the csv module, and the number of the last one that it took."""

    def __init__(self, first: str, rest: Iterator[str], before: int) -> None:
        self._lines = _chained(first, rest)
        self.line = before

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.line += 1
        return line


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter_of(line: str, header: int) -> str:
    outside = "".join(line.split('"')[::2])
    counts = {mark: outside.count(mark) for mark in DELIMITERS}
    most = max(counts.values())
    found = [mark for mark, count in counts.items() if count == most]
    if most and len(found) > 1:
        named = " or ".join(repr(mark) for mark in found)
        hint = "say in the mapping: delimiter"
        raise BadTable(f"is the delimiter {named}?", where=f"line {header}", hint=hint)
    return found[0]
