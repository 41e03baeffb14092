"""Where, when and at which levels: the part that several records of the line share."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from parley.errors import BadValue
from parley.record.kind import Body, InstantMs, Subject
from parley.values.instants import Instant, Interval
from parley.values.lengths import Altitude
from parley.values.places import Place

LanguageTag = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
    Field(description="BCP 47 language tag, such as ar, en, ru"),
]
DurationMs = Annotated[int, Field(ge=0, le=31_622_400_000)]  # to 366 days

Manner = Literal["planned", "warned", "happened", "mentioned"]


class Window(Body):
    """A half-open stretch of time; without an end it lasts until further notice."""

    time_start: InstantMs = Field(description="first instant, milliseconds UTC")
    time_end: InstantMs | None = Field(None, description="end, milliseconds UTC; absent: open")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.time_end is not None and self.time_end < self.time_start:
            raise BadValue("ends before it starts", where="time_end", hint="swap the two times")
        return self

    def interval(self) -> Interval:
        """Give the window as an interval."""
        end = None if self.time_end is None else Instant(self.time_end)
        return Interval(Instant(self.time_start), end)


class Levels(Body):
    """Two vertical limits, each as stated and each optional."""

    lower: Altitude | None = Field(None, description="lower limit as stated")
    upper: Altitude | None = Field(None, description="upper limit as stated")

    @model_validator(mode="after")
    def _floor_below_ceiling(self) -> Self:
        low, high = self.lower, self.upper
        if low and high and low.reference == high.reference and low.e4m > high.e4m:
            raise BadValue("the floor lies above the ceiling", where="lower", hint="swap the two")
        return self


class Scope(Levels):
    """A place, a window and levels, each optional: what was not stated stays unstated."""

    place: Place | None = Field(None, description="place with its precision and the words used")
    window: Window | None = Field(None, description="window of time")

    def during(self) -> Interval | None:
        """Give the window as an interval, if there is one."""
        return None if self.window is None else self.window.interval()

    def states_scope(self) -> bool:
        """Tell whether anything of place, window and levels is stated."""
        stated = (self.place, self.window, self.lower, self.upper)
        return any(field is not None for field in stated)

    def subject(self, manner: Manner, parties: tuple[str, ...] = ()) -> Subject:
        """Give the scope as what a record is about."""
        return Subject(manner, self.place, self.during(), self.lower, self.upper, parties)
