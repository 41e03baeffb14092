"""From a draft to an entry of our own log: every check comes before the append.

A node refuses to sign what it could not read back itself: the finished entry is read by the same
code that reads everybody's logs, at the very index it would get.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from parley.errors import (
    BadBody,
    BadRecord,
    ExtentMismatch,
    MembersFixed,
    NotAParty,
    ParleyError,
    UnknownMember,
    UnreadableDraft,
    WrongStatus,
)
from parley.log.padding import SALT_SIZE, pad
from parley.node.channels import Channel
from parley.node.entropy import Entropy
from parley.projection.fold import Reader
from parley.projection.governance import nodes_of
from parley.record.canonical import Json, canonical, digest
from parley.record.envelope import (
    Entry,
    Extent,
    Part,
    PartClass,
    Priority,
    Record,
    Ref,
    read_record,
    seal,
)
from parley.record.kind import Asks, Body, Governs, Kind, Kinds, Occupies, Tells
from parley.record.signature import Signer
from parley.record.terms import Terms
from parley.sky.extent import extent_of
from parley.values.instants import Instant

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class PartInput:
    """What is to lie beside a record: its bytes, and who may have them."""

    name: str
    data: bytes
    media_type: str
    part_class: PartClass
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it is signed; ``id`` (32 hex digits) makes publishing it idempotent."""

    kind: str
    body: Mapping[str, Json]
    id: str
    issued: Instant
    priority: Priority = "routine"
    refs: tuple[Ref, ...] = ()
    parts: tuple[PartInput, ...] = ()

    @property
    def lane(self) -> str:
        """The lane it belongs to."""
        return "urgent" if self.priority == "urgent" else "main"


@dataclass(frozen=True, slots=True)
class Published:
    """Where a record of ours stands, and what a person calls it."""

    name: str
    origin: str
    index: int
    number: str
    check_code: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft whose body and references are sound."""

    draft: Draft
    kind: Kind
    body: Body
    written: Mapping[str, Json]
    extent: Extent | None


def check_draft(draft: Draft, channel: Channel, kinds: Kinds) -> Checked:
    """Check what can be checked without touching anything, in this order.

    (1) we hold a log here and the id is one, (2) the kind is known and takes the body, written out
    in its one form, (3) it refers to what its kind must refer to, (4) a charter of another status
    is none of ours, nor one of other parties, (5) what occupies space fits one box, (6) parts are
    meant for members.
    """
    if not channel.is_party:
        raise NotAParty(f"{channel.me} holds no log in this channel", where=channel.id[:16])
    if not _ID.fullmatch(draft.id):
        raise BadRecord("an id has 32 hex digits", where="id")
    kind = kinds.asked(draft.kind)
    canonical(dict(draft.body), where="body")
    body = kind.parse(draft.body)
    written = body.to_json()
    if kind.needs_ref and not {r.role for r in draft.refs} & set(kind.needs_ref):
        roles = " or ".join(kind.needs_ref)
        raise BadRecord(f"a {kind.name} refers to another record ({roles})", where="refs")
    terms = body.terms() if isinstance(body, Governs) else None
    if terms is not None and terms.status != channel.status:
        raise WrongStatus(
            f"{terms.status} in a channel of status {channel.status}", where="body.status"
        )
    extent = None
    if terms is not None and nodes_of(terms) != nodes_of(channel.terms):
        raise MembersFixed(
            "a charter of this channel has the parties and mirrors it began with",
            where="body.members",
            hint="open another channel with all of them; this one stays as it is",
        )
    if isinstance(body, Occupies):
        extent = _extent(body)
    _check_parts(draft.parts, channel)
    return Checked(draft, kind, body, written, extent)


def check_members(checked: Checked, channel: Channel, in_force: Callable[[], Terms]) -> None:
    """Refuse a name of nobody in the channel, and our own or a mirror's where it is no use.

    Asked for an answer, or bound by a zone, are other parties; spoken to is any other member.
    Parties without a node are those of the charter in force, which is looked at only if needed.
    """
    body, me = checked.body, channel.me
    roles = {m.name: m.role for m in channel.terms.members}
    addressed, spoken_to = _named(body)
    if {*addressed, *spoken_to} - roles.keys():
        roles |= {m.name: m.role for m in in_force().members if m.role == "voice"}
    others = {name for name in roles if name != me}
    for name in addressed:
        if name not in others or roles[name] == "mirror":
            parties = (n for n in sorted(others) if roles[n] != "mirror")
            raise UnknownMember(
                f"{name!r} is no other party of this channel",
                where=_field(checked.written, name),
                hint=f"these are {', '.join(parties)}",
            )
    for name in spoken_to:
        if name not in roles:
            raise UnknownMember(
                f"{name!r} is no member of this channel",
                where=_field(checked.written, name),
                hint=f"the others are {', '.join(sorted(others))}",
            )


def _field(written: Mapping[str, Json], name: str) -> str:
    """Name the field of a body in which a name stands; of several, who is addressed comes last."""
    fields = [field for field, value in written.items() if _holds(value, name)]
    return ".".join(("body", *fields[-1:]))


def _holds(value: Json, name: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(each, name) for each in value.values())
    if isinstance(value, list):
        return any(_holds(each, name) for each in value)
    return value == name


def _named(body: Body) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give whom a body asks or binds by name, and to whom it says that something was spoken."""
    addressed: tuple[str, ...] = ()
    spoken_to: tuple[str, ...] = ()
    if isinstance(body, Asks) and (ask := body.ask()) is not None:
        addressed += ask.of or ()
    if isinstance(body, Occupies):
        addressed += body.occupancy().affects or ()
    if isinstance(body, Tells):
        spoken_to += body.asked_for()
        spoken_to += tuple(name for telling in body.told() for name in telling.to)
    return addressed, spoken_to


def _extent(body: Occupies) -> Extent:
    try:
        occupancy = body.occupancy()
        box = extent_of(occupancy.volumes, occupancy.trajectories)
        return Extent(**{name: getattr(box, name) for name in Extent.__slots__})
    except ParleyError as error:
        raise BadBody(error.what, where=f"body.{error.where}", hint=error.hint) from None
    except (ValueError, ArithmeticError) as error:
        raise ExtentMismatch(f"no box holds it: {error}", where="body") from None


def _check_parts(parts: Sequence[PartInput], channel: Channel) -> None:
    members = {m.name for m in channel.terms.members if m.role != "voice"}
    for i, part in enumerate(parts):
        where = f"parts[{i}]"
        if (part.part_class == "personal") != bool(part.audience):
            raise BadRecord("a personal part, and no other, has an audience", where=where)
        for name in part.audience:
            if name not in members or name == channel.me:
                raise BadRecord(f"{name!r} is no other member with a node", where=where)


def wrap_parts(parts: Sequence[PartInput], entropy: Entropy) -> list[tuple[Part, bytes]]:
    """Give each part as a record names it and its bytes as they are hashed; nothing is stored."""
    wrapped = []
    for part in parts:
        shared = part.part_class == "shared"
        data = part.data if shared else pad(part.data, entropy.draw(SALT_SIZE))
        name = digest(data)
        listed = Part(part.name, name, len(data), part.media_type, part.part_class, part.audience)
        wrapped.append((listed, data))
    return wrapped


def record_of(checked: Checked, channel: Channel, parts: tuple[Part, ...]) -> Record:
    """Give the record that a checked draft becomes in our log."""
    draft = checked.draft
    return Record(
        channel=channel.id,
        log=channel.origin(channel.me, draft.lane),
        id=draft.id,
        author=channel.me,
        kind=draft.kind,
        status=channel.status,
        priority=draft.priority,
        issued=draft.issued,
        body=checked.written,
        refs=draft.refs,
        parts=parts,
        extent=checked.extent,
    )


def sign_draft(
    checked: Checked,
    channel: Channel,
    parts: tuple[Part, ...],
    reader: Reader,
    signers: Sequence[Signer],
) -> tuple[Entry, Reader]:
    """Sign a checked draft and read it back at the index it would get, or refuse it.

    Gives the entry, and what is known of the log once it is there.
    """
    payload = record_of(checked, channel, parts).payload()
    read_record(payload)
    entry = seal(payload, signers)
    after, (opened,) = reader.read([entry.raw])
    if opened.unread is not None:
        reason = opened.unread
        raise UnreadableDraft(
            f"no node could read it: {reason.what}", where=reason.where, hint=reason.detail
        )
    return entry, after


def same_text(record: Record, draft: Draft, written: Mapping[str, Json]) -> bool:
    """Tell whether a logged record says what a draft with its id says; times, salts may differ."""
    return (
        record.kind == draft.kind
        and canonical(dict(record.body)) == canonical(dict(written))
        and record.priority == draft.priority
        and record.refs == draft.refs
        and [(p.name, p.part_class, p.audience) for p in record.parts]
        == [(p.name, p.part_class, p.audience) for p in draft.parts]
    )
