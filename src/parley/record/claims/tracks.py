"""Where something is said to have flown: positions with their times, stretches with their length.

Each is a claim of its author, about one thing that it gives a label of its own.
"""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant
from parley.values.places import Place

Craft = Literal["fast_jet", "aeroplane", "helicopter", "drone", "unknown"]
StretchUnit = Literal["m", "km", "nautical_mile", "statute_mile", "mile"]


@dataclass(frozen=True, slots=True)
class Fix:
    """Where it is said to have been at an instant."""

    place: Place
    at: Instant


@dataclass(frozen=True, slots=True)
class Stretch:
    """How far it is said to have gone (``number_e4``: 0.0001 of the unit), in how long (ms).

    The unit ``mile`` is one that the source does not say: statute or nautical.
    """

    number_e4: int
    unit: StretchUnit
    lasted_ms: int


@dataclass(frozen=True, slots=True)
class Flown(Claim):
    """One thing that flew, under the label that its author gives it, and of which class it was."""

    label: str
    craft: Craft
    fixes: tuple[Fix, ...]
    stretches: tuple[Stretch, ...]
