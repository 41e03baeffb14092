"""Trajectories as OGC Moving Features JSON: read exactly, or refused at their place."""

import contextlib
import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.kinds.air.activity import Activity
from parley.kinds.air.geojson import Feature, read_features
from parley.kinds.air.stated import parse_json
from parley.values.places import Position
from tests.spine.air.test_geojson import JUNK, LINE, changed, collection, places
from tests.spine.air.writers import TITLES, moving_feature, trajectories

FLIGHT: dict[str, Any] = {
    "type": "Feature",
    "temporalGeometry": {
        "type": "MovingPoint",
        "datetimes": ["2016-06-16T04:00:00Z", "2016-06-16T04:20:00Z", "2016-06-16T04:45:00Z"],
        "coordinates": [[37.2, 34.4, 4572], [38.6, 33.5, 4572], [38.7, 33.45, 5181.6]],
        "interpolation": "Linear",
    },
    "properties": {
        "kind": "activity/1",
        "party": "coalition",
        "title": "Support to At-Tanf",
        "activity": "CO-7",
        "altitude_reference": "AMSL",
        "lateral_tolerance_m": 1852,
        "vertical_tolerance_m": 90,
        "time_tolerance_s": 120,
    },
}
BODY = {
    "title": "Support to At-Tanf",
    "activity": "CO-7",
    "volumes": [],
    "trajectory": {
        "points": [
            {"lat_e7": 344_000_000, "lon_e7": 372_000_000},
            {"lat_e7": 335_000_000, "lon_e7": 386_000_000},
            {"lat_e7": 334_500_000, "lon_e7": 387_000_000},
        ],
        "times": [1_466_049_600_000, 1_466_050_800_000, 1_466_052_300_000],
        "heights_e4m": [45_720_000, 45_720_000, 51_816_000],
        "reference": "AMSL",
        "units": "M",
        "lateral_tolerance_e4m": 18_520_000,
        "vertical_tolerance_e4m": 900_000,
        "time_tolerance_ms": 120_000,
    },
}
FLAT = changed(
    changed(FLIGHT, "temporalGeometry.coordinates", [[37.2, 34.4], [38.6, 33.5], [38.7, 33.45]]),
    "properties.altitude_reference",
    None,
)


def read(value: Any) -> tuple[Feature, ...]:
    return read_features(parse_json(json.dumps(value).encode()))


def test_a_flight_is_read_exactly() -> None:
    """Positions in 1e-7 degree, heights in 0.1 mm, times in ms: all as stated."""
    (feature,) = read(FLIGHT)
    assert (feature.kind.name, feature.party) == ("activity/1", "coalition")
    assert feature.body.to_json() == BODY


def test_the_documented_example_is_this_flight(root: Path) -> None:
    """What docs/geojson.md shows is read, and it names every property of a trajectory."""
    page = (root / "docs/geojson.md").read_text(encoding="utf-8")
    (example,) = [part for part in page.split("```json\n") if '"temporalGeometry": {' in part]
    (feature,) = read_features(parse_json(example.partition("```")[0].encode()))
    assert feature.body.to_json() == BODY
    for name in (*FLIGHT["properties"], *FLIGHT["temporalGeometry"], "temporalGeometry"):
        assert f"`{name}`" in page or f'"{name}"' in page


# What leaves the flight as it is.
SAME: list[tuple[str, Any]] = [
    ("temporalGeometry.interpolation", None),
    ("temporalGeometry.interpolation", ["Linear"]),
    ("temporalGeometry.datetimes", [1466049600000, 1466050800000, "2016-06-16T07:45:00+03:00"]),
    (
        "temporalGeometry.crs",
        {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    ),
    ("crs", {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}),
    (
        "trs",
        {
            "type": "Link",
            "properties": {
                "type": "OGCDEF",
                "href": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            },
        },
    ),
    ("time", ["2016-06-16T04:00:00Z", "2016-06-16T05:00:00Z"]),
    ("temporalProperties", [{"datetimes": [1466049600000], "speed": {"values": [5]}}]),
    (
        "geometry",
        {"type": "LineString", "coordinates": [[37.2, 34.4], [38.6, 33.5], [38.7, 33.45]]},
    ),
    ("geometry", {"type": "LineString", "coordinates": FLIGHT["temporalGeometry"]["coordinates"]}),
    ("temporalGeometry.orientations", [{"scales": [1, 1, 1], "angles": [0, 0, 0]}] * 3),
    ("bbox", [37.2, 33.45, 38.7, 34.4]),
]


@pytest.mark.parametrize(("path", "value"), SAME, ids=lambda v: str(v)[:50])
def test_what_the_standard_allows_beside_it_changes_nothing(path: str, value: Any) -> None:
    """Members that say what holds anyway, or how it looks, are let through."""
    (feature,) = read(changed(FLIGHT, path, value))
    assert feature.body.to_json() == BODY


def test_a_collection_may_name_its_frame_and_hold_shapes_too() -> None:
    """Frame, life span and label stand at the collection; null geometries are no geometries."""
    still = {**LINE, "temporalGeometry": None}
    both = collection({**FLIGHT, "geometry": None}, still)
    both |= {"label": "16 June", "time": None, "crs": SAME[3][1], "trs": None}
    flight, line = read(both)
    assert flight.body.to_json() == BODY
    assert line.body == read(LINE)[0].body
    with pytest.raises(ParleyError) as refusal:
        read({**both, "crs": {"type": "Name", "properties": {"name": "EPSG:4326"}}})
    assert refusal.value.where == "crs"


def test_what_states_no_height_has_none() -> None:
    """Two coordinates each: heights and reference stay unstated, tolerances are kept."""
    (feature,) = read(FLAT)
    body = feature.body
    assert isinstance(body, Activity)
    assert body.trajectory is not None
    assert (body.trajectory.heights_e4m, body.trajectory.reference) == (None, None)
    assert body.trajectory.time_tolerance_ms == 120_000


def test_waiting_at_a_place_is_no_leg_of_the_line() -> None:
    """A line drawn beside the trajectory may leave out that somebody stays where it is."""
    waits = copy.deepcopy(FLAT)
    waits["temporalGeometry"]["coordinates"] = [[37.2, 34.4], [37.2, 34.4], [38.7, 33.45]]
    for drawn in ([[37.2, 34.4], [38.7, 33.45]], waits["temporalGeometry"]["coordinates"]):
        (feature,) = read({**waits, "geometry": {"type": "LineString", "coordinates": drawn}})
        body = feature.body
        assert isinstance(body, Activity)
        assert body.trajectory is not None
        assert body.trajectory.points[:2] == (Position(344_000_000, 372_000_000),) * 2
    alone = changed(FLAT, "temporalGeometry.coordinates", [[37.2, 34.4]])
    alone["temporalGeometry"]["datetimes"] = [0]
    read({**alone, "geometry": {"type": "Point", "coordinates": [37.2, 34.4]}})


COORDINATES = FLIGHT["temporalGeometry"]["coordinates"]
DATETIMES = FLIGHT["temporalGeometry"]["datetimes"]
# What is changed in the flight, to what, where it is refused, and a word of why or what to do.
BAD: list[tuple[str, Any, str, str]] = [
    ("temporalGeometry", [], "temporalGeometry", "object"),
    ("temporalGeometry.type", "MovingPolygon", "temporalGeometry.type", "of its middle"),
    ("temporalGeometry.type", "MovingGeometryCollection", "temporalGeometry.type", "for each"),
    ("temporalGeometry.type", None, "temporalGeometry.type", "MovingPoint"),
    ("temporalGeometry.type", 5, "temporalGeometry.type", "MovingPoint"),
    ("temporalGeometry.interpolation", "Discrete", "temporalGeometry.interpolation", "Linear"),
    ("temporalGeometry.interpolation", ["Step"], "temporalGeometry.interpolation", "Linear"),
    ("temporalGeometry.interpolations", "Linear", "temporalGeometry.interpolations", "twice"),
    ("temporalGeometry.datetime", [], "temporalGeometry.datetime", "datetimes"),
    ("temporalGeometry.datetimes", None, "temporalGeometry.datetimes", "list"),
    ("temporalGeometry.datetimes", DATETIMES[:2], "temporalGeometry.datetimes", "as many times"),
    ("temporalGeometry.datetimes", DATETIMES[::-1], "temporalGeometry.datetimes[1]", "rise"),
    ("temporalGeometry.datetimes", [*DATETIMES[:2], 5.5], "temporalGeometry.datetimes[2]", "5.5"),
    ("temporalGeometry.datetimes", [True, 2, 3], "temporalGeometry.datetimes[0]", "instant"),
    (
        "temporalGeometry.datetimes",
        [*DATETIMES[:2], "2016-06-16T04:45:00"],
        "temporalGeometry.datetimes[2]",
        "zone",
    ),
    ("temporalGeometry.coordinates", 5, "temporalGeometry.coordinates", "list"),
    ("temporalGeometry.coordinates", [], "temporalGeometry.coordinates", "1 to"),
    (
        "temporalGeometry.coordinates",
        [*COORDINATES[:2], [38.7, 93]],
        "temporalGeometry.coordinates[2]",
        "93",
    ),
    (
        "temporalGeometry.coordinates",
        [COORDINATES[0], [38.6, 33.5], COORDINATES[2]],
        "temporalGeometry.coordinates[1]",
        "none does",
    ),
    (
        "temporalGeometry.coordinates",
        [COORDINATES[0], COORDINATES[1], [38.7, 33.45, 200_000]],
        "temporalGeometry.coordinates[2]",
        "100 km",
    ),
    (
        "temporalGeometry.coordinates",
        [[0, 0, 1], [179.9, 0, 1], [100, 0, 1]],
        "temporalGeometry.coordinates[1]",
        "antipodal",
    ),
    ("temporalGeometry.coordinates", [["1", 2, 3]], "temporalGeometry.coordinates[0]", "number"),
    ("temporalGeometry.coordinates", [[1, 2, 3, 4]], "temporalGeometry.coordinates[0]", "position"),
    ("temporalGeometry.crs", {"type": "Name"}, "temporalGeometry.crs.properties", "object"),
    (
        "crs",
        {"type": "Name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        "crs",
        "leave crs out",
    ),
    ("trs", {"type": "Name", "properties": {"name": "TAI"}}, "trs", "leave trs out"),
    ("time", [DATETIMES[1], DATETIMES[2]], "time", "does not hold"),
    ("time", [DATETIMES[0]], "time", "does not hold"),
    ("geometry", LINE["geometry"], "geometry", "leave geometry out"),
    ("geometry", {"type": "Polygon", "coordinates": []}, "geometry", "leave geometry out"),
    ("geometry", {"type": "LineString", "points": []}, "geometry.points", "unknown"),
    ("properties.kind", "zone/1", "temporalGeometry", "does not move"),
    ("properties.time_start", DATETIMES[0], "properties.time_start", "datetimes"),
    ("properties.time_end", DATETIMES[0], "properties.time_end", "datetimes"),
    ("properties.altitude_lower", "SFC", "properties.altitude_lower", "third coordinate"),
    ("properties.half_width_m", 5, "properties.half_width_m", "lateral_tolerance_m"),
    ("properties.radius_m", 5, "properties.radius_m", "lateral_tolerance_m"),
    ("properties.altitude_reference", None, "properties.altitude_reference", "need a reference"),
    ("properties.altitude_reference", "QNH", "properties.altitude_reference", "QNH"),
    ("properties.lateral_tolerance_m", -1, "properties.lateral_tolerance_m", "no length"),
    ("properties.vertical_tolerance_m", 10**6, "properties.vertical_tolerance_m", "tolerance"),
    ("properties.time_tolerance_s", 86_401, "properties.time_tolerance_s", "24 hours"),
    ("properties.time_tolerance_s", "5", "properties.time_tolerance_s", "number"),
    ("properties.time_tolerance", 5, "properties.time_tolerance", "time_tolerance_s"),
    ("properties.title", None, "properties.title", "needed"),
    ("velocity", 5, "velocity", "unknown"),
]


@pytest.mark.parametrize(("path", "value", "where", "what"), BAD, ids=lambda v: str(v)[:40])
def test_a_bad_flight_is_refused_at_its_place(path: str, value: Any, where: str, what: str) -> None:
    """One refusal with the path into the file, and what to do about it."""
    with pytest.raises(ParleyError) as refusal:
        read(collection(changed(FLIGHT, path, value), LINE))
    assert refusal.value.where == f"features[0].{where}"
    assert what in f"{refusal.value.what} {refusal.value.hint}"


def test_a_reference_without_heights_is_refused() -> None:
    """Who names a reference means a height; none may have been lost on the way."""
    with pytest.raises(ParleyError) as refusal:
        read(changed(FLAT, "properties.altitude_reference", "AMSL"))
    assert refusal.value.where == "properties.altitude_reference"


@pytest.mark.parametrize("geometry", ["MovingPoint", "MovingPolygon"])
def test_a_moving_geometry_is_told_where_it_belongs(geometry: str) -> None:
    """A trajectory written as geometry is no shape."""
    with pytest.raises(ParleyError) as refusal:
        read(changed(LINE, "geometry.type", geometry))
    assert refusal.value.where == "geometry.type"
    assert "temporalGeometry" in refusal.value.hint


@given(trajectories((None, "W84", "AMSL", "AGL", "STD"), feet=True), TITLES)
def test_what_is_written_is_read_back(way: Any, title: str) -> None:
    """Every trajectory survives the format; feet become metres, to the same 0.1 mm."""
    body = Activity(title=title, trajectory=way)
    (feature,) = read_features(parse_json(moving_feature(body, "russia").encode()))
    metric = Activity(title=title, trajectory=replace(way, units="M"))
    assert (feature.party, feature.body) == ("russia", metric)


@given(st.data())
def test_whatever_stands_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """No input ends in anything but features or a refusal."""
    value: Any = copy.deepcopy([{**FLIGHT, "geometry": LINE["geometry"], "time": None}])
    path = data.draw(st.sampled_from(places(value)[1:]))
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = data.draw(JUNK)
    with contextlib.suppress(ParleyError):
        assert len(read(value[0])) <= 1
