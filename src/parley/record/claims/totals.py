"""Published totals with the parts that they are made of."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant

Counted = Literal[
    "killed", "injured", "missing", "detained", "allegations",
    "settlements", "groups", "actions", "tonnes", "people",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TotalPart:
    """One part of a total: what it is called, where it was counted, how many."""

    label: str
    number: int
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Published(Claim):
    """A total as its issuer published it: whole numbers, of tonnes kilograms.

    ``since`` None: a running total whose beginning was not stated. ``complete``: the parts are said
    to be all there are. ``confirmed``: how many of them the issuer confirms, where another counted.
    """

    counted: Counted
    counted_by: str
    issued_by: str
    published: Instant
    since: Instant | None
    until: Instant
    area: str | None
    total: int
    parts: tuple[TotalPart, ...]
    complete: bool
    lead_total: int | None = None
    confirmed: int | None = None
    source: str | None = None

    @property
    def listed(self) -> int:
        """The sum of the parts."""
        return sum(part.number for part in self.parts)

    @property
    def split(self) -> Literal["closes", "does_not_close", "partly_split", "not_split"]:
        """Tell whether the parts make up the total, as far as they are meant to."""
        if not self.parts:
            return "not_split"
        if self.listed > self.total or (self.complete and self.listed != self.total):
            return "does_not_close"
        return "closes" if self.complete else "partly_split"
