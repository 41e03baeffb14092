"""What signed heads in the records prove: who had seen, and who stored, how much of each log.

A ``head/1`` proves itself by the lines in it, whoever logged it: the log's own signature and the
cosignatures of witnesses and receipts, checked here with the channel's keys. It counts for the log
as we hold it only if its root is ours at that size; another root is kept as a fork.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from parley.errors import ParleyError
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    cosignature_time,
    parse_checkpoint,
    verify_log_signature,
)
from parley.log.merkle import MemoryTree
from parley.projection.fold import EXERCISE, LogName, Opened
from parley.projection.governance import Governance
from parley.projection.keys import is_strong
from parley.projection.said import Said
from parley.values.instants import LAST, Instant

CosignerRole = Literal["witness", "receipt"]
ROLES: tuple[CosignerRole, ...] = ("witness", "receipt")
Memo = MutableMapping[tuple[object, ...], object]
"""Results of pure work by all its arguments; owned by the caller, who may drop it at any time."""


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A cosigner's verified line: its holder, its role, and the time on its clock."""

    holder: str
    role: CosignerRole
    at: Instant


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head that its log signed, with the cosignatures that verify."""

    checkpoint: Checkpoint
    lines: tuple[HolderLine, ...]


@dataclass(frozen=True, slots=True)
class Attested:
    """A signed head and the record it was logged in.

    ``fit``: our copy has this root at this size; it is longer than what we look at (``beyond``); or
    it has another root (``fork``): one of the two was shown to somebody else.
    """

    head: SignedHead
    logged: Opened
    fit: Literal["fits", "beyond", "fork"]


@dataclass(frozen=True, slots=True)
class Held:
    """That a holder had seen, or stored, a log up to ``size``, and the record that shows it."""

    holder: str
    role: CosignerRole
    size: int
    at: Instant
    record: str


class Heads:
    """All heads that records below the sizes of ``said`` attest, each verified once."""

    def __init__(self, said: Said, governance: Governance, memo: Memo) -> None:
        self._said = said
        self._governance = governance
        self._memo = memo
        self._trees: dict[str, MemoryTree] = {}
        self._held_of: dict[str, tuple[tuple[tuple[int, ...], list[Held]], ...]] = {}

    @cached_property
    def _judged(self) -> tuple[tuple[Attested, ...], tuple[tuple[Opened, str], ...]]:
        good: list[Attested] = []
        bad: list[tuple[Opened, str]] = []
        for opened in self._said.readable:
            if opened.facts.head is None:
                continue
            head = self._verified(opened.facts.head)
            if isinstance(head, str):
                bad.append((opened, head))
            else:
                good.append(Attested(head, opened, self._fit(head.checkpoint)))
        return tuple(good), tuple(bad)

    @property
    def attested(self) -> tuple[Attested, ...]:
        """The heads that verify, in folding order."""
        return self._judged[0]

    @property
    def refused(self) -> tuple[tuple[Opened, str], ...]:
        """Records whose head proves nothing, with the stable code of the reason."""
        return self._judged[1]

    @cached_property
    def missing(self) -> int:
        """How many entries signed heads speak of that lie beyond what we look at."""
        furthest: dict[str, int] = {}
        for each in self.attested:
            head = each.head.checkpoint
            furthest[head.origin] = max(furthest.get(head.origin, 0), head.size)
        return sum(max(0, size - self._said.size(origin)) for origin, size in furthest.items())

    def _verified(self, text: str) -> SignedHead | str:
        try:
            note = SignedNote.parse(text.encode())
            checkpoint = parse_checkpoint(note)
            log = LogName.parse(checkpoint.origin)
        except ParleyError as error:
            return error.code
        if log.channel != self._said.channel:
            return "head-elsewhere"
        keys = self._governance.log_keys(checkpoint.origin, checkpoint.size)
        key = ("head", text, keys, self._cosigners)
        known = self._memo.get(key)
        if not isinstance(known, SignedHead | str):
            known = _verify(note, checkpoint, keys, self._cosigners)
            self._memo[key] = known
        return known

    @cached_property
    def _cosigners(self) -> tuple[tuple[str, CosignerRole, str, bytes], ...]:
        terms = self._governance.first
        if terms is None:
            return ()
        prefix = "" if terms.status == "actual" else EXERCISE
        return tuple(
            (member.name, role, f"{prefix}{member.name}/{role}", public)
            for member in terms.members
            for role in ROLES
            for public in self._governance.keys_of(member.name, role)
            if is_strong(public)
        )

    def _fit(self, checkpoint: Checkpoint) -> Literal["fits", "beyond", "fork"]:
        if checkpoint.size > self._said.size(checkpoint.origin):
            return "beyond"
        root = self._tree(checkpoint.origin).root(checkpoint.size)
        return "fits" if root == checkpoint.root else "fork"

    def _tree(self, origin: str) -> MemoryTree:
        tree = self._trees.get(origin)
        if tree is None:
            tree = MemoryTree(o.leaf for o in self._said.log(origin))
            self._trees[origin] = tree
        return tree

    @cached_property
    def _held(self) -> Mapping[tuple[str, str, CosignerRole], tuple[tuple[int, ...], list[Held]]]:
        """By (origin, holder, role): rising sizes, each with the earliest proof of at least it."""
        found: dict[tuple[str, str, CosignerRole], list[Held]] = defaultdict(list)
        for each in self.attested:
            if each.fit != "fits":
                continue
            origin, size = each.head.checkpoint.origin, each.head.checkpoint.size
            for line in each.head.lines:
                held = Held(line.holder, line.role, size, line.at, each.logged.name)
                found[origin, line.holder, line.role].append(held)
            # who logs a head has seen it, by its own word and clock
            seer, said = each.logged.party, each.logged.said
            held = Held(seer, "witness", size, said.issued, each.logged.name)
            found[origin, seer, "witness"].append(held)
        result = {}
        for key, proofs in found.items():
            proofs.sort(key=lambda h: (h.size, h.at, h.record))
            earliest: list[Held] = []
            best = None
            for held in reversed(proofs):
                if best is None or (held.at, held.size) <= (best.at, best.size):
                    best = held
                earliest.append(best)
            result[key] = (tuple(h.size for h in proofs), earliest[::-1])
        return result

    @cached_property
    def _foreign(self) -> Mapping[str, tuple[tuple[str, CosignerRole], ...]]:
        """By party: every (holder, role) that is not its own."""
        pairs = tuple(dict.fromkeys((c[0], c[1]) for c in self._cosigners))
        return {
            party: tuple(pair for pair in pairs if pair[0] != party)
            for party in self._governance.parties
        }

    def holders(self, origin: str, index: int) -> tuple[Held, ...]:
        """Give, for each foreign holder and role, the earliest proof that covers an entry."""
        known = self._held_of.get(origin)
        if known is None:
            foreign = self._foreign.get(LogName.parse(origin).party, ())
            held = (self._held.get((origin, holder, role)) for holder, role in foreign)
            known = self._held_of[origin] = tuple(each for each in held if each is not None)
        found = []
        for sizes, earliest in known:
            place = bisect_right(sizes, index)
            if place < len(sizes):
                found.append(earliest[place])
        return tuple(found)

    def proven_by(self, origin: str, index: int) -> tuple[Instant | None, int]:
        """Give when an entry was proven there, and the first index after it of another answer."""
        held = self.holders(origin, index)
        turns = [
            sizes[bisect_right(sizes, index)]
            for sizes, _ in self._held_of[origin]
            if sizes and sizes[-1] > index
        ]
        return min((h.at for h in held), default=None), min(turns, default=1 << 62)

    def stored_up_to(self, origin: str) -> int:
        """Give the first index of a log that no foreign holder is known to store."""
        pairs = self._foreign.get(LogName.parse(origin).party, ())
        held = (
            self._held.get((origin, holder, role)) for holder, role in pairs if role == "receipt"
        )
        return max((sizes[-1] for sizes, _ in filter(None, held) if sizes), default=0)

    def furthest(self, origin: str, holder: str, role: CosignerRole) -> Held | None:
        """Give the proof of the largest size of a log that a holder had seen or stored."""
        sizes, earliest = self._held.get((origin, holder, role), ((), []))
        return earliest[-1] if sizes else None

    def stored_at(self, origin: str, index: int, holder: str | None = None) -> Held | None:
        """Give the earliest proof that a holder (any foreign one, if None) stored an entry."""
        held = self.holders(origin, index)
        if not held:
            return None
        receipts = [h for h in held if h.role == "receipt" and holder in (None, h.holder)]
        return min(receipts, key=lambda h: (h.at, h.holder), default=None)


def _verify(
    note: SignedNote,
    checkpoint: Checkpoint,
    log_keys: tuple[bytes, ...],
    cosigners: tuple[tuple[str, CosignerRole, str, bytes], ...],
) -> SignedHead | str:
    """Verify (1) the log's signature by a key good at that size (2) every known cosigner's line.

    A line of a known key that does not verify makes the whole note bad.
    """
    if not any(_log_signed(note, checkpoint, public) for public in log_keys):
        return "head-unsigned"
    names = {signature.name for signature in note.signatures}
    lines: dict[tuple[str, CosignerRole], HolderLine] = {}
    for holder, role, name, public in cosigners:
        if name not in names:
            continue
        try:
            time_s = cosignature_time(note, VerifierKey(name, COSIGNER_KEY, public))
        except ParleyError as error:
            return error.code
        if time_s is not None and time_s * 1000 <= LAST:
            lines.setdefault((holder, role), HolderLine(holder, role, Instant(time_s * 1000)))
    return SignedHead(checkpoint, tuple(lines.values()))


def _log_signed(note: SignedNote, checkpoint: Checkpoint, public: bytes) -> bool:
    try:
        verify_log_signature(note, checkpoint, VerifierKey(checkpoint.origin, LOG_KEY, public))
    except ParleyError:
        return False
    return True
