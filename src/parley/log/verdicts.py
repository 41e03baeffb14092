"""Which signatures of stored entries were found good, kept so that a start need not ask again.

A verdict says: libsodium accepted, over the entry of this leaf hash, the signatures of these keys.
It is bound to the bytes by the leaf hash and to this node by a keyed hash (BLAKE2b, RFC 7693): who
changes an entry, or writes verdicts into the file without the node's key, has none. What has no
verdict is verified anew. Whether a key was good at an index is never kept; it is judged each time.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from parley.errors import ParleyError
from parley.log.merkle import Hash
from parley.log.store import INDEX_BITS, Store

KEY_BYTES = 32
_MAC_BYTES = 16
_READ = "SELECT at, signers, mac FROM verdict WHERE at BETWEEN ? AND ?"
_WRITE = "INSERT OR REPLACE INTO verdict (at, signers, mac) VALUES (?, ?, ?)"

Found = tuple[int, Hash, tuple[bytes, ...]]
"""What a reading found good: an entry's index, its leaf hash, the keys."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Stored verdicts as they stand, by index: keys, 32 bytes each, and the keyed hash.

    ``checked``: by index, the leaf hash for which a verdict was found to be this node's own.
    """

    rows: Mapping[int, tuple[bytes, bytes]]
    checked: dict[int, Hash] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count them."""
        return len(self.rows)


class Verdicts:
    """The verdicts of one node's store; ``secret`` (32 bytes) is the node's own."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store = store
        self._keyed = hashlib.blake2b(key=secret, digest_size=_MAC_BYTES)
        # By the keys as they are stored: a log is signed by few.
        self._split: dict[bytes, frozenset[bytes]] = {}

    def read(self, origin: str, start: int) -> Kept:
        """Give what is kept on a log from an index on; nothing of it is checked yet."""
        first = self._store.log_id(origin) << INDEX_BITS
        with self._store.reading() as db:
            rows = db.execute(_READ, (first | start, first | ((1 << INDEX_BITS) - 1))).fetchall()
        return Kept({at - first: (signers, mac) for at, signers, mac in rows})

    def accepted(self, kept: Kept, index: int, leaf: Hash) -> frozenset[bytes]:
        """Give the keys whose signatures over this very entry were found good here."""
        signers, mac = kept.rows.get(index, (b"", b""))
        if not signers:
            return frozenset()
        if kept.checked.get(index) != leaf:
            if not hmac.compare_digest(mac, self._mac(leaf, signers)):
                return frozenset()
            kept.checked[index] = leaf
        keys = self._split.get(signers)
        if keys is None:
            at = range(0, len(signers), KEY_BYTES)
            keys = self._split[signers] = frozenset(signers[i : i + KEY_BYTES] for i in at)
        return keys

    def hold(self, kept: Kept, found: Iterable[Found]) -> bool:
        """Tell whether all that was found stands in what is kept, and is this node's own.

        It does not where the line key has changed since: then all is to be kept anew.
        """
        return all(self.accepted(kept, index, leaf).issuperset(keys) for index, leaf, keys in found)

    def keep(self, origin: str, found: Iterable[Found]) -> None:
        """Keep verdicts. A file that cannot be written is no fault.

        They are no part of any log: what is lost is verified again.
        """
        first = self._store.log_id(origin) << INDEX_BITS
        rows = []
        for index, leaf, keys in found:
            signers = b"".join(keys)
            rows.append((first | index, signers, self._mac(leaf, signers)))
        with suppress(ParleyError), self._store.writing() as db:
            db.executemany(_WRITE, rows)

    def _mac(self, leaf: Hash, signers: bytes) -> bytes:
        made = self._keyed.copy()
        made.update(leaf + signers)
        return made.digest()
