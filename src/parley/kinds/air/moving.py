"""Timed trajectories in OGC Moving Features JSON (OGC 19-045r3, MF-JSON Prism). Pure.

Read is a ``temporalGeometry`` of type ``MovingPoint`` with linear interpolation: positions in
longitude and latitude on WGS84, a third coordinate in metres or none, times in UTC. Whatever would
make the way another one (a different interpolation or reference system) is refused.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from parley.errors import BadGeoJson
from parley.kinds.air.properties import TOLERANCES, metres_of, seconds_of
from parley.kinds.air.stated import (
    a_list,
    a_number,
    an_object,
    check_count,
    check_names,
    join,
    renamed,
)
from parley.values.instants import Instant, instant, parse_instant
from parley.values.lengths import Unit, to_e4m
from parley.values.places import Position
from parley.values.trajectories import LONGEST_TOLERANCE_MS, Trajectory

# Of a feature that moves (7.2.1), and of a collection of them.
MEMBERS: Final = ("temporalGeometry", "temporalProperties", "crs", "trs", "time")
OF_COLLECTION: Final = ("crs", "trs", "time", "label")
# ``base`` and ``orientations`` say how a model is drawn and turned; neither moves the point.
_GEOMETRY = (
    "type",
    "datetimes",
    "coordinates",
    "interpolation",
    "interpolations",
    "base",
    "orientations",
    "crs",
    "trs",
)
_OTHERS = {
    "MovingLineString": "state the MovingPoint of its middle, and lateral_tolerance_m",
    "MovingPolygon": "state the MovingPoint of its middle, and lateral_tolerance_m",
    "MovingPointCloud": "state the MovingPoint of its middle, and lateral_tolerance_m",
    "MovingGeometryCollection": "write a feature for each; they may share one activity",
}
_CRS = frozenset(
    {
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
    }
)
_TRS = frozenset(
    {
        "urn:ogc:data:time:iso8601",
        "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        "https://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
    }
)


def trajectory(
    feature: Mapping[str, Any], properties: Mapping[str, Any], where: str, units: Unit = "M"
) -> Trajectory:
    """Read the trajectory of a feature; ``units`` are those of the third coordinate.

    The place of a refusal begins with ``where``, the feature's own place.
    """
    check_frame(feature, where)
    place = join(where, "temporalGeometry")
    stated = an_object(feature["temporalGeometry"], place)
    _check_geometry(stated, place)
    times = _times(stated.get("datetimes"), f"{place}.datetimes")
    points, heights = _points(stated.get("coordinates"), f"{place}.coordinates", units)
    at = join(where, "properties")
    if points and heights is None and properties.get("altitude_reference") is not None:
        raise BadGeoJson(
            "no position states a height",
            where=join(at, "altitude_reference"),
            hint="write [longitude, latitude, height], or leave altitude_reference out",
        )
    if heights is not None and properties.get("altitude_reference") is None:
        hint = "write W84, AMSL, AGL or STD"
        said = "the heights need a reference"
        raise BadGeoJson(said, where=join(at, "altitude_reference"), hint=hint)
    places = {
        "points": f"{place}.coordinates",
        "times": f"{place}.datetimes",
        "heights_e4m": f"{place}.coordinates",
        "reference": join(at, "altitude_reference"),
        **{f"{n.rpartition('_')[0]}_e4m": join(at, n) for n in TOLERANCES[:2]},
        "time_tolerance_ms": join(at, "time_tolerance_s"),
    }
    with renamed(places):
        read = Trajectory(
            points,
            times,
            heights,
            properties.get("altitude_reference"),
            units,
            metres_of(properties, "lateral_tolerance_m", at),
            metres_of(properties, "vertical_tolerance_m", at),
            seconds_of(properties, "time_tolerance_s", at, LONGEST_TOLERANCE_MS, "a tolerance"),
        )
    _check_still(feature, read, where)
    return read


def check_frame(stated: Mapping[str, Any], where: str) -> None:
    """Refuse a reference system of space or time other than WGS84 in degrees and UTC (7.2.3)."""
    for name, known in (("crs", _CRS), ("trs", _TRS)):
        if stated.get(name) is None:
            continue
        place = join(where, name)
        system = an_object(stated[name], place)
        said = an_object(system.get("properties"), f"{place}.properties")
        called = said.get("name", said.get("href"))
        if not isinstance(called, str) or called not in known:
            hint = f"leave {name} out: it is {min(known, key=len)}"
            raise BadGeoJson(f"{called!r:.80} is not read here", where=place, hint=hint)


def _check_geometry(stated: Mapping[str, Any], place: str) -> None:
    kind = stated.get("type")
    if kind != "MovingPoint":
        hint = _OTHERS.get(kind, "write MovingPoint") if isinstance(kind, str) else "MovingPoint"
        said = f"no trajectory of type {kind!r:.60} is compared"
        raise BadGeoJson(said, where=f"{place}.type", hint=hint)
    check_names(stated, _GEOMETRY, place)
    check_frame(stated, place)
    ways = [name for name in ("interpolation", "interpolations") if stated.get(name) is not None]
    if len(ways) > 1:
        raise BadGeoJson("is stated twice", where=f"{place}.interpolations")
    for name in ways:
        said = stated[name]
        if said not in ("Linear", ["Linear"]):
            raise BadGeoJson(
                f"the interpolation {said!r:.60} is not compared",
                where=f"{place}.{name}",
                hint="write Linear, with as many points as it takes and tolerances for the rest",
            )


def _times(value: Any, place: str) -> tuple[Instant, ...]:
    """Read RFC 3339 texts, or numbers of milliseconds since 1970 (7.2.2)."""
    return tuple(
        parse_instant(each, where=f"{place}[{i}]")
        if isinstance(each, str)
        else instant(each, where=f"{place}[{i}]")
        for i, each in enumerate(a_list(value, place))
    )


def _points(
    value: Any, place: str, units: Unit
) -> tuple[tuple[Position, ...], tuple[int, ...] | None]:
    points, heights = [], []
    stated = a_list(value, place)
    check_count(len(stated), place)
    for i, numbers in enumerate(stated):
        at = f"{place}[{i}]"
        if not isinstance(numbers, list) or len(numbers) not in (2, 3):
            raise BadGeoJson(
                "a position is [longitude, latitude] or [longitude, latitude, height]", where=at
            )
        for number in numbers:
            a_number(number, at)
        points.append(Position.of_degrees(numbers[1], numbers[0], where=at))
        if len(numbers) == 3:
            heights.append(to_e4m(numbers[2], units, where=at))
        if heights and len(heights) != len(points):
            said = "all positions state a height, or none does"
            raise BadGeoJson(said, where=at)
    return tuple(points), tuple(heights) or None


def _check_still(feature: Mapping[str, Any], read: Trajectory, where: str) -> None:
    """Refuse a ``geometry`` or ``time`` that contradicts the trajectory; neither is needed."""
    geometry, at = feature.get("geometry"), join(where, "geometry")
    if geometry is not None:
        stated = an_object(geometry, at)
        check_names(stated, ("type", "coordinates", "bbox"), at)
        if not _draws(stated, read.points, at):
            hint = "leave geometry out, or let it be the LineString of the same positions"
            raise BadGeoJson("is not the way of temporalGeometry", where=at, hint=hint)
    if feature.get("time") is not None:
        span = _times(feature["time"], join(where, "time"))
        if len(span) != 2 or span[0] > read.times[0] or span[1] < read.times[-1]:
            hint = "write [begin, end] around all datetimes, or leave it out"
            raise BadGeoJson("does not hold the datetimes", where=join(where, "time"), hint=hint)


def _draws(geometry: Mapping[str, Any], points: Sequence[Position], where: str) -> bool:
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        coordinates = [coordinates]
    elif geometry.get("type") != "LineString":
        return False
    if not isinstance(coordinates, list):
        return False
    drawn = []
    for i, numbers in enumerate(coordinates):
        if not isinstance(numbers, list) or len(numbers) not in (2, 3):
            return False
        place = f"{where}.coordinates[{i}]"
        for number in numbers:
            a_number(number, place)
        drawn.append(Position.of_degrees(numbers[1], numbers[0], where=place))
    # A line does not say how long somebody stays at one of its points.
    return drawn in (list(points), _without_stays(points))


def _without_stays(points: Sequence[Position]) -> list[Position]:
    return [*points[:1], *(there for here, there in pairwise(points) if here != there)]
