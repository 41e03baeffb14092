"""What is known about the vertical gap between two volumes whose heights may not share a datum.

Limits of one reference are compared as stated. Limits of two are compared by the widest bands that
the references allow: the geoid lies -107.0 m to +85.4 m from the ellipsoid, the ground between the
bounds of a ``Relief``, and a flight level strays from its standard height as in ``_STRAY``. A limit
that nobody stated leaves the comparison open, whatever the other limits are.
"""

from dataclasses import dataclass
from itertools import pairwise

from parley.errors import BadAltitude
from parley.values.lengths import E4M_PER_FOOT, Altitude, Bound, VerticalLimit
from parley.values.volumes import Volume4D

UNBOUNDED = 10**15
LOWEST_GEOID_E4M = -1_070_000
HIGHEST_GEOID_E4M = 854_000

# Standard height, and how far the true height AMSL may lie below and above it, in feet: QNH 980
# hPa with ISA-30, and QNH 1040 hPa with ISA+20, plus 10 ft for rounding. Both are convex, so that a
# straight line between two rows errs to the safe side.
_STRAY = (
    (5_000, 1_335, 1_097),
    (10_000, 1_827, 1_417),
    (20_000, 2_811, 2_059),
    (30_000, 3_795, 2_700),
    (40_000, 4_841, 3_492),
)
# Above, in percent of the further height: more than 30 K and 20 K are of the 216.65 K up there.
_BEYOND_PERCENT = (15, 10)


@dataclass(frozen=True, slots=True)
class Relief:
    """The lowest and highest ground there can be, in 0.1 mm AMSL; by default that of Earth."""

    lowest_e4m: int = -4_300_000
    highest_e4m: int = 88_490_000

    def __post_init__(self) -> None:
        """Refuse a lowest ground above the highest."""
        if self.lowest_e4m > self.highest_e4m:
            raise BadAltitude("the lowest ground lies above the highest", where="lowest_e4m")


EARTH = Relief()


@dataclass(frozen=True, slots=True)
class Vertical:
    """Bounds on the vertical gap in 0.1 mm: no less than one, no more than the other."""

    at_least_e4m: int
    at_most_e4m: int


@dataclass(frozen=True, slots=True)
class Band:
    """Heights between which a limit lies, in 0.1 mm; ``UNBOUNDED`` stands for no limit."""

    low: int
    high: int


def vertical(a: Volume4D, b: Volume4D, relief: Relief = EARTH) -> Vertical:
    """Bound the gap between two stated layers; a touch is a gap of 0."""
    if any(limit is None for limit in (a.lower, a.upper, b.lower, b.upper)):
        return Vertical(0, UNBOUNDED)
    rises = (_rise(a.lower, b.upper, relief), _rise(b.lower, a.upper, relief))
    return Vertical(max(0, *(r.low for r in rises)), max(0, *(r.high for r in rises)))


def ellipsoidal(limit: VerticalLimit, relief: Relief = EARTH) -> Band:
    """Give the widest band of W84 heights in which a limit can lie."""
    if limit is None:
        return Band(-UNBOUNDED, UNBOUNDED)
    if isinstance(limit, Bound):
        height = UNBOUNDED if limit is Bound.UNL else -UNBOUNDED
        return Band(height, height)
    if limit.reference == "W84":
        return Band(limit.e4m - limit.uncertainty_e4m, limit.e4m + limit.uncertainty_e4m)
    level = _above_sea(limit, relief)
    return Band(level.low + LOWEST_GEOID_E4M, level.high + HIGHEST_GEOID_E4M)


def layer(volume: Volume4D, relief: Relief = EARTH) -> Band:
    """Give W84 heights outside of which ``vertical`` is sure to see a gap, for an index."""
    lower, upper = volume.lower, volume.upper
    if lower is None or upper is None:
        return Band(-UNBOUNDED, UNBOUNDED)
    ground = isinstance(lower, Altitude) and _on_ground(lower)
    low = -UNBOUNDED if ground else ellipsoidal(lower, relief).low
    return Band(low, ellipsoidal(upper, relief).high)


def _rise(lower: VerticalLimit, upper: VerticalLimit, relief: Relief) -> Band:
    """Bound how far a floor lies above a ceiling (negative: below it)."""
    if not isinstance(lower, Altitude) or not isinstance(upper, Altitude) or _on_ground(lower):
        # Nothing flies below the surface, nor above no limit: neither can separate.
        return Band(-UNBOUNDED, -UNBOUNDED)
    spread = lower.uncertainty_e4m + upper.uncertainty_e4m
    if lower.reference == upper.reference:
        rise = lower.e4m - upper.e4m
        # The ground may differ between the two places. It may take separation away, but a relief
        # that nobody stated is never counted as separation.
        unknown = relief.highest_e4m - relief.lowest_e4m if lower.reference == "AGL" else 0
        return Band(rise - spread - unknown, rise + spread)
    if "W84" in (lower.reference, upper.reference):
        floor, ceiling = ellipsoidal(lower, relief), ellipsoidal(upper, relief)
    else:
        floor, ceiling = _above_sea(lower, relief), _above_sea(upper, relief)
    return Band(floor.low - ceiling.high, floor.high - ceiling.low)


def _on_ground(limit: Altitude) -> bool:
    return limit.reference == "AGL" and limit.e4m - limit.uncertainty_e4m <= 0


def _above_sea(limit: Altitude, relief: Relief) -> Band:
    """Give the widest band of heights AMSL of a limit stated AMSL, AGL or STD."""
    low, high = limit.e4m - limit.uncertainty_e4m, limit.e4m + limit.uncertainty_e4m
    if limit.reference == "AGL":
        return Band(low + relief.lowest_e4m, high + relief.highest_e4m)
    if limit.reference == "STD":
        return Band(low - _stray(low, 1), high + _stray(high, 2))
    return Band(low, high)


def _stray(height_e4m: int, column: int) -> int:
    """Give how far a standard height may lie from the true one, in 0.1 mm, rounded up."""
    first, last = _STRAY[0], _STRAY[-1]
    if height_e4m <= first[0] * E4M_PER_FOOT:
        return first[column] * E4M_PER_FOOT
    for below, above in pairwise(_STRAY):
        if height_e4m <= above[0] * E4M_PER_FOOT:
            rise = (above[column] - below[column]) * (height_e4m - below[0] * E4M_PER_FOOT)
            return below[column] * E4M_PER_FOOT - (-rise // (above[0] - below[0]))
    further = (height_e4m - last[0] * E4M_PER_FOOT) * _BEYOND_PERCENT[column - 1]
    return last[column] * E4M_PER_FOOT - (-further // 100)
