"""Reading a log: each entry becomes a readable record, or an Unread row that says why not.

Bytes and meaning are separate: a log carries any entry, and what one entry says is judged here, by
one numbered procedure. Nothing unreadable hides what comes after it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from parley.errors import BadValue, ParleyError, UnknownKind
from parley.log.merkle import leaf_hash
from parley.projection.facts import NOTHING, Facts, facts_of
from parley.projection.keys import Authority, KeyHistory, Lane
from parley.projection.seen import NONE_SEEN, Seen
from parley.record.envelope import (
    Entry,
    Record,
    agreed_digest,
    open_entry,
    read_record,
    signed_by,
)
from parley.record.kind import Body, Kinds
from parley.record.terms import Terms

WHY_UNREAD: Mapping[str, str] = {
    "envelope": "the bytes are no signed envelope in its one form",
    "fields": "the payload's common fields are missing, unknown or malformed",
    "elsewhere": "the record belongs to another log",
    "charter": "the log does not begin with the charter that its channel is named after",
    "status": "the record is of another status (actual, exercise, test) than its channel",
    "signature": "it is not signed by enough keys of its author that were good at this index",
    "duplicate": "a record of this name or id stands at a smaller index",
    "kind": "this version of Parley does not know the kind",
    "body": "the body is not what its kind allows, or not in its one form",
}
"""Why an entry is unread: stable codes and what each means."""

EXERCISE = "exercise.invalid/"
Accepted = Callable[[int, bytes], frozenset[bytes]]
"""Verdicts kept from an earlier reading: index and leaf hash of an entry -> keys whose signatures
over it were found good (``parley.log.verdicts``); whether they counted is judged anew."""

_ORIGIN = re.compile(
    r"(?:exercise\.invalid/)?([a-z0-9][a-z0-9.-]{0,62})/([0-9a-f]{64})/(main|urgent)"
)


@lru_cache(maxsize=1024)  # asked of every record by nearly every fold; a channel has few logs
def _party_in(origin: str) -> str:
    return origin.removeprefix(EXERCISE).partition("/")[0]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry is unread: a code of ``WHY_UNREAD``, the place in the entry, and the detail.

    Views show the code and its meaning only; the detail may be worded by other packages.
    """

    code: str
    where: str = ""
    detail: str = ""

    @property
    def what(self) -> str:
        """The meaning of the code, in words."""
        return WHY_UNREAD[self.code]


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry of a log after reading: a record with its facts, or the reason why it is unread.

    ``name`` (hex) is empty and ``entry`` None where there is no envelope; ``record`` may be given
    although the entry is unread. ``facts`` of an unread entry are empty. ``keys`` are the author's
    keys after this entry, where it lays them down or changes them. ``signers`` are the good keys of
    the author whose signatures verified, also of some unread entries.
    """

    origin: str
    index: int
    leaf: bytes
    name: str
    entry: Entry | None
    record: Record | None
    body: Body | None
    unread: Reason | None
    facts: Facts = NOTHING
    keys: KeyHistory | None = None
    signers: tuple[bytes, ...] = ()

    @property
    def party(self) -> str:
        """The party whose log it is."""
        return _party_in(self.origin)

    @property
    def lane(self) -> Lane:
        """The lane of the log."""
        return "urgent" if self.origin.endswith("/urgent") else "main"

    @property
    def said(self) -> Record:
        """The record of an entry that is not unread."""
        if self.record is None or self.unread is not None:
            raise BadValue("an unread entry says nothing", where=f"{self.origin} {self.index}")
        return self.record


@dataclass(frozen=True, slots=True)
class LogName:
    """An origin taken apart: the party, the channel (64 hex) and the lane."""

    party: str
    channel: str
    lane: Lane

    @classmethod
    def parse(cls, origin: str) -> "LogName":
        """Take an origin apart; refuse what is none."""
        match = _ORIGIN.fullmatch(origin)
        if match is None:
            raise BadValue(f"{origin!r} is no origin of a log", where="origin")
        return cls(match[1], match[2], cast("Lane", match[3]))


class _Unreadable(Exception):
    def __init__(self, code: str, cause: ParleyError | ValueError | None = None) -> None:
        where = cause.where if isinstance(cause, ParleyError) else ""
        super().__init__(code)
        self.reason = Reason(code, where, str(cause) if cause else "")


@dataclass(slots=True)
class _Draft:
    """What has been found out about one entry so far; owned by one call of ``_open``."""

    name: str = ""
    entry: Entry | None = None
    record: Record | None = None
    body: Body | None = None
    facts: Facts = NOTHING
    signers: tuple[bytes, ...] = ()
    accepted: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of a log after ``size`` entries: all that reading the next ones depends on.

    ``read`` gives the next reader and changes nothing. ``terms`` and ``keys`` are those of the
    charter at entry 0, or None when the log does not begin with it; then nothing in it is readable.
    """

    origin: str
    kinds: Kinds
    size: int = 0
    terms: Terms | None = None
    keys: KeyHistory | None = None
    seen: Seen = NONE_SEEN

    def read(
        self, entries: Sequence[bytes], accepted: Accepted | None = None
    ) -> tuple["Reader", list[Opened]]:
        """Read the entries that follow, in order; see ``_judge`` for the procedure.

        ``accepted`` spares the arithmetic of signatures verified before, and nothing else.
        """
        name = LogName.parse(self.origin)
        state = self
        added: set[str] = set()
        opened = []
        for raw in entries:
            draft, before, leaf = _Draft(), state.keys, leaf_hash(raw)
            if accepted is not None:
                draft.accepted = accepted(state.size, leaf)
            reason = None
            try:
                state = _judge(state, name, raw, draft, added)
            except _Unreadable as unreadable:
                reason = unreadable.reason
            unread = reason is not None
            opened.append(
                Opened(
                    origin=self.origin,
                    index=state.size,
                    leaf=leaf,
                    name=draft.name,
                    entry=draft.entry,
                    record=draft.record,
                    body=None if unread else draft.body,
                    unread=reason,
                    facts=NOTHING if unread else draft.facts,
                    keys=state.keys if state.keys is not before else None,
                    signers=draft.signers,
                )
            )
            state = replace(state, size=state.size + 1)
        return replace(state, seen=self.seen.with_names(added)), opened


def open_log(origin: str, entries: Sequence[bytes], kinds: Kinds) -> list[Opened]:
    """Read a log from its beginning."""
    return Reader(origin, kinds).read(entries)[1]


def _judge(state: Reader, log: LogName, raw: bytes, draft: _Draft, added: set[str]) -> Reader:
    """Read one entry into ``draft``; give the state after it, or say why it is unreadable.

    (1) a DSSE envelope in its one form (2) canonical common fields (3) the status is the channel's
    (4) the record belongs to this log: party, channel, lane (5) the log begins with its channel's
    charter, of the same status (6) enough good keys of the author signed, or its recovery key
    (7) neither name nor id stood at a smaller index (8) kind and version are known (9) the body is
    in its one form and answers for its traits (10) what only the recovery key signed changes keys.
    """
    try:
        draft.entry = open_entry(raw)  # (1)
    except ParleyError as error:
        raise _Unreadable("envelope", error) from None
    draft.name = draft.entry.name
    try:
        draft.record = record = read_record(draft.entry.payload)  # (2)
    except ParleyError as error:
        raise _Unreadable("fields", error) from None
    if state.terms is not None and record.status != state.terms.status:  # (3)
        raise _Unreadable("status")
    if record.log != state.origin:  # (4)
        raise _Unreadable("elsewhere")
    if state.size == 0:
        state = _with_charter(state, log, record)
    if state.terms is None or state.keys is None:  # (5)
        raise _Unreadable("charter")
    by = _authority(state, draft.entry, record, draft)  # (6)
    own = {draft.name, record.id}
    if own & added or draft.name in state.seen or record.id in state.seen:  # (7)
        raise _Unreadable("duplicate")
    added |= own
    _read_body(state.kinds, record, draft)  # (8) (9)
    if not by.author and not draft.facts.key_changes:  # (10)
        raise _Unreadable("signature")
    if draft.facts.key_changes:
        state = replace(state, keys=state.keys.changed(draft.facts.key_changes, by))
    return state


def _with_charter(state: Reader, log: LogName, record: Record) -> Reader:
    """Take the first keys from entry 0, if it is the charter and names this party."""
    draft = _Draft()
    try:
        _read_body(state.kinds, record, draft)
    except _Unreadable:
        return state
    terms = draft.facts.terms
    if terms is None or agreed_digest(record.kind, record.body) != log.channel:
        return state
    if log.party not in terms.parties() or terms.status != record.status:
        return state
    return replace(state, terms=terms, keys=KeyHistory.of_charter(terms, log.party, log.lane))


def _authority(state: Reader, entry: Entry, record: Record, draft: _Draft) -> Authority:
    """Tell which good keys signed; refuse a signature that does not fit, and too few."""
    terms, keys = cast("Terms", state.terms), cast("KeyHistory", state.keys)
    authors = keys.good("author", state.size)
    recovery = keys.good("recovery", state.size)
    try:
        signers = signed_by(entry, (*authors, *recovery), draft.accepted)
    except ParleyError as error:
        raise _Unreadable("signature", error) from None
    draft.signers = signers
    needed = (terms.signatures_needed or {}).get(record.kind, 1)
    enough = len(set(signers) & set(authors)) >= max(1, needed)
    by_recovery = bool(set(signers) & set(recovery))
    if not enough and not by_recovery:
        raise _Unreadable("signature")
    return Authority(entry.name, state.size, enough, by_recovery, signers)


def _read_body(kinds: Kinds, record: Record, draft: _Draft) -> None:
    try:
        draft.body = kinds.read(record)
        draft.facts = facts_of(draft.body)
    except UnknownKind as error:
        raise _Unreadable("kind", error) from None
    except (ParleyError, ValueError) as error:
        raise _Unreadable("body", error) from None
