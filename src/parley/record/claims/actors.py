"""Who is who by whose word: names, relations, visits, orders given, forces moved.

Each is a claim of its author. Actors go by the handles that the channel uses.
"""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant, Interval
from parley.values.places import Place
from parley.values.texts import Text

ActorSort = Literal[
    "state", "party", "armed_group", "settlement", "formation", "organisation", "post"
]
Relation = Literal["backs", "answers_for", "part_of", "allied_with"]
Counted = Literal["meetings", "joinings", "deliveries", "activities", "allegations"]
TaskVerb = Literal[
    "intensify_contacts", "increase_aid", "cease", "restrain", "withdraw", "reinforce", "protect",
    "report", "other",
]  # fmt: skip
Forces = Literal[
    "aircraft", "helicopters", "air_defence", "troops", "vehicles", "artillery", "ships", "other"
]
CheckResult = Literal["confirmed", "partly_confirmed", "not_confirmed", "no_access"]


@dataclass(frozen=True, slots=True)
class Named(Claim):
    """An actor by its handle: of what sort it is, and its names in several scripts."""

    actor: str
    sort: ActorSort
    names: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Related(Claim):
    """What an actor is to another: it backs it, answers for it, is a part of it, or its ally.

    ``holds`` False: the author says that it is not so. ``during`` None: no time is stated.
    """

    actor: str
    relation: Relation
    other: str
    holds: bool
    during: Interval | None
    known_by: str | None


@dataclass(frozen=True, slots=True)
class Visited(Claim):
    """Somebody went to see somebody or something; what was seen is in the author's words."""

    visitor: str
    host: str | None
    met: tuple[str, ...]
    during: Interval
    place: Place | None
    area: str | None
    purpose: Text | None
    seen: tuple[Text, ...]
    ordered_by: str | None


@dataclass(frozen=True, slots=True)
class Tasked(Claim):
    """An order: by whom, to whom, to do what, counted by what, from when until when."""

    ordered_by: str
    to: tuple[str, ...]
    verb: TaskVerb
    counted: tuple[Counted, ...]
    start: Instant
    end: Instant | None
    area: str | None


@dataclass(frozen=True, slots=True)
class Check(Claim):
    """What somebody is said to have found on looking whether an announced move took place."""

    by: str
    result: CheckResult
    means: str | None
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Moved(Claim):
    """Forces of an actor announced to come in, go out or stay; ``number`` None: not stated."""

    actor: str
    forces: Forces
    number: int | None
    direction: Literal["in", "out", "stay"]
    effective: Instant
    area: str | None
    checks: tuple[Check, ...]
