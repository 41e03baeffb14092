"""``delivery/1``: one action of relief: what was brought where, to how many, and how it went."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.kinds.relief.aid_request import MOST_KG
from parley.kinds.relief.notified import MOST_PEOPLE
from parley.record.claims.relief import Delivered, DeliveryOutcome, Good
from parley.record.coarse import check_coarse, check_texts, check_words
from parley.record.kind import (
    ActorName,
    AreaName,
    Body,
    Claims,
    Concerns,
    InstantMs,
    Kind,
    Subject,
)
from parley.values.instants import Instant, Interval
from parley.values.places import Place
from parley.values.texts import Text


class Item(Body):
    """One sort of help that was brought."""

    good: Good = Field(description="what sort of help")
    kg: int | None = Field(None, ge=0, le=MOST_KG, description="how much arrived, kg")
    text: Text | None = Field(None, description="more words, if any")


class Delivery(Body, Concerns, Claims):
    """An action by the account of its author; each side counts its own, and none is added up twice.

    It names by ``about`` the request or movement that it serves. One that brought nothing says why.
    """

    organisation: ActorName = Field(description="handle of who brought it")
    area: AreaName = Field(description="p-code of the area, or the channel's name for it")
    place: Place | None = Field(None, description="about where, no better than 1 km")
    ended_at: InstantMs = Field(description="when it was over, milliseconds UTC")
    result: DeliveryOutcome = Field(
        alias="outcome", description="delivered, partly, turned_back, cancelled, lost"
    )
    items: tuple[Item, ...] | None = Field(
        None, min_length=1, max_length=64, description="what arrived"
    )
    people: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="people who received it")
    treated: int | None = Field(None, ge=0, le=MOST_PEOPLE, description="people given medical aid")
    reason: Text | None = Field(None, description="why it did not all arrive")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.result == "delivered") != (self.reason is None):
            raise BadValue("what did not all arrive, and nothing else, says why", where="reason")
        goods = [item.good for item in self.items or ()]
        if len(set(goods)) != len(goods):
            raise BadValue("one sort of help twice", where="items", hint="add the two up")
        brought = (self.items, self.people, self.treated)
        if self.result not in ("delivered", "partly") and any(n is not None for n in brought):
            raise BadValue("nothing arrived, yet something is counted", where="outcome")
        return self

    @model_validator(mode="after")
    def _is_coarse(self) -> Self:
        if self.place is not None:
            check_coarse(self.place, "place")
        check_words(self.area, "area")
        items = {f"items.{i}.text": item.text for i, item in enumerate(self.items or ())}
        check_texts({"reason": self.reason, **items})
        return self

    def subjects(self) -> tuple[Subject, ...]:
        """Give where and when it was."""
        at = Instant(self.ended_at)
        return (Subject("mentioned", self.place, Interval(at, at)),)

    def claims(self) -> tuple[Delivered, ...]:
        """Give the action as the fold on relief counts it."""
        weighed = [item.kg for item in self.items or () if item.kg is not None]
        return (
            Delivered(
                self.organisation,
                self.area,
                Instant(self.ended_at),
                self.result,
                sum(weighed) if weighed else None,
                self.people,
                self.treated,
            ),
        )


DELIVERY = Kind("delivery/1", Delivery, "Delivery of aid")
