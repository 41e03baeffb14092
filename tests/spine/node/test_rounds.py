"""What a round sends, in what order, and what it spares: seen by relays and by the line itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parley.node.channels import Channel
from parley.node.peers import Answer, PeerLine
from parley.node.rounds import Round
from parley.node.runtime import Node
from parley.node.station import Station
from parley.record.envelope import origin_of
from tests.stories.relay import Cut, Relay
from tests.stories.village import held_by, village, warning


class Place:
    """Two parties, each heard through a relay, and a mirror."""

    def __init__(self, nodes: dict[str, Node], channel: str, to: dict[str, Cut]) -> None:
        self.nodes = nodes
        self.channel = channel
        self.to = to

    @property
    def coalition(self) -> Node:
        return self.nodes["coalition"]

    @property
    def round(self) -> Round:
        """The coalition's round with Russia."""
        return self.coalition.exchanges["exercise"].posts("russia")[0].round

    def say(self, priority: str = "urgent") -> str:
        return self.coalition.publish(
            self.channel,
            "warning/1",
            warning(),
            priority=priority,  # type: ignore[arg-type]
        ).name

    def frames(self, work: Callable[[], object]) -> list[str]:
        """Give the messages that reach Russia while something is done."""
        self.to["russia"].heal()
        work()
        return self.to["russia"].seen


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Return a settled channel."""
    with village(tmp_path) as v:
        to, relays = {}, []
        for name, code in (("coalition", "CO"), ("russia", "RU")):
            to[name] = Cut()
            relay = Relay(0, to[name])
            v.add(name, code, endpoint_port=relay.port)
            relay.aim(v.port[name])
            relays.append(relay)
        v.add("mirror", "MI", role="mirror")
        channel = v.charter("coalition", "russia", mirrors=("mirror",))
        v.settle()
        v.reopen("coalition")
        yield Place(v.nodes, channel, to)
        v.close()
        for relay in relays:
            relay.close()


def test_an_urgent_record_takes_two_messages(place: Place) -> None:
    """Its head and its entry; then the receipt is here, and the mirror has yet to be told."""
    place.coalition.sync()
    said = place.say()
    assert place.frames(place.round.push) == ["offer-head", "offer-entries"]
    stored = {holder for grade, holder in held_by(place.coalition, place.channel, said)}
    assert stored == {"russia"}
    assert place.frames(place.round.push) == []


def test_heads_alone_bring_no_content(place: Place) -> None:
    """Heads go to all before content goes to any, also where an urgent record waits."""
    place.coalition.sync()
    said = {place.say(), place.say("routine")}
    assert place.frames(place.round.push_heads) == ["offer-head", "offer-head"]
    for name in said:
        assert held_by(place.coalition, place.channel, name) == {("head_seen", "russia")}


def test_what_the_others_hold_is_not_passed_on(place: Place) -> None:
    """A node that starts again finds that all lines are known, and repeats none."""
    frames = place.frames(place.coalition.sync)
    assert "read-checkpoint" in frames
    assert "pass-cosignatures" not in frames


def test_what_a_peer_lacks_is_passed_on_once(place: Place) -> None:
    """The mirror's receipt reaches Russia through us, and Russia's the mirror."""
    place.coalition.sync()
    place.say()
    russia = place.nodes["russia"].stations["exercise"].store
    urgent = origin_of("coalition", place.channel, "urgent", "exercise")
    lines = {"exercise.invalid/mirror/receipt", "exercise.invalid/mirror/witness"}
    before = {name: russia.cosigned_size(urgent, name) for name in lines}
    place.coalition.exchanges["exercise"].posts("mirror")[0].round.push()
    frames = place.frames(place.round.run)
    assert frames.count("pass-cosignatures") == 1
    for name in lines:
        assert russia.cosigned_size(urgent, name) == before[name] + 1
    assert place.frames(place.round.run).count("pass-cosignatures") == 0


class Busy(PeerLine):
    """A line on whose first question something urgent is published."""

    urgent: Callable[[], object] | None = None
    sent: list[str]

    def send(
        self, method: str, path: str, body: bytes, media_type: str = "application/octet-stream"
    ) -> Answer:
        urgent, self.urgent = self.urgent, None
        if urgent is not None:
            urgent()
        self.sent.append(path if method == "POST" else method)
        return super().send(method, path, body, media_type)


def busy(station: Station, channel: Channel, endpoint: str) -> Busy:
    line = Busy(
        endpoint,
        signer=station.keys.line(channel, "russia"),
        clock=station.clock,
        entropy=station.entropy,
        context=None,
        timeout_s=10,
        max_part=1024,
    )
    line.sent = []
    return line


def test_an_urgent_record_goes_before_what_is_not(place: Place) -> None:
    """Published while we ask the peer for its logs, it is next, and receipted before the rest."""
    place.coalition.sync()
    station = place.coalition.stations["exercise"]
    (channel,) = station.channels.all()
    line = busy(station, channel, place.nodes["russia"].identity.endpoint)
    try:
        said: list[str] = []
        line.urgent = lambda: said.append(place.say())
        Round(station, channel, "russia", line).run()
    finally:
        line.close()
    assert line.sent[:4] == ["GET", "/add-checkpoint", "/add-entries", "GET"]
    assert ("stored", "russia") in held_by(place.coalition, place.channel, said[0])


def test_what_follows_from_a_record_settles_by_itself(place: Place) -> None:
    """At work, each side logs the other's head after a while, and both records reach both."""
    place.coalition.sync()
    for node in place.nodes.values():
        node.start()
    said = place.say()
    seen = 0
    while not {"russia", "mirror"} <= {
        grade.holder
        for grade in place.coalition.grades(place.channel, said)
        if grade.grade == "stored" and not grade.only_here
    }:
        for event in place.coalition.events.wait(seen, 1):
            seen = event.seq
    place.nodes["russia"].find(said, place.channel)
