"""What a stranger needs to check one record: collected here, written by ``parley.log.evidence``."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator

from parley.errors import BadEvidence, NoRecord
from parley.log.evidence import Claim, EvidenceInput, Logged, write_evidence
from parley.log.heads import StoredHead
from parley.log.merkle import inclusion_proof
from parley.log.parts import PartStore
from parley.log.store import Store
from parley.node.channels import Channel
from parley.node.reading import Reading
from parley.projection.fold import Opened


class Proving:
    """Collects evidence from what one station holds."""

    def __init__(self, store: Store, reading: Reading, parts: PartStore) -> None:
        self._store = store
        self._reading = reading
        self._parts = parts
        self._bearings: dict[str, _Bearings] = {}
        self._lock = threading.Lock()

    def write(self, channel: Channel, opened: Opened, claim: str | None = None) -> bytes:
        """Write the evidence file of a record.

        ``claim`` names whose knowledge is claimed: ``<holder>``, or ``<holder>/receipt`` or
        ``<holder>/witness``; None claims all that one head shows, receipts before witness lines.
        """
        if opened.record is None or opened.entry is None:
            raise NoRecord("an unread entry can be shown, not proven", where=opened.name[:16])
        logs = self._reading.logs(channel)
        head, claims = self._head(channel, opened, claim)
        # the charter and changes of keys stand among the related even if they are the record
        with self._lock:
            bearings = self._bearings.setdefault(channel.id, _Bearings())
            bearings.catch_up(logs)
            keyed, referring = bearings.key_changes(), bearings.on(opened)
        related = [*_foundations(channel, logs), *keyed, *_bearing(channel, opened, referring)]
        before = self._before(channel, opened, logs, self._earliest(channel, head, claims))
        listed = [self._logged(item) for item in _distinct(related)]
        parts = {
            part.sha256: self._parts.get(part.sha256)
            for part in opened.record.parts
            if part.part_class == "shared" and self._parts.shares(part.sha256, channel.id)
        }
        return write_evidence(
            EvidenceInput(
                self._under(opened, head),
                (*listed, *([self._under(before, head)] if before else [])),
                parts,
                claims,
            )
        )

    def _head(
        self, channel: Channel, opened: Opened, claim: str | None
    ) -> tuple[StoredHead, tuple[Claim, ...]]:
        """Choose the head that shows most: receipts of others, then witness lines, then small."""
        author = channel.owner(opened.origin)
        best: tuple[tuple[int, int, int], StoredHead, tuple[Claim, ...]] | None = None
        for head in self._heads_over(opened):
            lines = {
                (holder, role)
                for _, holder, role, _ in self._reading.good_lines(channel, head)
                if holder != author
            }
            claims = tuple(sorted(line for line in lines if _claimed(line, claim)))
            receipts = sum(role == "receipt" for _, role in claims)
            rank = (receipts, len(claims), -head.size)
            if best is None or rank > best[0]:
                best = (rank, head, claims)
        if best is None:
            raise NoRecord("no signed head covers it yet", where=opened.name[:16])
        if claim is not None and not best[2]:
            raise BadEvidence(f"nothing here shows that {claim} knows of it", where="claim")
        return best[1], best[2]

    def _heads_over(self, opened: Opened) -> Iterator[StoredHead]:
        """Give the heads over an entry that somebody cosigned, first and last, and the newest."""
        origin, held = opened.origin, self._store.size(opened.origin)
        cosigned = [
            *self._store.cosignatures(origin, opened.index + 1, earliest=True),
            *self._store.cosignatures(origin, opened.index + 1),
        ]
        heads = {each.size: each.head for each in cosigned if each.size <= held}
        newest = self._store.stored_head(origin)
        if newest is not None and newest.size > opened.index:
            heads[newest.size] = newest
        yield from (heads[size] for size in sorted(heads))

    def _earliest(
        self, channel: Channel, head: StoredHead, claims: tuple[Claim, ...]
    ) -> int | None:
        """Give the earliest time, in POSIX seconds, at which a claimed line was signed."""
        lines = self._reading.good_lines(channel, head)
        return min((t for _, holder, role, t in lines if (holder, role) in claims), default=None)

    def _before(
        self,
        channel: Channel,
        opened: Opened,
        logs: dict[str, list[Opened]],
        earliest: int | None,
    ) -> Opened | None:
        """Find the last head, of its own logs too, that the author logged with a foreign line.

        One with a line later than the ``earliest`` claimed over the record is passed over: the two
        clocks contradict each other, and a lying one would make any record look backdated.
        """
        author = channel.owner(opened.origin)
        for other in reversed(logs[opened.origin][: opened.index]):
            note = other.facts.head
            if other.unread is not None or note is None:
                continue
            foreign = [t for h, t in self._reading.note_times(channel, note) if h != author]
            if foreign and (earliest is None or max(foreign) <= earliest):
                return other
        return None

    def _logged(self, opened: Opened) -> Logged:
        head = self._store.stored_head(opened.origin)
        if head is None or head.size <= opened.index:
            raise NoRecord("no signed head covers a related record", where=opened.name[:16])
        return self._under(opened, head)

    def _under(self, opened: Opened, head: StoredHead) -> Logged:
        tree = self._store.reader(opened.origin)
        hashes = inclusion_proof(tree, opened.index, head.size)
        raw = opened.entry.raw if opened.entry else b""
        return Logged(raw, opened.index, tuple(hashes), head.note)


def _claimed(line: Claim, claim: str | None) -> bool:
    return claim is None or claim in (line[0], f"{line[0]}/{line[1]}")


def _distinct(items: Iterable[Opened]) -> Iterable[Opened]:
    return {item.name: item for item in items}.values()


def _foundations(channel: Channel, logs: dict[str, list[Opened]]) -> Iterable[Opened]:
    for party in channel.terms.parties():
        log = logs[channel.origin(party, "main")]
        yield from log[:1]


def _bearing(channel: Channel, opened: Opened, referring: Iterable[Opened]) -> Iterable[Opened]:
    author = channel.owner(opened.origin)
    for other in referring:
        roles = {r.role for r in other.said.refs if r.record == opened.name}
        own = channel.owner(other.origin) == author
        told = bool(roles & {"about"}) and own and other.facts.call is not None
        ended = bool(roles & {"withdraws", "replaces"}) and own
        answered = "answers" in roles and not own and other.stance is not None
        if told or ended or answered:
            yield other


class _Bearings:
    """What refers to what in a channel, and its changes of keys; it grows as the logs do.

    Without it, each of many proofs would look through every log again. Not safe for threads.
    """

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._referring: dict[str, list[Opened]] = defaultdict(list)
        self._keyed: list[Opened] = []

    def catch_up(self, logs: dict[str, list[Opened]]) -> None:
        """Take in what the logs hold beyond what is known."""
        for origin, log in logs.items():
            for opened in log[self._sizes.get(origin, 0) :]:
                if opened.unread is not None:
                    continue
                if opened.facts.key_changes:
                    self._keyed.append(opened)
                for name in dict.fromkeys(ref.record for ref in opened.said.refs):
                    self._referring[name].append(opened)
            self._sizes[origin] = len(log)

    def key_changes(self) -> list[Opened]:
        """Give the changes of keys, by log and index."""
        return sorted(self._keyed, key=_place)

    def on(self, opened: Opened) -> list[Opened]:
        """Give the readable records that refer to one, by log and index."""
        return sorted(self._referring.get(opened.name, ()), key=_place)


def _place(opened: Opened) -> tuple[str, int]:
    return opened.origin, opened.index
