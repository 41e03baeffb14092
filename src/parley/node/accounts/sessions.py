"""Sessions of people who logged in by a browser: kept here, named there by a secret in a cookie.

The secret has 256 bits and is new at every log-in and at every change of what the account may do,
so that one that was planted, seen or kept before is worth nothing (session fixation).
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from parley.node.accounts.file import AccountFile, kept_form
from parley.node.accounts.rights import Means
from parley.node.entropy import Entropy
from parley.values.instants import Instant

SECRET_BYTES = 32
# A watch has 12 hours, and its relief takes a while.
LONGEST_MS = 13 * 3_600_000
IDLE_MS = 60 * 60_000
# So often at most the time of last use is written down.
_NOTED_EVERY_MS = 60_000

_FIND = "SELECT id, account, by, made_at, used_at FROM session WHERE secret = ?"
_BY_ID = "SELECT id, account, by, made_at, used_at FROM session WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Session:
    """One session: whose, how it began, and until when it lasts at the longest."""

    id: str
    account: str
    by: Means
    made_at: Instant
    used_at: Instant

    @property
    def until(self) -> Instant:
        """The instant (exclusive) at which it ends unless it is used: idle time, and in all."""
        return Instant(min(self.made_at + LONGEST_MS, self.used_at + IDLE_MS))


def csrf_of(secret: str) -> str:
    """Give the word that proves that a request was made by a page which our answers reached.

    It follows from the secret of the session, which no page can read, and changes with it.
    """
    return hashlib.sha256(f"parley/csrf/1\n{secret}".encode()).hexdigest()


def csrf_fits(secret: str, given: str) -> bool:
    """Tell whether a request's word is the session's, in constant time."""
    return hmac.compare_digest(csrf_of(secret).encode(), given.encode())


class Sessions:
    """Open, find and end sessions."""

    def __init__(self, file: AccountFile, entropy: Entropy) -> None:
        self._file = file
        self._entropy = entropy

    def open(self, account: str, by: Means, at: Instant) -> tuple[str, Session]:
        """Open a session; give its secret, which is kept nowhere here, and the session."""
        secret = self._entropy.draw(SECRET_BYTES).hex()
        session = Session(self._entropy.draw(8).hex(), account, by, at, at)
        with self._file.writing() as db:
            db.execute("DELETE FROM session WHERE made_at <= ?", (int(at) - LONGEST_MS,))
            db.execute(
                "INSERT INTO session (id, secret, account, by, made_at, used_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (session.id, kept_form("session", secret), account, by, int(at), int(at)),
            )
        return secret, session

    def find(self, secret: str, at: Instant) -> Session | None:
        """Find the session of a secret if it lasts still, and note that it is used."""
        kept = kept_form("session", secret)
        with self._file.reading() as db:
            row = db.execute(_FIND, (kept,)).fetchone()
        if row is None:
            return None
        session = _session(row)
        # A clock that was set back ends it as well: its age cannot be told.
        if not session.made_at <= at < session.until:
            return None
        if at - session.used_at >= _NOTED_EVERY_MS:
            self._file.write_one(
                "UPDATE session SET used_at = max(used_at, ?) WHERE secret = ?", (int(at), kept)
            )
        return session

    def lasts(self, session: str, at: Instant) -> bool:
        """Tell whether the session of an id lasts still; to be asked is not to be used."""
        with self._file.reading() as db:
            row = db.execute(_BY_ID, (session,)).fetchone()
        return row is not None and _session(row).made_at <= at < _session(row).until

    def end(self, session: str) -> None:
        """End one session by its id."""
        self._file.write_one("DELETE FROM session WHERE id = ?", (session,))

    def end_all(self, account: str) -> int:
        """End every session of an account; give how many there were."""
        return self._file.write_one("DELETE FROM session WHERE account = ?", (account,))


def _session(row: tuple[Any, ...]) -> Session:
    name, account, by, made_at, used_at = row
    return Session(name, account, by, Instant(made_at), Instant(used_at))
