"""``warning/1``: stop, distress, safety or routine; who is in danger, and what is asked."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import (
    Ask,
    Asks,
    Concerns,
    Expires,
    InstantMs,
    Kind,
    Line,
    PartyName,
    Subject,
)
from parley.record.scope import Scope
from parley.values.instants import Instant, StatedTime
from parley.values.texts import Text


class Warn(Scope, Asks, Concerns, Expires):
    """A warning, and what the warned are asked to do.

    Any one officer on watch may send a *stop*. A warning without end or owner can be sent, because
    nobody should search for a field while people are in danger; its absence is flagged to both.
    """

    urgency: Literal["stop", "distress", "safety", "routine"] = Field(
        description="stop: cease at once; distress: grave and imminent danger; safety; routine"
    )
    asked: Text = Field(description="what is asked of the others")
    parties: tuple[PartyName, ...] = Field((), description="members whose people it concerns")
    whom: Text | None = Field(None, description="whom it concerns, in words")
    asked_of: tuple[PartyName, ...] | None = Field(
        None, min_length=1, description="who is to answer; absent: every other party"
    )
    answer_by: InstantMs | None = Field(
        None, description="answer asked for by, milliseconds UTC; absent: as the charter says"
    )
    valid_until: InstantMs | None = Field(
        None, description="holds until, milliseconds UTC; absence is flagged"
    )
    owner_post: Line | None = Field(
        None, alias="owner", description="post that answers for it until then; absence is flagged"
    )
    event_time: StatedTime | None = Field(
        None, description="when what it warns of happened or was said, as stated"
    )
    also_by_voice: Line | None = Field(
        None, description="telephone line or frequency on which it was said too"
    )

    @model_validator(mode="after")
    def _concerns_something(self) -> Self:
        if self.place is None and self.whom is None and not self.parties:
            raise BadValue("a warning says where, or whom it concerns", where="whom")
        return self

    def ask(self) -> Ask:
        """Ask for an answer: a warning always does."""
        by = None if self.answer_by is None else Instant(self.answer_by)
        return Ask(self.asked_of, by)

    def subjects(self) -> tuple[Subject, ...]:
        """Give the place and window warned of."""
        return (self.subject("warned", self.parties),)

    def expires_at(self) -> Instant | None:
        """Give the end of its validity, if stated."""
        return None if self.valid_until is None else Instant(self.valid_until)

    def owner(self) -> str | None:
        """Give the post that answers for it, if stated."""
        return self.owner_post


WARNING = Kind("warning/1", Warn, "Warning")
