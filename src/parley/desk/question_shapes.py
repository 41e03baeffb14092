"""What a question about a plan is answered with; see ``parley.desk.shapes``.

Its words are those of ``parley.sky``, which is not imported here: a description needs no numpy.
"""

from typing import Literal

from pydantic import Field

from parley.desk.shapes import Asked, Shape


class AskedPlan(Shape):
    """The plan that was asked about: the name it would bear, whose it is."""

    id: str
    party: str
    title: str


class MetPlan(AskedPlan):
    """A plan or zone that it meets, and the records that this stands in."""

    role: Literal["activity", "zone"]
    records: list[str]


class Closest(Shape):
    """How close two plans come, where (degrees) and when; null: not known, or no end."""

    lateral_m: int
    vertical_m: int | None
    time_gap_s: int
    position: list[float] = Field(
        min_length=2, max_length=2, description="longitude, latitude; WGS 84"
    )
    begin: str = Field(alias="from")
    until: str | None


class MinimaShape(Shape):
    """Separation minima: within all of them two plans are in conflict."""

    lateral_m: int | float
    vertical_m: int | float
    time_s: int | float


class TimeOffer(Shape):
    """Fly so much later, or earlier."""

    axis: Literal["time"]
    start_s: int


class LevelOffer(Shape):
    """Fly so much higher, or lower."""

    axis: Literal["level"]
    higher_ft: int


class PlaceOffer(Shape):
    """Fly so far beside, in a direction given from true north."""

    axis: Literal["lateral"]
    offset_m: int
    azimuth_deg: float
    side: Literal["right", "left", "north", "east", "south", "west"]


class WithheldOffer(Shape):
    """No way out on this axis, and why; ``zones``: those that the change would enter."""

    axis: Literal["time", "level", "lateral"]
    withheld: Literal["zone_conflict", "no_level", "nothing_near", "enters_zone"]
    zones: list[str]


Dimensions = list[Literal["lateral", "vertical", "time"]]


class PlanMet(Shape):
    """A conflict that the plan would be in, with the number it would have on every desk."""

    id: str
    channel: str
    verdict: Literal["CONFLICT", "POSSIBLE"]
    plan: AskedPlan
    other: MetPlan
    closest: Closest
    broken: Dimensions = Field(description="the minima that are broken for certain")
    open: Dimensions = Field(description="those of which that cannot be told")
    offers: list[TimeOffer | LevelOffer | PlaceOffer | WithheldOffer]


class CheckedChannel(Shape):
    """What was looked at in one channel, and what was out of sight."""

    channel: str
    upto: dict[str, int] = Field(description="by the origin of a log, how much of it")
    minima: MinimaShape
    compared: int = Field(description="plans and zones that count now")
    pending: int = Field(description="entries that stand beside what they may replace")
    unread: int
    missing: int
    uncomparable: int
    clear: bool


class CheckAnswer(Shape):
    """What a plan would meet of all that this node knows."""

    plan: AskedPlan
    at: str
    clear: bool = Field(description="nothing met, nothing possible, and nothing out of sight")
    conflicts: list[PlanMet]
    channels: list[CheckedChannel]
    asked: Asked
