"""``parley mute``: silence an advisory at this desk, with a reason and an end."""

from pathlib import Path
from typing import Any

import click

from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, table
from parley.errors import BadUsage


@click.command("mute")
@click.argument("advisory", required=False)
@click.option("--reason", default=None, metavar="TEXT", help="Why; it is shown beside the mute.")
@click.option("--until", default=None, metavar="TIME", help="When it ends, 7 days ahead at most.")
@click.option("--by", default=None, metavar="WHO", help="Person or post; else the node's party.")
@click.option("--list", "listing", is_flag=True, help="Show the mutes of the channel.")
@channel_option
@node_option
@format_option
def command(
    advisory: str | None,
    reason: str | None,
    until: str | None,
    by: str | None,
    listing: bool,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """Mute the advisory A-..., or all that one cause has now; nothing of it leaves this desk.

    It sounds again at its end, and before that if it gains a record or says anything else.
    """
    if listing == (advisory is not None):
        raise BadUsage("name one advisory or cause, or ask for --list", where="ADVISORY")
    if not listing:
        for name, given in (("--reason", reason), ("--until", until)):
            if given is None:
                raise BadUsage("a mute has a reason and an end", where=name)
    with connected(folder_of(folder)) as client:
        path = f"/v1/channels/{client.channel(channel)}/mutes"
        if listing:
            found = client.get(path)
        else:
            wanted = {"advisory": advisory, "reason": reason, "until": until, "by": by}
            found = client.post(path, {k: v for k, v in wanted.items() if v is not None})
    click.echo(as_json(found) if form == "json" else _lines(found["mutes"]))


def _lines(mutes: list[dict[str, Any]]) -> str:
    if not mutes:
        return "Nothing is muted at this desk."
    rows = [(m["advisory"], m["state"], m["until"], m["by"], m["reason"]) for m in mutes]
    return table(rows, ("advisory", "state", "until", "by", "reason"))
