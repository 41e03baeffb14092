"""KML as drawing programs write it: Placemarks and Tracks read exactly, or refused by line."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.kinds.air.activity import Activity
from parley.kinds.air.formats import records_of
from parley.kinds.air.kml import read_kml
from parley.kinds.air.kml_tree import DEEPEST, MAX_ELEMENTS
from parley.kinds.air.stated import MAX_BYTES
from parley.values.volumes import Circle, Corridor, Polygon
from tests.spine.air.test_geojson import LINE, POINT, ZONE, changed, read
from tests.spine.air.test_moving_features import BODY
from tests.spine.air.writers import TITLES, track, trajectories

SPAN = "<TimeSpan><begin>2016-06-16T04:00:00Z</begin><end>2016-06-16T08:00:00Z</end></TimeSpan>"
LEVELS = {"altitude_lower": "15000 FT AMSL", "altitude_upper": "25000 FT AMSL"}


def data(**texts: str) -> str:
    inner = "".join(f'<Data name="{n}"><value>{t}</value></Data>' for n, t in texts.items())
    return f"<ExtendedData>{inner}</ExtendedData>"


def kml(*placemarks: str) -> bytes:
    """Write a file: the first Placemark stands in line 2, the next in line 3."""
    head = (
        '<kml xmlns="http://www.opengis.net/kml/2.2" '
        'xmlns:gx="http://www.google.com/kml/ext/2.2" xmlns:atom="http://www.w3.org/2005/Atom">'
    )
    return "\n".join(
        [f"{head}<Document><Folder>", *placemarks, "</Folder></Document></kml>"]
    ).encode()


def placemark(*inner: str, name: str = "Support to At-Tanf") -> str:
    return f"<Placemark><name>{name}</name>{''.join(inner)}</Placemark>"


CORRIDOR = placemark(
    SPAN,
    data(party="coalition", half_width_m="9260", **LEVELS),
    "<LineString><coordinates>37.2,34.4 38.6,33.5</coordinates></LineString>",
)
TRACK = (
    "<gx:Track><altitudeMode>absolute</altitudeMode>"
    "<when>2016-06-16T04:00:00Z</when><when>2016-06-16T04:20:00Z</when>"
    "<gx:coord>37.2 34.4 4572</gx:coord><gx:coord>38.6 33.5 4572</gx:coord></gx:Track>"
)


def test_the_documented_example_is_the_corridor_and_the_flight(root: Path) -> None:
    """The same bodies as of the GeoJSON beside it, to the last digit."""
    page = (root / "docs/geojson.md").read_text(encoding="utf-8")
    example = page.partition("```xml\n")[2].partition("```")[0]
    corridor, flight = read_kml(example.encode())
    assert (corridor.party, corridor.body) == ("coalition", read(LINE)[0].body)
    assert (flight.party, flight.body.to_json()) == ("coalition", BODY)
    assert [corridor.where, flight.where] == ["line 3", "line 14"]


def test_points_and_areas_and_zones_are_shapes() -> None:
    """The words of KML and those in ExtendedData, in either of its forms, say what GeoJSON says."""
    ring = "38,33,0 39,33,0\n 39,34,0 38,34,0 38,33,0"
    simple = "".join(
        f'<SimpleData name="{name}">{text}</SimpleData>'
        for name, text in {
            "kind": "zone/1",
            "zone_type": "restricted",
            "asks": "avoid",
            "affects": "russia",
            "margin_lateral_m": "500.5",
            "margin_time_s": "0.25",
            "altitude_lower": "SFC",
            "altitude_upper": "UNL",
        }.items()
    )
    zone = (
        "<Placemark><name>Keep clear</name><styleUrl>#red</styleUrl>"
        "<TimeSpan><begin>2016-06-16T04:00:00+03:00</begin></TimeSpan>"
        f'<ExtendedData><SchemaData schemaUrl="#s">{simple}</SchemaData></ExtendedData>'
        "<Polygon><extrude>1</extrude><altitudeMode>absolute</altitudeMode><outerBoundaryIs>"
        f"<LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "<atom:author><atom:name>somebody</atom:name></atom:author></Placemark>"
    )
    point = placemark(
        SPAN,
        data(party="coalition", radius_m="1000", **LEVELS, **{"x-note": "free"}),
        "<Point><coordinates> 38.6,33.5,0 </coordinates></Point>",
    )
    first, second = read_kml(kml(zone, point))
    assert first.body == read(ZONE)[0].body
    assert second.body == read(POINT)[0].body


def test_holes_are_read_and_altitudes_on_the_ground_are_none() -> None:
    """clampToGround, said or not, ignores the altitude: no level is stated."""
    outer, inner = "38,33 39,33 39,34 38,34 38,33", "38.4,33.4 38.6,33.4 38.6,33.6 38.4,33.4"
    rings = "".join(
        f"<{side}BoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></{side}BoundaryIs>"
        for side, ring in (("outer", outer), ("inner", inner))
    )
    for mode in ("", "<altitudeMode>clampToGround</altitudeMode>"):
        (feature,) = read_kml(kml(placemark(SPAN, f"<Polygon>{mode}{rings}</Polygon>")))
        (volume,) = feature.body.volumes
        assert isinstance(volume.shape, Polygon)
        assert [len(ring) for ring in volume.shape.rings] == [5, 4]
        assert (volume.lower, volume.upper) == (None, None)


def test_the_parts_of_a_geometry_share_an_activity() -> None:
    """One feature for each part; of a track, what the mode says its altitudes are above."""
    parts = (
        "<MultiGeometry><Point><coordinates>38,33</coordinates></Point>"
        "<MultiGeometry><LineString><coordinates>38,33 39,33</coordinates></LineString>"
        "</MultiGeometry></MultiGeometry>"
    )
    both = placemark(SPAN, data(activity="A"), parts)
    with pytest.raises(ParleyError) as refusal:
        list(read_kml(kml(both)))
    assert refusal.value.where == "line 2, Placemark"
    assert "radius_m" in refusal.value.hint
    zones = data(kind="zone/1", zone_type="hazard", asks="avoid")
    squares = (
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        "38,33 39,33 39,34 38,33</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
    multi = f"<MultiGeometry>{squares * 2}</MultiGeometry>"
    assert len(list(read_kml(kml(placemark(SPAN, zones, multi))))) == 2
    low = TRACK.replace("absolute", "relativeToGround")
    bare = TRACK.replace("<altitudeMode>absolute</altitudeMode>", "").replace("gx:Track", "Track")
    tracks = f"<gx:MultiTrack><gx:interpolate>0</gx:interpolate>{TRACK}{low}{bare}</gx:MultiTrack>"
    features = list(read_kml(kml(placemark(data(activity="A"), tracks))))
    ways = [f.body.trajectory for f in features if isinstance(f.body, Activity)]
    assert [way and way.reference for way in ways] == ["AMSL", "AGL", None]
    assert [f.body.occupancy().activity for f in features] == ["A"] * 3


def test_a_title_is_lent_and_a_party_is_checked() -> None:
    """As with GeoJSON: only `check` lends a title, and nobody signs another's plan."""
    nameless = CORRIDOR.replace("<name>Support to At-Tanf</name>", "")
    with pytest.raises(ParleyError) as refusal:
        list(read_kml(kml(nameless)))
    assert (refusal.value.where, refusal.value.hint) == ("line 2, Placemark", "add a <name>")
    (feature,) = read_kml(kml(nameless), untitled="(no title)")
    assert feature.body.title == "(no title)"
    with pytest.raises(ParleyError) as refusal:
        records_of(kml(CORRIDOR), party="russia", form="kml", where="body")
    assert refusal.value.where == "body: line 2, Data party"


# What is replaced in the corridor by what, where it is refused, and a word of why or what to do.
BAD: list[tuple[str, str, str, str]] = [
    ('"half_width_m"', '"half_width"', "line 2, Data half_width", "half_width_m"),
    ("9260", "", "line 2, Data half_width_m", "number of metres"),
    ("9260", "9,260", "line 2, Data half_width_m", "with a point"),
    ("9260", "-1", "line 2, Data half_width_m", "no length"),
    ("15000 FT AMSL", "15000", "line 2, Data altitude_lower", "15000 FT AMSL"),
    ("15000 FT AMSL", "UNL", "line 2, Data altitude_lower", "floor"),
    ("15000 FT AMSL", "15000 FT QNH", "line 2, Data altitude_lower", "QNH"),
    ("15000 FT AMSL", "26000 FT AMSL", "line 2, Data altitude_lower", "above the ceiling"),
    ("coalition", "&lt;\x7f", "line 2, Data party", "control"),
    (SPAN, "", "line 2, Placemark", "<TimeSpan>"),
    ("<end>2016-06-16T08:00:00Z</end>", "", "line 2, Placemark", "<end>"),
    ("T08:00", "T03:00", "line 2, end", "before it starts"),
    ("T08:00:00Z", "", "line 2, end", "no time"),
    ("<end>", "<until>", "line 2", "mismatched"),
    (SPAN, "<TimeStamp><when>2016</when></TimeStamp>", "line 2, TimeStamp", "<TimeSpan>"),
    ("34.4", "93.4", "line 2, coordinates[0]", "latitude 93.4"),
    ("33.5", "x", "line 2, coordinates[1]", "no number"),
    (",33.5", ", 33.5", "line 2, coordinates[1]", "no number"),
    ("37.2,34.4 38.6,33.5", "37.2,34.4", "line 2, coordinates", "2 to"),
    ("37.2,34.4 38.6,33.5", "0,0 179.9,0", "line 2, coordinates[1]", "antipodal"),
    ("37.2,34.4 38.6,33.5", "1,2,3,4", "line 2, coordinates[0]", "no position"),
    ("<coordinates>37.2,34.4 38.6,33.5</coordinates>", "", "line 2, LineString", "needed"),
    ("<LineString>", "<LineString><altitudeMode>up</altitudeMode>", "line 2, altitudeMode", "up"),
    (
        "<LineString>",
        "<LineString><gx:altitudeMode>relativeToSeaFloor</gx:altitudeMode>",
        "line 2, gx:altitudeMode",
        "relativeToGround",
    ),
    ("<LineString>", "<LineString><gx:altitudeOffset/>", "line 2, gx:altitudeOffset", "not read"),
    ("<LineString>", "<LineString><coordinates>1,2</coordinates>", "line 2, coordinates", "twice"),
    ("</value>", "</value><value>2</value>", "line 2, value", "twice"),
    ("<LineString>", "<Model/><LineString>", "line 2, Model", "LineString"),
    ("<Placemark>", "<NetworkLink/><Placemark>", "line 2, NetworkLink", "into this file"),
    ("<Placemark>", "<TimeSpan/><Placemark>", "line 2, TimeSpan", "each Placemark"),
    ("<Placemark>", "<Placemrk/><Placemark>", "line 2, Placemrk", "Placemark"),
    (
        "<LineString>",
        "<Point><coordinates>1,2</coordinates></Point><LineString>",
        "line 2",
        "share",
    ),
    ("</name>", "</name><name>Other</name>", "line 2, name", "something else"),
    ("</ExtendedData>", "<Date/></ExtendedData>", "line 2, Date", "SchemaData"),
    ("LineString>", "x-line>", "line 2, x-line", "not read"),
    ("Folder>", "Folder><!DOCTYPE kml>", "line 1", "well-formed"),
    ("http://www.opengis.net/kml/2.2", "http://example.org/", "line 1", "no KML"),
]


@pytest.mark.parametrize(("old", "new", "where", "what"), BAD, ids=lambda v: str(v)[:30])
def test_a_bad_placemark_is_refused_at_its_line(old: str, new: str, where: str, what: str) -> None:
    """The line, the element, and for what is missing the name to add."""
    whole = kml(CORRIDOR)
    bad = whole.replace(old.encode(), new.encode())
    assert bad != whole
    with pytest.raises(ParleyError) as refusal:
        list(read_kml(bad))
    assert refusal.value.where.startswith(where)
    assert what in f"{refusal.value.what} {refusal.value.hint}"


BAD_TRACKS: list[tuple[str, str, str, str]] = [
    ("<when>2016-06-16T04:00:00Z</when>", "", "line 2, gx:Track", "1 times and 2 positions"),
    ("T04:20", "T03:20", "line 2, when", "rise"),
    ("2016-06-16T04:20:00Z", "2016-06", "line 2, when", "no time"),
    ("38.6 33.5 4572", "38.6 93.5 4572", "line 2, gx:coord", "latitude 93.5"),
    ("38.6 33.5 4572", "38.6 33.5", "line 2, gx:coord", "none does"),
    ("38.6 33.5 4572", "38.6,33.5,4572", "line 2, gx:coord", "no position"),
    ("38.6 33.5 4572", "38.6 33.5 200000", "line 2, gx:coord", "100 km"),
    ("<gx:Track>", "<gx:Track><begin/>", "line 2, begin", "when"),
    ("<altitudeMode>absolute", "<altitudeMode>high", "line 2, altitudeMode", "absolute"),
    ("<gx:Track>", f"{data(half_width_m='5')}<gx:Track>", "line 2, Data half_width_m", "lateral"),
    (
        "<gx:Track>",
        f"{data(altitude_reference='W84')}<gx:Track>",
        "line 2, Data alt",
        "altitudeMode",
    ),
    ("<gx:Track>", f"{SPAN}<gx:Track>", "line 2, begin", "datetimes"),
    ("<gx:Track>", f"{data(kind='zone/1')}<gx:Track>", "line 2", "does not move"),
    (
        "<gx:Track>",
        f"<gx:MultiTrack><gx:interpolate>1</gx:interpolate>{TRACK}</gx:MultiTrack><gx:Track>",
        "line 2, gx:interpolate",
        "one Track",
    ),
]


@pytest.mark.parametrize(("old", "new", "where", "what"), BAD_TRACKS, ids=lambda v: str(v)[:30])
def test_a_bad_track_is_refused_at_its_line(old: str, new: str, where: str, what: str) -> None:
    """Times and positions are counted against each other, and each has its own line."""
    whole = kml(placemark(TRACK))
    bad = whole.replace(old.encode(), new.encode(), 1)
    assert bad != whole
    with pytest.raises(ParleyError) as refusal:
        list(read_kml(bad))
    assert refusal.value.where.startswith(where)
    assert what in f"{refusal.value.what} {refusal.value.hint}"


def test_an_altitude_alone_is_neither_floor_nor_ceiling() -> None:
    """A line drawn at a height says nothing of how thick it is: both levels must be stated."""
    mode, line = "<altitudeMode>absolute</altitudeMode>", "1,2,9 3,4,9"
    drawn = f"<LineString>{mode}<coordinates>{line}</coordinates></LineString>"
    for texts, right in (({}, False), ({"altitude_lower": "SFC"}, False), (LEVELS, True)):
        whole = kml(placemark(SPAN, data(half_width_m="5", **texts), drawn))
        if right:
            (feature,) = read_kml(whole)
            assert isinstance(feature.body.volumes[0].shape, Corridor)
            continue
        with pytest.raises(ParleyError) as refusal:
            list(read_kml(whole))
        assert refusal.value.where == "line 2, altitudeMode"
        assert "altitude_lower" in refusal.value.hint


def test_a_logged_track_is_read_as_programs_write_it() -> None:
    """Times and positions by turns, seven decimals of a second, looks in between."""
    track = (
        "<gx:Track><extrude>1</extrude><gx:interpolate>1</gx:interpolate>"
        "<when>2025-03-03T08:25:15.5848380Z</when><gx:coord>12.058459 51.550617 100</gx:coord>"
        "<when>2025-03-03T09:25:20.5858380+01:00</when><gx:coord>12.060145 5.1e1 105</gx:coord>"
        "<gx:angles>1 2 3</gx:angles><Model><scale/></Model></gx:Track>"
    )
    (feature,) = read_kml(kml(placemark("<styleUrl>#a</styleUrl><LookAt><range/></LookAt>", track)))
    assert isinstance(feature.body, Activity)
    way = feature.body.trajectory
    assert way is not None
    assert way.times == (1_740_990_315_585, 1_740_990_320_586)
    assert way.points[1].lat_e7 == 510_000_000
    # On the ground as far as the file says, so no height at all.
    assert way.heights_e4m is None


LAUGHS = (
    '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&c;</name></Placemark></kml>'
)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (LAUGHS.encode(), "document type"),
        (b'<!DOCTYPE kml SYSTEM "file:///etc/passwd"><kml/>', "document type"),
        (b"<kml>&file;</kml>", "undefined entity"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><kml/>', "encoding"),
        ('<?xml version="1.0"?><kml/>'.encode("utf-16"), "not UTF-8"),
        (b"<kml/>", "no KML"),
        (b'<gpx xmlns="http://www.topografix.com/GPX/1/1"/>', "no KML"),
        (b"", "no element"),
        (b"PK\x03\x04", "kmz"),
        (kml("<Folder>" * DEEPEST), "nested deeper"),
        (kml("<b/>" * (MAX_ELEMENTS + 1)), "elements"),
        (b" " * (MAX_BYTES + 1), str(MAX_BYTES)),
        (b"<kml>\xff</kml>", "not UTF-8 at byte 5"),
    ],
    ids=lambda v: repr(v)[:30],
)
def test_dangerous_or_broken_xml_is_refused(data: bytes, what: str) -> None:
    """No document type, so no entity of one's own, none from outside, and no amplification."""
    with pytest.raises(ParleyError) as refusal:
        list(read_kml(data))
    assert what in refusal.value.what


@given(trajectories((None, "AMSL", "AGL"), feet=False), TITLES)
def test_what_is_written_is_read_back(way: Any, title: str) -> None:
    """Every trajectory above sea level or ground survives the format."""
    body = Activity(title=title.strip(), trajectory=way)
    (feature,) = read_kml(track(body, "russia").encode())
    assert (feature.party, feature.body) == ("russia", body)


@given(st.data())
def test_whatever_is_cut_or_put_in_is_read_or_refused(data: st.DataObject) -> None:
    """No file ends in anything but features or a refusal."""
    whole = kml(CORRIDOR, placemark(TRACK))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 60)))
    junk = data.draw(st.sampled_from([b"", b"<", b"1e999", b"</Placemark>", b"<Track/>", b"&#0;"]))
    with contextlib.suppress(ParleyError):
        assert len(list(read_kml(whole[:start] + junk + whole[end:]))) <= 2


def test_a_circle_needs_its_radius() -> None:
    """The shape decides which width is missing."""
    bare = changed(POINT, "properties.radius_m", None)
    with pytest.raises(ParleyError):
        read(bare)
    point = "<Point><coordinates>38.6,33.5</coordinates></Point>"
    (feature,) = read_kml(kml(placemark(SPAN, data(radius_m="0"), point)))
    assert isinstance(feature.body.volumes[0].shape, Circle)
