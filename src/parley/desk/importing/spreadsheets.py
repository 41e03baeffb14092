"""Spreadsheets (ECMA-376, .xlsx), read row by row; dates come as dates, by the file's own epoch."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

from parley.desk.importing.delimited import column_names, is_tag_row
from parley.desk.importing.row import Cell, Row, Unreadable
from parley.errors import BadFile, BadRow, BadTable

# What zipfile, expat and openpyxl raise where a file is not what it should be.
_DAMAGE: Final = (
    ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
MOST_UNPACKED: Final = 4 * 1024**3
_DAY_BEGINS: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - any day will do
MOST_STRINGS: Final = 512 * 1024**2
"""Bytes of the table of shared strings, which is held whole."""
MOST_WHOLE: Final = 16 * 1024**2
"""Bytes of one row, or of a table beside the rows, before they are unpacked no further."""
MOST_ROWS: Final = 1_048_576
"""Rows that a sheet can have; a file may claim to have others, far below."""


def read_spreadsheet(
    path: Path, *, sheet: str | None = None, header: int = 1
) -> Iterator[Row | Unreadable]:
    """Read one sheet (the only one, or ``sheet``) whose columns are named in row ``header``.

    Formulas give the value that the spreadsheet kept for them; an error such as ``#REF!`` makes the
    row unreadable. Raises ``BadTable`` for the rest.
    """
    # its import is slow, and reads the system's table of media types
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    _check_size(path)
    with _Archive(path) as archive:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and the like, which are not read
                reader = ExcelReader(path, read_only=True, data_only=True, keep_links=False)
                reader.archive.close()
                reader.archive = archive
                reader.read()
        except _DAMAGE as error:
            raise BadTable(f"no spreadsheet that can be read: {_short(error)}") from None
        epoch = 1904 if reader.wb.epoch == CALENDAR_MAC_1904 else 1900
        yield from _rows(_sheet(reader.wb, sheet), header, epoch, archive)


class _Archive(zipfile.ZipFile):
    """A workbook's members, unpacked no further than what is held of them at once may have.

    Some kilobytes can unpack to gigabytes, and openpyxl holds a row, or a table of styles, whole.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.left = MOST_STRINGS

    def open(self, *given: Any, **named: Any) -> Any:
        return _Member(self, super().open(*given, **named))


class _Member:
    """A member of an archive as it is read; the archive says how much may still come."""

    def __init__(self, archive: _Archive, file: IO[bytes]) -> None:
        self._archive = archive
        self._file = file

    def __enter__(self) -> "_Member":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(MOST_WHOLE + 1 if size < 0 else size)
        self._archive.left -= len(data)
        if self._archive.left < 0 or (size < 0 and len(data) > MOST_WHOLE):
            raise BadTable("more in one row, or beside the rows, than a table needs")
        return data

    def close(self) -> None:
        self._file.close()


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
    except OSError as error:
        raise BadFile(error.strerror or "cannot be read", where=str(path)) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        hint = "an .xls file is not read: save it as .xlsx"
        raise BadTable("no .xlsx file", hint=hint) from None
    if sum(each.file_size for each in listed) > MOST_UNPACKED:
        raise BadTable(f"over {MOST_UNPACKED} bytes when unpacked")
    strings = [each.file_size for each in listed if each.filename.endswith("sharedStrings.xml")]
    if sum(strings) > MOST_STRINGS:
        raise BadTable(f"over {MOST_STRINGS} bytes of texts", hint="save it as CSV")


def _sheet(book: Any, name: str | None) -> Any:
    names = list(book.sheetnames)
    if name is None and len(names) == 1:
        return book[names[0]]
    if name in names:
        return book[name]
    what = "several sheets" if name is None else f"no sheet {name!r}"
    raise BadTable(what, hint=f"say in the mapping: sheet, one of {', '.join(names)}")


def _rows(sheet: Any, header: int, epoch: int, archive: _Archive) -> Iterator[Row | Unreadable]:
    if not hasattr(sheet, "iter_rows"):
        raise BadTable("a sheet without rows")
    names: list[str] = []
    tagged = False
    for number, row in _undamaged(_in_order(sheet), archive):
        if number < header:
            continue
        if isinstance(row, BadRow):
            yield Unreadable(f"line {number}", row)
            continue
        cells = [cell.value for cell in row]
        if not names:
            names = column_names(["" if c is None else str(c) for c in cells], f"line {number}")
            continue
        if all(cell is None or cell == "" for cell in cells):
            continue
        if not tagged:
            tagged = True
            if is_tag_row(cells):
                continue
        yield _row(names, row, f"line {number}", epoch)
    if not names:
        raise BadTable("no row with the names of columns", where=f"line {header}")


def _in_order(sheet: Any) -> Iterator[tuple[int, Any]]:
    """Give each row that the file has, by the number it states there.

    What stands before its place in the file would be passed over by openpyxl without a word, be it
    a row or a cell: here the number comes with a refusal.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book, before = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            columns = [cell["column"] for cell in cells]
            if number <= before:
                yield number, BadRow(f"stands in the file after line {before}")
            elif columns != sorted(set(columns)):
                yield number, BadRow("has cells that are not in the order of columns")
            else:
                yield number, sheet._get_row(cells)
            before = max(before, number)


def _undamaged(rows: Iterator[tuple[int, Any]], archive: _Archive) -> Iterator[tuple[int, Any]]:
    """Give rows until one cannot be read; what openpyxl warns of is no matter of ours."""
    number = 0
    while True:
        number += 1
        archive.left = MOST_WHOLE
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                number, row = next(rows)
        except StopIteration:
            return
        except BadTable as error:
            raise error.at(f"line {number}") from None
        except _DAMAGE as error:
            what = f"the spreadsheet is damaged: {_short(error)}"
            raise BadTable(what, where=f"line {number}") from None
        if number > MOST_ROWS:
            raise BadTable(f"over {MOST_ROWS} rows", where=f"line {number}")
        yield number, row


def _row(names: list[str], row: Any, place: str, epoch: int) -> Row | Unreadable:
    found: dict[str, Cell] = dict.fromkeys(names)
    for i, cell in enumerate(row):
        if cell.value is None:
            continue
        if i >= len(names):
            return Unreadable(place, BadRow(f"a value beyond the {len(names)} columns named"))
        if cell.data_type == "e":
            error = BadRow(
                f"the spreadsheet has the error {cell.value}", where=f"column {names[i]}"
            )
            return Unreadable(place, error)
        try:
            found[names[i]] = _cell(cell.value)
        except ValueError as error:
            return Unreadable(place, BadRow(str(error), where=f"column {names[i]}"))
    return Row(place, found, epoch)


def _cell(value: object) -> Cell:
    if isinstance(value, float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise ValueError("no finite number")
        return int(number) if number == number.to_integral_value() else number
    if isinstance(value, timedelta):
        # a duration of less than a day is how some programs keep a time of day
        if timedelta(0) <= value < timedelta(days=1):
            return (_DAY_BEGINS + value).time()
        raise ValueError("a duration is no date and no number")
    if value is None or isinstance(value, str | bool | int | datetime | date | time):
        return value
    raise ValueError(f"a cell of type {type(value).__name__} is not read")
