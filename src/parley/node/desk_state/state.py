"""All that a desk keeps for itself, in the node's folder; opened when it is first asked for."""

import threading
from functools import cached_property
from pathlib import Path

from parley.log.database import Database
from parley.node.desk_state.deliveries import SCHEMA as DELIVERIES
from parley.node.desk_state.deliveries import Deliveries
from parley.node.desk_state.reactions import SCHEMA as REACTIONS
from parley.node.desk_state.reactions import Reactions
from parley.node.desk_state.shelf import SCHEMA as PAPERS
from parley.node.desk_state.shelf import Shelf
from parley.node.desk_state.watch_log import WatchLog
from parley.node.entropy import Entropy
from parley.node.journal import Journal

FILE = "watch.db"
JOURNAL = "watch"


class DeskState:
    """The shelves, reactions, deliveries and the watch log of one node; safe for threads."""

    def __init__(self, folder: Path, entropy: Entropy) -> None:
        self._folder = folder
        self._entropy = entropy
        self._lock = threading.Lock()
        # Held from the reading of a draft until it is logged: nobody changes what is on its way.
        self.drafting = threading.RLock()
        self._opened: Database | None = None
        self._journal: Journal | None = None
        # Why the alarms could not be looked after the last time, if they could not.
        self.alarm_fault = ""

    def _file(self) -> Database:
        with self._lock:
            if self._opened is None:
                self._opened = Database(self._folder / FILE, PAPERS + REACTIONS + DELIVERIES)
            return self._opened

    @cached_property
    def drafts(self) -> Shelf:
        """Records that are not sent yet."""
        return Shelf(self._file(), "draft")

    @cached_property
    def templates(self) -> Shelf:
        """Bodies to begin from."""
        return Shelf(self._file(), "template")

    @cached_property
    def calls(self) -> Shelf:
        """Call cards."""
        return Shelf(self._file(), "call")

    @cached_property
    def conferences(self) -> Shelf:
        """Minutes that are being written."""
        return Shelf(self._file(), "conference")

    @cached_property
    def first_steps(self) -> Shelf:
        """How far somebody has come in getting to know the desk."""
        return Shelf(self._file(), "first")

    @cached_property
    def reactions(self) -> Reactions:
        """What was opened, and what was put aside."""
        return Reactions(self._file())

    @cached_property
    def deliveries(self) -> Deliveries:
        """Alarms that were sent, or failed."""
        return Deliveries(self._file())

    @property
    def watch_log(self) -> WatchLog:
        """What the officers on watch write down."""
        with self._lock:
            if self._journal is None:
                self._journal = Journal.open(self._folder, JOURNAL, self._entropy)
            return WatchLog(self._journal)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            for file in (self._opened, self._journal):
                if file is not None:
                    file.close()
