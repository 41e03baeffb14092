"""``parley rehearse``: a documented case through real nodes; what Parley would have said, when."""

from pathlib import Path

import click

from parley.desk.options import format_option
from parley.desk.outcomes import DONE
from parley.desk.rehearsal.report import as_table, as_value
from parley.desk.rehearsal.seat import Person
from parley.desk.rehearsal.session import rehearse
from parley.desk.scenario.reading import read_scenario
from parley.desk.tables import as_json


@click.command("rehearse")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--seat", metavar="SIDE", help="Play this side yourself; the others play the case.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the nodes' folders here; cleared if an earlier play left them.",
)
@format_option
def command(file: Path, seat: str | None, out: Path | None, form: str) -> int:
    """Play the scenario in FILE on nodes of this machine, and say what Parley would have said.

    FILE is TOML (docs/scenarios.md): a charter, timed entries of any kind, each with what it rests
    on, and sightings. Printed is what would have stood on whose desk from when, on which records;
    only what rests on documented or claimed entries counts as caught.

    With --seat it stops where that side has an entry, or is asked for an answer, and takes what
    you type; what it asks goes to stderr.
    """
    scenario = read_scenario(file)
    course = rehearse(scenario, out=out, side=seat, make_seat=Person)
    if form == "json":
        click.echo(as_json(as_value(scenario, course)))
    else:
        for line in as_table(scenario, course):
            click.echo(line)
    return DONE
