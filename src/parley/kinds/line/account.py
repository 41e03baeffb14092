"""``account/1``: what one side says happened; rival accounts stand side by side, never merged."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import Concerns, Kind, PartyName, Subject
from parley.record.scope import Levels
from parley.values.instants import Instant, Interval, StatedTime
from parley.values.places import Place
from parley.values.texts import Text


class Account(Levels, Concerns):
    """A claim of its author: where, when as stated, at which levels, who, what.

    Accounts of one event point at each other with ``same_event``. Where they differ is computed and
    listed; no record says which is true.
    """

    text: Text = Field(description="what happened, according to the author")
    place: Place | None = Field(None, description="where, with the words used")
    time: StatedTime | None = Field(None, description="when, as stated")
    until: StatedTime | None = Field(None, description="when it was over, as stated")
    who: Text | None = Field(None, description="who did it, in the author's words")
    parties: tuple[PartyName, ...] = Field((), description="members said to have taken part")
    known_by: Literal["own_people", "own_sensors", "told", "published", "inferred"] | None = Field(
        None, description="how the author knows"
    )
    source: Text | None = Field(None, description="from whom, or from which publication")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until is not None and self.time is None:
            raise BadValue("an end without a beginning", where="time")
        if self.until is not None and self.time is not None and self.until.ms < self.time.ms:
            raise BadValue("over before it began", where="until", hint="swap the two times")
        return self

    def subjects(self) -> tuple[Subject, ...]:
        """Give the place and time at which it is said to have happened."""
        during = None
        if self.time is not None:
            during = Interval(self.time.at, Instant((self.until or self.time).ms))
        return (Subject("happened", self.place, during, self.lower, self.upper, self.parties),)


ACCOUNT = Kind("account/1", Account, "Account of what happened")
