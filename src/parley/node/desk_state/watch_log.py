"""The watch log: one line at a time, stamped, never changed, never sent.

It is a journal (``parley.node.journal``). Lines are what officers write; besides them stand, in the
same order, what they put aside and each relief of the watch.
"""

from collections.abc import Mapping
from typing import Literal

from parley.errors import BadEntry
from parley.node.journal import Journal, JournalEntry
from parley.record.canonical import Json
from parley.values.instants import Instant

MOST_LETTERS = 500

Sort = Literal["line", "record", "aside", "relief", "release"]


class WatchLog:
    """The log of one desk."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def write(
        self,
        line: str,
        *,
        at: Instant,
        by: str,
        post: str = "",
        sort: Sort = "line",
        about: Mapping[str, Json] | None = None,
    ) -> JournalEntry:
        """Add a line: what happened, when, by whose hand; ``about`` says which record or item."""
        said = line.strip()
        if not said or len(said) > MOST_LETTERS or not said.isprintable():
            raise BadEntry(f"1 to {MOST_LETTERS} letters on one line", where="line")
        entry: dict[str, Json] = {"sort": sort, "at": at, "by": by, "line": said}
        if post:
            entry["post"] = post
        if about:
            entry["about"] = dict(about)
        return JournalEntry(self._journal.append(entry), entry)

    def lines(self, after: int = 0, limit: int = 200) -> list[JournalEntry]:
        """Give lines after a number, oldest first."""
        return self._journal.entries(after, limit)

    def line(self, number: int) -> JournalEntry:
        """Give one line; raises ``BadEntry`` where there is none."""
        found = self._journal.entries(number - 1, 1) if number > 0 else []
        if not found or found[0].number != number:
            raise BadEntry("no such line in the watch log", where=str(number))
        return found[0]

    def size(self) -> int:
        """Count the lines."""
        return self._journal.size()

    def head(self) -> str | None:
        """Give the signed head over all lines, as a note."""
        note = self._journal.head()
        return None if note is None else note.decode()
