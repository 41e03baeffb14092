"""``parley init``: make a node, its keys by role, its identity and its folder."""

from pathlib import Path
from typing import Literal, cast

import click

from parley.desk.options import folder_of, format_option, node_option
from parley.desk.tables import as_json, pairs
from parley.node.entropy import SystemEntropy
from parley.node.keyring import init_node
from parley.record.envelope import Status
from parley.record.signature import key_id


@click.command("init")
@click.argument("name")
@click.option(
    "--code", required=True, help="Two to four capitals, for numbers such as RU-0616-014."
)
@click.option("--display", help="The name that people read; otherwise NAME.")
@click.option(
    "--role",
    type=click.Choice(["party", "mirror"]),
    default="party",
    show_default=True,
    help="A party speaks in a log of its own; a mirror stores what others say.",
)
@click.option(
    "--status",
    type=click.Choice(["actual", "exercise", "test"]),
    default="actual",
    show_default=True,
    help="Never mixed: an identity of an exercise is refused in an actual channel.",
)
@click.option(
    "--endpoint",
    default="https://127.0.0.1:8461",
    show_default=True,
    help="Where the other nodes reach this one.",
)
@click.option("--language", "languages", multiple=True, metavar="TAG", help="Such as en, ru, ar.")
@click.option("--liaison", metavar="POST", help="The post to ask for.")
@click.option(
    "--recovery",
    type=click.Path(path_type=Path),
    help="Where to write the recovery key; best on a medium of its own.",
)
@node_option
@format_option
def command(
    name: str,
    code: str,
    display: str | None,
    role: str,
    status: str,
    endpoint: str,
    languages: tuple[str, ...],
    liaison: str | None,
    recovery: Path | None,
    folder: Path | None,
    form: str,
) -> None:
    """Make the node NAME (such as coalition) with new keys, in the folder given by --node."""
    home = folder_of(folder)
    identity = init_node(
        home,
        name=name,
        code=code,
        display=display or name,
        endpoint=endpoint,
        entropy=SystemEntropy(),
        role=cast("Literal['party', 'mirror']", role),
        status=cast("Status", status),
        languages=languages or ("en",),
        liaison=liaison,
        recovery_file=recovery,
    )
    if form == "json":
        click.echo(as_json(identity.to_json()))
        return
    keys = {f"{role} key": key_id(key.public) for role, key in identity.keys.items()}
    click.echo(pairs({"name": name, "role": role, "status": status, **keys}))
    click.echo(f"Give the others identity.json from {home}; nothing in it is secret.")
    click.echo("Move the recovery key off this machine now, and keep a copy of it apart.")
