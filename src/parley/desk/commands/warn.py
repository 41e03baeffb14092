"""``parley warn``: say who is in danger and what is asked."""

from pathlib import Path
from typing import Any

import click

from parley.desk.client import running
from parley.desk.grid import decimal_degrees, degrees_minutes_seconds
from parley.desk.options import channel_option, folder_of, format_option, id_option, node_option
from parley.desk.scope_options import scope_options, taken
from parley.desk.sending import (
    agreed_places,
    publish,
    say_published,
    scope_json,
    text_json,
    without_none,
)
from parley.desk.typed import time_typed
from parley.record.canonical import Json
from parley.values.instants import Instant, StatedTime, parse_instant
from parley.values.places import Position

URGENT = ("stop", "distress")


@click.command("warn")
@click.argument(
    "urgency", metavar="URGENCY", type=click.Choice(["stop", "distress", "safety", "routine"])
)
@click.argument("asked")
@scope_options
@click.option("--party", "parties", multiple=True, metavar="PARTY", help="Whose people it is.")
@click.option("--whom", metavar="WORDS", help="Whom it concerns, in words.")
@click.option("--of", "asked_of", multiple=True, metavar="PARTY", help="Who is to answer.")
@click.option("--answer-by", metavar="TIME", help="Answer asked for by; else as the charter says.")
@click.option("--valid-until", metavar="TIME", help="When the warning ends; absence is flagged.")
@click.option("--owner", metavar="POST", help="Who answers for it until then.")
@click.option("--event-time", metavar="TIME", help="When what it warns of happened.")
@click.option("--by-voice", metavar="LINE", help="The line or frequency it was said on too.")
@click.option("--about", multiple=True, metavar="RECORD", help="The record it is about.")
@click.option("--lang", default="und", show_default=True, help="The language it is written in.")
@click.option("--urgent", is_flag=True, help="Urgent lane; stop and distress always take it.")
@id_option
@channel_option
@node_option
@format_option
def command(folder: Path | None, channel: str | None, form: str, **given: Any) -> None:
    """Send a warning: URGENCY is stop, distress, safety or routine; ASKED says what to do.

    Any one officer on watch may send a stop.
    """
    typed = taken(given)
    with running(folder_of(folder)) as client:
        name = client.channel(channel)
        now = parse_instant(client.get("/v1")["now"])
        body = {**_body(given), **scope_json(typed, agreed_places(client, name))}
        done = publish(
            client,
            name,
            "warning/1",
            body,
            priority="urgent" if given["urgent"] or given["urgency"] in URGENT else "routine",
            refs=[{"role": "about", "record": ref} for ref in given["about"]],
            record_id=given["record_id"],
        )
    say_published(done, form, *_notes(body, now))


def _body(given: dict[str, Any]) -> dict[str, Any]:
    def at(name: str) -> Json:
        said = given[name]
        where = f"--{name.replace('_', '-')}"
        return None if said is None else time_typed(said, where=where)

    event = at("event_time")
    return without_none(
        {
            "urgency": given["urgency"],
            "asked": text_json(given["asked"], given["lang"]),
            "parties": list(given["parties"]) or None,
            "whom": text_json(given["whom"], given["lang"]),
            "asked_of": list(given["asked_of"]) or None,
            "answer_by": at("answer_by"),
            "valid_until": at("valid_until"),
            "owner": given["owner"],
            "event_time": None if event is None else _stated(event, given["event_time"]),
            "also_by_voice": given["by_voice"],
        }
    )


def _stated(event: Json, words: str) -> dict[str, Json]:
    said = StatedTime(int(str(event)), words, "UTC")
    return {"ms": said.ms, "stated": said.stated, "zone": said.zone}


def _notes(body: dict[str, Any], now: Instant) -> list[str]:
    """Say how the place was understood, and what a tired hand may have left out or mistyped."""
    notes = []
    place = body.get("place")
    if place is not None:
        at = Position(place["lat_e7"], place["lon_e7"])
        notes.append(f"place       {decimal_degrees(at)}  ({degrees_minutes_seconds(at)})")
    for name in ("valid_until", "answer_by"):
        if body.get(name, now) < now:
            option = f"--{name.replace('_', '-')}"
            notes.append(f"NOTE: {option} is over already: look at its day, month and year.")
    if "valid_until" not in body:
        notes.append("NOTE: no end is stated (--valid-until); both sides see that flagged.")
    if "owner" not in body:
        notes.append("NOTE: nobody answers for it (--owner); both sides see that flagged.")
    return notes
