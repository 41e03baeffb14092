"""``movement/1``: a convoy or evacuation on its way, by coarse legs and stops."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadShape, BadValue
from parley.kinds.relief.notified import MOST_PEOPLE, Ceiling, Notified
from parley.record.claims.relief import Protected
from parley.record.coarse import check_coarse, check_texts, check_way, check_words
from parley.record.kind import AreaName, Ask, Body, InstantMs, Kind, Subject
from parley.record.scope import Window
from parley.sky.regions import LONGEST_LINE_E4M
from parley.sky.volumes import edges_e4m
from parley.values.instants import Instant, Interval, spanning
from parley.values.lengths import MAX_LENGTH_E4M, Altitude, Bound
from parley.values.places import Place, Position
from parley.values.texts import Text
from parley.values.volumes import Circle, Corridor, Volume4D

MOST_LEGS = 64
MOST_POINTS = 100


class Leg(Window):
    """One leg of the way: from where to where, by which coarse line, from departure to arrival."""

    start: AreaName = Field(alias="from", description="area it leaves from")
    to: AreaName = Field(description="area it goes to")
    way: tuple[Position, ...] = Field(
        min_length=2, max_length=MOST_POINTS, description="its way, on a grid of 0.01 degree"
    )
    half_width_e4m: int = Field(
        ge=0, le=MAX_LENGTH_E4M, description="how far aside it may be, 0.1 mm; 1 km or more"
    )
    time_end: InstantMs = Field(description="latest arrival, milliseconds UTC")

    def volume(self, upper: Ceiling) -> Volume4D:
        """Give the corridor it may be in."""
        line = Corridor(self.way, self.half_width_e4m)
        return Volume4D(line, self.time_start, self.time_end, lower=Bound.SFC, upper=upper)


class Stop(Window):
    """A stop on the way, such as one overnight, coarsely."""

    area: AreaName = Field(description="area it stops in")
    place: Place = Field(description="about where, no better than 1 km")
    time_end: InstantMs = Field(description="latest departure, milliseconds UTC")

    def volume(self, upper: Ceiling) -> Volume4D:
        """Give the disk it may be in."""
        disk = Circle(self.place.position, self.place.precision_e4m)
        return Volume4D(disk, self.time_start, self.time_end, lower=Bound.SFC, upper=upper)


class Load(Body):
    """People, vehicles, what they carry and how they are marked; no plates, no names."""

    vehicles: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="number of vehicles")
    people: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="people on board")
    cargo: Text | None = Field(None, description="what it carries")
    marking: Text | None = Field(None, description="marking and roof signs, as seen from the air")


class Movement(Notified):
    """A movement along coarse legs; plates, drivers and the exact way are in a personal part.

    The return is a leg like any other. Announce it as early as the charter's lead time asks.
    """

    notify_only: Literal[True] | None = Field(
        None, description="true: the addressees are told; no answer is asked for, and none overdue"
    )
    load: Load = Field(description="people, vehicles, cargo, marking")
    legs: tuple[Leg, ...] = Field(min_length=1, max_length=MOST_LEGS, description="legs, in order")
    stops: tuple[Stop, ...] | None = Field(
        None, min_length=1, max_length=MOST_LEGS, description="stops on the way, in order"
    )

    @model_validator(mode="after")
    def _can_be_compared_and_is_coarse(self) -> Self:
        total = 0
        for i, leg in enumerate(self.legs):
            # a few bytes can state a line around the globe, and a record many of them
            total += edges_e4m(leg.volume(self.upper), where=f"legs.{i}")
            if total > LONGEST_LINE_E4M:
                raise BadShape("all legs together are too long", where=f"legs.{i}.way")
            if not self.exact_is_public:
                check_words(leg.start, f"legs.{i}.from")
                check_words(leg.to, f"legs.{i}.to")
                check_way(leg.way, leg.half_width_e4m, f"legs.{i}")
        if not self.exact_is_public:
            check_texts({"load.cargo": self.load.cargo, "load.marking": self.load.marking})
        for i, stop in enumerate(self.stops or ()):
            stop.volume(self.upper)
            if not self.exact_is_public:
                check_words(stop.area, f"stops.{i}.area")
                check_coarse(stop.place, f"stops.{i}.place")
        if self.renew_by < self.during().start:
            raise BadValue("over before it begins", where="renew_by")
        return self

    def during(self) -> Interval:
        """Give the time from the first departure to the last arrival."""
        return spanning(part.interval() for part in (*self.legs, *(self.stops or ())))

    def volumes(self) -> tuple[Volume4D, ...]:
        """Give the corridors of the legs, then the disks of the stops."""
        legs = [leg.volume(self.upper) for leg in self.legs]
        return (*legs, *(stop.volume(self.upper) for stop in self.stops or ()))

    def subjects(self) -> tuple[Subject, ...]:
        """Give each leg by where it begins and ends, then each stop."""
        upper = self.upper if isinstance(self.upper, Altitude) else None
        legs = [
            Subject(
                "planned",
                _end(leg.way[0], leg.half_width_e4m, leg.start),
                leg.interval(),
                upper=upper,
                points=(leg.way[0], leg.way[-1]),
            )
            for leg in self.legs
        ]
        stops = [
            Subject("planned", stop.place, stop.interval(), upper=upper)
            for stop in self.stops or ()
        ]
        return (*legs, *stops)

    def ask(self) -> Ask | None:
        """Ask the addressees, by the charter's deadline, unless it only tells them."""
        return None if self.notify_only else super().ask()

    def expires_at(self) -> Instant:
        """Give the last arrival, or the end of what its author vouches for."""
        end = self.during().end
        return Instant(self.renew_by if end is None else min(self.renew_by, end))

    def claims(self) -> tuple[Protected, ...]:
        """Give the movement as the fold on relief reads it."""
        areas = [area for leg in self.legs for area in (leg.start, leg.to)]
        areas += [stop.area for stop in self.stops or ()]
        return (
            Protected(
                "movement",
                self.handle,
                self.title,
                self.organisation,
                tuple(dict.fromkeys(areas)),
                tuple(_end(leg.way[0], leg.half_width_e4m, leg.start) for leg in self.legs),
                max(leg.half_width_e4m for leg in self.legs),
                self.during(),
                self.addressees,
                None if self.verified is None else self.verified.verified(),
                self.consent.consented(),
                Instant(self.renew_by),
                bool(self.exact_is_public),
                self.in_emergency(),
            ),
        )

    def in_emergency(self) -> bool:
        """Tell whether it is announced at the shorter notice of an emergency."""
        return False


def _end(position: Position, precision_e4m: int, words: str) -> Place:
    return Place(position.lat_e7, position.lon_e7, min(precision_e4m, 10**10), words)


MOVEMENT = Kind("movement/1", Movement, "Humanitarian movement")
