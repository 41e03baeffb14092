"""``control/1``: who holds an area or is present in it, drawn by whom, recognised by whom."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.control import Basis, ControlManner, Controls
from parley.record.coarse import check_coarse, check_words
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    AreaName,
    Body,
    Claims,
    Concerns,
    Kind,
    Subject,
)
from parley.values.instants import Interval, StatedTime
from parley.values.places import Place
from parley.values.texts import Text


class Control(Body, Claims, Concerns):
    """A claim of its author on one actor in one area; claims that differ stand side by side.

    Areas are as coarse as the parties exchange them, and a place lies on a grid of 0.01 degree, no
    better than 1 km. Where people of an actor stand exactly is for a sealed or personal part.
    """

    actor: ActorName = Field(description="handle of who is there")
    area: AreaName = Field(description="area, no finer than a district or a named town")
    manner: ControlManner = Field(description="holds it; is present in it; contests it")
    since: StatedTime = Field(description="since when, or as of when it is said, as stated")
    until: StatedTime | None = Field(None, description="until when, as stated; absent: still")
    place: Place | None = Field(
        None,
        description="a named town or the area's middle, on a grid of 0.01 degree, 1 km or more",
    )
    drawn_by: ActorName | None = Field(
        None, description="whose delineation it is; absent: the author's own"
    )
    recognised_by: tuple[ActorName, ...] = Field(
        (), max_length=MOST_LISTED, description="who is said to accept it"
    )
    basis: Basis | None = Field(None, description="how the author knows")
    text: Text | None = Field(None, description="more words, if any")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until is not None and self.until.ms < self.since.ms:
            raise BadValue("ends before it starts", where="until", hint="swap the two times")
        return self

    @model_validator(mode="after")
    def _is_coarse(self) -> Self:
        check_words(self.area, "area")
        if self.place is not None:
            check_coarse(self.place, "place")
        return self

    def _during(self) -> Interval:
        return Interval(self.since.at, None if self.until is None else self.until.at)

    def claims(self) -> tuple[Controls, ...]:
        """Give who is said to be where."""
        return (
            Controls(
                actor=self.actor,
                area=self.area,
                manner=self.manner,
                during=self._during(),
                drawn_by=self.drawn_by,
                recognised_by=self.recognised_by,
                basis=self.basis,
            ),
        )

    def subjects(self) -> tuple[Subject, ...]:
        """Give the place and time it is about."""
        return (Subject("mentioned", self.place, self._during()),)


CONTROL = Kind("control/1", Control, "Control of an area")
