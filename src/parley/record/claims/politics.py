"""Provisions of a political settlement: what is proposed, who stands where, how far it came."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant
from parley.values.texts import Text

SideStance = Literal["supports", "opposes", "reserves"]
ProvisionStatus = Literal["proposed", "agreed", "retired"]
FULL = 3
SCORES = ("not_initiated", "minimal", "intermediate", "full")
"""What the scores 0 to 3 mean (as the Peace Accords Matrix codes implementation)."""


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a side stands, by the word of the record's author."""

    side: str
    stance: SideStance


@dataclass(frozen=True, slots=True)
class Provided(Claim):
    """A provision by its id, as one author states it."""

    provision: str
    text: Text
    status: ProvisionStatus
    requires: tuple[str, ...]
    originator: str | None
    stances: tuple[Stood, ...]


@dataclass(frozen=True, slots=True)
class Progressed(Claim):
    """How far a provision came by a date: a score of 0 to 3, or stalled since, or both.

    ``scored_by`` None: by the author of the record.
    """

    provision: str
    score: int | None
    as_of: Instant
    stalled_since: Instant | None
    evidence: int
    scored_by: str | None = None
