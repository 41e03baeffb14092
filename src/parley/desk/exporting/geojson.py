"""GeoJSON (RFC 7946): activities and zones as ``parley check`` reads them, the rest as features.

What was replaced or withdrawn stands beside the features, in ``x-no-longer``: who reads plans, or
draws a map, must not take it for standing.
"""

import json
from collections.abc import Iterator
from typing import Any

from parley.desk.exporting.item import Export, Head, Item, Plan, Value
from parley.desk.exporting.maps import (
    box_ring,
    geometry_type,
    lon_lat,
    number,
    parts_of,
    plan_of,
    rings_of,
)
from parley.desk.exporting.notices import marked, notices
from parley.desk.exporting.rows import time_text
from parley.desk.tables import shown
from parley.record.terms import Minima
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE, Altitude, Bound, VerticalLimit
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Volume4D


def write_geojson(export: Export) -> bytes:
    """Write a FeatureCollection; one feature for each shape, as the shape is stated."""
    standing: list[str] = []
    past: list[str] = []
    for item in export.items:
        into = standing if item.stands else past
        into.extend(_text(feature) for feature in features_of(export.head, item))
    about = _text(dict(notices(export.head)))
    lists = [f'"features": [{_lines(standing)}]', f'"x-no-longer": [{_lines(past)}]']
    parts = ['"type": "FeatureCollection"', *lists, f'"x-parley": {about}']
    return ("{" + ",\n".join(parts) + "}\n").encode("ascii")


def features_of(head: Head, item: Item) -> Iterator[dict[str, Any]]:
    """Give the features of an item; one without a geometry where it has no place."""
    plan = plan_of(item)
    if plan is not None:
        for part in parts_of(item):
            yield _feature_of_plan(head, item, plan, part)
        return
    for geometry in _geometries(item) or [None]:
        yield {"type": "Feature", "geometry": geometry, "properties": _properties(head, item)}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, allow_nan=False)


def _lines(features: list[str]) -> str:
    return "\n" + ",\n".join(features) + "\n" if features else ""


def _feature_of_plan(
    head: Head, item: Item, plan: Plan, part: Volume4D | Trajectory
) -> dict[str, Any]:
    properties = _plan_properties(head, item, plan)
    if isinstance(part, Trajectory):
        properties |= _tolerances(part)
        moving = _moving(part)
        return {"type": "Feature", "temporalGeometry": moving, "properties": properties}
    properties |= {
        "altitude_lower": level_value(part.lower),
        "altitude_upper": level_value(part.upper),
        "time_start": time_text(part.time_start),
        "time_end": time_text(part.time_end),
    }
    if isinstance(part.shape, Circle):
        properties["radius_m"] = number(part.shape.radius_e4m, E4M_PER_METRE)
    elif isinstance(part.shape, Corridor):
        properties["half_width_m"] = number(part.shape.half_width_e4m, E4M_PER_METRE)
    return {"type": "Feature", "geometry": _geometry(part), "properties": _stated(properties)}


def _plan_properties(head: Head, item: Item, plan: Plan) -> dict[str, Any]:
    said = plan.description
    properties: dict[str, Any] = {
        "kind": item.kind,
        "party": item.author,
        "title": plan.title,
        "activity": plan.activity,
        "description": {"lang": said.lang, "text": shown(said.text)} if said else None,
        "x-status": head.status,
        "x-number": item.number,
        "x-record": item.record,
        "x-state": item.state,
        "x-issued": time_text(item.issued),
    }
    if plan.role == "zone":
        properties |= {
            "zone_type": plan.zone_type,
            "asks": plan.asks,
            "affects": list(plan.affects) if plan.affects else None,
            "margin": _margin(plan.margin),
        }
    return _stated(properties)


def _margin(margin: Minima) -> dict[str, Any]:
    return {
        "lateral_m": number(margin.lateral_e4m, E4M_PER_METRE),
        "vertical_m": number(margin.vertical_e4m, E4M_PER_METRE),
        "time_s": number(margin.time_ms, 1000),
    }


def level_value(limit: VerticalLimit) -> Any:
    """Write a level as GeoJSON states it: value, units, reference, uncertainty; SFC, UNL."""
    if isinstance(limit, Bound):
        return limit.value
    if not isinstance(limit, Altitude):
        return None
    per = E4M_PER_FOOT if limit.units == "FT" else E4M_PER_METRE
    value = {"value": number(limit.e4m, per), "units": limit.units, "reference": limit.reference}
    if limit.uncertainty_e4m:
        value["uncertainty"] = number(limit.uncertainty_e4m, per)
    return value


def _tolerances(way: Trajectory) -> dict[str, Any]:
    found = {
        "altitude_reference": way.reference,
        "lateral_tolerance_m": number(way.lateral_tolerance_e4m, E4M_PER_METRE),
        "vertical_tolerance_m": number(way.vertical_tolerance_e4m, E4M_PER_METRE),
        "time_tolerance_s": number(way.time_tolerance_ms, 1000),
    }
    return _stated(found)


def _moving(way: Trajectory) -> dict[str, Any]:
    points = [lon_lat(point.lat_e7, point.lon_e7) for point in way.points]
    if way.heights_e4m is not None:
        for point, height in zip(points, way.heights_e4m, strict=True):
            point.append(number(height, E4M_PER_METRE))
    times = [time_text(at) for at in way.times]
    return {"type": "MovingPoint", "datetimes": times, "coordinates": points}


def _geometry(volume: Volume4D) -> dict[str, Any]:
    shape = volume.shape
    if isinstance(shape, Circle):
        coordinates: Any = lon_lat(shape.center.lat_e7, shape.center.lon_e7)
    elif isinstance(shape, Corridor):
        coordinates = [lon_lat(point.lat_e7, point.lon_e7) for point in shape.line]
    else:
        coordinates = rings_of(shape)
    return {"type": geometry_type(shape), "coordinates": coordinates}


def _geometries(item: Item) -> list[dict[str, Any] | None]:
    if item.boxes:
        rings = [box_ring(b.south_e7, b.west_e7, b.north_e7, b.east_e7) for b in item.boxes]
        return [{"type": "Polygon", "coordinates": [ring]} for ring in rings]
    found: list[dict[str, Any] | None] = [_geometry(volume) for volume in item.volumes]
    for way in item.trajectories:
        line = [lon_lat(point.lat_e7, point.lon_e7) for point in way.points]
        single = len(line) == 1
        found.append(
            {
                "type": "Point" if single else "LineString",
                "coordinates": line[0] if single else line,
            }
        )
    if not found and item.spot is not None:
        found.append({"type": "Point", "coordinates": lon_lat(item.spot.lat_e7, item.spot.lon_e7)})
    return found


def _properties(head: Head, item: Item) -> dict[str, Any]:
    """Give the properties of what is no plan; ``kind`` is left to plans, so none is mistaken."""
    properties = {
        "record_kind": item.kind,
        "title": marked(head, shown(item.title or item.kind_title)),
        "number": item.number,
        "record": item.record,
        "author": item.author,
        "issued": time_text(item.issued),
        "state": item.state,
        "replaced_by": list(item.replaced_by) or None,
        "withdrawn_by": list(item.withdrawn_by) or None,
        "conflicts_with": list(item.rivals) or None,
        "start": time_text(item.start),
        "end": time_text(item.end),
        "area": None if item.area is None else shown(item.area),
        "within_m": number(item.spot.within_e4m, E4M_PER_METRE) if item.spot else None,
        **{name: _shown(value) for name, value in item.values.items() if name not in _TAKEN},
    }
    return _stated(properties)


_TAKEN = ("title", "number", "record", "author", "issued", "state", "start", "end", "area")


def _shown(value: Value) -> Value:
    return shown(value) if isinstance(value, str) else value


def _stated(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}
