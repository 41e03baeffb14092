"""``line_state/1``: how the line stands, by whose word and why."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.line.head import Origin
from parley.record.canonical import MAX_INTEGER
from parley.record.kind import Body, Connects, InstantMs, Kind, PartyName
from parley.values.texts import Text


class Resumption(Body):
    """Where a log goes on after a restore, without the others having confirmed its end."""

    origin: Origin = Field(description="the log that goes on")
    size: int = Field(ge=0, le=MAX_INTEGER, description="entries it holds now")
    last_signed_size: int | None = Field(
        None, ge=0, le=MAX_INTEGER, description="size of the last head signed before, if known"
    )


class LineState(Body, Connects):
    """The line is open, degraded, suspended or closed; records go on being exchanged in each.

    ``resumed_unconfirmed`` is the operator's own word that a node restored from a backup writes on
    although nobody could say how far its log had grown.
    """

    state: Literal["open", "degraded", "suspended", "closed"] = Field(
        description="open, degraded, suspended or closed"
    )
    by: PartyName = Field(description="the member whose doing it is")
    since: InstantMs = Field(description="since when, milliseconds UTC")
    reason: Text | None = Field(None, description="why; needed unless the line is open")
    resumed_unconfirmed: tuple[Resumption, ...] = Field(
        (), description="logs written on after a restore without confirmation"
    )

    @model_validator(mode="after")
    def _gives_its_reason(self) -> Self:
        if self.reason is None and (self.state != "open" or self.resumed_unconfirmed):
            raise BadValue("say why", where="reason")
        for i, log in enumerate(self.resumed_unconfirmed):
            if log.last_signed_size is not None and log.size >= log.last_signed_size:
                raise BadValue(
                    "the log holds all that was signed: nothing to override",
                    where=f"resumed_unconfirmed.{i}.size",
                )
        return self

    def line_state(self) -> Literal["open", "degraded", "suspended", "closed"]:
        """Give the state."""
        return self.state


LINE_STATE = Kind("line_state/1", LineState, "State of the line")
