"""Whether a mirror still has what it gave receipts for: read back at random, and compared.

A receipt is a promise; a mirror that lost or changed what it holds would be found out only on the
day when it is needed. So each party asks each mirror, from time to time, for one stored entry and
for the hashes that prove its log to be the one receipted. What a mirror cannot show is a fault; no
answer at all is none, the line may be down.
"""

from collections.abc import Callable
from dataclasses import dataclass

from parley.errors import ParleyError, Unreachable
from parley.log.checkpoint import Checkpoint, SignedNote, parse_checkpoint, verify_log_signature
from parley.log.merkle import (
    Hash,
    consistency_proof,
    leaf_hash,
    root_of,
    verify_consistency,
)
from parley.log.store import Store
from parley.log.tiles import HEIGHT, WIDTH, TilePath, decode_entries, decode_hashes, tiles_of
from parley.node.channels import Channel, log_hash
from parley.node.clock import Clock
from parley.node.entropy import Entropy
from parley.node.events import EventHub
from parley.node.peers import PeerLine
from parley.node.reading import Reading
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant


@dataclass(frozen=True, slots=True)
class Audited:
    """The last look at a mirror: what was asked for, and what was wrong (empty: nothing)."""

    at: Instant
    channel: str
    mirror: str
    origin: str
    index: int
    size: int
    fault: str

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON."""
        return {
            "at": format_instant(self.at),
            "channel": self.channel,
            "mirror": self.mirror,
            "origin": self.origin,
            "index": self.index,
            "size": self.size,
            "fault": self.fault or None,
        }


class _FaultError(Exception):
    """Something that the mirror said it holds, and does not show."""


class Auditing:
    """The looks that one station takes at its mirrors."""

    def __init__(
        self,
        store: Store,
        reading: Reading,
        *,
        clock: Clock,
        entropy: Entropy,
        events: EventHub,
        every_s: int,
    ) -> None:
        self._store = store
        self._reading = reading
        self._clock = clock
        self._entropy = entropy
        self._events = events
        self._every_ms = every_s * 1000
        self._last: dict[tuple[str, str], Audited] = {}

    def all(self) -> list[Audited]:
        """Give the last look at each mirror of each channel."""
        return [self._last[key] for key in sorted(self._last)]

    def due(self, channel: Channel, peer: str) -> bool:
        """Tell whether a peer is a mirror that was not looked at for as long as is set."""
        if channel.member(peer).role != "mirror":
            return False
        last = self._last.get((channel.id, peer))
        return last is None or last.at + self._every_ms <= self._clock.now()

    def look(self, channel: Channel, peer: str, line: PeerLine) -> Audited | None:
        """Read one entry and one proof back; None where the mirror gave no receipt yet.

        Raises Unreachable where nothing can be said.
        """
        receipted = self._receipted(channel, peer)
        if not receipted:
            return None
        origin, size = receipted[self._below(len(receipted))]
        index = self._below(size)
        fault = ""
        try:
            self._compare(channel, line, origin, index, size)
        except _FaultError as found:
            fault = str(found)
        now = self._clock.now()
        done = Audited(now, channel.id, peer, origin, index, size, fault)
        before = self._last.get((channel.id, peer))
        self._last[channel.id, peer] = done
        if fault or (before is not None and before.fault):
            told = {k: v for k, v in done.to_json().items() if k not in ("at", "channel")}
            self._events.tell("audit", now, channel.id, **told)
        return done

    def _receipted(self, channel: Channel, peer: str) -> list[tuple[str, int]]:
        """Give each log that the mirror gave a receipt for and that is held here as far."""
        name = channel.cosigner_name(peer, "receipt")
        return [
            (origin, line.size)
            for origin in channel.origins()
            for line in self._store.cosignatures(origin)
            if line.cosigner == name and 0 < line.size <= self._store.size(origin)
        ]

    def _below(self, bound: int) -> int:
        return int.from_bytes(self._entropy.draw(16)) % bound

    def _compare(
        self, channel: Channel, line: PeerLine, origin: str, index: int, size: int
    ) -> None:
        """(1) its head covers what it receipted, (2) the entry is ours, (3) the log is the same."""

        def read(path: str) -> bytes:
            answer = line.get(f"/log/{log_hash(origin)}/{path}")
            if answer.status == 404:
                raise _FaultError(f"does not show {path}, of a log it receipted at size {size}")
            if answer.status != 200:
                raise Unreachable(f"answers {answer.status} to {path}", where=channel.id[:16])
            return answer.body

        try:
            head = self._head(channel, origin, read("checkpoint"))
            if head.size < size:
                raise _FaultError(f"shows {head.size} entries, and receipted {size}")
            (bundle,) = tiles_of(index, index + 1)
            width = min(WIDTH, size - bundle.number * WIDTH)
            path = TilePath(bundle.level, bundle.number, width)
            entry = decode_entries(read(path.format()), width)[index % WIDTH]
            if entry != self._store.entries(origin, index, index + 1)[0]:
                raise _FaultError(f"gives another entry {index} than it receipted")
            tiles, old = _Tiles(read, head.size), 1 + self._below(size)
            if tiles.node(0, index) != leaf_hash(entry):
                raise _FaultError(f"gives another hash of entry {index} than it receipted")
            proof = consistency_proof(tiles, old, head.size)
            root = self._store.root(origin, old)
            verify_consistency(old, root, head.size, head.root, proof)
        except Unreachable:
            raise
        except ParleyError as error:
            raise _FaultError(f"what it shows does not fit: {error}") from None

    def _head(self, channel: Channel, origin: str, note: bytes) -> Checkpoint:
        parsed = SignedNote.parse(note)
        head = parse_checkpoint(parsed)
        if head.origin != origin:
            raise _FaultError("gives the head of another log")
        if head.size <= self._store.size(origin):
            key = self._reading.log_key(channel, origin, head.size)
            verify_log_signature(parsed, head, key)
        return head


class _Tiles:
    """The hashes of a log of ``size`` entries, as tiles read from somebody else."""

    def __init__(self, read: Callable[[str], bytes], size: int) -> None:
        self._read = read
        self._size = size
        self._kept: dict[TilePath, list[Hash]] = {}

    def node(self, level: int, index: int) -> Hash:
        """Give the hash of a perfect subtree, from the tile that holds its lowest row."""
        high, low = divmod(level, HEIGHT)
        first = index << low
        number = first // WIDTH
        width = min(WIDTH, (self._size >> HEIGHT * high) - number * WIDTH)
        path = TilePath(high, number, width)
        if path not in self._kept:
            self._kept[path] = decode_hashes(self._read(path.format()), width)
        start = first % WIDTH
        return root_of(self._kept[path][start : start + (1 << low)])
