"""Taking in another's log: its heads, its entries, its cosignatures, by numbered acceptance.

Tree, head and size are checked, and nothing else: what an entry means is judged when it is read.
Heads follow c2sp.org/tlog-witness, uploads c2sp.org/tlog-mirror; pulled logs and hand-carried
bundles come through ``receive``. Every step may be repeated, in any order, by threads and by
processes: compare-and-swap of the cosigners' state and of the log's size decides each race.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from parley.errors import (
    BadProof,
    EntriesMissing,
    HeadRefused,
    HeadStale,
    StaleAppend,
    StateMoved,
    WrongLog,
)
from parley.log.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedNote,
    VerifierKey,
    parse_checkpoint,
    verify_log_signature,
)
from parley.log.growth import Growth
from parley.log.heads import StoredHead
from parley.log.history import Histories
from parley.log.keyring import known_lines
from parley.log.merkle import (
    EMPTY_ROOT,
    Hash,
    MemoryTree,
    leaf_hash,
    root_of,
    verify_consistency,
)
from parley.log.packages import Package, UploadHead
from parley.log.parts import PartStore
from parley.log.receipts import Receipt, Receipts
from parley.log.signstate import Signed
from parley.log.store import Store
from parley.log.uploads import EntriesTaken, Uploads
from parley.log.witness import Cosigner


@dataclass(frozen=True, slots=True)
class HeadTaken:
    """A head that we have seen, and our witness line for it."""

    origin: str
    size: int
    lines: tuple[NoteSignature, ...]


class Replica:
    """Our copies of the others' logs, and the two things we say about them: seen, and stored."""

    def __init__(
        self,
        store: Store,
        parts: PartStore,
        *,
        witness: Cosigner,
        receipt: Cosigner,
        clock_s: Callable[[], int],
    ) -> None:
        self._store = store
        self._witness = witness
        self._clock_s = clock_s
        self._histories = Histories(store)
        self._receipts = Receipts(store, parts, witness=witness, receipt=receipt, clock_s=clock_s)
        self._uploads = Uploads(store, self._receipts)
        self._recall((witness, receipt))

    def _recall(self, cosigners: Sequence[Cosigner]) -> None:
        """Bind our cosigners to their lines in the store, should the sign-state have been lost."""
        by_name = {cosigner.name: cosigner for cosigner in cosigners}
        for origin in self._store.origins(own=False):
            for found in self._store.cosignatures(origin):
                if found.cosigner in by_name:
                    by_name[found.cosigner].recall(found.head.checkpoint)

    # --- heads

    def offer_head(
        self,
        note: bytes,
        old: int,
        proof: Sequence[Hash],
        log_key: VerifierKey,
        cosigner_keys: Sequence[VerifierKey] = (),
    ) -> HeadTaken:
        """Take a signed head that extends the last one we saw; return our witness line.

        Raises BadNote, WrongLog, UnknownLog, HeadRefused, HeadStale (says what we saw last),
        BadProof, ForkDetected (the evidence is kept). ``cosigner_keys``: whose lines to keep.
        """
        # (1) the log's own key signed the head, and the log is held for another
        offer = self._offered(note, log_key)
        head = offer.head
        # (2) it contradicts neither itself nor anything we hold
        if old > head.size:
            raise HeadRefused(f"cannot extend {old} entries with {head.size}", where=head.origin)
        self._histories.refuse_second_root(offer.note, head)
        # (3) it is offered on top of what we saw last
        last = self._witness.last(head.origin)
        if old != (0 if last is None else last.size):
            raise self._stale(head.origin)
        # (4) and extends it
        try:
            old_root = EMPTY_ROOT if last is None else last.root
            verify_consistency(old, old_root, head.size, head.root, proof)
        except BadProof:
            self._histories.refuse_shown_fork(offer.note, head, old, proof)
            raise
        # (5) state, then head, durable; only then the line leaves
        try:
            line = self._see(offer, last, cosigner_keys)
        except StateMoved:
            raise self._stale(head.origin) from None
        return HeadTaken(head.origin, head.size, (line,))

    def _offered(self, note: bytes, log_key: VerifierKey) -> "_Offer":
        parsed = SignedNote.parse(note)
        head = parse_checkpoint(parsed)
        verify_log_signature(parsed, head, log_key)
        line = parsed.of(log_key)
        if line is None or self._store.is_own(head.origin):
            raise WrongLog("a log of ours is not replicated to us", where=head.origin)
        if head.size == 0 and head.root != EMPTY_ROOT:
            raise HeadRefused("an empty log with a root of its own", where=head.origin)
        return _Offer(parsed, head, line)

    def _see(
        self, offer: "_Offer", last: Signed | None, cosigner_keys: Sequence[VerifierKey]
    ) -> NoteSignature:
        """Sign a head as seen, on top of ``last``, and keep it; the line given before stays."""
        head = offer.head
        others = known_lines(offer.note, cosigner_keys)
        known = self._store.stored_head_at(head.origin, head.size)
        given = None
        if known is not None:
            given = next((s for s in known.cosignatures if s.name == self._witness.name), None)
        if given is None:
            given = self._witness.cosign(head, after=last, time_s=self._clock_s())
        if known is None or not {*others, given} <= set(known.cosignatures):
            self._store.save_line(offer.kept((*others, given)))
        return given

    def _stale(self, origin: str) -> HeadStale:
        last = self._witness.last(origin)
        size = 0 if last is None else last.size
        return HeadStale(f"the head seen last has {size} entries", where=origin, size=size)

    # --- entries

    def take_upload(self, upload: UploadHead, packages: Iterable[Package]) -> EntriesTaken:
        """Take entries under a head that was offered before; see ``Uploads.take``."""
        return self._uploads.take(upload, packages)

    def receive(
        self,
        note: bytes,
        start: int,
        entries: Sequence[bytes],
        log_key: VerifierKey,
        cosigner_keys: Sequence[VerifierKey] = (),
        *,
        leaves: Sequence[Hash] = (),
    ) -> EntriesTaken:
        """Take a signed head together with its entries from ``start`` on, by whatever road.

        ``leaves``: the leaf hashes of the whole log, if they came along; they let a fork be proven.
        Raises as ``offer_head`` does, and EntriesMissing where the entries leave a gap.
        """
        # (1) the log's own key signed the head, and the log is held for another
        offer = self._offered(note, log_key)
        # (2) it contradicts nothing we hold
        self._histories.refuse_second_root(offer.note, offer.head)
        while True:
            try:
                return self._receive(offer, start, entries, tuple(cosigner_keys), leaves)
            except (StaleAppend, StateMoved):
                continue  # the same log came by another road meanwhile; look again

    def _receive(
        self,
        offer: "_Offer",
        start: int,
        entries: Sequence[bytes],
        cosigner_keys: tuple[VerifierKey, ...],
        leaves: Sequence[Hash],
    ) -> EntriesTaken:
        head = offer.head
        held = self._store.size(head.origin)
        # (3) with what is held, the entries are all that the head covers
        if start > held or start + len(entries) < head.size:
            raise EntriesMissing(
                f"[{start}, {start + len(entries)}) do not lead from {held} to {head.size}",
                where=head.origin,
            )
        new = entries[held - start : head.size - start] if head.size > held else []
        grown = Growth(self._store.reader(head.origin), held, [leaf_hash(e) for e in new])
        # (4) they give the root that was signed
        if grown.root(head.size) != head.root:
            theirs = leaves if start else [leaf_hash(entry) for entry in entries]
            if len(theirs) >= head.size and root_of(theirs[: head.size]) == head.root:
                tree = MemoryTree(theirs[: head.size])
                self._histories.refuse_other_tree(offer.note, head, tree)
            raise BadProof("the entries do not give the signed root", where=head.origin)
        # (5) they extend what we saw last
        last = self._witness.last(head.origin)
        if last is not None and last.size <= head.size and grown.root(last.size) != last.root:
            self._histories.refuse_other_tree(offer.note, head, grown)
            raise BadProof("does not extend the head seen last", where=head.origin)
        # (6) seen: durable before the entries, as on the wire. A head below the one seen last is
        # kept, yet gets no line of ours until both are shown to agree.
        lines: tuple[NoteSignature, ...] = ()
        if last is None or last.size <= head.size:
            lines = (self._see(offer, last, cosigner_keys),)
        else:
            self._store.save_line(offer.kept(known_lines(offer.note, cosigner_keys)))
        # (7) entries durable
        if new:
            self._store.append(head.origin, new, after=held)
        # (8) stored: the receipt, if the shared parts are here as well
        taken = self._uploads.finish(offer.kept(()))
        return replace(taken, lines=(*lines, *taken.lines))

    # --- what others say

    def take_cosignatures(
        self,
        note: bytes,
        lines: Sequence[NoteSignature],
        log_key: VerifierKey,
        cosigner_keys: Sequence[VerifierKey],
        *,
        synced: bool = True,
    ) -> tuple[NoteSignature, ...]:
        """Keep what known cosigners say about a head, of our logs or another's; return those lines.

        Lines of unknown keys are ignored. Raises BadCosignature for a line of a known key that
        does not verify, ForkDetected, HeadRefused for a head that is neither held nor seen here.
        ``synced``: durable when this returns, and otherwise with whatever is written next.
        """
        # (1) the log's own key signed the head
        parsed = SignedNote.parse(note)
        head = parse_checkpoint(parsed)
        verify_log_signature(parsed, head, log_key)
        own = parsed.of(log_key)
        # (2) it is a head of the history that we hold
        self._histories.refuse_second_root(parsed, head)
        seen = self._store.stored_head_at(head.origin, head.size)
        if own is None or (seen is None and head.size > self._store.size(head.origin)):
            raise HeadRefused("this head is neither held nor seen here", where=head.origin)
        # (3) each line verifies under a key that the caller knows
        accepted = known_lines(parsed.joined(lines), cosigner_keys)
        # (4) only now keep what is new
        if seen is None or not set(accepted) <= set(seen.cosignatures):
            kept = StoredHead(head.origin, head.size, head.root, own, accepted)
            self._store.save_line(kept, synced=synced)
        return accepted

    # --- what we say

    def give_receipt(self, origin: str) -> Receipt | None:
        """Give our receipt for as much as we may; to be asked again when parts have come."""
        return self._receipts.give(origin)

    def missing_parts(self, origin: str) -> list[tuple[int, str]]:
        """List the shared parts that a receipt waits for: (entry index, digest)."""
        return self._receipts.missing_parts(origin)


@dataclass(frozen=True, slots=True)
class _Offer:
    """A signed head whose log signature was verified, and that line."""

    note: SignedNote
    head: Checkpoint
    line: NoteSignature

    def kept(self, cosignatures: tuple[NoteSignature, ...]) -> StoredHead:
        return StoredHead(self.head.origin, self.head.size, self.head.root, self.line, cosignatures)
