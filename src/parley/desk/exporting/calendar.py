"""iCalendar (RFC 5545): the windows of activities, zones, movements, deadlines and watches.

The UID of an event is the record's name, so that a later export of the same record changes the
event instead of adding one; DTSTAMP is the instant of the export. What was replaced or withdrawn is
CANCELLED.
"""

from datetime import UTC, datetime
from typing import Any

from parley.desk.exporting.item import Export, Head, Item
from parley.desk.exporting.notices import about, marked
from parley.desk.tables import shown
from parley.desk.words import LEGAL
from parley.values.instants import LAST

_PRODUCT = "-//Parley//parley export//EN"


def write_ics(export: Export) -> bytes:
    """Write a calendar of every record that states a time."""
    from icalendar import Calendar

    calendar, head = Calendar(), export.head
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = marked(head, f"Parley channel {head.channel[:16]}")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-caldesc", about(head).replace("\n", "; "))
    for item in export.items:
        if item.start is not None:
            calendar.add_component(_event(head, item, item.start))
    data: bytes = calendar.to_ical()
    return data


def _event(head: Head, item: Item, start: int) -> Any:
    from icalendar import Event

    event = Event()
    event.add("uid", item.record)
    event.add("dtstamp", _moment(head.at))
    event.add("dtstart", _moment(start))
    if item.end is not None and item.end > start:
        event.add("dtend", _moment(item.end, up=True))
    event.add("summary", marked(head, shown(f"{item.number} {item.title or item.kind_title}")))
    event.add("description", _description(head, item))
    event.add("transp", "TRANSPARENT")  # it makes nobody busy
    event.add("class", "PUBLIC" if head.public else "CONFIDENTIAL")
    event.add("categories", [item.kind])
    if not item.stands:
        event.add("status", "CANCELLED")
    return event


def _description(head: Head, item: Item) -> str:
    lines = [f"{item.kind_title}, by {item.author}", f"state: {item.state}"]
    by = " ".join((*item.replaced_by, *item.withdrawn_by, *item.rivals))
    if by:
        lines.append(f"see: {by}")
    if item.end is None:
        lines.append("until further notice")
    lines += [LEGAL, f"record: {item.record}"]
    return marked(head, "\n".join(shown(line) for line in lines))


def _moment(at: int, *, up: bool = False) -> datetime:
    """Give an instant in whole seconds, which is all that RFC 5545 has; an end is rounded up."""
    seconds = -(-at // 1000) if up else at // 1000
    return datetime.fromtimestamp(min(seconds, LAST // 1000), UTC)
