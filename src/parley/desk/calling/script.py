"""What is read out over the telephone from a record, item by item, each with its spelling."""

from typing import Any

from parley.desk.calling.spelling import spellings
from parley.desk.grid import mgrs
from parley.desk.quick.entry import level_words
from parley.errors import ParleyError
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.projection.numbers import check_code
from parley.record.kind import Subject
from parley.values.instants import date_time_group
from parley.values.places import Position


def script_of(node: Node, channel: str, ref: str) -> list[dict[str, Any]]:
    """Give number, check code, place, window and levels of a record, to read out and to tick."""
    opened = node.find(ref, channel=channel)
    number = node.scene(channel).situation.number(opened.name)
    said = [("number", number), ("check", check_code(opened.name)), *_stated(opened)]
    return [{"field": field, "value": value, "spelled": spellings(value)} for field, value in said]


def _stated(opened: Opened) -> list[tuple[str, str]]:
    subjects = opened.facts.subjects
    stated = [s for s in subjects if s.manner != "mentioned"] or list(subjects)
    if not stated:
        return []
    first: Subject = stated[0]
    found: list[tuple[str, str]] = []
    if first.points:
        found.append(("place", _grid(first.points[0])))
    elif first.place is not None:
        found.append(("place", _grid(first.place.position)))
    if first.during is not None:
        found.append(("from", date_time_group(first.during.start)))
        if first.during.end is not None:
            found.append(("until", date_time_group(first.during.end)))
    for name, level in (("lower", first.lower), ("upper", first.upper)):
        if level is not None:
            found.append((name, level_words(level)))
    return found


def _grid(at: Position) -> str:
    try:
        return mgrs(at)
    except ParleyError:
        return f"{at.lat:.5f} {at.lon:.5f}"
