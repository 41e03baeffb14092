"""``finding/1``: what one side, or several, found on allegations, and on what grounds."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.allegations import Concluded, Level, Outcome, SourceKind
from parley.record.kind import MOST_LISTED, ActorName, Body, Claims, Kind, Line
from parley.values.texts import Text

UNPROVEN: tuple[Outcome, ...] = ("not_corroborated", "not_verifiable")


class Finding(Body, Claims):
    """An outcome for the allegations it is ``about``, of its author and of nobody else.

    *corroborated* rests on two or more independent kinds of source, *verified* on own observation
    or evidence, *attributed* on a stated standard of proof; without access an allegation is *not
    verifiable*. Where several sides log the same finding, the views call it joint.
    """

    outcome: Outcome = Field(description="what came of the allegations, as the author sees it")
    level: Level = Field(
        description="how far it is shown: allegation, corroborated, verified, attributed"
    )
    sources: tuple[SourceKind, ...] = Field(
        (), max_length=MOST_LISTED, description="kinds of source, each once"
    )
    confirmed: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description="how many of the acts are confirmed; absent: all if corroborated, else none",
    )
    attributed_to: tuple[ActorName, ...] = Field(
        (), max_length=MOST_LISTED, description="handles of whom it is laid to"
    )
    standard: Line | None = Field(None, description="standard of proof, when attributing")
    text: Text | None = Field(None, description="the grounds, in words")

    @model_validator(mode="after")
    def _earns_its_level(self) -> Self:
        if len(set(self.sources)) != len(self.sources):
            raise BadValue("a kind of source is listed twice", where="sources")
        if self.level == "corroborated" and len(self.sources) < 2:
            raise BadValue("corroborated takes two or more kinds of source", where="sources")
        seen = {"own_observation", "evidence"} & set(self.sources)
        if self.level in ("verified", "attributed") and not seen:
            raise BadValue("verified takes own observation or evidence", where="sources")
        if self.level == "attributed" and not (self.standard and self.attributed_to):
            raise BadValue("attributing takes a standard, and says to whom", where="standard")
        if self.level != "attributed" and self.attributed_to:
            raise BadValue("only at the level attributed", where="attributed_to")
        return self

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.outcome in UNPROVEN and (self.level != "allegation" or self.confirmed):
            raise BadValue("what is not corroborated confirms nothing", where="level")
        if self.outcome == "corroborated" and (self.level == "allegation" or self.confirmed == 0):
            raise BadValue("what is corroborated is more than an allegation", where="level")
        return self

    def claims(self) -> tuple[Concluded, ...]:
        """Give what was found."""
        return (
            Concluded(
                self.outcome,
                self.level,
                self.sources,
                self.confirmed,
                self.attributed_to,
                self.standard,
            ),
        )


FINDING = Kind("finding/1", Finding, "Finding on allegations", needs_ref=("about",))
