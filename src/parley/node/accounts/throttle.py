"""Failed log-ins slow the next ones down: by account, and by the address they come from.

Some mistakes are free. Then each shuts the door for twice as long as the one before, up to a limit
that keeps guessing hopeless and an officer from being locked out for good. It is kept in the file,
so that a restart forgives nothing, and forgotten after a quiet day.

A name that nobody has is slowed like any other: the door tells nothing about who is here. Whoever
logged in from a place before is slowed there by what happens there alone: strangers who guess at an
officer's password from elsewhere do not keep the officer out.
"""

import hashlib
import ipaddress
import sqlite3
from dataclasses import dataclass
from typing import Any

from parley.errors import Throttled
from parley.node.accounts.file import AccountFile
from parley.values.instants import Instant

FORGOTTEN_MS = 86_400_000
KNOWN_MS = 90 * 86_400_000


@dataclass(frozen=True, slots=True)
class Measure:
    """How many failures are free, and how long the longest pause is (ms)."""

    free: int
    longest_ms: int


# One account from one address; one account from everywhere; one address with all names.
PAIR = Measure(5, 15 * 60_000)
ACCOUNT = Measure(20, 60_000)
ADDRESS = Measure(20, 15 * 60_000)
_FIRST_MS = 1000

_FIND = "SELECT count, last_at, shut_until FROM failure WHERE key = ?"
_PUT = (
    "INSERT INTO failure (key, count, last_at, shut_until) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET count = ?2, last_at = ?3, shut_until = ?4"
)
_KNOW = (
    "INSERT INTO known (key, last_at) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET last_at = ?2"
)


class Throttle:
    """Count failures and shut the door; safe for threads and processes."""

    def __init__(self, file: AccountFile) -> None:
        self._file = file

    def begin(self, account: str, address: str, at: Instant) -> None:
        """Let a password be tried, or raise Throttled with the seconds to wait.

        ``address``: where it comes from; empty within a session, where somebody proves anew who
        they are.

        The try counts as failed from now on until ``succeeded``: of many at once, no more get
        through than one after the other would.
        """
        with self._file.writing() as db:
            db.execute("DELETE FROM failure WHERE last_at <= ?", (int(at) - FORGOTTEN_MS,))
            db.execute("DELETE FROM known WHERE last_at <= ?", (int(at) - KNOWN_MS,))
            counts = self._counts(db, account, address)
            # A clock that was set back must not keep the door shut for ever.
            shut = max((c.shut_until for c in counts if c.last_at <= at), default=0)
            if shut <= at:
                for each in counts:
                    until = int(at) + pause_ms(each.measure, each.count + 1)
                    db.execute(_PUT, (each.key, each.count + 1, int(at), until))
                return
        wait_s = -(-(shut - at) // 1000)
        raise Throttled(
            "too many failed log-ins",
            where="session",
            hint=f"try again in {wait_s} s",
            retry_after_s=wait_s,
        )

    def succeeded(self, account: str, address: str, at: Instant) -> None:
        """Take back what ``begin`` counted, forgive the account here, and know the place."""
        with self._file.writing() as db:
            pair, *others = self._counts(db, account, address)
            db.execute("DELETE FROM failure WHERE key = ?", (pair.key,))
            for each in others:
                db.execute(_PUT, (each.key, max(each.count - 1, 0), int(at), 0))
            db.execute(_KNOW, (pair.key, int(at)))

    def _counts(self, db: sqlite3.Connection, account: str, address: str) -> "list[_Count]":
        pair, *others = _keys(account, address)
        known = db.execute("SELECT 1 FROM known WHERE key = ?", (pair[0],)).fetchone()
        found = []
        for key, measure in (pair, *others):
            if known is not None and measure is ACCOUNT:
                continue
            row = db.execute(_FIND, (key,)).fetchone() or (0, 0, 0)
            found.append(_Count(key, measure, *row))
        return found


@dataclass(frozen=True, slots=True)
class _Count:
    key: str
    measure: Measure
    count: int
    last_at: int
    shut_until: int


def pause_ms(measure: Measure, count: int) -> int:
    """Give how long the door is shut after so many failures: none, 1 s, 2 s, 4 s, ... the limit."""
    over = count - measure.free
    if over < 0:
        return 0
    return min(_FIRST_MS << min(over, 30), measure.longest_ms)


def network_of(address: str) -> str:
    """Give what counts as one caller: an IPv4 address, or a /64 of IPv6, which one host may have.

    What is no address counts as one caller, whatever it says.
    """
    try:
        parsed: Any = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "elsewhere"
    mapped = parsed.ipv4_mapped if parsed.version == 6 else None
    parsed = mapped or parsed
    length = 32 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed, length), strict=False))


def _keys(account: str, address: str) -> tuple[tuple[str, Measure], ...]:
    # Hashed: what was typed as a name may have been a password.
    name = hashlib.sha256(f"parley/failure/1\n{account}".encode()).hexdigest()[:32]
    network = network_of(address) if address else "session"
    keys = ((f"pair {name} {network}", PAIR), (f"account {name}", ACCOUNT))
    return (*keys, (f"address {network}", ADDRESS)) if address else keys
