"""Alarms that left this desk, or failed to: to which post, for which item, and with what result.

No address is kept: it may hold a password.
"""

from dataclasses import dataclass

from parley.log.database import Database
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant

SCHEMA = """
CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    item TEXT NOT NULL,
    mark TEXT NOT NULL,
    post TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    says TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_item ON delivery (channel, item, mark);
"""
_INSERT = (
    "INSERT INTO delivery (channel, item, mark, post, attempt, ok, says, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_LAST = (
    "SELECT number, channel, item, mark, post, attempt, ok, says, at FROM delivery"
    " ORDER BY number DESC LIMIT ?"
)
_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to reach a post about an item (empty: a trial); ``says`` why it failed."""

    channel: str
    item: str
    mark: str
    post: str
    attempt: int
    ok: bool
    says: str
    at: Instant
    number: int = 0

    def to_json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "number": self.number,
            "channel": self.channel,
            "item": self.item,
            "post": self.post,
            "attempt": self.attempt,
            "ok": self.ok,
            "says": self.says,
            "at": format_instant(self.at),
        }


class Deliveries:
    """The attempts of one desk, in its file; safe for threads."""

    def __init__(self, file: Database) -> None:
        self._file = file

    def add(self, delivery: Delivery) -> None:
        """Put an attempt down; durable when this returns."""
        d = delivery
        values = (d.channel, d.item, d.mark, d.post, d.attempt, int(d.ok), d.says, int(d.at))
        self._file.write_one(_INSERT, values)

    def latest(self, limit: int = _KEPT) -> list[Delivery]:
        """Give the last attempts, the oldest of them first."""
        with self._file.reading() as db:
            rows = db.execute(_LAST, (limit,)).fetchall()
        return [
            Delivery(channel, item, mark, post, attempt, bool(ok), says, Instant(at), number)
            for number, channel, item, mark, post, attempt, ok, says, at in reversed(rows)
        ]
