"""What the properties of an activity or a zone say: levels, window, words, margin. Pure.

The names are those of docs/geojson.md whatever the format, so that one refusal reads like another.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, get_args

from parley.errors import BadGeoJson
from parley.kinds.air.activity import ACTIVITY
from parley.kinds.air.stated import a_list, a_number, an_object, check_names, join, renamed
from parley.kinds.air.zone import LONGEST_MARGIN_MS, ZONE
from parley.record.kind import Kind
from parley.values.instants import Instant, parse_instant
from parley.values.lengths import Altitude, Bound, Unit, VerticalLimit, length_e4m, to_e4m
from parley.values.texts import Text
from parley.values.volumes import Shape, Volume4D

KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (ACTIVITY, ZONE)}
EVERY: Final = ("kind", "party", "title", "description")
OF_VOLUME: Final = ("altitude_lower", "altitude_upper", "time_start", "time_end")
OF_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "activity/1": ("activity",),
    "zone/1": ("zone_type", "asks", "affects", "margin"),
}
WIDTH_OF: Final[Mapping[str, str]] = {"Point": "radius_m", "LineString": "half_width_m"}
TOLERANCES: Final = ("lateral_tolerance_m", "vertical_tolerance_m", "time_tolerance_s")
OF_TRAJECTORY: Final = ("altitude_reference", *TOLERANCES)
MARGINS: Final = ("lateral_m", "vertical_m", "time_s")
# simplestyle-spec 1.1.0, but for title and description, which are read.
STYLE: Final = (
    "marker-size",
    "marker-symbol",
    "marker-color",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "fill",
    "fill-opacity",
)
# What stands elsewhere once a feature moves, and where.
_INSTEAD = {
    "time_start": "the times stand in datetimes",
    "time_end": "the times stand in datetimes",
    "altitude_lower": "the height is the third coordinate; altitude_reference says above what",
    "altitude_upper": "the height is the third coordinate; altitude_reference says above what",
    "half_width_m": "lateral_tolerance_m says how far aside it may be",
    "radius_m": "lateral_tolerance_m says how far aside it may be",
}


def kind_of(properties: Mapping[str, Any], where: str) -> Kind:
    """Give the kind that is stated, or refuse."""
    name = properties.get("kind")
    if isinstance(name, str) and name in KINDS:
        return KINDS[name]
    said = "a kind is needed" if name is None else f"unknown kind {name!r:.60}"
    raise BadGeoJson(said, where=join(where, "kind"), hint="write activity/1 or zone/1")


def check_properties(properties: Mapping[str, Any], kind: Kind, shape: str, where: str) -> None:
    """Refuse what does not go with this kind and this shape (``MovingPoint``: a trajectory)."""
    moves = shape == "MovingPoint"
    width = WIDTH_OF.get(shape)
    if moves:
        for name, instead in _INSTEAD.items():
            if name in properties:
                said = "does not go with a trajectory"
                raise BadGeoJson(said, where=join(where, name), hint=instead)
    for other, name in WIDTH_OF.items():
        if name in properties and name != width:
            needed = f"a {shape} takes {width}" if width else f"a {shape} stands for itself"
            raise BadGeoJson(f"belongs to a {other}", where=join(where, name), hint=needed)
    for name in (*OF_TRAJECTORY, "datetimes"):
        if name in properties and (not moves or name == "datetimes"):
            hint = "write temporalGeometry with type, datetimes and coordinates"
            raise BadGeoJson("belongs to a trajectory", where=join(where, name), hint=hint)
    for owner, own in OF_KIND.items():
        for item in own:
            if item in properties and owner != kind.name:
                raise BadGeoJson(f"belongs to {owner}, not {kind.name}", where=join(where, item))
    known = (*EVERY, *OF_KIND[kind.name], *(OF_TRAJECTORY if moves else OF_VOLUME))
    check_names(properties, (*known, *([width] if width else ()), *STYLE), where)


def volume(shape: Shape, properties: Mapping[str, Any], where: str) -> Volume4D:
    """Put a shape between the levels and into the window that are stated."""
    start = instant_of(properties, "time_start", where)
    if start is None:
        raise BadGeoJson("a time is needed", where=join(where, "time_start"))
    names = {"lower": "altitude_lower", "end": "time_end", "start": "time_start"}
    with renamed({old: join(where, new) for old, new in names.items()}):
        return Volume4D(
            shape,
            start,
            instant_of(properties, "time_end", where),
            limit(properties, "altitude_lower", where),
            limit(properties, "altitude_upper", where),
        )


def instant_of(properties: Mapping[str, Any], name: str, where: str) -> Instant | None:
    """Read a time (RFC 3339), or None where none is stated."""
    text = properties.get(name)
    return None if text is None else parse_instant(text, where=join(where, name))


def limit(properties: Mapping[str, Any], name: str, where: str) -> VerticalLimit:
    """Read ``altitude_lower`` or ``altitude_upper``: a level, an open end, or nothing stated."""
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


def fields_of(kind: Kind, properties: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Read what only this kind has."""
    if kind is ACTIVITY:
        return {"activity": line(properties, "activity", where)}
    fields = {name: properties.get(name) for name in ("zone_type", "asks")}
    affects = properties.get("affects")
    if affects is not None:
        fields["affects"] = tuple(a_list(affects, join(where, "affects")))
    margin, place = properties.get("margin"), join(where, "margin")
    if margin is not None:
        stated = an_object(margin, place)
        check_names(stated, MARGINS, place)
        fields["margin"] = {
            "lateral_e4m": metres_of(stated, "lateral_m", place),
            "vertical_e4m": metres_of(stated, "vertical_m", place),
            "time_ms": seconds_of(stated, "time_s", place, LONGEST_MARGIN_MS, "a margin in time"),
        }
    return fields


def seconds_of(stated: Mapping[str, Any], name: str, where: str, most_ms: int, what: str) -> int:
    """Read a number of seconds as ms; 0 where none is stated."""
    place = join(where, name)
    seconds = a_number(stated.get(name, 0), place)
    if not 0 <= seconds * 1000 <= most_ms:
        most = f"{most_ms // 86_400_000} days" if most_ms > 86_400_000 else "24 hours"
        raise BadGeoJson(f"{what} is 0 or more, to {most}", where=place)
    return int((Decimal(seconds) * 1000).to_integral_value())


def metres_of(stated: Mapping[str, Any], name: str, where: str, *, needed: bool = False) -> int:
    """Read a number of metres as 0.1 mm; 0 where none is stated, unless one is ``needed``."""
    place = join(where, name)
    if needed and stated.get(name) is None:
        raise BadGeoJson("a number of metres is needed", where=place, hint="0 is allowed")
    return length_e4m(a_number(stated.get(name, 0), place), "M", where=place)


def line(properties: Mapping[str, Any], name: str, where: str) -> str | None:
    """Read one line of text, or None where none is stated."""
    text = properties.get(name)
    if text is None:
        return None
    if not isinstance(text, str) or not text.strip() or len(text) > 300:
        raise BadGeoJson("a text of 1 to 300 characters is needed", where=join(where, name))
    if text.isascii() and text.isprintable():
        return text
    if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text):
        raise BadGeoJson("control characters cannot be exchanged", where=join(where, name))
    return text


def description(value: Any, where: str) -> Text | None:
    """Read a text, with its language or without, or None where none is stated."""
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
