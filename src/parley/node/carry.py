"""The line is cut: channels go out as a file, and come in by the same acceptance as by wire."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parley.errors import ParleyError
from parley.log.bundle import Bundle, Delivered, LogCarried, deliver, read_bundle, write_bundle
from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.log.keyring import KeyRing
from parley.node.channels import Channel
from parley.node.station import Station
from parley.record.canonical import Json


@dataclass(frozen=True, slots=True)
class CarriedLog:
    """What became of one carried log: entries held now, whether we gave a receipt, or why not."""

    origin: str
    entries: int
    new: int
    receipted: bool
    refused: str = ""

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON."""
        return {
            "origin": self.origin,
            "entries": self.entries,
            "new": self.new,
            "receipted": self.receipted,
            "refused": self.refused or None,
        }


@dataclass(frozen=True, slots=True)
class CarryReport:
    """What became of a carried file."""

    logs: tuple[CarriedLog, ...]
    lines: int
    parts: int
    refused: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the report as JSON."""
        return {
            "logs": [log.to_json() for log in self.logs],
            "lines": self.lines,
            "parts": self.parts,
            "refused": list(self.refused),
        }


def carry_out(station: Station, channel: Channel, since: Mapping[str, int] | None = None) -> bytes:
    """Write all that is held of a channel, from ``since`` on where it says so, as one tar."""
    starts = {origin: (since or {}).get(origin, 0) for origin in channel.origins()}
    return write_bundle(station.store, starts, parts=station.parts, heads_of=channel.origins())


def carry_in(stations: tuple[Station, ...], data: bytes) -> CarryReport:
    """Take a carried file in; a log that is refused does not hold up the others."""
    bundle = read_bundle(data)
    reports = [_into(station, bundle) for station in stations]
    logs = {log.origin: log for report in reports for log in report.logs}
    for carried in bundle.logs:
        if carried.origin not in logs:
            logs[carried.origin] = CarriedLog(carried.origin, 0, 0, False, "of no channel here")
    return CarryReport(
        tuple(logs[origin] for origin in sorted(logs)),
        sum(report.lines for report in reports),
        sum(report.parts for report in reports),
        tuple(why for report in reports for why in report.refused),
    )


def _into(station: Station, bundle: Bundle) -> CarryReport:
    ours = [log for log in bundle.logs if station.channels.of_origin(log.origin) is not None]
    heads = [note for note in bundle.heads if _channel_of(station, note) is not None]
    before = {log.origin: station.store.size(log.origin) for log in ours}
    refused = [why for log in ours if (why := _own(station, log))]
    mine = replace(bundle, logs=tuple(ours), heads=tuple(heads))
    done = deliver(
        mine, station.intake.replica, station.store, _keys(station, mine), parts=station.parts
    )
    station.intake.changes += done.lines + done.parts
    reports = [_report(station, log, before[log.origin], done) for log in ours]
    for log in ours:
        channel = station.channels.of_origin(log.origin)
        if channel is not None:
            station.intake.stored(channel, log.origin, before[log.origin])
    refused += [str(error) for error in done.refused]
    return CarryReport(tuple(reports), done.lines, done.parts, tuple(refused))


def _channel_of(station: Station, note: bytes) -> Channel | None:
    try:
        return station.channels.of_origin(parse_checkpoint(SignedNote.parse(note)).origin)
    except ParleyError:
        return None


def _own(station: Station, log: LogCarried) -> str:
    """Take back a log of ours that the file holds more of; say why not, if so."""
    channel = station.channels.of_origin(log.origin)
    if channel is None or log.origin not in channel.own_origins():
        return ""
    note = log.offer.note
    try:
        size = parse_checkpoint(SignedNote.parse(note)).size
        if size > station.store.size(log.origin):
            station.intake.learn_own_head(channel, log.origin, note, "the carried file")
            station.intake.refill(channel, log.origin, note, log.start, log.entries)
        else:
            station.intake.take_lines(channel, log.origin, note)
            station.own_heads.confirmed(log.origin)
    except ParleyError as error:
        return str(error)
    return ""


def _keys(station: Station, bundle: Bundle) -> KeyRing:
    logs, cosigners = {}, []
    for channel in station.channels.all():
        cosigners += list(station.reading.cosigner_keys(channel).values())
        for origin in channel.origins():
            logs[origin] = station.reading.log_key(channel, origin, station.store.size(origin))
    for log in bundle.logs:
        channel_of = station.channels.of_origin(log.origin)
        if channel_of is not None:
            note = SignedNote.parse(log.offer.note)
            logs[log.origin] = station.reading.log_key_with(
                channel_of, log.origin, note, log.start, log.entries
            )
    return KeyRing(logs, tuple(cosigners))


def _report(station: Station, log: LogCarried, before: int, done: Delivered) -> CarriedLog:
    held = station.store.size(log.origin)
    found = next((each for each in done.logs if each.origin == log.origin), None)
    refused = "" if found is None or found.refused is None else str(found.refused)
    name = station.receipt.name
    lines = found.taken.lines if found is not None and found.taken is not None else ()
    receipted = any(line.name == name for line in lines)
    return CarriedLog(log.origin, held, held - before, receipted, refused)
