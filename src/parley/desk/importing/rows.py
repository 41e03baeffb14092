"""The rows of a file in any format that is read, told by the ending of its name."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from parley.desk.files import blocks_of, read_bytes
from parley.desk.importing.delimited import read_delimited
from parley.desk.importing.features import is_features, read_features
from parley.desk.importing.nested import MOST_BYTES, read_nested
from parley.desk.importing.row import Row, Unreadable
from parley.desk.importing.spreadsheets import read_spreadsheet
from parley.desk.importing.submissions import read_submission_xml, read_submissions
from parley.errors import BadTable

MOST_DELIMITED = 8 * 1024**3
_PIECE = 64 * 1024
TABLES = (".csv", ".tsv", ".txt")
SPREADSHEETS = (".xlsx", ".xlsm")
NESTED = (".json", ".geojson")
Rows = Generator[Row | Unreadable, None, None]
ENDINGS = (*TABLES, *SPREADSHEETS, *NESTED, ".xml")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file lays out its rows, where it does not show by itself."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int = 1


def read_rows(path: Path, layout: Layout, told: Callable[[int], None] | None = None) -> Rows:
    """Read a file row by row; ``told`` hears of the bytes read where a file is read in pieces.

    Raises ``BadTable``, with the line where there is one, for a file that cannot be read.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        hint = f"the ending says the format: {', '.join(ENDINGS)}"
        raise BadTable(f"an ending {ending!r} is not read", hint=hint)
    if ending in TABLES:
        blocks = _telling(blocks_of(path, limit=MOST_DELIMITED), told)
        delimiter = layout.delimiter or ("\t" if ending == ".tsv" else None)
        yield from read_delimited(
            blocks, encoding=layout.encoding, delimiter=delimiter, header=layout.header
        )
        return
    if layout.encoding is not None:
        raise BadTable(f"{ending} tells its encoding itself", hint="leave --encoding out")
    if ending in SPREADSHEETS:
        yield from read_spreadsheet(path, sheet=layout.sheet, header=layout.header)
        return
    data = read_bytes(path, limit=MOST_BYTES)
    if ending == ".xml":
        yield from read_submission_xml(data)
        return
    value = read_nested(data)
    yield from read_features(value) if is_features(value) else read_submissions(value)


def _telling(blocks: Iterator[bytes], told: Callable[[int], None] | None) -> Iterator[bytes]:
    done = 0
    for block in blocks:
        for start in range(0, len(block), _PIECE):
            piece = block[start : start + _PIECE]
            yield piece
            # told once it is used up, which may take as long as the node takes
            done += len(piece)
            if told is not None:
                told(done)
