"""Exports as tables and calendars: everything is in them, with what became of it; nothing runs."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from parley.desk.cli import parley as command
from parley.desk.exporting.columns import COLUMNS, Column
from parley.desk.exporting.formats import DEFAULT_KINDS, FORMATS
from parley.desk.exporting.item import Alert, Export, Item, Plan, Spot
from parley.desk.exporting.rows import COMMON
from parley.desk.exporting.spreadsheet import MOST_ROWS, check_rows
from parley.desk.exporting.stream import lines_of, read_lines
from parley.desk.serving import ApiServer
from parley.desk.words import LEGAL
from parley.errors import BadFile, BadText, NoSuchForm, NothingPublic, UnknownKind
from parley.kinds import KINDS
from parley.node.entropy import SeededEntropy
from parley.node.runtime import PartInput
from parley.record.terms import NO_MARGIN
from parley.values.instants import FIRST, LAST
from parley.values.places import Position
from parley.values.texts import Text
from parley.values.volumes import Circle, Volume4D
from tests.spine.desk.conftest import DAY
from tests.spine.desk.exports import HEAD, HOUR, LATER, bodies, open_desk, run, sheets, written


@dataclass(frozen=True)
class Past:
    """A folder of a closed node, and the names of the records that matter."""

    folder: Path
    standing: str
    replaced: str
    withdrawn: str
    rivals: tuple[str, str]
    made: dict[str, bytes] = field(default_factory=dict)

    def file(self, form: str) -> bytes:
        """Give the export of everything in a format, made once."""
        if form not in self.made:
            self.made[form] = run(self.folder, "--as", form)[1]
        return self.made[form]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("export") / "coalition"
    site, plan = bodies("site/1")[0], bodies("activity/1")[0]
    secret = b"Hospital: 35.9312345 N, second basement (invented)"
    with open_desk(folder) as desk:
        desk.log_vectors(*COLUMNS)
        replaced = desk.log("site/1", site)
        withdrawn = desk.log("activity/1", plan)
        first = desk.log("incident/1", bodies("incident/1")[0])
        desk.tick(1)
        standing = desk.log("site/1", {**site, "title": "Moved"}, ("replaces", replaced))
        reason = {"reason": {"lang": "en", "text": "typed by mistake"}}
        desk.log("retraction/1", reason, ("withdraws", withdrawn))
        rivals = tuple(
            desk.log("incident/1", {**bodies("incident/1")[0], "title": t}, ("replaces", first))
            for t in ("one", "other")
        )
        part = PartInput("exact.txt", secret, "text/plain", "sealed")
        desk.node.publish(desk.channel, "site/1", site, parts=(part,))
    return Past(folder, standing, replaced, withdrawn, (rivals[0], rivals[1]))


def table(data: bytes) -> tuple[list[str], list[str], list[str], list[dict[str, str]]]:
    """Take a CSV apart: notices, headings, tags, rows."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    at = next(i for i, row in enumerate(rows) if row and row[0].startswith("#"))
    assert at < 25  # where readers of HXL look for the tags
    heads = rows[at - 1]
    notices = [row[0] for row in rows[: at - 1]]
    return notices, heads, rows[at], [dict(zip(heads, row, strict=True)) for row in rows[at + 1 :]]


# --- what is in it


def test_every_record_is_in_the_table_with_what_became_of_it(past: Past) -> None:
    _, _, _, rows = table(past.file("csv"))
    by_name = {row["record"]: row for row in rows}
    assert by_name[past.standing]["state"] != "replaced"
    assert by_name[past.replaced]["state"] == "replaced"
    assert by_name[past.replaced]["replaced_by"] == by_name[past.standing]["number"]
    assert by_name[past.withdrawn]["state"] == "withdrawn"
    assert by_name[past.withdrawn]["withdrawn_by"] in {row["number"] for row in rows}
    one, other = (by_name[name] for name in past.rivals)
    assert {one["state"], other["state"]} == {"conflicted"}
    assert one["conflicts_with"] == other["number"]


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"cap"}))
def test_no_format_drops_what_no_longer_stands(past: Past, form: str) -> None:
    """The number of each replaced or withdrawn record is found in every format that holds it."""
    rows = table(past.file("csv"))[3]
    number = {row["record"]: row["number"] for row in rows}
    data = past.file(form)
    text = plain(form, data)
    kept = {"ics": (past.withdrawn,)}  # a site is no appointment
    for name in kept.get(form, (past.replaced, past.withdrawn)):
        assert number[name] in text


def plain(form: str, data: bytes) -> str:
    """Give all the text of an export."""
    if form in ("xlsx", "cap"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    text = data.decode("utf-8-sig")
    return text.replace("\r\n ", "") if form == "ics" else text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_says_exercise_the_law_and_its_arguments(past: Past, form: str) -> None:
    text = plain(form, past.file(form)).replace("\\,", ",").replace("\\;", ";")
    text = text.replace("&apos;", "'").replace("&#39;", "'")
    assert LEGAL in text
    assert "EXERCISE" in text
    assert LATER in text
    assert "parley/rules/" in text
    assert "/main:" in text
    assert "signed claim of its author" in text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_equal_arguments_give_equal_bytes(past: Past, form: str) -> None:
    assert run(past.folder, "--as", form)[1] == past.file(form)


def test_a_workbook_bears_the_instant_of_the_export_and_no_other_time(past: Past) -> None:
    with zipfile.ZipFile(io.BytesIO(past.file("xlsx"))) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert {about.date_time for about in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r">([0-9T:Z-]{20})<", core)) == {LATER}


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_export_opens_a_part(past: Past, form: str) -> None:
    text = plain(form, past.file(form))
    assert "9312345" not in text
    assert "basement" not in text


def test_a_table_counts_the_parts_it_leaves_where_they_are(past: Past) -> None:
    rows = table(run(past.folder, "--as", "csv", "--kind", "site/1")[1])[3]
    assert sorted(row["parts_beside"] for row in rows)[-1] == "1"


# --- columns


def test_every_column_of_every_kind_is_filled_by_some_good_body() -> None:
    """A path that leads nowhere would leave its column empty for ever."""
    filled: set[Column] = set()
    empty: set[Column] = set()
    for kind, columns in COLUMNS.items():
        read = [KINDS[kind].parse(body) for body in [*bodies(kind), *MORE.get(kind, [])]]
        for column in columns:
            stated = any(column.value(body) is not None for body in read)
            (filled if stated else empty).add(column)
    assert empty <= filled  # a column that kinds share is filled by one of them


HARMED = {"killed": 3, "wounded": 4, "killed_civilians": 1, "wounded_civilians": 2}
MORE = {"allegation/1": [{**bodies("allegation/1")[0], "harmed": HARMED}]}
"""What no vector states."""


def test_tags_are_hxl_and_no_two_headings_are_alike(past: Past) -> None:
    _, heads, tags, _ = table(past.file("csv"))
    assert len(heads) == len(set(heads)) == len(tags)
    for tag in tags:
        assert tag.startswith("#")
        for part in tag[1:].split("+"):
            assert part.replace("_", "").isalnum()
            assert part == part.lower()
    assert {"#date+start", "#adm1+code", "#geo+lat", "#geo+lon", "#affected+killed", "#org"} <= set(
        tags
    )


def test_a_province_is_the_head_of_a_p_code(past: Past) -> None:
    rows = table(run(past.folder, "--as", "csv", "--kind", "site/1")[1])[3]
    assert {(row["area"], row["province"]) for row in rows} >= {("SY07", "SY07")}


def test_a_workbook_has_a_sheet_for_each_kind(past: Past) -> None:
    book = sheets(run(past.folder, "--as", "xlsx", "--kind", "site/1", "--kind", "toll/1")[1])
    assert list(book) == ["about", "site 1", "toll 1"]
    heads, tags, *rows = book["site 1"]
    assert heads[: len(COMMON)] == tuple(name for name, _ in COMMON)
    assert tags[: len(COMMON)] == tuple(tag for _, tag in COMMON)
    lat = tags.index("#geo+lat")
    assert {type(row[lat]) for row in rows} <= {int, float}
    assert rows[0][lat] == 35.93


def test_a_kind_without_records_has_its_headings_all_the_same(past: Past) -> None:
    """Of nothing at all, an empty table says so; it is no error."""
    _, _, _, rows = table(
        run(past.folder, "--as", "csv", "--kind", "toll/1", "--until", "1980-01-01T00:00:00Z")[1]
    )
    assert rows == []


def test_more_records_than_a_sheet_has_rows_are_refused() -> None:
    check_rows({"incident/1": MOST_ROWS - 2})
    with pytest.raises(NoSuchForm, match="incident/1"):
        check_rows({"site/1": 1, "incident/1": MOST_ROWS - 1})


# --- what is asked for


def test_an_unknown_kind_is_refused(past: Past) -> None:
    with pytest.raises(UnknownKind):
        run(past.folder, "--as", "csv", "--kind", "dragon/1")


def test_since_and_until_go_by_the_time_that_a_record_is_about(past: Past) -> None:
    rows = table(run(past.folder, "--as", "csv", "--kind", "activity/1")[1])[3]
    starts = sorted({row["start"] for row in rows})
    assert len(starts) > 1
    late = table(run(past.folder, "--as", "csv", "--kind", "activity/1", "--since", starts[-1])[1])[
        3
    ]
    early = table(
        run(past.folder, "--as", "csv", "--kind", "activity/1", "--until", starts[-1])[1]
    )[3]
    assert {row["record"] for row in late} == {
        row["record"] for row in rows if not row["end"] or row["end"] >= starts[-1]
    }
    assert {row["record"] for row in early} == {
        row["record"] for row in rows if row["start"] < starts[-1]
    }


def test_upto_looks_at_an_earlier_state(past: Past) -> None:
    notices = table(past.file("csv"))[0]
    upto = next(line for line in notices if line.startswith("upto: ")).removeprefix("upto: ")
    sizes = {pair.rpartition(":")[0]: 2 for pair in upto.split() if "/main" in pair}
    rows = table(run(past.folder, "--as", "csv", "--upto", json.dumps(sizes))[1])[3]
    assert len(rows) == 1  # after the charter, one record


# --- calendars


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_a_calendar_has_the_windows_under_the_records_names(past: Past) -> None:
    found = {str(event["UID"]): event for event in events(past.file("ics"))}
    rows = table(past.file("csv"))[3]
    wanted = [row for row in rows if row["kind"] in DEFAULT_KINDS["ics"] and row["start"]]
    assert set(found) == {row["record"] for row in wanted}
    assert {row["kind"] for row in wanted} >= {"activity/1", "zone/1", "deadline/1", "roster/1"}
    for row in wanted:
        event = found[row["record"]]
        assert event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%SZ") == row["start"]
        assert event["DTSTAMP"].dt.strftime("%Y-%m-%dT%H:%M:%SZ") == LATER
        assert str(event["SUMMARY"]).startswith("EXERCISE: ")
        assert LEGAL in str(event["DESCRIPTION"])
    assert str(found[past.withdrawn]["STATUS"]) == "CANCELLED"
    assert {str(e["STATUS"]) for e in found.values() if "STATUS" in e} == {"CANCELLED"}


def test_a_calendar_is_read_back_line_by_line(past: Past) -> None:
    data = past.file("ics")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert Calendar.from_ical(data)["METHOD"] == "PUBLISH"


# --- over the line


def test_a_node_at_work_gives_the_same_bytes(tmp_path: Path) -> None:
    """Over HTTP, line by line, or from the folder: the export is the same; so are refusals."""
    folder = tmp_path / "coalition"
    with open_desk(folder) as desk:
        desk.log_vectors("site/1", "activity/1", "warning/1")
        with ApiServer(desk.node, SeededEntropy("token")):
            live = {form: run(folder, "--as", form)[1] for form in FORMATS}
            with pytest.raises(NothingPublic):
                run(folder, "--as", "csv", "--public", at="2016-06-16T04:00:00Z")
            with pytest.raises(UnknownKind):
                run(folder, "--as", "csv", "--kind", "dragon/1")
    assert live == {form: run(folder, "--as", form)[1] for form in FORMATS}


def test_what_is_there_already_is_not_overwritten(past: Past, tmp_path: Path) -> None:
    out = tmp_path / "there.csv"
    out.write_text("mine")
    with pytest.raises(BadFile, match="there already"):
        CliRunner().invoke(
            command,
            ["export", "--as", "csv", "--out", str(out), "--node", str(past.folder)],
            standalone_mode=False,
            catch_exceptions=False,
        )
    assert out.read_text() == "mine"


# --- hostile words


def incident(title: str, **changes: Any) -> Item:
    """Make an item whose words are somebody else's."""
    return replace(
        Item(
            record="cd" * 32,
            number="RU-0616-001",
            kind="incident/1",
            kind_title="Incident",
            author="russia",
            urgent=False,
            issued=DAY,
            state="open",
            title=title,
            area=title,
            start=DAY,
            end=DAY + HOUR,
            values={"note": title},
        ),
        **changes,
    )


def plan(title: str) -> Item:
    """Make a plan of these words; in a description not every sign can be exchanged at all."""
    description = None
    with suppress(BadText):
        description = Text("en", title)
    said = Plan("activity", title, NO_MARGIN, activity=title, description=description)
    return incident(title, kind="activity/1", plan=said)


HOSTILE = st.text(max_size=40) | st.sampled_from(
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "  =1",
        "'=1",
        "\t=1",
        "＝1",
        "a\u202egnp.exe",
        "\x00\x01\x1b[2J",
        "\ufffe\uffff",
        "]]><script>&amp;",
        "BEGIN:VALARM\r\nEND:VALARM",
        "a\u2028b\u0085c",
    ]
)


@given(HOSTILE)
def test_no_cell_is_a_formula_and_no_sign_is_hidden(words: str) -> None:
    for text in (
        cell
        for row in csv.reader(
            io.StringIO(written("csv", HEAD, incident(words)).decode("utf-8-sig"), newline="")
        )
        for cell in row
    ):
        assert not text.lstrip(" '").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) or (
            text.startswith("'")
        )
        assert all(
            unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or c in "\u200c\u200d"
            for c in text
        )


@given(HOSTILE)
def test_a_workbook_holds_text_as_text(words: str) -> None:
    from openpyxl import load_workbook

    data = written("xlsx", replace(HEAD, kinds=("incident/1",)), incident(words))
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


@given(HOSTILE)
def test_hostile_words_break_no_map_and_no_calendar(words: str) -> None:
    items = [incident(words), plan(words)]
    root = ET.fromstring(written("kml", HEAD, *items))
    assert root.tag.endswith("kml")
    value = json.loads(written("geojson", HEAD, *items))
    assert value["type"] == "FeatureCollection"
    calendar = Calendar.from_ical(written("ics", HEAD, *items))
    assert len(list(calendar.walk())) == 3  # the calendar and two events; nothing was let in


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_ends_of_time_and_of_the_globe_are_written(form: str) -> None:
    ends = Spot(900_000_000, 1_800_000_000, 10**10)
    disk = Volume4D(Circle(Position(-900_000_000, -1_800_000_000), 0), FIRST, LAST)
    alert = Alert(True, expires=LAST, plain="x")
    item = incident(
        "x", start=FIRST, end=LAST, spot=ends, volumes=(disk,), hulls=(ends,), alert=alert,
        urgent=True,
    )  # fmt: skip
    data = written(form, HEAD, item, replace(item, end=None, volumes=(), hulls=()))
    assert "1970" in plain(form, data)


@given(st.text(max_size=30), st.sampled_from(["open", "withdrawn"]))
def test_what_the_node_sends_is_what_the_command_reads(words: str, state: str) -> None:
    """Words with line ends of any script stay in the line of their item."""
    item = incident(words, state=state)
    sent = b"".join(lines_of(Export(HEAD, [item, item])))
    back = read_lines(sent.removesuffix(b"\n").split(b"\n"))
    assert back.head == HEAD
    assert list(back.items) == [item, item]
