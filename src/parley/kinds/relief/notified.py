"""What the forms for sites and for movements share: who, to whom, verified, consented, until when.

Fields after the static and movement forms of humanitarian notification (OCHA, SOP of April 2020 and
Concept Note of April 2021).
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.relief import Consented, Means, Verified
from parley.record.coarse import check_words
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    Ask,
    Asks,
    Body,
    Claims,
    Concerns,
    Expires,
    InstantMs,
    Line,
    Occupancy,
    Occupies,
    PartyName,
)
from parley.record.terms import Minima
from parley.values.instants import Instant
from parley.values.lengths import MAX_LENGTH_E4M, Altitude, Bound
from parley.values.texts import Text
from parley.values.volumes import Volume4D

MOST_PEOPLE = 10**9

Ceiling = Altitude | Bound


class Verification(Body):
    """Who made sure that it is what and where it is said to be, and how."""

    by: ActorName = Field(description="handle of who verified; a body, not a person")
    at: InstantMs = Field(description="when, milliseconds UTC")
    how: Means = Field(description="visit, imagery, telephone, documents, tracker")
    note: Text | None = Field(None, description="more words, if any")

    def verified(self) -> Verified:
        """Give it as the fold reads it."""
        return Verified(self.by, Instant(self.at), self.how)


class Consent(Body):
    """Leave of those concerned to tell others; who runs a place decides who learns of it."""

    by: Line = Field(description="post that consented, not the person's name")
    at: InstantMs = Field(description="when, milliseconds UTC")
    to: tuple[PartyName, ...] | None = Field(
        None,
        min_length=1,
        max_length=MOST_LISTED,
        description="parties it may be told to; absent: every party here",
    )

    def consented(self) -> Consented:
        """Give it as the fold reads it."""
        return Consented(self.by, Instant(self.at), self.to)


class Notified(Body, Occupies, Asks, Concerns, Expires, Claims):
    """A protected site or movement; it changes nobody's legal duties and implies no approval.

    Every member of the channel reads the record, so it says coarsely where. Exact positions, names,
    telephones and plates go into personal parts, whose audience is who needs to know them.
    """

    handle: ActorName = Field(description="handle by which the channel calls it; not its name")
    title: Line = Field(description="what it is, in a few words that do not give it away")
    organisation: ActorName = Field(description="handle of who runs or supports it")
    purpose: Text = Field(description="its humanitarian function at this time")
    addressees: tuple[PartyName, ...] | None = Field(
        None,
        min_length=1,
        max_length=MOST_LISTED,
        description="parties asked to spare it; absent: every other party",
    )
    consent: Consent = Field(description="leave of those concerned to tell the addressees")
    verified: Verification | None = Field(
        None, description="who verified it, when and how; absent: nobody has, which is flagged"
    )
    exact_is_public: Literal[True] | None = Field(
        None, description="true: its position is public anyway, and may be stated exactly"
    )
    upper: Ceiling = Field(description="up to which height others are asked to keep away")
    keep_off_e4m: int | None = Field(
        None, ge=0, le=MAX_LENGTH_E4M, description="asked to stay this far off, 0.1 mm"
    )
    renew_by: InstantMs = Field(
        description="until when its author vouches for this, milliseconds UTC"
    )
    owner_post: Line | None = Field(None, alias="owner", description="post that answers for it")

    @model_validator(mode="after")
    def _words_give_nothing_away(self) -> Self:
        if self.exact_is_public:
            return self
        note = self.verified.note if self.verified else None
        for where, words in (
            ("title", self.title),
            ("purpose.text", self.purpose.text),
            ("consent.by", self.consent.by),
            ("verified.note.text", note.text if note else ""),
            ("owner", self.owner_post or ""),
        ):
            check_words(words, where)
        return self

    @model_validator(mode="after")
    def _told_with_leave(self) -> Self:
        allowed, to = self.consent.to, self.addressees
        if allowed is None:
            return self
        if to is None or not set(to) <= set(allowed):
            raise BadValue(
                "addressed to parties beyond the consent",
                where="addressees",
                hint="name those whom the consent covers",
            )
        return self

    def volumes(self) -> tuple[Volume4D, ...]:
        """Give the space that it may be in."""
        raise NotImplementedError

    def occupancy(self) -> Occupancy:
        """Occupy it as a zone that others are asked to protect."""
        return Occupancy(
            "zone",
            self.title,
            self.volumes(),
            zone_type="protected_site",
            asks="protect",
            affects=self.addressees,
            margin=Minima(self.keep_off_e4m or 0, 0, 0),
        )

    def ask(self) -> Ask | None:
        """Ask the addressees, by the charter's deadline."""
        return Ask(self.addressees)

    def owner(self) -> str | None:
        """Give the post that answers for it, if stated."""
        return self.owner_post
