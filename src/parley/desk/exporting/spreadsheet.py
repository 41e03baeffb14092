"""XLSX (ECMA-376): a first sheet with the notices, then a sheet for each kind.

A fixed time stands in the document's properties and in the archive, so that equal arguments give
equal bytes. Every text is written as text: no cell is a formula.
"""

import io
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from parley.desk.exporting.archive import members, pack
from parley.desk.exporting.cells import Cell
from parley.desk.exporting.item import Export, Item
from parley.desk.exporting.notices import notices
from parley.desk.exporting.rows import Layout
from parley.errors import NoSuchForm

MOST_ROWS = 1_048_576  # of a sheet
_LONGEST = 32_767  # characters of a cell
_CUT = " ... (cut here; the record has more)"
_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def write_xlsx(export: Export) -> bytes:
    """Write a workbook; refuse more records of a kind than a sheet has rows."""
    from openpyxl import Workbook

    by_kind: dict[str, list[Item]] = defaultdict(list)
    for item in export.items:
        by_kind[item.kind].append(item)
    check_rows({kind: len(items) for kind, items in by_kind.items()})
    book = Workbook(write_only=True)
    _sheet(book, "about", [[*pair] for pair in notices(export.head)])
    for kind in export.head.kinds:
        layout = Layout.of(export.head, [kind])
        top: list[list[Cell]] = [[*layout.heads()], [*layout.tags()]]
        _sheet(book, kind.replace("/", " "), [*top, *map(layout.row, by_kind[kind])])
    data = io.BytesIO()
    book.save(data)
    stamp = datetime.fromtimestamp(export.head.at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return pack(_stamped(members(data.getvalue()), stamp.encode()))


def check_rows(counts: Mapping[str, int]) -> None:
    """Refuse more records of a kind than a sheet holds under its two rows of headings."""
    for kind, count in counts.items():
        if count > MOST_ROWS - 2:
            what = f"{count} records of {kind}; a sheet has {MOST_ROWS} rows"
            hint = "write csv, or narrow it by --since and --until"
            raise NoSuchForm(what, where="xlsx", hint=hint)


def _sheet(book: Any, name: str, rows: list[list[Cell]]) -> None:
    from openpyxl.cell import WriteOnlyCell

    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append([_cell(WriteOnlyCell(sheet), value) for value in row])


def _cell(cell: Any, value: Cell) -> Any:
    """Put a value into an empty cell: a number as a number, text as text whatever it looks like."""
    if value is None or isinstance(value, int | Decimal):
        return value
    text = value if len(value) <= _LONGEST else value[: _LONGEST - len(_CUT)] + _CUT
    cell.value, cell.data_type = text, "s"
    return cell


def _stamped(found: list[tuple[str, bytes]], stamp: bytes) -> list[tuple[str, bytes]]:
    return [
        (name, _STAMP.sub(rb"\g<1>" + stamp + rb"\g<3>", data) if name == _CORE else data)
        for name, data in found
    ]
