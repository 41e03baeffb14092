"""``visit/1``: who went to see whom and what, when, for what, and on whose orders."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.actors import Visited
from parley.record.coarse import check_coarse
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
from parley.values.instants import Instant, Interval, StatedTime
from parley.values.places import Place
from parley.values.texts import Text


class Visit(Body, Claims, Concerns):
    """A visit that has taken place, by its author's account.

    Posts, not persons. The place is the coarse one; quarters and routes of those who travel belong
    in a sealed part. An order given there is a ``tasking/1`` that is ``about`` this record.
    """

    visitor: ActorName = Field(description="who came: a post or an organisation")
    host: ActorName | None = Field(None, description="who was visited")
    met: tuple[ActorName, ...] = Field(
        (), max_length=MOST_LISTED, description="whom else the visitor met"
    )
    time: StatedTime = Field(description="when, as stated")
    until: StatedTime | None = Field(None, description="when it was over, as stated")
    place: Place | None = Field(
        None, description="where: whole 0.01 degrees, no better than 1 km, with the words used"
    )
    area: AreaName | None = Field(None, description="area, by p-code where there is one")
    purpose: Text | None = Field(None, description="for what, in the author's words")
    seen: tuple[Text, ...] = Field(
        (), max_length=MOST_LISTED, description="what was seen or inspected, item by item"
    )
    ordered_by: ActorName | None = Field(None, description="on whose orders the visitor came")

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        if self.host is None and self.place is None and self.area is None:
            raise BadValue("a visit is to somebody or somewhere", where="host")
        if self.until is not None and self.until.ms < self.time.ms:
            raise BadValue("over before it began", where="until", hint="swap the two times")
        if self.place is not None:
            check_coarse(self.place, "place")
        return self

    def _during(self) -> Interval:
        return Interval(self.time.at, Instant((self.until or self.time).ms))

    def subjects(self) -> tuple[Subject, ...]:
        """Give place and time, as a mention: nothing happened there that others must account for.

        A visit inside an area warned of is no repeat, and no rival account of what went on there.
        """
        return (Subject("mentioned", self.place, self._during()),)

    def claims(self) -> tuple[Visited, ...]:
        """Give the visit."""
        return (
            Visited(
                self.visitor,
                self.host,
                self.met,
                self._during(),
                self.place,
                self.area,
                self.purpose,
                self.seen,
                self.ordered_by,
            ),
        )


VISIT = Kind("visit/1", Visit, "Visit")
