"""``referral/1``: persistent non-compliance goes to those who may exclude; what they decided."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.participation import Decision, Referred
from parley.record.kind import ActorName, Body, Claims, Kind, Line
from parley.values.instants import StatedTime
from parley.values.texts import Text


class Referral(Body, Claims):
    """A claim of its author: that an actor was referred, and how it was decided if it was.

    It is ``about`` the findings and allegations it rests on, and about the terms. A decision stands
    in a new version of the referral, or in a referral of its own.
    """

    actor: ActorName = Field(description="handle of the actor referred")
    time: StatedTime = Field(description="when it was referred, as stated")
    to: Line | None = Field(None, description="to whom, such as ministers or their designees")
    decision: Decision | None = Field(
        None, description="exclude, readmit, or none of these; absent: not decided yet"
    )
    decided: StatedTime | None = Field(None, description="when it was decided, as stated")
    reason: Text | None = Field(None, description="why, in the author's words")

    @model_validator(mode="after")
    def _decided_once_and_after(self) -> Self:
        if (self.decision is None) != (self.decided is None):
            raise BadValue("a decision and its time go together", where="decided")
        if self.decided is not None and self.decided.ms < self.time.ms:
            raise BadValue("decided before it was referred", where="decided")
        return self

    def claims(self) -> tuple[Referred, ...]:
        """Give the referral as the ledger reads it."""
        decided = None if self.decided is None else self.decided.at
        return (Referred(self.actor, self.time.at, self.decision, decided),)


REFERRAL = Kind("referral/1", Referral, "Referral of non-compliance", needs_ref=("about",))
