"""``charter/1``: what the parties of a channel agree on before anything else is said."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from parley.errors import BadValue
from parley.kinds.line.membership import (
    Endpoint,
    KeyEntry,
    MemberEntry,
    check_endpoints,
    check_keys,
    check_members,
)
from parley.record.envelope import MAX_SIGNATURES, Priority, Status
from parley.record.kind import Body, Expires, Governs, InstantMs, Kind, Line, PartyName, RecordName
from parley.record.scope import DurationMs, LanguageTag
from parley.record.terms import (
    LEAST_BLUR_E4M,
    MOST_BLUR_E4M,
    PUBLIC_BLUR_E4M,
    PUBLIC_DELAY_MS,
    Deadlines,
    KnownPlace,
    Minima,
    Terms,
)
from parley.values.instants import Instant, Interval, zone_named
from parley.values.lengths import MAX_HEIGHT_E4M, MAX_LENGTH_E4M
from parley.values.places import Place
from parley.values.texts import Text

KindName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}/[1-9][0-9]{0,2}$")]

# Any one officer on watch may send a stop and answer one.
ONE_OFFICER = ("warning/1", "answer/1")


class SeparationMinima(Body):
    """How close activities of different parties may come before they conflict."""

    lateral_e4m: int = Field(ge=0, le=MAX_LENGTH_E4M, description="lateral, 0.1 mm")
    vertical_e4m: int = Field(ge=0, le=MAX_HEIGHT_E4M, description="vertical, 0.1 mm")
    time_ms: DurationMs = Field(description="in time, ms")

    def minima(self) -> Minima:
        """Give the minima as projections need them."""
        return Minima(self.lateral_e4m, self.vertical_e4m, self.time_ms)


class Deadline(Body):
    """How soon a notice is to be stored by the others, and answered."""

    receipt_ms: DurationMs = Field(description="a receipt is due within, ms")
    answer_ms: DurationMs = Field(description="an answer is due within, ms")

    def deadlines(self) -> Deadlines:
        """Give the deadlines as projections need them."""
        return Deadlines(self.receipt_ms, self.answer_ms)


class DeadlineTable(Body):
    """The deadlines of both priorities."""

    routine: Deadline = Field(description="for routine records")
    urgent: Deadline = Field(description="for urgent records")


class Liaison(Body):
    """Whom to ask for at a member: a post rather than a person, with its deputies."""

    party: PartyName = Field(description="the member whose post it is")
    post: Line = Field(description="post to ask for")
    deputies: tuple[Line, ...] = Field((), description="posts to ask for when it is away")
    languages: tuple[LanguageTag, ...] = Field((), description="languages spoken there")
    phone: Line | None = Field(None, description="telephone or radio address")


class AgreedPlace(Body):
    """A place both sides call by these names."""

    names: tuple[Text, ...] = Field(min_length=1, description="names, in several scripts")
    place: Place = Field(description="position, with the tolerance as its precision")

    def known(self) -> KnownPlace:
        """Give the place as projections need it."""
        return KnownPlace(self.names, self.place)


class Charter(Body, Governs, Expires):
    """Parties, keys, minima, deadlines and habits of one channel: an agreed text.

    Its agreed digest names the channel. It stands once every party has logged it.
    """

    title: Text = Field(description="what the channel is for")
    status: Status = Field(description="actual, exercise or test; never mixed in one channel")
    members: tuple[MemberEntry, ...] = Field(min_length=2, description="who belongs to it")
    keys: tuple[KeyEntry, ...] = Field(description="every key of every party and mirror")
    endpoints: tuple[Endpoint, ...] = Field((), description="where nodes listen")
    minima: SeparationMinima = Field(description="separation minima")
    deadlines: DeadlineTable = Field(description="deadlines by priority")
    lead_times_ms: dict[KindName, DurationMs] = Field(
        default_factory=dict, description="for a kind, how far ahead its notices are due, ms"
    )
    liaisons: tuple[Liaison, ...] = Field((), description="posts and their deputies")
    languages: tuple[LanguageTag, ...] = Field(
        min_length=1, description="languages the channel works in"
    )
    frequencies: tuple[Line, ...] = Field((), description="frequencies agreed for hails")
    line_check_ms: DurationMs | None = Field(
        None, description="how often the line is to be tried, ms"
    )
    day_zone: Line = Field(description="IANA zone in which a day begins and ends")
    day_cutoff: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = (
        Field("00:00", description="local time at which the day's figures close, HH:MM")
    )
    agreed_places: tuple[AgreedPlace, ...] = Field(
        (), alias="places", description="places both sides call by these names"
    )
    signatures_needed: dict[KindName, Annotated[int, Field(ge=1, le=MAX_SIGNATURES)]] = Field(
        default_factory=dict,
        description="for a kind, author signatures needed where one is not enough",
    )
    readback_kinds: tuple[KindName, ...] = Field(
        (), description="kinds whose acknowledgement reads back place, window and levels"
    )
    warning_repeat_ms: DurationMs = Field(
        21_600_000, description="a like event this soon after a warning is a repeat, ms"
    )
    public: tuple[KindName, ...] = Field(
        (), description="kinds that either side may publish; everything else stays in the channel"
    )
    public_delay_ms: DurationMs | None = Field(
        None, description="a public export tells of nothing younger than this, ms; absent: 72 h"
    )
    public_blur_e4m: (
        Annotated[int, Field(ge=LEAST_BLUR_E4M, le=MOST_BLUR_E4M)] | None  # 1 km to 1,000 km
    ) = Field(
        None, description="least side of a cell that a public export tells, 0.1 mm; absent: 10 km"
    )
    in_force_from: InstantMs = Field(description="in force from, milliseconds UTC")
    in_force_to: InstantMs | None = Field(
        None, description="in force to, milliseconds UTC; absent: until replaced"
    )
    replaces: RecordName | None = Field(
        None, description="agreed digest of the charter this one replaces"
    )
    texts: tuple[Text, ...] = Field((), description="further agreed words, in each language")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        # (1) who (2) with which keys (3) reached where (4) by which habits
        check_members(self.members)
        check_keys(self.keys, self.members, self.status)
        check_endpoints(self.endpoints, self.members)
        self._check_habits()
        return self

    def _check_habits(self) -> None:
        zone_named(self.day_zone, where="day_zone")
        if self.in_force_to is not None and self.in_force_to < self.in_force_from:
            raise BadValue("ends before it starts", where="in_force_to", hint="swap the two times")
        names = {m.name for m in self.members}
        for i, liaison in enumerate(self.liaisons):
            if liaison.party not in names:
                raise BadValue("no member of this channel", where=f"liaisons.{i}.party")
        authors = [
            sum(k.holder == m.name and k.role == "author" for k in self.keys)
            for m in self.members
            if m.role == "party"
        ]
        for kind, count in sorted(self.signatures_needed.items()):
            where = f"signatures_needed.{kind}"
            if kind in ONE_OFFICER and count > 1:
                raise BadValue("any one officer on watch may send or answer a stop", where=where)
            if count > min(authors):
                raise BadValue("a party has fewer author keys than that", where=where)

    def terms(self) -> Terms:
        """Give what projections need of the charter."""
        priorities: tuple[Literal["routine", "urgent"], ...] = get_args(Priority)
        return Terms(
            status=self.status,
            members=tuple(m.member() for m in self.members),
            keys=tuple(k.key() for k in self.keys),
            minima=self.minima.minima(),
            deadlines={p: getattr(self.deadlines, p).deadlines() for p in priorities},
            in_force=Interval(Instant(self.in_force_from), self.expires_at()),
            day_zone=self.day_zone,
            places=self.places(),
            signatures_needed=dict(self.signatures_needed),
            readback_kinds=self.readback_kinds,
            warning_repeat_ms=self.warning_repeat_ms,
            lead_times_ms=dict(self.lead_times_ms),
            day_cutoff=self.day_cutoff,
            public=self.public,
            public_delay_ms=_or(self.public_delay_ms, PUBLIC_DELAY_MS),
            public_blur_e4m=_or(self.public_blur_e4m, PUBLIC_BLUR_E4M),
        )

    def places(self) -> tuple[KnownPlace, ...]:
        """Give the places agreed from the start."""
        return tuple(p.known() for p in self.agreed_places)

    def expires_at(self) -> Instant | None:
        """Give the end of its force, if stated."""
        return None if self.in_force_to is None else Instant(self.in_force_to)


def _or(stated: int | None, default: int) -> int:
    return default if stated is None else stated


CHARTER = Kind("charter/1", Charter, "Charter", agreed=True)
