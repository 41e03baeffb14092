"""One-time links: by the first a desk gets its first account, by others somebody sets a password.

A link is worth an account until it is used: it lives for a short time, works once, and is voided by
the next one for the same account.
"""

from dataclasses import dataclass

from parley.errors import LinkUsed
from parley.node.accounts.file import AccountFile, kept_form
from parley.node.entropy import Entropy
from parley.values.instants import Instant

FIRST_MS = 3_600_000
INVITATION_MS = 72 * 3_600_000

_VOID = "DELETE FROM link WHERE until <= ? OR account IS ?"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens: an account that is there, or (None) the first account of the desk."""

    account: str | None
    until: Instant


class Links:
    """Draw links and take them in."""

    def __init__(self, file: AccountFile, entropy: Entropy) -> None:
        self._file = file
        self._entropy = entropy

    def draw(self, account: str | None, at: Instant) -> tuple[str, Link]:
        """Draw a link for an account, or for the first one; earlier ones for it are void."""
        secret = self._entropy.draw(32).hex()
        link = Link(account, Instant(at + (FIRST_MS if account is None else INVITATION_MS)))
        with self._file.writing() as db:
            db.execute(_VOID, (int(at), account))
            db.execute(
                "INSERT INTO link (secret, account, until) VALUES (?, ?, ?)",
                (kept_form("link", secret), account, int(link.until)),
            )
        return secret, link

    def look(self, secret: str, at: Instant) -> Link:
        """Tell what a link opens, without using it; raises LinkUsed."""
        with self._file.reading() as db:
            row = db.execute(
                "SELECT account, until FROM link WHERE secret = ?", (kept_form("link", secret),)
            ).fetchone()
        if row is None or at >= row[1]:
            raise LinkUsed("used, expired, or none of ours", where="link", hint=_ANOTHER)
        return Link(row[0], Instant(row[1]))

    def use(self, secret: str, at: Instant) -> Link:
        """Use a link up; of two who try at once one gets it. Raises LinkUsed."""
        link = self.look(secret, at)
        kept = kept_form("link", secret)
        if self._file.write_one("DELETE FROM link WHERE secret = ?", (kept,)) != 1:
            raise LinkUsed("used, expired, or none of ours", where="link", hint=_ANOTHER)
        return link

    def void(self, account: str | None) -> None:
        """Void the links for an account."""
        with self._file.writing() as db:
            db.execute(_VOID, (0, account))


_ANOTHER = "`parley account link` draws another one"
