"""Logs carried by hand: one tar file, taken in by the same acceptance as what comes by wire.

For each log a folder named by the hex SHA-256 of its origin: ``add-checkpoint`` (old size,
consistency proof, signed head with every cosignature), entry bundles and level-0 tiles as in
c2sp.org/tlog-tiles. ``heads/`` holds heads with cosignatures, so that receipts come back by the
same road; ``parts/`` the shared parts that the entries name.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parley.errors import BadBundle, ParleyError
from parley.log.bundle_tar import read_tar, write_tar
from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.log.keyring import KeyRing
from parley.log.merkle import Hash, consistency_proof
from parley.log.offer import HeadOffer
from parley.log.parts import PartStore
from parley.log.receipts import channel_of, shared_parts
from parley.log.replica import Replica
from parley.log.store import Store
from parley.log.tiles import WIDTH, TilePath, decode_entries, decode_hashes, tile, tiles_of
from parley.log.uploads import EntriesTaken


@dataclass(frozen=True, slots=True)
class LogCarried:
    """One log in a bundle: its offer, the entries from ``start`` on, the leaf hashes of all."""

    origin: str
    offer: HeadOffer
    start: int
    entries: tuple[bytes, ...]
    leaves: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds, as read: nothing in it is believed yet."""

    logs: tuple[LogCarried, ...]
    heads: tuple[bytes, ...]
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogDelivered:
    """What became of one log: where we are now, or why it was refused."""

    origin: str
    taken: EntriesTaken | None
    refused: ParleyError | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a bundle, log by log; ``lines`` counts cosignature lines that were kept."""

    logs: tuple[LogDelivered, ...]
    lines: int
    parts: int
    refused: tuple[ParleyError, ...]


def write_bundle(
    store: Store, since: Mapping[str, int], *, parts: PartStore, heads_of: Iterable[str] = ()
) -> bytes:
    """Write a bundle: entries of each log from its ``since`` on, up to its largest complete head.

    ``heads_of``: logs of which only heads with their cosignatures go along, such as the receiver's
    own. The same state gives the same bytes.
    """
    members: dict[str, bytes] = {}
    for origin, start in sorted(since.items()):
        _add_log(members, store, parts, origin, start)
    for origin in sorted(heads_of):
        for cosigned in store.cosignatures(origin):
            name = f"heads/{_folder(origin)}/{cosigned.size}"
            members[name] = cosigned.head.note
    return write_tar(members)


def _add_log(
    members: dict[str, bytes], store: Store, parts: PartStore, origin: str, start: int
) -> None:
    head = store.stored_head(origin)
    if head is None or head.size == 0:
        return
    old = min(start, head.size)
    folder = _folder(origin)
    proof = tuple(consistency_proof(store.reader(origin), old, head.size))
    members[f"{folder}/add-checkpoint"] = HeadOffer(old, proof, head.note).format()
    for path in tiles_of(old, head.size):
        members[f"{folder}/{path.format()}"] = tile(store, origin, path)
    for path in tiles_of(0, head.size):
        hashes = TilePath(0, path.number, path.width)
        members[f"{folder}/{hashes.format()}"] = tile(store, origin, hashes)
    for raw in store.entries(origin, old, head.size):
        for digest in shared_parts(raw):
            if parts.shares(digest, channel_of(origin)) and f"parts/{digest}" not in members:
                members[f"parts/{digest}"] = parts.get(digest)


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle; refuse one that is not byte for byte what ``write_tar`` makes of it."""
    members = read_tar(data)
    folders: dict[str, dict[str, bytes]] = {}
    for name, content in members.items():
        folder, _, rest = name.partition("/")
        folders.setdefault(folder, {})[rest] = content
    heads = tuple(folders.pop("heads", {}).values())
    parts = folders.pop("parts", {})
    for digest, content in parts.items():
        if hashlib.sha256(content).hexdigest() != digest:
            raise BadBundle("does not fit its digest", where=f"parts/{digest[:80]}")
    logs = tuple(_read_log(folder, inside) for folder, inside in sorted(folders.items()))
    return Bundle(logs, heads, tuple(parts.values()))


def _read_log(folder: str, inside: dict[str, bytes]) -> LogCarried:
    try:
        offer = HeadOffer.parse(inside.pop("add-checkpoint", b""))
        head = parse_checkpoint(SignedNote.parse(offer.note))
        if folder != _folder(head.origin) or offer.old > head.size:
            raise BadBundle("does not belong to this folder")
        entries: list[bytes] = []
        for path in tiles_of(offer.old, head.size):
            entries += decode_entries(inside.pop(path.format(), b""), path.width)
        leaves: list[Hash] = []
        for path in tiles_of(0, head.size):
            name = TilePath(0, path.number, path.width).format()
            leaves += decode_hashes(inside.pop(name, b""), path.width)
        if inside:
            raise BadBundle(f"holds {min(inside)[:80]!r} as well")
    except ParleyError as error:
        raise BadBundle(str(error), where=folder[:64]) from None
    start = offer.old - offer.old % WIDTH
    return LogCarried(head.origin, offer, start, tuple(entries), tuple(leaves))


def deliver(
    bundle: Bundle, replica: Replica, store: Store, keys: KeyRing, *, parts: PartStore
) -> Delivered:
    """Take in a bundle: each log by ``Replica.receive``, its parts, then what others cosigned.

    A log that is refused does not hold up the others; every refusal is reported. ``keys`` says
    which logs and whose lines count. A log of our own is not taken in here: see ``refill``.
    """
    carried = {hashlib.sha256(data).hexdigest(): data for data in bundle.parts}
    logs, kept = [], 0
    refused: list[ParleyError] = []
    for log in bundle.logs:
        if _is_own(store, log.origin):
            continue
        # (1) the log, by the same acceptance as from the wire
        delivered = _deliver_log(log, replica, keys)
        # (2) only the shared parts that its receipt waits for, then the receipt
        missing = delivered.taken.missing if delivered.taken is not None else ()
        for name in missing:
            if name not in carried:
                continue
            try:
                parts.put(channel_of(log.origin), "shared", carried[name])
                kept += 1
            except ParleyError as error:
                refused.append(error)
        logs.append(_deliver_log(log, replica, keys) if missing else delivered)
    # (3) heads with cosignatures, of our logs and of others'
    lines = 0
    notes = [*bundle.heads, *(log.offer.note for log in bundle.logs if _is_own(store, log.origin))]
    for note in notes:
        try:
            origin = parse_checkpoint(SignedNote.parse(note)).origin
            accepted = replica.take_cosignatures(note, (), keys.log_key(origin), keys.cosigners)
            lines += len(accepted)
        except ParleyError as error:
            refused.append(error)
    return Delivered(tuple(logs), lines, kept, tuple(refused))


def _deliver_log(log: LogCarried, replica: Replica, keys: KeyRing) -> LogDelivered:
    try:
        key = keys.log_key(log.origin)
        taken = replica.receive(
            log.offer.note, log.start, log.entries, key, keys.cosigners, leaves=log.leaves
        )
    except ParleyError as error:
        return LogDelivered(log.origin, None, error)
    return LogDelivered(log.origin, taken)


def _is_own(store: Store, origin: str) -> bool:
    return origin in store.origins(own=True)


def _folder(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
