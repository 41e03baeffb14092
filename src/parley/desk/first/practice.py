"""A notice to practise with: it is made here, marked as an exercise, and never logged or sent."""

from collections.abc import Mapping
from typing import Any, cast

from parley.desk.inbox.read_back import typed_scope
from parley.desk.page import Page
from parley.desk.plain import plain_lines
from parley.node.runtime import Node
from parley.projection.numbers import check_code
from parley.projection.readback import compare_read_back
from parley.record.canonical import Json, canonical, digest
from parley.record.kind import Body, Concerns, ReadBack
from parley.record.scope import Scope
from parley.values.instants import Instant
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_NAUTICAL_MILE

KIND = "activity/1"
NUMBER = "EXERCISE-001"
_HOUR = 3_600_000
# Open desert, far from any place that a real notice is likely to name.
_PLACES = (
    (341_500_000, 402_500_000),
    (336_250_000, 407_750_000),
    (344_750_000, 396_250_000),
    (338_500_000, 412_250_000),
)
_LEVELS = ((5_000, 12_000), (8_000, 15_000), (10_000, 18_000), (12_000, 21_000))


def practice_body(run: int, at: Instant) -> dict[str, Json]:
    """Make the notice of a run: another place, window and levels each time, all stated in full."""
    lat, lon = _PLACES[run % len(_PLACES)]
    low, high = _LEVELS[run // len(_PLACES) % len(_LEVELS)]
    start = at - at % _HOUR + 2 * _HOUR
    volume: dict[str, Json] = {
        "shape": {
            "type": "circle",
            "center": {"lat_e7": lat, "lon_e7": lon},
            "radius_e4m": 3 * E4M_PER_NAUTICAL_MILE,
        },
        "time_start": start,
        "time_end": start + _HOUR,
        "lower": _level(low),
        "upper": _level(high),
    }
    return {"title": "EXERCISE: circle to practise with", "volumes": [volume]}


def _level(feet: int) -> Json:
    e4m = feet * E4M_PER_FOOT
    return {"e4m": e4m, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0}


def practice_name(body: Mapping[str, Json]) -> str:
    """Name the notice by its digest, as a record is named."""
    return digest(canonical({"exercise": dict(body)}))


def compared(
    node: Node, channel: str, body: Mapping[str, Json], typed: dict[str, str]
) -> dict[str, Any]:
    """Compare what was typed with the notice, exactly as an answer would be."""
    parsed = _parsed(node, body)
    now = node.clock.now()
    given = typed_scope(typed, node.known_places(channel), now, "body.readback")
    scope = Scope.model_validate_json(canonical(given))
    read = ReadBack(scope.place, scope.during(), scope.lower, scope.upper)
    subjects = parsed.subjects() if isinstance(parsed, Concerns) else ()
    return cast("dict[str, Any]", compare_read_back(subjects, read, asked=True).to_json())


def practice_json(node: Node, channel: str, body: Mapping[str, Json]) -> dict[str, Any]:
    """Write the notice as the desk shows one."""
    zone = node.terms(channel).day_zone
    name = practice_name(body)
    return {
        "number": NUMBER,
        "check_code": check_code(name),
        "kind": KIND,
        "body": dict(body),
        "plain": [
            {"label": line.label, "lines": list(line.lines), "lang": line.lang}
            for line in plain_lines(_parsed(node, body), zone)
        ],
        "readback_fields": ["place", "from", "until", "lower", "upper"],
    }


def practice_page(node: Node, channel: str, body: Mapping[str, Json], at: Instant) -> Page:
    """Make the page of the notice, to be printed; it says EXERCISE whatever the channel is."""
    terms, name = node.terms(channel), practice_name(body)
    return Page(
        status="exercise",
        channel=channel,
        number=NUMBER,
        check_code=check_code(name),
        name=name,
        title=node.kinds[KIND].title,
        kind=KIND,
        priority="routine",
        author="this desk",
        to=("this desk",),
        issued=at,
        zone=terms.day_zone,
        lines=plain_lines(_parsed(node, body), terms.day_zone),
        asks_answer=True,
    )


def _parsed(node: Node, body: Mapping[str, Json]) -> Body:
    return node.kinds[KIND].parse(body)
