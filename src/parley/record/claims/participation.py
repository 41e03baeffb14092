"""Who takes part in an arrangement such as a truce: its terms, joining, leaving, referral.

All of it is what somebody says. Which state of an actor follows for a day is computed by author.
"""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant, Interval
from parley.values.texts import Text

ActorType = Literal["armed_group", "settlement", "state", "other"]
Attestation = Literal["other_guarantor", "every_other_guarantor", "none"]
DutyClass = Literal[
    "attacks", "territory", "access", "detainees", "politics", "self_defence", "communication",
    "delineation", "referral", "other",
]  # fmt: skip
Whose = Literal["participants", "guarantors", "everyone", "named"]
Decision = Literal["exclude", "readmit", "none"]
JoiningStep = Literal["invited", "committed", "attested"]


@dataclass(frozen=True, slots=True)
class Duty:
    """One numbered duty of an arrangement: whose it is, and of what class."""

    number: int
    text: Text
    duty_class: DutyClass
    whose: Whose
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An actor whom the terms leave out, on which grounds."""

    actor: str
    grounds: Text


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how many corroborated allegations within how long (ms) non-compliance is persistent."""

    allegations: int
    within_ms: int


@dataclass(frozen=True, slots=True)
class Laid(Claim):
    """The terms of an arrangement, as their author takes them to be agreed.

    ``attestation``: who besides the guarantor that took a commitment must confirm it.
    """

    title: Text
    in_force: Interval
    guarantors: tuple[str, ...]
    duties: tuple[Duty, ...]
    attestation: Attestation
    commit_by: Instant | None = None
    excluded: tuple[Exclusion, ...] = ()
    persistent_after: Threshold | None = None


@dataclass(frozen=True, slots=True)
class Joined(Claim):
    """An actor was invited, committed itself to a guarantor, or its commitment is attested.

    ``to``: the guarantor that took the commitment. ``attested_by``: the guarantor that confirmed
    it; None in an attestation means the author. ``located``: its area is stated, or it is said to
    have told a guarantor where it is.
    """

    actor: str
    actor_type: ActorType
    step: JoiningStep
    at: Instant
    to: str | None = None
    attested_by: str | None = None
    attested_at: Instant | None = None
    area: str | None = None
    located: bool = False


@dataclass(frozen=True, slots=True)
class Left(Claim):
    """An actor takes part no longer, of its own will or by its own word.

    ``told_to``: the guarantor that was told of it.
    """

    actor: str
    actor_type: ActorType
    at: Instant
    told_to: str | None = None


@dataclass(frozen=True, slots=True)
class Referred(Claim):
    """Persistent non-compliance of an actor was referred to those who may exclude it."""

    actor: str
    at: Instant
    decision: Decision | None = None
    decided_at: Instant | None = None
