"""Who is said to hold, or to be present in, which area: every line on a map is somebody's."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Interval

ControlManner = Literal["holds", "present", "contested"]
Basis = Literal["own_people", "own_sensors", "told", "published", "inferred"]


@dataclass(frozen=True, slots=True)
class Controls(Claim):
    """An actor holds an area, is present in it, or contests it, from when until when.

    ``drawn_by``: whose delineation it is; None: the author's own. ``recognised_by``: who is said to
    accept it, nobody if empty.
    """

    actor: str
    area: str
    manner: ControlManner
    during: Interval
    drawn_by: str | None = None
    recognised_by: tuple[str, ...] = ()
    basis: Basis | None = None
