"""``activity/1``: a planned flight or other use of the sky, as one or more 4D volumes."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadInterval
from parley.kinds.air.space import check_volumes, last_end, planned
from parley.record.kind import (
    Ask,
    Asks,
    Body,
    Concerns,
    Expires,
    Kind,
    Line,
    Occupancy,
    Occupies,
    Subject,
)
from parley.values.instants import Instant
from parley.values.texts import Text
from parley.values.volumes import Volume4D


class Activity(Body, Occupies, Asks, Concerns, Expires):
    """What its author will do, where, when and how high; the others are asked for an answer.

    Records of one author that bear the same ``activity`` are one activity, compared as a whole.
    """

    title: Line = Field(description="what it is, in a few words")
    activity: Line | None = Field(
        None, description="name that several records of one activity share"
    )
    description: Text | None = Field(None, description="more words, if any")
    volumes: tuple[Volume4D, ...] = Field(
        min_length=1, description="the space it takes: shape, levels, window; edges are geodesics"
    )

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        for i, volume in enumerate(self.volumes):
            if volume.time_end is None:
                raise BadInterval("an activity states when it ends", where=f"volumes.{i}.time_end")
        check_volumes(self.volumes)
        return self

    def occupancy(self) -> Occupancy:
        """Occupy the volumes as an activity."""
        return Occupancy("activity", self.title, self.volumes, activity=self.activity)

    def ask(self) -> Ask:
        """Ask every other party, by the charter's deadline."""
        return Ask()

    def subjects(self) -> tuple[Subject, ...]:
        """Give place, window and levels of each volume."""
        return planned(self.title, self.volumes)

    def expires_at(self) -> Instant | None:
        """Give the end of the last volume."""
        return last_end(self.volumes)


ACTIVITY = Kind("activity/1", Activity, "Activity in the air")
