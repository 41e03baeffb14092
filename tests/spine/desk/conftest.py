"""A node of an exercise with its API on a real port, for the tests of the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from parley.desk.serving import ApiServer
from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from parley.record.canonical import Json
from parley.values.instants import parse_instant

DAY = parse_instant("2016-06-16T04:00:00Z")


def make_node(folder: Path, name: str, code: str, **options: str) -> Node:
    """Make a node of an exercise whose clock stands at 04:00Z on 16 June 2016."""
    init_node(
        folder,
        name=name,
        code=code,
        display=name.title(),
        endpoint="http://127.0.0.1:9",
        entropy=SeededEntropy(name),
        status="exercise",
        settings=Settings(folder, api_port=0),
        **options,  # type: ignore[arg-type]
    )
    return Node.open(folder, clock=ManualClock(DAY), entropy=SeededEntropy(name + " at work"))


@dataclass(frozen=True)
class Desk:
    """A node with a channel, its API server, and a client that holds the token."""

    node: Node
    channel: str
    server: ApiServer
    http: httpx.Client


TANF: dict[str, Json] = {
    "names": [{"lang": "en", "text": "At-Tanf"}, {"lang": "ar", "text": "التنف"}],
    "place": {
        "lat_e7": 334_900_000,
        "lon_e7": 386_600_000,
        "precision_e4m": 5_000_000,
        "stated": "the garrison",
    },
}


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """Serve the node of a party whose channel has a voice party beside it."""
    node = make_node(folder / "coalition", "coalition", "CO")
    charter = new_charter(
        [node.identity],
        at=DAY,
        voices=[("cell", "VC")],
        title="Desk",
        changes={"day_zone": "Asia/Damascus", "places": [TANF]},
    )
    channel = node.sign_charter(charter)
    with ApiServer(node, SeededEntropy("token")) as server:
        access = server.access
        headers = {"Authorization": f"Bearer {access.token}"}
        with httpx.Client(base_url=access.url, headers=headers, trust_env=False) as http:
            yield Desk(node, channel, server, http)
        node.events.close()
    node.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve one node for the tests of a module."""
    with open_desk(tmp_path_factory.mktemp("desk")) as served:
        yield served
