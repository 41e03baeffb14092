"""``parley call``: record a telephone or radio call, as our own account of it."""

from pathlib import Path
from typing import Any

import click

from parley.desk.client import running
from parley.desk.options import (
    channel_option,
    folder_of,
    format_option,
    id_option,
    node_option,
    urgent_option,
)
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
from parley.desk.words import grade_meaning

_OUTCOMES = ["connected", "contact_absent", "message_left", "hung_up", "on_hold", "no_answer"]


@click.command("call")
@click.argument("to")
@click.argument("outcome", type=click.Choice(_OUTCOMES))
@click.option("--in", "incoming", is_flag=True, help="They called us.")
@click.option(
    "--medium",
    type=click.Choice(["telephone", "radio", "video", "in_person"]),
    default="telephone",
    show_default=True,
    help="How it was spoken.",
)
@click.option("--opened-at", metavar="TIME", help="When the attempt began; otherwise now.")
@click.option("--wait", "wait_s", type=click.IntRange(min=0), help="Seconds until an answer.")
@click.option("--asked-for", metavar="POST", help="Whom we asked for.")
@click.option("--answered-by", metavar="POST", help="Who answered.")
@click.option("--language", metavar="TAG", help="The language spoken.")
@click.option("--frequency", metavar="TEXT", help="Radio only: frequency or channel.")
@click.option("--said", metavar="WORDS", help="What our side said.")
@click.option("--heard", metavar="WORDS", help="What the other side said.")
@click.option("--readback", metavar="WORDS", help="What the other side repeated, in words.")
@scope_options
@click.option("--about", multiple=True, metavar="RECORD", help="The record that was spoken of.")
@click.option("--lang", default="und", show_default=True, help="The language this is written in.")
@urgent_option
@id_option
@channel_option
@node_option
@format_option
def command(folder: Path | None, channel: str | None, form: str, **given: Any) -> None:
    """Record a call with party TO (or `unknown`) that ended in OUTCOME.

    Place, window and levels are what the other side read back.
    """
    typed = taken(given)
    with running(folder_of(folder)) as client:
        name = client.channel(channel)
        opened_at = given["opened_at"] or client.get("/v1")["now"]
        body = {
            **_body(given),
            "opened_at": time_typed(opened_at, where="--opened-at"),
            **scope_json(typed, agreed_places(client, name)),
        }
        done = publish(
            client,
            name,
            "call/1",
            body,
            priority="urgent" if given["urgent"] else "routine",
            refs=[{"role": "about", "record": ref} for ref in given["about"]],
            record_id=given["record_id"],
        )
    say_published(done, form, f"This is {grade_meaning('told', given['to'])}.")


def _body(given: dict[str, Any]) -> dict[str, Any]:
    plain = ("medium", "to", "outcome", "wait_s", "asked_for", "answered_by", "language")
    return without_none(
        {
            **{field: given[field] for field in (*plain, "frequency")},
            "direction": "in" if given["incoming"] else "out",
            **{f: text_json(given[f], given["lang"]) for f in ("said", "heard", "readback")},
        }
    )
