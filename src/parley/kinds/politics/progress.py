"""``progress/1``: how far a provision came, scored on evidence, or since when it is stalled.

The scale is that of the Peace Accords Matrix (Kroc Institute): 0 not initiated, 1 minimal, 2
intermediate, 3 full; each score rests on dated events.
"""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.politics import FULL, Progressed
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    Body,
    Claims,
    Kind,
    Line,
    PartyName,
    RecordName,
)
from parley.values.instants import StatedTime
from parley.values.texts import Text


class Evidence(Body):
    """A dated event that a score rests on."""

    at: StatedTime = Field(description="when it happened, as stated")
    what: Text = Field(description="what happened")
    source: Line | None = Field(None, description="where it was published")
    record: RecordName | None = Field(None, description="record of this channel that shows it")


class Progress(Body, Claims):
    """A score by somebody as of a date; two scorers may differ, and both are shown."""

    provision: PartyName = Field(description="id of the provision")
    as_of: StatedTime = Field(description="the date for which it holds, as stated")
    score: int | None = Field(
        None, ge=0, le=FULL, description="0 not initiated, 1 minimal, 2 intermediate, 3 full"
    )
    stalled_since: StatedTime | None = Field(None, description="without movement since, as stated")
    evidence: tuple[Evidence, ...] = Field(
        (),
        max_length=MOST_LISTED,
        description="what the score rests on; a score above 0 needs some",
    )
    scored_by: ActorName | None = Field(None, description="who scored it; absent: the author")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if self.score is None and self.stalled_since is None:
            raise BadValue("neither a score nor stalled since when", where="score")
        if self.score and not self.evidence:
            raise BadValue("a score above 0 rests on dated events", where="evidence")
        if self.stalled_since is not None and self.stalled_since.ms > self.as_of.ms:
            raise BadValue("stalled since a later date than it is judged for", where="as_of")
        return self

    def claims(self) -> tuple[Progressed, ...]:
        """Claim the progress."""
        return (
            Progressed(
                self.provision,
                self.score,
                self.as_of.at,
                None if self.stalled_since is None else self.stalled_since.at,
                len(self.evidence),
                self.scored_by,
            ),
        )


PROGRESS = Kind("progress/1", Progress, "Progress of a provision")
