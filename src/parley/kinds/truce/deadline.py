"""``deadline/1``: a demand with a deadline, its extension, or what is said to have come of it."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.truce.asked import Asked
from parley.record.claims.deadlines import DeadlineOutcome, DeadlineStep, Demanded
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    Ask,
    Asks,
    Claims,
    Expires,
    Kind,
    Line,
)
from parley.values.instants import Instant, StatedTime
from parley.values.texts import Text


class Deadline(Asked, Asks, Expires, Claims):
    """A step of a demand, in the words of whoever made it; Parley demands and threatens nothing.

    An extension names the deadline it moves, by ``about`` or, of its author's own, by ``replaces``;
    so does an outcome. Each is a claim of its author: others may say that it never moved.
    """

    step: DeadlineStep = Field(description="demand, extension, or outcome")
    demand: Text | None = Field(None, description="what is demanded, in their words")
    consequence: Text | None = Field(
        None, description="what they say follows otherwise, in their words"
    )
    addressed_to: tuple[ActorName, ...] = Field(
        (), max_length=MOST_LISTED, description="handles of whom it is put to"
    )
    due: StatedTime | None = Field(None, description="until when, as stated; absence is flagged")
    outcome: DeadlineOutcome | None = Field(
        None, description="what came of it, as the author sees it"
    )
    speaker: Line | None = Field(None, description="post that said so")
    source: Text | None = Field(None, description="where it was said or published")
    text: Text | None = Field(None, description="more words: why it was moved, what was done")

    @model_validator(mode="after")
    def _is_one_step(self) -> Self:
        if self.step == "demand" and self.demand is None:
            raise BadValue("what is demanded", where="demand")
        if self.step == "demand" and not self.addressed_to:
            raise BadValue("of whom it is demanded", where="addressed_to")
        if (self.step == "outcome") != (self.outcome is not None):
            raise BadValue("an outcome, and no other step, says what came of it", where="outcome")
        if self.step == "outcome" and self.due is not None:
            raise BadValue("an outcome moves no deadline", where="due", hint="log an extension")
        return self

    def ask(self) -> Ask | None:
        """Ask for an answer to a demand or extension; an outcome asks for none."""
        if self.step == "outcome":
            return None
        return self.asked()

    def expires_at(self) -> Instant | None:
        """Give the deadline, if stated."""
        return None if self.due is None else self.due.at

    def claims(self) -> tuple[Demanded, ...]:
        """Give the step."""
        return (
            Demanded(
                self.step,
                self.demand,
                self.consequence,
                self.addressed_to,
                self.due,
                self.outcome,
            ),
        )


DEADLINE = Kind("deadline/1", Deadline, "Demand with a deadline")
