"""People killed, injured, missing or detained, as the author of a record claims it."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant

Harm = Literal["killed", "injured", "missing", "detained"]
CasualtyStatus = Literal["civilian", "combatant", "unknown"]
Cause = Literal[
    "air_strike", "shelling", "small_arms", "explosive_device", "mine_or_remnant",
    "hostile_fire", "aircraft_crash", "accident", "self_inflicted", "detention",
    "deprivation", "other", "unknown",
]  # fmt: skip
CasualtyState = Literal[
    "reported", "matched", "confirmed", "provisional", "discounted", "withdrawn"
]
Standard = Literal[
    "stated_only", "reasonable_suspicion", "reasonable_grounds",
    "balance_of_probabilities", "clear_and_convincing", "beyond_reasonable_doubt",
]  # fmt: skip
NOT_COUNTED: frozenset[str] = frozenset({"discounted", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Attributed:
    """A claim of who caused it, apart from the cause: by whom it is made, to which standard.

    ``by`` None: by the author of the record.
    """

    actors: tuple[str, ...]
    standard: Standard
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Suffered(Claim):
    """One person or a group, under a handle that is no name.

    ``at_most`` None: nobody states an upper bound. ``same_as`` names the records whose people are
    these very people, by the word of this record's author. The incident, if there is a record of
    it, is what the record is ``about``. ``sex`` None: unknown; ``age``: at least and at most, in
    whole years at the time; both of all these people.
    """

    handle: str
    harm: Harm
    at_least: int
    at_most: int | None
    best: int | None
    status: CasualtyStatus
    cause: Cause
    state: CasualtyState
    area: str
    when: Instant | None
    sources: tuple[str, ...]
    attributed: tuple[Attributed, ...] = ()
    same_as: tuple[str, ...] = ()
    grade: str | None = None
    strength: str | None = None
    sex: str | None = None
    age: tuple[int, int] | None = None

    @property
    def counts(self) -> bool:
        """Tell whether its author still counts it; what is discounted stays listed."""
        return self.state not in NOT_COUNTED
