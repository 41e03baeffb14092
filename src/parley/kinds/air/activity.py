"""``activity/1``: a planned flight or other use of the sky, as 4D volumes or as a trajectory."""

from typing import Self

from pydantic import Field, ValidationInfo, model_validator

from parley.errors import BadInterval, BadShape
from parley.kinds.air.space import (
    check_trajectory,
    check_volumes,
    last_end,
    planned,
    prepared_later,
)
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
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D


class Activity(Body, Occupies, Asks, Concerns, Expires):
    """What its author will do, where, when and how high; the others are asked for an answer.

    It states either ``volumes`` or a ``trajectory``, never both. Records of one author that bear
    the same ``activity`` are one activity, compared as a whole.
    """

    title: Line = Field(description="what it is, in a few words")
    activity: Line | None = Field(
        None, description="name that several records of one activity share"
    )
    description: Text | None = Field(None, description="more words, if any")
    volumes: tuple[Volume4D, ...] = Field(
        (), description="the space it takes: shape, levels, window; edges are geodesics"
    )
    trajectory: Trajectory | None = Field(
        None, description="instead of volumes: the way it takes, point by point, in time"
    )

    @model_validator(mode="after")
    def _can_be_compared(self, info: ValidationInfo) -> Self:
        for i, volume in enumerate(self.volumes):
            if volume.time_end is None:
                raise BadInterval("an activity states when it ends", where=f"volumes.{i}.time_end")
        if bool(self.volumes) == (self.trajectory is not None):
            said = "either volumes or a trajectory" if self.volumes else "volumes or a trajectory"
            where = "trajectory" if self.volumes else "volumes"
            raise BadShape(f"an activity states {said}", where=where)
        if prepared_later(info):
            return self
        check_volumes(self.volumes)
        if self.trajectory is not None:
            check_trajectory(self.trajectory)
        return self

    def occupancy(self) -> Occupancy:
        """Occupy the volumes, or what the trajectory passes through, as an activity."""
        return Occupancy(
            "activity",
            self.title,
            self.volumes,
            activity=self.activity,
            trajectories=self._trajectories(),
        )

    def ask(self) -> Ask:
        """Ask every other party, by the charter's deadline."""
        return Ask()

    def subjects(self) -> tuple[Subject, ...]:
        """Give place, window and levels of each volume, or of the trajectory as a whole."""
        return planned(self.title, self.volumes, self._trajectories())

    def expires_at(self) -> Instant | None:
        """Give the end of the last volume, or of the trajectory with its tolerance."""
        return last_end(self.volumes, self._trajectories())

    def _trajectories(self) -> tuple[Trajectory, ...]:
        return () if self.trajectory is None else (self.trajectory,)


ACTIVITY = Kind("activity/1", Activity, "Activity in the air")
