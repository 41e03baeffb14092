"""``observation/1``: what a monitor heard, saw or recorded; it lays nothing to anybody."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.truce.event import Event
from parley.record.claims.allegations import Observed
from parley.record.coarse import check_coarse, check_words
from parley.record.kind import ActorName, AreaName, Body, Claims, Concerns, Kind, Line, Subject
from parley.values.lengths import MAX_LENGTH_E4M
from parley.values.places import Place
from parley.values.texts import Text


class Restriction(Body):
    """How the monitor was kept from looking: refused, made to wait, or let in on conditions."""

    access: Literal["denied", "delayed", "conditional"] = Field(
        description="denied, delayed, or allowed on conditions"
    )
    by: ActorName | None = Field(None, description="handle of who kept it from looking")
    reason: Text | None = Field(None, description="the reason given, or the conditions")


class Observation(Event, Concerns, Claims):
    """An element of a monitor's report: from where, how far and in which direction, by what means.

    The number counts single sounds or sights; a burst of one weapon is one. The form follows the
    annex tables of the OSCE monitoring mission's daily reports. The observer's position is coarse,
    since monitors can be harmed, and so is the place of the event where bearing and distance are
    given with it; exact ones belong in a personal part.
    """

    what: Literal["explosion", "burst", "shot", "projectile", "muzzle_flash", "other"] | None = (
        Field(None, description="what was heard or seen; absent: nothing, access was restricted")
    )
    means: Literal["heard", "seen", "camera", "other"] | None = Field(
        None, description="by what means"
    )
    number: int = Field(1, ge=1, le=1_000_000, description="how many single elements")
    description: Literal["outgoing", "impact", "undetermined"] | None = Field(
        None, description="outgoing, impact, or undetermined"
    )
    direction: Line | None = Field(None, description="direction of flight, such as W to E")
    weapon: Line | None = Field(None, description="weapon, if known, such as mortar 82 mm")
    observer_area: AreaName | None = Field(None, description="area the observer stood in")
    observer_place: Place | None = Field(
        None, description="where the observer stood: whole 0.01 degrees, no better than 1 km"
    )
    bearing_e4: int | None = Field(
        None, ge=0, lt=3_600_000, description="from the observer, 0.0001 degree from north"
    )
    distance_e4m: int | None = Field(
        None, ge=0, le=MAX_LENGTH_E4M, description="from the observer, 0.1 mm; estimated"
    )
    restriction: Restriction | None = Field(None, description="how access was restricted, if so")
    text: Text | None = Field(None, description="more words, if any")

    @model_validator(mode="after")
    def _observes(self) -> Self:
        if self.what is None and self.restriction is None:
            raise BadValue("states what was observed, or how access was restricted", where="what")
        if (self.what is None) != (self.means is None):
            raise BadValue("what was observed and by what means go together", where="means")
        return self

    @model_validator(mode="after")
    def _hides_the_observer(self) -> Self:
        if self.observer_area is not None:
            check_words(self.observer_area, "observer_area")
        if self.observer_place is not None:
            check_coarse(self.observer_place, "observer_place")
        # An exact place, a bearing and a distance lead back to the monitor.
        if self.place and self.bearing_e4 is not None and self.distance_e4m is not None:
            check_coarse(self.place, "place")
        return self

    def subjects(self) -> tuple[Subject, ...]:
        """Give where and when it happened, or mention where the monitor could not look."""
        manner: Literal["happened", "mentioned"] = "happened" if self.what else "mentioned"
        return (Subject(manner, self.place, self.during()),)

    def claims(self) -> tuple[Observed, ...]:
        """Give the observation; it counts nothing where access was restricted."""
        return (
            Observed(
                what=self.what,
                means=self.means,
                number=self.number if self.what else 0,
                during=self.during(),
                area=self.area,
                place=self.place,
                description=self.description,
                weapon=self.weapon,
                access=self.restriction.access if self.restriction else None,
                kept_by=self.restriction.by if self.restriction else None,
                direction=self.direction,
                bearing_e4=self.bearing_e4,
                distance_e4m=self.distance_e4m,
                observer_area=self.observer_area,
                observer_place=self.observer_place,
            ),
        )


OBSERVATION = Kind("observation/1", Observation, "Observation of a monitor")
