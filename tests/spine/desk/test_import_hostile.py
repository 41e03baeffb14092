"""Files made to hurt: each is read, or refused in one line, and no row is lost without a word."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from parley.desk.importing.delimited import read_delimited
from parley.desk.importing.drafts import Drafter
from parley.desk.importing.mapping import mapping_of, read_mapping
from parley.desk.importing.positions import coarse, place_of
from parley.desk.importing.row import Row
from parley.desk.importing.rows import Layout, read_rows
from parley.errors import BadFile, BadMapping, BadRow, BadTable
from tests.spine.desk.importing import HEAD as COLUMNS
from tests.spine.desk.importing import INCIDENT, OBSERVATIONS, imported, open_centre

HEAD = (
    "<row r='1'><c t='inlineStr'><is><t>id</t></is></c><c t='inlineStr'><is><t>b</t></is></c></row>"
)
MAPPING = 'kind = "incident/1"\nsource = "s"\nid = "id"\n[columns]\ntitle = "title"\n'


def sheet(tmp_path: Path, rows: str) -> Path:
    """Write a workbook whose only sheet has these rows, as XML."""
    made, out = io.BytesIO(), tmp_path / "a.xlsx"
    openpyxl.Workbook().save(made)
    with (
        zipfile.ZipFile(made) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                text = f"<worksheet xmlns='{namespace}'><sheetData>{HEAD}{rows}</sheetData>"
                content = f"{text}</worksheet>".encode()
            target.writestr(name, content)
    return out


def cells(path: Path) -> list[Any]:
    """Read a file: the cells of each row, or why it is none."""
    return [
        dict(row.cells) if isinstance(row, Row) else row.error.what
        for row in read_rows(path, Layout())
    ]


def submissions(tmp_path: Path, *rows: dict[str, Any]) -> list[Any]:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows))
    return cells(path)


# --- spreadsheets


@pytest.mark.parametrize("part", ["row", "styles"])
def test_some_kilobytes_that_unpack_to_much_are_not_held_whole(tmp_path: Path, part: str) -> None:
    """A row, or a table beside the rows, of 17 MB from a file of 30 kB."""
    much = " " * (17 * 1024**2)
    path = sheet(tmp_path, f"<row r='2'>{much}</row>" if part == "row" else "")
    if part == "styles":
        with zipfile.ZipFile(path) as source:
            members = {name: source.read(name) for name in source.namelist()}
        members["xl/styles.xml"] += much.encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in members.items():
                target.writestr(name, content)
    assert path.stat().st_size < 40_000
    with pytest.raises(BadTable, match="more in one row"):
        cells(path)


def test_a_row_that_claims_to_be_far_below_ends_the_reading(tmp_path: Path) -> None:
    path = sheet(tmp_path, "<row r='999999999999'><c><v>1</v></c></row>")
    with pytest.raises(BadTable, match="over 1048576 rows"):
        cells(path)


def test_a_first_row_of_errors_is_no_row_of_tags(tmp_path: Path) -> None:
    """``#REF!`` and ``#N/A`` begin like HXL tags, and are a wrong row that has to be named."""
    path = sheet(tmp_path, "<row r='2'><c t='e'><v>#REF!</v></c></row>")
    assert cells(path) == ["the spreadsheet has the error #REF!"]
    rows = list(read_delimited([b"id,b\n#REF!,#N/A\n#date +start,#geo+lat\n"]))
    assert [row.place for row in rows] == ["line 2", "line 3"]
    rows = list(read_delimited([b"id,b\n#date +start,#geo+lat\n#REF!,#N/A\n"]))
    assert [row.place for row in rows] == ["line 3"]


@pytest.mark.parametrize("name", ["none.xlsx", "folder.xlsx"])
def test_a_spreadsheet_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(BadFile):
        cells(tmp_path / name)


# --- tables


def test_no_column_takes_the_number_that_another_got() -> None:
    """A column named as the second of two would be numbered keeps its cells, and so do they."""
    (row,) = read_delimited([b"id,id (column 3),id\n1,2,3\n"])
    assert isinstance(row, Row)
    assert list(row.cells.values()) == ["1", "2", "3"]


def test_two_ids_of_two_columns_are_never_one() -> None:
    """A cell may hold the very character that stands between the parts of an id."""
    drafter = Drafter(mapping_of({**INCIDENT, "id": ["a", "b"]}))
    keys = {
        drafter.draft(Row("line 2", {"a": a, "b": b, "title": "t", "area": "SY02"})).key
        for a, b in (("1\n2", "3"), ("1", "2\n3"), ("1\\n2", "3"), ("1", "2\\n3"))
    }
    assert len(keys) == 4


def test_a_row_that_the_node_finds_too_large_is_a_wrong_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The node takes parts of 1 KiB: the row is named, nothing of it is told, the rest goes in."""
    start = "2016-06-15 09:00,SY02,explosion,heard,3,36.20123,37.15341"
    rows = [f"o-1,{start},Anna", f"o-2,{start},{'Boris ' * 400}", f"o-3,{start},Clara"]
    with open_centre(tmp_path, max_part_bytes=1024) as centre:
        mapping = str(centre.file("map.toml", OBSERVATIONS))
        file = centre.file("a.csv", "\n".join([COLUMNS, *rows, ""]))
        done = imported(centre, capsys, file, "--map", mapping)
        assert (done.code, done.counts) == (1, {"new": 2, "wrong": 1})
        ((where, _),) = done.wrong
        assert "line 3" in where
        assert "Boris" not in json.dumps(done.report) + done.err
        assert len(centre.records()) == 2


# --- submissions and features


@pytest.mark.parametrize("encoding", ["nonsense", "gb18030", "base64", "idna"])
def test_a_submission_in_an_encoding_that_is_not_read_is_refused(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.xml"
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?><a><b>1</b></a>')
    with pytest.raises(BadTable, match="encoding"):
        cells(path)


def test_one_wrong_submission_is_no_end(tmp_path: Path) -> None:
    """Too deep, too wide, or of two members with one path: named, and the next ones are read."""
    deep: dict[str, Any] = {"a": 1}
    for _ in range(30):
        deep = {"a": deep}
    wide = {f"a{i}": 1 for i in range(5_002)}
    many = "nested too deeply, or of too many cells"
    found = submissions(tmp_path, deep, wide, {"a/b": 1, "a": {"b": 2}}, {"a": {"b": 3}})
    assert found == [many, many, "two members would have one path", {"a/b": 3}]


def test_a_feature_without_an_id_gets_none(tmp_path: Path) -> None:
    """``null`` is no name: a hundred features of that id would be one subject."""
    path = tmp_path / "a.geojson"
    features = [
        {"type": "Feature", "id": name, "properties": properties, "geometry": None}
        for name, properties in (
            (None, {}),
            ({"a": 1}, {}),
            (7, {}),
            ("x", {"a/b": 1, "a": {"b": 1}}),
        )
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert cells(path) == [{}, {}, {"feature id": "7"}, "two members would have one path"]


def test_several_choices_become_words_and_no_brackets() -> None:
    """A list in a property reads as a person would write it."""
    drafter = Drafter(mapping_of(INCIDENT))
    row = Row("features[0]", {"id": 1, "title": ["shots", None, "fire"], "area": "SY02"})
    assert drafter.draft(row).body["title"] == "shots fire"


# --- mappings


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 5_000 + "]" * 5_000 + "\n" + MAPPING,
        "header = " + "9" * 5_000 + "\n" + MAPPING,
        MAPPING + '"sources.' + "9" * 5_000 + '.kind" = "x"\n',
    ],
    ids=["nested", "number", "path"],
)
def test_a_mapping_that_no_reader_can_follow_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(BadMapping):
        read_mapping(path)


@pytest.mark.parametrize(
    "words",
    ["ferry, 36°12'04\"N 37°09'14\"E", "ferry at 37SCV3403215406", "ferry 37S CV 340 154 2"],
)
def test_words_for_a_place_hold_no_position_however_written(words: str) -> None:
    """Seconds of a degree and a grid reference within other words are as exact as decimals."""
    place = place_of(["36.20123", "37.15341"], decimal=".")
    with pytest.raises(BadRow, match="hold a position"):
        coarse(place, words)


@pytest.mark.parametrize(("known_m", "told_m"), [("0", 1_000), ("200", 1_000), ("900", 1_700)])
def test_a_coarse_place_says_how_far_off_it_may_be(known_m: str, told_m: int) -> None:
    """The grid moves it by up to 0.8 km; that comes on top of how exactly it was known."""
    place = place_of(["36.20499", "37.15499"], decimal=".", precision_m=known_m)
    assert coarse(place, None).precision_e4m == told_m * 10_000


@pytest.mark.parametrize(
    "words", ["5 km W of Manbij", "on 17 May 2016, km 20", "37S CV 34 15, about"]
)
def test_words_for_a_place_may_say_about_where(words: str) -> None:
    assert coarse(place_of(["36.20123", "37.15341"], decimal="."), words).stated == words
