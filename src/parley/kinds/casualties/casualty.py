"""``casualty/1``: a person or a group killed, injured, missing or detained, without a name.

The fields are those of Every Casualty, *Standards for Casualty Recording* (2016): place, time,
sources, number, age, sex, type of death, actors; the grades those of OHCHR, *Guidance on Casualty
Recording* (HR/PUB/19/1) and of Airwars.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from parley.errors import BadValue
from parley.record.claims.casualties import (
    Attributed,
    CasualtyState,
    CasualtyStatus,
    Cause,
    Harm,
    Standard,
    Suffered,
)
from parley.record.coarse import check_coarse, check_words
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    AreaName,
    Body,
    Claims,
    Concerns,
    Kind,
    Line,
    RecordName,
    Subject,
)
from parley.values.instants import Interval, StatedTime
from parley.values.places import Place

MOST_PEOPLE = 100_000_000

# Three letters at most, then digits: nobody's name fits.
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,3}-[0-9][0-9-]{0,30}$")]

SourceKind = Literal[
    "own_observation", "witness", "family", "medical", "local_group", "official",
    "armed_group", "un", "ngo", "media", "social_media", "imagery", "document",
]  # fmt: skip
NAMEABLE = ("official", "armed_group", "un", "ngo", "media")


class Source(Body):
    """Where it is known from: always the kind; a name only where it is no private person's."""

    kind: SourceKind = Field(description="what kind of source it is")
    name: Line | None = Field(
        None, description="publication or body; only of official, armed_group, un, ngo, media"
    )

    @model_validator(mode="after")
    def _names_nobody(self) -> Self:
        if self.name is not None and self.kind not in NAMEABLE:
            raise BadValue(
                f"a source of kind {self.kind} is not named in a record",
                where="name",
                hint="put it in a personal part",
            )
        return self


class Attribution(Body):
    """A claim of who caused it, and the standard of proof that is claimed for it."""

    actors: tuple[ActorName, ...] = Field(
        min_length=1, max_length=MOST_LISTED, description="who is said to have caused it"
    )
    standard: Standard = Field(description="standard of proof claimed; stated_only: none")
    by: ActorName | None = Field(None, description="who says so; absent: the author")


class Age(Body):
    """Age in whole years at the time of the incident."""

    at_least: int = Field(ge=0, le=130, description="whole years, at least")
    at_most: int = Field(ge=0, le=130, description="whole years, at most")

    @model_validator(mode="after")
    def _runs_upward(self) -> Self:
        if self.at_most < self.at_least:
            raise BadValue("at most is less than at least", where="at_most", hint="swap the two")
        return self


class Number(Body):
    """How many people: at least and at most, and the best figure where one is stated."""

    at_least: int = Field(ge=0, le=MOST_PEOPLE, description="certain at least, by this record")
    at_most: int | None = Field(
        None, ge=0, le=MOST_PEOPLE, description="at most; absent: nobody states an upper bound"
    )
    best: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="best figure, if stated")

    @model_validator(mode="after")
    def _runs_upward(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise BadValue("at most is less than at least", where="at_most", hint="swap the two")
        high = MOST_PEOPLE if self.at_most is None else self.at_most
        if self.best is not None and not self.at_least <= self.best <= high:
            raise BadValue("the best figure lies outside at least and at most", where="best")
        return self


class Casualty(Body, Claims, Concerns):
    """One person, or a group of whom the same holds; where it differs, split the group.

    No field takes a name: the record has a handle. Names, contacts and exact places belong in a
    personal part, which goes to a named audience and can be erased. All that is said is a claim of
    the author; what caused it is kept apart from who is said to have caused it. An author who comes
    to know the people of a group replaces the group's record, so that nobody is counted twice. The
    record of the incident, where there is one, is what it refers to as ``about``.
    """

    handle: Handle = Field(description="pseudonym: up to three letters, a hyphen, digits: c-0616-1")
    harm: Harm = Field(description="what became of them")
    number: Number = Field(description="how many")
    area: AreaName = Field(description="where, coarsely: p-code or the channel's name")
    place: Place | None = Field(
        None, description="coarse: to 0.01 degree, precision 1 km or wider; else in a personal part"
    )
    when: StatedTime | None = Field(None, description="date or time of the incident, as stated")
    age: Age | None = Field(None, description="age at the time of the incident, of all of them")
    sex: Literal["female", "male", "other", "mixed", "unknown"] = Field(
        "unknown", description="sex or gender, of all of them"
    )
    status: CasualtyStatus = Field(description="civilian, combatant, or unknown")
    cause: Cause = Field(description="type of death or harm, apart from who did it")
    attributions: tuple[Attribution, ...] = Field(
        (), max_length=MOST_LISTED, description="claims of who caused it; none: nobody is named"
    )
    sources: tuple[Source, ...] = Field(
        min_length=1, max_length=MOST_LISTED, description="sources, the kind of each"
    )
    same_as: tuple[RecordName, ...] = Field(
        (),
        max_length=MOST_LISTED,
        description="records, of whatever author, whose people are these same people",
    )
    state: CasualtyState = Field("reported", description="where the recording stands")
    grade: Literal["verified", "pending", "not_verified"] | None = Field(
        None, description="as OHCHR grades: verified on reasonable grounds to believe"
    )
    strength: Literal["confirmed", "fair", "weak", "contested", "discounted"] | None = Field(
        None, description="as Airwars grades the reports"
    )

    @model_validator(mode="after")
    def _leads_to_nobody(self) -> Self:
        check_words(self.area, "area")
        if self.place is not None:
            check_coarse(self.place, "place")
        for i, source in enumerate(self.sources):
            if source.name is not None:
                check_words(source.name, f"sources.{i}.name")
        return self

    @model_validator(mode="after")
    def _discounts_both(self) -> Self:
        if self.strength == "discounted" and self.state not in ("discounted", "withdrawn"):
            raise BadValue("graded discounted, and still counted", where="state")
        return self

    def claims(self) -> tuple[Suffered, ...]:
        """Claim these people, once."""
        return (
            Suffered(
                self.handle,
                self.harm,
                self.number.at_least,
                self.number.at_most,
                self.number.best,
                self.status,
                self.cause,
                self.state,
                self.area,
                None if self.when is None else self.when.at,
                tuple(source.kind for source in self.sources),
                tuple(Attributed(a.actors, a.standard, a.by) for a in self.attributions),
                self.same_as,
                self.grade,
                self.strength,
                None if self.sex == "unknown" else self.sex,
                None if self.age is None else (self.age.at_least, self.age.at_most),
            ),
        )

    def subjects(self) -> tuple[Subject, ...]:
        """Mention the coarse place and the time; what happened there is for an account to say."""
        during = None if self.when is None else Interval(self.when.at, self.when.at)
        return (Subject("mentioned", self.place, during),)


CASUALTY = Kind("casualty/1", Casualty, "People killed, injured, missing or detained")
