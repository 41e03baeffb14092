"""The timed trajectory as stated: where, when and how high, with tolerances. No geometry here."""

from dataclasses import dataclass
from itertools import pairwise

from parley.errors import BadAltitude, BadInterval, BadShape
from parley.values.instants import FIRST, LAST, Instant, Interval, instant
from parley.values.lengths import MAX_HEIGHT_E4M, MAX_LENGTH_E4M, Altitude, Reference, Unit
from parley.values.places import Position
from parley.values.volumes import MAX_VERTICES

LONGEST_TOLERANCE_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Waypoints and the instants at which they are passed (OGC 19-045r3, ``MovingPoint``).

    Between two waypoints the way is the shortest geodesic, flown at constant speed, the height
    linear in time ("Linear" interpolation). ``times`` are ms UTC and rise strictly. ``heights_e4m``
    are 0.1 mm above ``reference``, one for each point; None (then ``reference`` is None too) states
    no height, which leaves a comparison POSSIBLE. What flies is within ``lateral_tolerance_e4m``
    and ``vertical_tolerance_e4m`` (0.1 mm) of that place, early or late by ``time_tolerance_ms`` at
    most.
    """

    points: tuple[Position, ...]
    times: tuple[int, ...]
    heights_e4m: tuple[int, ...] | None = None
    reference: Reference | None = None
    units: Unit = "M"
    lateral_tolerance_e4m: int = 0
    vertical_tolerance_e4m: int = 0
    time_tolerance_ms: int = 0

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse uneven lists, times that do not rise, and absurd heights and tolerances."""
        if not 1 <= len(self.points) <= MAX_VERTICES:
            raise BadShape(f"a trajectory has 1 to {MAX_VERTICES} points", where="points")
        if len(self.times) != len(self.points):
            raise BadShape("as many times as points are needed", where="times")
        for i, time in enumerate(self.times):
            instant(time, where=f"times[{i}]")
        for i, (here, there) in enumerate(pairwise(self.times), start=1):
            if there <= here:
                raise BadInterval("the times do not rise", where=f"times[{i}]")
        self._check_heights()
        for name in ("lateral_tolerance_e4m", "vertical_tolerance_e4m"):
            most = MAX_LENGTH_E4M if name.startswith("lateral") else MAX_HEIGHT_E4M
            if not 0 <= getattr(self, name) <= most:
                raise BadShape("a tolerance is 0 or more, and no longer than Earth", where=name)
        if not 0 <= self.time_tolerance_ms <= LONGEST_TOLERANCE_MS:
            raise BadInterval("a tolerance is 0 or more, to 24 hours", where="time_tolerance_ms")

    def _check_heights(self) -> None:
        if (self.heights_e4m is None) != (self.reference is None):
            raise BadAltitude(
                "heights and the reference they are above go together",
                where="reference",
                hint="use W84, AMSL, AGL or STD",
            )
        if self.units not in ("M", "FT"):
            raise BadAltitude(f"unknown unit {self.units!r}", where="units", hint="use M or FT")
        if self.heights_e4m is None:
            return
        if self.reference not in ("W84", "AMSL", "AGL", "STD"):
            raise BadAltitude(
                f"unknown reference {self.reference!r}",
                where="reference",
                hint="use W84, AMSL, AGL or STD",
            )
        if len(self.heights_e4m) != len(self.points):
            raise BadAltitude("as many heights as points are needed", where="heights_e4m")
        for i, height in enumerate(self.heights_e4m):
            if abs(height) > MAX_HEIGHT_E4M:
                raise BadAltitude("over 100 km", where=f"heights_e4m[{i}]")

    @property
    def lowest(self) -> Altitude | None:
        """The lowest height of a point as stated, tolerance not counted; None: no height stated."""
        return self.altitude(min(self.heights_e4m)) if self.heights_e4m else None

    @property
    def highest(self) -> Altitude | None:
        """The highest height of a point as stated, tolerance not counted; None as above."""
        return self.altitude(max(self.heights_e4m)) if self.heights_e4m else None

    def altitude(self, e4m: int | None) -> Altitude | None:
        """Give a height (0.1 mm) in the unit and above the reference of this trajectory."""
        if e4m is None or self.reference is None:
            return None
        return Altitude(e4m, self.units, self.reference)

    @property
    def during(self) -> Interval:
        """The time it takes, from the first waypoint to the last, tolerances not counted."""
        return Interval(Instant(self.times[0]), Instant(self.times[-1]))

    @property
    def occupied(self) -> Interval:
        """The time in which it may be under way: ``during``, wider by the tolerance at both ends.

        Cut where the years end that can be stated.
        """
        early, late = (
            self.times[0] - self.time_tolerance_ms,
            self.times[-1] + self.time_tolerance_ms,
        )
        return Interval(Instant(max(FIRST, early)), Instant(min(LAST, late)))
