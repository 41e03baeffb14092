"""``track/1``: where one side says that something flew, by its instruments or by its letter."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.tracks import Craft, Fix, Flown, Stretch, StretchUnit
from parley.record.kind import Body, Claims, Concerns, Kind, Line, PartyName, Subject
from parley.record.scope import DurationMs
from parley.values.instants import Interval, StatedTime, spanning
from parley.values.lengths import Altitude
from parley.values.places import Place
from parley.values.texts import Text


class Point(Body):
    """Where it is said to have been, and when."""

    place: Place = Field(description="where, with its precision and the words used")
    time: StatedTime = Field(description="when, as stated")
    level: Altitude | None = Field(None, description="how high, as stated")


class Stated(Body):
    """A length of way and the time it is said to have taken, where no positions are given."""

    number_e4: int = Field(ge=1, le=10**12, description="length in 0.0001 of the unit")
    unit: StretchUnit = Field(description="unit as stated; mile: the source does not say which")
    lasted_ms: DurationMs = Field(gt=0, description="how long it is said to have taken, ms")


class Track(Body, Claims, Concerns):
    """A past flight as its author has it; another's track of the same flight stands beside it.

    Records of one author with the same label are about the same thing that flew.
    """

    text: Text = Field(description="what is said to have flown there")
    label: Line = Field(description="what the author calls it, such as a track number")
    craft: Craft = Field(description="class by the author, unknown where it does not say")
    parties: tuple[PartyName, ...] = Field((), description="members said to have flown it")
    points: tuple[Point, ...] = Field((), description="positions, in the order of their times")
    stretches: tuple[Stated, ...] = Field((), description="lengths of way, with the time taken")
    source: Text | None = Field(None, description="from which sensor, document or publication")

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if not self.points and not self.stretches:
            raise BadValue("a track has points or stretches", where="points")
        for i in range(1, len(self.points)):
            if self.points[i].time.ms < self.points[i - 1].time.ms:
                raise BadValue("the times run backwards", where=f"points.{i}.time")
        return self

    def subjects(self) -> tuple[Subject, ...]:
        """Give the first point, within the time of all, as something that happened."""
        if not self.points:
            return (Subject("happened", parties=self.parties),)
        during = spanning(Interval(p.time.at, p.time.at) for p in self.points)
        first = self.points[0]
        levels = [p.level for p in self.points if p.level is not None]
        alike = len(levels) == len(self.points) and len({a.reference for a in levels}) == 1
        low = min(levels, key=lambda a: a.e4m) if alike else None
        high = max(levels, key=lambda a: a.e4m) if alike else None
        return (Subject("happened", first.place, during, low, high, self.parties),)

    def claims(self) -> tuple[Flown, ...]:
        """Give the flight under its label."""
        fixes = tuple(Fix(p.place, p.time.at) for p in self.points)
        stretches = tuple(Stretch(s.number_e4, s.unit, s.lasted_ms) for s in self.stretches)
        return (Flown(self.label, self.craft, fixes, stretches),)


TRACK = Kind("track/1", Track, "Track of something that flew")
