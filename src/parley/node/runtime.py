"""One running node: the composition root, and the one door for desk, demo and tests."""

import threading
from collections import Counter
from pathlib import Path
from typing import Any

from parley.kinds import KINDS
from parley.node.accounts.accounts import Accounts
from parley.node.auditing import Audited
from parley.node.clock import Clock, SystemClock
from parley.node.desk_state.state import DeskState
from parley.node.door import Door
from parley.node.entropy import Entropy, SystemEntropy
from parley.node.events import EventHub
from parley.node.exchange import Exchange, SyncReport
from parley.node.identity import Identity
from parley.node.keyring import load_keyrings
from parley.node.listening import Listening
from parley.node.mutes import FILE as MUTES
from parley.node.mutes import Mutes
from parley.node.publishing import PartInput, Published
from parley.node.questions import Questions
from parley.node.settings import Settings, load_settings
from parley.node.station import Station
from parley.record.envelope import Status
from parley.record.kind import Kinds

__all__ = ["Node", "PartInput", "Published"]


class Node(Door):
    """A node at work: one station for each identity, one clock, one source of entropy."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        entropy: Entropy,
        kinds: Kinds,
        wall: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.kinds = kinds
        self.events = EventHub()
        self.entropy = entropy
        self.memos = {}
        self.questions = Questions(clock, settings.checks_per_minute)
        self.skies = {}
        self.mutes = Mutes(settings.folder / MUTES)
        self.desk_state = DeskState(settings.folder, entropy)
        self._wall = wall or SystemClock()
        self._accounts: Accounts | None = None
        self._opening = threading.Lock()
        self._started = False
        self.stations = {
            status: Station(
                ring,
                settings=settings,
                clock=clock,
                entropy=entropy,
                kinds=kinds,
                events=self.events,
            )
            for status, ring in load_keyrings(settings.folder).items()
        }
        first = next(iter(self.stations))
        self.exchanges = {s: Exchange(station) for s, station in self.stations.items()}
        self._listening = {
            s: Listening(station, settings, first=s == first)
            for s, station in self.stations.items()
        }

    @classmethod
    def open(
        cls,
        where: Path | Settings,
        *,
        clock: Clock | None = None,
        entropy: Entropy | None = None,
        kinds: Kinds = KINDS,
        wall: Clock | None = None,
    ) -> "Node":
        """Open the node that lives in a folder; raises NoNode where none does.

        ``wall``: the clock that people's log-ins go by; the machine's own, whatever day is played.
        """
        settings = load_settings(where) if isinstance(where, Path) else where
        return cls(
            settings,
            clock=clock or SystemClock(),
            entropy=entropy or SystemEntropy(),
            kinds=kinds,
            wall=wall,
        )

    def close(self) -> None:
        """Stop whatever runs and let go of the files."""
        self.stop()
        for sky in self.skies.values():
            sky.stop()
        self.events.close()
        for station in self.stations.values():
            station.close()
        self.mutes.close()
        self.desk_state.close()
        with self._opening:
            if self._accounts is not None:
                self._accounts.close()

    @property
    def accounts(self) -> Accounts:
        """Who may use this node's desk; its files are opened when they are first asked for.

        Their secrets are drawn by the operating system, also where an exercise's are repeatable.
        """
        with self._opening:
            if self._accounts is None:
                self._accounts = Accounts(self.folder, self._wall, SystemEntropy())
            return self._accounts

    @property
    def folder(self) -> Path:
        """Where the node lives."""
        return self.settings.folder

    @property
    def identity(self) -> Identity:
        """The node's first identity; a node may hold others, of other statuses."""
        return next(iter(self.stations.values())).identity

    # --- at work

    def listen(self) -> None:
        """Answer peers; nothing is sent out but by ``sync``."""
        for listening in self._listening.values():
            listening.start()

    def start(self) -> None:
        """Answer peers and exchange with each of them in the background."""
        self.listen()
        self._started = True
        for exchange in self.exchanges.values():
            exchange.start()

    def stop(self) -> None:
        """End what ``listen`` and ``start`` began."""
        self._started = False
        for exchange in self.exchanges.values():
            exchange.stop()
        for listening in self._listening.values():
            listening.stop()

    def sync(self) -> SyncReport:
        """Do one round with every peer, in a fixed order; who is silent is in the report."""
        report = SyncReport()
        for exchange in self.exchanges.values():
            done = exchange.sync()
            report.answered += done.answered
            report.unreachable |= done.unreachable
        return report

    def audit(self) -> list[Audited]:
        """Read back from every mirror what it said it holds; give the last look at each."""
        for exchange in self.exchanges.values():
            exchange.audit()
        return self.audits()

    def audits(self) -> list[Audited]:
        """Give the last look at each mirror of each channel."""
        return [look for s in self.stations.values() for look in s.auditing.all()]

    def channel_entered(self, status: Status) -> None:
        """Let the line know of new members to call and to be called by."""
        self._listening[status].renew_pins()
        if self._started:
            self.exchanges[status].start()

    def refusals(self) -> dict[str, int]:
        """Count what peers were refused since the start, by the code of the refusal."""
        counts: Counter[str] = Counter()
        for listening in self._listening.values():
            counts.update(listening.refusals.counts())
        return dict(counts)

    @property
    def changes(self) -> int:
        """A number that grows whenever this node stores something."""
        return sum(station.intake.changes for station in self.stations.values())

    def wait(self, after: int, timeout: float) -> list[Any]:
        """Give the events after a number; see ``EventHub.wait``."""
        return list(self.events.wait(after, timeout))
