"""``parley answer``: acknowledge, object, or propose a change, and read back what was read."""

import sys
from pathlib import Path
from typing import Any

import click

from parley.desk.client import Client, running
from parley.desk.grid import decimal_degrees
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
from parley.desk.tables import shown
from parley.desk.words import ACKNOWLEDGED
from parley.errors import BadUsage
from parley.values.places import Position

_ASKED = (
    ("place", "Place"),
    ("from", "From"),
    ("until", "Until"),
    ("lower", "Lower level"),
    ("upper", "Upper level"),
)


@click.command("answer")
@click.argument("record")
@click.argument("stance", type=click.Choice(["acknowledge", "object", "propose"]))
@click.option("--officer", required=True, metavar="POST", help="The post that answers.")
@scope_options
@click.option("--text", metavar="WORDS", help="What to add; why, when objecting.")
@click.option("--proposal", metavar="WORDS", help="The change proposed, in words.")
@click.option("--shift-minutes", type=int, help="The change proposed: later by; negative: earlier.")
@click.option("--lang", default="und", show_default=True, help="The language it is written in.")
@id_option
@channel_option
@node_option
@format_option
def command(folder: Path | None, channel: str | None, form: str, **given: Any) -> None:
    """Answer RECORD (its number, its name, or the first digits of it).

    Read back what you read: --place, --from, --until, --lower, --upper. Of a line read one of its
    ends, of an area one of its corners. Nothing is filled in for you, and Parley compares what you
    type with the notice.
    """
    typed = taken(given)
    if not any(typed.values()) and sys.stdin.isatty():
        typed = _ask()
    with running(folder_of(folder)) as client:
        name = client.channel(channel)
        notice = client.get(f"/v1/channels/{name}/records/{given['record']}")
        body = {**_body(given), **scope_json(typed, agreed_places(client, name))}
        done = publish(
            client,
            name,
            "answer/1",
            body,
            priority=notice["priority"] or "routine",
            refs=[{"role": "answers", "record": notice["name"]}],
            record_id=given["record_id"],
        )
        said = _compared(client, name, notice["name"], done["name"])
    say_published(done, form, *said, ACKNOWLEDGED)


def _ask() -> dict[str, str | None]:
    """Ask for the read-back; an empty line leaves a field out."""
    click.echo("Read back from the notice; leave empty what it does not state.", err=True)
    typed: dict[str, str | None] = {"precision": None}
    for field, question in _ASKED:
        typed[field] = click.prompt(question, default="", show_default=False, err=True) or None
    return typed


def _body(given: dict[str, Any]) -> dict[str, Any]:
    proposal = None
    if given["stance"] == "propose":
        if given["proposal"] is None:
            raise BadUsage("a proposal says what is proposed", where="--proposal")
        shift = given["shift_minutes"]
        proposal = without_none(
            {
                "text": text_json(given["proposal"], given["lang"]),
                "time_shift_ms": None if shift is None else shift * 60_000,
            }
        )
    return without_none(
        {
            "stance": given["stance"],
            "officer": given["officer"],
            "text": text_json(given["text"], given["lang"]),
            "proposal": proposal,
        }
    )


def _compared(client: Client, channel: str, notice: str, answer: str) -> list[str]:
    """Say what the comparison of the read-back found, as the view of notices has it."""
    view = client.get(f"/v1/channels/{channel}/views/notices")["data"]
    compared = [
        given["read_back"]
        for each in view["notices"]
        if each["name"] == notice
        for asked in each["asked"]
        for given in asked["answers"]
        if given["name"] == answer
    ]
    if not compared:
        return ["NOTE: this record is no notice that asks us for an answer."]
    found = compared[0]
    lines = [f"read-back: {found['result']}"]
    for item in found["items"]:
        if item["result"] != "same":
            said = f"we read {as_words(item['read'])}, it says {as_words(item['expected'])}"
            lines.append(f"  {item['what']}: {item['result']}; {said}")
    return lines


def as_words(value: Any) -> str:
    """Write a compared value on one line."""
    if isinstance(value, dict) and {"lat_e7", "lon_e7"} <= value.keys():
        at = decimal_degrees(Position(value["lat_e7"], value["lon_e7"]))
        return f'{at} ("{shown(value["stated"])}")'
    if isinstance(value, dict):
        return ", ".join(f"{name} {as_words(item)}" for name, item in value.items())
    return "nothing" if value is None else shown(value)
