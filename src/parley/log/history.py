"""Noticing that a log signed two histories: compare with what we hold, keep the evidence, refuse.

Evidence is kept only where it stands by itself (``parley.log.fork``); a head that merely does not
fit, without proof that its log signed both, is refused by the caller.
"""

from collections.abc import Sequence
from typing import NoReturn

from parley.errors import ForkDetected, HeadRefused
from parley.log.checkpoint import Checkpoint, SignedNote
from parley.log.fork import ForkEvidence, two_roots
from parley.log.heads import StoredHead
from parley.log.merkle import Hash, HashReader, consistency_proof, old_root_shown, root
from parley.log.store import Store


class Histories:
    """What we hold of each log, as a measure for signed heads that are new to us."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def refuse_second_root(self, note: SignedNote, head: Checkpoint) -> None:
        """Refuse a signed head that contradicts a head or the entries that we hold."""
        origin = head.origin
        # (1) a head of this size that we have seen
        known = self._store.stored_head_at(origin, head.size)
        if known is not None:
            if known.root != head.root:
                self._fork(two_roots(_note(known), note))
            return
        # (2) the entries that we hold
        if head.size > self._store.size(origin):
            return
        ours = self._store.root(origin, head.size)
        if ours == head.root:
            return
        larger = self._store.stored_head(origin)
        if larger is not None and larger.size > head.size:
            proof = consistency_proof(self._store.reader(origin), head.size, larger.size)
            self._fork(ForkEvidence(note, _note(larger), ours, tuple(proof)))
        raise HeadRefused("contradicts the entries held", where=f"{origin} {head.size}")

    def refuse_shown_fork(
        self, note: SignedNote, head: Checkpoint, old: int, proof: Sequence[Hash]
    ) -> None:
        """Keep a proof that does not start from our root, if it shows which one it starts from."""
        shown = old_root_shown(old, head.size, head.root, proof)
        known = self._store.stored_head_at(head.origin, old)
        if shown is not None and known is not None and shown != known.root:
            self._fork(ForkEvidence(_note(known), note, shown, tuple(proof)))

    def refuse_other_tree(self, note: SignedNote, head: Checkpoint, tree: HashReader) -> None:
        """Compare the whole tree under a signed head with every head that we have seen."""
        for known in reversed(self._store.heads(head.origin)):
            if not 0 < known.size <= head.size:
                continue
            theirs = root(tree, known.size)
            if theirs == known.root:
                continue
            if known.size == head.size:
                self._fork(two_roots(_note(known), note))
            proof = consistency_proof(tree, known.size, head.size)
            self._fork(ForkEvidence(_note(known), note, theirs, tuple(proof)))

    def _fork(self, evidence: ForkEvidence) -> NoReturn:
        self._store.add_fork(evidence.origin, evidence.to_bytes())
        raise ForkDetected(
            "the log signed two histories; nothing more is taken from this one",
            where=evidence.origin,
            hint="the evidence is kept and can be exported",
        )


def _note(head: StoredHead) -> SignedNote:
    """Give a kept head under its log's signature alone: nobody else's line is evidence here."""
    return SignedNote(head.checkpoint.body().decode(), (head.line,))
