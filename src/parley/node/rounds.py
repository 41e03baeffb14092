"""One round with one peer: what it lacks of ours goes out, what we lack comes in.

Positions are not kept apart: a peer's own lines over our heads, as stored, say how far it is. Every
step may be repeated, and a round that breaks anywhere leaves nothing half believed.
"""

from contextlib import suppress

from parley.errors import BadNote, ParleyError, Unreachable
from parley.log.checkpoint import (
    Checkpoint,
    SignedNote,
    parse_checkpoint,
    parse_signature_lines,
)
from parley.log.heads import StoredHead
from parley.log.merkle import consistency_proof
from parley.log.offer import HeadOffer
from parley.log.packages import MirrorInfo, UploadHead, write_upload
from parley.log.tiles import decode_entries, tiles_of
from parley.node.channels import Channel, log_hash
from parley.node.messages import MIRROR_INFO, NOTE, OCTETS, SIZE, parse_size
from parley.node.peers import Answer, PeerLine
from parley.node.station import Station
from parley.record.envelope import PartClass

MAX_UPLOADS = 10_000


class Round:
    """The steps of a round between one station and one member of one channel."""

    def __init__(self, station: Station, channel: Channel, peer: str, line: PeerLine) -> None:
        self._station = station
        self._store = station.store
        self._channel = channel
        self._peer = peer
        self._line = line
        self.refusals: list[str] = []
        self._left = False
        # How much had been stored here when all of it was passed on.
        self._passed = -1
        # The urgent head that went out last in this round, and whether a newer one may go between.
        self._hurried = -1
        self._may_hurry = False
        # What was handed over since this node started; sending it again would do no harm.
        self._parts_sent: set[str] = set()

    def run(self, *, pull: bool = True) -> None:
        """Do everything once, urgent lane first; raises Unreachable where the line is cut.

        ``pull``: also look what the peer holds. It brings us what it has itself, unless it cannot
        reach us, so that need not be each time.
        """
        self._left = False
        try:
            self._push()
            if pull:
                self.pull()
            before = self._station.intake.changes
            if before != self._passed:
                self.push_lines()
                self.push_personal()
            self._passed = -1 if self._left else before
        finally:
            self._may_hurry = False
            self._store.sync()

    # --- out

    def push(self) -> None:
        """Give the peer what it lacks of our own logs, the urgent one first, and no more."""
        try:
            self._push()
        finally:
            self._may_hurry = False
            self._store.sync()

    def _push(self) -> None:
        self._hurried, self._may_hurry = -1, True
        self._hurry()
        for origin in self._channel.own_origins()[1:]:
            head = self._store.stored_head(origin)
            if head is not None:
                self._push_log(origin, head)

    def _hurry(self) -> None:
        """Give the peer the urgent log, where it has grown since that was done in this round."""
        if not self._may_hurry or not self._channel.is_party:
            return
        urgent = self._channel.own_origins()[0]
        head = self._store.stored_head(urgent)
        if head is not None and head.size != self._hurried:
            self._hurried, self._may_hurry = head.size, False
            self._push_log(urgent, head)
            self._may_hurry = True

    def _push_log(self, origin: str, head: StoredHead) -> None:
        self._offer(origin, head)
        self._push_entries(origin, head)

    def _send(self, method: str, path: str, body: bytes = b"", media_type: str = OCTETS) -> Answer:
        """Send one request; an urgent record that was published meanwhile goes before it."""
        self._hurry()
        return self._line.send(method, path, body, media_type)

    def push_heads(self) -> None:
        """Offer our newest heads, before any content, so that they are seen."""
        for origin in self._channel.own_origins():
            head = self._store.stored_head(origin)
            if head is not None:
                self._offer(origin, head)

    def _offer(self, origin: str, head: StoredHead) -> None:
        if self._lined("witness", origin) < head.size:
            self._push_head(origin, head)

    def _push_head(self, origin: str, head: StoredHead) -> None:
        old = self._lined("witness", origin)
        for _ in range(3):
            proof = consistency_proof(self._store.reader(origin), old, head.size) if old else []
            offer = HeadOffer(old, tuple(proof), head.note)
            answer = self._send("POST", "/add-checkpoint", offer.format(), NOTE)
            if answer.status != 409 or answer.media_type != SIZE:
                self._take_answer(origin, head, answer, fresh=True)
                return
            old = parse_size(answer.body)
            if old > head.size:
                # It says that it has seen more of our log. Only our own signature shows that, and
                # the pull asks for it; a bare number stops nobody.
                self._left = True
                return
            if old == head.size:
                proof_free = HeadOffer(old, (), head.note)
                answer = self._send("POST", "/add-checkpoint", proof_free.format(), NOTE)
                self._take_answer(origin, head, answer, fresh=False)
                return

    def _push_entries(self, origin: str, head: StoredHead) -> None:
        """Send shared parts, then the entries that name them, until the peer gives its receipt."""
        held = self._lined("receipt", origin)
        if held < head.size:
            self._push_parts(origin, held, head.size, "shared")
            self._upload(origin, held, head)

    def _upload(self, origin: str, start: int, head: StoredHead) -> None:
        upload = UploadHead(origin, start, head.size)
        for _ in range(MAX_UPLOADS):
            body = write_upload(self._store, upload)
            answer = self._send("POST", "/add-entries", body, OCTETS)
            if answer.status not in (202, 409) or answer.media_type != MIRROR_INFO:
                covered = self._store.stored_head_at(origin, upload.end)
                if covered is not None:
                    self._take_answer(origin, covered, answer, fresh=True)
                return
            where = MirrorInfo.parse(answer.body)
            following = UploadHead(origin, where.next_entry, where.size, where.ticket)
            if following == upload or where.size > head.size or where.next_entry > where.size:
                return
            upload = following

    def push_lines(self) -> None:
        """Pass on the cosignatures we know, of every log, that this peer may not have."""
        mine = {self._channel.cosigner_name(self._peer, r) for r in ("witness", "receipt")}
        for origin in self._channel.origins():
            has = self._station.intake.lines_known(self._peer, origin)
            heads = {
                c.size: c.head
                for c in self._store.cosignatures(origin)
                if c.cosigner not in mine and c.size > has.sizes.get(c.cosigner, 0)
            }
            for size in sorted(heads):
                answer = self._send("POST", "/cosignatures", heads[size].note, NOTE)
                if answer.status != 204:
                    self._left = True
                    return
                has.told(size, heads[size].cosignatures)

    def push_personal(self) -> None:
        """Send personal parts to this peer, once it holds the records that name it."""
        for origin in self._channel.own_origins():
            self._push_parts(origin, 0, self._lined("receipt", origin), "personal")

    def _push_parts(self, origin: str, start: int, end: int, wanted: PartClass) -> None:
        enclosures = self._station.enclosures
        for part in enclosures.to_send(origin, start, end, self._peer, wanted):
            if part.sha256 not in self._parts_sent:
                data = self._station.parts.get(part.sha256)
                path = f"/part/{part.sha256}?channel={self._channel.id}"
                if self._send("PUT", path, data, OCTETS).status == 204:
                    self._parts_sent.add(part.sha256)
                else:
                    self._left = True

    def _lined(self, role: str, origin: str) -> int:
        """Give the largest size of a log that the peer's line in a role is stored for."""
        name = self._channel.cosigner_name(self._peer, role)
        return self._store.cosigned_size(origin, name)

    def _take_answer(self, origin: str, head: StoredHead, answer: Answer, *, fresh: bool) -> None:
        if answer.status != 200 or not answer.body:
            self.refusals.append(answer.refusal or str(answer.status))
            return
        try:
            lines = parse_signature_lines(answer.body)
        except BadNote as error:
            raise Unreachable(f"an answer that is no line: {error}", where=self._peer) from None
        holder = self._peer if fresh else ""
        self._station.intake.keep_lines(self._channel, head, lines, heard_from=holder)

    # --- in

    def pull(self) -> None:
        """Fetch what this peer holds: its own logs, from a mirror all, and lines over ours."""
        role = self._channel.member(self._peer).role
        for origin in self._channel.origins():
            owner = self._channel.owner(origin)
            if owner in (self._peer, self._channel.me) or role == "mirror":
                self._pull_log(origin, own=owner == self._channel.me)

    def _pull_log(self, origin: str, *, own: bool) -> None:
        answer = self._send("GET", f"/log/{log_hash(origin)}/checkpoint")
        if answer.status == 404 and own:
            self._station.own_heads.confirmed(origin)
        if answer.status != 200:
            return
        try:
            note = SignedNote.parse(answer.body)
            head = parse_checkpoint(note)
        except BadNote as error:
            raise Unreachable(f"no head: {error}", where=self._peer) from None
        if head.origin != origin:
            raise Unreachable("the head of another log", where=self._peer)
        held = self._store.size(origin)
        if own:
            self._compare_own(origin, head, answer.body)
            return
        if head.size > held:
            self._fetch(origin, held, head.size, answer.body)
        else:
            self._station.intake.take_lines(
                self._channel, origin, answer.body, heard_from=self._peer
            )
        self._fetch_parts(origin)

    def _compare_own(self, origin: str, head: Checkpoint, note: bytes) -> None:
        """Compare a head of our own log, as the peer has it, with what we hold."""
        held = self._store.size(origin)
        if head.size > held:
            self._station.intake.learn_own_head(self._channel, origin, note, self._peer)
            with suppress(Unreachable):  # it may have seen the head and never got the entries
                self._refill(origin, held, note, head.size)
            return
        self._station.intake.take_lines(self._channel, origin, note, heard_from=self._peer)
        if self._store.root(origin, head.size) == head.root:
            self._station.own_heads.confirmed(origin)

    def _fetch(self, origin: str, start: int, end: int, note: bytes) -> None:
        entries = self._entries(origin, start, end)
        self._station.intake.take_log(self._channel, origin, note, start, entries)

    def _refill(self, origin: str, start: int, note: bytes, end: int) -> None:
        self._station.intake.refill(
            self._channel, origin, note, start, self._entries(origin, start, end)
        )

    def _entries(self, origin: str, start: int, end: int) -> list[bytes]:
        entries: list[bytes] = []
        for path in tiles_of(start, end):
            answer = self._send("GET", f"/log/{log_hash(origin)}/{path.format()}")
            if answer.status != 200:
                raise Unreachable("holds less than its head says", where=self._peer)
            entries += decode_entries(answer.body, path.width)
        return entries[start % 256 :]

    def _fetch_parts(self, origin: str) -> None:
        """Ask for parts that stand in the way of a receipt, or are meant for us."""
        for part in self._station.enclosures.wanted(self._channel, origin, self._peer):
            answer = self._send("GET", f"/part/{part.sha256}?channel={self._channel.id}")
            if answer.status == 200:
                try:
                    self._station.intake.take_part(
                        self._channel, part.sha256, answer.body, self._peer
                    )
                except ParleyError:
                    continue
        self._station.intake.give_receipt(self._channel, origin)
