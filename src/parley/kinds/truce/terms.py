"""``terms/1``: an arrangement such as a cessation of hostilities, its duties, who is left out."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.participation import (
    Attestation,
    Duty,
    DutyClass,
    Exclusion,
    Laid,
    Threshold,
    Whose,
)
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    Body,
    Claims,
    Concerns,
    Expires,
    Kind,
    PartyName,
    Subject,
)
from parley.record.scope import DurationMs
from parley.values.instants import Instant, Interval, StatedTime
from parley.values.texts import Text


class DutyEntry(Body):
    """One numbered duty, in the words of the arrangement."""

    number: int = Field(ge=1, le=999, description="its number; never used for another duty")
    text: Text = Field(description="the duty, in the words of the arrangement")
    duty_class: DutyClass = Field(description="what the duty is about")
    whose: Whose = Field(
        "participants", description="whose duty it is: of those who join, of guarantors, of all"
    )
    named: tuple[ActorName, ...] = Field(
        (), max_length=MOST_LISTED, description="whose it is, where it is of named actors"
    )

    @model_validator(mode="after")
    def _names_whom_it_says(self) -> Self:
        if (self.whose == "named") != bool(self.named):
            raise BadValue("a duty of named actors, and no other, names them", where="named")
        return self

    def duty(self) -> Duty:
        """Give the duty as folds read it."""
        return Duty(self.number, self.text, self.duty_class, self.whose, self.named)


class Excluded(Body):
    """Somebody to whom the arrangement does not apply."""

    actor: ActorName = Field(description="handle of the actor left out")
    grounds: Text = Field(description="on what grounds, such as a designation and by whom")


class PersistentAfter(Body):
    """When non-compliance counts as persistent, if the terms say so."""

    allegations: int = Field(ge=1, le=100, description="corroborated allegations on one actor")
    within_ms: DurationMs = Field(description="within so long, ms")

    def threshold(self) -> Threshold:
        """Give the threshold as folds read it."""
        return Threshold(self.allegations, self.within_ms)


class TruceTerms(Body, Claims, Concerns, Expires):
    """Terms that guarantors hold each other and those who join to: an agreed text.

    They stand once every guarantor in the channel has logged them. A correction replaces them; a
    renewal, or another arrangement, is a text of its own. Nobody is bound by them who did not join.
    """

    title: Text = Field(description="what the arrangement is called")
    starts: StatedTime = Field(description="in force from, as stated")
    ends: StatedTime | None = Field(None, description="in force until, as stated; absent: open")
    commit_by: StatedTime | None = Field(None, description="commitments are due by, as stated")
    guarantors: tuple[PartyName, ...] = Field(
        min_length=1, max_length=16, description="parties that take and attest commitments"
    )
    duties: tuple[DutyEntry, ...] = Field(max_length=200, description="numbered duties")
    excluded: tuple[Excluded, ...] = Field(
        (), max_length=200, description="to whom it does not apply"
    )
    commitment: Text | None = Field(None, description="how a commitment is made, in words")
    attestation: Attestation = Field(
        "other_guarantor", description="who else must confirm a commitment before it counts"
    )
    persistent_after: PersistentAfter | None = Field(
        None, description="when non-compliance counts as persistent; absent: the terms do not say"
    )
    source: Text | None = Field(None, description="document and place it is taken from")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.ends is not None and self.ends.ms < self.starts.ms:
            raise BadValue("ends before it starts", where="ends", hint="swap the two times")
        return self

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for field, given in (
            ("duties", [str(duty.number) for duty in self.duties]),
            ("guarantors", list(self.guarantors)),
            ("excluded", [each.actor for each in self.excluded]),
        ):
            twice = sorted({item for item in given if given.count(item) > 1})
            if twice:
                raise BadValue(f"{twice[0]} stands there twice", where=field)
        return self

    def _in_force(self) -> Interval:
        return Interval(self.starts.at, None if self.ends is None else self.ends.at)

    def claims(self) -> tuple[Laid, ...]:
        """Give the terms as the ledger reads them."""
        after = self.persistent_after
        return (
            Laid(
                title=self.title,
                in_force=self._in_force(),
                guarantors=self.guarantors,
                duties=tuple(entry.duty() for entry in self.duties),
                attestation=self.attestation,
                commit_by=None if self.commit_by is None else self.commit_by.at,
                excluded=tuple(Exclusion(each.actor, each.grounds) for each in self.excluded),
                persistent_after=None if after is None else after.threshold(),
            ),
        )

    def subjects(self) -> tuple[Subject, ...]:
        """Name the guarantors: the parties that log this text, each for itself."""
        return (Subject("mentioned", during=self._in_force(), parties=self.guarantors),)

    def expires_at(self) -> Instant | None:
        """Give the end of the arrangement, if stated."""
        return None if self.ends is None else self.ends.at


TERMS = Kind("terms/1", TruceTerms, "Terms of an arrangement", agreed=True)
