"""``conference/1``: the minutes of a meeting, as an agreed text of those who took part."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import (
    Body,
    Concerns,
    InstantMs,
    Kind,
    Line,
    PartyName,
    Subject,
    Telling,
    Tells,
)
from parley.record.scope import LanguageTag
from parley.values.instants import Instant, Interval
from parley.values.texts import Text


class Participant(Body):
    """A post that took part for a party."""

    party: PartyName = Field(description="the member it took part for")
    post: Line = Field(description="post, not the person's name")


class Difference(Body):
    """A point on which the participants did not agree, as one of them holds it."""

    party: PartyName = Field(description="who holds it")
    text: Text = Field(description="what it holds")


class Conference(Body, Concerns, Tells):
    """Who met, on what, and what was said, decided and left open.

    The minutes stand once every party that took part has logged the same body.
    """

    agenda: tuple[Text, ...] = Field(min_length=1, description="points, in order")
    participants: tuple[Participant, ...] = Field(min_length=2, description="who took part")
    medium: Literal["video", "telephone", "in_person", "radio"] = Field(
        description="how it was held"
    )
    held_from: InstantMs = Field(description="start, milliseconds UTC")
    held_to: InstantMs = Field(description="end, milliseconds UTC")
    languages: tuple[LanguageTag, ...] = Field((), description="languages spoken")
    minutes: tuple[Text, ...] = Field((), description="what was said")
    decisions: tuple[Text, ...] = Field((), description="what was decided")
    differences: tuple[Difference, ...] = Field((), description="what was not agreed")

    @model_validator(mode="after")
    def _is_a_meeting(self) -> Self:
        if self.held_to < self.held_from:
            raise BadValue("ends before it starts", where="held_to", hint="swap the two times")
        parties = self._parties()
        if len(parties) < 2:
            raise BadValue("at least two parties take part", where="participants")
        for i, difference in enumerate(self.differences):
            if difference.party not in parties:
                raise BadValue("took no part", where=f"differences.{i}.party")
        return self

    def _parties(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(p.party for p in self.participants))

    def subjects(self) -> tuple[Subject, ...]:
        """Give the parties that took part, which are those that must log it."""
        during = Interval(Instant(self.held_from), Instant(self.held_to))
        return (Subject("mentioned", during=during, parties=self._parties()),)

    def told(self) -> tuple[Telling, ...]:
        """Give the parties that were there to hear what was said."""
        return (Telling(self._parties(), Instant(self.held_from)),)


CONFERENCE = Kind("conference/1", Conference, "Conference", agreed=True)
