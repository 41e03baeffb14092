"""``meeting/1``: a centre met a local administration or an armed group; what came of it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims import meetings
from parley.record.coarse import check_words
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
from parley.values.texts import Text


class Promise(Body):
    """Something that one side of the table promised."""

    by: Literal["centre", "partner"] = Field(description="who promised it")
    what: Text = Field(description="what was promised; no names")
    due: InstantMs | None = Field(None, description="until when, milliseconds UTC, if stated")


class Meeting(Body, Concerns, Claims):
    """A meeting by the account of the centre, without anything that gives the partner away.

    Who came and where it was go into sealed or personal parts: people have been killed for talking.
    A settlement or group that joins is counted by its ``joining/1``, not by this.
    """

    held_at: InstantMs = Field(description="when it was held, milliseconds UTC")
    area: AreaName = Field(description="p-code of the area, or the channel's name for it")
    partner_sort: meetings.PartnerSort = Field(description="what the partner is")
    partner: ActorName | None = Field(
        None, description="handle of the partner, where the channel may know it"
    )
    outcome: meetings.MeetingOutcome = Field(description="agreed, joined, refused, continued")
    summary: Text | None = Field(None, description="what was talked about; no names, no place")
    promises: tuple[Promise, ...] | None = Field(
        None, min_length=1, max_length=64, description="what was promised, by whom, until when"
    )

    @model_validator(mode="after")
    def _promises_what_lies_ahead(self) -> Self:
        for i, promise in enumerate(self.promises or ()):
            if promise.due is not None and promise.due < self.held_at:
                raise BadValue("due before it was promised", where=f"promises.{i}.due")
        return self

    @model_validator(mode="after")
    def _words_lead_to_nobody(self) -> Self:
        check_words(self.area, "area")
        if self.summary is not None:
            check_words(self.summary.text, "summary.text")
        for i, promise in enumerate(self.promises or ()):
            check_words(promise.what.text, f"promises.{i}.what.text")
        return self

    def subjects(self) -> tuple[Subject, ...]:
        """Give the time alone: the place is nobody else's to know."""
        at = Instant(self.held_at)
        return (Subject("mentioned", during=Interval(at, at)),)

    def claims(self) -> tuple[meetings.Met, ...]:
        """Give the meeting as the fold on reconciliation counts it."""
        promises = tuple(
            meetings.Promise(p.by, p.what, None if p.due is None else Instant(p.due))
            for p in self.promises or ()
        )
        return (
            meetings.Met(
                Instant(self.held_at),
                self.area,
                self.partner_sort,
                self.partner,
                self.outcome,
                promises,
            ),
        )


MEETING = Kind("meeting/1", Meeting, "Meeting with a local side")
