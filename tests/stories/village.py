"""Nodes for the stories: real ones, in this process, over loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from parley.node.settling import settle
from parley.projection.view import VIEW_NAMES
from parley.record.canonical import Json, canonical
from parley.record.envelope import Status
from parley.values.instants import Instant, parse_instant

DAY = parse_instant("2016-06-16T04:00:00Z")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Village:
    """Some nodes with one clock, each with a folder under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock(DAY)
        self.nodes: dict[str, Node] = {}
        self.port: dict[str, int] = {}
        self.openings = 0

    def add(
        self,
        name: str,
        code: str,
        *,
        role: str = "party",
        status: str = "exercise",
        scheme: str = "http",
        endpoint_port: int | None = None,
    ) -> Node:
        port = free_port()
        init_node(
            self.folder / name,
            name=name,
            code=code,
            display=name.title(),
            endpoint=f"{scheme}://127.0.0.1:{endpoint_port or port}",
            entropy=SeededEntropy(f"{name} {status}"),
            role=role,  # type: ignore[arg-type]
            status=status,  # type: ignore[arg-type]
            settings=Settings(self.folder / name, api_port=0),
        )
        if endpoint_port is not None:
            path = self.folder / name / "parley.toml"
            text = path.read_text().replace("line_port = 0", f"line_port = {port}")
            path.write_text(text)
        self.port[name] = port
        return self.open(name)

    def open(self, name: str) -> Node:
        self.openings += 1  # a node that starts again must not draw the same ids again
        entropy = SeededEntropy(f"{name} at work {self.openings}")
        node = Node.open(self.folder / name, clock=self.clock, entropy=entropy)
        node.listen()
        self.nodes[name] = node
        return node

    def reopen(self, name: str) -> Node:
        self.nodes[name].close()
        return self.open(name)

    def add_both(self, name: str, code: str) -> Node:
        """Add a node that holds actual and exercise channels, each with keys of its own."""
        self.add(name, code, status="actual").close()
        init_node(
            self.folder / name,
            name=name,
            code=code,
            display=name,
            endpoint=f"http://127.0.0.1:{free_port()}",
            entropy=SeededEntropy(f"{name} exercise"),
            status="exercise",
            settings=Settings(self.folder / name, api_port=0),
        )
        return self.open(name)

    def charters_of_both(self, *parties: str) -> dict[str, str]:
        """Sign a channel of each status between nodes that hold both; give them by status."""
        nodes = [self.nodes[party] for party in parties]
        channels: dict[str, str] = {}
        statuses: tuple[Status, ...] = ("actual", "exercise")
        for status in statuses:
            body = new_charter([n.stations[status].identity for n in nodes], at=self.clock.now())
            for node in nodes:
                channels[status] = node.sign_charter(body)
        return channels

    def charter(
        self,
        *parties: str,
        mirrors: tuple[str, ...] = (),
        voices: tuple[tuple[str, str], ...] = (),
        **changes: Json,
    ) -> str:
        body = new_charter(
            [self.nodes[p].identity for p in parties],
            [self.nodes[m].identity for m in mirrors],
            at=self.clock.now(),
            voices=voices,
            changes=changes,
        )
        for party in parties:
            channel = self.nodes[party].sign_charter(body)
        for mirror in mirrors:
            assert self.nodes[mirror].accept_charter(body) == channel
        return channel

    def settle(self, *names: str) -> int:
        return settle([self.nodes[n] for n in names or self.nodes])

    def close(self) -> None:
        # Callers hang up first, so that no server has to wait for them.
        for node in self.nodes.values():
            for exchange in node.exchanges.values():
                exchange.stop()
        for node in self.nodes.values():
            node.close()


@contextmanager
def village(folder: Path) -> Iterator[Village]:
    place = Village(folder)
    try:
        yield place
    finally:
        place.close()


def warning(where: str = "At-Tanf", urgency: str = "safety") -> dict[str, Json]:
    return {
        "urgency": urgency,
        "asked": {"lang": "en", "text": f"Keep clear of {where}"},
        "whom": {"lang": "en", "text": "our people there"},
    }


def acknowledgement() -> dict[str, Json]:
    return {"stance": "acknowledge", "officer": "Duty officer"}


def held_by(node: Node, channel: str, record: str) -> set[tuple[str, str]]:
    """Give (grade, holder) of a record as a node sees it."""
    return {(g.grade, g.holder) for g in node.grades(channel, record)}


def views_of(node: Node, channel: str) -> dict[str, bytes]:
    """Give every common view of a channel in canonical bytes, at one instant."""
    return {name: canonical(node.view(channel, name, at=DAY)) for name in VIEW_NAMES}


def data_of(node: Node, channel: str, view: str, *, at: Instant | None = None) -> Any:
    """Give what a view says, without its arguments."""
    return node.view(channel, view, at=at)["data"]
