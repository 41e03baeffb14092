"""What a node answers to its peers, frame by frame; the wire has checked who asks.

A caller sees only logs of channels it belongs to; what it may not see is answered like what is not
here. Nothing is believed but signatures and proofs (parley.log.replica).
"""

from collections.abc import Mapping

from parley.errors import BadRequest, HeadStale, NoPart, NotForYou, UploadConflict
from parley.log.checkpoint import NoteSignature, SignedNote
from parley.log.offer import HeadOffer
from parley.log.packages import MirrorInfo, read_head, read_packages
from parley.log.tiles import ENTRIES, TilePath, tile
from parley.node.channels import Channel
from parley.node.messages import MIRROR_INFO, NOTE, OCTETS, SIZE, size_body
from parley.node.station import Station
from parley.node.wire import Call, Caller, Reply
from parley.record.canonical import digest


class Answers:
    """One station, as its peers see it (``wire.Answering``)."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self.endpoint = station.identity.endpoint

    def callers(self) -> Mapping[str, tuple[bytes, Caller]]:
        """Give the line keys of every channel: key id -> (public key, caller)."""
        found: dict[str, tuple[bytes, dict[str, str]]] = {}
        for channel in self._station.channels.all():
            for keyid, (public, member) in self._station.reading.line_keys(channel).items():
                found.setdefault(keyid, (public, {}))[1][channel.id] = member
        return {
            keyid: (public, Caller(keyid, member_of))
            for keyid, (public, member_of) in found.items()
        }

    # --- reading

    def read_checkpoint(self, call: Call) -> Reply:
        """Give the latest head whose entries are held here, with all cosignatures known for it.

        The owner of the log gets the latest head that was seen at all: after a restored backup it
        must learn how far it had signed, even if nobody holds what it signed.
        """
        channel, origin = self._log(call)
        if call.caller.member_of[channel.id] == channel.owner(origin):
            seen = self._station.store.largest_head(origin)
            note = None if seen is None else seen.note
        else:
            note = self._station.store.head(origin)
        if note is None:
            raise NotForYou("no head is held", where=origin)
        return Reply(200, note, NOTE, {"Cache-Control": "no-store"})

    def read_tile(self, call: Call) -> Reply:
        """Give a tile or an entry bundle; a full one never changes."""
        _, origin = self._log(call)
        path = TilePath.parse(f"tile/{call.path['tile']}")
        age = "max-age=31536000, immutable" if path.width == 256 else "no-store"
        kind = "entries" if path.level == ENTRIES else "hashes"
        data = tile(self._station.store, origin, path)
        return Reply(200, data, OCTETS, {"Cache-Control": age, "Parley-Tile": kind})

    def _log(self, call: Call) -> tuple[Channel, str]:
        found = self._station.channels.of_log_hash(call.path["log"])
        if found is None or found[0].id not in call.caller.member_of:
            raise NotForYou("no such log for you", where=call.path["log"][:64])
        return found

    # --- heads and entries

    def offer_head(self, call: Call) -> Reply:
        """Take a newer head; answer with our witness line, or 409 and the size we saw last."""
        offer = HeadOffer.parse(call.body)
        channel, origin = self._named(call, offer.note)
        try:
            lines = self._station.intake.take_head(
                channel, origin, offer.note, offer.old, offer.proof
            )
        except HeadStale as stale:
            return Reply(409, size_body(stale.size), SIZE)
        return Reply(200, _lines(lines), NOTE)

    def offer_entries(self, call: Call) -> Reply:
        """Take packages; answer with our receipt line, or where we are (202, 409)."""
        upload, at = read_head(call.body)
        channel = self._channel_of(call, upload.origin)
        try:
            taken = self._station.intake.take_upload(
                channel, upload, read_packages(upload, call.body, at)
            )
        except UploadConflict as conflict:
            where = MirrorInfo(conflict.size, conflict.next_entry)
            return Reply(409, where.format(), MIRROR_INFO)
        if not taken.lines:
            info = MirrorInfo(taken.head_size, taken.next_entry)
            missing = {"Parley-Missing-Parts": str(len(taken.missing))} if taken.missing else {}
            return Reply(202, info.format(), MIRROR_INFO, missing)
        return Reply(200, _lines(taken.lines), NOTE)

    def pass_cosignatures(self, call: Call) -> Reply:
        """Take lines of others over a head of any log of the channel; unknown ones are ignored."""
        channel, origin = self._named(call, call.body)
        caller = call.caller.member_of[channel.id]
        self._station.intake.take_lines(channel, origin, call.body, heard_from=caller)
        return Reply(204)

    def _named(self, call: Call, note: bytes) -> tuple[Channel, str]:
        origin = SignedNote.parse(note).text.partition("\n")[0]
        return self._channel_of(call, origin), origin

    def _channel_of(self, call: Call, origin: str) -> Channel:
        channel = self._station.channels.of_origin(origin)
        if channel is None or channel.id not in call.caller.member_of:
            raise NotForYou("no such log for you", where=origin[:200])
        return channel

    # --- parts

    def fetch_part(self, call: Call) -> Reply:
        """Give a part: shared to members, personal to its audience, sealed to nobody."""
        channel, member, name = self._part(call)
        data = self._station.enclosures.may_have(channel, name, member)
        return Reply(200, data, OCTETS, {"Cache-Control": "no-store"})

    def offer_part(self, call: Call) -> Reply:
        """Take a part whose bytes have the digest in the path."""
        channel, member, name = self._part(call)
        if digest(call.body) != name:
            raise BadRequest("the bytes do not have this digest", where=name)
        self._station.intake.take_part(channel, name, call.body, member)
        return Reply(204)

    def _part(self, call: Call) -> tuple[Channel, str, str]:
        name, wanted = call.path["sha256"], call.query.get("channel", "")
        member = call.caller.member_of.get(wanted)
        if member is None or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise NoPart("no such part for you", where=name[:64])
        channel = next(c for c in self._station.channels.all() if c.id == wanted)
        return channel, member, name


def _lines(lines: tuple[NoteSignature, ...]) -> bytes:
    return "".join(line.format() for line in lines).encode()
