"""``joining/1``: an actor is invited, commits itself, or its commitment is attested."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.participation import ActorType, Joined, JoiningStep
from parley.record.coarse import check_words
from parley.record.kind import MOST_LISTED, ActorName, AreaName, Body, Claims, Kind, PartyName
from parley.values.instants import StatedTime
from parley.values.texts import Text

People = Annotated[int, Field(ge=0, le=10_000_000)]


class Joining(Body, Claims):
    """A claim of its author on how an armed group or settlement came to take part.

    It is ``about`` the terms; an attestation is ``about`` the joining it confirms. A commitment is
    attested by a record of the other guarantor itself, or by its name here, which is then only what
    the author says. Exact positions, names and signatures of people go into sealed or personal
    parts: this record holds the area alone.
    """

    actor: ActorName = Field(description="handle of who joins")
    actor_type: ActorType = Field(description="what sort of actor it is")
    step: JoiningStep = Field(
        description="invited to join; committed itself; its commitment is attested"
    )
    time: StatedTime = Field(description="when that happened, as stated")
    to: PartyName | None = Field(None, description="guarantor that invited or took the commitment")
    attested_by: PartyName | None = Field(
        None, description="guarantor that attested it; in an attestation absent: the author"
    )
    attested_time: StatedTime | None = Field(
        None, description="when it was attested, if the record is of the commitment"
    )
    area: AreaName | None = Field(
        None, description="area where it is active, no finer than a district"
    )
    men: People | None = Field(None, description="people under arms, as it stated")
    inhabitants: People | None = Field(None, description="people living there, of a settlement")
    location_told_to: tuple[PartyName, ...] = Field(
        (),
        max_length=MOST_LISTED,
        description="guarantors it told its location; the location itself is in a sealed or "
        "personal part",
    )
    text: Text | None = Field(None, description="more words, if any")

    @model_validator(mode="after")
    def _says_to_whom(self) -> Self:
        if self.step != "invited" and self.to is None:
            raise BadValue("a commitment is made to a guarantor", where="to")
        if self.attested_by is not None and self.attested_by == self.to:
            raise BadValue("the guarantor that took it cannot attest it", where="attested_by")
        if self.step == "invited" and self.attested_by is not None:
            raise BadValue("an invitation is not attested", where="attested_by")
        return self

    @model_validator(mode="after")
    def _is_coarse(self) -> Self:
        if self.area is not None:
            check_words(self.area, "area")
        return self

    @model_validator(mode="after")
    def _attested_after_it_was_made(self) -> Self:
        if self.attested_time is None:
            return self
        if self.step != "committed" or self.attested_by is None:
            raise BadValue("a time of attesting, without who attested", where="attested_time")
        if self.attested_time.ms < self.time.ms:
            raise BadValue("attested before it was made", where="attested_time")
        return self

    def claims(self) -> tuple[Joined, ...]:
        """Give the step as the ledger reads it."""
        return (
            Joined(
                actor=self.actor,
                actor_type=self.actor_type,
                step=self.step,
                at=self.time.at,
                to=self.to,
                attested_by=self.attested_by,
                attested_at=None if self.attested_time is None else self.attested_time.at,
                area=self.area,
                located=self.area is not None or bool(self.location_told_to),
            ),
        )


JOINING = Kind("joining/1", Joining, "Joining an arrangement", needs_ref=("about",))
