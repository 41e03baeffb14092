"""Files as others write them: encodings, delimiters, spreadsheets, GeoJSON, and wrong rows."""

import io
import json
import tomllib
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.desk.importing.delimited import read_delimited
from parley.desk.importing.drafts import Drafted, Drafter
from parley.desk.importing.encodings import decoded, lines_of
from parley.desk.importing.mapping import mapping_of
from parley.desk.importing.row import Cell, Row, Unreadable
from parley.desk.importing.times import time_of
from parley.errors import BadMapping, BadRow, BadTable, ParleyError
from tests.spine.desk.importing import INCIDENT, read, wrong

NAMES = {"utf-8": "Хмеймим, التنف", "cp1251": "Хмеймим", "cp1256": "التنف"}


def cells(data: bytes, **options: Any) -> list[tuple[str, list[Cell]] | tuple[str, str]]:
    """Read a table in memory: places and cells, or what is wrong."""
    found: list[Any] = []
    for row in read_delimited([data], **options):
        if isinstance(row, Row):
            found.append((row.place, list(row.cells.values())))
        else:
            found.append((row.place, row.error.what))
    return found


# --- encodings


@pytest.mark.parametrize(
    ("encoding", "declared", "mark"),
    [
        ("utf-8", None, b""),
        ("utf-8-sig", None, b""),
        ("utf-8", "utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", None, b"\xff\xfe"),
        ("utf-16-be", None, b"\xfe\xff"),
        ("utf-16-le", "utf-16-le", b""),
        ("utf-16-be", "utf-16", b"\xfe\xff"),
        ("cp1251", "cp1251", b""),
        ("cp1256", "cp1256", b""),
    ],
)
def test_a_table_in_its_encoding_is_read(
    tmp_path: Path, encoding: str, declared: str | None, mark: bytes
) -> None:
    name = NAMES.get(encoding, NAMES["utf-8"])
    text = f'id,title,area,when\n1,"{name}",SY02,2016-06-16 07:30\n'
    records, report = read(tmp_path, "a.csv", mark + text.encode(encoding), INCIDENT, declared)
    assert report.counts["wrong"] == 0
    assert [r["body"]["title"] for r in records] == [name]


@pytest.mark.parametrize(
    ("data", "declared", "place", "hint"),
    [
        ("id,title\n1,Хмеймим\n".encode("cp1251"), None, "line 2", "--encoding cp1251"),
        ("id,title\n1,التنف\n".encode("cp1256"), None, "line 2", "cp1256"),
        ("id,title\n1,x\n".encode("utf-16-le"), None, "line 1", "utf-16-le"),
        ("id,title\n1,Хмеймим\n".encode(), "cp1251", "line 1", "leave --encoding out"),
        (b"\xef\xbb\xbfid,title\n1,x\n", "cp1251", "line 1", "leave --encoding out"),
        (b"id,title\n1,x\n2,\x98\n", "cp1251", "line 3", "another encoding"),
        (b"id,title\n1,x\n", "utf-16", "line 1", "utf-16-le or utf-16-be"),
        (b"id,title\n", "latin", "", "cp1256"),
    ],
    ids=["cp1251", "cp1256", "utf-16", "utf-8 as cp1251", "marked", "undefined", "order", "name"],
)
def test_a_wrong_encoding_is_refused_with_what_to_do(
    tmp_path: Path, data: bytes, declared: str | None, place: str, hint: str
) -> None:
    with pytest.raises(BadTable) as caught:
        read(tmp_path, "a.csv", data, INCIDENT, declared)
    assert place in caught.value.where
    assert str(tmp_path / "a.csv") in caught.value.where
    assert hint in caught.value.hint


@given(
    st.lists(st.text(st.sampled_from("aб\u2028\x0b\x85\r\n ,"), max_size=8), max_size=6),
    st.integers(1, 7),
)
def test_lines_are_the_same_however_the_file_comes(pieces: list[str], size: int) -> None:
    """Ends are LF, CR LF and CR, wherever blocks are cut; nothing else ends a line."""
    text = "".join(pieces)
    data = text.encode()
    blocks = [data[i : i + size] for i in range(0, len(data), size)]
    assert list(lines_of(decoded(blocks, None))) == list(io.StringIO(text, newline=""))


# --- tables


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_shows_in_the_header(mark: str) -> None:
    data = f'"a,b;c"{mark}d\n"1{mark}2"{mark}3\n'.encode()
    assert cells(data) == [("line 2", [f"1{mark}2", "3"])]


def test_a_header_that_two_delimiters_fit_is_asked_about() -> None:
    with pytest.raises(BadTable, match="delimiter"):
        cells(b"a,b;c\n")
    assert cells(b"a,b;c\n1;2\n", delimiter=";") == [("line 2", ["1", "2"])]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """Over quoted line ends, empty lines and tags; a row that is not one is named, and no other."""
    data = (
        b'id,text\r\n#meta+id,#description\r\n1,"two\r\nlines"\r\n\r\n2,x,y\r\n3,"a"b\r\n4,ok\r\n'
    )
    assert cells(data) == [
        ("line 3", ["1", "two\r\nlines"]),
        ("line 6", "3 cells where 2 columns are named"),
        ("line 7", "',' expected after '\"'"),
        ("line 8", ["4", "ok"]),
    ]
    assert cells(b'a,b\n1,"never closed\n2,3\n') == [("lines 2 to 3", "unexpected end of data")]


def test_columns_named_twice_or_not_at_all_get_a_number() -> None:
    (row,) = read_delimited([b"a,a,\n1,2,3\n"])
    assert isinstance(row, Row)
    assert dict(row.cells) == {"a": "1", "a (column 2)": "2", "column 3": "3"}


def test_the_header_may_stand_lower() -> None:
    assert cells(b"A title of the list\n\nid,b\n1,2\n", header=3) == [("line 4", ["1", "2"])]
    with pytest.raises(BadTable):
        cells(b"id\n", header=3)


def test_a_table_without_a_mapped_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="no column 'area'"):
        read(tmp_path, "a.csv", b"id,title,when\n1,x,2016-06-16\n", INCIDENT)


# --- times


@pytest.mark.parametrize(
    ("text", "formats", "ms"),
    [
        ("2016-06-16 07:30", (), 1466051400000),
        ("2016-06-16T04:30:00Z", (), 1466051400000),
        ("2016-06-16T07:30:00.000+03:00", (), 1466051400000),
        ("16.06.2016 07:30", ("%d.%m.%Y %H:%M",), 1466051400000),
        ("١٦.٠٦.٢٠١٦ ٠٧:٣٠", ("%d.%m.%Y", "%d.%m.%Y %H:%M"), 1466051400000),
        ("2016-03-25", (), 1458856800000),  # clocks went from 00:00 to 01:00: the day's first hour
    ],
)
def test_times_as_they_are_written(text: str, formats: tuple[str, ...], ms: int) -> None:
    found = time_of([text], zone="Asia/Damascus", formats=formats)
    assert (found.at, found.stated) == (ms, text)


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("2016-03-25 00:30", "does not exist"),
        ("2016-10-27 23:30", "is there twice"),
        ("16/06/2016", "is no time"),
        ("1969-12-31 01:00", "between 1970 and 9999"),
        (time(7, 30), "is no time"),
        (True, "is no time"),
        (-3, "no number of days"),
    ],
)
def test_times_that_say_nothing_certain_are_refused(cell: Cell, what: str) -> None:
    with pytest.raises(BadRow, match=what):
        time_of([cell], zone="Asia/Damascus")


def test_a_local_time_needs_its_zone() -> None:
    with pytest.raises(BadRow, match="zone"):
        time_of(["2016-06-16 07:30"], zone=None)


# --- rows against their kind

CASUALTY: dict[str, Any] = {
    "kind": "casualty/1",
    "source": "register",
    "id": "id",
    "zone": "Asia/Damascus",
    "decimal": ",",
    "missing": ["N/K"],
    "constants": {"status": "unknown", "cause": "shelling", "harm": "killed"},
    "columns": {
        "handle": "id",
        "area": "area",
        "number.at_least": "low",
        "number.at_most": "high",
        "number.best": "best",
        "when": "when",
        "place": {"lat": "lat", "lon": "lon"},
        "age.at_least": "age",
        "age.at_most": "age",
        "sources.0.kind": "source",
        "sources.1.kind": "second",
        "attributions.0.actors": "by",
    },
    "checks": {"source_date": "reported", "event": "when"},
}
CASUALTY["constants"]["attributions.0.standard"] = "stated_only"
LINES = "id;area;low;high;best;when;lat;lon;age;source;second;by;reported\n"


def test_wrong_rows_are_named_by_line_and_column_and_the_rest_goes_in(tmp_path: Path) -> None:
    """Best outside low and high, a source dated before the event, half a position, and more."""
    rows = (
        "c-1;SY02;2;5;3;2016-06-16;36,21;37,15;31;family;ngo;isil, nusra;2016-06-16",
        "c-2;SY02;2;5;7;2016-06-16;;;;family;;;2016-06-17",
        "c-3;SY02;2;1;;2016-06-16;;;;family;;;",
        "c-4;SY02;1;;;2016-06-16;;;N/K;family;;;2016-06-15",
        "c-5;SY02;1;;;2016-06-16;36,21;;;family;;;",
        "c-6;SY02;1.5;;;2016-06-16;;;;family;;;",
        "c-7;SY02;1,5;;;2016-06-16;;;;family;;;",
        ";SY02;1;;;2016-06-16;;;;family;;;",
        "Anna Example;SY02;1;;;2016-06-16;;;;family;;;",
        "c-8;SY02;1;;;2016-06-16;136,21;37,1;;family;;;",
        "c-9;;1;;;2016-06-16;;;;family;;;",
    )
    records, report = read(tmp_path, "a.csv", (LINES + "\n".join(rows)).encode(), CASUALTY)
    assert wrong(report) == [
        ("line 3, column best", "the best figure lies outside at least and at most"),
        ("line 4, column high", "at most is less than at least"),
        (
            "line 5, column reported",
            "the source is of 2016-06-15, before the event of 2016-06-16",
        ),
        ("line 6, column lon", "half of a position"),
        ("line 7, column low", "'1.5' is no number"),
        ("line 8, column low", "'1,5' is no whole number"),
        ("line 9, column id", "no id"),
        (
            "line 10, column id",
            "String should match pattern '^[a-z]{1,3}-[0-9][0-9-]{0,30}$'",
        ),
        ("line 11, column lat", "latitude 136.21 is beyond 90 degrees"),
        ("line 12, column area", "Field required"),
    ]
    assert report.rows["wrong"][4]["hint"] == 'the mapping says decimal = ","'
    (record,) = records
    assert record["body"] == {
        "handle": "c-1",
        "harm": "killed",
        "number": {"at_least": 2, "at_most": 5, "best": 3},
        "area": "SY02",
        "place": {
            "lat_e7": 362100000,
            "lon_e7": 371500000,
            "precision_e4m": 10000000,
            "stated": "about 36.21 37.15",
        },
        "when": {"ms": 1466024400000, "stated": "2016-06-16", "zone": "Asia/Damascus"},
        "age": {"at_least": 31, "at_most": 31},
        "sex": "unknown",
        "status": "unknown",
        "cause": "shelling",
        "attributions": [{"actors": ["isil", "nusra"], "standard": "stated_only"}],
        "sources": [{"kind": "family"}, {"kind": "ngo"}],
        "same_as": [],
        "state": "reported",
    }


SITE: dict[str, Any] = {
    "kind": "site/1",
    "source": "sites",
    "id": "code",
    "zone": "Asia/Damascus",
    "lang": "ar",
    "constants": {
        "organisation": "relief-society",
        "consent.by": "Medical director",
        "consent.at": "2016-06-14 07:00",
        "upper": "1000 FT AGL",
        "renew_by": "2016-09-14 07:00",
        "verified.how": "visit",
    },
    "columns": {
        "handle": "code",
        "title": "title",
        "purpose": "purpose",
        "site_type": {"column": "type", "values": {"مستشفى": "hospital"}},
        "area": "pcode",
        "place": {"lat": "geometry.lat", "lon": "geometry.lon", "words": "district"},
        "size_e4m": {"column": "radius_km", "unit": "km"},
        "active_from": "since",
        "addressees": "to",
        "verified.by": "checked_by",
        "verified.at": "checked",
    },
    "personal": {"audience": ["un"], "columns": {"name": "name", "telephone": "phone"}},
}


def feature(**changes: Any) -> dict[str, Any]:
    """Give a feature of a hospital."""
    properties = {
        "code": "site-017",
        "title": "Surgical hospital",
        "purpose": "جراحة",
        "type": "مستشفى",
        "pcode": "SY07",
        "district": "Idlib district",
        "radius_km": 0.12,
        "since": "2016-06-16",
        "to": ["russia", "turkey"],
        "checked_by": "notification-team",
        "checked": "2016-06-15",
        "name": "مستشفى المثال",
        "phone": "+963 000",
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [36.63412, 35.92689]},
        "properties": {**properties, **changes},
    }


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_sites_of_geojson_are_coarse_and_the_exact_place_is_personal(tmp_path: Path) -> None:
    records, report = read(tmp_path, "sites.geojson", collection(feature()), SITE)
    assert wrong(report) == []
    (record,) = records
    body = record["body"]
    assert body["place"] == {
        "lat_e7": 359300000,
        "lon_e7": 366300000,
        "precision_e4m": 10000000,
        "stated": "Idlib district",
    }
    assert (body["site_type"], body["size_e4m"]) == ("hospital", 1_200_000)
    assert body["purpose"] == {"lang": "ar", "text": "جراحة"}
    assert body["addressees"] == ["russia", "turkey"]
    assert body["upper"] == {
        "e4m": 3_048_000, "units": "FT", "reference": "AGL", "uncertainty_e4m": 0,
    }  # fmt: skip
    assert body["verified"]["by"] == "notification-team"
    (part,) = record["parts"]
    assert (part["part_class"], part["audience"]) == ("personal", ["un"])
    assert "36.63412" not in json.dumps(body)
    assert "المثال" not in json.dumps(body, ensure_ascii=False)


def test_a_group_of_which_a_row_says_nothing_is_absent(tmp_path: Path) -> None:
    """Nobody verified this one: the constant of the mapping alone makes no verification."""
    data = collection(feature(checked_by="", checked=None))
    records, _ = read(tmp_path, "sites.geojson", data, SITE)
    assert "verified" not in records[0]["body"]


def test_wrong_features_are_named_by_number(tmp_path: Path) -> None:
    """Words that hold a position, an unknown type, a geometry that is none."""
    data = collection(
        feature(district="at 35.92689, 36.63412"),
        feature(code="site-018", type="castle"),
        {**feature(code="site-019"), "geometry": {"type": "Point", "coordinates": ["x", 1]}},
        feature(code="site-020"),
    )
    records, report = read(tmp_path, "sites.json", data, SITE)
    assert wrong(report) == [
        ("features[0], column geometry.lat", "the words for the place hold a position"),
        ("features[1], column type", "'castle' is not known"),
        ("features[2]: geometry", "a geometry that cannot be read"),
    ]
    assert [r["key"] for r in records] == ["sites\nsite-020"]
    assert report.unseen == []


def test_a_column_that_no_feature_has_is_told(tmp_path: Path) -> None:
    table = {**SITE, "columns": {**SITE["columns"], "keep_off_e4m": "keep off"}}
    records, report = read(tmp_path, "sites.geojson", collection(feature()), table)
    assert (len(records), report.unseen) == (1, ["keep off"])
    assert "no row has the column 'keep off'" in list(report.lines())


def test_a_movement_by_its_line_or_by_columns(tmp_path: Path) -> None:
    """A LineString, or four columns, become a way on the grid."""
    constants = {
        "title": "Relief convoy",
        "organisation": "relief-society",
        "purpose": "Food",
        "consent.by": "Convoy leader",
        "consent.at": "2016-06-14 07:00",
        "upper": "1000 FT AGL",
        "renew_by": "2016-09-14 07:00",
        "legs.0.half_width_e4m": "2000",
    }
    columns: dict[str, Any] = {
        "handle": "ref",
        "load.vehicles": "trucks",
        "legs.0.from": "from",
        "legs.0.to": "to",
        "legs.0.time_start": "etd",
        "legs.0.time_end": "eta",
        "legs.0.way": "geometry.points",
    }
    table = {
        "kind": "movement/1", "source": "convoys", "id": "ref", "zone": "Asia/Damascus",
        "constants": constants, "columns": columns,
    }  # fmt: skip
    properties = {
        "ref": "convoy-3", "trucks": 24, "from": "SY03", "to": "SY04",
        "etd": "2016-06-16 07:00", "eta": "2016-06-16 13:00",
    }  # fmt: skip
    line = {"type": "LineString", "coordinates": [[36.2921, 33.5138], [36.7098, 34.7324]]}
    data = collection({"type": "Feature", "geometry": line, "properties": properties})
    (record,), report = read(tmp_path, "m.geojson", data, table)
    assert wrong(report) == []
    way = record["body"]["legs"][0]["way"]
    assert way == [
        {"lat_e7": 335100000, "lon_e7": 362900000},
        {"lat_e7": 347300000, "lon_e7": 367100000},
    ]
    assert record["body"]["legs"][0]["half_width_e4m"] == 20_000_000
    columns["legs.0.way"] = {"points": [["lat1", "lon1"], ["lat2", "lon2"]]}
    text = (
        "ref,trucks,from,to,etd,eta,lat1,lon1,lat2,lon2\n"
        "convoy-3,24,SY03,SY04,2016-06-16 07:00,2016-06-16 13:00,33.5138,36.2921,34.7324,36.7098\n"
    )
    (again,), _ = read(tmp_path, "m.csv", text.encode(), table)
    assert again["body"] == record["body"]


# --- mappings


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "zone/1"}, "kind"),
        ({"colums": {}}, "colums"),
        ({"id": []}, "id"),
        ({"zone": "Syria"}, "zone"),
        ({"decimal": ";"}, "decimal"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"header": 0}, "header"),
        ({"columns": {"titel": "x"}}, "titel"),
        ({"columns": {"time.ms": "x"}}, "time.ms"),
        ({"columns": {"title": {"colum": "x"}}}, "columns.title.colum"),
        ({"columns": {"title": {}}}, "columns.title"),
        ({"columns": {"title": {"column": "x", "unit": "cubits"}}}, "columns.title.unit"),
        ({"constants": {"title": "x"}}, "title"),
        ({"constants": {"sources.0": "x"}}, "sources.0"),
        ({"personal": {"to": []}}, "personal.to"),
        ({"personal": {"columns": {"name": "title"}}}, "personal.columns.name"),
        ({"checks": {"source_date": "x", "event": "until"}}, "checks.event"),
    ],
    ids=str,
)
def test_a_mapping_that_says_nothing_clear_is_refused(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ParleyError) as caught:
        mapping_of({**INCIDENT, **change})
    assert caught.value.where == where


def test_a_group_of_fields_is_no_column() -> None:
    with pytest.raises(BadMapping, match="group of fields") as caught:
        mapping_of({**CASUALTY, "columns": {"number": "x"}, "checks": {}})
    assert "at_least" in caught.value.hint


@given(
    st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6), st.sampled_from([".", ","])
)
def test_no_exact_position_gets_into_a_body(lat: Decimal, lon: Decimal, mark: str) -> None:
    """Whatever the position, the record has it on the grid, within 1 km, and its words too."""
    table = {
        **INCIDENT,
        "decimal": mark,
        "columns": {"title": "title", "place": {"lat": "lat", "lon": "lon"}},
    }
    row = Row(
        "line 2",
        {
            "id": "1",
            "title": "x",
            "lat": f"{lat:f}".replace(".", mark),
            "lon": f"{lon:f}".replace(".", mark),
        },
    )
    draft = Drafter(mapping_of(table)).draft(row)
    assert isinstance(draft, Drafted)
    place: Any = draft.body["place"]
    assert place["lat_e7"] % 100_000 == place["lon_e7"] % 100_000 == 0
    assert abs(place["lat_e7"] - int(lat * 10**7)) <= 50_000
    assert abs(place["lon_e7"] - int(lon * 10**7)) <= 50_000
    assert place["precision_e4m"] >= 10_000_000
    words = [Decimal(word) for word in place["stated"].split()[1:]]
    assert [int(w * 10**7) for w in words] == [place["lat_e7"], place["lon_e7"]]


def test_an_unreadable_row_of_a_table_is_no_end() -> None:
    rows = list(read_delimited([b"a,b\n1\n2,3\n"]))
    assert [type(row) for row in rows] == [Unreadable, Row]


def test_what_cannot_be_exchanged_is_a_wrong_row(tmp_path: Path) -> None:
    """Half of a surrogate pair in an id, in a field, in a personal answer; a control character."""
    table = {
        **INCIDENT,
        "personal": {"audience": ["un"], "columns": {"name": "name"}},
    }
    good = {"id": "1", "title": "x", "area": "SY02", "when": "2016-06-16", "name": "Anna"}
    data = json.dumps(
        [
            good,
            {**good, "id": "\ud800"},
            {**good, "id": "3", "title": "\ud800"},
            {**good, "id": "4", "name": "\ud800"},
            {**good, "id": "5", "title": "a\x00b"},
            {**good, "id": "6", "title": {"deep": "er"}},
        ]
    )
    records, report = read(tmp_path, "a.json", data.encode(), table)
    assert [place for place, _ in wrong(report)] == [
        "submission 2",
        "submission 3",
        "submission 4",
        "submission 5, column title",
        "submission 6, column title",
    ]
    assert [r["key"] for r in records] == ["events\n1"]


def test_a_constant_that_no_field_takes_is_refused_before_any_row(tmp_path: Path) -> None:
    table = {**INCIDENT, "constants": {"until": "yesterday"}}
    with pytest.raises(BadMapping) as caught:
        read(tmp_path, "a.csv", b"id,title,area,when\n", table)
    assert caught.value.where == "constants.until"


@pytest.mark.parametrize("number", ["1e999999999", "1e41", "-1e999999"])
def test_a_number_that_would_fill_the_memory_is_a_wrong_row(tmp_path: Path, number: str) -> None:
    table = {**CASUALTY, "source": "x", "checks": {}}
    rows = (
        '{"id": "c-1", "area": "SY02", "low": NUMBER, "source": "ngo"}',
        '{"id": "c-2", "area": "SY02", "low": 1, "source": "ngo", "lat": NUMBER, "lon": 1}',
    )
    data = f"[{', '.join(rows)}]".replace("NUMBER", number)
    _, report = read(tmp_path, "a.json", data.encode(), table)
    assert [place for place, _ in wrong(report)] == [
        "submission 1, column low",
        "submission 2, column lat",
    ]


def test_the_mapping_in_the_documentation_is_one(root: Path) -> None:
    """Each table of TOML in docs/imports.md is a whole mapping that is taken as it is."""
    text = (root / "docs" / "imports.md").read_text(encoding="utf-8")
    found = [block.partition("```")[0] for block in text.split("```toml\n")[1:]]
    assert [mapping_of(tomllib.loads(block)).kind.name for block in found] == ["casualty/1"]


def test_the_example_of_a_monitoring_annex(root: Path, tmp_path: Path) -> None:
    """Sounds and sights become observations; a row that says nothing of either is named."""
    folder = root / "examples" / "imports"
    table = tomllib.loads((folder / "monitoring-annex.toml").read_text(encoding="utf-8"))
    data = (folder / "monitoring-annex.csv").read_bytes()
    records, report = read(tmp_path, "annex.csv", data, table)
    assert wrong(report) == [
        (
            "line 5, column Observation",
            "states what was observed, or how access was restricted",
        )
    ]
    said = [
        {k: r["body"].get(k) for k in ("what", "means", "number", "description", "direction")}
        for r in records
    ]
    names = ("what", "means", "number", "description", "direction")
    assert [tuple(each[name] for name in names) for each in said] == [
        ("explosion", "heard", 3, "undetermined", None),
        ("burst", "heard", 21, None, None),
        ("projectile", "camera", 1, None, "W to E"),
        ("muzzle_flash", "seen", 1, "outgoing", None),
    ]
    assert [r["body"].get("weapon") for r in records] == [None, "HMG", None, "Mortar (82 mm)"]
    first = records[0]
    assert first["key"] == "monitoring annex\n16.06.2016\n1"
    assert first["body"]["observer_place"]["stated"] == "Northern edge of the town"
    assert (first["body"]["bearing_e4"], first["body"]["distance_e4m"]) == (450_000, 60_000_000)
