"""``aid_request/1``: what a settlement or another asks for, and until when it is needed."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.relief.notified import MOST_PEOPLE
from parley.record.claims import relief
from parley.record.coarse import check_coarse, check_texts, check_words
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    AreaName,
    Ask,
    Asks,
    Body,
    Claims,
    Concerns,
    Expires,
    InstantMs,
    Kind,
    PartyName,
    Subject,
)
from parley.values.instants import Instant
from parley.values.places import Place
from parley.values.texts import Text

MOST_KG = 10**9  # a million tonnes: sums over a whole log stay exact in any reader of JSON


class Need(Body):
    """One thing that is needed."""

    good: relief.Good = Field(description="what sort of help")
    kg: int | None = Field(None, ge=0, le=MOST_KG, description="how much, kg")
    people: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="for how many people")
    text: Text | None = Field(None, description="more words, if any")


class AidRequest(Body, Asks, Concerns, Expires, Claims):
    """Help asked for, as it reached the author; who asked, by name, stands in a personal part."""

    requested_by: ActorName = Field(description="handle of who asks; not a person's name")
    area: AreaName = Field(description="p-code of the area, or the channel's name for it")
    place: Place | None = Field(None, description="about where, no better than 1 km")
    needs: tuple[Need, ...] = Field(min_length=1, max_length=64, description="what is needed")
    text: Text | None = Field(None, description="more words, if any")
    asked_of: tuple[PartyName, ...] | None = Field(
        None,
        min_length=1,
        max_length=MOST_LISTED,
        description="who is asked; absent: every other party",
    )
    needed_until: InstantMs | None = Field(
        None, description="of use until, milliseconds UTC; absence is flagged"
    )

    @model_validator(mode="after")
    def _is_coarse(self) -> Self:
        if self.place is not None:
            check_coarse(self.place, "place")
        check_words(self.area, "area")
        needs = {f"needs.{i}.text": need.text for i, need in enumerate(self.needs)}
        check_texts({"text": self.text, **needs})
        goods = [need.good for need in self.needs]
        if len(set(goods)) != len(goods):
            raise BadValue("one sort of help twice", where="needs", hint="add the two up")
        return self

    def ask(self) -> Ask:
        """Ask for an answer: a request always does."""
        return Ask(self.asked_of)

    def subjects(self) -> tuple[Subject, ...]:
        """Give the place where help is needed."""
        return (Subject("mentioned", self.place),)

    def expires_at(self) -> Instant | None:
        """Give until when it is of use, if stated."""
        return None if self.needed_until is None else Instant(self.needed_until)

    def claims(self) -> tuple[relief.Requested, ...]:
        """Give the request as the fold on relief reads it."""
        needs = tuple(relief.Need(need.good, need.kg, need.people) for need in self.needs)
        return (relief.Requested(self.requested_by, self.area, needs, self.expires_at()),)


AID_REQUEST = Kind("aid_request/1", AidRequest, "Request for aid")
