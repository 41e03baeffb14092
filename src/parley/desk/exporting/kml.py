"""KML 2.2 (OGC 07-147r2), under the names that the reader of ``kinds.air.kml`` knows.

A map program draws whatever it finds, so what was replaced or withdrawn is named in the document's
description, without its shape.
"""

from typing import Any, Final
from xml.etree import ElementTree as ET

from parley.desk.exporting.item import Export, Head, Item, Plan
from parley.desk.exporting.maps import (
    box_ring,
    lon_lat,
    number,
    parts_of,
    plan_of,
    rings_of,
    written,
)
from parley.desk.exporting.notices import about, marked
from parley.desk.exporting.rows import time_text
from parley.desk.tables import shown
from parley.values.lengths import E4M_PER_METRE, Altitude, Bound, VerticalLimit
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Volume4D

_KML: Final = "http://www.opengis.net/kml/2.2"
_GX: Final = "http://www.google.com/kml/ext/2.2"
# The two references of which KML has a word; heights above another are left out, which opens a
# comparison instead of closing it.
_MODES: Final = {"AMSL": "absolute", "AGL": "relativeToGround"}


def write_kml(export: Export) -> bytes:
    """Write a Document with one Placemark for each shape."""
    root = ET.Element("kml", {"xmlns": _KML, "xmlns:gx": _GX})
    document = ET.SubElement(root, "Document")
    ET.SubElement(document, "name").text = marked(export.head, "Parley export")
    description = ET.SubElement(document, "description")
    past: list[str] = []
    nowhere = 0
    for item in export.items:
        if not item.stands:
            past.append(_past(item))
        elif not _placemarks(document, export.head, item):
            nowhere += 1
    words = [about(export.head)]
    if nowhere:
        words.append(f"not drawn: {nowhere} records that state no place")
    if past:
        words += ["replaced or withdrawn, and not drawn:", *past]
    description.text = "\n".join(words)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _past(item: Item) -> str:
    title = shown(item.title or item.kind_title)
    by = " ".join((*item.replaced_by, *item.withdrawn_by))
    return f"{item.number} {item.kind} of {item.author}: {item.state} {by} ({title})"


def _placemarks(document: ET.Element, head: Head, item: Item) -> bool:
    """Draw an item; tell whether there was anything to draw."""
    plan = plan_of(item)
    if plan is not None:
        for part in parts_of(item):
            _plan(ET.SubElement(document, "Placemark"), head, item, plan, part)
        return True
    geometries = _geometries(item)
    for geometry in geometries:
        mark = ET.SubElement(document, "Placemark")
        ET.SubElement(mark, "name").text = marked(head, shown(item.title or item.kind_title))
        _span(mark, item.start, item.end)
        own = {"record_kind": item.kind, "party": item.author, "area": item.area}
        _data(mark, {**own, **_naming(head, item), **item.values})
        mark.append(geometry)
    return bool(geometries)


def _naming(head: Head, item: Item) -> dict[str, Any]:
    return {
        "x-status": head.status,
        "x-number": item.number,
        "x-record": item.record,
        "x-state": item.state,
        "x-issued": time_text(item.issued),
    }


def _plan(
    mark: ET.Element, head: Head, item: Item, plan: Plan, part: Volume4D | Trajectory
) -> None:
    ET.SubElement(mark, "name").text = plan.title
    if plan.description is not None:
        ET.SubElement(mark, "description").text = shown(plan.description.text)
    said: dict[str, Any] = {"kind": item.kind, "party": item.author, "activity": plan.activity}
    if plan.role == "zone":
        said |= {
            "zone_type": plan.zone_type,
            "asks": plan.asks,
            "affects": " ".join(plan.affects) if plan.affects else None,
            "margin_lateral_m": _decimal(plan.margin.lateral_e4m),
            "margin_vertical_m": _decimal(plan.margin.vertical_e4m),
            "margin_time_s": written(number(plan.margin.time_ms, 1000)),
        }
    if isinstance(part, Trajectory):
        said |= {
            "lateral_tolerance_m": _decimal(part.lateral_tolerance_e4m),
            "vertical_tolerance_m": _decimal(part.vertical_tolerance_e4m),
            "time_tolerance_s": written(number(part.time_tolerance_ms, 1000)),
        }
        if part.reference is not None and part.reference not in _MODES:
            said["x-heights"] = f"left out: KML has no word for {part.reference}"
    else:
        _span(mark, part.time_start, part.time_end)
        said |= {"altitude_lower": _level(part.lower), "altitude_upper": _level(part.upper)}
        if isinstance(part.shape, Circle):
            said["radius_m"] = _decimal(part.shape.radius_e4m)
        elif isinstance(part.shape, Corridor):
            said["half_width_m"] = _decimal(part.shape.half_width_e4m)
    _data(mark, {**said, **_naming(head, item)})
    mark.append(_track(part) if isinstance(part, Trajectory) else _shape(part))


def _span(mark: ET.Element, start: int | None, end: int | None) -> None:
    if start is None:
        return
    span = ET.SubElement(mark, "TimeSpan")
    ET.SubElement(span, "begin").text = time_text(start)
    if end is not None:
        ET.SubElement(span, "end").text = time_text(end)


def _data(mark: ET.Element, said: dict[str, Any]) -> None:
    extended = ET.SubElement(mark, "ExtendedData")
    for name, value in said.items():
        if value is not None:
            data = ET.SubElement(extended, "Data", {"name": name})
            ET.SubElement(data, "value").text = shown(value)


def _level(limit: VerticalLimit) -> str | None:
    if isinstance(limit, Altitude):
        return limit.stated()
    return limit.value if isinstance(limit, Bound) else None


def _decimal(e4m: int) -> str:
    return written(number(e4m, E4M_PER_METRE))


def _pair(lat_e7: int, lon_e7: int) -> str:
    return ",".join(written(each) for each in lon_lat(lat_e7, lon_e7))


def _shape(volume: Volume4D) -> ET.Element:
    shape = volume.shape
    if isinstance(shape, Circle):
        return _point(shape.center.lat_e7, shape.center.lon_e7)
    if isinstance(shape, Corridor):
        line = ET.Element("LineString")
        pairs = [_pair(point.lat_e7, point.lon_e7) for point in shape.line]
        ET.SubElement(line, "coordinates").text = " ".join(pairs)
        return line
    return _polygon(rings_of(shape))


def _point(lat_e7: int, lon_e7: int) -> ET.Element:
    point = ET.Element("Point")
    ET.SubElement(point, "coordinates").text = _pair(lat_e7, lon_e7)
    return point


def _polygon(rings: list[list[list[Any]]]) -> ET.Element:
    polygon = ET.Element("Polygon")
    for i, ring in enumerate(rings):
        boundary = ET.SubElement(polygon, "innerBoundaryIs" if i else "outerBoundaryIs")
        pairs = [",".join(written(each) for each in point) for point in ring]
        linear = ET.SubElement(boundary, "LinearRing")
        ET.SubElement(linear, "coordinates").text = " ".join(pairs)
    return polygon


def _track(way: Trajectory) -> ET.Element:
    track = ET.Element("gx:Track")
    mode = _MODES.get(way.reference or "")
    if mode is not None:
        ET.SubElement(track, "altitudeMode").text = mode
    for at in way.times:
        ET.SubElement(track, "when").text = time_text(at)
    heights = way.heights_e4m if mode is not None else None
    for i, point in enumerate(way.points):
        words = [written(each) for each in lon_lat(point.lat_e7, point.lon_e7)]
        words.append(_decimal(heights[i]) if heights else "0")
        ET.SubElement(track, "gx:coord").text = " ".join(words)
    return track


def _geometries(item: Item) -> list[ET.Element]:
    if item.boxes:
        rings = [box_ring(b.south_e7, b.west_e7, b.north_e7, b.east_e7) for b in item.boxes]
        return [_polygon([ring]) for ring in rings]
    found = [_shape(volume) for volume in item.volumes]
    if not found and item.spot is not None:
        found.append(_point(item.spot.lat_e7, item.spot.lon_e7))
    return found
