"""The audit trail: who logged in, was refused, changed an account or asked for a change; a journal.

An entry says who, how they proved it, what was asked for and what came of it. It never holds a
body, a password, a position or a name that nobody has: what was typed there may be a password.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from parley.node.accounts.rights import Who
from parley.node.accounts.throttle import network_of
from parley.node.clock import Clock
from parley.node.entropy import Entropy
from parley.node.journal import Journal, JournalEntry
from parley.record.canonical import Json
from parley.values.instants import format_instant

NAME = "audit"
# What nobody in particular may write into it, a minute; the rest is counted, and the count written.
STRANGERS_PER_MINUTE = 60
_MINUTE_MS = 60_000


class Audit:
    """Write the trail, and read it; safe for threads and processes."""

    def __init__(self, folder: Path, clock: Clock, entropy: Entropy) -> None:
        self._journal = Journal.open(folder, NAME, entropy)
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._strangers = 0
        self._left_out = 0

    def close(self) -> None:
        """Let go of the file."""
        self._journal.close()

    def say(self, what: str, who: Who | str | None, address: str = "", **more: Json) -> None:
        """Write one entry; durable when this returns. ``who`` None: nobody we know.

        ``address``: where the request came from, as the network counts as one caller.
        """
        entry: dict[str, Json] = {"at": format_instant(self._clock.now()), "what": what}
        if isinstance(who, Who):
            entry |= {"who": who.name, "by": who.by, "session": who.session}
        else:
            entry["who"] = who
        if address:
            entry["from"] = network_of(address)
        entry |= more
        if who is None and not self._may_stranger(entry):
            return
        self._journal.append(entry)

    def _may_stranger(self, entry: dict[str, Json]) -> bool:
        """Bound what strangers can make this disk hold; note how much was left out."""
        minute = self._clock.now() // _MINUTE_MS
        with self._lock:
            if minute != self._minute:
                self._minute, self._strangers = minute, 0
            self._strangers += 1
            if self._strangers > STRANGERS_PER_MINUTE:
                self._left_out += 1
                return False
            if self._left_out:
                entry["left_out"] = self._left_out
                self._left_out = 0
        return True

    def entries(self, after: int, limit: int) -> list[JournalEntry]:
        """Give entries after a number, oldest first."""
        return self._journal.entries(after, limit)

    def size(self) -> int:
        """Count the entries."""
        return self._journal.size()

    def head(self) -> bytes | None:
        """Give the signed head over all entries."""
        return self._journal.head()

    @property
    def key(self) -> str:
        """The key that signs the head, as a vkey."""
        return self._journal.key.format()

    def verify(self) -> Mapping[str, Json]:
        """Read all again; raises JournalDamaged. Gives the size and root it stands under."""
        head = self._journal.verify()
        return {"size": 0, "root": ""} if head is None else _told(head.size, head.root)


def _told(size: int, root: bytes) -> Mapping[str, Json]:
    return {"size": size, "root": root.hex()}
