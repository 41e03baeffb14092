"""``zone/1``: a part of the sky that others are asked to avoid, coordinate with or protect."""

from typing import Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from parley.kinds.air.space import check_volumes, last_end, planned, prepared_later
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
    PartyName,
    Subject,
)
from parley.record.terms import Minima
from parley.values.instants import Instant
from parley.values.lengths import MAX_HEIGHT_E4M, MAX_LENGTH_E4M
from parley.values.texts import Text
from parley.values.volumes import Volume4D

ZoneType = Literal[
    "hazard", "restricted", "protected_site", "air_defence", "border_strip", "civil_route"
]
ZoneAsk = Literal["avoid", "coordinate", "protect"]
LONGEST_MARGIN_MS = 31_622_400_000  # 366 days


class Margin(Body):
    """How far beyond the zone itself others are asked to stay: aside, in height, in time."""

    lateral_e4m: int = Field(0, ge=0, le=MAX_LENGTH_E4M, description="lateral, 0.1 mm")
    vertical_e4m: int = Field(0, ge=0, le=MAX_HEIGHT_E4M, description="vertical, 0.1 mm")
    time_ms: int = Field(0, ge=0, le=LONGEST_MARGIN_MS, description="in time, ms")


class Zone(Body, Occupies, Asks, Concerns, Expires):
    """A zone, what is asked of others there, and of whom.

    It states a wish of its author and binds nobody. Without an end it lasts until withdrawn.
    """

    title: Line = Field(description="what it is, in a few words")
    zone_type: ZoneType = Field(description="what kind of zone it is")
    asks: ZoneAsk = Field(description="what others are asked to do")
    affects: tuple[PartyName, ...] | None = Field(
        None, min_length=1, description="parties it is addressed to; absent: all but the author"
    )
    margin: Margin = Field(default_factory=Margin, description="margin around it; default none")
    description: Text | None = Field(None, description="more words, if any")
    volumes: tuple[Volume4D, ...] = Field(
        min_length=1, description="the space it takes: shape, levels, window; edges are geodesics"
    )

    @model_validator(mode="after")
    def _can_be_compared(self, info: ValidationInfo) -> Self:
        if not prepared_later(info):
            check_volumes(self.volumes)
        return self

    def occupancy(self) -> Occupancy:
        """Occupy the volumes as a zone."""
        return Occupancy(
            "zone",
            self.title,
            self.volumes,
            zone_type=self.zone_type,
            asks=self.asks,
            affects=self.affects,
            margin=Minima(self.margin.lateral_e4m, self.margin.vertical_e4m, self.margin.time_ms),
        )

    def ask(self) -> Ask:
        """Ask those it affects, by the charter's deadline."""
        return Ask(self.affects)

    def subjects(self) -> tuple[Subject, ...]:
        """Give place, window and levels of each volume."""
        return planned(self.title, self.volumes)

    def expires_at(self) -> Instant | None:
        """Give the end of the last volume; None until it is withdrawn."""
        return last_end(self.volumes)


ZONE = Kind("zone/1", Zone, "Zone in the air")
