"""Files that are made to hang whoever reads them, or to fill their memory: refused in a line."""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from parley.errors import BadGeoJson, BadLength, BadPosition, BadShape, ParleyError
from parley.kinds.air.formats import Format, read_file
from parley.values.lengths import to_e4m
from parley.values.places import Position

PROPERTIES = {
    "kind": "activity/1", "party": "a", "title": "t", "altitude_lower": "SFC",
    "altitude_upper": "UNL", "time_start": "2016-06-16T04:00:00Z",
    "time_end": "2016-06-16T08:00:00Z",
}  # fmt: skip


def feature(geometry: dict[str, Any], raw: str = "", **properties: Any) -> bytes:
    """Write a feature; ``"@"`` in it stands for ``raw``."""
    stated = {"type": "Feature", "geometry": geometry, "properties": PROPERTIES | properties}
    return json.dumps(stated).replace('"@"', raw).encode()


def read(data: bytes, form: Format = "geojson") -> int:
    return sum(1 for _ in read_file([data], form))


@pytest.mark.parametrize("number", ["1e308", "1e99999999", "-1e999999999999", "9" * 100_000,
                                    "1e999999999999999999999"])  # fmt: skip
def test_numbers_beyond_all_bounds_are_refused_in_a_line(number: str):
    point = {"type": "Point", "coordinates": "@"}
    here = {"type": "Point", "coordinates": [1, 2]}
    for data in (
        feature(point, f"[{number},1]", radius_m=1),
        feature(point, f"[1,{number}]", radius_m=1),
        feature(here, number, radius_m="@"),
        feature(here, number, radius_m=1, altitude_lower={"value": "@", "units": "M",
                                                          "reference": "AMSL"}),
        feature(here, number, radius_m=1, margin={"time_s": "@"}, kind="zone/1",
                zone_type="hazard", asks="avoid"),
    ):  # fmt: skip
        with pytest.raises(ParleyError) as refused:
            read(data)
        assert len(str(refused.value)) < 300


@pytest.mark.parametrize("number", ["1e-400", "1e-99999999999", "0." + "0" * 100_000 + "1", "-0.0"])
def test_numbers_too_small_to_keep_are_rounded(number: str):
    assert read(feature({"type": "Point", "coordinates": "@"}, f"[{number},1]", radius_m=1)) == 1


@pytest.mark.parametrize("value", ["1e99999999", "9" * 50_000])
def test_numbers_typed_by_a_person_do_not_overflow(value: str):
    for refuse, error in ((lambda: to_e4m(value, "NM"), BadLength),
                          (lambda: Position.of_degrees(value, 0), BadPosition)):  # fmt: skip
        with pytest.raises(error) as refused:
            refuse()
        assert len(str(refused.value)) < 300


def test_a_ring_of_a_million_points_is_refused_before_any_is_read():
    points = ",".join(["[7,34]"] * 1_000_000)
    # The last is no position: it is not reached.
    for kind, text, width in (
        ("Polygon", f"[[{points},[]]]", {}),
        ("LineString", f"[{points},[]]", {"half_width_m": 1}),
    ):
        with pytest.raises(BadShape, match="at most 10000 points") as refused:
            read(feature({"type": kind, "coordinates": "@"}, text, **width))
        assert refused.value.where.startswith("geometry.coordinates")
    rings = ",".join(["[[0,0],[1,0],[1,1],[0,0]]"] * 300_000)
    with pytest.raises(BadShape, match="at most 10000 points"):
        read(feature({"type": "Polygon", "coordinates": "@"}, f"[{rings},1]"))


def test_a_kml_ring_of_millions_of_points_is_refused_before_any_is_read():
    head = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>t</name><Polygon>'
    ends = b"<outerBoundaryIs><LinearRing><coordinates>%s</coordinates></LinearRing>"
    tail = b"</outerBoundaryIs></Polygon></Placemark></kml>"
    with pytest.raises(BadShape, match="at most 10000 points"):
        read(head + ends % (b"1,2 " * 4_000_000) + tail, "kml")


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"[" * 10_000_000, "geojson"),
        (b'{"a":' * 3_000_000, "geojson"),
        (b'["' + b"a " * 8_000_000 + b'",NaN]', "geojson"),
        (b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aa">]><kml>&a;</kml>', "kml"),
        (b'<kml xmlns="http://www.opengis.net/kml/2.2">' + b"<Folder>" * 1_000_000, "kml"),
        (b'"' + b"a" * 10_000_000, "csv"),
        (b'"""' * 4_000_000, "csv"),
    ],
    ids=["lists", "objects", "a long text", "entities", "folders", "one cell", "quotes"],
)
def test_files_that_swell_are_refused_in_bounded_memory(data: bytes, form: Format):
    tracemalloc.start()
    with pytest.raises(ParleyError):
        read(data, form)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300_000_000


def test_a_sequence_of_nothing_is_read_and_one_without_ends_refused():
    def lines() -> Iterator[bytes]:
        yield from [b"\n" * 1_000_000] * 200
        yield b"x\n"

    with pytest.raises(BadGeoJson) as refused:
        list(read_file(lines(), "sequence"))
    assert refused.value.where == "line 200000001"
    with pytest.raises(BadGeoJson, match="in one text"):
        list(read_file(iter([b"x" * 1_000_000] * 1_000), "sequence"))
