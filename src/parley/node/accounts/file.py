"""The one file of a desk's accounts, and the one way in which a secret is kept in it.

A secret that we drew ourselves (of a session, a token, a link, a recovery code) has 128 bits or
more: its SHA-256 under a label is stored, and needs no slow hash. Passwords are in ``passwords``.
"""

import hashlib
from pathlib import Path

from parley.log.database import Database

FILE = "accounts.db"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY,
    display TEXT NOT NULL,
    post TEXT NOT NULL,
    language TEXT NOT NULL,
    roles TEXT NOT NULL,
    password TEXT,
    subject TEXT UNIQUE,
    disabled INTEGER NOT NULL DEFAULT 0,
    made_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY,
    secret BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS session_account ON session (account);
CREATE TABLE IF NOT EXISTS token (
    id TEXT PRIMARY KEY,
    secret BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    label TEXT NOT NULL,
    rights TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS link (
    secret BLOB PRIMARY KEY,
    account TEXT,
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS failure (
    key TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    shut_until INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS known (
    key TEXT PRIMARY KEY,
    last_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS totp (
    account TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    last_step INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS recovery (account TEXT NOT NULL, secret BLOB PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS passkey (
    id BLOB PRIMARY KEY,
    account TEXT NOT NULL,
    public BLOB NOT NULL,
    count INTEGER NOT NULL,
    label TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
"""


class AccountFile(Database):
    """``accounts.db`` in a node's folder; safe for threads and processes, readable by its owner."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        path.touch(mode=0o600)
        super().__init__(path, _SCHEMA)


def kept_form(purpose: str, secret: str) -> bytes:
    """Give the form in which a drawn secret is stored: it opens nothing by itself."""
    return hashlib.sha256(f"parley/{purpose}/1\n{secret}".encode()).digest()
