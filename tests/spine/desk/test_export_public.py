"""Public exports: only what the charter lets out, late, by cells, without words; by property."""

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from parley.desk.exporting.columns import COLUMNS
from parley.desk.exporting.formats import FORMATS
from parley.desk.exporting.grid import Grid, middle
from parley.desk.exporting.item import Alert, Box, Item, Plan, Spot
from parley.desk.exporting.notices import notices
from parley.desk.exporting.publication import Publication
from parley.errors import BadQuery, NothingPublic
from parley.kinds import KINDS
from parley.kinds.line.charter import CHARTER, Charter
from parley.record.canonical import Json
from parley.record.terms import NO_MARGIN, PUBLIC_BLUR_E4M, PUBLIC_DELAY_MS
from parley.sky.geodesy import GEOD
from parley.values.instants import Instant
from parley.values.places import Position
from parley.values.texts import Text
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Volume4D
from tests.spine.desk.conftest import DAY
from tests.spine.desk.exports import HEAD, HOUR, bodies, open_desk, run, written
from tests.spine.desk.test_export import plain, table

AT = Instant(DAY + 400 * 24 * HOUR)
POLICY = Publication(
    tuple(COLUMNS), PUBLIC_DELAY_MS, PUBLIC_BLUR_E4M, frozenset({"coalition", "russia"}), AT
)
PUBLIC_HEAD = replace(
    HEAD,
    kinds=tuple(COLUMNS),
    public=True,
    delay_ms=PUBLIC_DELAY_MS,
    blur_e4m=PUBLIC_BLUR_E4M,
)
GRID = Grid(PUBLIC_BLUR_E4M)

lats = st.integers(-900_000_000, 900_000_000)
lons = st.integers(-1_800_000_000, 1_800_000_000)
widths = st.sampled_from([10_000_000, PUBLIC_BLUR_E4M, 333_333_333, 10_000_000_000])


# --- the grid


@given(lats, lons, widths)
def test_a_cell_holds_its_positions_and_is_as_wide_as_is_said(
    lat: int, lon: int, width: int
) -> None:
    """Measured on the ellipsoid: no side is shorter than the width, save around a whole circle."""
    cell = Grid(width).cell(lat, lon)
    assert cell.south_e7 <= lat <= cell.north_e7
    assert cell.west_e7 <= lon <= cell.east_e7
    tall = GEOD.inv(0, cell.south_e7 / 1e7, 0, cell.north_e7 / 1e7)[2]
    assert tall * 10_000 >= width
    if cell.east_e7 - cell.west_e7 < 3_600_000_000:
        for edge in (cell.south_e7, cell.north_e7):
            wide = _along(edge / 1e7, (cell.east_e7 - cell.west_e7) / 1e7)
            assert wide * 10_000 >= width


def _along(lat: float, degrees: float) -> float:
    """Give metres along a parallel, by small steps of geodesics."""
    steps = 64
    step = degrees / steps
    return float(GEOD.inv(0, lat, step, lat)[2]) * steps


@given(lats, lons, widths)
def test_the_middle_of_a_cell_lies_in_it_and_reaches_its_corners(
    lat: int, lon: int, width: int
) -> None:
    cell = Grid(width).cell(lat, lon)
    spot = middle(cell, 0)
    assert Grid(width).cell(spot.lat_e7, spot.lon_e7) == cell
    if cell.east_e7 - cell.west_e7 < 1_800_000_000:
        far = GEOD.inv(spot.lon_e7 / 1e7, spot.lat_e7 / 1e7, lon / 1e7, lat / 1e7)[2]
        assert far * 10_000 <= spot.within_e4m


@given(st.integers(-880_000_000, 880_000_000), lons, st.integers(0, 2_000_000_000), widths)
def test_a_box_holds_the_disk_and_tells_only_its_cell_and_size(
    lat: int, lon: int, within: int, width: int
) -> None:
    grid = Grid(width)
    box, cell = grid.around(Spot(lat, lon, within)), grid.cell(lat, lon)
    centre = middle(cell, 0)
    assert box == grid.around(Spot(centre.lat_e7, centre.lon_e7, within))
    for azimuth in range(0, 360, 30):
        x, y, _ = GEOD.fwd(lon / 1e7, lat / 1e7, azimuth, within / 10_000)
        assert _holds(box, y, x)


def _holds(box: Box, lat: float, lon: float) -> bool:
    near = 1e-6
    return (
        box.south_e7 / 1e7 - near <= lat <= box.north_e7 / 1e7 + near
        and box.west_e7 / 1e7 - near <= lon <= box.east_e7 / 1e7 + near
    )


# --- what is told of an item


@st.composite
def positions(draw: st.DrawFn) -> tuple[Position, Position]:
    """Draw two positions in one cell."""
    cell = GRID.cell(draw(st.integers(-600_000_000, 600_000_000)), draw(lons))
    inside = st.builds(
        Position,
        st.integers(cell.south_e7, cell.north_e7 - 1),
        st.integers(cell.west_e7, cell.east_e7 - 1),
    )
    return draw(inside), draw(inside)


def told(kind: str, at: Position, words: str, radius: int, issued: int = DAY) -> Item:
    """Make an item full of what must not get out."""
    place = f"{words} {at.lat:.5f} {at.lon:.5f} Yusuf Halabi"
    volume = Volume4D(Circle(at, radius), DAY, DAY + HOUR)
    values = {
        column.name: place if column.sort in ("words", "actors") else None
        for column in COLUMNS[kind]
    }
    return Item(
        record="ef" * 32,
        number="CO-0616-001",
        kind=kind,
        kind_title="A kind",
        author="coalition",
        urgent=True,
        issued=issued,
        state="open",
        title=place,
        replaced_by=(place,),
        refs=(("about", "12" * 32),),
        start=DAY,
        end=DAY + HOUR,
        area=place,
        spot=Spot(at.lat_e7, at.lon_e7, 5_000_000),
        volumes=(volume,),
        hulls=(Spot(at.lat_e7, at.lon_e7, radius),),
        plan=Plan("activity", place, NO_MARGIN, description=Text("en", place)),
        alert=Alert(True, instruction=Text("en", place), plain=place, urgency="stop"),
        values=values,
        parts=2,
    )


kinds = st.sampled_from(sorted(COLUMNS))
radii = st.integers(0, 500_000_000)


@given(positions(), kinds, radii)
def test_two_places_in_one_cell_give_equal_bytes_in_every_format(
    two: tuple[Position, Position], kind: str, radius: int
) -> None:
    """So nothing that is written, in whatever column, tells where in its cell a thing is."""
    one, other = (list(POLICY.apply([told(kind, at, "x", radius)])) for at in two)
    assert one == other
    for form in ("csv", "geojson", "kml", "cap", "ics"):
        assert written(form, PUBLIC_HEAD, *one) == written(form, PUBLIC_HEAD, *other)


@settings(max_examples=25)
@given(positions(), kinds, radii)
def test_no_words_of_anybody_get_out(
    two: tuple[Position, Position], kind: str, radius: int
) -> None:
    items = list(POLICY.apply([told(kind, two[0], "Hospital basement", radius)]))
    for form in FORMATS:
        text = plain(form, written(form, PUBLIC_HEAD, *items))
        for secret in ("Halabi", "basement", f"{two[0].lat:.5f}"[:-1] + " ", "12" * 32):
            assert secret not in text, form


@given(positions(), kinds, st.integers(DAY, AT))
def test_nothing_is_younger_than_the_delay(
    two: tuple[Position, Position], kind: str, issued: int
) -> None:
    """Neither when it was issued, nor when what it is about begins or ends."""
    item = told(kind, two[0], "x", 0, issued)
    for each in (
        item,
        replace(item, issued=DAY, start=issued),
        replace(item, issued=DAY, end=issued),
    ):
        out = list(POLICY.apply([each]))
        assert bool(out) == (issued <= AT - PUBLIC_DELAY_MS)


def test_a_time_in_a_column_that_is_too_young_is_left_out() -> None:
    item = told("site/1", Position(0, 0), "x", 0)
    late, early = "2017-07-20T00:00:00Z", "2016-06-20T00:00:00Z"
    values = {"renew_by": late, "verified_at": early, "organisation": "russia rescue-society"}
    (out,) = POLICY.apply([replace(item, values=values)])
    assert out.values["renew_by"] is None
    assert out.values["verified_at"] == early
    assert out.values["organisation"] == "russia"  # a member of the channel; others may be people


def test_what_is_published_as_a_code_is_one_of_a_fixed_list() -> None:
    """No field in which somebody can type freely passes as a code."""
    free = []
    for kind, columns in COLUMNS.items():
        for column in columns:
            if column.sort != "code":
                continue
            path = column.get if isinstance(column.get, str) else LISTS[column.name]
            if not _is_code(KINDS[kind].body, path.split(".")):
                free.append(f"{kind} {column.name}")
    assert free == []


def test_a_field_to_type_in_is_no_code() -> None:
    """The check above sees the difference."""
    assert _is_code(KINDS["warning/1"].body, ["urgency"])
    assert not _is_code(KINDS["warning/1"].body, ["owner_post"])


LISTS = {"goods": "needs.good", "sources": "sources.kind"}
"""Where columns that read several values have them; the items of a delivery are like needs."""


def _is_code(model: Any, path: list[str]) -> bool:
    if model.__name__ == "Delivery" and path[0] == "needs":
        path = ["items", *path[1:]]
    said: list[Any] = [model.model_fields[path[0]].annotation]
    while said:
        here = said.pop()
        if get_origin(here) is Literal:
            return True
        if isinstance(here, type) and issubclass(here, BaseModel) and path[1:]:
            return _is_code(here, path[1:])
        said += [each for each in get_args(here) if each not in (type(None), Ellipsis)]
    return False


def test_of_what_was_withdrawn_only_that_is_told() -> None:
    item = told("site/1", Position(335_061_234, 386_181_234), "x", 0)
    (out,) = POLICY.apply([replace(item, state="withdrawn")])
    assert (out.state, out.number) == ("withdrawn", "ef" * 6 + "e")
    assert (out.spot, out.boxes, out.start, out.end, dict(out.values)) == (None, (), None, None, {})


def test_of_an_area_only_the_province_is_told() -> None:
    item = told("incident/1", Position(0, 0), "x", 0)
    for area, kept in (("SY020003", "SY02"), ("SY02", "SY02"), ("C1001", None), ("Mill", None)):
        (out,) = POLICY.apply([replace(item, area=area)])
        assert out.area == kept
    wide = replace(POLICY, blur_e4m=10_000_000_000)
    (out,) = wide.apply([replace(item, area="SY02")])
    assert out.area is None


def test_ways_become_boxes() -> None:
    line = (Position(335_061_234, 386_181_234), Position(345_061_234, 376_181_234))
    corridor = Volume4D(Corridor(line, 92_600_000), DAY, DAY + HOUR)
    way = Trajectory(line, (DAY, DAY + HOUR))
    item = replace(
        told("activity/1", line[0], "x", 0), volumes=(corridor,), trajectories=(way,), hulls=()
    )
    (out,) = POLICY.apply([item])
    assert (out.volumes, out.trajectories, out.hulls) == ((), (), ())
    assert len(out.boxes) in (1, 2)
    for box in out.boxes:
        assert all(_holds(box, p.lat, p.lon) for p in line)
        assert (box.south_e7 + 900_000_000) % GRID.step_e7 == 0


# --- the charter


def charter(**changes: Any) -> Charter:
    body = {**bodies_of_charter(), **changes}
    read = CHARTER.parse(body)
    assert isinstance(read, Charter)
    return read


def bodies_of_charter() -> dict[str, Any]:
    return bodies("charter/1")[0]


def test_a_charter_that_does_not_say_delays_by_72_hours_and_tells_cells_of_10_km() -> None:
    terms = charter().terms()
    assert (terms.public_delay_ms, terms.public_blur_e4m) == (72 * HOUR, 10 * 10_000_000)


def test_a_charter_says_how_late_and_how_coarse() -> None:
    said = charter(public=["site/1"], public_delay_ms=HOUR, public_blur_e4m=20_000_000)
    terms = said.terms()
    assert (terms.public, terms.public_delay_ms, terms.public_blur_e4m) == (
        ("site/1",),
        HOUR,
        20_000_000,
    )
    assert said.to_json()["public_delay_ms"] == HOUR


def test_the_strictest_of_two_charters_counts() -> None:
    one = charter(public=["site/1", "toll/1"], public_delay_ms=HOUR).terms()
    other = charter(public=["toll/1"], public_blur_e4m=500_000_000).terms()
    policy = Publication.of((one, other), AT, ())
    assert policy.kinds == ("toll/1",)
    assert (policy.delay_ms, policy.blur_e4m) == (PUBLIC_DELAY_MS, 500_000_000)


@pytest.mark.parametrize("kinds", [(), ("site/1",)])
def test_nothing_public_is_refused(kinds: tuple[str, ...]) -> None:
    with pytest.raises(NothingPublic):
        Publication.of((charter(public=[]).terms(),), AT, kinds)


# --- through a node


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public") / "coalition"
    public: Json = ["incident/1", "activity/1", "site/1", "casualty/1"]
    exact = {
        **bodies("site/1")[0],
        "exact_is_public": True,
        "title": "Clinic 33.50612 38.61812",
        "place": {
            "lat_e7": 335_061_234,
            "lon_e7": 386_181_234,
            "precision_e4m": 0,
            "stated": "33.5061234 N",
        },
    }
    with open_desk(folder, public=public) as desk:
        desk.log_vectors("activity/1", "zone/1", "site/1", "casualty/1", "meeting/1")
        exact_name = desk.log("site/1", exact)
        desk.log("retraction/1", {"reason": {"lang": "en", "text": "x"}}, ("withdraws", exact_name))
        desk.log("site/1", exact)
    return folder


def test_only_public_kinds_leave(folder: Path) -> None:
    rows = table(run(folder, "--as", "csv", "--public")[1])[3]
    assert {row["kind"] for row in rows} == {"activity/1", "site/1", "casualty/1"}
    with pytest.raises(NothingPublic, match="meeting/1"):
        run(folder, "--as", "csv", "--public", "--kind", "meeting/1")


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_exact_position_leaves_in_any_format(folder: Path, form: str) -> None:
    text = plain(form, run(folder, "--as", form, "--public")[1])
    assert not re.search(r"33\.506|38\.618|335061|386181|Clinic", text)
    assert "places by cells of 10 km or more" in re.sub(r"\r?\n ", "", text)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_public_export_does_not_tell_how_much_a_side_logs(folder: Path, form: str) -> None:
    """Neither by the sizes of its logs nor by the place of a record in one, as numbers do."""
    public = plain(form, run(folder, "--as", form, "--public")[1])
    whole = plain(form, run(folder, "--as", form)[1])
    sizes, places = r"/(?:main|urgent):\d", r"CO-0616-U?\d{3}"
    assert not re.search(sizes, public)
    assert not re.search(places, public)
    assert re.search(sizes, whole.replace("\r\n ", "").replace("\n ", ""))
    assert form == "cap" or re.search(places, whole)


def test_a_public_export_says_that_some_could_not_be_read_and_not_how_many() -> None:
    for head, words in ((HEAD, "7 entries"), (PUBLIC_HEAD, "some entries")):
        said = dict(notices(replace(head, unread=7)))["unread"]
        assert said == f"{words} could not be read and are not in here"


def test_positions_of_the_file_are_middles_of_cells(folder: Path) -> None:
    rows = table(run(folder, "--as", "csv", "--public")[1])[3]
    spots = {(r["latitude"], r["longitude"]) for r in rows if r["latitude"]}
    assert spots
    for lat, lon in spots:
        at = Position.of_degrees(lat, lon)
        spot = middle(GRID.cell(at.lat_e7, at.lon_e7), 0)
        assert (spot.lat_e7, spot.lon_e7) == (at.lat_e7, at.lon_e7)
    value = json.loads(run(folder, "--as", "geojson", "--public")[1])
    for feature in value["features"]:
        if feature["geometry"] and feature["geometry"]["type"] == "Polygon":
            for lon, lat in feature["geometry"]["coordinates"][0]:
                at = Position.of_degrees(lat, lon)
                assert (at.lat_e7 + 900_000_000) % GRID.step_e7 == 0


def test_a_public_export_of_the_same_day_is_empty(folder: Path) -> None:
    for at in ("2016-06-16T04:00:00Z", "2016-06-19T03:59:59Z"):
        assert table(run(folder, "--as", "csv", "--public", at=at)[1])[3] == []
    assert table(run(folder, "--as", "csv", "--public", at="2016-06-25T04:00:00Z")[1])[3] != []


def test_withdrawn_records_stay_as_withdrawn_and_no_more(folder: Path) -> None:
    rows = table(run(folder, "--as", "csv", "--public", "--kind", "site/1")[1])[3]
    (row,) = [row for row in rows if row["state"] == "withdrawn"]
    assert {row[name] for name in ("latitude", "start", "site_type", "title", "area")} == {""}


@pytest.mark.parametrize("option", [("--upto", "{}"), ("--at", "2999-01-01T00:00:00Z")])
def test_neither_an_old_state_nor_a_coming_one_gets_around_it(
    folder: Path, option: tuple[str, str]
) -> None:
    """An old state would undo a withdrawal, a later instant the delay."""
    with pytest.raises(BadQuery):
        run(folder, "--as", "csv", "--public", *option, at=None)


def test_a_channel_without_public_kinds_refuses(tmp_path: Path) -> None:
    with open_desk(tmp_path / "coalition") as desk:
        desk.log_vectors("site/1")
    with pytest.raises(NothingPublic, match="publishes nothing"):
        run(tmp_path / "coalition", "--as", "csv", "--public")


def test_a_public_archive_has_public_messages(tmp_path: Path) -> None:
    with open_desk(tmp_path / "coalition", public=["warning/1"]) as desk:
        for body in bodies("warning/1"):
            desk.log("warning/1", body, priority="urgent")
    data = run(tmp_path / "coalition", "--as", "cap", "--public")[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert any("<scope>Public</scope>" in text for text in texts)
    assert not any("<restriction>" in text or "<instruction>" in text for text in texts)
