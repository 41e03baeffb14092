"""What the API answers with: the shapes of its JSON, from which OpenAPI is derived.

Times are RFC 3339 in UTC with Z. The body of a record is the kind's own, never reshaped here.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.words import Grade


class Shape(BaseModel):
    """An answer: what it has is listed, nothing else is."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Member(Shape):
    """A party, mirror or voice party of a channel."""

    name: str
    code: str
    role: str
    languages: list[str]


class LogState(Shape):
    """One log as this node holds it."""

    origin: str
    hash: str = Field(description="SHA-256 of the origin; the log's place under /logs/")
    size: int
    own: bool


class AgreedPlace(Shape):
    """A place on the channel's list: its names, and the position that is meant."""

    names: list[dict[str, str]]
    place: dict[str, int | str]


class ChannelState(Shape):
    """A channel: its charter in short, and its logs."""

    channel: str
    title: dict[str, str] = Field(description="the charter's title, with its language")
    fingerprint: str = Field(description="the channel's name in groups of four, to read aloud")
    status: str
    banner: str = Field(description="what stands above everything of an exercise or test")
    members: list[Member]
    in_force_from: str
    in_force_until: str | None
    day_zone: str
    places: list[AgreedPlace]
    own_party: str | None
    logs: list[LogState]
    unread: int


class CharterShape(Shape):
    """The charter of a channel, in its signed form."""

    channel: str
    fingerprint: str
    charter: dict[str, Any]


class AuditState(Shape):
    """The last look at what a mirror still holds of what it gave receipts for."""

    at: str
    channel: str
    mirror: str
    origin: str
    index: int = Field(description="the entry that was read back")
    size: int = Field(description="the size of the log that the mirror had receipted")
    fault: str | None = Field(description="what the mirror did not show; null: it showed all")


class Asked(Shape):
    """How often this node was asked about plans, since when; shown to its own side."""

    since: str
    last: str | None
    answered: int
    met: int
    offers: int
    refused: int


class NodeState(Shape):
    """This node: who it is, what it runs, the channels it is in."""

    name: str
    display: str
    role: str
    status: str
    banner: str
    version: str
    now: str
    read_only: dict[str, str] = Field(
        description="logs of ours that may not grow now, and why: nothing is appended there"
    )
    audits: list[AuditState]
    asked: Asked
    channels: list[ChannelState]
    legal: str


class Channels(Shape):
    """The channels this node is in."""

    channels: list[ChannelState]


class Reference(Shape):
    """A typed pointer to another record; ``number`` when that record is here."""

    role: str
    record: str
    number: str | None


class PartShape(Shape):
    """What lies beside the log, bound by digest."""

    name: str
    sha256: str
    size: int
    media_type: str
    part_class: str
    audience: list[str]


class GradeShape(Shape):
    """One proven grade of "they know": what it is, of whom, since when, what it shows."""

    grade: Grade
    holder: str
    at: str
    by_record: str | None
    only_here: bool = Field(description="true: known to this node, not yet in any log")
    stance: str | None = Field(description="of an answer: acknowledge, object or propose")
    says: str
    means: str


class UnreadShape(Shape):
    """Why an entry cannot be read here: a stable code, its meaning, the place in the entry."""

    code: str
    what: str
    where: str


class RecordHead(Shape):
    """What a record is; ``unread`` is the reason when this node cannot read it.

    ``name`` is empty and ``check_code`` null where there is no envelope at all.
    """

    number: str | None
    check_code: str | None
    name: str
    kind: str | None
    title: str | None
    author: str
    priority: str | None
    issued: str | None
    origin: str
    index: int
    unread: UnreadShape | None


class RecordSummary(RecordHead):
    """A record as lists show it."""

    known: str = Field(description="the strongest proven grade of every holder, in words")


class PlainRow(Shape):
    """One thing a body says, in plain lines."""

    label: str
    lines: list[str]
    lang: str


class RecordFull(RecordSummary):
    """A record with everything it says."""

    channel: str
    id: str | None
    status: str | None
    body: dict[str, Any] | None
    refs: list[Reference]
    parts: list[PartShape]
    extent: dict[str, int | None] | None
    plain: list[PlainRow]
    grades: list[GradeShape]
    legal: str


class Records(Shape):
    """A page of a channel's records in the order of origin and index; ``more``: ask on."""

    channel: str
    records: list[RecordSummary]
    total: int
    more: bool


class Grades(Shape):
    """Who is proven to know of a record, and what that proves."""

    record: str
    grades: list[GradeShape]
    summary: str
    not_proven: str


class Published(Shape):
    """A record that now stands in our log: durable, and under a signed head."""

    name: str
    number: str
    check_code: str
    origin: str
    index: int


class PublishedList(Shape):
    """The records that one file became."""

    channel: str
    records: list[Published]
    over: list[str] = Field(description="numbers of those whose own times are over already")


class ItemState(Shape):
    """What became of one item of a list, or would: ``new``, ``same``, ``changed``, ``refused``."""

    state: str
    record: Published | None = Field(description="where it stands; null: it does not, or not yet")
    replaces: str | None = Field(description="the version that it replaces")
    refusal: dict[str, Any] | None = Field(description="why it is refused, as a problem")


class Batch(Shape):
    """What became of each item of a list, in its order."""

    channel: str
    records: list[ItemState]


class MuteState(Shape):
    """An advisory that this desk has silenced: by whom, why, until when, and what became of it."""

    advisory: str
    by: str
    reason: str
    since: str
    until: str
    state: str = Field(description="muted, sounds again, settled or expired")
    standing: dict[str, Any] | None = Field(description="the advisory as it stands now, if it does")


class Mutes(Shape):
    """The mutes of this desk in a channel; they are in no record and no view."""

    channel: str
    mutes: list[MuteState]


class View(Shape):
    """A view with the four arguments it follows from."""

    view: str
    channel: str
    upto: dict[str, int]
    at: str
    rules: str
    data: Any
    muted: list[MuteState] = Field(
        description="of advisories, those that this desk alone has silenced; they stand in data too"
    )


class DossierShape(Shape):
    """What was said of an area in some hours, and to whom: for an enquiry."""

    banner: str = Field(description="what must stand above it, such as EXERCISE; else empty")
    common: dict[str, Any] = Field(description="equal on every node at equal arguments")
    here: dict[str, Any] = Field(description="what only this node holds")
    legal: str
    note: str


class KindShape(Shape):
    """A kind of record that this node knows."""

    kind: str
    title: str
    purpose: str
    traits: list[str]
    agreed: bool
    needs_ref: list[str]


class KindList(Shape):
    """The kinds of record that this node knows."""

    kinds: list[KindShape]


class Logs(Shape):
    """The logs of a channel."""

    channel: str
    logs: list[LogState]


class Inclusion(Shape):
    """The hashes (hex, leaf side first) that prove an entry under the root of a size."""

    index: int
    size: int
    hashes: list[str]


class Consistency(Shape):
    """The hashes (hex) that prove one size of a log a prefix of another."""

    old: int
    size: int
    hashes: list[str]


class ForkShape(Shape):
    """Proof that the owner of a log signed two histories of it."""

    origin: str
    evidence: str = Field(description="what `parley fork check` reads, one form, canonical JSON")


class Forks(Shape):
    """The proofs of forks held for the logs of a channel."""

    channel: str
    forks: list[ForkShape]


class Taken(Shape):
    """What came in from a carried file, log by log."""

    taken: dict[str, Any]
