"""CAP 1.2 (OASIS, Common Alerting Protocol, 1 July 2010): urgent notices, answers, withdrawals.

A zip of one message each. What is asked urgently becomes an Alert, or an Update of what it
replaces; a withdrawal a Cancel; an answer that acknowledges an Ack, which here too is no agreement.
Objections and proposals have no message type of CAP's own: they are named in ``about.txt``.
Nothing is graded that its author did not grade: severity and certainty are mostly Unknown.
"""

from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

from parley.desk.exporting.archive import pack
from parley.desk.exporting.item import Alert, Box, Export, Head, Item, Spot
from parley.desk.exporting.maps import box_ring, lon_lat, rings_of, written
from parley.desk.exporting.notices import about, marked
from parley.desk.exporting.rows import time_text
from parley.desk.tables import shown
from parley.desk.words import ACKNOWLEDGED, LEGAL
from parley.record.envelope import origin_of
from parley.values.instants import Instant, format_instant
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE, Altitude
from parley.values.texts import Text
from parley.values.volumes import Polygon, Volume4D

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
_STATUS: Final = {"actual": "Actual", "exercise": "Exercise", "test": "Test"}
# Urgency and severity that a warning's own word stands for; its author states no certainty.
_WARNED: Final = {
    "stop": ("Immediate", "Unknown"),
    "distress": ("Immediate", "Severe"),
    "safety": ("Expected", "Unknown"),
    "routine": ("Future", "Unknown"),
}
_HOUR_MS: Final = 3_600_000


def write_cap(export: Export) -> bytes:
    """Write the messages in the order in which they were issued, after ``about.txt``."""
    items = list(export.items)
    named = {item.record: item for item in items}
    messages: list[tuple[str, bytes]] = []
    others: list[str] = []
    for item in items:
        kind = message_type(item, named)
        if kind is None:
            others += _unsaid(item)
            continue
        name = f"{len(messages) + 1:06d}-{item.number}.xml"
        messages.append((name, _document(export.head, item, kind, named)))
    words = [about(export.head), f"messages: {len(messages)}", *map(shown, others)]
    return pack([("about.txt", ("\n".join(words) + "\n").encode()), *messages])


def _unsaid(item: Item) -> list[str]:
    """Name what is no message, and should not be missed."""
    if item.alert is not None and item.alert.stance in ("object", "propose"):
        return [f"{item.number} of {item.author}: {item.alert.stance}"]
    return (
        [] if item.stands or not item.urgent else [f"{item.number} of {item.author}: {item.state}"]
    )


def message_type(item: Item, named: dict[str, Item]) -> str | None:
    """Give the msgType of an item among those exported, or None where it is no message."""
    said = item.alert
    if said is None:
        return None
    if any(role == "withdraws" and _sent(named.get(name)) for role, name in item.refs):
        return "Cancel"
    if said.stance is not None:
        answers = any(role == "answers" and _sent(named.get(name)) for role, name in item.refs)
        return "Ack" if said.stance == "acknowledge" and answers else None
    if not _sent(item):
        return None
    replaces = any(role == "replaces" and _sent(named.get(name)) for role, name in item.refs)
    return "Update" if replaces else "Alert"


def _sent(item: Item | None) -> bool:
    return item is not None and item.urgent and item.alert is not None and item.alert.asks


def _document(head: Head, item: Item, kind: str, named: dict[str, Item]) -> bytes:
    root = ET.Element("alert", {"xmlns": NAMESPACE})
    public = head.public
    _put(root, "identifier", item.record)
    _put(root, "sender", _sender(head, item))
    _put(root, "sent", cap_time(item.issued))
    _put(root, "status", _STATUS[head.status])
    _put(root, "msgType", kind)
    _put(root, "source", f"{item.number}, {item.kind}")
    _put(root, "scope", "Public" if public else "Restricted")
    if not public:
        members = ", ".join(head.members)
        _put(root, "restriction", f"members of the channel: {members}")
    _put(root, "note", _note(head, item, kind))
    targets = _references(head, item, kind, named)
    if targets:
        _put(root, "references", " ".join(targets))
    if kind in ("Alert", "Update") and item.alert is not None:
        _info(root, head, item, item.alert)
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = shown(text)


def cap_time(at: int) -> str:
    """Write an instant as CAP does: whole seconds, and UTC as ``-00:00``, never as Z."""
    return format_instant(Instant(at - at % 1000)).removesuffix("Z") + "-00:00"


def _sender(head: Head, item: Item) -> str:
    lane = "urgent" if item.urgent else "main"
    return origin_of(item.author, head.channel, lane, head.status)


def _note(head: Head, item: Item, kind: str) -> str:
    words = [LEGAL]
    if kind == "Ack":
        words.append(ACKNOWLEDGED)
    words.append(f"State of the record at {format_instant(Instant(head.at))}: {item.state}.")
    if item.replaced_by or item.withdrawn_by:
        words.append(f"By {' '.join((*item.replaced_by, *item.withdrawn_by))}.")
    return marked(head, " ".join(words))


def _references(head: Head, item: Item, kind: str, named: dict[str, Item]) -> list[str]:
    role = {"Cancel": "withdraws", "Ack": "answers", "Update": "replaces"}.get(kind)
    found = [named[name] for each, name in item.refs if each == role and name in named]
    return [f"{_sender(head, one)},{one.record},{cap_time(one.issued)}" for one in found]


def _info(root: ET.Element, head: Head, item: Item, said: Alert) -> None:
    info = ET.SubElement(root, "info")
    if said.instruction is not None:
        _put(info, "language", said.instruction.lang)
    _put(info, "category", "Safety")
    _put(info, "event", item.kind_title)
    if item.plan is not None and item.plan.asks == "avoid":
        _put(info, "responseType", "Avoid")
    urgency, severity = _graded(item, said)
    _put(info, "urgency", urgency)
    _put(info, "severity", severity)
    _put(info, "certainty", "Unknown")
    _put(info, "effective", cap_time(item.issued))
    if item.start is not None:
        _put(info, "onset", cap_time(item.start))
    ends = said.expires if said.expires is not None else item.end
    if ends is not None:
        _put(info, "expires", cap_time(ends))
    _put(info, "senderName", item.author)
    _put(info, "headline", marked(head, item.title or _headline(item, said)))
    if said.plain:
        ET.SubElement(info, "description").text = "\n".join(map(shown, said.plain.splitlines()))
    if said.instruction is not None:
        _put(info, "instruction", said.instruction.text)
    asked = " ".join(said.asked_of) if said.asked_of else "every other party"
    _parameter(info, "parley:number", item.number)
    _parameter(info, "parley:state", item.state)
    _parameter(info, "parley:asked_of", asked)
    for area in _areas(item):
        info.append(area)


def _headline(item: Item, said: Alert) -> str:
    words: Text | None = said.instruction
    return f"{item.kind_title}: {words.text}"[:160] if words else item.kind_title


def _graded(item: Item, said: Alert) -> tuple[str, str]:
    if said.urgency in _WARNED:
        return _WARNED[said.urgency]
    if item.start is None:
        return "Unknown", "Unknown"
    ahead = item.start - item.issued
    if ahead <= 0:
        return "Immediate", "Unknown"
    return ("Expected" if ahead <= _HOUR_MS else "Future"), "Unknown"


def _parameter(info: ET.Element, name: str, value: str) -> None:
    parameter = ET.SubElement(info, "parameter")
    _put(parameter, "valueName", name)
    _put(parameter, "value", value)


# --- areas


def _areas(item: Item) -> Iterator[ET.Element]:
    """Give an area for each shape, else for the place; what CAP has no word for is described."""
    words = item.title or item.area or item.kind_title
    if item.boxes:
        for box in item.boxes:
            yield _box(words, box)
        return
    for volume, hull in zip(item.volumes, item.hulls, strict=False):
        yield _volume(words, volume, hull)
    for hull in item.hulls[len(item.volumes) :]:
        yield _circle(f"{words}; somewhere in the disk at a time", hull)
    if not item.hulls and item.spot is not None:
        yield _circle(words, item.spot)


def _area(words: str) -> ET.Element:
    area = ET.Element("area")
    _put(area, "areaDesc", words)
    return area


def _box(words: str, box: Box) -> ET.Element:
    area = _area(words)
    ring = box_ring(box.south_e7, box.west_e7, box.north_e7, box.east_e7)
    _put(area, "polygon", _ring(ring))
    return area


def _circle(words: str, spot: Spot) -> ET.Element:
    area = _area(words)
    _put(area, "circle", _disk(spot.lat_e7, spot.lon_e7, spot.within_e4m))
    return area


def _volume(words: str, volume: Volume4D, hull: Spot) -> ET.Element:
    shape = volume.shape
    stated = f"{words}; {_levels(volume)}; {time_text(volume.time_start)} to "
    stated += time_text(volume.time_end) or "until withdrawn"
    area = _area(stated)
    if isinstance(shape, Polygon):
        # CAP knows no holes: the outer ring alone tells of too much rather than too little.
        _put(area, "polygon", _ring(rings_of(shape)[0]))
    else:
        # Nor does it know corridors: the disk around one holds all of it.
        _put(area, "circle", _disk(hull.lat_e7, hull.lon_e7, hull.within_e4m))
    _heights(area, volume)
    return area


def _heights(area: ET.Element, volume: Volume4D) -> None:
    """Write floor and ceiling in feet above mean sea level, where both are stated above it."""
    low, high = volume.lower, volume.upper
    if not (isinstance(low, Altitude) and isinstance(high, Altitude)):
        return
    if low.reference != "AMSL" or high.reference != "AMSL":
        return
    _put(area, "altitude", _feet(low.e4m - low.uncertainty_e4m, up=False))
    _put(area, "ceiling", _feet(high.e4m + high.uncertainty_e4m, up=True))


def _feet(e4m: int, *, up: bool) -> str:
    return str(-(-e4m // E4M_PER_FOOT) if up else e4m // E4M_PER_FOOT)


def _levels(volume: Volume4D) -> str:
    stated = []
    for name, limit in (("from", volume.lower), ("to", volume.upper)):
        words: Any = "not stated" if limit is None else limit
        words = limit.stated() if isinstance(limit, Altitude) else getattr(words, "value", words)
        stated.append(f"{name} {words}")
    return " ".join(stated)


def _ring(points: list[list[Any]]) -> str:
    return " ".join(f"{written(lat)},{written(lon)}" for lon, lat in points)


def _disk(lat_e7: int, lon_e7: int, radius_e4m: int) -> str:
    lon, lat = map(written, lon_lat(lat_e7, lon_e7))
    metres = -(-radius_e4m // E4M_PER_METRE)
    return f"{lat},{lon} {metres // 1000}.{metres % 1000:03d}"
