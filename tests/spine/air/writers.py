"""Plans written in each format, in exact decimals: what the readers' tests read back."""

import csv
import io
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from parley.kinds.air.activity import Activity
from parley.values.instants import Instant, format_instant
from parley.values.places import Position
from parley.values.trajectories import Trajectory

_MODES = {"AMSL": "absolute", "AGL": "relativeToGround", None: "clampToGround"}
_TOLERANCES = (
    ("lateral_tolerance_m", "lateral_tolerance_e4m", 4),
    ("vertical_tolerance_m", "vertical_tolerance_e4m", 4),
    ("time_tolerance_s", "time_tolerance_ms", 3),
)


def decimal(value: int, digits: int) -> str:
    """Write ``value`` / 10**``digits`` exactly."""
    return f"{Decimal(value).scaleb(-digits):f}"


def json_text(value: Any) -> str:
    """Write JSON in which a Decimal is a number, exactly."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json_text(k)}: {json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    assert isinstance(value, str | int)
    return str(value) if isinstance(value, int) else '"' + value.replace('"', '\\"') + '"'


def tolerances(way: Trajectory) -> dict[str, Decimal]:
    """Give the tolerances under the names of the properties."""
    return {
        name: Decimal(getattr(way, inner)).scaleb(-digits) for name, inner, digits in _TOLERANCES
    }


def moving_feature(body: Activity, party: str) -> str:
    """Write a trajectory as OGC Moving Features JSON; heights are in metres, whatever was said."""
    way = body.trajectory
    assert way is not None
    coordinates = [[Decimal(p.lon_e7).scaleb(-7), Decimal(p.lat_e7).scaleb(-7)] for p in way.points]
    for position, height in zip(coordinates, way.heights_e4m or (), strict=False):
        position.append(Decimal(height).scaleb(-4))
    properties: dict[str, Any] = {"kind": "activity/1", "party": party, "title": body.title}
    properties |= tolerances(way)
    if way.reference is not None:
        properties["altitude_reference"] = way.reference
    geometry = {
        "type": "MovingPoint",
        "datetimes": [format_instant(Instant(t)) for t in way.times],
        "coordinates": coordinates,
    }
    return json_text({"type": "Feature", "temporalGeometry": geometry, "properties": properties})


def track(body: Activity, party: str) -> str:
    """Write a trajectory above mean sea level or ground as a KML file with one Track."""
    way = body.trajectory
    assert way is not None
    data = {"party": party, **{name: f"{v:f}" for name, v in tolerances(way).items()}}
    extended = "".join(
        f'<Data name="{name}"><value>{text}</value></Data>' for name, text in data.items()
    )
    heights = [decimal(h, 4) for h in way.heights_e4m or ()] or ["0"] * len(way.points)
    whens = "".join(f"<when>{format_instant(Instant(t))}</when>" for t in way.times)
    coords = "".join(
        f"<gx:coord>{decimal(p.lon_e7, 7)} {decimal(p.lat_e7, 7)} {h}</gx:coord>"
        for p, h in zip(way.points, heights, strict=True)
    )
    mode = f"<altitudeMode>{_MODES[way.reference]}</altitudeMode>"
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2" '
        'xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark>'
        f"<name>{escape(body.title)}</name><ExtendedData>{extended}</ExtendedData>"
        f"<gx:Track>{mode}{whens}{coords}</gx:Track></Placemark></kml>"
    )


def table(body: Activity, party: str, mark: str) -> str:
    """Write a trajectory as a table of waypoints; heights in feet must be whole."""
    way = body.trajectory
    assert way is not None
    once = {"id": "7", "party": party, "title": body.title}
    once |= {name: f"{v:f}" for name, v in tolerances(way).items()}
    heights = [""] * len(way.points)
    if way.heights_e4m is not None and way.reference is not None:
        once |= {"units": way.units, "reference": way.reference}
        feet = way.units == "FT"
        heights = [str(h // 3048) if feet else decimal(h, 4) for h in way.heights_e4m]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark)
    writer.writerow([*once, "lat", "lon", "time", "altitude"])
    for i, (p, t, h) in enumerate(zip(way.points, way.times, heights, strict=True)):
        said = once.values() if i == 0 else ["7"] + [""] * (len(once) - 1)
        place = [decimal(p.lat_e7, 7), decimal(p.lon_e7, 7)]
        writer.writerow([*said, *place, format_instant(Instant(t)), h])
    return out.getvalue()


def _clamped(value: int, most: int) -> int:
    return max(-most, min(most, value))


@st.composite
def trajectories(draw: st.DrawFn, references: tuple[str | None, ...], feet: bool) -> Trajectory:
    """Draw a way of some legs of at most 3 degrees anywhere on the globe."""
    count = draw(st.integers(1, 6))
    lat, lon = draw(st.integers(-900_000_000, 900_000_000)), draw(st.integers(-(10**9), 10**9))
    time = draw(st.integers(0, 4_000_000_000_000))
    steps = st.tuples(*[st.integers(-30_000_000, 30_000_000)] * 2, st.integers(1, 10_000_000))
    points, times = [], []
    for step_lat, step_lon, wait in draw(st.lists(steps, min_size=count, max_size=count)):
        lat, lon = _clamped(lat + step_lat, 900_000_000), _clamped(lon + step_lon, 1_800_000_000)
        time += wait
        points.append(Position(lat, lon))
        times.append(time)
    reference: Any = draw(st.sampled_from(references))
    units: Any = "FT" if feet and reference is not None and draw(st.booleans()) else "M"
    scale = 3048 if units == "FT" else 1
    most = 10**9 // scale
    level = st.integers(-most, most).map(lambda height: height * scale)
    heights = draw(st.lists(level, min_size=count, max_size=count)) if reference else None
    return Trajectory(
        tuple(points),
        tuple(times),
        None if heights is None else tuple(heights),
        reference,
        units,
        draw(st.integers(0, 10**10)),
        draw(st.integers(0, 10**9)),
        draw(st.integers(0, 86_400_000)),
    )


TITLES = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cc", "Cs")),
    min_size=1,
    max_size=20,
).map(lambda text: "T" + text.replace("\\", "/") + "T")
