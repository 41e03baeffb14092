"""What is notified for protection, what help is asked for and brought, and how it was let through.

Each is a claim of its author, and coarse: exact positions, names and plates stand in parts.
"""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant, Interval
from parley.values.places import Place

Good = Literal["food", "water", "medical", "shelter", "fuel", "education", "evacuation", "other"]
Means = Literal["visit", "imagery", "telephone", "documents", "tracker"]
Let = Literal["facilitated", "impeded", "denied", "cancelled"]
DeliveryOutcome = Literal["delivered", "partly", "turned_back", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class Verified:
    """By whom (a handle), when and how something was verified, as the author says."""

    by: str
    at: Instant
    how: Means


@dataclass(frozen=True, slots=True)
class Consented:
    """Which post consented, when, and to whom it may be told; None: to every party here."""

    by: str
    at: Instant
    to: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Protected(Claim):
    """A site or a movement that others are asked to spare.

    ``addressees`` None: every other party. ``places``: a site's place, or a movement's way, coarse
    unless ``exact_is_public``; ``reach_e4m`` (0.1 mm): how far around them it may be. ``during``:
    when it is there. ``renew_by``: until when its author vouches for it.
    """

    sort: Literal["site", "movement"]
    handle: str
    title: str
    organisation: str
    areas: tuple[str, ...]
    places: tuple[Place, ...]
    reach_e4m: int
    during: Interval
    addressees: tuple[str, ...] | None
    verified: Verified | None
    consented: Consented
    renew_by: Instant
    exact_is_public: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Something needed, in kilograms and people where they are stated."""

    good: Good
    kg: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class Requested(Claim):
    """Help asked for: by whom (a handle), where, what, and until when it is needed."""

    by: str
    area: str
    needs: tuple[Need, ...]
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Delivered(Claim):
    """An action of relief: when it ended, where, how it went, what it brought to how many.

    ``kg`` None: no weight is stated. ``treated``: people given medical aid.
    """

    organisation: str
    area: str
    at: Instant
    outcome: DeliveryOutcome
    kg: int | None
    people: int | None
    treated: int | None

    @property
    def arrived(self) -> bool:
        """Tell whether anything did."""
        return self.outcome in ("delivered", "partly")


@dataclass(frozen=True, slots=True)
class Passed(Claim):
    """How a party let a site or movement be, as the author says; ``of`` None: the author itself."""

    outcome: Let
    of: str | None
