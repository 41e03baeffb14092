"""``parley key``: this node's keys, by role, as others compare them."""

from pathlib import Path

import click

from parley.desk.options import folder_of, format_option, node_option
from parley.desk.tables import as_json, table
from parley.node.keyring import load_keyrings
from parley.record.signature import key_id


@click.command("key")
@node_option
@format_option
def command(folder: Path | None, form: str) -> None:
    """Show the fingerprints of this node's public keys.

    A change of keys is a record: `parley record key/1 FILE`, once routine and once --urgent.
    """
    rings = load_keyrings(folder_of(folder))
    rows = [
        (status, ring.identity.name, role, key_id(key.public))
        for status, ring in rings.items()
        for role, key in ring.identity.keys.items()
    ]
    heads = ("status", "name", "role", "sha256")
    if form == "json":
        click.echo(as_json([dict(zip(heads, row, strict=True)) for row in rows]))
    else:
        click.echo(table(rows, heads))
