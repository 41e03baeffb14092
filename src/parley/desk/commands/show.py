"""``parley show``: one record in plain lines, and who is proven to know of it."""

from pathlib import Path
from typing import Any

import click

from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, pairs, shown
from parley.desk.words import NOT_READ, banner, nothing_proven


@click.command("show")
@click.argument("record")
@channel_option
@node_option
@format_option
def command(record: str, channel: str | None, folder: Path | None, form: str) -> None:
    """Show RECORD: its number, its name, or the first digits of its name."""
    with connected(folder_of(folder)) as client:
        found = client.get(f"/v1/channels/{client.channel(channel)}/records/{record}")
    click.echo(as_json(found) if form == "json" else _table(found))


def _table(found: dict[str, Any]) -> str:
    loud = banner(found["status"] or "")
    lines = [loud] if loud else []
    if found["unread"] is not None:
        lines.append(
            f"UNREAD: {found['unread']['what']}. It is stored and proven, but not understood."
        )
    lines.append(
        pairs(
            [
                ("number", found["number"]),
                ("check code", found["check_code"]),
                ("kind", f"{found['title'] or ''} ({found['kind']}), {found['priority']}"),
                ("author", found["author"]),
                ("issued", found["issued"]),
                ("log", f"{found['origin']} at index {found['index']}"),
                ("record", found["name"]),
                *((r["role"], r["number"] or r["record"]) for r in found["refs"]),
                *(
                    ("part", f"{p['name']}, {p['part_class']}, {p['sha256']}")
                    for p in found["parts"]
                ),
            ]
        )
    )
    lines.append("")
    for row in found["plain"]:
        label = f"{row['label']} [{row['lang']}]" if row["lang"] else row["label"]
        lines.append(shown(label))
        lines += [f"    {shown(piece)}" for line in row["lines"] for piece in line.splitlines()]
    lines.append("")
    for grade in found["grades"]:
        here = " (only here)" if grade["only_here"] else ""
        when = f" at {grade['at']}" if grade["at"] else ""
        lines.append(shown(f"{grade['says']}{when}{here}: {grade['means']}"))
    if not found["grades"]:
        lines.append(f"As far as this node holds proof, {nothing_proven()}.")
    lines += [NOT_READ, found["legal"]]
    return "\n".join(lines)
