"""Where and when something is said to have happened: shared by what tells of acts under a truce."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import AreaName, Body
from parley.values.instants import Instant, Interval, StatedTime
from parley.values.places import Place


class Event(Body):
    """An area, a place and a time as stated; what was not stated stays unstated.

    An exact place of people at risk belongs in a personal part; the record has the coarse one.
    """

    area: AreaName | None = Field(None, description="area: a p-code, or the channel's name for it")
    place: Place | None = Field(None, description="where, as coarse as need be, in the words used")
    time: StatedTime | None = Field(None, description="when, or from when, as stated")
    until: StatedTime | None = Field(None, description="when it was over, as stated")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until is not None and self.time is None:
            raise BadValue("an end without a beginning", where="time")
        if self.until is not None and self.time is not None and self.until.ms < self.time.ms:
            raise BadValue("over before it began", where="until", hint="swap the two times")
        return self

    def during(self) -> Interval | None:
        """Give the stated time as an interval; a single instant without a stated end."""
        if self.time is None:
            return None
        return Interval(self.time.at, Instant((self.until or self.time).ms))
