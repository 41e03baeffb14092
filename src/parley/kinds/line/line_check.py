"""``line_check/1``: a test call or test exchange, and whether it worked."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import Body, Concerns, InstantMs, Kind, Line, PartyName, Subject
from parley.record.scope import DurationMs
from parley.values.instants import Instant, Interval
from parley.values.texts import Text


class LineCheck(Body, Concerns):
    """A trial of the line towards one member, by exchange, telephone, radio or video."""

    to: PartyName = Field(description="the member tried")
    medium: Literal["exchange", "telephone", "radio", "video"] = Field(
        description="exchange: node to node"
    )
    tried_at: InstantMs = Field(description="when, milliseconds UTC")
    result: Literal["ok", "failed"] = Field(description="whether it worked")
    round_trip_ms: DurationMs | None = Field(None, description="time to the reply, ms")
    address: Line | None = Field(None, description="number, frequency or endpoint tried")
    remarks: Text | None = Field(None, description="what was heard, or went wrong")

    @model_validator(mode="after")
    def _only_a_reply_takes_time(self) -> Self:
        if self.result == "failed" and self.round_trip_ms is not None:
            raise BadValue("a trial that failed has no reply to time", where="round_trip_ms")
        return self

    def subjects(self) -> tuple[Subject, ...]:
        """Give the member tried, as mere mention."""
        at = Instant(self.tried_at)
        return (Subject("mentioned", during=Interval(at, at), parties=(self.to,)),)


LINE_CHECK = Kind("line_check/1", LineCheck, "Check of the line")
