"""``parley dossier``: who was told what of an area in some hours, for an enquiry afterwards."""

from pathlib import Path
from typing import Any

import click

from parley.desk.client import Client
from parley.desk.dossier.file import Proof, dossier_file, json_bytes
from parley.desk.dossier.page import html_page
from parley.desk.files import write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, node_option
from parley.desk.progress import progress_bar
from parley.errors import BadArchive, BadUsage, NoRecord

_PATIENCE_S = 600.0


@click.command("dossier")
@click.option(
    "--area",
    required=True,
    metavar="AREA",
    help="33.506,38.618,20km, an agreed place and a radius, or south,west,north,east.",
)
@click.option("--from", "begin", required=True, metavar="TIME", help="Start of the window.")
@click.option("--to", "end", required=True, metavar="TIME", help="End of the window.")
@click.option(
    "--named", multiple=True, metavar="NAME", help="Also what calls the area so, such as SY02."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json"]),
    default="html",
    show_default=True,
    help="How to write it, where --out names no zip.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help="A file; FILE.zip holds page, data and proofs. Otherwise stdout.",
)
@click.option(
    "--with-parts", is_flag=True, help="Put in the sealed and personal parts that are held here."
)
@click.option("--upto", metavar="JSON", help="Sizes by log, as `parley view` prints; else all.")
@click.option("--at", "moment", metavar="TIME", help="The instant it is computed for; else now.")
@channel_option
@node_option
def command(
    area: str,
    begin: str,
    end: str,
    named: tuple[str, ...],
    form: str,
    out: Path,
    with_parts: bool,
    upto: str | None,
    moment: str | None,
    channel: str | None,
    folder: Path | None,
) -> None:
    """Set side by side what was said of AREA in a window: to whom, when, by which road and grade.

    Both accounts of each event, what is not there, and a proof of every record in the zip. It
    judges nothing. Personal and sealed parts stay out unless --with-parts asks for them.
    """
    zipped = out.suffix.lower() == ".zip"
    if with_parts and not zipped:
        raise BadUsage("parts go into a zip only", where="--with-parts", hint="--out FILE.zip")
    with connected(folder_of(folder)) as client:
        client.wait(_PATIENCE_S)
        full = client.channel(channel)
        asked = {"area": area, "from": begin, "to": end, "upto": upto, "at": moment}
        value = client.get(f"/v1/channels/{full}/dossier", named=named, **asked)
        if zipped:
            data = _archive(client, full, value, with_parts=with_parts)
        elif form == "json":
            data = json_bytes(value)
        else:
            data = html_page(value).encode()
    write_bytes(out, data)
    if str(out) != "-":
        common = value["common"]
        told = f"records {len(common['records'])}, gaps named {len(common['gaps'])}"
        click.echo(f"{out}: {told}. {value['note']}")


def _archive(client: Client, channel: str, value: dict[str, Any], *, with_parts: bool) -> bytes:
    proofs = _proofs(client, channel, value["common"]["records"])
    parts = _parts(client, channel, value) if with_parts else {}
    try:
        return dossier_file(value, proofs, parts)
    except BadArchive as error:
        hint = "narrow the area or the window, or leave the proofs with --out FILE.html"
        raise BadArchive(error.what, where=error.where, hint=hint) from None


def _proofs(client: Client, channel: str, records: list[dict[str, Any]]) -> list[Proof]:
    tell = progress_bar("proven", "records")
    proofs = []
    for done, record in enumerate(records, 1):
        name, number = record["name"], record["number"]
        try:
            data = client.get_bytes(f"/v1/channels/{channel}/records/{name}/evidence")
            proofs.append(Proof(name, number, data))
        except NoRecord as error:
            proofs.append(Proof(name, number, None, error.what))
        if tell is not None:
            tell(done, len(records))
    return proofs


def _parts(client: Client, channel: str, value: dict[str, Any]) -> dict[str, bytes]:
    """Fetch what is held of the sealed and personal parts, as their digests bind it."""
    held = {row["sha256"] for row in value["here"]["parts"] if row["held"] == "held"}
    wanted = {
        part["sha256"]
        for record in value["common"]["records"]
        for part in record["parts"]
        if part["class"] != "shared" and part["sha256"] in held
    }
    path = f"/v1/channels/{channel}/parts"
    return {name: client.get_bytes(f"{path}/{name}", hashed="true") for name in sorted(wanted)}
