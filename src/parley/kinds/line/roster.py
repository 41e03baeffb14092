"""``roster/1``: which post has the watch, until when, and who stands in for it."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.kind import Body, Expires, InstantMs, Kind, Line, Watch, Watches
from parley.record.scope import LanguageTag
from parley.values.instants import Instant, Interval
from parley.values.texts import Text


class Roster(Body, Expires, Watches):
    """One watch of the author's desk: when it ends unrelieved, that is flagged."""

    watch_from: InstantMs = Field(description="start of the watch, milliseconds UTC")
    watch_to: InstantMs = Field(description="end of the watch, milliseconds UTC")
    post: Line = Field(description="post that has the watch")
    deputies: tuple[Line, ...] = Field((), description="posts to ask for when it is away")
    languages: tuple[LanguageTag, ...] = Field(
        min_length=1, description="languages that the watch itself speaks"
    )
    phone: Line | None = Field(None, description="telephone or radio address")
    remarks: Text | None = Field(None, description="anything else")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.watch_to <= self.watch_from:
            raise BadValue("ends before it starts", where="watch_to", hint="swap the two times")
        return self

    def expires_at(self) -> Instant:
        """Give the end of the watch."""
        return Instant(self.watch_to)

    def watch(self) -> Watch:
        """Give the watch with its deputies and languages."""
        during = Interval(Instant(self.watch_from), Instant(self.watch_to))
        return Watch(during, self.deputies, self.languages)

    def owner(self) -> str:
        """Give the post that has the watch."""
        return self.post


ROSTER = Kind("roster/1", Roster, "Roster of the watch")
