"""The demo from its first line to its last: the stage, the two halves, the evidence, the end."""

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from parley.desk.demo.finale import EVIDENCE, leave, prove
from parley.desk.demo.ground import Ground
from parley.desk.demo.play import Play
from parley.desk.demo.script import Script
from parley.desk.demo.seats import seats_of
from parley.desk.demo.world import NAMES, PARTIES, World, at_tanf, open_world
from parley.desk.plain import minima_line
from parley.desk.scenario.reading import Scenario
from parley.desk.serving import ApiServer
from parley.desk.words import EXERCISE, LEGAL
from parley.node.entropy import SystemEntropy
from parley.projection.shown import span_words
from parley.values.instants import Instant

SEED = "parley demo"
PROVEN = "support"
"""The entry whose evidence is written: the plan that the other side read back."""
_HOUR = 3_600_000
_GRADES = (
    "who is proven to know of it: head seen, stored or answered, for each holder the strongest;"
    " told is its author's own account. Stored does not mean read"
)
_LOOK_AT = (
    (
        "the inbox of either side: the other's plan waits for its answer, and the conflict of the"
        " two, inside the lead time, stands on both under one number"
    ),
    (
        "New notice (key N) on one desk, with the line 37SDT645074 r5NM SFC-FL150 1604-1608Z: it"
        " waits in the other's inbox a moment later, and is answered there by what is read back"
    ),
)
_LEGEND = (
    ("what", "what its author enters; every entry is a signed record with a number to say aloud"),
    ("basis", "documented, with its source; claimed by a side; or assumed, by us"),
    ("known", _GRADES),
    ("! or i", "a finding of Parley's rules, for attention or for information; never a verdict"),
)


def show(folder: Path, script: Script, *, once: bool) -> None:
    """Play the demo in ``folder``; unless ``once``, keep the nodes up until Ctrl-C."""
    halves = {name: at_tanf(name) for name in ("documented", "filed")}
    with Ground(folder, (*NAMES, EVIDENCE)):
        start = _before(halves["documented"])
        script.as_is(EXERCISE)
        with open_world(folder, start, seed=SEED) as world:
            _introduce(world, script)
            channels: dict[str, str] = {}
            plays: dict[str, Play] = {}
            for name, scenario in halves.items():
                channels[name], plays[name] = _half(world, scenario, script)
            proven = plays["filed"].published(PROVEN)
            prove(world, channels["filed"], proven, script)
            # Both halves lie behind this instant, so that either channel can be written in again.
            world.clock.set(max(half.lines[-1].at for half in halves.values()))
            script.scene("What is left")
            leave(folder, channels, proven.number, script)
            if not once:
                _stay(world, script)
        script.say(LEGAL)


def _before(scenario: Scenario) -> Instant:
    return Instant(scenario.lines[0].at - _HOUR)


def _introduce(world: World, script: Script) -> None:
    script.say(
        "Parley, demonstrated on this machine: two sides, each with its own node, and a neutral"
        " mirror. The keys are throw-away, and one clock, set by the play, is everybody's."
    )
    script.say()
    for player in world.setting.players:
        identity = world.nodes[player.name].identity
        script.as_is(
            f"{player.name:<9}  {player.role:<6}  {identity.endpoint}  {world.folder / player.name}"
        )
    script.say()
    for label, text in _LEGEND:
        script.item(label, text)
    script.pause()


def _half(world: World, scenario: Scenario, script: Script) -> tuple[str, Play]:
    script.scene(scenario.title)
    script.say(scenario.announcement)
    world.clock.set(_before(scenario))
    channel = world.charter(scenario.title)
    terms = world.nodes["mirror"].terms(channel)
    urgent = terms.deadlines["urgent"]
    script.say()
    script.head(world.clock.now(), "charter", "signed by coalition and russia, mirror follows")
    script.item("channel", " ".join(channel[i : i + 4] for i in range(0, 64, 4)))
    script.item("minima", minima_line(terms.minima))
    script.item(
        "urgent",
        f"stored by the other side within {span_words(urgent.receipt_ms)}, answered within"
        f" {span_words(urgent.answer_ms)}",
    )
    places = ", ".join(known.names[0].text for known in terms.places)
    script.item("agreed list", f"{places}; At-Tanf is not on it")
    script.pause()
    play = Play(world, channel, script)
    play.run(scenario)
    return channel, play


def _stay(world: World, script: Script) -> None:
    """Play what waits at the desks, and keep nodes and APIs up until Ctrl-C or SIGTERM."""
    _half(world, at_tanf("desk"), script)
    world.clock.run()
    stop = threading.Event()
    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, number, signal.signal(number, _setter(stop)))
        script.say()
        script.say("The nodes stay up until Ctrl-C; their clock goes on from the end of the play.")
        entropy, desks = SystemEntropy(), {}
        for name, node in world.nodes.items():
            node.start()
            server = stack.enter_context(ApiServer(node, entropy))
            token = node.folder / "api.json"
            script.as_is(f"{name:<9}  API {server.access.url}/v1  token in {token}")
            if name in PARTIES:
                desks[name] = server.access.url
        _seat(world, desks, script)
        while not stop.wait(3600):
            pass
        script.say("stopping")
        for node in world.nodes.values():
            # those who wait for events would keep the servers from ending
            node.events.close()


def _seat(world: World, desks: dict[str, str], script: Script) -> None:
    """Open the desks of both sides: where each is, who may log in, and what to look at."""
    script.say()
    script.say("Two desks are open in the browser; these logins end with the demo:")
    for name, url in desks.items():
        for seat in seats_of(world.nodes[name], SystemEntropy()):
            script.as_is(f"{name:<9}  {url}/  log in as {seat.name:<5}  password {seat.password}")
    script.say()
    for line in _LOOK_AT:
        script.item("look at", line)


def _setter(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def leave_off(_: int, __: FrameType | None) -> None:
        stop.set()

    return leave_off
