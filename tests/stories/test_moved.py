"""A party moves its node: a charter that replaces the first says where, and both follow it."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.errors import MembersFixed, NoRecord
from parley.node.charter import new_charter
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


def test_a_member_comes_with_another_channel_only(tmp_path: Path) -> None:
    """A charter with one more party is refused in the channel; a channel of all three works.

    What was said in the first channel is not shown to whoever came later.
    """
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR")):
            v.add(name, code)
        narrow = v.charter("coalition", "russia")
        v.settle()
        coalition, turkey = v.nodes["coalition"], v.nodes["turkey"]
        before = coalition.publish(narrow, "warning/1", warning())
        wide: Any = new_charter(
            [node.identity for node in v.nodes.values()],
            at=v.clock.now(),
            changes={"replaces": narrow},
        )
        sizes = {origin: len(log) for origin, log in coalition.opened(narrow).items()}
        with pytest.raises(MembersFixed, match="charter-members"):
            coalition.publish(narrow, "charter/1", wide)
        assert {origin: len(log) for origin, log in coalition.opened(narrow).items()} == sizes

        channel = v.charter("coalition", "russia", "turkey")
        v.settle()
        said = coalition.publish(channel, "warning/1", warning())
        v.settle()
        assert turkey.find(said.name, channel).unread is None
        assert turkey.channels() == (channel,)
        with pytest.raises(NoRecord):
            turkey.find(before.name)
