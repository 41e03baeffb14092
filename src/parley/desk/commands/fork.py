"""``parley fork``: the proof that the owner of a log signed two histories of it."""

from pathlib import Path

import click

from parley.desk.files import read_bytes, write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, table
from parley.errors import BadUsage, ParleyError
from parley.log.checkpoint import VerifierKey
from parley.log.fork import verify_fork


@click.group("fork")
def command() -> None:
    """Show, export or check the proof that a log was given two histories."""


@command.command("list")
@channel_option
@node_option
@format_option
def listing(channel: str | None, folder: Path | None, form: str) -> None:
    """List the forks this node holds proof of."""
    with connected(folder_of(folder)) as client:
        found = client.get(f"/v1/channels/{client.channel(channel)}/forks")
    if form == "json":
        click.echo(as_json(found))
    elif not found["forks"]:
        click.echo("No fork of any log of this channel is known here.")
    else:
        rows = [(i, fork["origin"]) for i, fork in enumerate(found["forks"], 1)]
        click.echo(table(rows, ("number", "log")))


@command.command("export")
@click.argument("number", type=click.IntRange(min=1))
@click.argument("file", type=click.Path(path_type=Path))
@channel_option
@node_option
def export(number: int, file: Path, channel: str | None, folder: Path | None) -> None:
    """Write the proof NUMBER of the list to FILE, for a stranger to check."""
    with connected(folder_of(folder)) as client:
        forks = client.get(f"/v1/channels/{client.channel(channel)}/forks")["forks"]
    if number > len(forks):
        raise BadUsage("no fork has this number", where="NUMBER", hint="parley fork list")
    # the very bytes: evidence has one form
    write_bytes(file, forks[number - 1]["evidence"].encode())


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key", required=True, metavar="VKEY", help="The log's verifier key, from its owner."
)
@format_option
def check(file: Path, key: str, form: str) -> None:
    """Check the proof in FILE under the log's key, offline; exit code 1 if it proves nothing."""
    try:
        log_key = VerifierKey.parse(key)
    except ParleyError as error:
        raise BadUsage(error.what, where="--key") from None
    proven = verify_fork(read_bytes(file), log_key)
    heads = [
        {"size": head.size, "root": head.root.hex()} for head in (proven.smaller, proven.larger)
    ]
    if form == "json":
        click.echo(as_json({"log": proven.smaller.origin, "heads": heads}))
        return
    click.echo(table([(h["size"], h["root"]) for h in heads], ("size", "root")))
    click.echo(f"PROVEN: the key of {proven.smaller.origin} signed two histories.")
