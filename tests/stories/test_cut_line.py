"""The line is cut between every two frames of an exchange; nobody is ever told what is not so."""

from pathlib import Path

import pytest

from parley.errors import NoRecord
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.node.runtime import Node, PartInput
from parley.node.wire import FRAMES
from parley.record.envelope import Ref
from parley.values.instants import Instant
from tests.stories.relay import KNOWN_FRAMES, Cut, Relay
from tests.stories.village import (
    Village,
    acknowledgement,
    data_of,
    held_by,
    views_of,
    village,
    warning,
)

MINUTE = 60_000


class CutVillage:
    """Two parties whose line runs through relays; the mirror, if any, is reached directly."""

    def __init__(self, v: Village, *, mirror: bool) -> None:
        self.v, self.cut = v, Cut()
        self.relays = []
        for name, code in (("coalition", "CO"), ("russia", "RU")):
            relay = Relay(0, self.cut)
            v.add(name, code, endpoint_port=relay.port)
            relay.aim(v.port[name])
            self.relays.append(relay)
        if mirror:
            v.add("mirror", "MI", role="mirror")
        mirrors = ("mirror",) if mirror else ()
        self.channel = v.charter("coalition", "russia", mirrors=mirrors)
        self.a, self.b = v.nodes["coalition"], v.nodes["russia"]
        v.settle()

    def close(self) -> None:
        self.v.close()
        for relay in self.relays:
            relay.close()

    def exchange(self, number: int) -> tuple[str, str]:
        """Send a notice and, where it arrives, its answer; give both names, empty if unsaid."""
        chart = PartInput("chart", f"chart {number}".encode(), "text/plain", "shared")
        said = self.a.publish(self.channel, "warning/1", warning(f"place {number}"), parts=(chart,))
        answer = ""
        self.a.sync()
        self.b.sync()
        if holds(self.b, self.channel, said.name):
            refs = [Ref("answers", said.name)]
            answer = self.b.publish(self.channel, "answer/1", acknowledgement(), refs=refs).name
        self.b.sync()
        self.a.sync()
        return said.name, answer


def holds(node: Node, channel: str, name: str) -> bool:
    try:
        node.find(name, channel)
    except NoRecord:
        return False
    return True


def notice_of(node: Node, channel: str, name: str, at: int) -> dict:
    notices = data_of(node, channel, "notices", at=Instant(at))["notices"]
    found = [n for n in notices if n["name"] == name]
    assert len(found) == 1
    return found[0]


def judge(place: CutVillage, name: str, answer: str, *, mirror: bool) -> str:
    """Say how an exchange over a broken line ended for the sender; fail if it claims too much."""
    a, channel = place.a, place.channel
    known = held_by(a, channel, name)
    # Never a false receipt: whoever is said to hold it does hold it.
    for grade, holder in known:
        if grade == "stored":
            assert holds(place.v.nodes[holder], channel, name)
        if grade == "answered":
            assert answer
    later = place.v.clock.now() + 24 * 60 * MINUTE
    asked = notice_of(a, channel, name, later)["asked"]
    answered = ("answered", "russia") in known
    states = {each["state"] for each in asked}
    assert states == ({"acknowledged"} if answered else {"unanswered-overdue"})
    if ("stored", "russia") in known:
        report = check_evidence(
            a.evidence(channel, name, claim="russia/receipt"),
            Trust(channels=frozenset({channel})),
        )
        assert ("stored", "russia") in {(g.name, g.holder) for g in report.grades}
        return "receipt"
    if ("stored", "mirror") in known:
        assert mirror
        report = check_evidence(
            a.evidence(channel, name, claim="mirror"), Trust(channels=frozenset({channel}))
        )
        assert ("stored", "mirror") in {(g.name, g.holder) for g in report.grades}
        return "mirror"
    assert not mirror, "with a mirror in reach there is always its receipt"
    assert holds(a, channel, name)
    return "unanswered"


def test_the_relay_knows_every_frame() -> None:
    """The relay's own list is that of the wire, by name and method."""
    assert {f.name: f.method for f in FRAMES} == {n: m for n, (m, _) in KNOWN_FRAMES.items()}


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("answer_lost", [False, True])
def test_the_line_is_cut_between_every_two_frames(
    tmp_path: Path, *, mirror: bool, answer_lost: bool
) -> None:
    """Whichever frame or answer is lost, the end is honest; a healed line loses nothing."""
    with village(tmp_path) as v:
        place = CutVillage(v, mirror=mirror)
        try:
            endings, at, cut = [], 0, set[str]()
            while True:
                place.cut.arm(at, answer_lost=answer_lost)
                name, answer = place.exchange(at)
                if not place.cut.broken:
                    break
                cut.add(place.cut.seen[-1])
                endings.append(judge(place, name, answer, mirror=mirror))
                place.cut.heal()
                for node in (place.a, place.b, place.a):
                    node.sync()
                assert ("stored", "russia") in held_by(place.a, place.channel, name)
                assert not answer or holds(place.a, place.channel, answer)
                at += 1
            # The exchange went through at last, and every frame of it had been the last one once.
            assert at >= len(place.cut.seen) > 5
            # Whoever is offered a part need not fetch it; every other message there is was cut.
            assert cut == set(KNOWN_FRAMES) - {"fetch-part"}
            # Over the mirror even the receipt of the other side finds its way.
            assert endings[0] == ("receipt" if mirror else "unanswered")
            assert endings[-1] == "receipt"
            assert ("answered", "russia") in held_by(place.a, place.channel, name)
            assert [r.strange for r in place.relays] == [[], []]
            place.cut.heal()
            v.settle()
            assert views_of(place.a, place.channel) == views_of(place.b, place.channel)
        finally:
            place.close()


def test_where_nobody_answers_the_mirror_is_evidence(tmp_path: Path) -> None:
    """Russia is cut off from everybody: the coalition proves that the mirror holds its notice."""
    with village(tmp_path) as v:
        place = CutVillage(v, mirror=True)
        try:
            place.cut.arm(0, answer_lost=False)
            said = place.a.publish(place.channel, "warning/1", warning())
            report = place.a.sync()
            assert judge(place, said.name, "", mirror=True) == "mirror"
            assert [name.partition(" ")[2] for name in report.unreachable] == ["russia"]
        finally:
            place.close()
