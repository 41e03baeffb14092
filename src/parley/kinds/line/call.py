"""``call/1``: one attempt to speak, by telephone, radio, video or in person, as its author saw it.

Also what a party without a node was told by voice.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import Concerns, InstantMs, Kind, Line, PartyName, Subject, Telling, Tells
from parley.record.scope import DurationMs, LanguageTag, Scope
from parley.values.instants import Instant
from parley.values.texts import Text

UNKNOWN = "unknown"

Medium = Literal["telephone", "radio", "video", "in_person"]


class Call(Scope, Concerns, Tells):
    """An attempt to speak, its outcome and what was said: the author's own account of it.

    Place, window and levels are what the other side repeated; they are compared with the record
    that the call is about.
    """

    medium: Medium = Field(description="telephone, radio, video or in person")
    direction: Literal["out", "in"] = Field(description="out: the author called; in: was called")
    to: PartyName = Field(
        description=f"the other side: a member, voice parties too, or '{UNKNOWN}'"
    )
    opened_at: InstantMs = Field(description="start of the attempt, milliseconds UTC")
    wait_s: int | None = Field(
        None, ge=0, le=86_400, description="seconds until somebody answered, or gave up"
    )
    duration_ms: DurationMs | None = Field(None, description="length of the talk, ms")
    outcome: Literal[
        "connected", "contact_absent", "message_left", "hung_up", "on_hold", "no_answer"
    ] = Field(description="how the attempt ended")
    post: Line | None = Field(None, alias="asked_for", description="post that was asked for")
    answered_by: Line | None = Field(None, description="post that answered")
    language: LanguageTag | None = Field(None, description="language spoken")
    frequency: Line | None = Field(None, description="radio only: the frequency or channel")
    said: Text | None = Field(None, description="what the author's side said")
    heard: Text | None = Field(None, description="what the other side said")
    readback: Text | None = Field(None, description="what the other side repeated, in words")

    @model_validator(mode="after")
    def _fits_its_outcome(self) -> Self:
        if self.frequency is not None and self.medium != "radio":
            raise BadValue("only a radio call has a frequency", where="frequency")
        if self.outcome == "no_answer" and self.answered_by is not None:
            raise BadValue("nobody answered", where="answered_by")
        if self.outcome == "contact_absent" and self.post is None:
            raise BadValue("who was absent?", where="asked_for")
        if self.outcome != "connected":
            for name in ("heard", "readback", "place", "window", "lower", "upper"):
                # a clerk who answers and hangs up may still have said something
                if name == "heard" and self.outcome != "no_answer":
                    continue
                if getattr(self, name) is not None:
                    raise BadValue("only a call that connected has this", where=name)
        return self

    def told(self) -> tuple[Telling, ...]:
        """Give whom the author told: nobody, unless the call connected and something was said."""
        if self.outcome != "connected" or self.said is None:
            return ()
        read_back = self.readback is not None or self.states_scope()
        return (Telling(self._other_side(), Instant(self.opened_at), read_back),)

    def reached(self) -> bool:
        """Tell whether anybody answered, be it to say that the officer asked for is away."""
        return self.outcome != "no_answer"

    def asked_for(self) -> tuple[str, ...]:
        """Name the party that the author tried to reach."""
        return self._other_side() if self.direction == "out" else ()

    def _other_side(self) -> tuple[str, ...]:
        return () if self.to == UNKNOWN else (self.to,)

    def subjects(self) -> tuple[Subject, ...]:
        """Give the party spoken to, and the place and window repeated, as mere mention."""
        return (self.subject("mentioned", self._other_side()),)


CALL = Kind("call/1", Call, "Call")
