"""``parley key``: this node's keys, by role, as others compare them; and how one is changed."""

from pathlib import Path
from typing import Any, cast

import click

from parley.desk.client import Client, running
from parley.desk.options import folder_of, format_option, node_option
from parley.desk.sending import publish, text_json
from parley.desk.tables import as_json, table
from parley.errors import BadUsage
from parley.node.entropy import SystemEntropy
from parley.node.identity import KeyRole, PublicKey
from parley.node.keyring import Keyring, add_key, load_keyrings, put_first
from parley.node.rekeying import change_body
from parley.record.canonical import Json
from parley.record.envelope import Status
from parley.record.signature import key_id

_ROLES = ("author", "log", "witness", "receipt", "line")
_LANES = ("urgent", "routine")


@click.group("key", invoke_without_command=True)
@node_option
@format_option
@click.pass_context
def command(context: click.Context, folder: Path | None, form: str) -> None:
    """Show the fingerprints of this node's public keys, or `change` some of them."""
    if context.invoked_subcommand is not None:
        return
    rings = load_keyrings(folder_of(folder))
    rows = [
        (status, ring.identity.name, role, key_id(key.public))
        for status, ring in rings.items()
        for role, key in ring.identity.keys.items()
    ]
    _show(rows, ("status", "name", "role", "sha256"), form)


@command.command("change")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(_ROLES), metavar="ROLE...")
@click.option(
    "--revoke", is_flag=True, help="Others may hold the old key: not to be believed from now on."
)
@click.option("--reason", metavar="WORDS", help="Why, in words.")
@click.option("--lang", default="und", show_default=True, help="The language it is written in.")
@click.option(
    "--status",
    type=click.Choice(["actual", "exercise", "test"]),
    help="Which identity, where the node has several.",
)
@node_option
@format_option
def change(roles: tuple[str, ...], folder: Path | None, form: str, **given: Any) -> None:
    """Make new keys for the ROLEs (author, log, witness, receipt, line) and log that they count.

    The running node takes them from the entry after the one that says so, in both lanes of every
    channel it is a party of. The old keys end there, and what they signed before still verifies.
    """
    home = folder_of(folder)
    ring = _ring(home, given["status"])
    wanted = cast("tuple[KeyRole, ...]", tuple(dict.fromkeys(roles)))
    reason = text_json(given["reason"], given["lang"])
    rows: list[tuple[str, str, str]] = []
    with running(home) as client:
        channels = _channels(client, ring)
        keys = {role: add_key(ring, role, SystemEntropy()) for role in wanted}
        for channel in channels:
            ended = _in_force(client, channel, ring, wanted)
            body = change_body(
                ring.identity, keys, ended, revoke=given["revoke"], reason=cast("Json", reason)
            )
            for lane in _LANES:
                done = publish(client, channel, "key/1", body, priority=lane)
                rows.append((channel[:12], lane, done["number"]))
    put_first(ring, keys)
    _tell(keys, rows, form)


def _ring(home: Path, status: Status | None) -> Keyring:
    rings = load_keyrings(home)
    if status is None and len(rings) == 1:
        return next(iter(rings.values()))
    if status not in rings:
        raise BadUsage("which identity is meant?", where="--status", hint=", ".join(rings))
    return rings[status]


def _channels(client: Client, ring: Keyring) -> list[str]:
    """Give the channels we are a party of; a mirror's keys change by a charter alone."""
    listed = client.get("/v1/channels")["channels"]
    status, name = ring.identity.status, ring.identity.name
    found = [c["channel"] for c in listed if c["status"] == status and c["own_party"] == name]
    if not found:
        raise BadUsage(
            "this node is no party of a channel, so there is no log to say it in",
            where="parley key change",
            hint="a mirror's keys stand in the charter",
        )
    return [str(channel) for channel in found]


def _in_force(
    client: Client, channel: str, ring: Keyring, roles: tuple[KeyRole, ...]
) -> list[tuple[KeyRole, bytes]]:
    """Give the keys that end: ours of these roles; of several authors, only our own."""
    told = client.get(f"/v1/channels/{channel}/views/charter")["data"]["keys"]
    good = {
        str(key["key"])
        for key in told
        if key["holder"] == ring.identity.name
        and any(span["until"] is None for span in key["lanes"].values())
    }
    held = [
        (role, ring.identity.keys[role].public if role == "author" else signer.public)
        for role in roles
        for signer in ring.able(role)
    ]
    return [(role, public) for role, public in dict.fromkeys(held) if key_id(public) in good]


def _tell(keys: dict[KeyRole, PublicKey], rows: list[tuple[str, str, str]], form: str) -> None:
    shown = {role: key_id(key.public) for role, key in keys.items()}
    if form == "json":
        records = [dict(zip(("channel", "lane", "number"), row, strict=True)) for row in rows]
        click.echo(as_json({"keys": shown, "records": records}))
        return
    _show(list(shown.items()), ("new key", "sha256"), form)
    _show(rows, ("channel", "lane", "record"), form)
    click.echo("Read the fingerprints aloud to the others. The old key files stay where they are,")
    click.echo("and the identity as it was stays as identity-*.json: evidence of the channels that")
    click.echo("began with it is checked against that. Restart the node before the next charter.")


def _show(rows: list[Any], heads: tuple[str, ...], form: str) -> None:
    if form == "json":
        click.echo(as_json([dict(zip(heads, row, strict=True)) for row in rows]))
    else:
        click.echo(table(rows, heads))
