"""Appending to our own logs: one durable transaction for all who wait, then one signed head.

The order never changes: entries durable, then sign-state durable, then the signature leaves.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from parley.errors import (
    DuplicateRecord,
    ForkDetected,
    LogDamaged,
    LogStopped,
    ParleyError,
    StaleAppend,
    StateBehind,
    StateMoved,
    WrongLog,
)
from parley.log.checkpoint import (
    LOG_KEY,
    Checkpoint,
    NoteSignature,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    verify_log_signature,
)
from parley.log.database import Journal, silent
from parley.log.heads import StoredHead
from parley.log.signing import Signers, signers_of
from parley.log.signstate import LOG_SIGNER, Signed, SignState, Swap
from parley.log.store import Batch, Leaf, Store, own_leaf
from parley.record.envelope import Entry, open_entry
from parley.record.signature import Signer

MAX_GROUP = 1_000
"""Entries in one commit: beyond this, bytes written cost more than the sync that is shared."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an entry stands, and the signed head that covers it, with its size."""

    origin: str
    index: int
    size: int
    head: bytes
    duplicate: bool = False


@dataclass(eq=False, slots=True)
class _Waiting:
    """One caller's entry, and in the end either its place or what went wrong."""

    origin: str
    leaf: Leaf
    answer: Appended | None = None
    error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None

    def result(self) -> Appended:
        if self.answer is None:
            raise self.error or LogStopped("an append was left without an answer")
        return self.answer


class Appender:
    """The one way into our own logs. Safe for threads and for two processes on one folder."""

    def __init__(
        self,
        store: Store,
        state: SignState,
        signer: Signer | Signers,
        *,
        journal: Journal = silent,
    ) -> None:
        self._store = store
        self._state = state
        self._signers = signers_of(signer)
        self._journal = journal
        self._queue: list[_Waiting] = []
        self._queue_lock = threading.Lock()
        # Whoever holds this commits for all who wait, and owns the fields below.
        self._commit_lock = threading.Lock()
        self._sizes: dict[str, int] = {}
        self._signed: dict[str, Signed | None] = {}
        self._keys: dict[tuple[str, bytes], VerifierKey] = {}
        for origin in store.origins(own=True):
            # A log that cannot go on now says so at each append; the others are not held up.
            with suppress(StateBehind, LogDamaged):
                self._resume(origin)

    # --- what callers use

    def open_log(self, origin: str) -> None:
        """Begin a log of ours; refuses to start anew where something was signed before."""
        self._store.open_log(origin, own=True)
        with self._commit_lock:
            self._resume(origin)

    def append(self, origin: str, entry: bytes | Entry) -> Appended:
        """Append one record to a log of ours; blocks until it is durable and the head is signed.

        The same record again (by its ``id`` and payload) gives its first place. Raises WrongLog
        when the record belongs elsewhere or its id was used for another text, StateBehind when the
        store is older than what was signed, LogStopped when the disk failed.
        """
        return self.append_all(origin, [entry])[0]

    def append_all(self, origin: str, entries: Iterable[bytes | Entry]) -> list[Appended]:
        """Append several records in order, in one commit where they fit; see ``append``."""
        items = [_Waiting(origin, _leaf(origin, entry)) for entry in entries]
        with self._queue_lock:
            self._queue.extend(items)
        for item in items:
            # Whoever gets the lock commits for all in the queue; the others find their answer.
            while not item.done:
                with self._commit_lock:
                    if not item.done:
                        self._commit_group()
        return [item.result() for item in items]

    def head(self, origin: str) -> bytes | None:
        """Give the signed head that was released last, without cosignatures; None at first."""
        signed = self._state.last(LOG_SIGNER, origin)
        return None if signed is None else self._sign(origin, signed).note

    def behind(self, origin: str) -> Signed | None:
        """Give what was signed if the store holds less than that, so that nothing can be added."""
        signed = self._state.last(LOG_SIGNER, origin)
        return signed if signed is not None and signed.size > self._store.size(origin) else None

    def learn_own_head(self, note: bytes) -> None:
        """Take note of a head of ours that another node holds: it may be newer than all we have.

        Raises ForkDetected when it cannot be ours together with what we hold; afterwards the log is
        read-only (``behind``) until it is refilled, if the head is ahead of the store.
        """
        parsed = SignedNote.parse(note)
        checkpoint = parse_checkpoint(parsed)
        # (1) it is a log of ours, and our key signed this head
        if not self._store.is_own(checkpoint.origin):
            raise WrongLog("not a log of ours", where=checkpoint.origin)
        keys = [
            self._key(checkpoint.origin, signer)
            for signer in self._signers.able(checkpoint.origin, checkpoint.size)
        ]
        key = next((k for k in keys if parsed.of(k) is not None), keys[0])
        verify_log_signature(parsed, checkpoint, key)
        seen = Signed(checkpoint.size, checkpoint.root)
        with self._commit_lock:
            # (2) where we hold as much, it must be our own history
            if seen.size <= self._store.size(checkpoint.origin):
                if self._store.root(checkpoint.origin, seen.size) != seen.root:
                    raise ForkDetected(
                        "our own key signed another history",
                        where=f"{checkpoint.origin} {seen.size}",
                    )
                return
            # (3) what is ahead of the sign-state becomes the sign-state: we did sign it
            last = self._state.last(LOG_SIGNER, checkpoint.origin)
            if last is None or last.size < seen.size:
                self._state.swap(LOG_SIGNER, checkpoint.origin, last, seen)
            self._signed.pop(checkpoint.origin, None)

    def catch_up(self, origin: str) -> None:
        """Resume a log after it was refilled: signs its head if the store holds all of it."""
        with self._commit_lock:
            self._resume(origin)

    # --- the commit, under the lock

    def _commit_group(self) -> None:
        with self._queue_lock:
            group, self._queue = self._queue[:MAX_GROUP], self._queue[MAX_GROUP:]
        try:
            ready = [item for item in group if self._ready(item)]
            if ready:
                self._commit(ready)
        except BaseException as error:
            # Each caller raises it for itself; the one who commits only if it ends the program.
            for item in group:
                item.error = item.error or error
            if not isinstance(error, Exception):
                raise

    def _ready(self, item: _Waiting) -> bool:
        try:
            if item.origin not in self._signed:
                self._resume(item.origin)
        except ParleyError as error:
            item.error = error
        return item.error is None

    def _commit(self, items: list[_Waiting]) -> None:
        if self._state.stopped:
            raise LogStopped("a signature could not be made safe before", where="sign-state")
        again: list[tuple[_Waiting, int]] = []
        new = items
        while True:
            by_log: dict[str, list[_Waiting]] = {}
            # (1) one place for each record, also within this group
            for item in _distinct(new):
                by_log.setdefault(item.origin, []).append(item)
            try:
                # (2) entries durable, if nobody else appended meanwhile
                after = self._append(by_log)
                break
            except StaleAppend:
                for origin in by_log:
                    self._sizes[origin] = self._store.size(origin)
            except DuplicateRecord:
                known, new = self._part_known(new)
                again += known
        # (3) sign-state durable, (4) only then the signatures leave
        heads = self._sign_heads({item.origin for item in items if item.error is None})
        notes = {origin: (head.size, head.note) for origin, head in heads.items()}
        places = {
            _identity(item): (after[origin] + number, item)
            for origin, waiting in by_log.items()
            for number, item in enumerate(waiting)
        }
        for item in new:
            if item.error is None:
                index, first = places[_identity(item)]
                size, note = notes[item.origin]
                item.answer = Appended(item.origin, index, size, note, item is not first)
        for item, index in again:
            item.answer = Appended(item.origin, index, *notes[item.origin], duplicate=True)

    def _append(self, by_log: Mapping[str, Sequence[_Waiting]]) -> dict[str, int]:
        after = {origin: self._sizes[origin] for origin in by_log}
        if by_log:
            self._store.append_many(
                [
                    Batch(origin, [item.leaf for item in waiting], after[origin])
                    for origin, waiting in by_log.items()
                ]
            )
        for origin, waiting in by_log.items():
            self._sizes[origin] = after[origin] + len(waiting)
        return after

    def _part_known(
        self, items: Iterable[_Waiting]
    ) -> tuple[list[tuple[_Waiting, int]], list[_Waiting]]:
        """Part what is logged already, with its index, from what is new; refuse reused ids."""
        known, new = [], []
        for item in items:
            place = self._store.find_id(item.leaf.record_id.hex()) if item.leaf.record_id else None
            if place is None:
                new.append(item)
            elif item.leaf.name is None or place not in self._store.where(item.leaf.name.hex()):
                where = f"{place[0]} {place[1]}"
                item.error = WrongLog("this id was used for another record", where=where)
            else:
                known.append((item, place[1]))
        return known, new

    def _sign_heads(self, origins: Iterable[str]) -> dict[str, StoredHead]:
        targets: dict[str, Signed] = {}
        for origin in origins:
            size = self._sizes[origin]
            targets[origin] = Signed(size, self._store.root(origin, size))
        swaps = {origin: Swap(self._signed[origin], new) for origin, new in targets.items()}
        try:
            self._state.swap_many(LOG_SIGNER, swaps)
        except StateMoved:
            # Another process signed meanwhile, on the same store.
            targets = {origin: self._settle(origin, new) for origin, new in targets.items()}
        return {origin: self._release(origin, signed) for origin, signed in targets.items()}

    def _settle(self, origin: str, ours: Signed) -> Signed:
        """Sign ``ours`` on top of whatever was signed meanwhile, or take that if it is larger."""
        while True:
            last = self._state.last(LOG_SIGNER, origin)
            if last is not None:
                self._check_history(origin, last)
                if last.size >= ours.size:
                    return last
            try:
                self._state.swap(LOG_SIGNER, origin, last, ours)
            except StateMoved:
                continue
            return ours

    def _check_history(self, origin: str, last: Signed) -> None:
        held = self._store.size(origin)
        if last.size > held:
            self._signed.pop(origin, None)
            raise StateBehind(
                f"{last.size} entries were signed, {held} are held",
                where=origin,
                hint="refill the log from a counterpart or the mirror",
            )
        if self._store.root(origin, last.size) != last.root:
            self._signed.pop(origin, None)
            raise LogDamaged(f"the first {last.size} entries are not those signed", where=origin)

    def _release(self, origin: str, signed: Signed) -> StoredHead:
        self._signed[origin] = signed
        head = self._sign(origin, signed)
        self._store.remember_own_head(head)
        self._journal("signature released")
        return head

    def _sign(self, origin: str, signed: Signed) -> StoredHead:
        """Sign what the sign-state holds; Ed25519 gives the same bytes each time."""
        body = Checkpoint(origin, signed.size, signed.root).body()
        signer = self._signers.at(origin, signed.size)
        line = NoteSignature(origin, self._key(origin, signer).key_hash, signer.sign(body))
        return StoredHead(origin, signed.size, signed.root, line)

    def _key(self, origin: str, signer: Signer) -> VerifierKey:
        key = self._keys.get((origin, signer.public))
        if key is None:
            key = VerifierKey(origin, LOG_KEY, signer.public)
            self._keys[origin, signer.public] = key
        return key

    def _resume(self, origin: str) -> None:
        """Bring store and sign-state together after a start, a crash or a refill."""
        self._signed.pop(origin, None)
        last = self._state.last(LOG_SIGNER, origin)
        kept = self._store.largest_head(origin)
        # (1) a head that we kept was signed, even if the sign-state is older or lost
        if kept is not None and (last is None or last.size < kept.size):
            seen = Signed(kept.size, kept.root)
            self._state.swap(LOG_SIGNER, origin, last, seen)
            last = seen
        # (2) everything signed is held, and is what was signed
        if last is not None:
            self._check_history(origin, last)
        # (3) entries that a crash left without a head get one now
        size = self._store.size(origin)
        self._sizes[origin], self._signed[origin] = size, last
        if size > (0 if last is None else last.size):
            self._sign_heads([origin])
        elif last is not None:
            self._release(origin, last)


def _leaf(origin: str, entry: bytes | Entry) -> Leaf:
    leaf = own_leaf(entry if isinstance(entry, Entry) else open_entry(entry))
    if leaf.log != origin:
        raise WrongLog(f"the record names the log {leaf.log!r}", where=origin)
    return leaf


def _distinct(items: Iterable[_Waiting]) -> Iterable[_Waiting]:
    """Leave out what repeats an id within the group; another text under the same id is refused."""
    seen: dict[object, _Waiting] = {}
    for item in items:
        if item.error is not None:
            continue
        first = seen.setdefault(_identity(item), item)
        if first is item:
            yield item
        elif (first.origin, first.leaf.name) != (item.origin, item.leaf.name):
            item.error = WrongLog("this id was used for another record", where=item.origin)


def _identity(item: _Waiting) -> object:
    return item.leaf.record_id or item
