"""From a typed line to the notice it would be, echoed in full and compared before it is sent."""

from dataclasses import asdict
from typing import Any, cast

from parley.desk.asking import asked_answer, question_of_body
from parley.desk.grid import decimal_degrees, degrees_minutes_seconds, mgrs
from parley.desk.quick.hours import day_words
from parley.desk.quick.line import Level, Typed, read_line
from parley.errors import BadQuick, ParleyError
from parley.node.runtime import Node
from parley.projection.shown import span_words
from parley.record.canonical import Json
from parley.values.instants import Instant, date_time_group, format_instant, local_time
from parley.values.lengths import E4M_PER_METRE, Altitude, Bound
from parley.values.places import Place

KIND = "activity/1"


def entered(node: Node, channel: str, line: str, title: str | None) -> dict[str, Any]:
    """Read a line, echo what it means, and compare it with all that this node knows.

    Nothing is stored. ``title`` None takes the words of the place.
    """
    now = node.clock.now()
    typed = read_line(line, now, node.known_places(channel))
    body = body_of(typed, title)
    try:
        parsed = node.kinds[KIND].parse(body)
    except ParleyError as error:
        raise BadQuick(error.what, where="line:1", hint=error.hint) from None
    terms = node.terms(channel)
    own = node.stations[terms.status].identity.name
    question = question_of_body(parsed, own)
    conflicts = asked_answer(node, question, str(body["title"]), channel, offers=True)
    return {
        "kind": KIND,
        "body": parsed.to_json(),
        "echo": echo_of(typed, terms.day_zone, now),
        "conflicts": conflicts,
    }


def body_of(typed: Typed, title: str | None) -> dict[str, Json]:
    """Write the body of an ``activity/1`` that says what the line says."""
    points = [{"lat_e7": p.lat_e7, "lon_e7": p.lon_e7} for p in typed.places]
    shape: dict[str, Json] = {
        "type": "circle",
        "center": cast("Json", points[0]),
        "radius_e4m": typed.radius_e4m,
    }
    if len(points) > 1:
        shape = {
            "type": "corridor",
            "line": cast("Json", points),
            "half_width_e4m": typed.radius_e4m,
        }
    volume: dict[str, Json] = {
        "shape": shape,
        "time_start": typed.start,
        "time_end": typed.end,
        "lower": _limit_json(typed.lower),
        "upper": _limit_json(typed.upper),
    }
    named = " > ".join(place.stated for place in typed.places)
    return {"title": (title or f"{named} r{typed.radius}")[:300], "volumes": [volume]}


def _limit_json(level: Level) -> Json:
    return level.value if isinstance(level, Bound) else cast("Json", asdict(level))


def echo_of(typed: Typed, zone: str, now: Instant) -> dict[str, Any]:
    """Say everything that was understood, in full, before anything is sent."""
    places = [place_echo(place) for place in typed.places]
    around = " to ".join(_said(place) for place in typed.places)
    lower, upper = level_words(typed.lower), level_words(typed.upper)
    lasts = span_words(typed.end - typed.start)
    lines = [
        f"Everything within {typed.radius} of {around}, {lower} to {upper},",
        f"from {day_words(typed.start)} to {day_words(typed.end)} ({lasts}).",
        *(note.text for note in typed.notes),
    ]
    return {
        "place": places[0],
        "places": places,
        "radius": {"stated": typed.radius, "m": _metres(typed.radius_e4m)},
        "lower": lower,
        "upper": upper,
        "from": time_echo(typed.start, zone),
        "until": time_echo(typed.end, zone),
        "lasts_ms": typed.end - typed.start,
        "starts_in_ms": typed.start - now,
        "notes": [asdict(note) for note in typed.notes],
        "text": " ".join(lines),
    }


def place_echo(place: Place) -> dict[str, Any]:
    """Write a place in every form in which it is read aloud, with its precision in whole metres."""
    return {
        "stated": place.stated,
        "decimal": decimal_degrees(place.position),
        "dms": degrees_minutes_seconds(place.position),
        "mgrs": mgrs(place.position),
        "precision_m": _metres(place.precision_e4m),
    }


def time_echo(at: Instant, zone: str) -> dict[str, str]:
    """Write an instant as UTC, as a date-time group, and on the wall clock of a zone."""
    return {
        "utc": format_instant(at),
        "dtg": date_time_group(at),
        "local": local_time(at, zone).strftime("%Y-%m-%d %H:%M"),
        "zone": zone,
    }


def level_words(level: Level) -> str:
    """Write a level: a flight level as such, SFC and UNL as they are, else with its reference."""
    if isinstance(level, Bound):
        return level.value
    feet_100 = level.e4m // (100 * 3048)
    exact = isinstance(level, Altitude) and level.e4m == feet_100 * 100 * 3048
    if level.reference == "STD" and level.units == "FT" and exact:
        return f"FL{feet_100:03d}"
    return level.stated()


def _said(place: Place) -> str:
    return f"{place.stated} ({decimal_degrees(place.position)})"


def _metres(e4m: int) -> int:
    return -(-e4m // E4M_PER_METRE)
