"""What is alleged, seen and found about acts under a truce, and the handles accounts attach to.

Each is a claim of its author. A number counts like acts, as the author counts them.
"""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant, Interval
from parley.values.places import Place

Outcome = Literal[
    "resolved_compliance_restored",
    "not_corroborated",
    "corroborated",
    "disputed",
    "not_verifiable",
    "pattern",
]
Level = Literal["allegation", "corroborated", "verified", "attributed"]
SourceKind = Literal[
    "own_observation", "evidence", "own_people", "other_side", "witness", "medical", "local_body",
    "media", "sensor", "neutral_monitor",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Harmed:
    """People said to have been harmed: at least so many; None where nothing is said."""

    killed: int | None = None
    wounded: int | None = None
    killed_civilians: int | None = None
    wounded_civilians: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """How a complaint came in: by which channel, in which language, when.

    ``acknowledged``: when the author says it told whoever brought it that it had come in.
    """

    channel: str
    language: str | None = None
    at: Instant | None = None
    acknowledged: Instant | None = None


@dataclass(frozen=True, slots=True)
class Alleged(Claim):
    """An act, or the failing of a duty, laid to somebody; never a fact, whoever says it.

    ``of``: handles of the actors it is laid to, empty where nobody is named. ``during``: from the
    stated time to the stated end, a single instant without one; None: no time is stated. ``duty``:
    the number of a duty of the terms that the record is ``about``. ``number``: like acts reported.
    """

    of: tuple[str, ...]
    during: Interval | None
    area: str | None
    duty: int | None
    number: int
    act: str
    place: Place | None = None
    weapon: str | None = None
    harmed: Harmed | None = None
    received: Received | None = None


@dataclass(frozen=True, slots=True)
class Observed(Claim):
    """What a monitor heard, saw or recorded, laid to no side; ``number`` counts single elements.

    ``access`` is set where the monitor was kept from looking, ``kept_by`` by whom, if that is
    stated: then there may be no observation. ``bearing_e4``: 0.0001 degree from north, and
    ``distance_e4m``: 0.1 mm, both from the monitor, who stood coarsely at ``observer_place``.
    """

    what: str | None
    means: str | None
    number: int
    during: Interval | None
    area: str | None
    place: Place | None
    description: str | None = None
    weapon: str | None = None
    access: Literal["denied", "delayed", "conditional"] | None = None
    kept_by: str | None = None
    direction: str | None = None
    bearing_e4: int | None = None
    distance_e4m: int | None = None
    observer_area: str | None = None
    observer_place: Place | None = None


@dataclass(frozen=True, slots=True)
class Concluded(Claim):
    """What its author found on the allegations that the record is ``about``, and on what grounds.

    ``confirmed``: how many of the alleged acts it confirms; None: all of them if corroborated, else
    none. ``attributed_to`` only at level *attributed*, by the ``standard`` stated.
    """

    outcome: Outcome
    level: Level
    sources: tuple[SourceKind, ...]
    confirmed: int | None = None
    attributed_to: tuple[str, ...] = ()
    standard: str | None = None


@dataclass(frozen=True, slots=True)
class Handle(Claim):
    """A name for something that happened, to which accounts attach by ``about``.

    Where the record refers to others as ``same_event``, its author says that they are one event.
    """

    title: str
    area: str | None
    during: Interval | None
    place: Place | None
