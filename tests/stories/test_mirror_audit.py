"""A mirror that lost or changed what it gave receipts for is found out before it is needed."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parley.node.runtime import Node
from tests.stories.village import Village, village, warning

ENTRIES = 270  # more than one tile, so that the proof runs over several


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Village, str]]:
    """Give a channel whose mirror holds a full tile and a part of one."""
    with village(tmp_path_factory.mktemp("audit")) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        v.add("mirror", "MI", role="mirror")
        channel = v.charter("coalition", "russia", mirrors=("mirror",))
        v.settle()
        bodies = [("warning/1", warning(f"place {i}")) for i in range(ENTRIES)]
        v.nodes["coalition"].publish_all(channel, bodies)
        v.settle()
        yield v, channel


def looks(node: Node, count: int) -> set[str]:
    """Look at the mirror several times; give what was wrong, without the entry's number."""
    found = set()
    for _ in range(count):
        (look,) = node.audit()
        found.add(look.fault)
    return found


def test_a_mirror_that_holds_what_it_said_passes(place: tuple[Village, str]) -> None:
    """Every log, any entry, any older size: nothing is wrong, and nothing is told."""
    v, channel = place
    coalition = v.nodes["coalition"]
    start = coalition.events.last
    origins = set()
    for _ in range(12):
        (look,) = coalition.audit()
        assert (look.fault, look.mirror, look.channel) == ("", "mirror", channel)
        origins.add(look.origin)
    assert len(origins) > 1
    assert [e for e in coalition.events.wait(start, 0) if e.kind == "audit"] == []


def change(file: Path, statement: str) -> None:
    with sqlite3.connect(file, isolation_level=None) as db:
        db.execute(statement)
    db.close()


CHANGES: list[tuple[str, str, Callable[[str], bool]]] = [
    (
        "entries rewritten",
        "UPDATE entry SET data = CAST(x'7b7d' || substr(data, 3) AS BLOB)",
        lambda fault: "gives another entry" in fault,
    ),
    (
        "hashes rewritten",
        "UPDATE entry SET hashes = zeroblob(length(hashes))",
        lambda fault: "gives another hash" in fault,
    ),
    ("entries lost", "DELETE FROM entry", lambda fault: "receipted" in fault),
    ("heads lost", "DELETE FROM head", lambda fault: "receipted" in fault),
]


@pytest.mark.parametrize(("what", "statement", "wrong"), CHANGES, ids=[c[0] for c in CHANGES])
def test_a_mirror_that_does_not_is_told_of(
    place: tuple[Village, str], what: str, statement: str, wrong: Callable[[str], bool]
) -> None:
    """The look says what is wrong; so do the stream and the state, until the mirror shows it."""
    v, _ = place
    coalition, file = v.nodes["coalition"], v.folder / "mirror" / "parley.db"
    v.nodes["mirror"].close()
    whole = file.read_bytes()
    change(file, statement)
    v.open("mirror")
    start = coalition.events.last
    faults = looks(coalition, 3)
    assert faults
    assert all(wrong(fault) for fault in faults), faults
    told = [e for e in coalition.events.wait(start, 0) if e.kind == "audit"]
    assert len(told) == 3
    assert {e.data["mirror"] for e in told} == {"mirror"}
    assert [look.fault for look in coalition.audits()] == [told[-1].data["fault"]]

    v.nodes["mirror"].close()
    for journal in file.parent.glob("parley.db-*"):
        journal.unlink()
    file.write_bytes(whole)
    v.open("mirror")
    assert looks(coalition, 1) == {""}
    assert coalition.events.wait(start, 0)[-1].data["fault"] is None


def test_a_mirror_that_does_not_answer_is_no_fault(place: tuple[Village, str]) -> None:
    """The line may be down: nothing is said of it, and the last look stands."""
    v, _ = place
    coalition = v.nodes["coalition"]
    assert looks(coalition, 1) == {""}
    before = coalition.audits()
    v.nodes["mirror"].stop()
    v.clock.advance(60_000)
    assert coalition.audit() == before
    v.nodes["mirror"].listen()
    assert coalition.audit()[0].at > before[0].at


def test_it_is_looked_at_again_when_it_is_time(place: tuple[Village, str]) -> None:
    """At first at once, then after the interval that is set, and no other member ever."""
    v, channel = place
    station = v.nodes["coalition"].stations["exercise"]
    found = next(c for c in station.channels.all() if c.id == channel)
    v.nodes["coalition"].audit()
    every_ms = station.settings.audit_s * 1000
    v.clock.advance(every_ms - 1)
    assert not station.auditing.due(found, "mirror")
    v.clock.advance(1)
    assert station.auditing.due(found, "mirror")
    assert not station.auditing.due(found, "russia")
    fresh = v.nodes["russia"].stations["exercise"]
    theirs = next(c for c in fresh.channels.all() if c.id == channel)
    assert fresh.auditing.due(theirs, "mirror")


def test_a_running_node_looks_by_itself(place: tuple[Village, str]) -> None:
    """Nobody has to ask: the first round with the mirror brings the first look."""
    v, _ = place
    node = v.reopen("russia")
    assert node.audits() == []
    node.start()
    while not node.audits():
        threading.Event().wait(0.05)
    node.stop()
    node.listen()
    assert [(look.mirror, look.fault) for look in node.audits()] == [("mirror", "")]
