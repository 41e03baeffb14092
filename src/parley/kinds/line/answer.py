"""``answer/1``: what the other side says to a notice, with what its officer read from it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import Answers, Kind, Line, ReadBack
from parley.record.scope import Levels, Scope
from parley.values.lengths import MAX_LENGTH_E4M
from parley.values.texts import Text

MAX_SHIFT_MS = 31_622_400_000


class Proposal(Levels):
    """A change that would make the notice acceptable: in words, and in figures where they help."""

    text: Text = Field(description="the change proposed")
    time_shift_ms: int | None = Field(
        None, ge=-MAX_SHIFT_MS, le=MAX_SHIFT_MS, description="later by, ms; negative: earlier"
    )
    offset_e4m: int | None = Field(
        None, ge=0, le=MAX_LENGTH_E4M, description="moved aside by, 0.1 mm"
    )
    bearing_e4: int | None = Field(
        None, ge=0, lt=3_600_000, description="moved towards, 0.0001 degree clockwise from north"
    )

    @model_validator(mode="after")
    def _offset_has_a_bearing(self) -> Self:
        if (self.offset_e4m is None) != (self.bearing_e4 is None):
            raise BadValue("an offset and its bearing go together", where="bearing_e4")
        return self


class Answer(Scope, Answers):
    """Acknowledge, object or propose a change; acknowledging is not agreeing.

    Place, window and levels are what the answering officer typed from the notice. They are never
    pre-filled, and Parley compares them with the notice.
    """

    answer: Literal["acknowledge", "object", "propose"] = Field(
        alias="stance", description="acknowledge (not agreement), object, propose a change"
    )
    officer: Line = Field(description="post that answers")
    text: Text | None = Field(None, description="what the officer adds; why, when objecting")
    proposal: Proposal | None = Field(None, description="the change proposed")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.answer == "propose") != (self.proposal is not None):
            raise BadValue("an answer that proposes, and no other, says what", where="proposal")
        if self.answer == "object" and self.text is None:
            raise BadValue("an objection says why", where="text")
        return self

    def stance(self) -> Literal["acknowledge", "object", "propose"]:
        """Give the answer."""
        return self.answer

    def read_back(self) -> ReadBack | None:
        """Give what was read back, if anything."""
        if not self.states_scope():
            return None
        return ReadBack(self.place, self.during(), self.lower, self.upper)


ANSWER = Kind("answer/1", Answer, "Answer", needs_ref=("answers",))
