"""Tables of routes: waypoints read exactly, or refused at their line and column."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.kinds.air.activity import Activity
from parley.kinds.air.formats import records_of
from parley.kinds.air.routes import read_routes
from parley.kinds.air.stated import MAX_BYTES
from parley.values.lengths import Altitude
from parley.values.volumes import Circle
from tests.spine.air.test_geojson import LINE, POINT, read
from tests.spine.air.test_moving_features import BODY
from tests.spine.air.writers import TITLES, table, trajectories

FLIGHT = """activity,party,title,lat,lon,time,altitude,units,reference,time_tolerance_s
CO-7,coalition,Support,34.4,37.2,2016-06-16T04:00:00Z,15000,FT,AMSL,120
CO-7,,,33.5,38.6,2016-06-16T04:20:00Z,15000,,,
CO-7,,,33.45,38.7,2016-06-16T04:45:00Z,17000,,,
"""
CORRIDOR = """id;title;lat;lon;half_width_m;altitude_lower;altitude_upper;units;reference;\
time_start;time_end
1;Support;34.4;37.2;9260;15000;25000;FT;AMSL;2016-06-16T04:00:00Z;2016-06-16T08:00:00Z
1;;33.5;38.6;;;;;;;
"""


def test_the_documented_examples_are_the_flight_and_the_corridor(root: Path) -> None:
    """The same bodies as of the GeoJSON beside them, but that the flight's heights are in feet."""
    page = (root / "docs/geojson.md").read_text(encoding="utf-8")
    first, second = (part.partition("```")[0] for part in page.split("```csv\n")[1:])
    (flight,) = read_routes(first.encode())
    body = flight.body
    assert isinstance(body, Activity)
    assert body.trajectory is not None
    assert body.trajectory.units == "FT"
    metric = body.model_copy(update={"trajectory": replace(body.trajectory, units="M")})
    assert (flight.party, metric.to_json()) == ("coalition", BODY)
    (corridor,) = read_routes(second.encode())
    assert (corridor.party, corridor.body) == ("coalition", read(LINE)[0].body)


def test_routes_are_told_apart_by_id_or_activity() -> None:
    """Rows may be mixed; each route keeps the order of its own, and begins with its first."""
    head, one, two, three = FLIGHT.splitlines()
    other = [row.replace("CO-7", "CO-8").replace("Support", "Tanker") for row in (one, two)]
    rows = "\n".join([head, one, other[0], two, other[1], "", ",,,,,,,,,", three])
    first, second = read_routes(b"\xef\xbb\xbf" + rows.replace("\n", "\r\n").encode())
    assert [first.where, second.where] == ["line 2", "line 3"]
    assert (first.body, second.body.title) == (next(read_routes(FLIGHT.encode())).body, "Tanker")
    # With an id, routes of one activity are two features of it.
    head, rows = "id," + head, "\n".join(f"{i}," + row for i, row in enumerate((one, one)))
    features = list(read_routes(f"{head}\n{rows}\n".encode()))
    assert [f.body.occupancy().activity for f in features] == ["CO-7", "CO-7"]


def test_one_row_is_a_circle_and_levels_may_be_words() -> None:
    """Each level says its own unit and reference; quoted cells may hold separators and lines."""
    text = (
        "activity,title,description,lat,lon,radius_m,altitude_lower,altitude_upper,time_start,time_end,x-note\n"
        'A,"Support to At-Tanf","one, or\ntwo",33.5,38.6,1000,15000 FT AMSL,25000 FT AMSL +-200,'
        "2016-06-16T04:00:00Z,2016-06-16T08:00:00Z,free\n"
    )
    (feature,) = read_routes(text.encode())
    (volume,) = feature.body.volumes
    (expected,) = read(POINT)[0].body.volumes
    assert isinstance(volume.shape, Circle)
    assert (volume.shape, volume.lower, volume.during) == (
        expected.shape,
        expected.lower,
        expected.during,
    )
    assert isinstance(volume.upper, Altitude)
    assert volume.upper.uncertainty_e4m == 200 * 3048
    assert feature.body.to_json()["description"] == {"lang": "und", "text": "one, or\ntwo"}


def test_a_zone_may_be_a_corridor() -> None:
    """All properties of a zone have a column, the margin one for each dimension."""
    text = (
        "id,kind,zone_type,asks,affects,margin_vertical_m,title,lat,lon,half_width_m,time_start\n"
        "1,zone/1,civil_route,coordinate,russia syria,300,L8,34.4,37.2,9260,2016-06-16T04:00:00Z\n"
        "1,,,,,,,33.5,38.6,,\n"
    )
    (feature,) = read_routes(text.encode())
    occupancy = feature.body.occupancy()
    assert (occupancy.role, occupancy.affects) == ("zone", ("russia", "syria"))
    assert occupancy.margin.vertical_e4m == 3_000_000


def test_heights_may_be_left_out_altogether() -> None:
    """Without the column, or with it empty, no height is stated."""
    for text in (FLIGHT.replace("15000", "").replace("17000", ""),):
        bare = text.replace("FT,AMSL", ",")
        (feature,) = read_routes(bare.encode())
        assert isinstance(feature.body, Activity)
        assert feature.body.trajectory is not None
        assert feature.body.trajectory.heights_e4m is None


# What is replaced by what, where it is refused, and a word of why or what to do.
BAD_FLIGHTS: list[tuple[str, str, str, str]] = [
    ("time_tolerance_s", "time_tolerance", "line 1, column time_tolerance", "time_tolerance_s"),
    ("units", "unit", "line 1, column unit", "units"),
    ("title", "party", "line 1, column party", "twice"),
    ("title", "", "line 1, column 3", "unknown"),
    ("lat", "x-lat", "line 1, column lat", "needed"),
    ("33.5,38.6", "93.5,38.6", "line 3, column lat", "latitude 93.5"),
    ("33.5,38.6", "33.5,-180.5", "line 3, column lon", "longitude -180.5"),
    ("33.5,38.6", "33.5,", "line 3, column lon", "number is needed"),
    ("33.5,38.6", "N33.5,38.6", "line 3, column lat", "no number"),
    ("33.5,38.6", "3.35e1,38.6", "line 3, column lat", "no number"),
    ("33.5,38.6", "٣٣,38.6", "line 3, column lat", "no number"),
    ("33.5,38.6", f"33.{'5' * 60},38.6", "line 3, column lat", "no number"),
    ("33.5,38.6", '"33,5",38.6', "line 3, column lat", "with a point"),
    ("33.5,38.6", "33.5", "line 3", "9 cells"),
    ("33.5,38.6", '"33.5,38.6', "line 3", "no CSV"),
    ("2016-06-16T04:20:00Z", "", "line 3, column time", "line 2 of the same route"),
    ("2016-06-16T04:20:00Z", "04:20", "line 3, column time", "no time"),
    ("2016-06-16T04:20:00Z", "2016-06-16T03:20:00Z", "line 3, column time", "rise"),
    ("04:20:00Z,15000", "04:20:00Z,", "line 3, column altitude", "needed"),
    ("04:20:00Z,15000", "04:20:00Z,FL150", "line 3, column altitude", "no number"),
    ("17000", "1700000", "line 4, column altitude", "100 km"),
    ("FT,AMSL", ",AMSL", "line 2, column units", "M or FT"),
    ("FT,AMSL", "ft,AMSL", "line 2, column units", "M or FT"),
    ("FT,AMSL", "FT,", "line 2, column reference", "W84, AMSL, AGL or STD"),
    ("FT,AMSL", "FT,QNH", "line 2, column reference", "QNH"),
    ("CO-7,,,33.5", "CO-7,russia,,33.5", "line 3, column party", "differs from line 2"),
    ("CO-7,,,33.5", ",,,33.5", "line 3, column activity", "which route"),
    ("AMSL,120", "AMSL,-1", "line 2, column time_tolerance_s", "0 or more"),
    ("34.4,37.2", "0,179.9", "line 3, column lat", "antipodal"),
    ("Support", "a\x07", "line 2, column title", "control"),
    ("Support", "", "line 2, column title", "needed"),
]


@pytest.mark.parametrize(("old", "new", "where", "what"), BAD_FLIGHTS, ids=lambda v: str(v)[:30])
def test_a_bad_flight_is_refused_at_its_cell(old: str, new: str, where: str, what: str) -> None:
    """The line as an editor counts them, and the column by its name."""
    text = FLIGHT.replace("33.5,38.6", "0,0.0") if "179.9" in new else FLIGHT
    bad = text.replace(old, new, 1)
    assert bad != text
    with pytest.raises(ParleyError) as refusal:
        list(read_routes(bad.encode()))
    assert refusal.value.where == where
    assert what in f"{refusal.value.what} {refusal.value.hint}"


BAD_CORRIDORS: list[tuple[str, str, str, str]] = [
    (";9260;", ";;", "line 2, column half_width_m", "a time in every row"),
    ("half_width_m", "radius_m", "line 2, column radius_m", "takes half_width_m"),
    ("half_width_m", "x-width", "line 2, column half_width_m", "add a column half_width_m"),
    ("time_start", "x-start", "line 2, column time_start", "add a column time_start"),
    (";2016-06-16T08:00:00Z", ";", "line 2, column time_end", "when it ends"),
    ("T08:00", "T03:00", "line 2, column time_end", "before it starts"),
    (";15000;", ";UNL;", "line 2, column altitude_lower", "floor"),
    (";15000;", ";15000 AMSL;", "line 2, column altitude_lower", "15000 FT AMSL"),
    (";15000;", ";26000;", "line 2, column altitude_lower", "above the ceiling"),
    (";FT;", ";;", "line 2, column units", "bare number"),
    ("title;", "altitude;", "line 2, column altitude", "goes with a time"),
    ("34.4;37.2", "0;0", "line 3, column lat", "antipodal"),
    ("1;;33.5", "2;;33.5", "line 2, column half_width_m", "a Point takes radius_m"),
    ("Support;34.4", "Support;34,4", "line 2, column lat", "with a point"),
]


@pytest.mark.parametrize(("old", "new", "where", "what"), BAD_CORRIDORS, ids=lambda v: str(v)[:30])
def test_a_bad_corridor_is_refused_at_its_cell(old: str, new: str, where: str, what: str) -> None:
    """What is missing is named with the column to add."""
    text = CORRIDOR.replace("33.5;38.6", "0;179.9") if "0;0" in new else CORRIDOR
    bad = text.replace(old, new, 1)
    assert bad != text
    with pytest.raises(ParleyError) as refusal:
        list(read_routes(bad.encode()))
    assert refusal.value.where == where
    assert what in f"{refusal.value.what} {refusal.value.hint}"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "names the columns"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b"lat,lon,activity\n1,2," + b"A" * 200_000, "no CSV"),
        (b" " * (MAX_BYTES + 1), str(MAX_BYTES)),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_what_is_no_table_is_refused(data: bytes, what: str) -> None:
    """Bytes that are no text, and text that is no table."""
    with pytest.raises(ParleyError) as refusal:
        list(read_routes(data))
    assert what in refusal.value.what


def test_another_party_s_route_is_refused_at_its_cell() -> None:
    """Where a route says whose it is."""
    with pytest.raises(ParleyError) as refusal:
        records_of(FLIGHT.encode(), party="russia", form="csv", where="body")
    assert refusal.value.where == "body: line 2, column party"


@given(trajectories((None, "W84", "AMSL", "AGL", "STD"), feet=True), TITLES, st.sampled_from(",;"))
def test_what_is_written_is_read_back(way: Any, title: str, mark: str) -> None:
    """Every trajectory survives the format, in its own units."""
    body = Activity(title=title, trajectory=way)
    (feature,) = read_routes(table(body, "russia", mark).encode())
    assert (feature.party, feature.body) == ("russia", body)


@given(st.data())
def test_whatever_is_cut_or_put_in_is_read_or_refused(data: st.DataObject) -> None:
    """No table ends in anything but features or a refusal."""
    text = data.draw(st.sampled_from([FLIGHT, CORRIDOR]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    junk = data.draw(st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(',;"\n'))
    with contextlib.suppress(ParleyError):
        assert len(list(read_routes((text[:start] + junk + text[end:]).encode()))) <= 3
