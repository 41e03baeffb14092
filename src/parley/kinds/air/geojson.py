"""GeoJSON (RFC 7946) as people exchange activities and zones; edges are geodesics. Pure.

Parsed JSON in, bodies out. Every refusal names the place in the input, such as
``features[0].geometry.coordinates[1]``; nothing unknown is passed over in silence.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from pydantic import ValidationError

from parley.errors import BadGeoJson, ParleyError
from parley.kinds.air.activity import ACTIVITY, Activity
from parley.kinds.air.stated import (
    MOVING_FEATURES,
    a_list,
    a_number,
    an_object,
    check_names,
    join,
    parse_json,
    renamed,
)
from parley.kinds.air.zone import LONGEST_MARGIN_MS, ZONE, Zone
from parley.record.canonical import Json
from parley.record.kind import Kind
from parley.values.instants import Instant, parse_instant
from parley.values.lengths import Altitude, Bound, Unit, VerticalLimit, length_e4m, to_e4m
from parley.values.places import Position
from parley.values.texts import Text
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

MAX_FEATURES = 100_000

_KINDS: dict[str, Kind] = {kind.name: kind for kind in (ACTIVITY, ZONE)}
_EVERY = (
    "kind",
    "party",
    "title",
    "description",
    "altitude_lower",
    "altitude_upper",
    "time_start",
    "time_end",
)
_OF_KIND = {
    "activity/1": ("activity",),
    "zone/1": ("zone_type", "asks", "affects", "margin"),
}
_WIDTH_OF = {"Point": "radius_m", "LineString": "half_width_m"}
# simplestyle-spec 1.1.0, but for title and description, which are read.
_STYLE = (
    "marker-size",
    "marker-symbol",
    "marker-color",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "fill",
    "fill-opacity",
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature, read: its kind and body, the party it states, its place in the input."""

    kind: Kind
    body: Activity | Zone
    party: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A record yet to be signed: the name of its kind, and its body."""

    kind: str
    body: dict[str, Json]


def records_of(data: bytes, *, party: str, where: str = "") -> tuple[Draft, ...]:
    """Read the records that ``party`` would sign for a file; another party's feature is refused."""
    try:
        features = read_features(parse_json(data))
        for feature in features:
            if feature.party not in (None, party):
                place = join(feature.where, "properties.party")
                raise BadGeoJson(f"is not {party}, who would sign it", where=place)
        if not features:
            raise BadGeoJson("nothing to announce", where="features")
    except ParleyError as error:
        raise error.at(where) if where else error from None
    return tuple(Draft(f.kind.name, f.body.to_json()) for f in features)


def read_features(value: Any, *, untitled: str | None = None) -> tuple[Feature, ...]:
    """Read a Feature or FeatureCollection as parsed by ``stated.parse_json``.

    A feature without a title is refused unless ``untitled`` gives one.
    """
    top = an_object(value, "")
    if top.get("type") == "Feature":
        return (_feature(top, "", untitled),)
    if top.get("type") != "FeatureCollection":
        raise BadGeoJson("neither a Feature nor a FeatureCollection", where="type")
    check_names(top, ("type", "features", "bbox", "name", "id"), "")
    features = top.get("features")
    if not isinstance(features, list):
        raise BadGeoJson("a list of features is needed", where="features")
    if len(features) > MAX_FEATURES:
        raise BadGeoJson(f"more than {MAX_FEATURES} features", where="features")
    return tuple(_feature(f, f"features[{i}]", untitled) for i, f in enumerate(features))


def _feature(value: Any, where: str, untitled: str | None) -> Feature:
    feature = an_object(value, where)
    if feature.get("type") != "Feature":
        raise BadGeoJson("not a Feature", where=join(where, "type"))
    check_names(feature, ("type", "geometry", "properties", "id", "bbox"), where)
    at = join(where, "properties")
    properties = an_object(feature.get("properties"), at)
    kind = _kind(properties, at)
    geometry = an_object(feature.get("geometry"), join(where, "geometry"))
    _check_type(geometry, join(where, "geometry"))
    _check_properties(properties, kind, geometry["type"], at)
    shape = _shape(geometry, properties, join(where, "geometry"), at)
    volume = _volume(shape, properties, at)
    title = _line(properties, "title", at)
    if title is None and untitled is None:
        raise BadGeoJson("a title is needed", where=join(at, "title"))
    fields: dict[str, Any] = {
        "title": title or untitled,
        "description": _description(properties.get("description"), join(at, "description")),
        "volumes": (volume,),
    }
    read = _activity_fields if kind is ACTIVITY else _zone_fields
    fields.update(read(properties, at))
    with _placed(where):
        body = kind.body(**fields)
    assert isinstance(body, Activity | Zone)  # noqa: S101 - for the type checker: both kinds are
    return Feature(kind, body, _line(properties, "party", at), where)


# --- names


def _check_properties(properties: Mapping[str, Any], kind: Kind, shape: str, where: str) -> None:
    width = _WIDTH_OF.get(shape)
    for other, name in _WIDTH_OF.items():
        if name in properties and name != width:
            needed = f"a {shape} takes {width}" if width else f"a {shape} stands for itself"
            raise BadGeoJson(f"belongs to a {other}", where=join(where, name), hint=needed)
    for name, own in _OF_KIND.items():
        for item in own:
            if item in properties and name != kind.name:
                raise BadGeoJson(f"belongs to {name}, not {kind.name}", where=join(where, item))
    known = (*_EVERY, *_OF_KIND[kind.name], *([width] if width else ()), *_STYLE)
    check_names(properties, known, where)


def _kind(properties: Mapping[str, Any], where: str) -> Kind:
    name = properties.get("kind")
    if isinstance(name, str) and name in _KINDS:
        return _KINDS[name]
    said = "a kind is needed" if name is None else f"unknown kind {name!r:.60}"
    raise BadGeoJson(said, where=join(where, "kind"), hint="write activity/1 or zone/1")


# --- shapes


def _check_type(geometry: Mapping[str, Any], where: str) -> None:
    check_names(geometry, ("type", "coordinates", "bbox"), where)
    kind = geometry.get("type")
    if kind in ("Point", "LineString", "Polygon"):
        return
    hint = "write Point, LineString or Polygon; several features may share one activity"
    if kind in ("MovingPoint", "MovingLineString", "MovingPolygon", "MovingGeometryCollection"):
        hint = MOVING_FEATURES
    raise BadGeoJson(f"no geometry of type {kind!r:.60}", where=join(where, "type"), hint=hint)


def _shape(
    geometry: Mapping[str, Any], properties: Mapping[str, Any], where: str, at: str
) -> Shape:
    kind, place = geometry["type"], join(where, "coordinates")
    coordinates = geometry.get("coordinates")
    if kind == "Point":
        center = _position(coordinates, place)
        return Circle(center, _metres(properties, "radius_m", at, needed=True))
    if kind == "LineString":
        half_width = _metres(properties, "half_width_m", at, needed=True)
        with renamed({"line": place}):
            return Corridor(_positions(coordinates, place), half_width)
    rings = a_list(coordinates, place)
    with renamed({"rings": place}):
        return Polygon(tuple(_positions(r, f"{place}[{i}]") for i, r in enumerate(rings)))


def _positions(value: Any, where: str) -> tuple[Position, ...]:
    return tuple(_position(p, f"{where}[{i}]") for i, p in enumerate(a_list(value, where)))


def _position(value: Any, where: str) -> Position:
    numbers = a_list(value, where)
    if len(numbers) != 2:
        hint = "heights are stated as altitude_lower and altitude_upper"
        raise BadGeoJson(
            "a position is [longitude, latitude]", where=where, hint=hint if numbers[2:] else ""
        )
    for number in numbers:
        a_number(number, where)
    return Position.of_degrees(numbers[1], numbers[0], where=where)


# --- properties


def _volume(shape: Shape, properties: Mapping[str, Any], where: str) -> Volume4D:
    start = _instant(properties, "time_start", where)
    if start is None:
        raise BadGeoJson("a time is needed", where=join(where, "time_start"))
    names = {"lower": "altitude_lower", "end": "time_end", "start": "time_start"}
    with renamed({old: join(where, new) for old, new in names.items()}):
        return Volume4D(
            shape,
            start,
            _instant(properties, "time_end", where),
            _limit(properties, "altitude_lower", where),
            _limit(properties, "altitude_upper", where),
        )


def _instant(properties: Mapping[str, Any], name: str, where: str) -> Instant | None:
    text = properties.get(name)
    return None if text is None else parse_instant(text, where=join(where, name))


def _limit(properties: Mapping[str, Any], name: str, where: str) -> VerticalLimit:
    value, place = properties.get(name), join(where, name)
    if value is None:
        return None
    if value in ("SFC", "UNL"):
        if value != ("SFC" if name == "altitude_lower" else "UNL"):
            raise BadGeoJson("the floor cannot be UNL nor the ceiling SFC", where=place)
        return Bound(value)
    stated = an_object(value, place, hint='write {"value", "units", "reference"}, "SFC" or "UNL"')
    check_names(stated, ("value", "units", "reference", "uncertainty"), place)
    for needed in ("value", "units", "reference"):
        if needed not in stated:
            raise BadGeoJson(f"{needed} is needed", where=f"{place}.{needed}")
    units = stated["units"]
    if units not in get_args(Unit):
        raise BadGeoJson(f"unknown unit {units!r:.60}", where=f"{place}.units", hint="M or FT")
    height = to_e4m(a_number(stated["value"], f"{place}.value"), units, where=place)
    spread = a_number(stated.get("uncertainty", 0), f"{place}.uncertainty")
    places = {"e4m": f"{place}.value", "uncertainty_e4m": f"{place}.uncertainty"}
    with renamed({"reference": f"{place}.reference", **places}):
        return Altitude(
            height,
            units,
            stated["reference"],
            to_e4m(spread, units, where=f"{place}.uncertainty"),
        )


def _activity_fields(properties: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {"activity": _line(properties, "activity", where)}


def _zone_fields(properties: Mapping[str, Any], where: str) -> dict[str, Any]:
    fields = {name: properties.get(name) for name in ("zone_type", "asks")}
    affects = properties.get("affects")
    if affects is not None:
        fields["affects"] = tuple(a_list(affects, join(where, "affects")))
    margin, place = properties.get("margin"), join(where, "margin")
    if margin is not None:
        stated = an_object(margin, place)
        check_names(stated, ("lateral_m", "vertical_m", "time_s"), place)
        seconds = a_number(stated.get("time_s", 0), f"{place}.time_s")
        if not 0 <= seconds * 1000 <= LONGEST_MARGIN_MS:
            raise BadGeoJson("a margin in time is 0 or more, to 366 days", where=f"{place}.time_s")
        fields["margin"] = {
            "lateral_e4m": _metres(stated, "lateral_m", place),
            "vertical_e4m": _metres(stated, "vertical_m", place),
            "time_ms": int((Decimal(seconds) * 1000).to_integral_value()),
        }
    return fields


def _metres(stated: Mapping[str, Any], name: str, where: str, *, needed: bool = False) -> int:
    place = join(where, name)
    if needed and stated.get(name) is None:
        raise BadGeoJson("a number of metres is needed", where=place, hint="0 is allowed")
    return length_e4m(a_number(stated.get(name, 0), place), "M", where=place)


def _line(properties: Mapping[str, Any], name: str, where: str) -> str | None:
    text = properties.get(name)
    if text is None:
        return None
    if not isinstance(text, str) or not text.strip() or len(text) > 300:
        raise BadGeoJson("a text of 1 to 300 characters is needed", where=join(where, name))
    if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text):
        raise BadGeoJson("control characters cannot be exchanged", where=join(where, name))
    return text


def _description(value: Any, where: str) -> Text | None:
    if value is None:
        return None
    with renamed({"": where, "text": where, "lang": join(where, "lang")}):
        if isinstance(value, str):
            return Text("und", value)
        stated = an_object(value, where, hint='write a text, or {"lang", "text"}')
        check_names(stated, ("lang", "text"), where)
        lang, text = stated.get("lang"), stated.get("text")
        if not isinstance(lang, str) or not isinstance(text, str):
            raise BadGeoJson('write a text, or {"lang", "text"}', where=where)
        return Text(lang, text)


@contextmanager
def _placed(where: str) -> Iterator[None]:
    """Turn what a body refuses into a refusal with the place in the input."""
    try:
        yield
    except ValidationError as refusal:
        first = refusal.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        path = ".".join(str(part) for part in first["loc"])
        if not isinstance(cause, ParleyError):
            place = join(join(where, "properties"), path)
            raise BadGeoJson(first["msg"], where=place) from None
        inner = join(path, cause.where)
        for old, new in (
            ("volumes.0.shape.rings", "geometry.coordinates"),
            ("volumes.0.shape.line", "geometry.coordinates"),
            ("volumes.0.", "properties."),
        ):
            if inner.startswith(old):
                inner = inner.replace(old, new, 1)
                break
        raise type(cause)(cause.what, where=join(where, inner), hint=cause.hint) from None
