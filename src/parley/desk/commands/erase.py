"""``parley erase``: a personal part goes; its digest, and a record that says so, stay."""

from pathlib import Path

import click

from parley.desk.client import running
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.sending import say_published
from parley.errors import BadUsage

_GROUNDS = ["consent_withdrawn", "purpose_ended", "sent_in_error", "harm", "law"]


@click.command("erase")
@click.argument("record")
@click.argument("part")
@click.option("--ground", required=True, type=click.Choice(_GROUNDS), help="Why.")
@click.option("--by", "post", required=True, metavar="POST", help="The post that erases it.")
@channel_option
@node_option
@format_option
def command(
    record: str,
    part: str,
    ground: str,
    post: str,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """Erase the PART (its name or digest) of RECORD here, and say so in our log.

    Those who were sent it are asked by that record to erase it too; nothing can force them.
    """
    with running(folder_of(folder)) as client:
        name = client.channel(channel)
        found = client.get(f"/v1/channels/{name}/records/{record}")
        named = [p for p in found["parts"] if part in (p["name"], p["sha256"])]
        if len(named) != 1 or named[0]["part_class"] != "personal":
            raise BadUsage("no one personal part goes by that", where="PART")
        digest = named[0]["sha256"]
        done = client.post(
            f"/v1/channels/{name}/records/{found['name']}/parts/{digest}/erase",
            {"by": post, "ground": ground},
        )
    say_published(done, form, "The part is gone here; its digest stays.")
