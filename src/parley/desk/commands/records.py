"""``parley records``: list what is in the logs of a channel."""

from pathlib import Path

import click

from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, table

_HEADS = ("number", "code", "issued", "author", "kind", "known")


@click.command("records")
@click.option("--kind", metavar="KIND", help="Only this kind, such as warning/1.")
@click.option("--author", metavar="PARTY", help="Only this party's.")
@click.option("--after", type=click.IntRange(min=0), default=0, help="Skip as many.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=200, show_default=True, help="At most so many."
)
@channel_option
@node_option
@format_option
def command(
    kind: str | None,
    author: str | None,
    after: int,
    limit: int,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """List records by log and index, with what is proven about who knows of them."""
    with connected(folder_of(folder)) as client:
        name = client.channel(channel)
        found = client.get(
            f"/v1/channels/{name}/records", kind=kind, author=author, after=after, limit=limit
        )
        banner = client.get(f"/v1/channels/{name}")["banner"]
    if form == "json":
        click.echo(as_json(found))
        return
    if banner:
        click.echo(banner)
    rows = [
        (
            r["number"] or f"{r['origin']} {r['index']}",
            r["check_code"],
            r["issued"],
            r["author"],
            r["kind"] if r["unread"] is None else f"UNREAD: {r['unread']['what']}",
            r["known"],
        )
        for r in found["records"]
    ]
    click.echo(table(rows, _HEADS))
    if found["more"]:
        left = found["total"] - after - len(rows)
        click.echo(f"{left} more: --after {after + len(rows)}")
