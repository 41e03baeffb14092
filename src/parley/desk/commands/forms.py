"""``parley forms``: a form of a kind for ODK, Kobo and other collectors."""

from pathlib import Path

import click

from parley.desk.files import tell_written, write_bytes
from parley.desk.importing.forms import form_of
from parley.desk.importing.xlsforms import xlsform


@click.command("forms")
@click.argument("kind")
@click.option(
    "--out",
    type=click.Path(path_type=Path, allow_dash=True),
    required=True,
    help="Where to write the workbook (.xlsx); - is the standard output.",
)
def command(kind: str, out: Path) -> None:
    """Write the form of KIND (observation/1 or casualty/1) as an XLSForm workbook.

    What ODK or Kobo collects with it is imported by `parley import` without a mapping file.
    """
    data = xlsform(form_of(kind))
    write_bytes(out, data)
    tell_written(out, data)
