"""The true height of a flight level where pressure and temperature are known.

ICAO Standard Atmosphere (Doc 7488/3): 288.15 K and 1013.25 hPa at sea level, 6.5 K less per km up
to 11 km, 216.65 K above. Heights are geopotential, as there: the energy it takes to climb, divided
by 9.80665 m/s2. ``geometric`` gives the height that a ruler would.
"""

import math

from parley.errors import BadAltitude
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE

_GRAVITY = 9.80665  # m/s2
_GAS = 287.05287  # J/(kg K), dry air
_SEA_K = 288.15
_SEA_HPA = 1013.25
_LAPSE = 0.0065  # K/m
_TROPOPAUSE_M = 11_000.0
_EXPONENT = _GRAVITY / (_GAS * _LAPSE)

# Normal gravity of WGS84 (NIMA TR8350.2, 3rd edition, chapter 4): at the equator in m/s2, the
# constant of its formula, semi-major axis in metres, flattening, first eccentricity squared, and
# the ratio of centrifugal force to gravity.
_EQUATOR_GRAVITY = 9.7803253359
_SOMIGLIANA = 0.00193185265241
_AXIS_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY2 = 0.00669437999014
_RATIO = 0.00344978650684

HIGHEST_LEVEL = 656.0  # 20 km, where the standard temperature begins to rise
QNH_HPA = (850.0, 1100.0)  # nowhere on Earth was it lower or higher
MOST_DEVIATION_K = 60.0
_HIGHEST_E4M = 32_000 * E4M_PER_METRE


def true_altitude(flight_level: float, qnh_hpa: float, isa_deviation_k: float = 0.0) -> int:
    """Give the geopotential height above the sea of a flight level, in 0.1 mm, to the nearest.

    ``flight_level`` is in hundreds of standard feet (0 to 656), ``qnh_hpa`` the pressure at sea
    level (850 to 1100 hPa). The air is ``isa_deviation_k`` (-60 to 60 K) warmer than the standard
    at every height above the sea. Raises ``BadAltitude`` beyond.
    """
    for name, value, low, high in (
        ("flight_level", flight_level, 0.0, HIGHEST_LEVEL),
        ("qnh_hpa", qnh_hpa, *QNH_HPA),
        ("isa_deviation_k", isa_deviation_k, -MOST_DEVIATION_K, MOST_DEVIATION_K),
    ):
        if not low <= value <= high:
            raise BadAltitude(f"{value!r} is not from {low:g} to {high:g}", where=name)
    standard_m = flight_level * 100 * E4M_PER_FOOT / E4M_PER_METRE
    falls = _fall(standard_m, 0.0) + math.log(qnh_hpa / _SEA_HPA)
    return round(_height(falls, isa_deviation_k) * E4M_PER_METRE)


def geometric(geopotential_e4m: int, lat: float) -> int:
    """Give the geometric height above the sea of a geopotential one, in 0.1 mm, to the nearest.

    ``lat`` is the latitude in degrees. The height is below 32 km. U.S. Standard Atmosphere 1976,
    equations 18 and 19, with the gravity of WGS84 and its gradient at that latitude. At FL400 in
    the standard air 27 ft are lost at a pole, 77 ft gained at 45.5 degrees, 185 ft at the equator.
    Raises ``BadAltitude`` beyond.
    """
    for name, value, low, high in (
        ("geopotential_e4m", geopotential_e4m, -_HIGHEST_E4M, _HIGHEST_E4M),
        ("lat", lat, -90.0, 90.0),
    ):
        if not low <= value <= high:
            raise BadAltitude(f"{value!r} is not from {low:g} to {high:g}", where=name)
    square = math.sin(math.radians(lat)) ** 2
    gravity = _EQUATOR_GRAVITY * (1 + _SOMIGLIANA * square) / math.sqrt(1 - _ECCENTRICITY2 * square)
    # Gravity falls as if this were the distance from the centre of a sphere.
    radius = _AXIS_M / (1 + _FLATTENING + _RATIO - 2 * _FLATTENING * square)
    share = geopotential_e4m / E4M_PER_METRE * _GRAVITY / gravity
    return round(radius * share / (radius - share) * E4M_PER_METRE)


def _fall(height_m: float, warmer_k: float) -> float:
    """Give the logarithm of the pressure at sea level over that at a height."""
    low = min(height_m, _TROPOPAUSE_M)
    fall = -_EXPONENT * math.log1p(-_LAPSE * low / (_SEA_K + warmer_k))
    return fall + (height_m - low) / _scale(warmer_k)


def _height(fall: float, warmer_k: float) -> float:
    """Give the height in metres at which the pressure has fallen so: the inverse of ``_fall``."""
    further = fall - _fall(_TROPOPAUSE_M, warmer_k)
    if further > 0:
        return _TROPOPAUSE_M + further * _scale(warmer_k)
    return -math.expm1(-fall / _EXPONENT) * (_SEA_K + warmer_k) / _LAPSE


def _scale(warmer_k: float) -> float:
    """Give the metres by which the pressure falls to 1/e above 11 km."""
    return _GAS * (_SEA_K - _LAPSE * _TROPOPAUSE_M + warmer_k) / _GRAVITY
