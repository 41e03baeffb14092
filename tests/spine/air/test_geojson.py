"""GeoJSON as people type it: read exactly, or refused at its place; nothing is passed over."""

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.kinds.air.formats import records_of
from parley.kinds.air.geojson import Feature, read_features
from parley.kinds.air.stated import MAX_BYTES, parse_json
from parley.values.lengths import Bound
from parley.values.volumes import Circle, Corridor, Polygon

START = 1_466_049_600_000

LINE: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "LineString", "coordinates": [[37.2, 34.4], [38.6, 33.5]]},
    "properties": {
        "kind": "activity/1",
        "party": "coalition",
        "title": "Support to At-Tanf",
        "half_width_m": 9260,
        "altitude_lower": {"value": 15000, "units": "FT", "reference": "AMSL"},
        "altitude_upper": {"value": 25000, "units": "FT", "reference": "AMSL"},
        "time_start": "2016-06-16T04:00:00Z",
        "time_end": "2016-06-16T08:00:00Z",
    },
}
SQUARE = [[38, 33], [39, 33], [39, 34], [38, 34], [38, 33]]
ZONE: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
    "properties": {
        "kind": "zone/1",
        "title": "Keep clear",
        "zone_type": "restricted",
        "asks": "avoid",
        "affects": ["russia"],
        "margin": {"lateral_m": 500.5, "time_s": 0.25},
        "altitude_lower": "SFC",
        "altitude_upper": "UNL",
        "time_start": "2016-06-16T04:00:00+03:00",
    },
}
POINT: dict[str, Any] = {
    **LINE,
    "geometry": {"type": "Point", "coordinates": [38.6, 33.5]},
    "properties": {
        **{k: v for k, v in LINE["properties"].items() if k != "half_width_m"},
        "radius_m": 1000,
    },
}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def read(value: Any) -> tuple[Feature, ...]:
    return read_features(parse_json(json.dumps(value).encode()))


def changed(feature: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Give a copy with one place changed; None removes it."""
    result = copy.deepcopy(feature)
    inner = result
    *parents, last = path.split(".")
    for step in parents:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return result


def height(value: Any = 5, units: str = "FT", reference: str = "STD", **more: Any) -> Any:
    return {"value": value, "units": units, "reference": reference, **more}


def test_the_example_of_the_design_is_read_exactly() -> None:
    """Positions in 1e-7 degree, lengths in 0.1 mm, times in milliseconds, all as stated."""
    (feature,) = read(LINE)
    assert (feature.kind.name, feature.party, feature.where) == ("activity/1", "coalition", "")
    (volume,) = feature.body.volumes
    assert isinstance(volume.shape, Corridor)
    assert feature.body.to_json()["volumes"] == [
        {
            "shape": {
                "line": [
                    {"lat_e7": 344_000_000, "lon_e7": 372_000_000},
                    {"lat_e7": 335_000_000, "lon_e7": 386_000_000},
                ],
                "half_width_e4m": 92_600_000,
                "type": "corridor",
            },
            "time_start": START,
            "time_end": START + 14_400_000,
            "lower": {"e4m": 45_720_000, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0},
            "upper": {"e4m": 76_200_000, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0},
        }
    ]


def test_the_documented_example_is_the_design_s(root: Path) -> None:
    """What docs/geojson.md shows is read, and it names every property there is."""
    page = (root / "docs/geojson.md").read_text(encoding="utf-8")
    example = page.partition("```json\n")[2].partition("```")[0]
    assert read_features(parse_json(example.encode()))[0].body == read(LINE)[0].body
    for name in (*LINE["properties"], *ZONE["properties"], "activity", "description", "radius_m"):
        assert f"`{name}`" in page


def test_zones_points_and_areas_are_read() -> None:
    """A collection keeps its order and the place of each feature."""
    line, zone, point = read(collection(LINE, ZONE, POINT))
    assert [f.where for f in (line, zone, point)] == ["features[0]", "features[1]", "features[2]"]
    occupancy = zone.body.occupancy()
    assert (zone.party, occupancy.role, occupancy.affects) == (None, "zone", ("russia",))
    margin = occupancy.margin
    assert (margin.lateral_e4m, margin.vertical_e4m, margin.time_ms) == (5_005_000, 0, 250)
    (volume,) = zone.body.volumes
    assert isinstance(volume.shape, Polygon)
    assert (volume.lower, volume.upper, volume.time_end) == (Bound.SFC, Bound.UNL, None)
    assert volume.time_start == START - 3 * 3_600_000
    assert isinstance(point.body.volumes[0].shape, Circle)


def test_surplus_digits_are_rounded_to_the_nearest() -> None:
    """Digits are counted in decimal, so that no binary fraction decides."""
    text = json.dumps(POINT).replace("38.6", "38.60000004999999999").replace("33.5", "33.49999997")
    (feature,) = read_features(parse_json(text.encode()))
    shape = feature.body.volumes[0].shape
    assert isinstance(shape, Circle)
    assert (shape.center.lat_e7, shape.center.lon_e7) == (335_000_000, 386_000_000)


def test_what_nobody_stated_stays_unstated() -> None:
    """Missing and null altitudes are not guessed; styles and names of one's own are let through."""
    bare = changed(changed(LINE, "properties.altitude_lower", None), "properties.x-note", [1])
    bare["properties"] |= {"altitude_upper": None, "stroke": "#f00", "fill-opacity": 0.5}
    bare["properties"]["description"] = "as told"
    bare |= {"id": 7, "bbox": [37, 33, 39, 35], "x-source": "exercise"}
    (feature,) = read(bare)
    assert (feature.body.volumes[0].lower, feature.body.volumes[0].upper) == (None, None)
    assert feature.body.to_json()["description"] == {"lang": "und", "text": "as told"}


def test_a_title_is_needed_for_a_record_and_lent_for_a_check() -> None:
    """Only who asks for it gets a stand-in for a missing title."""
    untitled = changed(LINE, "properties.title", None)
    with pytest.raises(ParleyError) as refusal:
        read(untitled)
    assert refusal.value.where == "properties.title"
    (feature,) = read_features(parse_json(json.dumps(untitled).encode()), untitled="(no title)")
    assert feature.body.title == "(no title)"


# What is changed in the first of two features, to what, where it is refused, and a word of why.
BAD: list[tuple[str, Any, str, str]] = [
    ("type", "Feat", "type", "not a Feature"),
    ("geometry.type", "MultiPoint", "geometry.type", "MultiPoint"),
    ("geometry.type", "MovingPoint", "geometry.type", "MovingPoint"),
    ("temporalGeometry", {}, "properties.time_start", "not go with a trajectory"),
    ("properties.lateral_tolerance_m", 1, "properties.lateral_tolerance_m", "to a trajectory"),
    ("properties.datetimes", [], "properties.datetimes", "to a trajectory"),
    ("geometry.coordinates", [], "geometry.coordinates", "2 to"),
    ("geometry.coordinates", [[37, 34]], "geometry.coordinates", "2 to"),
    ("geometry.coordinates", [[37, 34], [38, 91]], "geometry.coordinates[1]", "91"),
    ("geometry.coordinates", [[37, 34], [181, 0]], "geometry.coordinates[1]", "181"),
    ("geometry.coordinates", [[37, 34], [38]], "geometry.coordinates[1]", "longitude"),
    ("geometry.coordinates", [[37, 34, 9], [38, 3]], "geometry.coordinates[0]", "longitude"),
    ("geometry.coordinates", [["37", 34], [8, 3]], "geometry.coordinates[0]", "number"),
    ("geometry.coordinates", [[True, 34], [8, 3]], "geometry.coordinates[0]", "number"),
    ("geometry.coordinates", 5, "geometry.coordinates", "list"),
    ("geometry.coordinates", [[0, 0], [179.9, 0]], "geometry.coordinates[1]", "antipodal"),
    ("geometry.crs", "x", "geometry.crs", "unknown"),
    ("properties", [], "properties", "object"),
    ("properties.kind", "activity/2", "properties.kind", "unknown kind"),
    ("properties.kind", None, "properties.kind", "needed"),
    ("properties.titel", "x", "properties.titel", "unknown"),
    ("properties.title", "", "properties.title", "1 to 300"),
    ("properties.title", "a\nb", "properties.title", "control"),
    ("properties.title", "\ud800", "properties.title", "control"),
    ("properties.party", 5, "properties.party", "text"),
    ("properties.radius_m", 5, "properties.radius_m", "belongs to a Point"),
    ("properties.asks", "avoid", "properties.asks", "belongs to zone/1"),
    ("properties.half_width_m", None, "properties.half_width_m", "needed"),
    ("properties.half_width_m", -1, "properties.half_width_m", "no length"),
    ("properties.half_width_m", "9", "properties.half_width_m", "number"),
    ("properties.time_start", None, "properties.time_start", "needed"),
    ("properties.time_end", None, "properties.time_end", "when it ends"),
    ("properties.time_start", "2016-06-16T04:00:00", "properties.time_start", "zone"),
    ("properties.time_start", 5, "properties.time_start", "no time"),
    ("properties.time_end", "2016-06-16T03:00:00Z", "properties.time_end", "before"),
    ("properties.altitude_lower", "UNL", "properties.altitude_lower", "floor"),
    ("properties.altitude_upper", "SFC", "properties.altitude_upper", "ceiling"),
    ("properties.altitude_lower", 5, "properties.altitude_lower", "object"),
    ("properties.altitude_lower", [], "properties.altitude_lower", "object"),
    ("properties.altitude_lower", {"value": 5}, "properties.altitude_lower.units", "needed"),
]
BAD_HEIGHTS: list[tuple[Any, str, str]] = [
    (height(26_000, reference="AMSL"), "", "above the ceiling"),
    (height(35_000, reference="STD"), "", "above the ceiling"),
    (height(reference="QNH"), ".reference", "QNH"),
    (height(units="FL"), ".units", "FL"),
    (height(units="NM"), ".units", "NM"),
    (height(value=True), ".value", "number"),
    (height(value=10**9), ".value", "over 100 km"),
    (height(uncertainty=-1), ".uncertainty", "0 or more"),
    (height(unit="FT"), ".unit", "unknown"),
]


def check_refused(value: Any, where: str, what: str) -> None:
    with pytest.raises(ParleyError) as refusal:
        read(value)
    assert refusal.value.where == where
    assert what in refusal.value.what


@pytest.mark.parametrize(("path", "value", "where", "what"), BAD, ids=lambda v: str(v)[:40])
def test_a_bad_feature_is_refused_at_its_place(
    path: str, value: Any, where: str, what: str
) -> None:
    """One refusal, with the path into the file, whatever else the file holds."""
    check_refused(collection(changed(LINE, path, value), POINT), f"features[0].{where}", what)


@pytest.mark.parametrize(("value", "where", "what"), BAD_HEIGHTS, ids=lambda v: str(v)[:60])
def test_a_bad_height_is_refused_at_its_place(value: Any, where: str, what: str) -> None:
    """Unit, reference, number and uncertainty each have a place of their own."""
    bad = changed(LINE, "properties.altitude_lower", value)
    check_refused(collection(bad), f"features[0].properties.altitude_lower{where}", what)


BOW = [[38, 33], [39, 34], [39, 33], [38, 34], [38, 33]]
BAD_ZONES: list[tuple[str, Any, str, str]] = [
    ("geometry.coordinates", [SQUARE[:-1]], "geometry.coordinates[0]", "differ"),
    ("geometry.coordinates", [SQUARE[:2]], "geometry.coordinates[0]", "at least 4"),
    ("geometry.coordinates", [BOW], "geometry.coordinates[0]", "cross"),
    ("geometry.coordinates", [SQUARE, SQUARE[:-1]], "geometry.coordinates[1]", "differ"),
    ("geometry.coordinates", [SQUARE, SQUARE], "geometry.coordinates", "overlap"),
    ("geometry.coordinates", [[[38, 3], [38, 95], *BOW]], "geometry.coordinates[0][1]", "95"),
    ("geometry.coordinates", [], "geometry.coordinates", "at least one ring"),
    ("properties.zone_type", "nofly", "properties.zone_type", "hazard"),
    ("properties.zone_type", None, "properties.zone_type", "hazard"),
    ("properties.asks", None, "properties.asks", "avoid"),
    ("properties.affects", ["Russia!"], "properties.affects.0", "pattern"),
    ("properties.affects", "russia", "properties.affects", "list"),
    ("properties.affects", [], "properties.affects", "at least 1"),
    ("properties.margin", {"lateral_nm": 5}, "properties.margin.lateral_nm", "unknown"),
    ("properties.margin", {"lateral_m": -5}, "properties.margin.lateral_m", "no length"),
    ("properties.margin", {"time_s": -5}, "properties.margin.time_s", "0 or more"),
    ("properties.margin", {"time_s": 1e400}, "properties.margin.time_s", "0 or more"),
    ("properties.half_width_m", 5, "properties.half_width_m", "belongs to a LineString"),
    ("properties.activity", "x", "properties.activity", "belongs to activity/1"),
]


@pytest.mark.parametrize(("path", "value", "where", "what"), BAD_ZONES, ids=lambda v: str(v)[:40])
def test_a_bad_zone_is_refused_at_its_place(path: str, value: Any, where: str, what: str) -> None:
    """A feature alone in its file is named by its own members."""
    text = json.dumps(changed(ZONE, path, value)).replace("Infinity", "1e400")
    with pytest.raises(ParleyError) as refusal:
        read_features(parse_json(text.encode()))
    assert refusal.value.where == where
    assert what in refusal.value.what


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("titel", "title"), ("halfwidth", "half_width_m"), ("altitudeLower", "altitude_lower")],
)
def test_an_unknown_name_is_told_its_nearest(name: str, nearest: str) -> None:
    """A misspelt property says which one was meant, instead of being passed over."""
    with pytest.raises(ParleyError) as refusal:
        read(changed(LINE, f"properties.{name}", 1))
    assert f"nearest known name is {nearest};" in refusal.value.hint


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b'{"type": "Feature",', "byte 19 (line 1, column 20)"),
        ('{"ж": "ж"}}'.encode(), "byte 12 (line 1, column 11)"),
        (b"\xef\xbb\xbf{", "byte 4"),
        (b'{"a": NaN}', "NaN is no number at byte 6 (line 1, column 7)"),
        (b'{"a": -Infinity}', "-Infinity is no number at byte 6 (line 1, column 7)"),
        (
            '{"ж": "NaN, \\"NaN",\n "b": [1, 2.5,\n  NaN, NaN]}'.encode(),
            "NaN is no number at byte 38 (line 3, column 3)",
        ),
        (b'\xef\xbb\xbf[{"NaN": 1},\n Infinity]', "Infinity is no number at byte 17 (line 2"),
        (b'{"a": 1, "a": 2}', "'a' occurs twice"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b'{"a": 1e99999999999999999999}', "no number of any length or time at byte 6 (line 1"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "byte 0"),
        (b" " * (MAX_BYTES + 1), str(MAX_BYTES)),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_bytes_that_are_no_json_are_refused_at_their_byte(text: bytes, what: str) -> None:
    """The refusal counts bytes, as an editor or a hex dump does."""
    with pytest.raises(ParleyError) as refusal:
        parse_json(text)
    assert what in refusal.value.what


@pytest.mark.parametrize("value", [5, [], {}, {"type": "Topology"}, None])
def test_what_is_no_feature_is_refused(value: Any) -> None:
    """Only a Feature or a FeatureCollection is read."""
    with pytest.raises(ParleyError):
        read(value)


def test_records_are_drafted_for_their_own_party_alone() -> None:
    """A feature of another party, or a file without any, is not signed."""
    data = json.dumps(collection(LINE, ZONE)).encode()
    drafts = records_of(data, party="coalition", where="body")
    assert [d.kind for d in drafts] == ["activity/1", "zone/1"]
    assert drafts[0].body == read(LINE)[0].body.to_json()
    with pytest.raises(ParleyError) as refusal:
        records_of(data, party="russia", where="body")
    assert refusal.value.where == "body: features[0].properties.party"
    with pytest.raises(ParleyError):
        records_of(json.dumps(collection()).encode(), party="russia")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e3, 1e3) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict | list):
        items: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in items:
            found += places(inner, (*path, step))
    return found


@given(st.data())
def test_whatever_stands_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """No input ends in anything but features or a refusal."""
    value: Any = copy.deepcopy([data.draw(st.sampled_from([LINE, ZONE, POINT]))])
    path = data.draw(st.sampled_from(places(value)[1:]))
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = data.draw(JUNK)
    with contextlib.suppress(ParleyError):
        assert len(read(value[0])) <= 1
