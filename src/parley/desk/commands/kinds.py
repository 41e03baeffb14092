"""``parley kinds``: which records this program knows, and what stands in them."""

import click

from parley.desk.options import format_option
from parley.desk.tables import as_json, table
from parley.kinds import KINDS


@click.command("kinds")
@click.argument("kind", required=False)
@format_option
def command(kind: str | None, form: str) -> None:
    """List the kinds of record, or give the JSON Schema of the body of one KIND."""
    if kind is not None:
        click.echo(as_json(KINDS.asked(kind).schema()))
        return
    if form == "json":
        click.echo(as_json([{"kind": k.name, "title": k.title} for k in KINDS]))
        return
    rows = [(k.name, k.title, (k.body.__doc__ or "").partition("\n")[0]) for k in KINDS]
    click.echo(table(rows, ("kind", "title", "what it says")))
