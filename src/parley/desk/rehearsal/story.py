"""``parley demo --story``: June 2016 as one channel, and what each mechanism makes of it."""

from pathlib import Path

from parley.desk.demo.ground import Ground
from parley.desk.demo.script import Script
from parley.desk.demo.world import World, example
from parley.desk.rehearsal.mechanisms import MECHANISMS, Views
from parley.desk.rehearsal.play import Entered, Rehearsal
from parley.desk.rehearsal.report import charter_lines
from parley.desk.rehearsal.said import Said
from parley.desk.scenario.reading import read_scenario
from parley.desk.words import EXERCISE, LEGAL
from parley.projection.view import VIEW_NAMES
from parley.values.instants import Instant

SEED = "parley demo --story"
_HOUR = 3_600_000
_SHARE = 0.8  # of the pace: an entry is read faster than what a mechanism makes of all


def tell_story(folder: Path, script: Script) -> None:
    """Play the example in ``folder``, then print what every mechanism has computed."""
    scenario = read_scenario(example("june-2016") / "channel.toml")
    names = tuple(player.name for player in scenario.setting.players)
    with Ground(folder, names):
        script.as_is(EXERCISE)
        script.scene(scenario.title)
        script.say(scenario.announcement)
        start = Instant(scenario.begins - _HOUR)
        with World(folder, start, seed=SEED, setting=scenario.setting) as world:
            channel = world.charter(scenario.title)

            def tell(what: Entered | Said) -> None:
                _tell(script, what)

            rehearsal = Rehearsal(world, scenario, channel, tell=tell)
            script.say()
            for line in charter_lines(scenario.setting, rehearsal.course):
                script.say(line)
            script.scene("What was entered, and what was said of it at once")
            rehearsal.run()
            views = {name: rehearsal.desks.view(name).data for name in VIEW_NAMES}
            _mechanisms(script, views)
            _leave(script, folder, names[0], channel)


def _tell(script: Script, what: Entered | Said) -> None:
    if isinstance(what, Said):
        script.item(what.rule, what.what, "!")
        return
    script.say()
    for party, done in what.published:
        script.head(what.line.at, f"{party:<7}", done.number, what.line.kind_name)
    script.item("what", what.line.say)
    script.item("basis", what.line.basis.words())
    script.pause(_SHARE)


def _mechanisms(script: Script, views: Views) -> None:
    script.scene("What each mechanism computed; both desks show the same bytes")
    for title, view, computed in MECHANISMS:
        script.say()
        script.as_is(f"{title}  (parley view {view})")
        for line in computed(views):
            script.item("", line)
        script.pause()


def _leave(script: Script, folder: Path, party: str, channel: str) -> None:
    script.scene("What is left")
    script.say("Any of it can be asked again, also while no node runs:")
    for view in ("ledger", "taskings", "advisories"):
        script.as_is(f"  parley view {view} --node {folder / party} --channel {channel[:8]}")
    script.say()
    script.say(LEGAL)
