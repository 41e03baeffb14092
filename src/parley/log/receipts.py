"""Giving receipts: *stored by us*, only when entries and the shared parts they name are durable."""

from collections.abc import Callable
from dataclasses import dataclass

from parley.errors import LogDamaged, ParleyError, StateMoved
from parley.log.checkpoint import NoteSignature
from parley.log.heads import StoredHead
from parley.log.parts import PartStore
from parley.log.store import Store
from parley.log.witness import Cosigner
from parley.record.envelope import open_entry, read_record


@dataclass(frozen=True, slots=True)
class Receipt:
    """A head that we hold in full, and our receipt line for it."""

    head: StoredHead
    line: NoteSignature


class Receipts:
    """What we can truthfully say to hold of each log of another."""

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
        self._parts = parts
        self._witness = witness
        self._receipt = receipt
        self._clock_s = clock_s

    def last_size(self, origin: str) -> int:
        """Give the size of the head that we gave our last receipt for; 0 at first."""
        last = self._receipt.last(origin)
        return 0 if last is None else last.size

    def missing_parts(self, origin: str) -> list[tuple[int, str]]:
        """List the shared parts that stand in the way of a receipt: (entry index, digest)."""
        start, channel = self.last_size(origin), channel_of(origin)
        found = []
        for index, raw in enumerate(self._store.entries(origin, start), start):
            for name in shared_parts(raw):
                if not self._parts.shares(name, channel):
                    found.append((index, name))
        return found

    def give(self, origin: str) -> Receipt | None:
        """Give our receipt for the largest head that we may, or None while there is none.

        Repeating it gives the same line. Nothing is signed before what it covers is durable.
        """
        while True:
            try:
                return self._give(origin)
            except StateMoved:
                continue  # another thread gave one meanwhile; look again

    def _give(self, origin: str) -> Receipt | None:
        last = self._receipt.last(origin)
        # (1) every entry is held, and every shared part that a readable entry names
        missing = self.missing_parts(origin)
        limit = missing[0][0] if missing else self._store.size(origin)
        head = self._store.largest_head(origin, up_to=limit)
        # (2) never smaller than before
        if head is None or head.size < (0 if last is None else last.size):
            return None
        # (3) the entries are those under the head, and nothing we have seen contradicts it
        if self._store.root(origin, head.size) != head.root:
            raise LogDamaged("the entries held are not those under the head", where=origin)
        if last is not None and self._store.root(origin, last.size) != last.root:
            raise LogDamaged("the entries held are not those receipted before", where=origin)
        if not self._agrees_with_seen(head):
            return None
        # (4) durable, also the head itself, then the sign-state; only then the line leaves
        given = next((s for s in head.cosignatures if s.name == self._receipt.name), None)
        if given is None:
            self._store.sync()
            given = self._receipt.cosign(head.checkpoint, after=last, time_s=self._clock_s())
            # Our own copy of the line may wait for the next sync: lost, it can be signed anew.
            self._store.add_cosignature(origin, head.size, head.root, given, synced=False)
        return Receipt(head, given)

    def _agrees_with_seen(self, head: StoredHead) -> bool:
        seen = self._witness.last(head.origin)
        if seen is None or any(line.name == self._witness.name for line in head.cosignatures):
            return True
        if seen.size > self._store.size(head.origin):
            return False
        return self._store.root(head.origin, seen.size) == seen.root


def channel_of(origin: str) -> str:
    """Name the channel of a log: the last but one piece of its origin."""
    return origin.split("/")[-2]


def shared_parts(raw: bytes) -> list[str]:
    """Name the shared parts of an entry; what cannot be read names none."""
    try:
        record = read_record(open_entry(raw).payload)
    except ParleyError:
        return []
    return [part.sha256 for part in record.parts if part.part_class == "shared"]
