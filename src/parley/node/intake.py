"""Whatever comes in, by wire, by pull or by hand, goes through here: judged, stored, told.

The acceptance itself is ``parley.log.replica``; this adds whose keys count, what follows from what
came in, and word to those who wait.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from parley.errors import ForkDetected, HeadRefused, ParleyError
from parley.log.appender import Appender
from parley.log.checkpoint import NoteSignature, SignedNote, VerifierKey, parse_checkpoint
from parley.log.heads import StoredHead
from parley.log.merkle import Hash
from parley.log.packages import Package, UploadHead
from parley.log.refill import refill
from parley.log.replica import Replica
from parley.log.store import Store
from parley.log.uploads import EntriesTaken
from parley.node.channels import Channel
from parley.node.clock import Clock
from parley.node.clockwatch import ClockWatch
from parley.node.enclosures import Enclosures
from parley.node.events import EventHub
from parley.node.ownheads import OwnHeads
from parley.node.reading import Reading
from parley.values.instants import Instant


@dataclass(slots=True)
class LinesKnown:
    """What a member has of a log's cosignatures: for each cosigner, the largest size it signed."""

    sizes: dict[str, int] = field(default_factory=dict)

    def told(self, size: int, lines: Iterable[NoteSignature]) -> None:
        """Take note that the member has these lines over the head of a size."""
        for line in lines:
            self.sizes[line.name] = max(size, self.sizes.get(line.name, 0))


@dataclass(slots=True)
class Intake:
    """The one way in of a station; safe for threads."""

    store: Store
    replica: Replica
    appender: Appender | None
    reading: Reading
    enclosures: Enclosures
    own_heads: OwnHeads
    clock: Clock
    clock_watch: ClockWatch
    events: EventHub
    wake: Callable[[], None] = lambda: None
    """Called when entries came in: there may be receipts to pass on and heads to log."""
    changes: int = 0
    """How often something new was stored; grows, and says nothing else."""
    known_to: dict[tuple[str, str], "LinesKnown"] = field(default_factory=dict)
    """Which cosignatures each member has, by member and log."""

    # --- others' logs

    def take_head(
        self, channel: Channel, origin: str, note: bytes, old: int, proof: Sequence[Hash]
    ) -> tuple[NoteSignature, ...]:
        """Take another's newer head and give our witness line; see ``Replica.offer_head``."""
        key = self._log_key(channel, origin, note)
        before = self.store.largest_head(origin)
        try:
            taken = self.replica.offer_head(note, old, proof, key)
        except ForkDetected as fork:
            self._fork(channel, origin, fork)
            raise
        if before is None or before.size < taken.size:
            self.changes += 1
        self.tell_head(channel, origin, before)
        return taken.lines

    def take_upload(
        self, channel: Channel, upload: UploadHead, packages: Iterable[Package]
    ) -> EntriesTaken:
        """Take entries of another's log under a head offered before; give the receipt if we can."""
        held = self.store.size(upload.origin)
        try:
            return self.replica.take_upload(upload, packages)
        finally:
            self.stored(channel, upload.origin, held)

    def take_log(
        self,
        channel: Channel,
        origin: str,
        note: bytes,
        start: int,
        entries: Sequence[bytes],
        leaves: Sequence[Hash] = (),
    ) -> EntriesTaken:
        """Take a head of another's log with the entries that lead to it; give what we can sign."""
        held, before = self.store.size(origin), self.store.largest_head(origin)
        key = self.reading.log_key_with(channel, origin, SignedNote.parse(note), start, entries)
        try:
            taken = self.replica.receive(note, start, entries, key, leaves=leaves)
        except ForkDetected as fork:
            self._fork(channel, origin, fork)
            raise
        self.tell_head(channel, origin, before)
        self.stored(channel, origin, held)
        self.take_lines(channel, origin, note)
        return taken

    def take_lines(
        self, channel: Channel, origin: str, note: bytes, *, heard_from: str = ""
    ) -> None:
        """Keep the cosignatures of members over a head that we hold or have seen; ignore others.

        ``heard_from``: the member that gave them, and so need not hear them from us.
        """
        parsed = SignedNote.parse(note)
        lines = [line for line, *_ in self._good(channel, parsed)]
        if heard_from:
            self.lines_known(heard_from, origin).told(_size_of(parsed), lines)
        known = self.store.stored_head_at(origin, _size_of(parsed))
        if known is not None and set(lines) <= set(known.cosignatures):
            return
        # Receipts for our own log are our proof, and wait for the disk. What is said of another's
        # log can be asked for again, and becomes durable with whatever is written next.
        self._keep(channel, origin, parsed, lines, synced=origin in channel.own_origins())

    def lines_known(self, member: str, origin: str) -> "LinesKnown":
        """Give the cosignatures of a log that a member has, as far as we know since the start."""
        return self.known_to.setdefault((member, origin), LinesKnown())

    def keep_lines(
        self,
        channel: Channel,
        head: StoredHead,
        lines: Sequence[NoteSignature],
        *,
        heard_from: str = "",
    ) -> None:
        """Keep lines over a head of ours; ``heard_from`` has just signed, so its clock is known.

        A receipt is durable when this returns; a witness line is with the receipt that follows it,
        or at the end of the round.
        """
        note = SignedNote(head.checkpoint.body().decode(), (head.line,)).joined(lines)
        good = self._good(channel, note)
        for _, holder, _, time_s in good:
            if holder == heard_from:
                self.clock_watch.heard(holder, Instant(time_s * 1000), self.clock.now())
        synced = any(role == "receipt" for _, _, role, _ in good)
        self._keep(channel, head.origin, note, [line for line, *_ in good], synced=synced)
        if good:
            self.own_heads.confirmed(head.origin)

    def _good(
        self, channel: Channel, note: SignedNote
    ) -> list[tuple[NoteSignature, str, str, int]]:
        return self.reading.lines_of(channel, note.text, note.signatures)

    def _keep(
        self,
        channel: Channel,
        origin: str,
        note: SignedNote,
        lines: list[NoteSignature],
        *,
        synced: bool,
    ) -> None:
        key = self._log_key(channel, origin, note.format())
        log_line = note.of(key)
        if log_line is None:
            return
        bare = SignedNote(note.text, (log_line,))
        keys = tuple(self.reading.cosigner_keys(channel).values())
        known = self.store.stored_head_at(origin, _size_of(note))
        before = set(known.cosignatures) if known else set()
        try:
            kept = self.replica.take_cosignatures(bare.format(), lines, key, keys, synced=synced)
        except HeadRefused:
            return
        except ForkDetected as fork:
            self._fork(channel, origin, fork)
            return
        for line in kept:
            if line not in before:
                self.changes += 1
                self._tell_line(channel, origin, _size_of(note), line)

    def give_receipt(self, channel: Channel, origin: str) -> None:
        """Give our receipt for another's log as far as we may, now that parts may have come."""
        # It may be for a smaller head than the newest: parts may never come.
        known = {line for c in self.store.cosignatures(origin) for line in c.head.cosignatures}
        receipt = self.replica.give_receipt(origin)
        if receipt is not None and receipt.line not in known:
            self.changes += 1

    def take_part(self, channel: Channel, digest: str, data: bytes, caller: str) -> None:
        """Keep a part, and give the receipts that waited for it."""
        self.enclosures.take(channel, digest, data, caller)
        self.changes += 1
        for origin in channel.origins():
            if channel.owner(origin) != channel.me and self.store.size(origin) > 0:
                self.give_receipt(channel, origin)

    # --- our own logs

    def learn_own_head(self, channel: Channel, origin: str, note: bytes, holder: str) -> None:
        """Take note of a head of ours that is larger than what we hold: read-only from here on."""
        if self.appender is not None:
            try:
                self.appender.learn_own_head(note)
            except ForkDetected as fork:
                self._fork(channel, origin, fork)
                raise
            self.own_heads.longer(origin, _size_of(SignedNote.parse(note)), holder)
            self.events.tell("state", self.clock.now(), channel.id, origin=origin, read_only=True)

    def refill(
        self, channel: Channel, origin: str, note: bytes, start: int, entries: Sequence[bytes]
    ) -> None:
        """Take our own log back from somebody who held it for us."""
        if self.appender is None:
            return
        held = self.store.size(origin)
        complete = refill(self.store, self.appender, note, start, entries)
        self.stored(channel, origin, held)
        self.take_lines(channel, origin, note)
        if complete:
            self.own_heads.confirmed(origin)
            self.events.tell("state", self.clock.now(), channel.id, origin=origin, read_only=False)

    # --- what follows

    def _log_key(self, channel: Channel, origin: str, note: bytes) -> VerifierKey:
        size = _size_of(SignedNote.parse(note))
        return self.reading.log_key(channel, origin, size)

    def stored(self, channel: Channel, origin: str, held: int) -> None:
        """Draw the consequences of entries from ``held`` on: erasures to follow, word to give."""
        if self.store.size(origin) <= held:
            return
        self.changes += 1
        self.wake()
        self.enclosures.follow_erasures(channel)
        self._take_attested(channel, origin, held)
        self.tell_entries(channel, origin, held)

    def _take_attested(self, channel: Channel, origin: str, held: int) -> None:
        """Keep the lines of heads that records carry, so that proofs can be made with them."""
        for opened in self.reading.after(origin, held):
            note = opened.facts.head
            if opened.unread is None and note is not None:
                about = note.partition("\n")[0]
                if about in channel.origins():
                    with suppress(ParleyError):
                        self.take_lines(channel, about, note.encode())

    def tell_entries(self, channel: Channel, origin: str, start: int) -> None:
        """Tell those who wait that entries came in from index ``start`` on."""
        for opened in self.reading.after(origin, start):
            self.events.tell(
                "record",
                self.clock.now(),
                channel.id,
                origin=origin,
                index=opened.index,
                name=opened.name,
                number=self.reading.number(channel, opened),
                record_kind=opened.record.kind if opened.record else None,
                unread=None if opened.unread is None else opened.unread.code,
            )

    def tell_head(self, channel: Channel, origin: str, before: StoredHead | None) -> None:
        """Tell of the largest signed head of a log, if it is larger than the one before."""
        head = self.store.largest_head(origin)
        if head is not None and (before is None or before.size < head.size):
            self.events.tell(
                "head",
                self.clock.now(),
                channel.id,
                origin=origin,
                size=head.size,
                root=head.root.hex(),
            )

    def _tell_line(self, channel: Channel, origin: str, size: int, line: NoteSignature) -> None:
        holder, _, role = line.name.removeprefix("exercise.invalid/").rpartition("/")
        now = self.clock.now()
        self.events.tell(
            "receipt" if role == "receipt" else "witness",
            now,
            channel.id,
            origin=origin,
            size=size,
            holder=holder,
        )

    def _fork(self, channel: Channel, origin: str, fork: ParleyError) -> None:
        self.events.tell("fork", self.clock.now(), channel.id, origin=origin, what=fork.what)


def _size_of(note: SignedNote) -> int:
    return parse_checkpoint(note).size
