"""``allegation/1``: an act, or the failing of a duty, laid to somebody by its author."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.truce.asked import Asked
from parley.kinds.truce.event import Event
from parley.record.claims import allegations
from parley.record.claims.allegations import Alleged
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    Ask,
    Asks,
    Body,
    Claims,
    Concerns,
    InstantMs,
    Kind,
    Line,
    Subject,
)
from parley.record.scope import LanguageTag
from parley.values.instants import Instant
from parley.values.texts import Text

MOST = 1_000_000


class Harmed(Body):
    """People said to have been harmed; what is not stated is unknown, not none."""

    killed: int | None = Field(None, ge=0, le=MOST, description="killed, civilians among them")
    wounded: int | None = Field(None, ge=0, le=MOST, description="wounded, civilians among them")
    killed_civilians: int | None = Field(None, ge=0, le=MOST, description="civilians killed")
    wounded_civilians: int | None = Field(None, ge=0, le=MOST, description="civilians wounded")

    @model_validator(mode="after")
    def _part_of_the_whole(self) -> Self:
        killed = ("killed", self.killed, self.killed_civilians)
        wounded = ("wounded", self.wounded, self.wounded_civilians)
        for name, whole, part in (killed, wounded):
            if whole is not None and part is not None and part > whole:
                raise BadValue("more civilians than people", where=f"{name}_civilians")
        return self

    def value(self) -> allegations.Harmed:
        """Give the numbers as a value."""
        return allegations.Harmed(
            self.killed, self.wounded, self.killed_civilians, self.wounded_civilians
        )


class Received(Body):
    """How the complaint came in, by the author's account; who brought it is in a personal part."""

    channel: Literal["telephone", "message", "email", "radio", "in_person", "letter", "media"] = (
        Field(description="by which channel it came in")
    )
    language: LanguageTag | None = Field(None, description="language it was made in, BCP 47")
    at: InstantMs | None = Field(None, description="when it came in, milliseconds UTC")
    acknowledged_at: InstantMs | None = Field(
        None, description="when whoever brought it was told that it came in, milliseconds UTC"
    )

    @model_validator(mode="after")
    def _in_this_order(self) -> Self:
        at, told = self.at, self.acknowledged_at
        if at is not None and told is not None and told < at:
            raise BadValue("acknowledged before it came in", where="acknowledged_at")
        return self

    def value(self) -> allegations.Received:
        """Give it as a value."""
        at, told = self.at, self.acknowledged_at
        return allegations.Received(
            self.channel,
            self.language,
            None if at is None else Instant(at),
            None if told is None else Instant(told),
        )


class Allegation(Event, Asked, Asks, Concerns, Claims):
    """What its author says somebody did, or failed to do; an answer is asked, nothing is judged.

    A failed duty is named by its number in the terms that the record is ``about``. A report such as
    "Aleppo 4" is one allegation of four like acts. Like accounts, allegations of both sides on one
    event stand side by side. Names of people, and who brought it, belong in a personal part.
    """

    text: Text = Field(description="what is alleged, according to the author")
    act: Literal[
        "shelling",
        "air_strike",
        "ground_attack",
        "small_arms",
        "explosive_device",
        "movement_of_forces",
        "taking_ground",
        "blocking_aid",
        "detention",
        "overflight",
        "failing_duty",
        "other",
    ] = Field(description="sort of act; failing_duty: what was owed was not done")
    laid_to: tuple[ActorName, ...] = Field(
        (), max_length=MOST_LISTED, description="handles of whom it is laid to"
    )
    duty: int | None = Field(
        None, ge=1, le=999, description="number of the duty, in the terms this record is about"
    )
    number: int = Field(1, ge=1, le=MOST, description="how many like acts it reports")
    weapon: Line | None = Field(None, description="weapon, according to the author")
    harmed: Harmed | None = Field(None, description="people said to have been harmed")
    source: Text | None = Field(None, description="what it rests on: who says so, without names")
    received: Received | None = Field(None, description="how the complaint came in")

    @model_validator(mode="after")
    def _names_the_duty(self) -> Self:
        if self.act == "failing_duty" and self.duty is None:
            raise BadValue("which duty was failed, by its number", where="duty")
        return self

    def ask(self) -> Ask:
        """Ask for an answer: an allegation always does."""
        return self.asked()

    def subjects(self) -> tuple[Subject, ...]:
        """Give place and time: of a single act as what happened, of a sum of acts as a mention.

        A sum over a day and a province is compared with no account of one event.
        """
        manner: Literal["happened", "mentioned"] = "happened" if self.number == 1 else "mentioned"
        return (Subject(manner, self.place, self.during(), parties=self.laid_to),)

    def claims(self) -> tuple[Alleged, ...]:
        """Give what is alleged."""
        return (
            Alleged(
                of=self.laid_to,
                during=self.during(),
                area=self.area,
                duty=self.duty,
                number=self.number,
                act=self.act,
                place=self.place,
                weapon=self.weapon,
                harmed=self.harmed.value() if self.harmed else None,
                received=self.received.value() if self.received else None,
            ),
        )


ALLEGATION = Kind("allegation/1", Allegation, "Allegation of an act or of a failed duty")
