"""Parts between nodes: what a peer is to get, what is still missing here, opening and erasing."""

from collections.abc import Iterator

from parley.errors import BadPart, LogBusy, NoPart, ParleyError, TooMuch
from parley.kinds.line.erasure import ERASURE, Erasure
from parley.kinds.line.opening import OPENING
from parley.log.padding import SALT_SIZE, unpad
from parley.log.parts import PartStore
from parley.node.channels import LANES, Channel
from parley.node.publishing import Draft, PartInput
from parley.node.reading import Reading
from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.record.envelope import Part, PartClass, Ref
from parley.values.instants import Instant

MAX_UNLISTED = 64 * 1024 * 1024
"""Bytes of parts that one member may send before the records that list them."""


class Enclosures:
    """The parts of one station."""

    def __init__(self, parts: PartStore, reading: Reading) -> None:
        self._parts = parts
        self._reading = reading
        # Parts taken in before any record lists them: (channel, caller) -> digest -> bytes.
        self._unlisted: dict[tuple[str, str], dict[str, int]] = {}
        # Erasures of each foreign log are followed once: (log, entries followed).
        self._followed: dict[str, int] = {}
        # What was erased to the end in this run: a crash or a reader may have kept old bytes alive.
        self._wiped: set[str] = set()

    # --- towards a peer

    def to_send(
        self, origin: str, start: int, end: int, peer: str, part_class: PartClass
    ) -> Iterator[Part]:
        """Give the parts of entries ``[start, end)`` of a log that a peer may have from us."""
        for opened in self._reading.log(origin)[start:end]:
            if opened.record is None or opened.unread is not None:
                continue
            for part in opened.record.parts:
                for_peer = part_class == "shared" or peer in part.audience
                if part.part_class == part_class and for_peer and self._parts.has(part.sha256):
                    yield part

    def may_have(self, channel: Channel, digest: str, caller: str) -> bytes:
        """Give a part to a member of a channel, or refuse it like one that is not here."""
        try:
            return self._parts.deliverable(digest, caller, channel.id, giver=channel.me)
        except (ParleyError, ValueError):
            raise NoPart("no such part for you", where=digest[:64]) from None

    def take(self, channel: Channel, digest: str, data: bytes, caller: str) -> None:
        """Keep a part that a member sent, in this order.

        (1) the bytes have the digest; (2) what the caller's own records list decides: one they
        list as sealed is not kept, one they list as personal only where we are in its audience;
        (3) what only others' records list is kept where one of them calls it shared: a personal
        part comes from its author alone; (4) what no record lists yet counts as shared, up to a
        bound.
        """
        listed = self._listed(channel, digest)
        if not listed:
            self._bound_unlisted(channel, digest, len(data), caller)
            self._parts.put(channel.id, "shared", data)
            return
        own = [(author, part) for author, part in listed if author == caller]
        mine = own or [(author, part) for author, part in listed if part.part_class == "shared"]
        if not mine:
            raise NoPart("not from its author", where=digest)
        if all(part.size != len(data) for _, part in mine):
            raise BadPart("not of the size its record states", where=digest)
        author = mine[0][0]
        classes = {part.part_class for _, part in mine}
        if "sealed" in classes:
            raise NoPart("a sealed part stays with its author", where=digest)
        if "personal" not in classes:
            self._parts.put(channel.id, "shared", data, author=author)
            return
        audience = sorted({name for _, part in mine for name in part.audience})
        if channel.me not in audience or digest in self._erased_by(channel, author):
            raise NoPart("not meant for this node, or erased", where=digest)
        self._parts.put(channel.id, "personal", data, audience=audience, author=author)

    def _bound_unlisted(self, channel: Channel, digest: str, size: int, caller: str) -> None:
        """Refuse more than a caller may send ahead of the records that list it."""
        kept = self._unlisted.setdefault((channel.id, caller), {})
        for known in [d for d in kept if self._listed(channel, d)]:
            del kept[known]
        if sum(kept.values()) + size > MAX_UNLISTED and digest not in kept:
            raise TooMuch("too many parts ahead of their records", hint="send the records first")
        kept[digest] = size

    def _listed(self, channel: Channel, digest: str) -> list[tuple[str, Part]]:
        """Give every author whose records list a part, and as what; anybody may list anything."""
        return [
            (channel.owner(opened.origin), part)
            for log in self._reading.logs(channel).values()
            for opened in log
            if opened.unread is None and opened.record is not None
            for part in opened.record.parts
            if part.sha256 == digest
        ]

    def wanted(self, channel: Channel, origin: str, peer: str) -> list[Part]:
        """Give the parts of another's log that we lack and this peer may give us.

        Shared ones, and from the log's owner those meant for us, unless it erased them.
        """
        owner = channel.owner(origin)
        gone = self._erased_by(channel, owner)
        return [
            part
            for opened in self._reading.log(origin)
            if opened.unread is None and opened.record is not None
            for part in opened.record.parts
            if (
                not self._parts.shares(part.sha256, channel.id)
                if part.part_class == "shared"
                else peer == owner
                and channel.me in part.audience
                and part.sha256 not in gone
                and self._parts.state(part.sha256) is None
            )
        ]

    # --- opening and erasing

    def opening(self, opened: Opened, digest: str, *, id: str, at: Instant, reason: Json) -> Draft:
        """Draft the ``opening/1`` of a sealed part of ours; its content goes along as shared."""
        part = _part_of(opened, digest, "sealed")
        padded = self._parts.get(digest)
        content = unpad(padded)
        body: dict[str, Json] = {
            "part": digest,
            "name": part.name,
            "salt": padded[:SALT_SIZE].hex(),
            "length": len(content),
        }
        if reason is not None:
            body["reason"] = reason
        shared = PartInput(part.name, content, part.media_type, "shared")
        refs = (Ref("opens", opened.name),)
        return Draft(OPENING.name, body, id, at, refs=refs, parts=(shared,))

    def erasing(
        self, opened: Opened, digest: str, *, id: str, at: Instant, by: str, ground: str
    ) -> Draft:
        """Erase a personal part here, for good, and draft the ``erasure/1`` that says so."""
        _part_of(opened, digest, "personal")
        # Also what counts as erased: the first time, a reader may have kept the old bytes alive.
        if self._parts.state(digest) is not None:
            self._parts.erase(digest)
        body: dict[str, Json] = {
            "part": digest,
            "ground": ground,
            "erased_by": by,
            "erased_at": at,
        }
        return Draft(ERASURE.name, body, id, at, refs=(Ref("about", opened.name),))

    def follow_erasures(self, channel: Channel) -> list[str]:
        """Let go of what the authors of other logs have erased of their own; give what is gone.

        Whoever lists another's part and erases it changes nothing: see ``PartStore.release``.
        What a reader of our file hinders is erased again with whatever comes in next.
        """
        done: list[str] = []
        for origin in channel.origins():
            log, author = self._reading.log(origin), channel.owner(origin)
            start = self._followed.get(origin, 0)
            if author == channel.me or start >= len(log):
                continue
            try:
                for digest in sorted(self._erased_by(channel, author) - self._wiped):
                    if self._parts.release(digest, channel.id, author):
                        self._wiped.add(digest)
                        done.append(digest)
            except LogBusy:
                continue
            self._followed[origin] = len(log)
        return done

    def _erased_by(self, channel: Channel, author: str) -> set[str]:
        return {
            opened.body.part
            for lane in LANES
            for opened in self._reading.log(channel.origin(author, lane))
            if isinstance(opened.body, Erasure)
        }


def _part_of(opened: Opened, digest: str, part_class: PartClass) -> Part:
    record = opened.record
    for part in record.parts if record else ():
        if part.sha256 == digest and part.part_class == part_class:
            return part
    raise NoPart(f"the record names no such {part_class} part", where=digest[:64])
