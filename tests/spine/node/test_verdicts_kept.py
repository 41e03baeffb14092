"""A node keeps verdicts on signatures over its runs, and does not need them."""

from pathlib import Path

from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.runtime import Node
from parley.record.canonical import Json
from tests.spine.desk.conftest import DAY, make_node

COUNT = 40


def kept(node: Node) -> int:
    """How many verdicts stand in the node's file."""
    (station,) = node.stations.values()
    with station.store.reading() as db:
        return int(db.execute("SELECT count(*) FROM verdict").fetchone()[0])


def forget(node: Node) -> None:
    (station,) = node.stations.values()
    with station.store.writing() as db:
        db.execute("DELETE FROM verdict")


def test_verdicts_outlive_the_run_and_may_be_lost(tmp_path: Path) -> None:
    """Kept when the node stops; with and without them it reads the same, and keeps them anew."""
    folder = tmp_path / "coalition"
    node = make_node(folder, "coalition", "CO")
    charter = new_charter([node.identity], at=DAY, voices=[("cell", "VC")], title="Desk")
    channel = node.sign_charter(charter)
    body: dict[str, Json] = {
        "to": "cell",
        "medium": "exchange",
        "tried_at": DAY,
        "result": "ok",
    }
    node.publish_all(channel, [("line_check/1", body)] * COUNT)
    before = node.opened(channel)
    assert sum(map(len, before.values())) == COUNT + 2
    node.close()

    def start() -> Node:
        return Node.open(folder, clock=ManualClock(DAY))

    second = start()
    assert kept(second) == COUNT + 2
    assert second.opened(channel) == before
    forget(second)
    second.close()
    third = start()
    assert third.opened(channel) == before
    third.close()
    fourth = start()
    assert kept(fourth) == COUNT + 2
    assert fourth.opened(channel) == before
    fourth.close()
