"""Numbered papers of a desk, kept by name of the shelf: drafts, templates, cards, minutes.

A paper is JSON with a state. It is not signed, may be changed and be thrown away; the log package
never sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from parley.errors import DraftClosed, NoDraft, TooLarge
from parley.log.database import Database
from parley.record.canonical import Json, canonical, decode
from parley.values.instants import Instant

MOST_BYTES = 262_144

SCHEMA = """
CREATE TABLE IF NOT EXISTS paper (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS paper_shelf ON paper (shelf, channel, state);
"""
_COLUMNS = "number, channel, state, version, created, changed, data"
_INSERT = (
    "INSERT INTO paper (shelf, channel, state, version, created, changed, data)"
    " VALUES (?, ?, ?, 1, ?, ?, ?) RETURNING number"
)
_UPDATE = (
    "UPDATE paper SET state = ?, version = version + 1, changed = ?, data = ?"
    " WHERE shelf = ? AND number = ? AND version = ?"
)

MOST_NUMBER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as it stands; ``version`` grows with every change."""

    number: int
    channel: str
    state: str
    version: int
    created: Instant
    changed: Instant
    data: Mapping[str, Json]


class Shelf:
    """The papers of one sort; safe for threads."""

    def __init__(self, file: Database, name: str) -> None:
        self._file = file
        self._name = name

    def add(self, channel: str, data: Mapping[str, Json], *, state: str, at: Instant) -> Paper:
        """Put a new paper down; durable when this returns."""
        written = _written(data)
        with self._file.writing() as db:
            values = (self._name, channel, state, int(at), int(at), written)
            (number,) = db.execute(_INSERT, values).fetchone()
        return Paper(number, channel, state, 1, at, at, dict(data))

    def get(self, number: int, channel: str | None = None) -> Paper:
        """Give a paper; raises ``NoDraft`` where there is none, or it is another channel's."""
        _check(self._name, number)
        with self._file.reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM paper WHERE shelf = ? AND number = ?",  # noqa: S608
                (self._name, number),
            ).fetchone()
        if row is None or channel not in (None, row[1]):
            raise NoDraft(f"no {self._name} {number} here", where=str(number))
        return _paper(row)

    def change(self, paper: Paper, data: Mapping[str, Json], *, state: str, at: Instant) -> Paper:
        """Change a paper as it was read; raises ``DraftClosed`` where somebody changed it since."""
        written = _written(data)
        with self._file.writing() as db:
            values = (state, int(at), written, self._name, paper.number, paper.version)
            if db.execute(_UPDATE, values).rowcount != 1:
                raise DraftClosed(
                    "somebody else changed it meanwhile",
                    where=str(paper.number),
                    hint="read it again",
                )
        created, version = paper.created, paper.version + 1
        return Paper(paper.number, paper.channel, state, version, created, at, dict(data))

    def drop(self, number: int) -> None:
        """Throw a paper away."""
        _check(self._name, number)
        with self._file.writing() as db:
            db.execute("DELETE FROM paper WHERE shelf = ? AND number = ?", (self._name, number))

    def all(self, channel: str | None = None, *, state: str | None = None) -> list[Paper]:
        """List papers in the order of their numbers, of one channel or state if named."""
        where = "shelf = ? AND (?2 IS NULL OR channel = ?2) AND (?3 IS NULL OR state = ?3)"
        with self._file.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM paper WHERE {where} ORDER BY number",  # noqa: S608
                (self._name, channel, state),
            ).fetchall()
        return [_paper(row) for row in rows]


def _written(data: Mapping[str, Json]) -> bytes:
    written = canonical(dict(data), where="body")
    if len(written) > MOST_BYTES:
        raise TooLarge(f"{len(written)} bytes, {MOST_BYTES} at most", where="body")
    return written


def _check(shelf: str, number: int) -> None:
    """Refuse a number that no paper has and no row can."""
    if not 0 < number <= MOST_NUMBER:
        raise NoDraft(f"no {shelf} of that number here", where=str(number)[:40])


def _paper(row: tuple[int, str, str, int, int, int, bytes]) -> Paper:
    number, channel, state, version, created, changed, data = row
    value = cast("dict[str, Json]", decode(data))
    return Paper(number, channel, state, version, Instant(created), Instant(changed), value)
