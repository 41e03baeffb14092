"""Vertical gaps: what is known stays exact, what is not known stays open."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadAltitude
from parley.sky import Limits, Sky, compare, prepare, subject_of
from parley.sky.geoid import undulation
from parley.sky.heights import (
    EARTH,
    GEOID,
    UNBOUNDED,
    UNDULATION_UNCERTAINTY_E4M,
    Band,
    Datum,
    Relief,
    Vertical,
    ellipsoidal,
    layer,
    mixed,
    offset,
    settled,
    vertical,
)
from parley.sky.plans import Plan
from parley.values.lengths import E4M_PER_FOOT, Altitude, Bound, Reference, VerticalLimit
from parley.values.places import Position
from parley.values.trajectories import Trajectory
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


SWAPPED = [
    (feet(35_000, "STD"), feet(20_000, "AMSL")),
    (feet(20_000, "AMSL"), metres(5_000, "W84")),
    (metres(10_000, "AGL"), metres(9_000, "AMSL")),
    (metres(4_500, "W84", 50), feet(200, "STD")),
]


@pytest.mark.parametrize(("lower", "upper"), SWAPPED)
def test_a_floor_that_is_above_its_ceiling_whatever_they_are_above_is_refused(
    lower: Altitude, upper: Altitude
) -> None:
    """Between two such limits nothing is, so all would be clear of who only swapped the two."""
    plan = Plan("a" * 64, "a", "activity", (between(lower, upper),), Limits(0, 0, 0))
    for refused in (
        lambda: prepare(between(lower, upper)),
        lambda: subject_of("a" * 64, "a", "activity", [between(lower, upper)], Limits(0, 0, 0)),
        lambda: Sky([plan]),
        lambda: Sky().put(plan),
    ):
        with pytest.raises(BadAltitude, match="surely lies above the ceiling"):
            refused()
    assert Sky([replace(plan, volumes=(between(upper, lower),))])
    with pytest.raises(BadAltitude) as refusal:
        subject_of("a" * 64, "a", "activity", [between(lower, upper)], Limits(0, 0, 0))
    assert refusal.value.where == "volumes[0].lower"


def test_one_that_may_be_is_compared_and_nothing_is_certain_of_it() -> None:
    """From 2,000 m above ground that nobody knows to 3,000 m above the sea: perhaps nowhere.

    Who climbs through that layer may meet it, and does not for certain.
    """
    layer = between(metres(2_000, "AGL"), metres(3_000, "AMSL"))
    climbing = Trajectory((POINT.center,) * 2, (0, 1_000), (0, 120_000_000), "AMSL")
    none = Limits(0, 0, 0)
    one = subject_of("a" * 64, "a", "activity", [layer], none)
    two = subject_of("b" * 64, "b", "activity", [], none, trajectories=[climbing])
    for met in (compare(one, two), compare(two, one)):
        assert met is not None
        assert (met.verdict, met.open) == ("POSSIBLE", ("vertical",))
    assert Sky([one]).verdicts(two) == {one.name: "POSSIBLE"}
    flat = Relief(0, 0)
    certain = compare(one, two, relief=flat)
    assert certain is not None
    assert certain.verdict == "CONFLICT"


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
        # Geometric, at whichever of a pole and the equator is worst.
        (50, 3669, 6108),
        (100, 8168, 11447),
        (200, 17171, 22135),
        (300, 26183, 32833),
        (400, 35139, 43694),
    ],
)
def test_flight_levels_stray_as_the_atmosphere_lets_them(
    level: int, lowest: int, highest: int
) -> None:
    """The true height of a flight level between QNH 980 & ISA-30 and QNH 1040 & ISA+20."""
    flight = between(feet(level * 100, "STD"), feet(level * 100, "STD"))
    above = vertical(flight, between(feet(highest + 1000), Bound.UNL))
    below = vertical(flight, between(Bound.SFC, feet(lowest - 1000)))
    # Ten feet and a tenth of a percent, on the safe side, and little more.
    spare = 10 + level / 10
    for found in (above, below):
        assert (960 - spare) * FOOT <= found.at_least_e4m <= (1001 - spare) * FOOT
    assert above.at_most_e4m > 1000 * FOOT < below.at_most_e4m
    middle = between(feet(lowest - 70), feet(highest + 70))
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


# --- two references, and what lies between them


REFERENCES: tuple[Reference, ...] = ("W84", "AMSL", "AGL", "STD")
SPREADS = st.sampled_from([0, 1, 50 * METRE, 300 * METRE])


@st.composite
def bands(draw: st.DrawFn, low: int, high: int) -> Band:
    first = draw(st.integers(low, high))
    return Band(first, draw(st.integers(first, high)))


geoids = bands(GEOID.low - UNDULATION_UNCERTAINTY_E4M, GEOID.high + UNDULATION_UNCERTAINTY_E4M)
reliefs = st.builds(
    lambda band: Relief(band.low, band.high), bands(EARTH.lowest_e4m, EARTH.highest_e4m)
)


@st.composite
def data(draw: st.DrawFn) -> Datum:
    stated = draw(bands(-500 * METRE, 20_000 * METRE))
    reference = draw(st.sampled_from(REFERENCES))
    return Datum(reference, stated.low, stated.high, draw(SPREADS), draw(geoids))


# Standard height, lowest and highest geometric height at any latitude, in feet.
LEVELS = (
    (5_000, 3_669, 6_108),
    (10_000, 8_168, 11_447),
    (20_000, 17_171, 22_135),
    (30_000, 26_183, 32_833),
    (40_000, 35_139, 43_694),
)


def strayed(standard: int, share: float) -> int:
    """Give a true height AMSL of a standard one, ``share`` of the way from lowest to highest."""
    rows = [tuple(FOOT * feet for feet in row) for row in LEVELS]
    if standard <= rows[0][0]:
        low, high = (float(standard + bound - rows[0][0]) for bound in rows[0][1:])
    else:
        i = max(k for k, row in enumerate(rows[:-1]) if row[0] < standard)
        (here, *bounds), (there, *others) = rows[i], rows[i + 1]
        part = (standard - here) / (there - here)
        low, high = (a + part * (b - a) for a, b in zip(bounds, others, strict=True))
    return round(low + share * (high - low))


def drawn(
    draws: st.DataObject, datum: Datum, ground: Relief, above_ellipsoid: bool
) -> tuple[int, int]:
    """Draw a stated height of the datum, and a true one that it may stand for."""
    stated = draws.draw(st.integers(datum.low_e4m, datum.high_e4m))
    meant = stated + draws.draw(st.integers(-datum.uncertainty_e4m, datum.uncertainty_e4m))
    if datum.reference == "W84":
        return stated, meant
    if datum.reference == "STD":
        meant = strayed(meant, draws.draw(st.floats(0, 1)))
    if datum.reference == "AGL":
        meant += draws.draw(st.integers(ground.lowest_e4m, ground.highest_e4m))
    if above_ellipsoid:
        meant += draws.draw(st.integers(datum.undulation.low, datum.undulation.high))
    return stated, meant


@given(st.data(), data(), data(), reliefs)
def test_no_true_height_lies_outside_the_offset(
    draws: st.DataObject, a: Datum, b: Datum, ground: Relief
) -> None:
    """Whatever the geoid, the ground, the air and the instruments are like within their bounds."""
    found = offset(a, b, ground)
    assert found is not None
    alike = a.reference == b.reference
    if alike and a.reference in ("AMSL", "STD"):
        # One sea, one air: neither moves the one against the other.
        one, other = (
            (s, s + draws.draw(st.integers(-d.uncertainty_e4m, d.uncertainty_e4m)))
            for d in (a, b)
            for s in (draws.draw(st.integers(d.low_e4m, d.high_e4m)),)
        )
    else:
        ellipsoid = "W84" in (a.reference, b.reference)
        one = drawn(draws, a, ground, ellipsoid)
        other = drawn(draws, b, ground, ellipsoid)
    extra = (one[1] - other[1]) - (one[0] - other[0])
    assert found.low <= extra <= found.high


@given(data(), data(), reliefs)
def test_the_offset_turns_with_its_sides(a: Datum, b: Datum, ground: Relief) -> None:
    """Seen from the other, it is the negative; a verdict without reserve never needs more room."""
    there, back = offset(a, b, ground), offset(b, a, ground)
    assert there is not None
    assert back == Band(-there.high, -there.low)
    certain = settled(a, b, ground)
    assert certain is not None
    assert there.low <= certain.low <= certain.high <= there.high
    if not a.reference == b.reference == "AGL":
        assert certain == there


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_nobody_stated_bounds_nothing(reference: Reference) -> None:
    """Not even against itself: two heights without a reference may be above anything."""
    unstated, stated = Datum(None, 0, 0), Datum(reference, 0, 0)
    for pair in ((unstated, stated), (stated, unstated), (unstated, unstated)):
        assert offset(*pair) is None
        assert settled(*pair) is None


def test_offsets_are_no_wider_than_they_must_be() -> None:
    """Each of the references against the next, the bounds added up by hand."""
    over = Band(100 * METRE, 200 * METRE)
    ground = Relief(0, 1_000 * METRE)
    w84, amsl = Datum("W84", 0, 0, 3 * METRE), Datum("AMSL", 0, 0, 0, over)
    agl, std = Datum("AGL", 0, 0, 0, over), Datum("STD", 0, 10_000 * FOOT, 0, over)
    assert offset(w84, w84) == Band(-6 * METRE, 6 * METRE)
    assert offset(amsl, w84) == Band(97 * METRE, 203 * METRE)
    assert offset(agl, w84, ground) == Band(97 * METRE, 1_203 * METRE)
    assert offset(agl, amsl, ground) == Band(0, 1_000 * METRE)
    assert offset(agl, agl, ground) == Band(-1_000 * METRE, 1_000 * METRE)
    assert settled(agl, agl, ground) == Band(0, 0)
    assert offset(std, std) == offset(amsl, amsl) == Band(0, 0)
    # The highest of the range strays most.
    assert offset(std, amsl) == Band(-1_852 * FOOT, 1_468 * FOOT)


def true_rise(
    draws: st.DataObject, floor: VerticalLimit, ceiling: VerticalLimit, over: Band, ground: Relief
) -> int:
    """Draw how far a floor truly lies above a ceiling, from the heights that both may stand for."""
    if not isinstance(floor, Altitude) or not isinstance(ceiling, Altitude):
        return -UNBOUNDED
    if floor.reference == "AGL" and floor.e4m <= floor.uncertainty_e4m:
        return -UNBOUNDED  # the surface: nothing flies below it
    one, other = (
        Datum(limit.reference, limit.e4m, limit.e4m, limit.uncertainty_e4m, over)
        for limit in (floor, ceiling)
    )
    if one.reference == other.reference and one.reference != "W84":
        # One sea, one air, and the ground of one place.
        one, other = (Datum("W84", d.low_e4m, d.high_e4m, d.uncertainty_e4m) for d in (one, other))
    ellipsoid = "W84" in (one.reference, other.reference)
    return drawn(draws, one, ground, ellipsoid)[1] - drawn(draws, other, ground, ellipsoid)[1]


@given(st.data(), layers(), layers(), geoids, reliefs)
def test_no_world_has_a_gap_outside_the_bounds(
    draws: st.DataObject, a: Volume4D, b: Volume4D, over: Band, ground: Relief
) -> None:
    """Sampled: the geoid, the ground, the air and the instruments as they may be over one place."""
    found = vertical(a, b, ground, undulations=(over, over))
    if None in (a.lower, a.upper, b.lower, b.upper):
        assert found == Vertical(0, UNBOUNDED)
        return
    rises = (
        true_rise(draws, a.lower, b.upper, over, ground),
        true_rise(draws, b.lower, a.upper, over, ground),
    )
    assert found.at_least_e4m <= max(0, *rises) <= found.at_most_e4m


@given(layers(), layers(), geoids, geoids)
def test_an_index_never_separates_more_than_the_geoid_of_a_place(
    a: Volume4D, b: Volume4D, over_a: Band, over_b: Band
) -> None:
    """Wherever the volumes lie, the frame of an index holds what the comparison holds possible."""
    one, other = layer(a), layer(b)
    framed = max(0, one.low - other.high, other.low - one.high)
    assert framed <= vertical(a, b, undulations=(over_a, over_b)).at_least_e4m


@given(layers(), layers(), geoids, geoids)
def test_the_geoid_counts_only_where_references_are_mixed(
    a: Volume4D, b: Volume4D, over_a: Band, over_b: Band
) -> None:
    """Where it is said not to, no undulation changes anything: the grid need not be read."""
    if not mixed(a, b):
        assert vertical(a, b, undulations=(over_a, over_b)) == vertical(a, b)
    assert mixed(a, b) == mixed(b, a)


@pytest.mark.parametrize("below", REFERENCES)
@pytest.mark.parametrize("above", REFERENCES)
def test_each_pair_of_references_is_mixed_or_not(below: Reference, above: Reference) -> None:
    """What is below the one and what is above the other are compared, whichever comes first."""
    low, high = between(Bound.SFC, metres(1_000, below)), between(metres(2_000, above), Bound.UNL)
    expected = (below == "W84") != (above == "W84")
    assert mixed(low, high) == mixed(high, low) == expected


def test_the_geoid_counts_where_the_sea_is_the_reference() -> None:
    """Each limit above the sea rises by the geoid below itself, not by that below the other."""
    sea, space = between(metres(0), metres(1_000)), between(metres(2_000, "W84"), Bound.UNL)
    here, there = Band(10 * METRE, 12 * METRE), Band(-70 * METRE, -50 * METRE)
    found = Vertical(988 * METRE, 990 * METRE)
    assert vertical(sea, space, undulations=(here, there)) == found
    assert vertical(space, sea, undulations=(there, here)) == found


def test_an_index_holds_what_the_margin_of_the_geoid_adds() -> None:
    """Where the sea lies lowest and highest, it may still lie 5 m beyond."""
    lowest = Band(GEOID.low - UNDULATION_UNCERTAINTY_E4M, GEOID.low)
    highest = Band(GEOID.high, GEOID.high + UNDULATION_UNCERTAINTY_E4M)
    for sea, space, over in (
        (between(metres(1_000), Bound.UNL), between(Bound.SFC, metres(500, "W84")), lowest),
        (between(Bound.SFC, metres(1_000)), between(metres(1_500, "W84"), Bound.UNL), highest),
    ):
        one, other = layer(sea), layer(space)
        framed = max(one.low - other.high, other.low - one.high)
        assert framed <= vertical(sea, space, undulations=(over, over)).at_least_e4m


# --- the geoid of a place


SEA_LOW = Circle(Position(47_500_000, 787_500_000), 0)  # 4.75 N 78.75 E, a node of the grid


def test_a_wrong_sign_would_be_wrong_by_213_metres() -> None:
    """Where the sea lies 106.99 m below the ellipsoid, a height above it is the greater number."""
    assert float(undulation(78.75, 4.75)) == pytest.approx(-106.9, abs=0.1)
    over = prepare(Volume4D(SEA_LOW, 0, 1000, Bound.SFC, Bound.UNL)).undulation()
    sea = Volume4D(SEA_LOW, 0, 1000, metres(1_000), metres(1_000))
    same = Volume4D(SEA_LOW, 0, 1000, metres(893.1, "W84"), metres(893.1, "W84"))
    reverse = Volume4D(SEA_LOW, 0, 1000, metres(1_106.9, "W84"), metres(1_106.9, "W84"))
    found = vertical(sea, same, undulations=(over, over))
    assert found.at_least_e4m == 0
    assert found.at_most_e4m < 6 * METRE
    wrong = vertical(sea, reverse, undulations=(over, over))
    assert 213 * METRE < wrong.at_most_e4m < 220 * METRE
    assert 208 * METRE < wrong.at_least_e4m <= 213 * METRE


MINIMUM = 300 * METRE


def verdict(at: Circle, lower: Altitude, swapped: bool = False) -> str | None:
    """Compare what flies up to 5,000 m AMSL with what flies from ``lower`` on; clear is None."""
    below = Volume4D(at, 0, 1000, Bound.SFC, metres(5_000))
    above = Volume4D(at, 0, 1000, lower, Bound.UNL)
    pair = [
        subject_of(name * 64, name, "activity", [volume], Limits(0, MINIMUM, 0))
        for name, volume in (("a", below), ("b", above))
    ]
    found = compare(*(reversed(pair) if swapped else pair))
    return None if found is None else found.verdict


@pytest.mark.parametrize(
    ("lat", "lon"), [(34, 38), (45, 10), (0, 80), (-8, 147), (90, 0), (-17, 180)]
)
@pytest.mark.parametrize("swapped", [False, True])
def test_verdicts_turn_at_the_edges_of_the_band(lat: int, lon: int, swapped: bool) -> None:
    """To a tenth of a millimetre: CONFLICT, then POSSIBLE, then clear."""
    at = Circle(Position.of_degrees(lat, lon), 10_000 * METRE)
    over = prepare(Volume4D(at, 0, 1000, Bound.SFC, Bound.UNL)).undulation()
    surely, perhaps = (5_000 * METRE + MINIMUM + n for n in (over.low, over.high))
    for e4m, expected in (
        (surely, "CONFLICT"),
        (surely + 1, "POSSIBLE"),
        (perhaps, "POSSIBLE"),
        (perhaps + 1, None),
    ):
        assert verdict(at, Altitude(e4m, "M", "W84"), swapped) == expected
    # The uncertainty stated widens the band on both sides.
    for e4m, expected in (
        (surely - 7, "CONFLICT"),
        (surely - 6, "POSSIBLE"),
        (perhaps + 7, "POSSIBLE"),
        (perhaps + 8, None),
    ):
        assert verdict(at, Altitude(e4m, "M", "W84", 7), swapped) == expected


@given(
    st.floats(-180, 179.9),
    st.floats(-90, 90),
    st.integers(4_000 * METRE, 6_500 * METRE),
    st.floats(-1, 1),
)
def test_a_verdict_never_contradicts_the_place_itself(
    lon: float, lat: float, e4m: int, doubt: float
) -> None:
    """The sea as it lies there, give or take the doubt: clear is clear, and a conflict one."""
    at = Circle(Position.of_degrees(lat, lon), 0)
    sea = float(undulation(at.center.lon, at.center.lat)) * METRE
    gap = e4m - (5_000 * METRE + sea + doubt * UNDULATION_UNCERTAINTY_E4M)
    found = verdict(at, Altitude(e4m, "M", "W84"))
    if gap <= MINIMUM:
        assert found in ("CONFLICT", "POSSIBLE")
    else:
        assert found in (None, "POSSIBLE")
