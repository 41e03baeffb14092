"""One conflict of a check, made ready to be drawn: both sides, and where each is closest."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from plane import Plane
from shapely import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from parley.desk.checking import Conflict, Plan
from parley.sky import Limits, Which
from parley.sky.encounters import held_to
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

Stated = Volume4D | Trajectory


@dataclass(frozen=True)
class Side:
    """One plan: all that it states, the part that is closest, and the place of that part.

    ``closest`` is the point of the core (see ``Plane.core``) nearest to the middle of the frame;
    ``at_ms`` is when a trajectory is there.
    """

    letter: str
    plan: Plan
    stated: tuple[Stated, ...]
    part: Stated
    closest: tuple[float, float]
    at_ms: int | None

    @property
    def name(self) -> str:
        """Name it as people would: whose it is, and what."""
        return f"{self.letter.upper()}  {self.plan.subject.party}: {self.plan.title}"


@dataclass(frozen=True)
class Scene:
    """A conflict in a frame around its place, and the minima the two are held to."""

    conflict: Conflict
    minima: Limits
    plane: Plane
    sides: tuple[Side, Side]

    @property
    def title(self) -> str:
        """Say which conflict, and between whom."""
        a, b = (side.plan.subject.party for side in self.sides)
        return f"{self.conflict.encounter.verdict} {self.conflict.number}: {a} and {b}"


def scene_of(conflict: Conflict) -> Scene:
    """Lay a conflict out around the place that the check gives."""
    minima = held_to(conflict.a.subject, conflict.b.subject, within_party=True)
    if minima is None:
        raise ValueError("these two are held to nothing")
    plane = Plane(conflict.encounter.position)
    first, second = conflict.encounter.which
    sides = _side("a", conflict.a, first, plane), _side("b", conflict.b, second, plane)
    return Scene(conflict, minima, plane, sides)


def _side(letter: str, plan: Plan, which: Which, plane: Plane) -> Side:
    stated = tuple(part.stated for part in plan.subject.parts)
    part = stated[which.part]
    leg = _leg(part, which, plane)
    here = nearest_points(leg, Point(0, 0))[0]
    at = _time_at(part, which.leg, leg, here) if isinstance(part, Trajectory) else None
    return Side(letter, plan, stated, part, (here.x, here.y), at)


def _leg(part: Stated, which: Which, plane: Plane) -> BaseGeometry:
    if not isinstance(part, Trajectory) or which.leg is None:
        return plane.core(part)
    two = part.points[which.leg : which.leg + 2]
    return plane.way(two)


def _time_at(part: Trajectory, number: int | None, leg: BaseGeometry, here: Point) -> int:
    number = number or 0
    begin, *end = part.times[number : number + 2]
    if not end or leg.length == 0:
        return begin
    return round(begin + (end[0] - begin) * leg.project(here) / leg.length)


def clock(ms: float, *, seconds: bool = True) -> str:
    """Write an instant as the time of its day, in UTC."""
    form = "%H:%M:%S" if seconds else "%H:%M"
    return datetime.fromtimestamp(ms / 1000, UTC).strftime(form)


def day(ms: float) -> str:
    """Write the day of an instant."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")


def round_step(span: float, count: int) -> float:
    """Give a step of 1, 2 or 5 times a power of ten that divides a span about so often."""
    raw = span / count
    power = 10.0 ** np.floor(np.log10(raw))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999))
