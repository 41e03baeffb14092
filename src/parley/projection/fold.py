"""Reading a log: each entry becomes a readable record, or an Unread row that says why not.

Bytes and meaning are separate: a log carries any entry, and what one entry says is judged here, by
one numbered procedure. Nothing unreadable hides what comes after it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from parley.errors import BadValue, ParleyError, UnknownKind
from parley.log.merkle import leaf_hash
from parley.projection.facts import NOTHING, Facts, Stance, facts_of
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
_AT_ONCE = 512
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
    def stance(self) -> Stance | None:
        """How its author answers for itself; None: it does not, or tells of another's doing."""
        return self.facts.stance if self.facts.doing_of in (None, self.party) else None

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
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def _because(code: str, cause: ParleyError | ValueError) -> Reason:
    return Reason(code, cause.where if isinstance(cause, ParleyError) else "", str(cause))


@dataclass(slots=True)
class _Draft:
    """What has been found out about one entry so far; owned by one call of ``read``.

    ``no_record`` and ``no_body``: why there is none, to be said when the procedure comes to it.
    """

    leaf: bytes
    name: str = ""
    entry: Entry | None = None
    record: Record | None = None
    body: Body | None = None
    facts: Facts = NOTHING
    signers: tuple[bytes, ...] = ()
    accepted: frozenset[bytes] = frozenset()
    no_record: Reason | None = None
    no_body: Reason | None = None


_Asked = tuple[str, frozenset[bytes], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Good:
    """The keys of a history that are good up to an index, and what was found out with them.

    ``known``: by kind, verdicts at hand and key ids of an entry, whose good keys signed it, whether
    these are enough, whether one is a recovery key.
    """

    of: KeyHistory
    until: int
    authors: tuple[bytes, ...]
    recovery: tuple[bytes, ...]
    known: dict[_Asked, tuple[tuple[bytes, ...], bool, bool]] = field(default_factory=dict)


@dataclass(slots=True)
class _Pass:
    """What is known of a log while a run of its entries is read; owned by one call of ``read``."""

    origin: str
    kinds: Kinds
    size: int
    terms: Terms | None
    keys: KeyHistory | None
    seen: Seen
    added: set[str] = field(default_factory=set)
    _good: _Good | None = None

    def good(self, keys: KeyHistory) -> _Good:
        """Give the keys that are good at this index."""
        good = self._good
        if good is None or good.of is not keys or self.size >= good.until:
            author, recovery = (keys.good(role, self.size) for role in ("author", "recovery"))
            self._good = good = _Good(keys, keys.unchanged_until(self.size), author, recovery)
        return good


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
        state = _Pass(self.origin, self.kinds, self.size, self.terms, self.keys, self.seen)
        opened = []
        for at in range(0, len(entries), _AT_ONCE):
            for draft in _taken_apart(entries[at : at + _AT_ONCE], self.kinds):
                opened.append(_opened(state, name, draft, accepted))
                state.size += 1
        seen = self.seen.with_names(state.added)
        return Reader(self.origin, self.kinds, state.size, state.terms, state.keys, seen), opened


def _opened(state: _Pass, log: LogName, draft: _Draft, accepted: Accepted | None) -> Opened:
    before, reason = state.keys, None
    if accepted is not None:
        draft.accepted = accepted(state.size, draft.leaf)
    try:
        _judge(state, log, draft)
    except _Unreadable as unreadable:
        reason = unreadable.reason
        if state.size == 0:  # a charter that nobody may read lays down nothing
            state.terms = state.keys = None
    unread = reason is not None
    return Opened(
        origin=state.origin,
        index=state.size,
        leaf=draft.leaf,
        name=draft.name,
        entry=draft.entry,
        record=draft.record,
        body=None if unread else draft.body,
        unread=reason,
        facts=NOTHING if unread else draft.facts,
        keys=state.keys if state.keys is not before else None,
        signers=draft.signers,
    )


def _taken_apart(entries: Sequence[bytes], kinds: Kinds) -> list[_Draft]:
    """Find out about some entries what depends on nothing but each of them.

    Step by step, each for all of them, and bodies kind by kind: what a processor does over and over
    it does faster, a sixth of the time of a whole log.
    """
    drafts = [_Draft(leaf_hash(raw)) for raw in entries]
    for draft, raw in zip(drafts, entries, strict=True):
        try:
            draft.entry = open_entry(raw)
            draft.name = draft.entry.name
        except ParleyError as error:
            draft.no_record = _because("envelope", error)
    by_kind: dict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.entry is not None:
            try:
                draft.record = read_record(draft.entry.payload)
                by_kind[draft.record.kind].append(draft)
            except ParleyError as error:
                draft.no_record = _because("fields", error)
    for alike in by_kind.values():
        for draft in alike:
            draft.no_body = _take_body(kinds, draft)
        for draft in alike:
            draft.no_body = draft.no_body or _take_facts(draft)
    return drafts


def _take_body(kinds: Kinds, draft: _Draft) -> Reason | None:
    try:
        draft.body = kinds.read(cast("Record", draft.record))
    except UnknownKind as error:
        return _because("kind", error)
    except (ParleyError, ValueError) as error:
        return _because("body", error)
    return None


def _take_facts(draft: _Draft) -> Reason | None:
    try:
        draft.facts = facts_of(cast("Body", draft.body))
    except (ParleyError, ValueError) as error:
        return _because("body", error)
    return None


def open_log(origin: str, entries: Sequence[bytes], kinds: Kinds) -> list[Opened]:
    """Read a log from its beginning."""
    return Reader(origin, kinds).read(entries)[1]


def _judge(state: _Pass, log: LogName, draft: _Draft) -> None:
    """Judge one entry by what was found out about it; change ``state``, or say why it is unread.

    (1) a DSSE envelope in its one form (2) canonical common fields (3) the status is the channel's
    (4) the record belongs to this log: party, channel, lane (5) the log begins with its channel's
    charter, of the same status (6) enough good keys of the author signed, or its recovery key
    (7) neither name nor id stood at a smaller index (8) kind and version are known (9) the body is
    in its one form and answers for its traits (10) what only the recovery key signed changes keys.
    """
    if draft.no_record is not None:  # (1) (2)
        raise _Unreadable(draft.no_record)
    entry, record = cast("Entry", draft.entry), cast("Record", draft.record)
    if state.terms is not None and record.status != state.terms.status:  # (3)
        raise _Unreadable(Reason("status"))
    if record.log != state.origin:  # (4)
        raise _Unreadable(Reason("elsewhere"))
    if state.size == 0:
        _take_charter(state, log, record, draft)
    if state.terms is None or state.keys is None:  # (5)
        raise _Unreadable(Reason("charter"))
    enough, by_recovery = _authority(state, entry, record, draft)  # (6)
    _take_names(state, draft.name, record.id)  # (7)
    if draft.no_body is not None:  # (8) (9)
        raise _Unreadable(draft.no_body)
    changes = draft.facts.key_changes
    if not enough and not changes:  # (10)
        raise _Unreadable(Reason("signature"))
    if changes:
        by = Authority(draft.name, state.size, enough, by_recovery, draft.signers)
        state.keys = state.keys.changed(changes, by)


def _take_charter(state: _Pass, log: LogName, record: Record, draft: _Draft) -> None:
    """Take the first keys from entry 0, if it is the charter and names this party."""
    terms = draft.facts.terms
    if terms is None or agreed_digest(record.kind, record.body) != log.channel:
        return
    if log.party not in terms.parties() or terms.status != record.status:
        return
    state.terms, state.keys = terms, KeyHistory.of_charter(terms, log.party, log.lane)


def _authority(state: _Pass, entry: Entry, record: Record, draft: _Draft) -> tuple[bool, bool]:
    """Tell whether enough good author keys signed, and whether a recovery key did.

    A signature that does not fit is refused, and so are too few.
    """
    terms, keys = cast("Terms", state.terms), cast("KeyHistory", state.keys)
    good = state.good(keys)
    asked = record.kind, draft.accepted, tuple([s.keyid for s in entry.signatures])
    known = good.known.get(asked)
    if known is None:
        try:
            signers = signed_by(entry, (*good.authors, *good.recovery), draft.accepted)
        except ParleyError as error:
            raise _Unreadable(_because("signature", error)) from None
        needed = (terms.signatures_needed or {}).get(record.kind, 1)
        enough = len({key for key in signers if key in good.authors}) >= max(1, needed)
        by_recovery = any(key in good.recovery for key in signers)
        known = signers, enough, by_recovery
        if draft.accepted.issuperset(signers):  # no signature was verified: nothing else decides
            good.known[asked] = known
    draft.signers, enough, by_recovery = known
    if not enough and not by_recovery:
        raise _Unreadable(Reason("signature"))
    return enough, by_recovery


def _take_names(state: _Pass, *own: str) -> None:
    """Refuse a record of whose name or id one was read before; else remember them."""
    for name in own:
        if name in state.added or name in state.seen:
            raise _Unreadable(Reason("duplicate"))
    state.added.update(own)
