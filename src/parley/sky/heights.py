"""What is known about the vertical gap between two volumes whose heights may not share a datum.

Limits of one reference are compared as stated. Limits of two are compared by the widest bands that
the references allow: the geoid lies from the ellipsoid as it may over the place (nowhere beyond
-107.0 m and +85.4 m), the ground between the bounds of a ``Relief``, and a flight level strays from
its standard height as in ``_STRAY``. A limit that nobody stated leaves the comparison open,
whatever the other limits are.
"""

from dataclasses import dataclass
from itertools import pairwise

from parley.errors import BadAltitude
from parley.values.lengths import E4M_PER_FOOT, Altitude, Bound, Reference, VerticalLimit
from parley.values.volumes import Volume4D

UNBOUNDED = 10**15
LOWEST_GEOID_E4M = -1_070_000
HIGHEST_GEOID_E4M = 854_000

# Standard height, and how far the true height AMSL may lie below and above it, in feet: QNH 980
# hPa with ISA-30, and QNH 1040 hPa with ISA+20, at whichever latitude is worst. Pressure goes with
# geopotential height; a geometric one is up to 28 ft less of it at FL400 (at a pole), up to 185 ft
# more (at the equator; ``atmosphere.geometric``). Added are 0.1 % of the height, for gravity that
# is not the normal one by up to 980 mGal, and 10 ft. Both are convex, so that a straight line
# between two rows errs to the safe side.
_STRAY = (
    (5_000, 1_346, 1_123),
    (10_000, 1_852, 1_468),
    (20_000, 2_864, 2_165),
    (30_000, 3_876, 2_873),
    (40_000, 4_911, 3_744),
)
# Above, in percent of the further height: more than 30 K and 20 K are of the 216.65 K up there, and
# more by the 1 % that gravity is less.
_BEYOND_PERCENT = (15, 11)


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


# Everywhere on Earth the geoid of EGM96 lies between these two above the ellipsoid.
GEOID = Band(LOWEST_GEOID_E4M, HIGHEST_GEOID_E4M)
# How far the sea may lie from the grid of the geoid, in 0.1 mm: 1.152 m by which the interpolation
# strays from the model at most, and seven times the 0.5 m (RMS) between EGM96 and EGM2008; both as
# in "Geoid height", GeographicLib 2.1.2; rounded up.
UNDULATION_UNCERTAINTY_E4M = 50_000


@dataclass(frozen=True, slots=True)
class Datum:
    """What stated heights are above, which heights they are, and how well they are known.

    Heights and ``uncertainty_e4m`` (the half-width around a stated height) are in 0.1 mm, the
    stated ones from ``low_e4m`` to ``high_e4m``. ``reference`` None: nobody stated it.
    ``undulation`` bounds how far the geoid lies above the ellipsoid over the place concerned.
    """

    reference: Reference | None
    low_e4m: int
    high_e4m: int
    uncertainty_e4m: int = 0
    undulation: Band = GEOID


def offset(a: Datum, b: Datum, relief: Relief = EARTH) -> Band | None:
    """Bound how much farther ``a`` is above ``b`` in truth than as stated, in 0.1 mm.

    That is (true height of a - true height of b) - (stated height of a - stated height of b), for
    any stated heights of the two ranges, uncertainties included. The true heights are above the
    ellipsoid where one of the two is stated so, else above the sea. None where a reference is not
    stated: then nothing bounds it.
    """
    if a.reference is None or b.reference is None:
        return None
    if a.reference == b.reference:
        spread = a.uncertainty_e4m + b.uncertainty_e4m
        # The ground may differ between the two places.
        apart = relief.highest_e4m - relief.lowest_e4m if a.reference == "AGL" else 0
        return Band(-spread - apart, spread + apart)
    ellipsoid = "W84" in (a.reference, b.reference)
    one, other = _excess(a, relief, ellipsoid), _excess(b, relief, ellipsoid)
    return Band(one.low - other.high, one.high - other.low)


def settled(a: Datum, b: Datum, relief: Relief = EARTH) -> Band | None:
    """Bound the same as ``offset`` does, for a verdict without reserve.

    Only two heights above ground differ: the ground counts as level between them. A relief that
    nobody knows may take a separation away, but it is never counted as one.
    """
    if a.reference == b.reference == "AGL":
        return offset(a, b, _LEVEL)
    return offset(a, b, relief)


_LEVEL = Relief(0, 0)


def mixed(a: Volume4D, b: Volume4D) -> bool:
    """Tell whether the gap between two layers depends on where the geoid lies."""
    return any(
        isinstance(lower, Altitude)
        and isinstance(upper, Altitude)
        and (lower.reference == "W84") != (upper.reference == "W84")
        for lower, upper in ((a.lower, b.upper), (b.lower, a.upper))
    )


def vertical(
    a: Volume4D,
    b: Volume4D,
    relief: Relief = EARTH,
    *,
    undulations: tuple[Band, Band] = (GEOID, GEOID),
) -> Vertical:
    """Bound the gap between two stated layers; a touch is a gap of 0.

    ``undulations`` bound how far the geoid lies above the ellipsoid over the one and over the
    other: they only count where the layers are ``mixed``.
    """
    if any(limit is None for limit in (a.lower, a.upper, b.lower, b.upper)):
        return Vertical(0, UNBOUNDED)
    over_a, over_b = undulations
    rises = (
        _rise(a.lower, over_a, b.upper, over_b, relief),
        _rise(b.lower, over_b, a.upper, over_a, relief),
    )
    return Vertical(max(0, *(r.low for r in rises)), max(0, *(r.high for r in rises)))


def check_layer(volume: Volume4D, where: str) -> None:
    """Refuse a floor that lies above the ceiling whatever two references leave open.

    Raises ``BadAltitude``; ``where`` is put before ``lower``. (One reference: see ``Volume4D``.)
    """
    lower, upper = volume.lower, volume.upper
    if not isinstance(lower, Altitude) or not isinstance(upper, Altitude):
        return
    if lower.reference != upper.reference and _rise(lower, GEOID, upper, GEOID, EARTH).low > 0:
        raise BadAltitude(
            f"the floor ({lower.reference}) surely lies above the ceiling ({upper.reference})",
            where=f"{where}.lower" if where else "lower",
            hint="swap the two",
        )


def ellipsoidal(limit: VerticalLimit, relief: Relief = EARTH) -> Band:
    """Give the widest band of W84 heights in which a limit can lie."""
    if limit is None:
        return Band(-UNBOUNDED, UNBOUNDED)
    if isinstance(limit, Bound):
        height = UNBOUNDED if limit is Bound.UNL else -UNBOUNDED
        return Band(height, height)
    excess = _excess(_datum(limit, GEOID), relief, ellipsoid=True)
    return Band(limit.e4m + excess.low, limit.e4m + excess.high)


def layer(volume: Volume4D, relief: Relief = EARTH) -> Band:
    """Give W84 heights outside of which ``vertical`` is sure to see a gap, for an index."""
    lower, upper = volume.lower, volume.upper
    if lower is None or upper is None:
        return Band(-UNBOUNDED, UNBOUNDED)
    ground = isinstance(lower, Altitude) and on_ground(lower)
    low = -UNBOUNDED if ground else ellipsoidal(lower, relief).low
    return Band(low - _beyond(lower), ellipsoidal(upper, relief).high + _beyond(upper))


def _beyond(limit: VerticalLimit) -> int:
    """Give what the margin of the geoid adds to the widest band, where it is lowest or highest."""
    at_sea = isinstance(limit, Altitude) and limit.reference != "W84"
    return UNDULATION_UNCERTAINTY_E4M if at_sea else 0


def _rise(
    lower: VerticalLimit, over_lower: Band, upper: VerticalLimit, over_upper: Band, relief: Relief
) -> Band:
    """Bound how far a floor lies above a ceiling (negative: below it)."""
    if not isinstance(lower, Altitude) or not isinstance(upper, Altitude) or on_ground(lower):
        # Nothing flies below the surface, nor above no limit: neither can separate.
        return Band(-UNBOUNDED, -UNBOUNDED)
    floor, ceiling = _datum(lower, over_lower), _datum(upper, over_upper)
    rise = lower.e4m - upper.e4m
    possible = certain = offset(floor, ceiling, relief)
    if lower.reference == upper.reference == "AGL":
        certain = settled(floor, ceiling, relief)
    if possible is None or certain is None:
        return Band(-UNBOUNDED, UNBOUNDED)
    return Band(rise + possible.low, rise + certain.high)


def _datum(limit: Altitude, undulation: Band) -> Datum:
    return Datum(limit.reference, limit.e4m, limit.e4m, limit.uncertainty_e4m, undulation)


def on_ground(limit: Altitude) -> bool:
    """Tell whether a floor reaches the ground: nothing flies below that."""
    return limit.reference == "AGL" and limit.e4m - limit.uncertainty_e4m <= 0


def _excess(datum: Datum, relief: Relief, ellipsoid: bool) -> Band:
    """Bound the true height minus the stated one, above the ellipsoid or above the sea."""
    low, high = -datum.uncertainty_e4m, datum.uncertainty_e4m
    if datum.reference == "W84":
        return Band(low, high)
    if datum.reference == "AGL":
        low, high = low + relief.lowest_e4m, high + relief.highest_e4m
    elif datum.reference == "STD":
        # The stray grows with height: the highest stated height strays most, both ways.
        below = _stray(datum.high_e4m - datum.uncertainty_e4m, 1)
        above = _stray(datum.high_e4m + datum.uncertainty_e4m, 2)
        low, high = low - below, high + above
    if ellipsoid:
        low, high = low + datum.undulation.low, high + datum.undulation.high
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
