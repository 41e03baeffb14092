"""Vertical gaps: what is known stays exact, what is not known stays open."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadAltitude
from parley.sky.heights import EARTH, UNBOUNDED, Relief, Vertical, ellipsoidal, layer, vertical
from parley.values.lengths import E4M_PER_FOOT, Altitude, Bound, Reference, VerticalLimit
from parley.values.places import Position
from parley.values.volumes import Circle, Volume4D

POINT = Circle(Position(340_000_000, 380_000_000), 0)
FOOT = E4M_PER_FOOT
METRE = 10_000


def between(lower: VerticalLimit, upper: VerticalLimit) -> Volume4D:
    return Volume4D(POINT, 0, 1000, lower, upper)


def feet(number: int, reference: Reference = "AMSL", uncertainty: int = 0) -> Altitude:
    return Altitude(number * FOOT, "FT", reference, uncertainty * FOOT)


def metres(number: float, reference: Reference = "AMSL", uncertainty: int = 0) -> Altitude:
    return Altitude(round(number * METRE), "M", reference, uncertainty * METRE)


@pytest.mark.parametrize("reference", ["W84", "AMSL", "STD"])
def test_one_reference_is_compared_as_stated(reference: Reference) -> None:
    """Between limits of one reference the gap is their difference, in whichever unit."""
    low = between(feet(1000, reference), feet(5000, reference))
    high = between(metres(1828.8, reference), feet(9000, reference))
    for pair in ((low, high), (high, low)):
        assert vertical(*pair) == Vertical(1000 * FOOT, 1000 * FOOT)
    assert vertical(low, between(feet(5000, reference), feet(6000, reference))) == Vertical(0, 0)
    assert vertical(low, low) == Vertical(0, 0)


def test_uncertainty_widens_both_ways() -> None:
    """The gap may be smaller or larger by what both sides do not know."""
    low = between(feet(1000), feet(5000, uncertainty=100))
    high = between(feet(6000, uncertainty=200), feet(7000))
    assert vertical(low, high) == Vertical(700 * FOOT, 1300 * FOOT)


def test_a_missing_limit_leaves_everything_open() -> None:
    """Whatever the others say, a limit nobody stated decides nothing."""
    whole = between(Bound.SFC, Bound.UNL)
    for lower, upper in ((None, None), (None, feet(1000)), (feet(40_000), None)):
        for other in (whole, between(feet(50_000), feet(60_000))):
            assert vertical(between(lower, upper), other) == Vertical(0, UNBOUNDED)


def test_surface_to_unlimited_meets_every_stated_layer() -> None:
    """Nothing flies below the surface or above no limit."""
    whole = between(Bound.SFC, Bound.UNL)
    for reference in ("W84", "AMSL", "AGL", "STD"):
        other = between(feet(15_000, reference), feet(25_000, reference))
        assert vertical(whole, other) == Vertical(0, 0)
        assert vertical(other, whole) == Vertical(0, 0)


def test_the_geoid_bounds_sea_level_against_the_ellipsoid() -> None:
    """AMSL and W84 differ by -107.0 m to +85.4 m, and by no more."""
    sea = between(metres(0), metres(1000))
    assert ellipsoidal(metres(1000)).low == round(893.0 * METRE)
    assert ellipsoidal(metres(1000)).high == round(1085.4 * METRE)
    above = between(metres(1385.4, "W84"), metres(2000, "W84"))
    assert vertical(sea, above) == Vertical(300 * METRE, round(492.4 * METRE))
    assert vertical(above, sea) == vertical(sea, above)
    inside = between(metres(500, "W84"), metres(600, "W84"))
    assert vertical(sea, inside) == Vertical(0, 0)


@pytest.mark.parametrize(
    ("level", "lowest", "highest"),
    [
        (50, 3675, 6087),
        (100, 8183, 11407),
        (200, 17199, 22049),
        (300, 26215, 32690),
        (400, 35169, 43482),
    ],
)
def test_flight_levels_stray_as_the_atmosphere_lets_them(
    level: int, lowest: int, highest: int
) -> None:
    """The true height of a flight level between QNH 980 & ISA-30 and QNH 1040 & ISA+20."""
    flight = between(feet(level * 100, "STD"), feet(level * 100, "STD"))
    above = vertical(flight, between(feet(highest + 1000), Bound.UNL))
    below = vertical(flight, between(Bound.SFC, feet(lowest - 1000)))
    # Ten feet for the rounding of the table, on the safe side.
    assert above.at_least_e4m == 990 * FOOT
    assert below.at_least_e4m == 990 * FOOT
    assert above.at_most_e4m > 1000 * FOOT < below.at_most_e4m
    middle = between(feet(lowest - 20), feet(highest + 20))
    assert vertical(flight, middle) == Vertical(0, 0)


def test_flight_levels_between_rows_and_beyond_never_stray_less() -> None:
    """The widening grows with height, steadily, also outside the table."""
    bands = [ellipsoidal(feet(number, "STD")) for number in range(0, 70_000, 500)]
    strays = [
        (number * FOOT - band.low, band.high - number * FOOT)
        for number, band in zip(range(0, 70_000, 500), bands, strict=True)
    ]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(strays))


def test_ground_lies_between_the_bounds_of_the_relief() -> None:
    """A height above ground is compared with one above sea by the ground there can be."""
    low = between(Bound.SFC, feet(500, "AGL"))
    high = between(feet(15_000), feet(25_000))
    assert vertical(low, high).at_least_e4m == 0
    assert vertical(low, high).at_most_e4m == 14_500 * FOOT + 430 * METRE
    desert = Relief(200 * METRE, 1_000 * METRE)
    assert vertical(low, high, desert).at_least_e4m == 14_500 * FOOT - 1_000 * METRE
    with pytest.raises(BadAltitude):
        Relief(1, 0)


def test_unknown_relief_is_no_separation_and_takes_it_away() -> None:
    """Heights above ground are close when they are stated close, and never far without grounds."""
    low, high = between(Bound.SFC, metres(100, "AGL")), between(metres(400, "AGL"), Bound.UNL)
    assert vertical(low, high) == Vertical(0, 300 * METRE)
    plain = Relief(100 * METRE, 150 * METRE)
    assert vertical(low, high, plain) == Vertical(250 * METRE, 300 * METRE)


limits = st.builds(
    lambda e4m, reference, spread: Altitude(e4m, "M", reference, spread),
    st.integers(-500 * METRE, 20_000 * METRE),
    st.sampled_from(["W84", "AMSL", "AGL", "STD"]),
    st.sampled_from([0, 0, 50 * METRE]),
)


@st.composite
def layers(draw: st.DrawFn) -> Volume4D:
    lower = draw(st.one_of(limits, st.just(Bound.SFC), st.none()))
    upper = draw(st.one_of(limits, st.just(Bound.UNL), st.none()))
    if isinstance(lower, Altitude) and isinstance(upper, Altitude) and lower.e4m > upper.e4m:
        lower, upper = upper, lower
    return between(lower, upper)


@given(layers(), layers())
def test_the_gap_has_no_side(a: Volume4D, b: Volume4D) -> None:
    """Both orders give the same bounds, the lower of them first and never negative."""
    found = vertical(a, b)
    assert found == vertical(b, a)
    assert 0 <= found.at_least_e4m <= found.at_most_e4m


@given(layers(), layers())
def test_the_common_frame_never_separates_more(a: Volume4D, b: Volume4D) -> None:
    """Layers put into one frame, as an index does, are no farther apart than compared."""
    one, other = layer(a), layer(b)
    framed = max(0, one.low - other.high, other.low - one.high)
    assert framed <= vertical(a, b).at_least_e4m


@given(layers(), layers(), st.integers(0, 300 * METRE), st.integers(0, 3000 * METRE))
def test_what_is_possible_lies_within_the_bounds(
    a: Volume4D, b: Volume4D, geoid: int, ground: int
) -> None:
    """A world within the stated bounds never has a gap outside those that were given."""
    n = geoid % (1_924_000 + 1) - 1_070_000
    found = vertical(a, b, EARTH)

    def true(limit: VerticalLimit, fallback: int) -> int:
        if not isinstance(limit, Altitude):
            return fallback
        return limit.e4m + {"W84": 0, "AMSL": n, "STD": n, "AGL": ground + n}[limit.reference]

    bounds = []
    for v in (a, b):
        # One world: no uncertainty used up, standard atmosphere, one height of the ground.
        low = true(v.lower, -UNBOUNDED)
        on_ground = isinstance(v.lower, Altitude) and v.lower.reference == "AGL"
        if on_ground and isinstance(v.lower, Altitude) and v.lower.e4m <= v.lower.uncertainty_e4m:
            low = -UNBOUNDED
        bounds.append((low, true(v.upper, UNBOUNDED)))
    (a_low, a_high), (b_low, b_high) = bounds
    gap = max(0, a_low - b_high, b_low - a_high)
    assert found.at_least_e4m <= gap
    if None not in (a.lower, a.upper, b.lower, b.upper):
        assert gap <= found.at_most_e4m
