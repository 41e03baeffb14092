"""A record on its way from the command line to the running node, and what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from parley.desk.client import Client
from parley.desk.tables import as_json, pairs
from parley.desk.typed import altitude_typed, place_typed, time_typed
from parley.desk.words import LEGAL
from parley.errors import BadUsage, NotRunning
from parley.node.entropy import SystemEntropy
from parley.record.canonical import Json
from parley.record.terms import KnownPlace
from parley.values.places import Place
from parley.values.texts import Text


def text_json(text: str | None, lang: str) -> dict[str, Json] | None:
    """Give a typed text with its language as a body holds it."""
    return None if text is None else {"lang": lang, "text": Text(lang, text).text}


def scope_json(typed: dict[str, str | None], agreed: tuple[KnownPlace, ...]) -> dict[str, Json]:
    """Give place, window and levels as a body holds them, from what was typed; absent stays so.

    ``typed`` has the keys place, precision, from, until, lower, upper.
    """
    body: dict[str, Json] = {}
    if typed["place"]:
        place = place_typed(
            typed["place"], where="--place", precision_m=typed["precision"], agreed=agreed
        )
        body["place"] = asdict(place)
    window: dict[str, Json] = {}
    if typed["from"]:
        window["time_start"] = time_typed(typed["from"], where="--from")
    if typed["until"]:
        window["time_end"] = time_typed(typed["until"], where="--until")
    if "time_end" in window and "time_start" not in window:
        raise BadUsage(
            "a window begins too",
            where="--from",
            hint="give both; the end of a warning alone (valid until) is no window",
        )
    if window:
        body["window"] = window
    for name in ("lower", "upper"):
        said = typed[name]
        if said:
            body[name] = asdict(altitude_typed(said, where=f"--{name}"))
    return body


def publish(
    client: Client,
    channel: str,
    kind: str,
    body: dict[str, Any],
    *,
    priority: str = "routine",
    refs: list[dict[str, str]] | None = None,
    parts: list[dict[str, Any]] | None = None,
    record_id: str | None = None,
) -> dict[str, Any]:
    """Send a record to be logged; its id is chosen here, so that sending again changes nothing."""
    chosen = fresh_id(record_id)
    request = {
        "kind": kind,
        "body": body,
        "priority": priority,
        "refs": refs or [],
        "parts": parts or [],
        "id": chosen,
    }
    with at_most_once(chosen):
        done: dict[str, Any] = client.post(f"/v1/channels/{channel}/records", request)
    return done


def fresh_id(given: str | None) -> str:
    """Give the idempotency key of a command: the one it was given, or a new one."""
    return given or SystemEntropy().draw(16).hex()


@contextmanager
def at_most_once(record_id: str) -> Iterator[None]:
    """Say how to repeat a command whose answer was lost without sending anything twice."""
    try:
        yield
    except NotRunning as error:
        hint = f"to send it at most once, repeat the command with --id {record_id}"
        raise NotRunning(error.what, where=error.where, hint=hint) from None


def without_none(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not given: an absent field stays absent."""
    return {name: value for name, value in body.items() if value not in (None, ())}


def agreed_places(client: Client, channel: str) -> tuple[KnownPlace, ...]:
    """Give the places that the channel has agreed names for."""
    return tuple(
        KnownPlace(
            tuple(Text(t["lang"], t["text"]) for t in known["names"]), Place(**known["place"])
        )
        for known in client.get(f"/v1/channels/{channel}")["places"]
    )


def say_published(done: dict[str, Any], form: str, *notes: str) -> None:
    """Print what the record is called now, and what that means."""
    if form == "json":
        click.echo(as_json(done))
        return
    click.echo(
        pairs(
            [
                ("number", done["number"]),
                ("check code", done["check_code"]),
                ("record", done["name"]),
                ("log", f"{done['origin']} at index {done['index']}"),
            ]
        )
    )
    for note in notes:
        click.echo(note)
    click.echo("It is durable in our own log. Who holds it: parley show " + str(done["number"]))
    click.echo(LEGAL)
