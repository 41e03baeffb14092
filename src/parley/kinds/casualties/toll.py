"""``toll/1``: a total that somebody published, with the parts it is said to be made of."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.totals import Counted, Published, TotalPart
from parley.record.kind import ActorName, AreaName, Body, Claims, InstantMs, Kind, Line
from parley.values.instants import Instant, StatedTime
from parley.values.texts import Text

MOST = 1_000_000_000_000
MOST_PARTS = 256


class TollPart(Body):
    """One part of a total; parts exclude each other."""

    label: Line = Field(description="what the part is called: hostile fire, Aleppo")
    number: int = Field(ge=0, le=MOST, description="how many; of tonnes, kilograms")
    area: AreaName | None = Field(None, description="where it was counted, if the part is an area")


class Toll(Body, Claims):
    """A published total as published, right or wrong: it keeps its date and its issuer.

    Whether the parts make up the total, whether the headline says the same, and whether records of
    the channel bear it out is computed, never typed. A correction is a new record.
    """

    counted: Counted = Field(description="what was counted; tonnes are given in kilograms")
    counted_by: ActorName = Field(description="who counted")
    issued_by: ActorName = Field(description="who published it")
    published: StatedTime = Field(description="when it was published, as stated")
    period_from: InstantMs | None = Field(
        None, description="beginning of what was counted, milliseconds UTC; absent: not stated"
    )
    period_to: InstantMs = Field(description="end of what was counted, milliseconds UTC")
    area: AreaName | None = Field(None, description="where it was counted; absent: everywhere")
    total: int = Field(ge=0, le=MOST, description="the total in the body of the text")
    parts: tuple[TollPart, ...] = Field(
        (), max_length=MOST_PARTS, description="its exclusive parts, as published"
    )
    parts_complete: bool = Field(
        True, description="the parts are meant to be all; false: the rest was not split"
    )
    lead_total: int | None = Field(
        None, ge=0, le=MOST, description="the figure in the headline or lead, as published"
    )
    confirmed: int | None = Field(
        None, ge=0, le=MOST, description="how many of another's count the issuer confirms"
    )
    text: Text | None = Field(None, description="the words published")
    source: Line | None = Field(None, description="where it was published")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.period_from is not None and self.period_to < self.period_from:
            raise BadValue("ends before it starts", where="period_to", hint="swap the two times")
        return self

    def claims(self) -> tuple[Published, ...]:
        """Claim the total."""
        return (
            Published(
                self.counted,
                self.counted_by,
                self.issued_by,
                self.published.at,
                None if self.period_from is None else Instant(self.period_from),
                Instant(self.period_to),
                self.area,
                self.total,
                tuple(TotalPart(p.label, p.number, p.area) for p in self.parts),
                self.parts_complete,
                self.lead_total,
                self.confirmed,
                self.source,
            ),
        )


TOLL = Kind("toll/1", Toll, "Published total")
