"""The channels this node is in: each charter kept beside the logs, and what follows from it."""

import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from parley.errors import NoChannel
from parley.kinds.line.charter import Charter
from parley.node.charter import channel_of, check_own_part, read_charter
from parley.node.keyring import Keyring, sync_folder
from parley.record.canonical import Json, canonical, decode
from parley.record.envelope import Status, origin_of, strict_base64
from parley.record.terms import Member, Terms

Lane = Literal["main", "urgent"]
LANES: tuple[Lane, ...] = ("urgent", "main")
"""Urgent first: in every round it is served before the other."""


@dataclass(frozen=True, slots=True)
class Where:
    """The address of a member's node, and the certificate (DER) that it must show there."""

    url: str
    pin: bytes | None


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel as this node sees it; ``me`` is our name in it."""

    id: str
    charter: Charter
    terms: Terms
    ring: Keyring
    standing: Literal["signed", "accepted"]

    @property
    def me(self) -> str:
        """Our own name."""
        return self.ring.identity.name

    @property
    def status(self) -> Status:
        """Actual, exercise or test."""
        return self.terms.status

    @property
    def is_party(self) -> bool:
        """Whether we hold a log here; a mirror stores and cosigns only."""
        return self.ring.identity.role == "party" and self.standing == "signed"

    def origin(self, party: str, lane: str) -> str:
        """Name the log of a party in a lane."""
        return origin_of(party, self.id, lane, self.status)

    def origins(self) -> tuple[str, ...]:
        """Name every log of the channel, urgent lanes first."""
        return tuple(self.origin(p, lane) for lane in LANES for p in self.terms.parties())

    def own_origins(self) -> tuple[str, ...]:
        """Name our own logs, urgent first; none where we are not a party."""
        return tuple(self.origin(self.me, lane) for lane in LANES) if self.is_party else ()

    def owner(self, origin: str) -> str:
        """Name the party that a log of this channel belongs to."""
        return origin.removeprefix("exercise.invalid/").partition("/")[0]

    def member(self, name: str) -> Member:
        """Give a member by name."""
        for member in self.terms.members:
            if member.name == name:
                return member
        raise NoChannel(f"{name} is no member of the channel", where=self.id[:16])

    def peers(self) -> tuple[str, ...]:
        """Name the other members that have a node, mirrors after parties."""
        others = [m for m in self.terms.members if m.name != self.me and m.role != "voice"]
        return tuple(m.name for m in sorted(others, key=lambda m: m.role == "mirror"))

    def endpoint(self, name: str, charter: Charter) -> Where | None:
        """Give the address and the certificate (DER) of a member's node, if the charter has one."""
        for entry in charter.endpoints:
            if entry.holder == name:
                pin = None if entry.tls_cert is None else strict_base64(entry.tls_cert)
                return Where(entry.url, pin)
        return None

    def cosigner_name(self, holder: str, role: str) -> str:
        """Name the witness or receipt cosigner of a holder, prefixed in an exercise."""
        prefix = "" if self.status == "actual" else "exercise.invalid/"
        return f"{prefix}{holder}/{role}"


class Channels:
    """The channels of one identity, kept as one file each under ``channels/``."""

    def __init__(self, ring: Keyring) -> None:
        self._folder = ring.folder / "channels"
        self._ring = ring
        self._lock = threading.Lock()
        self._channels: dict[str, Channel] = {}
        self._by_log: dict[str, tuple[Channel, str]] = {}
        for path in sorted(self._folder.glob("*.json")):
            value = cast("dict[str, Json]", decode(path.read_bytes(), where=str(path)))
            self._remember(
                cast("dict[str, Json]", value["body"]),
                cast("Literal['signed', 'accepted']", value["standing"]),
            )

    def add(self, body: Mapping[str, Json], standing: Literal["signed", "accepted"]) -> Channel:
        """Check a first charter against our keys, keep it durably, and give its channel.

        What was signed before is not downgraded to accepted.
        """
        check_own_part(body, self._ring.identity)
        name = channel_of(body)
        known = self._channels.get(name)
        if known is not None and standing in (known.standing, "accepted"):
            return known
        self._folder.mkdir(exist_ok=True, mode=0o700)
        path = self._folder / f"{name}.json"
        scratch = path.with_suffix(".new")
        with scratch.open("wb") as file:
            file.write(canonical({"standing": standing, "body": dict(body)}))
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
        sync_folder(self._folder)
        return self._remember(body, standing)

    def _remember(
        self, body: Mapping[str, Json], standing: Literal["signed", "accepted"]
    ) -> Channel:
        # Judged when it was added; since then another charter may have moved our endpoint.
        charter = read_charter(body)
        channel = Channel(channel_of(body), charter, charter.terms(), self._ring, standing)
        with self._lock:
            self._channels[channel.id] = channel
            for origin in channel.origins():
                self._by_log[log_hash(origin)] = (channel, origin)
        return channel

    def all(self) -> tuple[Channel, ...]:
        """Give every channel, by name."""
        with self._lock:
            return tuple(self._channels[name] for name in sorted(self._channels))

    def of_log_hash(self, name: str) -> tuple[Channel, str] | None:
        """Find a log by the hex SHA-256 of its origin."""
        with self._lock:
            return self._by_log.get(name)

    def of_origin(self, origin: str) -> Channel | None:
        """Find the channel a log belongs to."""
        found = self.of_log_hash(log_hash(origin))
        return None if found is None else found[0]


def log_hash(origin: str) -> str:
    """Give the hex SHA-256 of an origin: how a log is named in URLs (tlog-mirror)."""
    return hashlib.sha256(origin.encode()).hexdigest()
