"""Tokens of programs: one account's, for some of its rights, until a day; kept as hashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from parley.errors import BadAccount, NoAccount
from parley.node.accounts.file import AccountFile, kept_form
from parley.node.accounts.rights import Right
from parley.node.entropy import Entropy
from parley.values.instants import Instant, format_instant

PREFIX = "parley_"
DAY_MS = 86_400_000
LONGEST_DAYS = 366
MOST_LETTERS = 100

_NOTED_EVERY_MS = 60_000
_COLUMNS = "id, account, label, rights, made_at, until, used_at"
_SCOPES = frozenset(Right) - {Right.OPEN, Right.LOG}


@dataclass(frozen=True, slots=True)
class Token:
    """One token without its secret. What it may do is what it and its account both may."""

    id: str
    account: str
    label: str
    rights: frozenset[Right]
    made_at: Instant
    until: Instant
    used_at: Instant | None

    def to_json(self) -> dict[str, Any]:
        """Write it as the API lists it."""
        return {
            "id": self.id,
            "account": self.account,
            "label": self.label,
            "rights": sorted(self.rights),
            "made_at": format_instant(self.made_at),
            "until": format_instant(self.until),
            "used_at": None if self.used_at is None else format_instant(self.used_at),
        }


def scope_typed(texts: Iterable[str]) -> frozenset[Right]:
    """Read the rights that a token is to have; refuse others, and none (BadAccount)."""
    rights = frozenset(right for right in _SCOPES for text in texts if text == right)
    if not rights or len(rights) != len(set(texts)):
        raise BadAccount(f"one or more of {', '.join(sorted(_SCOPES))} are needed", where="rights")
    # Whoever may write may also read what there is to answer.
    return rights | {Right.READ, Right.LOG}


class Tokens:
    """Make, find and end tokens."""

    def __init__(self, file: AccountFile, entropy: Entropy) -> None:
        self._file = file
        self._entropy = entropy

    def make(
        self, account: str, *, label: str, rights: frozenset[Right], days: int, at: Instant
    ) -> tuple[str, Token]:
        """Make a token; give its secret, which is shown once and kept nowhere, and the token."""
        if not label.strip() or len(label) > MOST_LETTERS or not label.isprintable():
            raise BadAccount(f"1 to {MOST_LETTERS} letters on one line", where="label")
        if not 1 <= days <= LONGEST_DAYS:
            raise BadAccount(f"1 to {LONGEST_DAYS} days are needed", where="days")
        secret = PREFIX + self._entropy.draw(32).hex()
        token = Token(
            self._entropy.draw(6).hex(),
            account,
            label.strip(),
            rights,
            at,
            Instant(at + days * DAY_MS),
            None,
        )
        with self._file.writing() as db:
            db.execute(
                "INSERT INTO token (id, secret, account, label, rights, made_at, until)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    token.id,
                    kept_form("token", secret),
                    account,
                    token.label,
                    " ".join(sorted(rights)),
                    int(at),
                    int(token.until),
                ),
            )
        return secret, token

    def find(self, secret: str, at: Instant) -> Token | None:
        """Find the token of a secret if it has not expired, and note that it is used."""
        if not secret.startswith(PREFIX):
            return None
        kept = kept_form("token", secret)
        with self._file.reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM token WHERE secret = ?",  # noqa: S608
                (kept,),
            ).fetchone()
        if row is None:
            return None
        token = _token(row)
        if not token.made_at <= at < token.until:
            return None
        if token.used_at is None or at - token.used_at >= _NOTED_EVERY_MS:
            self._file.write_one("UPDATE token SET used_at = ? WHERE secret = ?", (int(at), kept))
        return token

    def get(self, token: str) -> Token:
        """Give a token by its id; raises NoAccount."""
        found = [each for each in self.every() if each.id == token]
        if not found:
            raise NoAccount("no such token", where=token[:40])
        return found[0]

    def every(self, account: str | None = None) -> list[Token]:
        """List the tokens of an account, or all, also those that have expired."""
        with self._file.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM token ORDER BY made_at, id"  # noqa: S608
            ).fetchall()
        return [t for t in map(_token, rows) if account is None or t.account == account]

    def end(self, token: str) -> None:
        """End a token by its id."""
        self._file.write_one("DELETE FROM token WHERE id = ?", (token,))

    def end_all(self, account: str) -> int:
        """End every token of an account; give how many there were."""
        return self._file.write_one("DELETE FROM token WHERE account = ?", (account,))


def _token(row: tuple[Any, ...]) -> Token:
    name, account, label, rights, made_at, until, used_at = row
    return Token(
        name,
        account,
        label,
        frozenset(Right(right) for right in rights.split()),
        Instant(made_at),
        Instant(until),
        None if used_at is None else Instant(used_at),
    )
