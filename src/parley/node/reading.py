"""The logs of every channel as read by this node: each entry opened once and remembered."""

import gc
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial

from parley.errors import BadCosignature
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    NoteSignature,
    SignedNote,
    VerifierKey,
    cosignature_time,
    parse_checkpoint,
)
from parley.log.heads import StoredHead
from parley.log.store import Store
from parley.log.verdicts import Found, Verdicts
from parley.node.channels import Channel
from parley.projection.fold import Opened, Reader
from parley.projection.keys import KeyHistory
from parley.projection.numbers import short_number
from parley.record.kind import Kinds
from parley.record.signature import key_id
from parley.values.instants import LAST

_WORTH_ASKING = 16
_MANY = 1_000
_KEPT_AT_ONCE = 512


@contextmanager
def _uncollected() -> Iterator[None]:
    """Read many entries without the collector of cycles, which would go through them all again.

    They hold no cycles and stay as long as the node runs: looking for garbage among them takes a
    third of the time of reading, and later makes the node pause. So they are set aside for good.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


class Reading:
    """Opened entries and key histories of the logs held; safe for threads.

    A log only grows, so what was opened stays; each call opens what came since. Verdicts on
    signatures outlive the run: they are kept a few at a time, beside the work, never in its way.
    """

    def __init__(self, store: Store, kinds: Kinds, verdicts: Verdicts | None = None) -> None:
        self._store = store
        self._kinds = kinds
        self._verdicts = verdicts
        # Index of the first entry of a log of which no verdict was handed over to be kept.
        self._judged: dict[str, int] = {}
        self._lock = threading.Lock()
        self._readers: dict[str, Reader] = {}
        self._opened: dict[str, list[Opened]] = {}
        # Entries of each log looked through for a later charter, and the channels that have one.
        self._looked_through: dict[str, int] = {}
        self._amended: set[str] = set()

    def log(self, origin: str) -> list[Opened]:
        """Give every entry of a log in order, readable or unread."""
        with self._lock:
            return list(self._caught_up(origin)[1])

    def after(self, origin: str, start: int) -> list[Opened]:
        """Give the entries of a log from an index on: what came since costs what came since."""
        with self._lock:
            return self._caught_up(origin)[1][start:]

    def entry(self, origin: str, index: int) -> Opened:
        """Give one entry of a log; raise ``IndexError`` where it holds none."""
        with self._lock:
            return self._caught_up(origin)[1][index]

    def logs(self, channel: Channel) -> dict[str, list[Opened]]:
        """Give every log of a channel that is held here."""
        return {origin: self.log(origin) for origin in sorted(channel.origins())}

    def since(self, channel: Channel, sizes: Mapping[str, int]) -> list[Opened]:
        """Give what each log of a channel holds beyond a size (0 where none is given)."""
        found: list[Opened] = []
        with self._lock:
            for origin in sorted(channel.origins()):
                found += self._caught_up(origin)[1][sizes.get(origin, 0) :]
        return found

    def reader(self, origin: str) -> Reader:
        """Give the reader that would read the next entry of a log."""
        with self._lock:
            return self._caught_up(origin)[0]

    def stands(self, channel: Channel) -> bool:
        """Tell whether every party has logged the first charter, as far as this node sees."""
        with self._lock:
            logs = [
                self._caught_up(channel.origin(party, "main"))[1]
                for party in channel.terms.parties()
            ]
            return all(log and log[0].unread is None for log in logs)

    def amended(self, channel: Channel) -> bool:
        """Tell whether any log of a channel holds a charter beyond the one it begins with."""
        with self._lock:
            for origin in channel.origins():
                start = self._looked_through.get(origin, 1)
                more = self._caught_up(origin)[1][start:]
                if any(opened.facts.terms is not None for opened in more):
                    self._amended.add(channel.id)
                self._looked_through[origin] = start + len(more)
        return channel.id in self._amended

    def keys(self, channel: Channel, party: str, lane: str) -> KeyHistory:
        """Give a party's keys in a lane as far as its log is read; the charter's before that."""
        origin = channel.origin(party, lane)
        reader = self.reader(origin)
        if reader.keys is not None:
            return reader.keys
        return KeyHistory.of_charter(channel.terms, party, "urgent" if lane == "urgent" else "main")

    def _caught_up(self, origin: str) -> tuple[Reader, list[Opened]]:
        reader = self._readers.setdefault(origin, Reader(origin, self._kinds))
        opened = self._opened.setdefault(origin, [])
        if self._store.size(origin) > reader.size:
            start = reader.size
            entries = self._store.entries(origin, start)
            with _uncollected() if len(entries) >= _MANY else nullcontext():
                if self._verdicts is None or len(entries) < _WORTH_ASKING:
                    reader, more = reader.read(entries)
                else:
                    kept = self._verdicts.read(origin, start)
                    reader, more = reader.read(entries, partial(self._verdicts.accepted, kept))
                    if self._verdicts.hold(kept, _found(more)):
                        self._judged[origin] = reader.size
                opened += more
            self._readers[origin] = reader
            if reader.size - self._judged.get(origin, 0) >= _KEPT_AT_ONCE:
                self._keep(origin)
        return reader, opened

    def close(self) -> None:
        """Keep the verdicts that were not kept yet."""
        with self._lock:
            for origin in self._opened:
                self._keep(origin)

    def _keep(self, origin: str) -> None:
        if self._verdicts is None:
            return
        opened = self._opened[origin]
        found = _found(opened[self._judged.get(origin, 0) :])
        if found:
            self._verdicts.keep(origin, found)
        self._judged[origin] = len(opened)

    # --- keys

    def log_key(self, channel: Channel, origin: str, size: int) -> VerifierKey:
        """Give the key that signs a head of this size: the one good at its last entry."""
        owner = channel.owner(origin)
        history = self.keys(channel, owner, origin.rpartition("/")[2])
        keys = history.good("log", max(0, size - 1)) or channel.terms.keys_of(owner, "log")
        return _verifier_key(origin, LOG_KEY, keys[-1])

    def log_key_with(
        self, channel: Channel, origin: str, note: SignedNote, start: int, entries: Sequence[bytes]
    ) -> VerifierKey:
        """Give the key that signs a head which comes with its entries, from ``start`` on.

        These may hold the very record that brings the key, signed by one that was good before.
        They are read for that and kept nowhere: the head has yet to prove them.
        """
        size = parse_checkpoint(note).size
        known = self.log_key(channel, origin, size)
        reader = self.reader(origin)
        if note.of(known) is not None or not start <= reader.size < size:
            return known
        ahead = reader.read(entries[reader.size - start : size - start])[0]
        keys = ahead.keys.good("log", size - 1) if ahead.keys is not None else ()
        return _verifier_key(origin, LOG_KEY, keys[-1]) if keys else known

    def cosigner_keys(self, channel: Channel) -> Mapping[tuple[str, bytes], VerifierKey]:
        """Give every cosigner of the channel, by name and key id of its lines."""
        found = {}
        for member in channel.terms.members:
            for role in ("witness", "receipt"):
                for public in self._publics(channel, member.name, role):
                    name = channel.cosigner_name(member.name, role)
                    key = _verifier_key(name, COSIGNER_KEY, public)
                    found[key.name, key.key_hash] = key
        return found

    def line_keys(self, channel: Channel) -> Mapping[str, tuple[bytes, str]]:
        """Give the line keys of the others: key id -> (public key, member)."""
        return {
            key_id(public): (public, name)
            for name in channel.peers()
            for public in self._publics(channel, name, "line", now=True)
        }

    def _publics(
        self, channel: Channel, name: str, role: str, *, now: bool = False
    ) -> tuple[bytes, ...]:
        if name not in channel.terms.parties():
            return channel.terms.keys_of(name, role)
        histories = [self.keys(channel, name, lane) for lane in ("main", "urgent")]
        lists = [h.good(role, 1 << 40) if now else h.ever(role) for h in histories]
        return tuple(dict.fromkeys(public for keys in lists for public in keys))

    def good_lines(
        self, channel: Channel, head: StoredHead
    ) -> list[tuple[NoteSignature, str, str, int]]:
        """Give the valid cosignatures of a head by members: (line, holder, role, POSIX seconds)."""
        text = head.checkpoint.body().decode()
        return self.lines_of(channel, text, head.cosignatures)

    def lines_of(
        self, channel: Channel, text: str, lines: Sequence[NoteSignature]
    ) -> list[tuple[NoteSignature, str, str, int]]:
        """Give those lines over a head's text that members signed; others are left out."""
        keys = self.cosigner_keys(channel)
        found = []
        for line in lines:
            key = keys.get((line.name, line.key_hash))
            if key is None:
                continue
            time_s = _time_of(text, line, key)
            holder, _, role = line.name.removeprefix("exercise.invalid/").rpartition("/")
            if time_s is not None and time_s * 1000 <= LAST:  # a later one no calendar has
                found.append((line, holder, role, time_s))
        return found

    def note_times(self, channel: Channel, note: str) -> list[tuple[str, int]]:
        """Give the valid cosignatures of members in a note as text: (holder, POSIX seconds)."""
        parsed = SignedNote.parse(note.encode())
        lines = self.lines_of(channel, parsed.text, parsed.signatures)
        return [(holder, time_s) for _, holder, _, time_s in lines]

    def number(self, channel: Channel, opened: Opened) -> str:
        """Give the short number of an entry; empty where its common fields cannot be read."""
        if opened.record is None:
            return ""
        code = channel.member(channel.owner(opened.origin)).code
        lane = opened.origin.rpartition("/")[2]
        issued, zone = opened.record.issued, channel.terms.day_zone
        return short_number(code, lane, opened.index, issued, zone)


def _found(opened: Sequence[Opened]) -> list[Found]:
    return [(each.index, each.leaf, each.signers) for each in opened if each.signers]


# Pure, and asked for again and again with the same few arguments.


@lru_cache(maxsize=4096)
def _verifier_key(name: str, key_type: int, public: bytes) -> VerifierKey:
    return VerifierKey(name, key_type, public)


@lru_cache(maxsize=65_536)
def _time_of(text: str, line: NoteSignature, key: VerifierKey) -> int | None:
    try:
        return cosignature_time(SignedNote(text, (line,)), key)
    except BadCosignature:
        return None
