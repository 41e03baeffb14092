"""The exchange: back-off, rates, our own clock, and nodes at work by themselves."""

from pathlib import Path

import pytest

from parley.errors import ClockDoubt, TooMuch
from parley.node.clock import ManualClock, SystemClock
from parley.node.clockwatch import ClockWatch
from parley.node.entropy import SeededEntropy, SystemEntropy, fraction
from parley.node.events import EventHub
from parley.node.peers import BackOff
from parley.node.runtime import Node
from parley.node.wire_limits import RateLimit
from parley.values.instants import Instant
from tests.stories.village import DAY, held_by, village, warning

HOUR = 3_600_000
DAY_MS = 24 * HOUR


def test_back_off_doubles_to_its_cap_and_starts_again() -> None:
    """Pauses grow to the cap, never beyond, each between half and all of it; an answer resets."""
    back_off = BackOff(SystemEntropy(), cap_s=300)
    for full in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, *[300] * 2000]:
        assert full / 2 <= back_off.failed() <= full
    back_off.answered()
    assert back_off.failed() <= 1


def test_jitter_is_not_the_same_twice() -> None:
    assert len({fraction(SystemEntropy()) for _ in range(100)}) > 90


def test_seeded_entropy_repeats_and_differs_by_seed() -> None:
    """An exercise can be repeated byte for byte; another seed gives other bytes."""
    one, same, other = SeededEntropy("a"), SeededEntropy("a"), SeededEntropy("b")
    drawn = [one.draw(n) for n in (1, 32, 33, 100)]
    assert drawn == [same.draw(n) for n in (1, 32, 33, 100)]
    assert drawn != [other.draw(n) for n in (1, 32, 33, 100)]
    assert len(drawn[3]) == 100


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> Instant:
        return DAY

    def elapsed(self) -> float:
        return self.seconds


def test_a_rate_limit_refills_and_is_each_callers_own() -> None:
    clock = Stopwatch()
    rate = RateLimit(clock, 60)
    for _ in range(10):
        rate.take("a")
    with pytest.raises(TooMuch):
        rate.take("a")
    rate.take("b")
    clock.seconds = 1.0
    rate.take("a")
    with pytest.raises(TooMuch):
        rate.take("a")


def test_the_machines_clock_moves_on() -> None:
    clock = SystemClock()
    assert clock.now() > DAY
    assert clock.elapsed() <= clock.elapsed()
    manual = ManualClock(DAY)
    assert manual.advance(5) == DAY + 5 == manual.now()


@pytest.mark.parametrize(
    ("ahead", "stored", "doubted"),
    [
        ({}, 0, False),
        ({"russia": 0, "mirror": 0}, 0, False),
        ({"russia": DAY_MS, "mirror": DAY_MS}, 0, True),
        ({"russia": -DAY_MS, "mirror": -DAY_MS}, 0, True),
        ({"russia": DAY_MS}, 0, True),
        ({"russia": DAY_MS, "mirror": 0}, 0, False),  # one liar does not silence us
        ({"russia": DAY_MS - 1}, 0, False),
        ({}, DAY_MS, True),  # a head from tomorrow lies in our own store
        ({}, DAY_MS - 1, False),
        ({"mirror": 0}, 99 * DAY_MS, False),  # of one liar's future, signed for ever
        ({"russia": 0}, DAY_MS, False),  # its clock has been set since
    ],
)
def test_when_our_own_clock_is_doubted(
    ahead: dict[str, int], stored: int, *, doubted: bool
) -> None:
    watch = ClockWatch(DAY_MS)
    for holder, ms in ahead.items():
        watch.heard(holder, Instant(DAY + ms), DAY)
    kept = [("russia", Instant(DAY + stored))] if stored else []
    if doubted:
        with pytest.raises(ClockDoubt):
            watch.check(DAY, kept)
    else:
        watch.check(DAY, kept)


def test_a_clock_set_back_while_the_node_runs_is_doubted() -> None:
    """What was heard by a later clock than ours is now says nothing; what is kept does."""
    watch = ClockWatch(DAY_MS)
    kept = [("russia", DAY), ("mirror", DAY)]
    for holder, _ in kept:
        watch.heard(holder, DAY, DAY)
    watch.check(DAY, kept)
    with pytest.raises(ClockDoubt):
        watch.check(Instant(DAY - DAY_MS), kept)


@pytest.mark.parametrize("off", [-2 * DAY_MS, 2 * DAY_MS])
def test_a_node_whose_clock_is_days_off_does_not_publish(tmp_path: Path, off: int) -> None:
    """Our own clock against the peers' heads: one line with the place, and nothing stored."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        v.settle()
        v.nodes["coalition"].close()
        wrong = ManualClock(Instant(DAY + off))
        node = Node.open(v.folder / "coalition", clock=wrong, entropy=SeededEntropy("off"))
        node.listen()
        v.nodes["coalition"] = node
        v.nodes["russia"].publish(channel, "warning/1", warning())
        node.sync()  # logs a head, which russia then cosigns with its own clock
        node.sync()
        before = {o: len(log) for o, log in node.opened(channel).items()}
        with pytest.raises(ClockDoubt) as refusal:
            node.publish(channel, "warning/1", warning())
        assert str(refusal.value).startswith("clock: our clock says ")
        assert "\n" not in str(refusal.value)
        assert {o: len(log) for o, log in node.opened(channel).items()} == before


def test_events_wait_and_are_bounded() -> None:
    """Who waits gets what came since; old events fall away and leave a gap in the numbers."""
    hub = EventHub(kept=3)
    assert hub.wait(0, 0) == []
    for n in range(5):
        hub.tell("record", DAY, "c", n=n)
    assert [e.seq for e in hub.wait(0, 10)] == [3, 4, 5]
    assert [e.seq for e in hub.wait(4, 10)] == [5]
    hub.close()
    assert hub.wait(5, 3600) == []


def test_nodes_at_work_exchange_by_themselves(tmp_path: Path) -> None:
    """With the threads running, a notice is receipted by both without anybody asking."""
    with village(tmp_path) as v:
        for name, code, role in (
            ("coalition", "CO", "party"),
            ("russia", "RU", "party"),
            ("mirror", "MI", "mirror"),
        ):
            v.add(name, code, role=role).start()
        channel = v.charter("coalition", "russia", mirrors=("mirror",))
        coalition = v.nodes["coalition"]
        wait_for(coalition, lambda: stands(coalition, channel))
        said = coalition.publish(channel, "warning/1", warning(), priority="urgent")
        wanted = {("stored", "russia"), ("stored", "mirror")}
        wait_for(coalition, lambda: wanted <= held_by(coalition, channel, said.name))
        assert {e.kind for e in coalition.events.wait(0, 0)} >= {"channel", "record", "receipt"}


def stands(node: Node, channel: str) -> bool:
    station = node.stations["exercise"]
    return station.reading.stands(station.channels.all()[0])


def wait_for(node: Node, condition) -> None:
    """Wait for what events announce; the test's own time limit ends a wait in vain."""
    seen = 0
    while not condition():
        for event in node.events.wait(seen, 1):
            seen = event.seq
