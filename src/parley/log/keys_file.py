"""``keys.json`` of an evidence file: every key of a channel, and the log indices it is good for.

The log package knows no kind. What an offline check needs of a charter and of a change of keys is
read here as plain JSON, by the fields that docs/formats.md fixes for ``charter/1`` and ``key/1``.
Pure.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from parley.errors import EvidenceRefused, ParleyError
from parley.log.checkpoint import COSIGNER_KEY, VerifierKey
from parley.record.canonical import Json, canonical
from parley.record.envelope import (
    Entry,
    Record,
    Status,
    agreed_digest,
    origin_of,
    signed_by,
    strict_base64,
)
from parley.record.signature import check_possession, enrol, key_id

Role = Literal["author", "log", "witness", "receipt"]
ROLES: tuple[Role, ...] = ("author", "log", "witness", "receipt")
COSIGNERS: tuple[Role, ...] = ("receipt", "witness")
EXERCISE = "exercise.invalid/"
LANES = ("main", "urgent")
ALL_ROLES = (*ROLES, "line", "recovery")
_HOLDER = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_FROM = ("from_main", "from_urgent")
_NEVER: tuple[int | None, int | None] = (None, None)


def lane_of(log: str) -> int:
    """Tell the lane of a log by its origin: 0 main, 1 urgent."""
    return 1 if log.endswith("/urgent") else 0


@dataclass(frozen=True, slots=True)
class Span:
    """A key and the indices of its holder's logs it is good for, by lane (main, urgent).

    ``since`` is included, None where the key never came into force in that lane; ``until`` is
    excluded, None where it has not ended.
    """

    public: bytes
    since: tuple[int | None, int | None]
    until: tuple[int | None, int | None] = (None, None)

    def good(self, lane: int, index: int) -> bool:
        """Tell whether the key is good at an index of a lane (0 main, 1 urgent)."""
        since, until = self.since[lane], self.until[lane]
        return since is not None and since <= index and (until is None or index < until)

    @property
    def ended(self) -> bool:
        """Tell whether a change ends the key in any lane."""
        return self.until != (None, None)

    def to_json(self) -> Json:
        """Give the span as it stands in keys.json."""
        return {
            "public": base64.b64encode(self.public).decode(),
            "from": _by_lane(self.since),
            "until": _by_lane(self.until) if self.ended else None,
        }


def _by_lane(indices: tuple[int | None, int | None]) -> Json:
    return {"main": indices[0], "urgent": indices[1]}


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness or receipt key of a holder, by its name in notes; ``ended`` if a change ends it."""

    holder: str
    role: str
    key: VerifierKey
    ended: bool


@dataclass(frozen=True, slots=True)
class EvidenceKeys:
    """The keys of a channel by holder and role, who must sign how often, and who holds a log."""

    channel: str
    status: str
    parties: tuple[str, ...]
    spans: Mapping[tuple[str, str], tuple[Span, ...]]
    needed: Mapping[str, int]

    def signatures(self, kind: str) -> int:
        """Give how many author signatures a kind needs: one, unless the charter asks for more."""
        return max(1, self.needed.get(kind, 1))

    def logs_of(self, party: str) -> tuple[str, str]:
        """Name both logs of a party, main and urgent."""
        status = cast("Status", self.status)
        main, urgent = (origin_of(party, self.channel, lane, status) for lane in LANES)
        return main, urgent

    def holders(self) -> tuple[str, ...]:
        """Name every holder of keys, parties and mirrors, in order."""
        return tuple(sorted({holder for holder, _ in self.spans}))

    def of(self, holder: str, role: str) -> tuple[Span, ...]:
        """Give the spans of a holder in a role."""
        return self.spans.get((holder, role), ())

    def good(self, holder: str, role: str, log: str, index: int) -> tuple[bytes, ...]:
        """Give the keys of a holder in a role that are good at an index of its own log."""
        lane = lane_of(log)
        return tuple(s.public for s in self.of(holder, role) if s.good(lane, index))

    def enrolled(self, holder: str, role: str) -> tuple[bytes, ...]:
        """Give the keys that the charter itself gives a holder in a role."""
        return tuple(s.public for s in self.of(holder, role) if s.since == (0, 0))

    def cosigners(self) -> tuple[Cosigner, ...]:
        """Give every cosigner of every holder, in order."""
        prefix = "" if self.status == "actual" else EXERCISE
        return tuple(
            Cosigner(
                holder,
                role,
                VerifierKey(f"{prefix}{holder}/{role}", COSIGNER_KEY, span.public),
                span.ended,
            )
            for holder in self.holders()
            for role in COSIGNERS
            for span in self.of(holder, role)
        )

    def to_bytes(self) -> bytes:
        """Write keys.json in its one byte form."""
        parties: dict[str, Json] = {
            holder: {role: [s.to_json() for s in self.of(holder, role)] for role in ROLES}
            for holder in self.holders()
        }
        return canonical({"format": "parley/keys/1", "channel": self.channel, "parties": parties})

    def fingerprints(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Give (holder, ((role, hex SHA-256 of the key), ...)) for every key."""
        return tuple(
            (h, tuple((role, key_id(s.public)) for role in ROLES for s in self.of(h, role)))
            for h in self.holders()
        )


def keys_of_channel(entries: Sequence[tuple[Record, Entry, int]]) -> EvidenceKeys:
    """Give the keys that the charter records and changes among (record, entry, index) lay down.

    Whether each charter record is signed and logged by its party is for the caller to check.
    """
    charters = [(r, i) for r, _, i in entries if r.kind.startswith("charter/")]
    if not charters:
        raise EvidenceRefused("no charter record of any party", where="related")
    first = charters[0][0]
    keys = _charter_keys(first)
    for record, index in charters:
        # (1) at the start of its log (2) the same agreed text (3) which names the channel
        if index != 0 or agreed_digest(record.kind, record.body) != record.channel:
            raise EvidenceRefused(
                "not the channel's first charter at index 0", where=f"charter of {record.author}"
            )
    # (4) nobody is bound by another's record, and a party listed twice hides that one is missing
    authors = {r.author for r, _ in charters}
    if len(authors) != len(charters) or sorted(authors) != sorted(keys.parties):
        raise EvidenceRefused("one record of each party, no more, no less", where="charter")
    for record, entry, index in entries:
        if record.kind.startswith("key/"):
            keys = _changed(keys, record, entry, index)
    return keys


def _charter_keys(record: Record) -> EvidenceKeys:
    body = record.body
    try:
        members = cast("list[dict[str, str]]", body["members"])
        parties = tuple(str(m["name"]) for m in members if m["role"] == "party")
        listed = [_listed(key) for key in cast("list[dict[str, Json]]", body["keys"])]
        needed = cast("dict[str, int]", body["signatures_needed"])
        counts = all(type(count) is int for count in needed.values())
        status = cast("str", body["status"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise EvidenceRefused(f"the charter lacks or garbles {error}", where="charter") from None
    if not counts:
        raise EvidenceRefused("signatures_needed counts in integers", where="charter")
    if status != record.status:
        raise EvidenceRefused("the charter has another status than its record", where="charter")
    # a cosignature does not name its cosigner: one key serves one holder in one role
    if len({public for _, _, public in listed}) != len(listed):
        raise EvidenceRefused("one key has two holders or roles", where="charter")
    spans: dict[tuple[str, str], tuple[Span, ...]] = {}
    for holder, role, public in listed:
        enrol(public, where=f"charter: {role} key of {holder}")
        spans[holder, role] = (*spans.get((holder, role), ()), Span(public, (0, 0)))
    return EvidenceKeys(record.channel, status, parties, spans, needed)


def _listed(key: Mapping[str, Json]) -> tuple[str, str, bytes]:
    """Read one key of a charter: holder, role, public key."""
    holder, role = key["holder"], key["role"]
    if not isinstance(holder, str) or not _HOLDER.fullmatch(holder) or role not in ALL_ROLES:
        raise EvidenceRefused("a key has a holder and one of the six roles", where="charter")
    return holder, str(role), strict_base64(key["public"], where="keys")


def _changed(keys: EvidenceKeys, record: Record, entry: Entry, index: int) -> EvidenceKeys:
    """Give the keys after a record that changes them, in the lane it is logged in.

    (1) a party changes its own keys (2) enough author keys, or its recovery key, good at this
    index, signed (3) a change without force is passed over, as everywhere else: a record that
    could stop its own evidence would be a way to deny.
    """
    holder, body = record.author, record.body
    authors = keys.good(holder, "author", record.log, index)
    recovery = keys.good(holder, "recovery", record.log, index)
    signed = set(signed_by(entry, (*authors, *recovery)))
    by_author = len(signed & set(authors)) >= keys.signatures(record.kind)
    by_recovery = bool(signed & set(recovery))
    if not by_author and not by_recovery:
        raise EvidenceRefused("signed by no key that may do this", where=f"key of {holder}")
    changes = body.get("changes")
    for change in changes if isinstance(changes, list) else []:
        if not isinstance(change, dict) or body.get("holder") != holder:
            continue
        allowed = by_recovery or (by_author and change.get("role") != "recovery")
        if allowed and (by_author or change.get("change") != "end"):
            keys = _one_change(keys, holder, change, record.log, index)
    return keys


def _one_change(
    keys: EvidenceKeys, holder: str, change: Mapping[str, Json], log: str, index: int
) -> EvidenceKeys:
    """Apply one change, from the index it states but never before the entry after its own."""
    lane = lane_of(log)
    role, what, stated = str(change.get("role")), change.get("change"), change.get(_FROM[lane])
    try:
        public = strict_base64(change.get("public"))
    except ParleyError:
        return keys
    if not isinstance(stated, int) or isinstance(stated, bool):
        return keys
    at = max(stated, index + 1)
    old = keys.of(holder, role)
    known = next((s for s in old if s.public == public), None)
    in_force = known is not None and known.since[lane] is not None and known.until[lane] is None
    if what == "add" and _is_new(keys, holder, change, known, lane):
        before = known or Span(public, _NEVER)
        new = replace(before, since=_put(before.since, lane, at))
    elif what in ("end", "revoke") and known is not None and in_force:
        new = replace(known, until=_put(known.until, lane, at))
    else:
        return keys
    after = tuple(new if s is known else s for s in old) if known else (*old, new)
    return replace(keys, spans={**keys.spans, (holder, role): after})


def _is_new(
    keys: EvidenceKeys, holder: str, change: Mapping[str, Json], known: Span | None, lane: int
) -> bool:
    """Tell whether an added key is of full order, new to everybody, and shown to be held."""
    if change.get("role") not in ALL_ROLES:
        return False
    public = strict_base64(change.get("public"))
    here = known is not None and known.since[lane] is None
    if not here and any(s.public == public for spans in keys.spans.values() for s in spans):
        return False
    statement = canonical({"name": holder, "role": change.get("role"), "status": keys.status})
    try:
        check_possession(public, statement, strict_base64(change.get("possession")))
    except ParleyError:
        return False
    return True


def _put(
    pair: tuple[int | None, int | None], lane: int, value: int
) -> tuple[int | None, int | None]:
    return (value, pair[1]) if lane == 0 else (pair[0], value)
