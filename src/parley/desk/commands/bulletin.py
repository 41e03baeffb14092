"""``parley bulletin``: what a centre tells of one day, computed from the records."""

import json
from pathlib import Path

import click

from parley.desk.bulletin.pdf import pdf_of
from parley.desk.bulletin.table import text_bulletin
from parley.desk.bulletin.words import LANGUAGES
from parley.desk.files import tell_written, write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, node_option
from parley.desk.words import banner


@click.command("bulletin")
@click.argument("day")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "html", "pdf"]),
    default="table",
    show_default=True,
    help="Figures for the terminal; the view's own bytes; a page; the page on A4.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the page's own words; records stay as stated.",
)
@click.option("--upto", metavar="JSON", help='Sizes by log, such as {"ru/../main": 12}; else all.')
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("-"), help="A file; otherwise stdout."
)
@channel_option
@node_option
def command(
    day: str,
    form: str,
    lang: str,
    upto: str | None,
    out: Path,
    channel: str | None,
    folder: Path | None,
) -> None:
    """Tell DAY (such as 2016-06-16), by the charter's zone and cut-off, as all records have it.

    Two nodes that hold the same entries write the same JSON, byte for byte.
    """
    with connected(folder_of(folder)) as client:
        path = f"/v1/channels/{client.channel(channel)}/bulletin/{day}"
        wanted = "html" if form in ("html", "pdf") else "json"
        data = client.get_bytes(path, form=wanted, lang=lang, upto=upto)
    if form == "pdf":
        data = pdf_of(data.decode())
    elif form == "table":
        view = json.loads(data)
        loud = banner(view["data"]["status"] or "")
        data = "\n".join([*([loud] if loud else []), text_bulletin(view), ""]).encode()
    write_bytes(out, data)
    tell_written(out, data)
