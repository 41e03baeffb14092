"""``parley print``: one record on one A4 page, for the telephone or the fax."""

from pathlib import Path

import click

from parley.desk.files import tell_written, write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, node_option


@click.command("print")
@click.argument("record")
@click.option("--text", "plain", is_flag=True, help="Plain text of 78 columns instead of HTML.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("-"), help="A file; otherwise stdout."
)
@channel_option
@node_option
def command(record: str, plain: bool, out: Path, channel: str | None, folder: Path | None) -> None:
    """Print RECORD on one page: text, position, times, number, check code, QR, reply slip."""
    with connected(folder_of(folder)) as client:
        path = f"/v1/channels/{client.channel(channel)}/records/{record}/page"
        page = client.get_bytes(path, form="text" if plain else "html")
    write_bytes(out, page)
    tell_written(out, page)
