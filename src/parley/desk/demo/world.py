"""Nodes on loopback, each in a folder of its own: the sides of a scenario, and a neutral mirror.

Keys follow from a seed that anybody can read, so they are worth nothing outside an exercise, and
the same play gives the same bytes as long as the ports are the same.
"""

import shutil
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from parley.desk.scenario.reading import Scenario, read_scenario
from parley.desk.scenario.setting import Player, Setting
from parley.errors import Unreachable
from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from parley.node.settling import settle
from parley.projection.grades import ORDER
from parley.record.canonical import Json
from parley.values.instants import Instant

HOST = "127.0.0.1"
PORTS = (8471, 8472, 8473)
"""Where the lines of the three nodes listen, unless one of these ports is taken."""

PARTIES = ("coalition", "russia")
MIRROR = "mirror"
NAMES = (*PARTIES, MIRROR)


def at_tanf(name: str = "documented") -> Scenario:
    """Read one of the two At-Tanf scenarios."""
    return read_scenario(example("at-tanf") / f"{name}.toml")


def example(name: str) -> Path:
    """Give the folder of an example that plays: shipped in the package, or in the repository."""
    here = Path(__file__).resolve()
    shipped = here.parent / name
    return shipped if shipped.is_dir() else here.parents[4] / "examples" / name


class World:
    """The nodes with one clock, from ``open`` to ``close``; used as a context.

    Without a ``setting`` it is that of At-Tanf: coalition, russia and the mirror.
    """

    def __init__(
        self,
        folder: Path,
        at: Instant,
        *,
        seed: str,
        ports: Sequence[int] = (),
        setting: Setting | None = None,
    ) -> None:
        self.folder = folder
        self.setting = setting or at_tanf().setting
        self.clock = ManualClock(at)
        self.nodes: dict[str, Node] = {}
        self._seed = seed
        self._opened: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)
        try:
            players = self.setting.players
            for player, port in zip(players, ports or free_ports(len(players)), strict=True):
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
        """Let the parties sign a charter and the mirror follow it; give the channel's name."""
        parties = self.setting.parties
        mirrors = [p.name for p in self.setting.players if p.role == "mirror"]
        body = new_charter(
            [self.nodes[name].identity for name in parties],
            [self.nodes[name].identity for name in mirrors],
            at=self.clock.now(),
            voices=self.setting.voices,
            title=title,
            changes={**self.setting.terms, **changes},
        )
        for name in parties:
            channel = self.nodes[name].sign_charter(body)
        for name in mirrors:
            channel = self.nodes[name].accept_charter(body)
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


def free_ports(count: int) -> tuple[int, ...]:
    """Give so many different free ports."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return tuple(int(probe.getsockname()[1]) for probe in probes)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
