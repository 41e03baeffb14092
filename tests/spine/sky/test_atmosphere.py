"""True heights of flight levels: the published table, an integration, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadAltitude
from parley.sky.atmosphere import geometric, true_altitude
from parley.sky.heights import GEOID, ellipsoidal
from parley.values.lengths import E4M_PER_FOOT, Altitude

AIRS = ((1013.25, 0.0), (980.0, 0.0), (1040.0, 0.0), (980.0, -30.0), (1040.0, 20.0))
# Feet, by integration in steps of 1 m: some 3 ft low, as the first column shows.
TABLE = {
    50: (4_997, 4_102, 5_691, 3_675, 6_087),
    100: (9_997, 9_134, 10_667, 8_183, 11_407),
    200: (19_997, 19_198, 20_617, 17_199, 22_049),
    300: (29_997, 29_262, 30_568, 26_215, 32_690),
    400: (39_997, 39_303, 40_539, 35_169, 43_482),
}


@pytest.mark.parametrize("level", TABLE)
def test_levels_lie_where_the_table_says(level: int) -> None:
    """Within a foot of the table, once its step is made up for."""
    for air, feet in zip(AIRS, TABLE[level], strict=True):
        assert true_altitude(level, *air) / E4M_PER_FOOT == pytest.approx(feet + 3, abs=1)


def integrated(level: float, qnh_hpa: float, warmer: float) -> float:
    """Climb from the sea until the pressure is that of the level, in feet."""

    def thinner(height: float, deviation: float) -> float:
        kelvin = 288.15 - 0.0065 * min(height, 11_000.0) + deviation
        return 9.80665 / (287.05287 * kelvin)

    step = 5.0
    wanted, height = math.log(1013.25), 0.0
    while height < level * 30.48:
        part = min(step, level * 30.48 - height)
        wanted -= part * thinner(height + part / 2, 0.0)
        height += part
    here, height = math.log(qnh_hpa), 0.0
    direction = 1.0 if here > wanted else -1.0
    while (here - wanted) * direction > 0:
        here -= direction * step * thinner(height + direction * step / 2, warmer)
        height += direction * step
    return height / 0.3048


@given(
    st.floats(0, 450),
    st.floats(900, 1060),
    st.floats(-40, 40),
)
def test_the_formula_is_the_integral(level: float, qnh: float, warmer: float) -> None:
    """A column of air climbed in steps of 5 m ends at the same height, to a step."""
    found = true_altitude(level, qnh, warmer) / E4M_PER_FOOT
    assert found == pytest.approx(integrated(level, qnh, warmer), abs=5 / 0.3048 + 0.1)


@given(st.floats(0, 656))
def test_the_standard_air_gives_the_level_itself(level: float) -> None:
    """With 1013.25 hPa and no deviation a flight level is where it says."""
    assert true_altitude(level, 1013.25) == pytest.approx(level * 100 * E4M_PER_FOOT, abs=2)


# Normal gravity as published (NIMA TR8350.2, table 3.4), in m/s2, and of the standard atmosphere.
GRAVITY = {0.0: 9.7803253359, 90.0: 9.8321849378}


def potential(metres: float, lat: float) -> float:
    """Climb against the normal gravity of WGS84 in steps, and divide by 9.80665 m/s2."""
    square = math.sin(math.radians(lat)) ** 2
    surface = 9.7803253359 * (1 + 0.00193185265241 * square) / math.sqrt(1 - 0.00669438 * square)
    fall = 2 / 6_378_137.0 * (1 + 0.00335281 + 0.00344979 - 2 * 0.00335281 * square)
    energy, steps = 0.0, 400
    for i in range(steps):
        at = (i + 0.5) / steps * metres
        gravity = surface * (1 - fall * at + 3 * (at / 6_378_137.0) ** 2)
        energy += gravity * metres / steps
    return energy / 9.80665


@given(st.integers(-1_000, 32_000), st.floats(-90, 90))
def test_a_geometric_height_costs_its_geopotential(metres: int, lat: float) -> None:
    """To lift something so far takes the energy that the geopotential height says."""
    assert potential(geometric(metres * 10_000, lat) / 10_000, lat) == pytest.approx(
        metres, abs=0.02
    )


@pytest.mark.parametrize("lat", GRAVITY)
def test_low_down_the_ratio_is_that_of_gravities(lat: float) -> None:
    """At the equator and at a pole as published; a hundred metres up, to a centimetre."""
    assert geometric(1_000_000, lat) == pytest.approx(1e6 * 9.80665 / GRAVITY[lat], abs=50)


def test_the_standard_atmosphere_tells_geometric_heights() -> None:
    """At its own latitude, z = r h / (r - h) with r = 6,356,766 m (Doc 7488): 77 ft at FL400."""
    for height in (1_000, 3_048, 12_192, 20_000):
        expected = 6_356_766 * height / (6_356_766 - height)
        assert geometric(height * 10_000, 45.5425) / 10_000 == pytest.approx(expected, abs=0.3)
    feet = [geometric(40_000 * E4M_PER_FOOT, lat) / E4M_PER_FOOT - 40_000 for lat in (90, 45.5, 0)]
    assert feet == pytest.approx([-28, 77, 185], abs=0.6)


@pytest.mark.parametrize(
    ("height", "lat", "where"),
    [(400_000_000, 0.0, "geopotential_e4m"), (0, 90.1, "lat"), (0, math.nan, "lat")],
)
def test_a_height_out_of_reach_is_refused(height: int, lat: float, where: str) -> None:
    """Beyond the formulas, or beyond a pole."""
    with pytest.raises(BadAltitude) as refused:
        geometric(height, lat)
    assert refused.value.where == where


def stray_of(level: float) -> tuple[int, int]:
    """Give the lowest and highest height above the sea that a level is held possible at."""
    band = ellipsoidal(Altitude(round(level * 100 * E4M_PER_FOOT), "FT", "STD"))
    return band.low - GEOID.low, band.high - GEOID.high


@given(st.floats(0, 650), st.floats(980, 1040), st.floats(-30, 20), st.floats(-90, 90))
def test_a_level_never_strays_beyond_its_band(
    level: float, qnh: float, warmer: float, lat: float
) -> None:
    """Between the extremes of the table the geometric height lies in the band, at any latitude.

    With a tenth of a percent to spare, for gravity that is not the normal one.
    """
    low, high = stray_of(level)
    height = geometric(true_altitude(level, qnh, warmer), lat)
    assert low + height // 1000 <= height <= high - height // 1000


@pytest.mark.parametrize("level", range(0, 605, 5))
def test_at_its_extremes_a_level_stays_within_its_band_and_not_by_far(level: int) -> None:
    """At the pole and the equator, in the coldest and the warmest air of the table."""
    low, high = stray_of(level)
    spare = max(0, level) * E4M_PER_FOOT // 10
    for qnh, warmer, bound, sign in ((980, -30, low, 1), (1040, 20, high, -1)):
        heights = [geometric(true_altitude(level, qnh, warmer), lat) for lat in (0, 90)]
        extreme = min(heights) if sign > 0 else max(heights)
        left = sign * (extreme - bound)
        assert left >= spare + 5 * E4M_PER_FOOT
        assert level < 50 or left <= spare + 500 * E4M_PER_FOOT


@pytest.mark.parametrize(
    ("level", "qnh", "warmer", "where"),
    [
        (-1, 1013.25, 0, "flight_level"),
        (657, 1013.25, 0, "flight_level"),
        (math.nan, 1013.25, 0, "flight_level"),
        (100, 29.92, 0, "qnh_hpa"),
        (100, math.inf, 0, "qnh_hpa"),
        (100, 1013.25, -61, "isa_deviation_k"),
    ],
)
def test_what_no_air_is_like_is_refused(
    level: float, qnh: float, warmer: float, where: str
) -> None:
    """Levels above 20 km, pressures in inches and the like are no input."""
    with pytest.raises(BadAltitude) as refused:
        true_altitude(level, qnh, warmer)
    assert refused.value.where == where
