"""Taking our own log back from a counterpart, after a restored backup or a lost disk."""

from collections.abc import Sequence

from parley.errors import BadProof, EntriesMissing, ParleyError
from parley.log.appender import Appender
from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.log.growth import Growth
from parley.log.merkle import leaf_hash
from parley.log.store import Leaf, Store, foreign_leaf, own_leaf
from parley.record.envelope import open_entry


def refill(
    store: Store, appender: Appender, note: bytes, start: int, entries: Sequence[bytes]
) -> bool:
    """Take entries of a log of ours, from ``start`` on, under a head that our own key signed.

    Returns True once everything that was ever signed is held, so that the log goes on; False while
    it stays read-only. Raises WrongLog, BadNote, ForkDetected, EntriesMissing, BadProof.
    """
    # (1) our key signed this head; if it is ahead of our sign-state, that is what we signed last
    appender.learn_own_head(note)
    head = parse_checkpoint(SignedNote.parse(note))
    held = store.size(head.origin)
    # (2) the entries lead from what is held to the head
    if start > held or start + len(entries) < head.size:
        raise EntriesMissing(
            f"[{start}, {start + len(entries)}) do not lead from {held} to {head.size}",
            where=head.origin,
        )
    new = entries[held - start : head.size - start] if head.size > held else []
    grown = Growth(store.reader(head.origin), held, [leaf_hash(entry) for entry in new])
    # (3) they give the root that was signed, then and last
    if grown.root(head.size) != head.root:
        raise BadProof("the entries do not give the root that we signed", where=head.origin)
    signed = appender.behind(head.origin)
    reached = signed is not None and signed.size <= grown.size
    if signed is not None and reached and grown.root(signed.size) != signed.root:
        raise BadProof("not the entries that we signed last", where=head.origin)
    # (4) only now store, and go on if nothing is missing any more
    if new:
        store.append(head.origin, [_leaf(entry) for entry in new], after=held)
    if appender.behind(head.origin) is not None:
        return False
    appender.catch_up(head.origin)
    return True


def _leaf(raw: bytes) -> Leaf:
    try:
        return own_leaf(open_entry(raw))
    except ParleyError:
        return foreign_leaf(raw)
