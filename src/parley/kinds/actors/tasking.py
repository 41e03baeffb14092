"""``tasking/1``: who ordered whom to do what, and by what it can be counted whether it was done."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.actors import Counted, Tasked, TaskVerb
from parley.record.kind import MOST_LISTED, ActorName, AreaName, Body, Claims, InstantMs, Kind, Line
from parley.values.instants import Instant, StatedTime
from parley.values.texts import Text


class Tasking(Body, Claims):
    """An order, by its author's account: the words, a class of act, and what to count.

    The views count what everybody recorded of that sort in the week before and after. They say
    neither that the order was carried out nor that it was the cause.
    """

    ordered_by: ActorName = Field(
        description="who gave the order: a post, a party, an organisation"
    )
    to: tuple[ActorName, ...] = Field(
        min_length=1, max_length=MOST_LISTED, description="who received it"
    )
    verb: TaskVerb = Field(description="what is to be done, by class")
    text: Text = Field(description="the order, in the words reported")
    counted: tuple[Counted, ...] = Field(
        min_length=1,
        max_length=MOST_LISTED,
        description="records of which sorts show what was done since",
    )
    given: StatedTime = Field(description="when it was given, as stated")
    effective: InstantMs | None = Field(
        None, description="in force from, milliseconds UTC; absent: since it was given"
    )
    until: InstantMs | None = Field(None, description="in force until, milliseconds UTC")
    area: AreaName | None = Field(
        None, description="where, by p-code where there is one; absent: everywhere"
    )
    known_by: Line | None = Field(None, description="how the author knows, or from whom")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until is not None and self.until < self._start():
            raise BadValue("ends before it starts", where="until", hint="swap the two times")
        if len(set(self.counted)) < len(self.counted):
            raise BadValue("a sort is counted once", where="counted")
        return self

    def _start(self) -> Instant:
        return self.given.at if self.effective is None else Instant(self.effective)

    def claims(self) -> tuple[Tasked, ...]:
        """Give the order."""
        end = None if self.until is None else Instant(self.until)
        return (
            Tasked(
                self.ordered_by, self.to, self.verb, self.counted, self._start(), end, self.area
            ),
        )


TASKING = Kind("tasking/1", Tasking, "Order given")
