"""Second factors: one-time codes (TOTP, RFC 6238), recovery codes, and passkeys (WebAuthn level 2).

What a passkey proves is checked in ``parley.desk.login.passkeys``; here stands which there are.
"""

import base64
import hmac
from dataclasses import dataclass
from typing import Any

from parley.node.accounts.file import AccountFile, kept_form
from parley.node.entropy import Entropy
from parley.values.instants import Instant, format_instant

SECRET_BYTES = 20
RECOVERY_CODES = 10
STEP_S = 30

# One step early or late: clocks differ, and people type slowly (RFC 6238 section 5.2).
_STEPS = (0, -1, 1)
_PASSKEY = "id, account, public, count, label, made_at, used_at"


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey: its credential id, whose it is, its COSE public key and signature counter."""

    id: bytes
    account: str
    public: bytes
    count: int
    label: str
    made_at: Instant
    used_at: Instant | None

    def to_json(self) -> dict[str, Any]:
        """Write it as the API lists it."""
        return {
            "id": self.id.hex(),
            "label": self.label,
            "made_at": format_instant(self.made_at),
            "used_at": None if self.used_at is None else format_instant(self.used_at),
        }


class Factors:
    """The second factors of all accounts; safe for threads and processes."""

    def __init__(self, file: AccountFile, entropy: Entropy) -> None:
        self._file = file
        self._entropy = entropy

    # --- one-time codes

    def begin_totp(self, account: str, display: str) -> tuple[str, str]:
        """Draw a secret that counts once it is confirmed; give it, and its ``otpauth:`` address."""
        import pyotp

        secret = base64.b32encode(self._entropy.draw(SECRET_BYTES)).decode()
        with self._file.writing() as db:
            db.execute("DELETE FROM totp WHERE account = ? AND confirmed = 0", (account,))
            db.execute(
                "INSERT OR IGNORE INTO totp (account, secret, confirmed, last_step)"
                " VALUES (?, ?, 0, 0)",
                (account, secret),
            )
        return secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=display)

    def confirm_totp(self, account: str, code: str, at: Instant) -> list[str] | None:
        """Let the drawn secret count if the code fits it; give new recovery codes, or None."""
        if not self._code_fits(account, code, at, confirmed=0):
            return None
        codes = [self._recovery_code() for _ in range(RECOVERY_CODES)]
        with self._file.writing() as db:
            db.execute("UPDATE totp SET confirmed = 1 WHERE account = ?", (account,))
            db.execute("DELETE FROM recovery WHERE account = ?", (account,))
            db.executemany(
                "INSERT INTO recovery (account, secret) VALUES (?, ?)",
                [(account, kept_form("recovery", _bare(code))) for code in codes],
            )
        return codes

    def wants_code(self, account: str) -> bool:
        """Tell whether a log-in by password needs a code as well."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT 1 FROM totp WHERE account = ? AND confirmed = 1", (account,)
            ).fetchone()
        return found is not None

    def code_fits(self, account: str, code: str, at: Instant) -> bool:
        """Tell whether a one-time or recovery code fits; each is good once (RFC 6238, 5.2)."""
        if self._code_fits(account, code, at, confirmed=1):
            return True
        kept = kept_form("recovery", _bare(code))
        used = self._file.write_one(
            "DELETE FROM recovery WHERE account = ? AND secret = ?", (account, kept)
        )
        return used == 1

    def recovery_left(self, account: str) -> int:
        """Count the recovery codes that are left."""
        with self._file.reading() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM recovery WHERE account = ?", (account,)
            ).fetchone()
        return int(count)

    def end_totp(self, account: str) -> None:
        """Ask for no code any more; recovery codes go as well."""
        with self._file.writing() as db:
            db.execute("DELETE FROM totp WHERE account = ?", (account,))
            db.execute("DELETE FROM recovery WHERE account = ?", (account,))

    def _code_fits(self, account: str, code: str, at: Instant, *, confirmed: int) -> bool:
        import pyotp

        typed = "".join(code.split())
        with self._file.reading() as db:
            row = db.execute(
                "SELECT secret FROM totp WHERE account = ? AND confirmed = ?", (account, confirmed)
            ).fetchone()
        if row is None or not (len(typed) == 6 and typed.isascii() and typed.isdecimal()):
            return False
        now = int(at) // 1000 // STEP_S
        totp = pyotp.HOTP(row[0])
        fitting = [now + step for step in _STEPS if hmac.compare_digest(totp.at(now + step), typed)]
        if not fitting:
            return False
        used = self._file.write_one(
            "UPDATE totp SET last_step = ? WHERE account = ? AND last_step < ?",
            (max(fitting), account, max(fitting)),
        )
        return used == 1

    def _recovery_code(self) -> str:
        text = base64.b32encode(self._entropy.draw(10)).decode().lower()
        return "-".join(text[i : i + 4] for i in range(0, 16, 4))

    # --- passkeys

    def add_passkey(self, passkey: Passkey) -> bool:
        """Keep a passkey; False if there is one of this id, whoever has it."""
        added = self._file.write_one(
            f"INSERT OR IGNORE INTO passkey ({_PASSKEY}) VALUES (?, ?, ?, ?, ?, ?, NULL)",  # noqa: S608
            (
                passkey.id,
                passkey.account,
                passkey.public,
                passkey.count,
                passkey.label,
                int(passkey.made_at),
            ),
        )
        return added == 1

    def passkey(self, credential: bytes) -> Passkey | None:
        """Find a passkey by its credential id."""
        with self._file.reading() as db:
            row = db.execute(
                f"SELECT {_PASSKEY} FROM passkey WHERE id = ?",  # noqa: S608
                (credential,),
            ).fetchone()
        return None if row is None else _passkey(row)

    def passkeys(self, account: str) -> list[Passkey]:
        """List the passkeys of an account."""
        with self._file.reading() as db:
            rows = db.execute(
                f"SELECT {_PASSKEY} FROM passkey WHERE account = ? ORDER BY made_at",  # noqa: S608
                (account,),
            ).fetchall()
        return [_passkey(row) for row in rows]

    def used_passkey(self, credential: bytes, count: int, at: Instant) -> None:
        """Note that a passkey was used, and the counter it showed."""
        self._file.write_one(
            "UPDATE passkey SET count = ?, used_at = ? WHERE id = ?", (count, int(at), credential)
        )

    def end_passkey(self, account: str, credential: bytes) -> bool:
        """Take a passkey of an account away; False if it has none of this id."""
        ended = self._file.write_one(
            "DELETE FROM passkey WHERE account = ? AND id = ?", (account, credential)
        )
        return ended == 1

    def end_all(self, account: str) -> None:
        """Take every second factor of an account away: for whoever has lost them."""
        self.end_totp(account)
        self._file.write_one("DELETE FROM passkey WHERE account = ?", (account,))


def _bare(code: str) -> str:
    """Give a recovery code as it is compared, however it was typed off paper."""
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum())


def _passkey(row: tuple[Any, ...]) -> Passkey:
    name, account, public, count, label, made_at, used_at = row
    used = None if used_at is None else Instant(used_at)
    return Passkey(name, account, public, count, label, Instant(made_at), used)
