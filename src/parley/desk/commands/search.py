"""``parley search``: find records by number, name, place and words, in any script."""

from pathlib import Path
from typing import Any

import click

from parley.desk.offline import connected
from parley.desk.options import (
    channel_option,
    folder_of,
    format_option,
    moment_options,
    node_option,
)
from parley.desk.tables import as_json, shown, table
from parley.errors import BadSearch

_HEADS = ("number", "code", "issued", "author", "kind", "state", "found")


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", metavar="KIND", help="Only this kind, such as warning/1.")
@click.option("--author", metavar="PARTY", help="Only this party's.")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="At most so many."
)
@moment_options
@channel_option
@node_option
@format_option
def command(
    words: tuple[str, ...],
    kind: str | None,
    author: str | None,
    limit: int,
    upto: str | None,
    moment: str | None,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """Find the records in which all WORDS stand: numbers, names, places, texts of any script.

    A word is found by its beginning, by another name of the same place or actor, and by its sound.
    An argument of several words is found as it stands. Withdrawn and replaced records are found
    too, and say so. What is in sealed or personal parts is never searched.
    """
    typed = " ".join(f'"{word}"' if len(word.split()) > 1 else word for word in words)
    with connected(folder_of(folder)) as client:
        full = client.channel(channel)
        asked = {"kind": kind, "author": author, "limit": limit, "upto": upto, "at": moment}
        try:
            found = client.get(f"/v1/channels/{full}/search", q=typed, **asked)
        except BadSearch as error:
            raise BadSearch(error.what, where="WORDS", hint=error.hint) from None
        banner = client.get(f"/v1/channels/{full}")["banner"]
    if form == "json":
        click.echo(as_json(found))
        return
    if banner:
        click.echo(banner)
    if not found["records"]:
        click.echo("No record here holds all of that.")
        return
    click.echo(table([_row(record) for record in found["records"]], _HEADS))
    click.echo()
    for record in found["records"]:
        for line in record["lines"]:
            said = " ".join(line["lines"])
            click.echo(shown(f"{record['number'] or record['name'][:13]}  {line['label']}: {said}"))
    if found["more"]:
        click.echo(f"More than {limit} are found: add a word, or --limit.")


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    by = [*record["replaced_by"], *record["withdrawn_by"]]
    state = record["state"] or f"UNREAD: {record['unread']['what']}"
    return (
        record["number"] or f"{record['origin']} {record['index']}",
        record["check_code"],
        record["issued"] or "",
        record["author"],
        record["kind"] or "",
        f"{state} by {' '.join(by)}" if by else state,
        record["match"],
    )
