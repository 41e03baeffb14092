"""A small channel to fold over: toy kinds with every trait, parties with keys, logs, heads."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from parley.log.checkpoint import Checkpoint, SignedNote, cosign, sign_checkpoint
from parley.log.merkle import leaf_hash, root_of
from parley.projection.fold import Opened, open_log
from parley.projection.view import View, compute
from parley.record.canonical import Json, canonical, digest
from parley.record.envelope import Record, Ref, agreed_digest, origin_of, seal
from parley.record.kind import (
    Answers,
    Ask,
    Asks,
    Attests,
    Body,
    Concerns,
    Connects,
    Expires,
    Governs,
    Kind,
    Kinds,
    Occupancy,
    Occupies,
    ReadBack,
    Subject,
    Telling,
    Tells,
)
from parley.record.signature import SeedSigner, prove_possession
from parley.record.terms import Deadlines, KeyChange, KnownPlace, Member, Minima, RoleKey, Terms
from parley.values.instants import Instant, Interval, parse_instant
from parley.values.lengths import Altitude
from parley.values.places import Place
from parley.values.texts import Text
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

MINUTE = 60_000
HOUR = 60 * MINUTE
NOON = parse_instant("2016-06-16T12:00:00Z")
ROLES = ("author", "log", "witness", "receipt", "line", "recovery")


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# --- toy kinds


class Rules(Body, Governs):
    """A charter: everything a test may want to set, the rest fixed."""

    status: Literal["actual", "exercise", "test"] = "exercise"
    members: tuple[tuple[str, str, str], ...]
    keys: tuple[tuple[str, str, str], ...]
    start: int = 0
    end: int | None = None
    lateral_e4m: int = 92_600_000
    needed: dict[str, int] | None = None
    readback: tuple[str, ...] = ()
    lead_ms: int | None = None
    listed: tuple[tuple[str, Place], ...] = ()
    note: str = ""

    def terms(self) -> Terms:
        return Terms(
            status=self.status,
            members=tuple(Member(n, c, r) for n, c, r in self.members),  # type: ignore[arg-type]
            keys=tuple(
                RoleKey(h, r, base64.b64decode(k))  # type: ignore[arg-type]
                for h, r, k in self.keys
            ),
            minima=Minima(self.lateral_e4m, 3_048_000, 300_000),
            deadlines={
                "routine": Deadlines(HOUR, 2 * HOUR),
                "urgent": Deadlines(5 * MINUTE, 10 * MINUTE),
            },
            in_force=Interval(Instant(self.start), None if self.end is None else Instant(self.end)),
            day_zone="Asia/Damascus",
            places=self.places(),
            signatures_needed=self.needed,
            readback_kinds=self.readback,
            lead_times_ms=None if self.lead_ms is None else {"plan/1": self.lead_ms},
        )

    def places(self) -> tuple[KnownPlace, ...]:
        return tuple(KnownPlace((Text("en", name),), place) for name, place in self.listed)


class KeyTurn(Body, Governs):
    """Changes of keys: (holder, role, key, change, from, possession)."""

    changes: tuple[tuple[str, str, str, str, int, str], ...]

    def key_changes(self) -> tuple[KeyChange, ...]:
        return tuple(
            KeyChange(
                RoleKey(h, r, base64.b64decode(k)),  # type: ignore[arg-type]
                c,  # type: ignore[arg-type]
                i,
                i,
                base64.b64decode(p),
            )
            for h, r, k, c, i, p in self.changes
        )


class HeadNote(Body, Attests):
    note: str

    def head(self) -> str:
        return self.note


class About(Body, Concerns):
    """Something said of a place and time, in any manner."""

    manner: Literal["planned", "warned", "happened", "mentioned"] = "mentioned"
    place: Place | None = None
    start: int | None = None
    end: int | None = None
    lower: Altitude | None = None
    upper: Altitude | None = None
    parties: tuple[str, ...] = ()

    def subjects(self) -> tuple[Subject, ...]:
        during = None
        if self.start is not None:
            during = Interval(Instant(self.start), None if self.end is None else Instant(self.end))
        return (Subject(self.manner, self.place, during, self.lower, self.upper, self.parties),)


class Notice(About, Asks, Expires):
    """A warning or other notice; asks whom it names, or everybody."""

    of: tuple[str, ...] | None = None
    answer_by: int | None = None
    until: int | None = None
    post: str | None = None

    def ask(self) -> Ask:
        return Ask(self.of, None if self.answer_by is None else Instant(self.answer_by))

    def expires_at(self) -> Instant | None:
        return None if self.until is None else Instant(self.until)

    def owner(self) -> str | None:
        return self.post


class Reply(About, Answers):
    says: Literal["acknowledge", "object", "propose"] = "acknowledge"

    def stance(self) -> Literal["acknowledge", "object", "propose"]:
        return self.says

    def read_back(self) -> ReadBack | None:
        (said,) = self.subjects()
        back = ReadBack(said.place, said.during, said.lower, said.upper)
        return None if back == ReadBack() else back


class Plan(Body, Occupies, Asks, Concerns):
    title: str
    volumes: tuple[Volume4D, ...]
    role: Literal["activity", "zone"] = "activity"
    activity: str | None = None
    affects: tuple[str, ...] | None = None
    trajectories: tuple[Trajectory, ...] = ()

    def occupancy(self) -> Occupancy:
        return Occupancy(
            self.role,
            self.title,
            self.volumes,
            activity=self.activity,
            affects=self.affects,
            trajectories=self.trajectories,
        )

    def ask(self) -> Ask:
        return Ask()

    def subjects(self) -> tuple[Subject, ...]:
        return tuple(Subject("planned", during=v.during) for v in self.volumes)


class Rang(About, Tells):
    """A call: whom it reached, if anybody."""

    to: tuple[str, ...] = ()
    got_through: bool = True
    spoke: bool = True
    spoken_at: int = NOON

    def told(self) -> tuple[Telling, ...]:
        if not self.got_through or not self.spoke:
            return ()
        return (Telling(self.to, Instant(self.spoken_at), self.place is not None),)

    def reached(self) -> bool:
        return self.got_through

    def asked_for(self) -> tuple[str, ...]:
        return self.to


class Line(Body, Connects):
    state: Literal["open", "degraded", "suspended", "closed"]

    def line_state(self) -> Literal["open", "degraded", "suspended", "closed"]:
        return self.state


class Spot(Body, Governs, Asks):
    """A place proposed for the list."""

    called: str
    place: Place

    def places(self) -> tuple[KnownPlace, ...]:
        return (KnownPlace((Text("en", self.called),), self.place),)

    def ask(self) -> Ask:
        return Ask()


class Minutes(About):
    """An agreed text; the parties in it are those that must log it."""

    text: str


class Plain(Body):
    text: str = ""


KINDS = Kinds(
    [
        Kind("rules/1", Rules, "Rules", agreed=True),
        Kind("keys/1", KeyTurn, "Keys"),
        Kind("head/1", HeadNote, "Head"),
        Kind("about/1", About, "About"),
        Kind("notice/1", Notice, "Notice"),
        Kind("reply/1", Reply, "Reply"),
        Kind("plan/1", Plan, "Plan"),
        Kind("rang/1", Rang, "Rang"),
        Kind("line/1", Line, "Line"),
        Kind("spot/1", Spot, "Spot"),
        Kind("minutes/1", Minutes, "Minutes", agreed=True),
        Kind("plain/1", Plain, "Plain"),
    ]
)
AGREED = frozenset({"rules/1", "minutes/1"})


# --- the world


def signer(party: str, role: str, turn: int = 0) -> SeedSigner:
    """A key that depends on whose it is, for what, and which one it is."""
    return SeedSigner(bytes.fromhex(digest(f"{party} {role} {turn}".encode())))


@dataclass
class Log:
    """One lane of one party: its entries so far."""

    world: "World"
    party: str
    lane: Literal["main", "urgent"]
    entries: list[bytes] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return origin_of(self.party, self.world.channel, self.lane, self.world.status)

    def record(self, kind: str, said: Mapping[str, Any], **changes: Any) -> Record:
        """A record that fits this log at its end, with changes."""
        fields: dict[str, Any] = {
            "channel": self.world.channel,
            "log": self.origin,
            "id": digest(f"{self.origin} {len(self.entries)}".encode())[:32],
            "author": self.party,
            "kind": kind,
            "status": self.world.status,
            "priority": "urgent" if self.lane == "urgent" else "routine",
            "issued": NOON,
            "body": self.world.body(kind, said),
        }
        return Record(**{**fields, **changes})

    def say(
        self,
        kind: str,
        at: int = NOON,
        *,
        refs: Sequence[tuple[str, str]] = (),
        by: Sequence[SeedSigner] | None = None,
        changes: Mapping[str, Any] | None = None,
        **body: Any,
    ) -> str:
        """Append a record; give its name."""
        record = self.record(
            kind,
            body,
            issued=Instant(at),
            refs=tuple(Ref(role, name) for role, name in refs),  # type: ignore[arg-type]
            **(changes or {}),
        )
        return self.put(record, by)

    def put(self, record: Record, by: Sequence[SeedSigner] | None = None) -> str:
        entry = seal(record.payload(), by or [signer(self.party, "author")])
        self.entries.append(entry.raw)
        return entry.name

    def note(
        self,
        size: int | None = None,
        at: int = NOON,
        *,
        cosigners: Sequence[tuple[str, str]] = (),
        root: bytes | None = None,
        key: SeedSigner | None = None,
    ) -> str:
        """A signed head of this log, with cosignatures (holder, role) at an instant."""
        size = len(self.entries) if size is None else size
        if root is None:
            root = root_of([leaf_hash(raw) for raw in self.entries[:size]])
        head = Checkpoint(self.origin, size, root)
        lines = [sign_checkpoint(head, key or signer(self.party, "log"))]
        prefix = "" if self.world.status == "actual" else "exercise.invalid/"
        for holder, role in cosigners:
            name = f"{prefix}{holder}/{role}"
            lines.append(cosign(head, name, signer(holder, role), at // 1000))
        return SignedNote(head.body().decode(), tuple(lines)).format().decode()


class World:
    """A channel of parties and a mirror, all with keys, whose logs begin with the charter."""

    kinds: Kinds = KINDS
    agreed: frozenset[str] = AGREED

    def __init__(
        self, *parties: str, voices: Sequence[str] = (), mirror: str = "mirror", **rules: Any
    ) -> None:
        parties = parties or ("coalition", "russia")
        self.status = rules.get("status", "exercise")
        members = [(p, p[:2].upper(), "party") for p in parties]
        members += [(mirror, "MI", "mirror"), *((v, "VO", "voice") for v in voices)]
        keys = [(h, r, b64(signer(h, r).public)) for h in (*parties, mirror) for r in ROLES]
        self.rules = Rules(members=tuple(members), keys=tuple(keys), **rules)
        self.begin("rules/1", self.rules.to_json(), parties)

    def begin(self, kind: str, charter: dict[str, Json], parties: Sequence[str]) -> None:
        """Log the charter as entry 0 of both lanes of every party."""
        self.channel = agreed_digest(kind, charter)
        self.logs = {
            (party, lane): Log(self, party, lane)
            for party in parties
            for lane in ("main", "urgent")
        }
        for log in self.logs.values():
            log.put(replace(log.record("plain/1", {}), kind=kind, body=charter))

    def body(self, kind: str, said: Mapping[str, Any]) -> dict[str, Json]:
        """Write a body as its kind does; of an unknown kind as it is."""
        known = {each.name for each in self.kinds}
        return self.kinds[kind].body(**said).to_json() if kind in known else dict(said)

    def main(self, party: str) -> Log:
        return self.logs[party, "main"]

    def urgent(self, party: str) -> Log:
        return self.logs[party, "urgent"]

    def opened(self) -> dict[str, list[Opened]]:
        return {
            log.origin: open_log(log.origin, log.entries, self.kinds) for log in self.logs.values()
        }

    def sizes(self) -> dict[str, int]:
        return {log.origin: len(log.entries) for log in self.logs.values()}

    def view(self, name: str, at: int = NOON, upto: Mapping[str, int] | None = None) -> View:
        return compute(
            name, self.channel, self.opened(), upto or self.sizes(), Instant(at), self.agreed
        )

    def data(self, name: str, at: int = NOON) -> dict[str, Any]:
        return dict(self.view(name, at).data)

    def rules_fired(self, at: int = NOON) -> list[str]:
        """The rules of the advisories at an instant."""
        return sorted(a["rule"] for a in self.data("advisories", at)["advisories"])

    def fired(self, rule: str, at: int = NOON) -> list[dict[str, Any]]:
        found = self.data("advisories", at)["advisories"]
        return [a for a in found if a["rule"] == rule]


def possession(new: SeedSigner, party: str, role: str, status: str = "exercise") -> str:
    statement = canonical({"name": party, "role": role, "status": status})
    return b64(prove_possession(new, statement))


def place(lat: float, lon: float, precision_m: int = 100, stated: str = "somewhere") -> Place:
    return Place(round(lat * 10**7), round(lon * 10**7), precision_m * 10_000, stated)
