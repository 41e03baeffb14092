"""``parley carry``: the line is cut; exchange by file, through the same acceptance code."""

from pathlib import Path

import click

from parley.desk.access import MAX_CARRIED
from parley.desk.files import read_bytes, tell_written, write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, outline
from parley.errors import Outcome, ParleyError


@click.group("carry")
def command() -> None:
    """Exchange by file when the line is cut."""


@command.command("out")
@click.argument("file", type=click.Path(path_type=Path))
@channel_option
@node_option
def out(file: Path, channel: str | None, folder: Path | None) -> None:
    """Write everything this node holds of a channel to FILE, to be carried to the others."""
    with connected(folder_of(folder)) as client:
        data = client.get_bytes(f"/v1/channels/{client.channel(channel)}/carry")
    write_bytes(file, data)
    tell_written(file, data)


@command.command("in")
@click.argument("file", type=click.Path(path_type=Path))
@node_option
@format_option
def take(file: Path, folder: Path | None, form: str) -> None:
    """Take FILE in: check it as if it had come over the line, store it, receipt it."""
    data = read_bytes(file, limit=MAX_CARRIED)
    with connected(folder_of(folder)) as client:
        try:
            taken = client.post_bytes("/v1/carry", data, "application/x-tar")
        except ParleyError as error:
            raise (error.at(str(file)) if error.outcome is Outcome.BAD_INPUT else error) from None
    click.echo(as_json(taken) if form == "json" else "\n".join(outline(taken["taken"])))
