"""A rehearsal from its first line to its last: the nodes, the charter, the play, the end."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from parley.desk.demo.ground import Ground
from parley.desk.demo.world import World
from parley.desk.rehearsal.play import Course, Rehearsal, Seat
from parley.desk.scenario.reading import Scenario
from parley.errors import BadUsage, ParleyError
from parley.kinds import KINDS
from parley.values.instants import Instant

SEED = "parley rehearse"
_HOUR = 3_600_000
_SOME_RECORD = "0" * 64

MakeSeat = Callable[[World, Rehearsal, str], Seat]


def rehearse(
    scenario: Scenario,
    *,
    out: Path | None = None,
    side: str | None = None,
    make_seat: MakeSeat | None = None,
) -> Course:
    """Play a scenario and give what it came to; a body that no kind takes is refused before.

    The nodes' folders stay in ``out``, or go. ``make_seat`` puts a person in the place of ``side``.
    """
    setting = scenario.setting
    if side is not None and side not in setting.parties:
        known = ", ".join(setting.parties)
        raise BadUsage(f"{side!r} is no party of this case", where="--seat", hint=known)
    check(scenario)
    with ExitStack() as stack:
        names = tuple(player.name for player in setting.players)
        if out is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-")))
        else:
            folder = stack.enter_context(Ground(out, names)).folder
        start = Instant(scenario.begins - _HOUR)
        world = stack.enter_context(World(folder, start, seed=SEED, setting=setting))
        channel = world.charter(scenario.title)
        rehearsal = Rehearsal(world, scenario, channel)
        if side is not None and make_seat is not None:
            rehearsal.seat = make_seat(world, rehearsal, side)
        return rehearsal.run()


def check(scenario: Scenario) -> None:
    """Refuse an entry of an unknown kind, or with a body that its kind does not take."""
    for line in scenario.lines:
        try:
            kind, body = line.record(lambda _: _SOME_RECORD)
            KINDS[kind].parse(body)
        except ParleyError as error:
            raise error.at(f"entry {line.label!r}") from None
