"""Which keys of a party are good at an index of one of its logs.

The charter gives the first keys. A ``key/1`` changes them in the lane it is logged in, from the
index it states but never before the entry after its own: what was logged earlier cannot be undone.
So each lane is read on its own, and a party logs a change in both, as it logged the charter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from parley.errors import ParleyError
from parley.record.canonical import canonical
from parley.record.signature import check_possession, enrol
from parley.record.terms import KeyChange, RoleKey, Terms

Lane = Literal["main", "urgent"]


def is_strong(public: bytes) -> bool:
    """Tell whether a public key may be enrolled: a full-order Ed25519 point."""
    try:
        enrol(public)
    except ParleyError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A key and the indices it is good at: from ``since`` up to and without ``until``."""

    key: RoleKey
    since: int
    until: int | None = None
    revoked: bool = False
    added_by: str = ""
    ended_by: str = ""

    def good(self, index: int) -> bool:
        """Tell whether the key is good at an index."""
        return self.since <= index and (self.until is None or index < self.until)


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """A change of keys that its record had no authority for, or that cannot be made."""

    record: str
    change: KeyChange
    why: str


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signed a record that changes keys: good author keys, or the holder's recovery key."""

    record: str
    index: int
    author: bool
    recovery: bool
    signers: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """All keys that a party ever had in one lane, and when each was good; frozen."""

    holder: str
    lane: Lane
    status: str
    spans: tuple[KeySpan, ...]
    taken: frozenset[bytes]
    refused: tuple[RefusedChange, ...] = ()

    @classmethod
    def of_charter(cls, terms: Terms, holder: str, lane: Lane) -> "KeyHistory":
        """Begin with the keys the first charter names; a weak key is no key."""
        own = tuple(
            KeySpan(key, 0) for key in terms.keys if key.holder == holder and is_strong(key.public)
        )
        return cls(holder, lane, terms.status, own, frozenset(k.public for k in terms.keys))

    def good(self, role: str, index: int) -> tuple[bytes, ...]:
        """Give the keys in a role that are good at an index, oldest first."""
        return tuple(s.key.public for s in self.spans if s.key.role == role and s.good(index))

    def unchanged_until(self, index: int) -> int:
        """Give the first index after this one at which a key begins or ends; far off if none."""
        turns = (at for span in self.spans for at in (span.since, span.until) if at is not None)
        return min((at for at in turns if at > index), default=1 << 62)

    def ever(self, role: str) -> tuple[bytes, ...]:
        """Give every key that was ever good in a role: what it signed then still stands."""
        return tuple(
            s.key.public
            for s in self.spans
            if s.key.role == role and (s.until is None or s.since < s.until)
        )

    def changed(self, changes: Iterable[KeyChange], by: Authority) -> "KeyHistory":
        """Give the history after a record's changes, in their order; see ``_objection``."""
        history = self
        for change in changes:
            why = history._objection(change, by)
            if why:
                refused = (*history.refused, RefusedChange(by.record, change, why))
                history = replace(history, refused=refused)
            else:
                history = history._applied(change, by)
        return history

    def _objection(self, change: KeyChange, by: Authority) -> str:
        """Say why a change has no force, or nothing.

        (1) a party changes only its own keys (2) the recovery key alone changes recovery keys, and
        it only adds and revokes (3) a new key is new to everybody in every role (4) its holder has
        shown the private half (5) what ends is a key that has not ended.
        """
        key = change.key
        if key.holder != self.holder:
            return "the key is not the author's own"
        if not by.recovery:
            if not by.author:
                return "signed by no key that may change keys"
            if key.role == "recovery":
                return "only the recovery key changes the recovery key"
        elif not by.author and change.change == "end":
            return "the recovery key only adds and revokes"
        if change.change == "add":
            if key.public in self.taken:
                return "the key was already in use"
            if not self._possessed(change, by):
                return "no proof that its holder has the private half"
            return ""
        if not any(s.key == key and s.until is None for s in self.spans):
            return "no such key is in force"
        return ""

    def _possessed(self, change: KeyChange, by: Authority) -> bool:
        key = change.key
        statement = canonical({"name": key.holder, "role": key.role, "status": self.status})
        try:
            check_possession(key.public, statement, change.possession)
        except ParleyError:
            return False
        return True

    def _applied(self, change: KeyChange, by: Authority) -> "KeyHistory":
        stated = change.from_main if self.lane == "main" else change.from_urgent
        at = max(stated, by.index + 1)
        if change.change == "add":
            added = KeySpan(change.key, at, added_by=by.record)
            return replace(self, spans=(*self.spans, added), taken=self.taken | {change.key.public})
        revoked = change.change == "revoke"
        spans = tuple(
            replace(s, until=at, revoked=revoked, ended_by=by.record)
            if s.key == change.key and s.until is None
            else s
            for s in self.spans
        )
        return replace(self, spans=spans)
