"""``key/1``: keys that come into force or end, from an index of each of their holder's logs."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue, ParleyError
from parley.kinds.line.membership import Base64, KeyRole, verify_key
from parley.record.canonical import MAX_INTEGER
from parley.record.envelope import Status, strict_base64
from parley.record.kind import Body, Governs, Kind, PartyName
from parley.record.signature import enrol
from parley.record.terms import KeyChange, RoleKey
from parley.values.texts import Text


class Change(Body):
    """One key that is added, ends, or is revoked because others may hold it."""

    role: KeyRole = Field(description="the one purpose the key serves")
    public: Base64 = Field(description="Ed25519 public key, base64 of 32 bytes")
    change: Literal["add", "end", "revoke"] = Field(
        description="add: good from; end: no longer used from; revoke: not to be believed from"
    )
    from_main: int = Field(ge=0, le=MAX_INTEGER, description="index in the holder's main log")
    from_urgent: int = Field(ge=0, le=MAX_INTEGER, description="index in its urgent log")
    possession: Base64 | None = Field(
        None, description="for a key that is added: proof as in charter/1, base64"
    )


class KeyNotice(Body, Governs):
    """What becomes of a holder's keys; whether the signer may say so, the projection decides.

    A new key is signed in by an old author key or by the recovery key; its own assent is its proof
    of possession. A change counts in the lane it is logged in, so it is logged in both.
    """

    holder: PartyName = Field(description="the member whose keys they are")
    status: Status = Field(description="status of the channel, as the proofs name it")
    changes: tuple[Change, ...] = Field(min_length=1, max_length=32, description="the changes")
    reason: Text | None = Field(None, description="why, in words")

    @model_validator(mode="after")
    def _keys_prove_themselves(self) -> Self:
        seen: set[str] = set()
        for i, change in enumerate(self.changes):
            where = f"changes.{i}"
            if change.public in seen:
                raise BadValue("the same key twice in one record", where=f"{where}.public")
            seen.add(change.public)
            self._check(change, where)
        return self

    def _check(self, change: Change, where: str) -> None:
        if (change.change == "add") != (change.possession is not None):
            raise BadValue(
                "a key that is added, and no other, proves possession", where=f"{where}.possession"
            )
        if change.possession is not None:
            verify_key(
                self.holder, change.role, self.status, change.public, change.possession, where
            )
            return
        try:
            enrol(strict_base64(change.public), where=f"{where}.public")
        except ParleyError as error:
            raise BadValue(error.what, where=f"{where}.public") from None

    def key_changes(self) -> tuple[KeyChange, ...]:
        """Give the changes, in order."""
        return tuple(
            KeyChange(
                RoleKey(self.holder, c.role, strict_base64(c.public)),
                c.change,
                c.from_main,
                c.from_urgent,
                b"" if c.possession is None else strict_base64(c.possession),
            )
            for c in self.changes
        )


KEY = Kind("key/1", KeyNotice, "Change of keys")
