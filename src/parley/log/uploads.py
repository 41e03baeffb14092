"""Taking in uploads of entries, as the mirror of c2sp.org/tlog-mirror does with ``add-entries``."""

from collections.abc import Iterable
from dataclasses import dataclass

from parley.errors import BadProof, BadUpload, NoPendingHead, StaleAppend, UploadConflict, WrongLog
from parley.log.checkpoint import NoteSignature
from parley.log.heads import StoredHead
from parley.log.merkle import leaf_hash, root_of, verify_subtree_consistency
from parley.log.packages import MAX_PACKAGES, Package, UploadHead
from parley.log.receipts import Receipts
from parley.log.store import Store
from parley.log.tiles import WIDTH

MAX_REPEATED = MAX_PACKAGES * WIDTH
"""Entries that an upload may begin before what is held already."""


@dataclass(frozen=True, slots=True)
class EntriesTaken:
    """Where we are after an upload or a bundle.

    ``lines``: our receipt (and witness) lines for the head of size ``head_size``, empty while it
    is not complete. ``missing``: digests of shared parts that stand in the way of the receipt.
    """

    origin: str
    next_entry: int
    head_size: int
    lines: tuple[NoteSignature, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every entry under the head is held."""
        return self.next_entry >= self.head_size


class Uploads:
    """Entries of others, package by package, each proven under a head that we have seen."""

    def __init__(self, store: Store, receipts: Receipts) -> None:
        self._store = store
        self._receipts = receipts

    def take(self, upload: UploadHead, packages: Iterable[Package]) -> EntriesTaken:
        """Store the packages that prove themselves; give the receipt when all are here.

        Raises UnknownLog, NoPendingHead, UploadConflict (says where we are), BadProof for the first
        package that does not fit (those before it stay), BadUpload when nothing could be read.
        """
        target = self._target(upload)
        taken = 0
        for package in packages:
            self._take_package(package, target)
            taken += 1
        if not taken and upload.start < upload.end:
            raise BadUpload("not one whole package", where=upload.origin)
        held = self._store.size(upload.origin)
        if held < upload.end:
            return EntriesTaken(upload.origin, held, upload.end)
        return self.finish(target)

    def finish(self, target: StoredHead) -> EntriesTaken:
        """Give the receipt for a head whose entries are held, or say which parts are missing."""
        receipt = self._receipts.give(target.origin)
        held = self._store.size(target.origin)
        if receipt is not None and receipt.head.size >= target.size:
            return EntriesTaken(target.origin, held, receipt.head.size, (receipt.line,))
        missing = dict.fromkeys(
            name
            for index, name in self._receipts.missing_parts(target.origin)
            if index < target.size
        )
        return EntriesTaken(target.origin, held, target.size, missing=tuple(missing))

    def _target(self, upload: UploadHead) -> StoredHead:
        # (1) a log of another that we hold
        held = self._store.size(upload.origin)
        if self._store.is_own(upload.origin):
            raise WrongLog("our own log takes no uploads", where=upload.origin)
        # (2) some signed head has been seen
        pending = self._store.largest_head(upload.origin)
        if pending is None:
            raise NoPendingHead("send a signed head first", where=upload.origin)
        # (3) the upload is for one of them, not below our receipt, and leaves no gap
        target = self._store.stored_head_at(upload.origin, upload.end)
        if (
            target is None
            or upload.end < self._receipts.last_size(upload.origin)
            or upload.start > held
            or min(upload.end, held) - upload.start > MAX_REPEATED
        ):
            raise UploadConflict(
                f"[{upload.start}, {upload.end}) does not go on from here",
                where=upload.origin,
                size=pending.size if target is None else max(target.size, pending.size),
                next_entry=held,
            )
        return target

    def _take_package(self, package: Package, target: StoredHead) -> None:
        origin = target.origin
        leaves = [leaf_hash(entry) for entry in package.entries]
        # (4) with the entries held before it, the package is a subtree under the head
        before = self._store.leaf_hashes(origin, package.subtree_start, package.start)
        subtree = root_of([*before, *leaves])
        verify_subtree_consistency(
            package.subtree_start,
            package.end,
            subtree,
            target.size,
            target.root,
            package.proof,
        )
        while True:
            held = self._store.size(origin)
            # (5) what is held already is the same, and is not stored again
            overlap = self._store.leaf_hashes(origin, package.start, min(package.end, held))
            if overlap != leaves[: len(overlap)]:
                raise BadProof("other entries are held than those sent", where=origin)
            if held >= package.end:
                return
            # (6) only now store
            try:
                self._store.append(origin, package.entries[held - package.start :], after=held)
            except StaleAppend:
                continue  # another upload was faster; look again
            return
