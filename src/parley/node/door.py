"""What desk, demo and tests may ask of a node about its channels and their records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from parley.errors import NoChannel, NoPart, NoRecord
from parley.node.batches import Item, Outcome, publish_batch
from parley.node.carry import carry_in, carry_out
from parley.node.channels import Channel
from parley.node.entropy import Entropy
from parley.node.exchange import Exchange
from parley.node.looking import Looking
from parley.node.overlay import Grade, grades_here, situation_here
from parley.node.publishing import Draft, PartInput, Published
from parley.node.questions import Questions
from parley.node.skies import Answer, ChannelSky, Question
from parley.node.station import Station
from parley.projection.fold import LogName, Opened
from parley.record.canonical import Json
from parley.record.envelope import Priority, Ref, Status
from parley.record.signature import Signer
from parley.record.terms import Terms
from parley.values.instants import Instant
from parley.values.texts import Text


class Door(Looking):
    """Channels and records of a node; ``Node`` fills in the attributes."""

    stations: dict[Status, Station]
    exchanges: dict[Status, Exchange]
    entropy: Entropy
    questions: Questions
    skies: dict[str, ChannelSky]

    # --- channels

    def channels(self) -> tuple[str, ...]:
        """Name the channels this node is in."""
        return tuple(c.id for s in self.stations.values() for c in s.channels.all())

    def channel(self, reference: str) -> str:
        """Give the full name of a channel from its beginning (4 digits or more), or its name."""
        return self._channel(reference)[1].id

    def terms(self, channel: str) -> Terms:
        """Give what the first charter of a channel lays down."""
        return self._channel(channel)[1].terms

    def charter_title(self, channel: str) -> Text:
        """Give the title of the first charter of a channel: what people know it by."""
        return self._channel(channel)[1].charter.title

    def sign_charter(self, body: Mapping[str, Json]) -> str:
        """Log a charter as one of its parties, in both lanes; give the channel's name."""
        return self._enter(body, sign=True)

    def accept_charter(self, body: Mapping[str, Json]) -> str:
        """Follow a channel without logging, as its mirror does; give the channel's name."""
        return self._enter(body, sign=False)

    def _enter(self, body: Mapping[str, Json], *, sign: bool) -> str:
        station = self._station_for(body)
        channel = station.enter(body, sign=sign)
        self.channel_entered(station.identity.status)
        return channel.id

    def channel_entered(self, status: Status) -> None:
        """Let the line know of new members to call and to be called by."""
        raise NotImplementedError

    def _station_for(self, body: Mapping[str, Json]) -> Station:
        station = next((s for name, s in self.stations.items() if name == body.get("status")), None)
        if station is None:
            raise NoChannel(
                f"this node has no identity of status {body.get('status')!r}",
                where="status",
                hint="parley init --status adds one",
            )
        return station

    def _channel(self, reference: str) -> tuple[Station, Channel]:
        found = [
            (station, channel)
            for station in self.stations.values()
            for channel in station.channels.all()
            if channel.id == reference or (len(reference) >= 4 and channel.id.startswith(reference))
        ]
        if len(found) != 1:
            what = "two channels begin so" if found else "no such channel here"
            raise NoChannel(what, where=reference[:64])
        return found[0]

    # --- records

    def publish(
        self,
        channel: str,
        kind: str,
        body: Mapping[str, Json],
        *,
        priority: Priority = "routine",
        refs: Sequence[Ref] = (),
        parts: Sequence[PartInput] = (),
        id: str | None = None,
        issued: Instant | None = None,
        signers: Sequence[Signer] | None = None,
    ) -> Published:
        """Log one record of ours; it is durable and under a signed head when this returns.

        ``id`` (32 hex digits) makes it idempotent. All checks come before the append; on any
        refusal nothing is stored. ``signers`` stands in for the author's keys (a recovery key).
        """
        draft = self._draft(kind, body, priority, refs, parts, id, issued)
        station, found = self._channel(channel)
        return self._published(station, found, [draft], signers)[0]

    def publish_all(
        self,
        channel: str,
        records: Sequence[tuple[str, Mapping[str, Json]]],
        *,
        priority: Priority = "routine",
        ids: Sequence[str] | None = None,
    ) -> list[Published]:
        """Log several records of one priority in one commit, all of them or none.

        ``ids`` (32 hex digits each) make it idempotent, record by record.
        """
        given: Sequence[str | None] = [None] * len(records) if ids is None else ids
        drafts = [
            self._draft(kind, body, priority, (), (), record_id, None)
            for (kind, body), record_id in zip(records, given, strict=True)
        ]
        station, found = self._channel(channel)
        return self._published(station, found, drafts, None)

    def publish_batch(
        self,
        channel: str,
        items: Sequence[Item],
        *,
        check_only: bool = False,
        strict: bool = False,
    ) -> list[Outcome]:
        """Log what is new or changed in a list of ours; see ``batches.publish_batch``."""
        station, found = self._channel(channel)
        now = self.clock.now()
        done = publish_batch(station, found, items, at=now, check_only=check_only, strict=strict)
        self.exchanges[found.status].wake()
        return done

    def _published(
        self,
        station: Station,
        channel: Channel,
        drafts: Sequence[Draft],
        signers: Sequence[Signer] | None,
    ) -> list[Published]:
        done = station.publish(channel, drafts, signers=signers)
        self.exchanges[channel.status].wake()
        return done

    def _draft(
        self,
        kind: str,
        body: Mapping[str, Json],
        priority: Priority,
        refs: Sequence[Ref],
        parts: Sequence[PartInput],
        id: str | None,
        issued: Instant | None,
    ) -> Draft:
        return Draft(
            kind=kind,
            body=body,
            id=id or self.entropy.draw(16).hex(),
            issued=self.clock.now() if issued is None else issued,
            priority=priority,
            refs=tuple(refs),
            parts=tuple(parts),
        )

    def opened(self, channel: str) -> dict[str, list[Opened]]:
        """Give every entry of a channel's logs, readable or unread, by origin."""
        station, found = self._channel(channel)
        return station.reading.logs(found)

    def find(self, reference: str, channel: str | None = None) -> Opened:
        """Find a record by its name, at least 8 digits of it, or its short number."""
        if channel is not None:
            station, found = self._channel(channel)
            return station.find([found], reference)[1]
        errors: list[Exception] = []
        for station in self.stations.values():
            try:
                return station.find(station.channels.all(), reference)[1]
            except NoRecord as error:
                errors.append(error)
        raise errors[0]

    # --- what follows from the records

    def ask(
        self,
        channel: str,
        question: Question,
        *,
        offering: bool = False,
        only: str | None = None,
    ) -> Answer:
        """Tell what a plan would meet in a channel; nothing is stored. See ``ChannelSky.ask``."""
        return self._sky(self._channel(channel)[1].id).ask(question, offering=offering, only=only)

    def warm(self) -> None:
        """Get the sky and the words of every channel ready, so that no question waits for that."""
        for channel in self.channels():
            self._sky(channel).warm()
            station, found = self._channel(channel)
            station.searching.warm(found)

    def in_place_of(self, question: Question, record: str, channel: str | None) -> Question:
        """Ask as if the plan replaced a record, which then does not count against it."""
        opened = self.find(record, channel)
        home = LogName.parse(opened.origin).channel
        return replace(question, name=self._sky(home).subject_of(opened.name))

    def _sky(self, channel: str) -> ChannelSky:
        station, found = self._channel(channel)
        known = self.skies.get(found.id)
        if known is None:
            made = ChannelSky(found, station.reading, self.clock, self._agreed())
            known = self.skies.setdefault(found.id, made)
        return known

    def grades(self, channel: str, record: str) -> list[Grade]:
        """Give who is proven to know of a record, and how; see ``Grade``."""
        station, found = self._channel(channel)
        return self.grades_of(channel, [station.find([found], record)[1]])[0]

    def grades_of(self, channel: str, entries: Sequence[Opened]) -> list[list[Grade]]:
        """Give the grades of several entries of one channel, folding it once."""
        station, found = self._channel(channel)
        situation = situation_here(
            found,
            logs=station.reading.logs(found),
            at=self.clock.now(),
            agreed_kinds=self._agreed(),
            memo=self._memo(found),
        )
        return [grades_here(station, found, opened, situation) for opened in entries]

    def evidence(self, channel: str, record: str, *, claim: str | None = None) -> bytes:
        """Write the evidence file of a record; ``claim``: a holder, or ``holder/receipt``."""
        station, found = self._channel(channel)
        return station.proving.write(found, station.find([found], record)[1], claim)

    def forks(self, channel: str) -> list[Json]:
        """Give the kept proofs that a log signed two histories: its origin, and the evidence."""
        station, found = self._channel(channel)
        return [
            {"origin": origin, "evidence": evidence.decode()}
            for origin in found.origins()
            for evidence in station.store.forks(origin)
        ]

    # --- by hand

    def carry_out(self, channel: str, since: Mapping[str, int] | None = None) -> bytes:
        """Write all that is held of a channel as one file."""
        return carry_out(*self._channel(channel), since)

    def carry_in(self, data: bytes) -> dict[str, Json]:
        """Take a carried file in; give what became of each log in it."""
        report = carry_in(tuple(self.stations.values()), data)
        for exchange in self.exchanges.values():
            exchange.attest()
            exchange.wake()
        return report.to_json()

    # --- parts, and the state of our own logs

    def part(self, digest: str, *, hashed: bool = False) -> bytes:
        """Give the content of a part that this node holds, for its own people.

        ``hashed``: the bytes that its digest is over, with salt and padding, as a proof needs them.
        """
        for station in self.stations.values():
            if station.parts.state(digest) is not None:
                return station.parts.get(digest) if hashed else station.parts.content(digest)
        raise NoPart("no such part here", where=digest[:64])

    def open_sealed(
        self, channel: str, record: str, digest: str, *, reason: Json = None
    ) -> Published:
        """Publish what a sealed part of ours was, in an ``opening/1``."""
        station, found = self._channel(channel)
        opened = station.find([found], record)[1]
        return station.open_sealed(found, opened, digest, reason)

    def erase_personal(
        self, channel: str, record: str, digest: str, *, by: str, ground: str = "purpose_ended"
    ) -> Published:
        """Erase a personal part of ours here, for good, and publish ``erasure/1``."""
        station, found = self._channel(channel)
        opened = station.find([found], record)[1]
        return station.erase(found, opened, digest, by=by, ground=ground)

    @property
    def read_only(self) -> bool:
        """Whether some log of ours may not grow now; ``why_read_only`` says why."""
        return bool(self.why_read_only())

    def why_read_only(self) -> dict[str, str]:
        """Give the logs of ours that may not grow, and why."""
        return {
            origin: why
            for station in self.stations.values()
            for channel in station.channels.all()
            for origin in channel.own_origins()
            if (why := station.own_heads.why_read_only(origin))
        }

    def resume_unconfirmed(self, channel: str, reason: Json) -> Published:
        """Write on although nobody confirmed where our logs end; a ``line_state/1`` says so."""
        station, found = self._channel(channel)
        return station.resume_unconfirmed(found, reason)
