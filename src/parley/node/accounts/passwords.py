"""Passwords: argon2id (RFC 9106), bounded in memory, the same work for a name that is not here.

Parameters are RFC 9106 section 4, second recommended option: 64 MiB, 3 passes, 4 lanes, a salt of
16 bytes, a tag of 32. A hash made with others still fits, and is renewed at the next log-in.
"""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from parley.errors import BadAccount, Throttled
from parley.node.entropy import Entropy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 65_536
PASSES = 3
LANES = 4
SALT_BYTES = 16
TAG_BYTES = 32
LEAST = 12
MOST = 256

# As many as may be computed at once: each takes 64 MiB, and anybody may ask for one.
_AT_ONCE = 2
# As many as may wait for that; the threads that answer everything else must not run out.
_WAITING = 8
# What people take who are asked for twelve characters; the whole is compared, letters only once.
_COMMON = frozenset(
    {
        "password", "passwort", "пароль", "qwerty", "qwertyuiop", "йцукен", "letmein", "welcome",
        "administrator", "admin", "changeme", "parley", "secret", "abcdefghijkl", "iloveyou",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a password fits; ``renewed`` is its hash under today's parameters, if it changed."""

    fits: bool
    renewed: str | None = None


class Passwords:
    """Make and compare password hashes; safe for threads."""

    def __init__(self, entropy: Entropy, hasher: "PasswordHasher | None" = None) -> None:
        self._entropy = entropy
        self._hasher = hasher
        self._bound = threading.BoundedSemaphore(_AT_ONCE)
        self._room = threading.BoundedSemaphore(_WAITING)
        self._decoy: str | None = None

    def hash(self, password: str) -> str:
        """Hash a password that ``check_new`` let through; Throttled where too many are at it."""
        salt = self._entropy.draw(SALT_BYTES)
        with self._turn():
            return self._argon2().hash(_one_form(password), salt=salt)

    def compare(self, stored: str | None, password: str) -> Fit:
        """Tell whether a password fits what is stored; without any, work as long and say no."""
        from argon2.exceptions import InvalidHashError, VerificationError

        against = stored or self._decoy_hash()
        if len(password) > MOST:
            password = password[:MOST]  # fits nothing, and costs what any other costs
            stored = None
        hasher = self._argon2()
        try:
            with self._turn():
                hasher.verify(against, _one_form(password))
        except (VerificationError, InvalidHashError):
            return Fit(fits=False)
        if stored is None:
            return Fit(fits=False)
        stale = hasher.check_needs_rehash(stored)
        return Fit(fits=True, renewed=self.hash(password) if stale else None)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for one's turn; where too many wait already, be sent away (Throttled)."""
        if not self._room.acquire(blocking=False):
            raise Throttled("too many log-ins at once", where="session", hint="try again in 1 s")
        try:
            with self._bound:
                yield
        finally:
            self._room.release()

    def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = self.hash(self._entropy.draw(SALT_BYTES).hex())
        return self._decoy

    def _argon2(self) -> "PasswordHasher":
        if self._hasher is None:
            from argon2 import PasswordHasher
            from argon2.low_level import Type

            self._hasher = PasswordHasher(
                time_cost=PASSES,
                memory_cost=MEMORY_KIB,
                parallelism=LANES,
                hash_len=TAG_BYTES,
                salt_len=SALT_BYTES,
                type=Type.ID,
            )
        return self._hasher


def check_new(password: str, *, name: str) -> None:
    """Refuse a new password that is too short, too long, or easily thought of (BadAccount).

    Length counts, as NIST SP 800-63B section 5.1.1.2 has it; no classes of characters are asked
    for.
    """
    form = _one_form(password)
    if not LEAST <= len(form) <= MOST:
        raise BadAccount(f"{LEAST} to {MOST} characters are needed", where="password")
    letters = "".join(c for c in form.casefold() if c.isalpha())
    plain = form.casefold()
    easy = letters in _COMMON or plain.count(plain[0]) == len(plain)
    if easy or letters == name or plain == name or _walks(plain):
        raise BadAccount(
            "too easily thought of", where="password", hint="take several words that do not belong"
        )


def _walks(plain: str) -> bool:
    """Tell whether every character follows the one before it, up or down, as in 1234 or dcba."""
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return steps in ({1}, {-1}, {1, -9}, {-1, 9})


def _one_form(password: str) -> str:
    # The same password typed on another keyboard may come in another normal form (RFC 8265).
    return unicodedata.normalize("NFC", password)
