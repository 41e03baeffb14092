"""Demands with a deadline, what moves the deadline, and what is said to have come of it."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import StatedTime
from parley.values.texts import Text

DeadlineStep = Literal["demand", "extension", "outcome"]
DeadlineOutcome = Literal["met", "lapsed", "extended", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Demanded(Claim):
    """A step in the life of a demand: it is made, its deadline is moved, its outcome is stated.

    A later step names the one before it by ``about`` or ``replaces``. ``to``: handles of whom it is
    addressed to. ``due`` None: no time is stated.
    """

    step: DeadlineStep
    demand: Text | None
    consequence: Text | None
    to: tuple[str, ...]
    due: StatedTime | None
    outcome: DeadlineOutcome | None
