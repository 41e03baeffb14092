"""CSV (RFC 4180) in UTF-8 with HXL tags: notices, headings, tags, then a row for each record.

HXL lets rows stand above the tags; readers look for them in the first 25 rows.
"""

import csv
import io

from parley.desk.exporting.cells import Cell, text_cell
from parley.desk.exporting.item import Export
from parley.desk.exporting.notices import notices
from parley.desk.exporting.rows import Layout

# A byte order mark: without one, spreadsheets read Arabic and Russian as something else.
_BOM = "\ufeff"


def write_csv(export: Export) -> bytes:
    """Write one table of all kinds asked for, with the columns of each."""
    text = io.StringIO(newline="")
    text.write(_BOM)
    out = csv.writer(text, lineterminator="\r\n")
    for name, words in notices(export.head):
        out.writerow([text_cell(f"{name}: {words}")])
    layout = Layout.of(export.head, export.head.kinds)
    out.writerow(layout.heads())
    out.writerow(layout.tags())
    for item in export.items:
        out.writerow([_plain(cell) for cell in layout.row(item)])
    return text.getvalue().encode("utf-8")


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return (
        cell if isinstance(cell, str) else f"{cell:f}" if not isinstance(cell, int) else str(cell)
    )
