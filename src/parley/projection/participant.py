"""Where an actor stands after each step in one author's account, and the state that a day has.

The states are those of the terms for a cessation of hostilities in Syria of 22 February 2016 (Joint
Statement, annex). No state says that anything was violated.
"""

from dataclasses import dataclass, replace
from typing import Literal

from parley.projection.participation import Arrangement, Attested, Step

State = Literal[
    "unknown", "invited", "committed", "attested", "active", "alleged_noncompliant", "persistent",
    "referred", "excluded", "readmitted", "excluded_by_designation", "withdrawn",
]  # fmt: skip

MAY_BE_ALLEGED: frozenset[State] = frozenset(
    {"unknown", "invited", "committed", "attested", "active", "readmitted"}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an actor stands after some steps in one author's account.

    ``joined``: how far it has joined; ``to``: the guarantor that invited it, took its commitment,
    or was told that it leaves; ``penal``: what became of it for non-compliance, if anything.
    ``rests_on`` and ``penal_on`` name the records of each.
    """

    joined: Literal["unknown", "invited", "committed", "attested", "withdrawn"] = "unknown"
    penal: Literal["persistent", "referred", "excluded", "readmitted"] | None = None
    to: str | None = None
    late: bool = False
    located: bool = False
    attested: tuple[Attested, ...] = ()
    rests_on: tuple[str, ...] = ()
    penal_on: tuple[str, ...] = ()

    @property
    def takes_part(self) -> bool:
        """Tell whether it is committed, attested or not."""
        return self.joined in ("committed", "attested")

    def after(self, step: Step) -> "Standing":
        """Give where it stands after one more step; a step that does not apply changes nothing."""
        if step.what == "invited":
            return self._invited(step)
        if step.what == "committed":
            return self._committed(step)
        if step.what == "attested":
            return self._attested(step)
        if step.what == "withdrawn":
            keeps = self.penal if self.penal in ("referred", "excluded") else None
            on = self.penal_on if keeps else ()
            return Standing("withdrawn", keeps, step.to, rests_on=step.records, penal_on=on)
        if step.what == "persistent" and self.penal in ("referred", "excluded"):
            return self
        if step.what == "referred" and self.penal == "excluded":
            return self  # a request to be let in again, say: excluded until it is decided
        if step.what == "none":
            return replace(self, penal=None, penal_on=())
        if step.what == "exclude":
            return replace(self, penal="excluded", penal_on=step.records)
        if step.what == "readmit":
            return replace(self, penal="readmitted", penal_on=step.records)
        return replace(self, penal=step.what, penal_on=step.records)

    def _invited(self, step: Step) -> "Standing":
        if self.takes_part:
            return self
        return replace(self, joined="invited", to=step.to, rests_on=step.records)

    def _committed(self, step: Step) -> "Standing":
        located = step.located or (self.takes_part and self.located)
        if self.joined == "attested" and self.to == step.to:
            return replace(self, located=located)
        return replace(
            self,
            joined="committed",
            to=step.to,
            late=step.late,
            located=located,
            attested=(),
            rests_on=step.records,
        )

    def _attested(self, step: Step) -> "Standing":
        """Take in an attestation: of what it stands committed to, or by whoever tells of both."""
        if step.attested is None:
            return self
        same = self.takes_part and self.to == step.to
        if step.foreign and not same:
            return self
        located = not step.foreign and step.located
        new = Standing(
            joined="attested",
            penal=self.penal,
            to=step.to,
            located=located or (self.takes_part and self.located),
            attested=(step.attested,),
            rests_on=step.records,
            penal_on=self.penal_on,
        )
        if not same:
            return new
        by, said_by = step.attested.by, step.attested.said_by
        if any((each.by, each.said_by) == (by, said_by) for each in self.attested):
            return self
        return replace(
            new,
            late=self.late,
            attested=(*self.attested, step.attested),
            rests_on=tuple(dict.fromkeys((*self.rests_on, *step.records))),
        )

    def counts(self, terms: Arrangement) -> bool:
        """Tell whether the commitment is confirmed by as many as the terms ask for."""
        return self.counts_with(self.attested, terms)

    def counts_with(self, attested: tuple[Attested, ...], terms: Arrangement) -> bool:
        """Tell whether it would be confirmed if these attested it, and no others."""
        if not self.takes_part:
            return False
        by = {each.by for each in attested}
        if terms.laid.attestation == "none":
            return True
        if terms.laid.attestation == "every_other_guarantor":
            return by >= set(terms.laid.guarantors) - {self.to}
        return bool(by)


def state_of(standing: Standing, terms: Arrangement, in_force: bool, left_out: bool) -> State:
    """Give the state in which a day ends, allegations apart.

    ``left_out``: the terms do not apply to the actor.
    """
    if standing.penal in ("referred", "excluded"):
        return standing.penal
    if standing.joined == "withdrawn":
        return "withdrawn"
    if standing.penal is not None:
        return standing.penal
    if standing.joined == "unknown":
        return "excluded_by_designation" if left_out else "unknown"
    return "active" if in_force and standing.counts(terms) else standing.joined
