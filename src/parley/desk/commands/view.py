"""``parley view``: what follows from the logs of a channel, with its four arguments."""

from pathlib import Path

import click

from parley.desk.nearest import NamedChoice
from parley.desk.offline import connected
from parley.desk.options import (
    channel_option,
    folder_of,
    format_option,
    moment_options,
    node_option,
)
from parley.desk.tables import as_json, outline, pairs
from parley.projection.view import VIEW_NAMES


@click.command("view")
@click.argument("name", type=NamedChoice(VIEW_NAMES, "view"))
@moment_options
@channel_option
@node_option
@format_option
def command(
    name: str,
    upto: str | None,
    moment: str | None,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """Compute a view. Two nodes with the same four arguments see the same bytes."""
    with connected(folder_of(folder)) as client:
        full = client.channel(channel)
        found = client.get(f"/v1/channels/{full}/views/{name}", upto=upto, at=moment)
        banner = client.get(f"/v1/channels/{full}")["banner"]
    if form == "json":
        click.echo(as_json(found))
        return
    if banner:
        click.echo(banner)
    arguments = [("channel", found["channel"]), ("at", found["at"]), ("rules", found["rules"])]
    arguments += [("up to", f"{origin}:{size}") for origin, size in found["upto"].items()]
    click.echo(pairs(arguments))
    click.echo()
    click.echo("\n".join(outline(found["data"])))
    if found["muted"]:
        click.echo("\nmuted at this desk alone:")
        for mute in found["muted"]:
            said = pairs([(mute["advisory"], f"until {mute['until']}, by {mute['by']}")])
            click.echo(f"{said}\n  {mute['reason']}")
