"""``parley notify``: announce the flights and zones of a file."""

from pathlib import Path

import click

from parley.desk.client import running
from parley.desk.files import read_bytes
from parley.desk.options import (
    channel_option,
    folder_of,
    format_option,
    id_option,
    node_option,
    urgent_option,
)
from parley.desk.sending import at_most_once, fresh_id
from parley.desk.tables import as_json, table
from parley.desk.words import LEGAL
from parley.errors import ParleyError
from parley.kinds.air.formats import Format, format_of

_MEDIA_TYPES: dict[Format, str] = {
    "geojson": "application/geo+json",
    "sequence": "application/geo+json-seq",
    "kml": "application/vnd.google-earth.kml+xml",
    "csv": "text/csv",
}


@click.command("notify")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@urgent_option
@id_option
@channel_option
@node_option
@format_option
def command(
    file: Path,
    urgent: bool,
    record_id: str | None,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """Announce every activity and zone in FILE to the other parties: all of them or none.

    FILE is GeoJSON, or, by its ending, a GeoJSON text sequence (.geojsons, .ndjson), KML (.kml) or
    a table of routes (.csv).
    """
    try:
        written = format_of(file.name)
    except ParleyError as error:
        raise error.at(str(file)) from None
    data = read_bytes(file)
    with running(folder_of(folder)) as client:
        name = client.channel(channel)
        chosen = fresh_id(record_id)
        with at_most_once(chosen):
            done = client.post_bytes(
                f"/v1/channels/{name}/geojson",
                data,
                _MEDIA_TYPES[written],
                format=written,
                priority="urgent" if urgent else "routine",
                id=chosen,
            )
    if form == "json":
        click.echo(as_json(done))
        return
    rows = [(r["number"], r["check_code"], r["name"]) for r in done["records"]]
    click.echo(table(rows, ("number", "check code", "record")))
    if done["over"]:
        click.echo(f"NOTE: over already: {', '.join(done['over'])}; look at day, month and year.")
    click.echo(LEGAL)
