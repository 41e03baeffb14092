"""A party moves its node: a charter that replaces the first says where, and both follow it."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.node.runtime import Node
from tests.stories.village import Village, free_port, held_by, village, warning


def amend(v: Village, channel: str, endpoint: str, *signers: str) -> None:
    """Let parties log a charter that gives russia another address, in both lanes."""
    station = v.nodes["russia"].stations["exercise"]
    body: Any = station.channels.all()[0].charter.to_json()
    body["replaces"] = channel
    body["in_force_from"] = v.clock.now()
    for entry in body["endpoints"]:
        if entry["holder"] == "russia":
            entry["url"] = endpoint
    for name in signers:
        v.nodes[name].publish(channel, "charter/1", body)
        v.nodes[name].publish(channel, "charter/1", body, priority="urgent")


def move(v: Village, endpoint: str) -> Node:
    v.nodes["russia"].close()
    path = v.folder / "russia" / "identity.json"
    identity = json.loads(path.read_text())
    identity["endpoint"] = endpoint
    path.write_text(json.dumps(identity))
    return v.open("russia")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_node_moves_by_charter(tmp_path: Path, scheme: str) -> None:
    """Nobody follows one side's word; once both signed, the other address is called."""
    with village(tmp_path) as v:
        v.add("coalition", "CO", scheme=scheme)
        v.add("russia", "RU", scheme=scheme)
        channel = v.charter("coalition", "russia")
        v.settle()
        elsewhere = f"{scheme}://127.0.0.1:{free_port()}"
        v.clock.advance(60_000)
        amend(v, channel, elsewhere, "russia")
        v.settle()
        coalition = v.nodes["coalition"]
        (post,) = coalition.exchanges["exercise"].posts("russia")
        assert post.where.url != elsewhere
        amend(v, channel, elsewhere, "coalition")
        v.settle()
        moved = move(v, elsewhere)
        said = coalition.publish(channel, "warning/1", warning())
        v.settle()
        (post,) = coalition.exchanges["exercise"].posts("russia")
        assert post.where.url == elsewhere
        assert ("stored", "russia") in held_by(coalition, channel, said.name)
        assert moved.find(said.name, channel).index == said.index
