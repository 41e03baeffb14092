"""Spreadsheets: dates by their epoch, what they got wrong, and damage."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from parley.errors import BadTable, ParleyError
from tests.spine.desk.importing import INCIDENT, read, wrong


def workbook(*rows: list[Any], mac: bool = False, sheets: int = 1) -> bytes:
    """Write a workbook; dates are cells with a format for dates."""
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"More {number}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("mac", [False, True], ids=["1900", "1904"])
def test_dates_of_a_spreadsheet_are_what_it_shows(tmp_path: Path, mac: bool) -> None:
    """A cell with a date, one with day and time, and a bare serial number of the same moment."""
    serial = 42_537.3125 - (1462 if mac else 0)
    data = workbook(
        ["id", "title", "area", "when"],
        [1, "day", "SY02", date(2016, 6, 16)],
        [2, "time", "SY02", datetime.combine(date(2016, 6, 16), time(7, 30))],
        [3, "serial", "SY02", serial],
        mac=mac,
    )
    records, report = read(tmp_path, "a.xlsx", data, INCIDENT)
    assert wrong(report) == []
    assert [r["body"]["time"] for r in records] == [
        {"ms": 1466024400000, "stated": "2016-06-16", "zone": "Asia/Damascus"},
        {"ms": 1466051400000, "stated": "2016-06-16 07:30:00", "zone": "Asia/Damascus"},
        {"ms": 1466051400000, "stated": "2016-06-16 07:30:00", "zone": "Asia/Damascus"},
    ]
    assert [r["key"] for r in records] == ["events\n1", "events\n2", "events\n3"]


def test_a_serial_number_in_a_table_is_declared(tmp_path: Path) -> None:
    table = {**INCIDENT, "columns": {**INCIDENT["columns"]}}
    data = b"id;title;area;when\n1;x;SY02;42537,3125\n"
    _, report = read(tmp_path, "a.csv", data, table)
    assert wrong(report) == [("line 2, column when", "'42537,3125' is no time")]
    table["columns"]["time"] = {"column": "when", "format": "excel"}
    records, _ = read(tmp_path, "a.csv", data, table)
    assert records[0]["body"]["time"]["ms"] == 1466051400000


def test_day_and_time_of_day_in_two_columns(tmp_path: Path) -> None:
    table = {**INCIDENT, "columns": {**INCIDENT["columns"], "time": ["day", "at"]}}
    data = workbook(
        ["id", "title", "area", "day", "at"],
        [1, "x", "SY02", date(2016, 6, 16), time(7, 30)],
        [2, "x", "SY02", date(2016, 6, 16), None],
    )
    records, _ = read(tmp_path, "a.xlsx", data, table)
    assert [r["body"]["time"]["ms"] for r in records] == [1466051400000, 1466024400000]
    data = b"id,title,area,day,at\n1,x,SY02,2016-06-16,07:30\n"
    records, _ = read(tmp_path, "a.csv", data, table)
    assert [r["body"]["time"]["ms"] for r in records] == [1466051400000]


def test_what_a_spreadsheet_got_wrong_is_named(tmp_path: Path) -> None:
    """An error of a formula, a value beyond the header; two sheets want a name."""
    data = workbook(
        ["id", "title", "area", "when"],
        [1, "#REF!", "SY02", date(2016, 6, 16)],
        [2, "x", "SY02", date(2016, 6, 16), "beyond"],
        [],
        [4, "x", "SY02", date(2016, 6, 16)],
    )
    records, report = read(tmp_path, "a.xlsx", data, INCIDENT)
    assert wrong(report) == [
        ("line 2: column title", "the spreadsheet has the error #REF!"),
        ("line 3", "a value beyond the 4 columns named"),
    ]
    assert [r["key"] for r in records] == ["events\n4"]
    two = workbook(["id", "title", "area", "when"], sheets=2)
    with pytest.raises(BadTable, match="several sheets") as caught:
        read(tmp_path, "a.xlsx", two, INCIDENT)
    assert "Sheet, More 1" in caught.value.hint
    _, report = read(tmp_path, "a.xlsx", two, {**INCIDENT, "sheet": "Sheet"})
    assert report.counts["new"] == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"\xd0\xcf\x11\xe0 an old .xls", b"PK\x05\x06" + bytes(18)],
    ids=["0", "xls", "zip"],
)
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadTable):
        read(tmp_path, "a.xlsx", data, INCIDENT)


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(520):
            member.write(bytes(1024 * 1024))
    with pytest.raises(BadTable, match="bytes of texts"):
        read(tmp_path, "a.xlsx", out.getvalue(), INCIDENT)


def test_a_damaged_spreadsheet_is_refused_whatever_the_damage(tmp_path: Path) -> None:
    """A byte changed anywhere, or the end lost: rows that are right, or a refusal of ours."""
    data = workbook(
        ["id", "title", "area", "when"],
        *([i, "x", "SY02", date(2016, 6, 16)] for i in range(20)),
    )
    refused = 0
    for at in [*range(0, len(data), 61), *range(len(data) - 120, len(data), 3)]:
        for changed in (data[:at], data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]):
            try:
                read(tmp_path, "a.xlsx", changed, INCIDENT)
            except ParleyError as error:
                refused += str(tmp_path / "a.xlsx") in error.where
    assert refused > 100


def altered(data: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """Change the XML of the first sheet; each change is to be found there once."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                for old, new in changes:
                    assert content.count(old) == 1
                    content = content.replace(old, new)
            target.writestr(name, content)
    return out.getvalue()


def test_a_row_or_cell_that_stands_behind_its_place_is_named(tmp_path: Path) -> None:
    """No row is lost without a word because the file states numbers that go back or come twice."""
    data = workbook(
        ["id", "title", "area", "when"],
        *([i, "x", "SY02", "2016-06-16"] for i in range(2, 8)),
    )
    data = altered(
        data, (b'<row r="4"', b'<row r="2"'), (b'<row r="6"', b'<row r="5"'), (b'r="B7"', b'r="D7"')
    )
    records, report = read(tmp_path, "a.xlsx", data, INCIDENT)
    assert wrong(report) == [
        ("line 2", "stands in the file after line 3"),
        ("line 5", "stands in the file after line 5"),
        ("line 7", "has cells that are not in the order of columns"),
    ]
    assert [r["key"] for r in records] == ["events\n2", "events\n3", "events\n5"]
    gap = altered(workbook(["id", "title", "area", "when"], [1, "x", "SY02", "16"]),
                  (b'<row r="2"', b'<row r="9"'))  # fmt: skip
    _, report = read(tmp_path, "a.xlsx", gap, INCIDENT)
    assert [place for place, _ in wrong(report)] == ["line 9, column when"]


def test_damage_inside_a_sheet_is_refused_with_its_line(tmp_path: Path) -> None:
    """The archive is sound, the XML in it ends early: what stood before it is read."""
    rows: list[list[Any]] = [["id", "title", "area", "when"]]
    rows += ([i, "x", "SY02", "2016-06-16"] for i in range(9))
    whole, cut = io.BytesIO(workbook(*rows)), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content[: content.index(b'<row r="6"')]
            target.writestr(name, content)
    with pytest.raises(BadTable, match="damaged") as caught:
        read(tmp_path, "a.xlsx", cut.getvalue(), INCIDENT)
    assert "line 6" in caught.value.where
