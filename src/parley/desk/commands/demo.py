"""``parley demo``: two sides and a neutral mirror on this machine, played for a newcomer."""

from pathlib import Path

import click

from parley.desk.demo.deny.session import deny
from parley.desk.demo.script import Script
from parley.desk.demo.show import show
from parley.desk.outcomes import DONE, FAILED
from parley.desk.rehearsal.story import tell_story
from parley.errors import BadUsage

_PACE_S = 2.2  # so that the whole play takes about a minute
_STORY_PACE_S = 1.4  # and the story about two


@click.command("demo")
@click.option("--once", is_flag=True, help="Play at full speed, leave the files, and exit.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    metavar="DIR",
    help="Where the nodes' folders and the evidence go; cleared if an earlier demo left them.",
)
@click.option(
    "--deny",
    "denying",
    is_flag=True,
    help="Instead: one side denies what happened, eight times; files settle it.",
)
@click.option(
    "--story",
    "telling",
    is_flag=True,
    help="Instead: the state of 16 to 19 June 2016 as one channel, mechanism by mechanism.",
)
@click.option(
    "--pace",
    type=click.FloatRange(0, 60),
    metavar="SECONDS",
    help="The pause after each entry.",
)
def command(once: bool, folder: Path, denying: bool, telling: bool, pace: float | None) -> int:
    """Play At-Tanf, June 2016, on three nodes of this machine: as documented, then as filed.

    Everything is an exercise with throw-away keys. Without --once the nodes stay up at the end,
    with the addresses of their APIs, until Ctrl-C.
    """
    if denying and telling:
        raise BadUsage("give --deny or --story, not both")
    if telling:
        usual = 0 if once else _STORY_PACE_S
        tell_story(folder, Script(usual if pace is None else pace))
        return DONE
    if denying:
        return DONE if deny(folder, Script(pace or 0)) else FAILED
    usual = 0 if once else _PACE_S
    show(folder, Script(usual if pace is None else pace), once=once)
    return DONE
