"""Everything one identity of a node owns: its logs, its cosigners, its channels, what it reads.

A node has one station for each status it has an identity of; nothing passes between two stations,
so a record or key of an exercise cannot reach an actual channel.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import cast

from parley.errors import (
    BadRecord,
    CharterPending,
    IdReused,
    KeyAbsent,
    LogDamaged,
    NotAParty,
    StateBehind,
)
from parley.log.appender import Appender
from parley.log.parts import PartStore
from parley.log.replica import Replica
from parley.log.signstate import SignState
from parley.log.store import Store
from parley.log.verdicts import Verdicts
from parley.log.witness import Cosigner
from parley.node.amendments import charter_in_force
from parley.node.attesting import Attesting
from parley.node.auditing import Auditing
from parley.node.channels import LANES, Channel, Channels
from parley.node.clock import Clock
from parley.node.clockwatch import ClockWatch
from parley.node.enclosures import Enclosures
from parley.node.endings import Endings
from parley.node.entropy import Entropy
from parley.node.events import EventHub
from parley.node.finding import find
from parley.node.intake import Intake
from parley.node.keyring import Keyring
from parley.node.ownheads import OwnHeads
from parley.node.proving import Proving
from parley.node.publishing import (
    Checked,
    Draft,
    Published,
    check_draft,
    check_members,
    same_text,
    sign_draft,
    wrap_parts,
)
from parley.node.reading import Reading
from parley.node.search.found import Search
from parley.node.search.index import FILE as SEARCH
from parley.node.search.index import Index
from parley.node.settings import Settings
from parley.node.signing import KeysInForce
from parley.projection.fold import Opened, Reader
from parley.projection.numbers import check_code
from parley.record.canonical import Json
from parley.record.envelope import Entry, Part
from parley.record.kind import Governs, Kinds
from parley.record.signature import Signer
from parley.values.instants import Instant


class Station:
    """One identity at work; safe for threads."""

    def __init__(
        self,
        ring: Keyring,
        *,
        settings: Settings,
        clock: Clock,
        entropy: Entropy,
        kinds: Kinds,
        events: EventHub,
    ) -> None:
        self.ring, self.identity = ring, ring.identity
        self.settings = settings
        self.clock = clock
        self.entropy = entropy
        self.line_entropy = entropy.apart(f"line {ring.identity.status}")
        self.kinds = kinds
        self.events = events
        self.store = Store(ring.folder / "parley.db")
        self.parts = PartStore(self.store)
        self.state = SignState(ring.folder / "signed.db")
        self.channels = Channels(ring)
        self.reading = Reading(self.store, kinds, Verdicts(self.store, _own_secret(ring)))
        self.keys = KeysInForce(ring, self.channels, self.reading, self.store)
        has_log = "log" in ring.signers
        self.appender = Appender(self.store, self.state, self.keys.log()) if has_log else None
        prefix = "" if self.identity.status == "actual" else "exercise.invalid/"
        me = f"{prefix}{self.identity.name}"
        self.witness = Cosigner(f"{me}/witness", self.keys.cosigner("witness"), self.state)
        self.receipt = Cosigner(f"{me}/receipt", self.keys.cosigner("receipt"), self.state)
        self.enclosures = Enclosures(self.parts, self.reading)
        self.endings = Endings(self.reading)
        self.own_heads = OwnHeads(self.store, self.appender)
        self.clock_watch = ClockWatch(settings.clock_doubt_s * 1000)
        self.intake = self._intake()
        self.attesting = Attesting(self.store, self.reading)
        self.auditing = Auditing(
            self.store,
            self.reading,
            clock=clock,
            entropy=self.line_entropy,
            events=events,
            every_s=settings.audit_s,
        )
        self.proving = Proving(self.store, self.reading, self.parts)
        index = Index(ring.folder / SEARCH, self.reading, kinds)
        self.searching = Search(index, self.reading, self.store)
        # Held from the reading of our own log to the append, so that an index is what was checked.
        self._writing = threading.RLock()
        for channel in self.channels.all():
            self._open_logs(channel)

    def _intake(self) -> Intake:
        replica = Replica(
            self.store,
            self.parts,
            witness=self.witness,
            receipt=self.receipt,
            clock_s=lambda: self.clock.now() // 1000,
        )
        return Intake(
            self.store,
            replica,
            self.appender,
            self.reading,
            self.enclosures,
            self.own_heads,
            self.clock,
            self.clock_watch,
            self.events,
        )

    def close(self) -> None:
        """Let go of the files."""
        self.searching.close()
        self.reading.close()
        self.store.close()
        self.state.close()

    # --- channels

    def enter(self, body: Mapping[str, Json], *, sign: bool) -> Channel:
        """Come into a channel: log the charter in both lanes (``sign``), or only follow it."""
        if sign and self.appender is None:
            raise NotAParty("a mirror accepts a charter; it has no log to sign in")
        channel = self.channels.add(body, "signed" if sign else "accepted")
        self._open_logs(channel)
        if channel.is_party:
            for lane in LANES:
                if self.store.size(channel.origin(channel.me, lane)) == 0:
                    self._log_charter(channel, body, lane)
        self.events.tell("channel", self.clock.now(), channel.id)
        return channel

    def _open_logs(self, channel: Channel) -> None:
        own = channel.own_origins()
        for origin in channel.origins():
            if origin in own and self.appender is not None:
                # A log that cannot go on says so at each append; the rest of the node lives.
                with suppress(StateBehind, LogDamaged):
                    self.appender.open_log(origin)
            else:
                self.store.open_log(origin, own=False)

    def _log_charter(self, channel: Channel, body: Mapping[str, Json], lane: str) -> None:
        draft = Draft(
            kind="charter/1",
            body=body,
            id=self._fresh_id(),
            issued=self.clock.now(),
            priority="urgent" if lane == "urgent" else "routine",
        )
        self._publish(channel, [draft], signers=None)

    # --- publishing

    def publish(
        self, channel: Channel, drafts: Sequence[Draft], *, signers: Sequence[Signer] | None = None
    ) -> list[Published]:
        """Log drafts of one priority, all of them or none; the same ids again change nothing."""
        self.clock_watch.check(self.clock.now(), self._times_stored(channel))
        if not self.reading.stands(channel):
            raise CharterPending(
                "the charter is not yet logged by every party", where=channel.id[:16]
            )
        return self._publish(channel, drafts, signers=signers)

    def checked(self, channel: Channel, draft: Draft) -> Checked:
        """Check a draft alone, before anything is signed or stored."""
        checked = check_draft(draft, channel, self.kinds)
        check_members(
            checked,
            channel,
            lambda: charter_in_force(self.reading, channel, self.clock).terms(),
        )
        return checked

    def _publish(
        self, channel: Channel, drafts: Sequence[Draft], *, signers: Sequence[Signer] | None
    ) -> list[Published]:
        checked = [self.checked(channel, draft) for draft in drafts]
        self._check_keys(checked)
        lanes = {draft.lane for draft in drafts}
        if len(lanes) != 1:
            raise BadRecord("records of one priority are published together", where="priority")
        origin = channel.origin(channel.me, lanes.pop())
        if self.appender is None:
            raise NotAParty("no log key here")
        with self._writing:
            self.own_heads.check(origin)
            earlier = [self._earlier(channel, item) for item in checked]
            reader = self.reading.reader(origin)
            start = reader.size
            entries: list[Entry] = []
            beside: list[tuple[Part, bytes]] = []
            for item, known in zip(checked, earlier, strict=True):
                if known is None:
                    able = signers or self._signers(channel, reader, item)
                    parts = wrap_parts(item.draft.parts, self.entropy)
                    listed = tuple(part for part, _ in parts)
                    entry, reader = sign_draft(item, channel, listed, reader, able)
                    entries.append(entry)
                    beside += parts
            # Parts are durable before the entry that names them.
            for part, data in beside:
                self.parts.put(
                    channel.id, part.part_class, data, audience=part.audience, author=channel.me
                )
            before = self.store.largest_head(origin)
            added = iter(self.appender.append_all(origin, entries) if entries else ())
            opened = self.reading.after(origin, start)
        places = [known or opened[next(added).index - start] for known in earlier]
        if entries:
            self.intake.changes += 1
            self.intake.tell_entries(channel, origin, start)
            self.intake.tell_head(channel, origin, before)
        return [self.published(channel, place) for place in places]

    def attest(self, channel: Channel, body: Mapping[str, Json]) -> None:
        """Log a ``head/1`` in our main lane."""
        draft = Draft("head/1", body, self._fresh_id(), self.clock.now())
        self._publish(channel, [draft], signers=None)

    def open_sealed(self, channel: Channel, opened: Opened, digest: str, reason: Json) -> Published:
        """Publish the content of a sealed part of ours, so that all can compare the digest."""
        draft = self.enclosures.opening(
            opened, digest, id=self._fresh_id(), at=self.clock.now(), reason=reason
        )
        done = self.publish(channel, [draft])[0]
        self.parts.open_sealed(digest)
        return done

    def erase(
        self, channel: Channel, opened: Opened, digest: str, *, by: str, ground: str
    ) -> Published:
        """Erase a personal part of ours and publish that it is gone; the bytes go first."""
        draft = self.enclosures.erasing(
            opened, digest, id=self._fresh_id(), at=self.clock.now(), by=by, ground=ground
        )
        return self.publish(channel, [draft])[0]

    def resume_unconfirmed(self, channel: Channel, reason: Json) -> Published:
        """Take the operator's word that our logs go on as they are, and log that word.

        Raises StateBehind where our own key is known to have signed more: that cannot be undone.
        """
        logs: list[Json] = []
        for origin in channel.own_origins():
            behind = self.appender.behind(origin) if self.appender else None
            if behind is not None:
                raise StateBehind(
                    f"{behind.size} entries were signed, {self.store.size(origin)} are held",
                    where=origin,
                    hint="refill it from a counterpart, the mirror or a carried file",
                )
            if self.own_heads.why_read_only(origin):
                logs.append({"origin": origin, "size": self.store.size(origin)})
        if not logs:
            raise BadRecord("nothing is read-only in this channel", where=channel.id[:16])
        for log in logs:
            self.own_heads.overridden(str(cast("dict[str, Json]", log)["origin"]))
        body: dict[str, Json] = {
            "state": "degraded",
            "by": channel.me,
            "since": self.clock.now(),
            "reason": reason,
            "resumed_unconfirmed": logs,
        }
        draft = Draft("line_state/1", body, self._fresh_id(), self.clock.now())
        return self.publish(channel, [draft])[0]

    def _fresh_id(self) -> str:
        return self.entropy.draw(16).hex()

    def _times_stored(self, channel: Channel) -> Iterator[tuple[str, Instant]]:
        for origin in channel.own_origins():
            for cosigned in self.store.cosignatures(origin):
                for _, holder, _, time_s in self.reading.good_lines(channel, cosigned.head):
                    if holder != channel.me:
                        yield holder, Instant(time_s * 1000)

    def _earlier(self, channel: Channel, item: Checked) -> Opened | None:
        place = self.store.find_id(item.draft.id)
        if place is None:
            return None
        opened = self.reading.entry(*place)
        if opened.record is None or not same_text(opened.record, item.draft, item.written):
            raise IdReused("this id was given to another text", where="id")
        return opened

    def _signers(self, channel: Channel, reader: Reader, item: Checked) -> Sequence[Signer]:
        needed = (channel.terms.signatures_needed or {}).get(item.draft.kind, 1)
        ours: Sequence[Signer] = self.ring.able("author")
        if reader.keys is not None:
            good = reader.keys.good("author", reader.size)
            ours = [signer for signer in ours if signer.public in good]
        if len(ours) < needed:
            raise BadRecord(
                f"{needed} good author keys are needed here, {len(ours)} are held", where="keys"
            )
        return ours[:needed]

    def _check_keys(self, checked: Sequence[Checked]) -> None:
        """Refuse to bring a key of ours into force that we could not sign with from then on."""
        changes = [c for i in checked if isinstance(i.body, Governs) for c in i.body.key_changes()]
        if not changes:
            return
        self.ring.reread()
        for change in changes:
            role, public = change.key.role, change.key.public
            if change.change != "add" or role in ("author", "recovery"):
                continue
            if all(signer.public != public for signer in self.ring.able(role)):
                raise KeyAbsent(
                    f"no private half of the {role} key that is added is held here",
                    where="changes",
                    hint="parley key change makes it and logs it",
                )

    # --- what others need to know

    def published(self, channel: Channel, opened: Opened) -> Published:
        """Say where a record stands and what it is called."""
        number = self.reading.number(channel, opened)
        return Published(opened.name, opened.origin, opened.index, number, check_code(opened.name))

    def find(self, channels: Sequence[Channel], reference: str) -> tuple[Channel, Opened]:
        """Find a record by its name (or at least 8 digits of it) or its short number."""
        return find(self.store, self.reading, channels, reference)


def _own_secret(ring: Keyring) -> bytes:
    """Derive what only the holder of this node's line key can know (RFC 8032 is deterministic)."""
    return sha256(ring.signers["line"].sign(b"parley/verdicts/1\n")).digest()
