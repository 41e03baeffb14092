"""Three nodes on loopback, each in a folder of its own: coalition, russia, and a neutral mirror.

Keys follow from a seed that anybody can read, so they are worth nothing outside an exercise, and
the same play gives the same bytes as long as the ports are the same.
"""

import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from parley.errors import Unreachable
from parley.node.charter import DEFAULTS, new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from parley.node.settling import settle
from parley.projection.grades import ORDER
from parley.record.canonical import Json
from parley.values.instants import Instant
from parley.values.lengths import E4M_PER_METRE

HOST = "127.0.0.1"
PORTS = (8471, 8472, 8473)
"""Where the lines of the three nodes listen, unless one of these ports is taken."""

PARTIES = ("coalition", "russia")
MIRROR = "mirror"
NAMES = (*PARTIES, MIRROR)


@dataclass(frozen=True, slots=True)
class Player:
    """One of the three: its name, its code in short numbers, its role, the post to ask for."""

    name: str
    code: str
    role: Literal["party", "mirror"]
    display: str
    languages: tuple[str, ...]
    liaison: str | None


CAST = (
    Player("coalition", "CO", "party", "Coalition", ("en",), "duty officer, air operations centre"),
    Player("russia", "RU", "party", "Russia", ("ru", "en"), "duty officer, Hmeimim"),
    Player(MIRROR, "MI", "mirror", "Neutral mirror", ("en",), None),
)

# The public, approximate position of the air base; At-Tanf is not on this list.
_HMEIMIM: Json = {
    "names": [
        {"lang": "en", "text": "Hmeimim"},
        {"lang": "ru", "text": "Хмеймим"},
        {"lang": "ar", "text": "حميميم"},
    ],
    "place": {
        "lat_e7": 354_008_000,
        "lon_e7": 359_487_000,
        "precision_e4m": 2_000 * E4M_PER_METRE,
        "stated": "air base at Hmeimim",
    },
}
_HOUR = 3_600_000

TERMS: Mapping[str, Json] = {
    **DEFAULTS,
    "day_zone": "Asia/Damascus",
    "places": [_HMEIMIM],
    "readback_kinds": ["activity/1", "place/1", "warning/1", "zone/1"],
    "lead_times_ms": {"activity/1": 2 * _HOUR},
    "warning_repeat_ms": 6 * _HOUR,
}
"""What both charters of the demo lay down; every value is one that two sides would agree on."""


class World:
    """The three nodes with one clock, from ``open`` to ``close``; used as a context."""

    def __init__(self, folder: Path, at: Instant, *, seed: str, ports: Sequence[int] = ()) -> None:
        self.folder = folder
        self.clock = ManualClock(at)
        self.nodes: dict[str, Node] = {}
        self._seed = seed
        self._opened: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for player, port in zip(CAST, ports or free_ports(), strict=True):
                self._init(player, port)
                self.open(player.name)
        except BaseException:
            self.close()
            raise

    def _init(self, player: Player, port: int) -> None:
        folder = self.folder / player.name
        init_node(
            folder,
            name=player.name,
            code=player.code,
            display=player.display,
            endpoint=f"http://{HOST}:{port}",
            entropy=SeededEntropy(f"{self._seed} {player.name}"),
            role=player.role,
            status="exercise",
            languages=player.languages,
            liaison=player.liaison,
            settings=Settings(folder, api_port=0),
        )

    def open(self, name: str, folder: Path | None = None, *, listen: bool = True) -> Node:
        """Open a node and let it answer its peers; ``folder`` stands in for its own."""
        times = self._opened[name] = self._opened.get(name, 0) + 1
        work = SeededEntropy(f"{self._seed} {name} at work {times}")
        node = Node.open(folder or self.folder / name, clock=self.clock, entropy=work)
        self.nodes[name] = node
        if listen:
            node.listen()
        return node

    def shut(self, name: str) -> None:
        """Close a node, as when its machine is switched off."""
        self.nodes.pop(name).close()

    def charter(self, title: str, **changes: Json) -> str:
        """Let both parties sign a charter and the mirror follow it; give the channel's name."""
        body = new_charter(
            [self.nodes[name].identity for name in PARTIES],
            [self.nodes[MIRROR].identity],
            at=self.clock.now(),
            title=title,
            changes={**TERMS, **changes},
        )
        for name in PARTIES:
            self.nodes[name].sign_charter(body)
        channel = self.nodes[MIRROR].accept_charter(body)
        self.settle()
        return channel

    def settle(self, *names: str) -> None:
        """Let nodes exchange (all of them if none is named) until nothing changes any more."""
        settle([self.nodes[name] for name in names or self.nodes])

    def known(self, node: str, channel: str, record: str) -> list[tuple[str, str]]:
        """Give (grade, holder) of a record as a node sees it, the strongest grade last."""
        found = {(g.grade, g.holder) for g in self.nodes[node].grades(channel, record)}
        return sorted(found, key=lambda g: (ORDER.index(g[0]), g[1]))

    def close(self) -> None:
        """Stop all nodes and let go of their files."""
        for node in self.nodes.values():
            node.close()
        self.nodes.clear()

    def __enter__(self) -> "World":
        """Give the world."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def open_world(folder: Path, at: Instant, *, seed: str) -> World:
    """Open a world on the usual ports, or on free ones where one of them is taken."""
    if all(map(_is_free, PORTS)):
        try:
            return World(folder, at, seed=seed, ports=PORTS)
        except Unreachable:  # somebody took one in between
            for name in NAMES:
                shutil.rmtree(folder / name, ignore_errors=True)
    return World(folder, at, seed=seed)


def free_ports() -> tuple[int, ...]:
    """Give a free port for each node."""
    with socket.socket() as a, socket.socket() as b, socket.socket() as c:
        for probe in (a, b, c):
            probe.bind((HOST, 0))
        return tuple(int(probe.getsockname()[1]) for probe in (a, b, c))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
