"""A small exercise for evidence tests: two parties, a mirror, fixed keys, a few records each."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from parley.log.checkpoint import Checkpoint, SignedNote, cosign, sign_checkpoint
from parley.log.evidence import EvidenceInput, Logged
from parley.log.merkle import MemoryTree, inclusion_proof, leaf_hash
from parley.record.canonical import Json, canonical
from parley.record.envelope import (
    Entry,
    Part,
    Priority,
    Record,
    Ref,
    Status,
    agreed_digest,
    origin_of,
    seal,
)
from parley.record.signature import SeedSigner, prove_possession
from parley.values.instants import Instant, parse_instant

NOON = parse_instant("2016-06-16T12:00:00Z")
NOON_S = NOON // 1000
MAP = b"%PDF a sketch of the area"
MAP_DIGEST = hashlib.sha256(MAP).hexdigest()
PARTY_ROLES = ("author", "log", "witness", "receipt", "line", "recovery")
MIRROR_ROLES = ("witness", "receipt", "line", "recovery")

Line = tuple[str, str, int]
"""A cosignature to put under a head: holder, role, POSIX seconds."""


def signer(holder: str, role: str, generation: str = "") -> SeedSigner:
    return SeedSigner(hashlib.sha256(f"exercise {holder} {role} {generation}".encode()).digest())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def possession(holder: str, role: str, status: str, key: SeedSigner) -> str:
    return b64(prove_possession(key, canonical({"name": holder, "role": role, "status": status})))


def charter_body(status: Status = "exercise") -> dict[str, Json]:
    """A charter of the kind's one form: test_the_charter_is_of_the_real_kind says so."""
    members = (("coalition", "CO", "party"), ("russia", "RU", "party"), ("mirror", "MI", "mirror"))
    keys: list[Json] = []
    for name, _, member_role in members:
        for role in PARTY_ROLES if member_role == "party" else MIRROR_ROLES:
            key = signer(name, role)
            keys.append(
                {
                    "holder": name,
                    "role": role,
                    "public": b64(key.public),
                    "possession": possession(name, role, status, key),
                }
            )
    deadline: dict[str, Json] = {"receipt_ms": 60_000, "answer_ms": 3_600_000}
    return {
        "title": {"lang": "en", "text": "An exercise"},
        "status": status,
        "members": [
            {
                "name": name,
                "code": code,
                "role": role,
                "display": {"lang": "en", "text": name.title()},
                "languages": [],
            }
            for name, code, role in members
        ],
        "keys": keys,
        "endpoints": [],
        "minima": {"lateral_e4m": 92_600_000, "vertical_e4m": 3_048_000, "time_ms": 300_000},
        "deadlines": {"routine": deadline, "urgent": deadline},
        "lead_times_ms": {},
        "liaisons": [],
        "languages": ["en"],
        "frequencies": [],
        "day_zone": "Asia/Damascus",
        "day_cutoff": "00:00",
        "places": [],
        "signatures_needed": {},
        "readback_kinds": [],
        "warning_repeat_ms": 21_600_000,
        "public": [],
        "in_force_from": NOON - 3_600_000,
        "texts": [],
    }


@dataclass
class PartyLog:
    """One log in memory: entries, their tree, and heads signed when asked."""

    holder: str
    origin: str
    entries: list[bytes] = field(default_factory=list)
    tree: MemoryTree = field(default_factory=MemoryTree)

    def append(self, entry: Entry) -> int:
        self.entries.append(entry.raw)
        self.tree.append(leaf_hash(entry.raw))
        return len(self.entries) - 1

    def head(
        self, *lines: Line, size: int | None = None, key: SeedSigner | None = None
    ) -> SignedNote:
        size = len(self.entries) if size is None else size
        head = Checkpoint(self.origin, size, self.tree.root(size))
        prefix = "exercise.invalid/" if self.origin.startswith("exercise") else ""
        signed = sign_checkpoint(head, key or signer(self.holder, "log"))
        cosigned = tuple(
            cosign(head, f"{prefix}{holder}/{role}", signer(holder, role), time_s)
            for holder, role, time_s in lines
        )
        return SignedNote(head.body().decode(), (signed, *cosigned))

    def logged(self, index: int, head: SignedNote | None = None) -> Logged:
        head = head or self.head()
        size = int(head.text.split("\n")[1])
        hashes = tuple(inclusion_proof(self.tree, index, size))
        return Logged(self.entries[index], index, hashes, head.format())


class World:
    """Coalition announces an activity; russia stores and answers it; the mirror stores both."""

    def __init__(self, status: Status = "exercise", body: dict[str, Json] | None = None) -> None:
        self.status = status
        self.body = charter_body(status) if body is None else body
        self.channel = agreed_digest("charter/1", self.body)
        self.coalition = self._log("coalition")
        self.russia = self._log("russia")
        self.note_seen = self.russia.head(("mirror", "receipt", NOON_S - 600)).format().decode()
        self.head = self.add(
            "coalition",
            "head/1",
            {"origin": self.russia.origin, "size": 1, "note": self.note_seen},
            issued=Instant(NOON - 500_000),
        )
        part = Part("sketch.pdf", MAP_DIGEST, len(MAP), "application/pdf", "shared")
        self.activity = self.add("coalition", "activity/1", {"title": "Support"}, parts=(part,))
        self.name = hashlib.sha256(self.payloads[-1]).hexdigest()
        said: dict[str, Json] = {
            "medium": "telephone",
            "direction": "out",
            "to": "russia",
            "opened_at": NOON + 40_000,
            "outcome": "connected",
            "said": {"lang": "en", "text": "We fly at one."},
        }
        self.call = self.add("coalition", "call/1", said, refs=(Ref("about", self.name),))
        self.retraction = self.add(
            "coalition",
            "retraction/1",
            {"reason": "weather"},
            refs=(Ref("withdraws", self.name),),
            issued=Instant(NOON + 900_000),
        )
        self.answer = self.add(
            "russia",
            "answer/1",
            {"stance": "acknowledge", "officer": "duty officer"},
            refs=(Ref("answers", self.name),),
            issued=Instant(NOON + 600_000),
        )

    payloads: list[bytes]

    def _log(self, party: str) -> PartyLog:
        log = PartyLog(party, origin_of(party, self.channel, "main", self.status))
        log.append(self.seal(party, "charter/1", self.body, issued=Instant(NOON - 7_200_000)))
        return log

    def add(
        self,
        party: str,
        kind: str,
        body: dict[str, Json],
        *,
        refs: tuple[Ref, ...] = (),
        parts: tuple[Part, ...] = (),
        issued: Instant = NOON,
        signers: Sequence[SeedSigner] = (),
    ) -> int:
        log = self.coalition if party == "coalition" else self.russia
        entry = self.seal(party, kind, body, refs=refs, parts=parts, issued=issued, signers=signers)
        return log.append(entry)

    def seal(
        self,
        party: str,
        kind: str,
        body: dict[str, Json],
        *,
        refs: tuple[Ref, ...] = (),
        parts: tuple[Part, ...] = (),
        issued: Instant = NOON,
        signers: Sequence[SeedSigner] = (),
        priority: Priority = "routine",
        channel: str = "",
    ) -> Entry:
        channel = channel or self.channel
        number = len(self.payloads) if hasattr(self, "payloads") else 0
        record = Record(
            channel=channel,
            log=origin_of(
                party, channel, "urgent" if priority == "urgent" else "main", self.status
            ),
            id=hashlib.sha256(f"{party} {kind} {number}".encode()).hexdigest()[:32],
            author=party,
            kind=kind,
            status=self.status,
            priority=priority,
            issued=issued,
            body=body,
            refs=refs,
            parts=parts,
        )
        payload = record.payload()
        self.payloads = [*getattr(self, "payloads", []), payload]
        return seal(payload, list(signers) or [signer(party, "author")])

    def charters(self) -> tuple[Logged, ...]:
        return (self.coalition.logged(0), self.russia.logged(0))

    def source(
        self, *lines: Line, related: str | tuple[Logged, ...] = "", **changes: object
    ) -> EvidenceInput:
        """Evidence of the activity under a head with these lines; related by name, or whole."""
        head = self.coalition.head(*lines)
        extra = {
            "head": lambda: self.coalition.logged(self.head, head),
            "call": lambda: self.coalition.logged(self.call),
            "retraction": lambda: self.coalition.logged(self.retraction),
            "answer": lambda: self.russia.logged(self.answer),
        }
        if isinstance(related, str):
            related = (*self.charters(), *(extra[name]() for name in related.split()))
        values: dict[str, object] = {
            "record": self.coalition.logged(self.activity, head),
            "related": related,
            **changes,
        }
        return EvidenceInput(**values)  # type: ignore[arg-type]


SEEN: Line = ("russia", "witness", NOON_S + 5)
STORED: Line = ("russia", "receipt", NOON_S + 9)
MIRRORED: Line = ("mirror", "receipt", NOON_S + 7)
