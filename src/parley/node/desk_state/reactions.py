"""What was done about an item of the inbox: it sounded, was opened, or put aside with a reason.

An item is named with its *mark*, the digest of what it said then: as soon as it says anything else,
what was done about it counts no more. Nothing is ever taken out of the list.
"""

from dataclasses import dataclass
from typing import Literal

from parley.errors import ReasonNeeded
from parley.log.database import Database
from parley.values.instants import Instant

MAX_WORDS = 500

Done = Literal["opened", "dismissed", "sounded"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS reaction (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    item TEXT NOT NULL,
    mark TEXT NOT NULL,
    done TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reaction_channel ON reaction (channel, done, item);
"""
_INSERT = (
    "INSERT INTO reaction (channel, item, mark, done, by, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LIST = (
    "SELECT item, mark, by, reason, at FROM reaction WHERE channel = ? AND done = ? ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody did about an item: by whom, why (of one put aside), when."""

    item: str
    mark: str
    by: str
    reason: str
    at: Instant


class Reactions:
    """The reactions of one desk, in its file; safe for threads."""

    def __init__(self, file: Database) -> None:
        self._file = file

    def add(self, channel: str, done: Done, reaction: Reaction) -> None:
        """Put one down; durable when this returns. To put aside takes a reason on one line."""
        words = reaction.reason
        if done == "dismissed" and not (
            words.strip() and words.isprintable() and len(words) <= MAX_WORDS
        ):
            raise ReasonNeeded(f"1 to {MAX_WORDS} letters on one line say why", where="reason")
        self._file.write_one(
            _INSERT,
            (channel, reaction.item, reaction.mark, done, reaction.by, words, int(reaction.at)),
        )

    def of(self, channel: str, done: Done) -> dict[tuple[str, str], Reaction]:
        """Give the first reaction of a sort to each item as it stood, by (item, mark)."""
        with self._file.reading() as db:
            rows = db.execute(_LIST, (channel, done)).fetchall()
        found: dict[tuple[str, str], Reaction] = {}
        for item, mark, by, reason, at in rows:
            found.setdefault((item, mark), Reaction(item, mark, by, reason, Instant(at)))
        return found
