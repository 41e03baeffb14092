"""How far a change may grow before what stands against it can let go: the leaps of a search.

What two parts do to each other at one place and time they still do while a change grows by less
than the room left there on its axis, since nothing else changes. All rooms are lower bounds.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

from parley.sky.approach import nearest
from parley.sky.closest import Closest
from parley.sky.courses import Course
from parley.sky.encounters import Part
from parley.sky.geoid import undulation_range
from parley.sky.heights import GEOID, Relief, mixed, on_ground, vertical
from parley.sky.separation import NEAR_ENOUGH_M, Limits
from parley.sky.shifts import Aside, Shift, Stated, places_of
from parley.sky.volumes import Prepared
from parley.values.lengths import E4M_PER_METRE, Altitude, Reference
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

# A flight level strays from its true height the more the higher it is, by less than this share.
_LEVEL_RATE = 1.2
_FARTHEST = 2_000  # steps of a level; none is offered as far away
# The time within the minima is told to 1 s, along chords.
_SPAN_SLACK_MS = 3_000
# How far a change may carry a plan aside, and somewhat more: where its geoid may be read.
_ASIDE_M = 450_000.0


@dataclass(frozen=True)
class Moving:
    """A part of the plan that changes, before any change."""

    part: Part
    _stretches: dict[Aside, float] = field(default_factory=dict)

    def stretch(self, aside: Aside) -> float:
        """Bound how far any place of it moves for each metre that its vertices are moved."""
        if aside not in self._stretches:
            self._stretches[aside] = aside.stretch(places_of(self.part.stated))
        return self._stretches[aside]

    @cached_property
    def sway_e4m(self) -> int:
        """How much the bounds on the geoid below it may change, wherever it is moved."""
        made = self.part.footprint
        outline = made.lon[: made.outline], made.lat[: made.outline]
        band = undulation_range(*outline, made.radius_m + _ASIDE_M, poles=made.poles())
        return band.high - band.low


@dataclass(frozen=True)
class Bond:
    """What a part, moved by ``shift``, does to a part of another plan, and by which minima.

    ``certain``: it counts only while it is certain.
    """

    before: Moving
    mine: Part
    other: Part
    met: Closest
    limits: Limits
    relief: Relief
    shift: Shift
    certain: bool

    def steps(self, step: int) -> int:
        """Count the steps to the first change that this does not rule out, 1 at least."""
        if self.shift.axis == "time":
            room = self._in_time()
        elif self.shift.axis == "level":
            room = self._in_height(step)
        else:
            room = self._aside()
        if math.isinf(room):
            return 2**40
        return max(1, int(room // step) + 1) if room > 0 else 1

    def _in_time(self) -> float:
        """Give the room in ms: until one is over before the other begins, by more than allowed."""
        mine, other = self.mine, self.other
        if isinstance(mine, Course) and isinstance(other, Course):
            tolerance = mine.stated.time_tolerance_ms + other.stated.time_tolerance_ms
            return self.limits.time_ms + tolerance - abs(self.met.moments[1] - self.met.moments[0])
        later = self.shift.amount > 0
        one, two = self._window(mine, last=not later), self._window(other, last=later)
        return self.limits.time_ms + (two - one if later else one - two)

    def _window(self, part: Part, *, last: bool) -> float:
        """Give the last or first time of a part that may hold, tolerance included."""
        if isinstance(part, Prepared):
            if not last:
                return part.stated.time_start
            return math.inf if part.stated.time_end is None else part.stated.time_end
        at, tolerance = self.met.moments[0], part.stated.time_tolerance_ms
        if last:
            until = self.met.when.until
            return max(at, (at if until is None else until) - _SPAN_SLACK_MS) + tolerance
        return min(at, self.met.when.begin + _SPAN_SLACK_MS) - tolerance

    def _in_height(self, step: int) -> float:
        mine, other = self.mine, self.other
        if isinstance(mine, Prepared) and isinstance(other, Prepared):
            return self._between_layers(mine, other, step)
        if isinstance(mine, Prepared) and _grounded(mine.stated):
            return 0.0  # off the ground, its floor begins to count
        rate = _LEVEL_RATE if len(_references(mine) | _references(other)) > 1 else 1.0
        return (self.limits.vertical_e4m - self._gap() - 2) / rate

    def _between_layers(self, mine: Prepared, other: Prepared, step: int) -> float:
        """Raise, or lower, one layer by and by: that alone decides, and takes no geometry."""
        a, b = mine.stated, other.stated
        over = (mine.undulation(), other.undulation()) if mixed(a, b) else (GEOID, GEOID)
        up = step if self.shift.amount > 0 else -step
        room, amount, raised = self.limits.vertical_e4m - self._gap(), 0, a
        while abs(amount) < _FARTHEST * step:
            sure = 1 if _grounded(raised) else max(1, int(room / (_LEVEL_RATE * step)))
            (moved,) = Shift("level", amount + sure * up).of([a]) or (None,)
            if moved is None or isinstance(moved, Trajectory):
                break
            gap = vertical(moved, b, self.relief, undulations=over)
            room = self.limits.vertical_e4m - (
                gap.at_most_e4m if self.certain else gap.at_least_e4m
            )
            if room < 0:
                break
            amount, raised = amount + sure * up, moved
        return float(abs(amount))

    def _aside(self) -> float:
        assert self.shift.aside is not None  # noqa: S101 - for the type checker: lateral shifts have one
        mine, other = _references(self.mine), _references(self.other)
        geoid = len(mine | other) > 1 and "W84" in mine | other and mine != {"W84"}
        # Elsewhere the geoid is another, and that may part them as well.
        if geoid and self._gap() + self.before.sway_e4m > self.limits.vertical_e4m:
            return 0.0
        room = self.limits.lateral_e4m + NEAR_ENOUGH_M * E4M_PER_METRE
        if isinstance(self.mine, Course) or isinstance(self.other, Course):
            room -= (self.met.depth_mm + 1) * E4M_PER_METRE / 1000
        else:
            room -= min(self.met.place.gap_e4m + 1, self._depth(room))
        return room / self.before.stretch(self.shift.aside)

    def _depth(self, room: float) -> float:
        """Give the gap between two volumes in 0.1 mm, negative where their widths overlap."""
        if self.met.place.gap_e4m > 0:
            return math.inf
        mine, other = self.mine.footprint, self.other.footprint
        reach = mine.radius_m + other.radius_m
        cores = nearest(mine.pieces, other.pieces, reach + room / E4M_PER_METRE)
        return math.inf if cores is None else (cores.least_m - reach) * E4M_PER_METRE + 1

    def _gap(self) -> float:
        """Give the vertical gap that counts, in 0.1 mm."""
        height = self.met.height
        return height.at_most_e4m if self.certain else height.at_least_e4m


def _references(part: Part) -> set[Reference]:
    stated: Stated = part.stated
    if isinstance(stated, Trajectory):
        return set() if stated.reference is None else {stated.reference}
    limits = (stated.lower, stated.upper)
    return {limit.reference for limit in limits if isinstance(limit, Altitude)}


def _grounded(volume: Volume4D) -> bool:
    lower = volume.lower
    return isinstance(lower, Altitude) and on_ground(lower)
