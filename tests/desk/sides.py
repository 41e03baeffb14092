"""Two sides on loopback: real nodes with their lines and APIs, and officers who can log in."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from parley.desk.serving import ApiServer
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from parley.node.charter import new_charter
from parley.node.clock import SystemClock
from parley.node.entropy import SystemEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from tests.spine.desk.conftest import TANF

PASSWORD = "correct horse battery"
# Another name of the API: of the far end of a line.
FAR = "127.0.0.2"
PARTIES = (("coalition", "CO", "Coalition"), ("russia", "RU", "Russia"))
ROLES = ("officer", "releaser", "administrator")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Side:
    """One side: its node and its server, which may be stopped and started again."""

    folder: Path
    node: Node
    server: ApiServer

    @property
    def origin(self) -> str:
        return self.server.access.url

    @property
    def desk(self) -> str:
        return self.origin + "/desk/"

    @classmethod
    def open(cls, folder: Path, node: Node) -> "Side":
        node.start()
        server = ApiServer(node, SystemEntropy())
        server.start()
        return cls(folder, node, server)

    def stop(self) -> None:
        self.node.events.close()
        self.server.stop()
        self.node.stop()
        self.node.close()

    def start(self) -> None:
        """Start again from the folder, at the same address."""
        node = Node.open(self.folder)
        node.settings = replace(node.settings, api_port=self.server.access.port)
        again = Side.open(self.folder, node)
        self.node, self.server = again.node, again.server


@contextmanager
def two_sides(folder: Path) -> Iterator[dict[str, Side]]:
    """Two parties of one exercise channel, at work by the clock of this machine."""
    clock = SystemClock()
    sides: dict[str, Side] = {}
    for name, code, display in PARTIES:
        init_node(
            folder / name,
            name=name,
            code=code,
            display=display,
            endpoint=f"http://127.0.0.1:{free_port()}",
            entropy=SystemEntropy(),
            status="exercise",
            settings=Settings(
                folder / name,
                api_port=0,
                api_names=(FAR,),
                poll_s=1,
                backoff_cap_s=2,
            ),
        )
    nodes = {name: Node.open(folder / name) for name, _, _ in PARTIES}
    charter = new_charter(
        [node.identity for node in nodes.values()],
        at=clock.now(),
        changes={"day_zone": "Asia/Damascus", "places": [TANF], "readback_kinds": ["activity/1"]},
    )
    try:
        for name, node in nodes.items():
            node.sign_charter(charter)
            people(node)
            sides[name] = Side.open(folder / name, node)
        yield sides
    finally:
        for side in sides.values():
            side.stop()


def people(node: Node) -> None:
    """Give a desk two officers: ``petrov`` with every role, and ``ivanova``, who may write."""
    changes = Changes(node.accounts)
    for name, display, roles in (
        ("petrov", "Col. Petrov", ROLES),
        ("ivanova", "Maj. Ivanova", ("officer", "releaser")),
        ("smirnov", "Observer Smirnov", ("observer",)),
    ):
        changes.add(
            OPERATOR,
            name=name,
            display=display,
            post="duty officer" if name != "smirnov" else "observer",
            roles=roles,
            language="en",
        )
        changes.set_password(OPERATOR, name, PASSWORD)
