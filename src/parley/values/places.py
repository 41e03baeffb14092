"""Positions as integers of 1e-7 degree (about 1 cm), and places as people state them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from parley.errors import BadPosition

E7 = 10_000_000
MAX_LAT_E7 = 90 * E7
MAX_LON_E7 = 180 * E7


def to_e7(degrees: object, *, limit: int, where: str = "") -> int:
    """Turn finite degrees within ``limit`` (90 or 180) into 1e-7 degrees, to the nearest."""
    if isinstance(degrees, bool) or not isinstance(degrees, int | float | str | Decimal):
        raise BadPosition(f"{degrees!r} is no number of degrees", where=where)
    try:
        number = Decimal(repr(degrees) if isinstance(degrees, float) else str(degrees))
    except InvalidOperation:
        raise BadPosition(f"{degrees!r:.60} is no number of degrees", where=where) from None
    if not number.is_finite():
        raise BadPosition(f"{degrees!r:.60} is no finite number of degrees", where=where)
    # Not abs(): that rounds, and overflows at exponents that can be written all the same.
    if number.copy_abs() > limit:
        name = "latitude" if limit == 90 else "longitude"
        hint = "GeoJSON writes longitude first" if limit == 90 else ""
        raise BadPosition(
            f"{name} {degrees!s:.60} is beyond {limit} degrees", where=where, hint=hint
        )
    return int((number * E7).to_integral_value(ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the WGS84 ellipsoid, in 1e-7 degrees."""

    lat_e7: int
    lon_e7: int

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse what lies beyond the poles or the antimeridian."""
        if abs(self.lat_e7) > MAX_LAT_E7:
            raise BadPosition("latitude is beyond 90 degrees", where="lat_e7")
        if abs(self.lon_e7) > MAX_LON_E7:
            raise BadPosition("longitude is beyond 180 degrees", where="lon_e7")

    @classmethod
    def of_degrees(cls, lat: object, lon: object, *, where: str = "") -> "Position":
        """Make a position from decimal degrees, rounded to the nearest 1e-7."""
        return cls(to_e7(lat, limit=90, where=where), to_e7(lon, limit=180, where=where))

    @property
    def lat(self) -> float:
        """Latitude in degrees."""
        return self.lat_e7 / E7

    @property
    def lon(self) -> float:
        """Longitude in degrees."""
        return self.lon_e7 / E7


@dataclass(frozen=True, slots=True)
class Place:
    """A position with how precisely it is known (0.1 mm radius) and the words it was stated in."""

    lat_e7: int
    lon_e7: int
    precision_e4m: int
    stated: str

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse a bad position, a negative precision, or missing words."""
        Position(self.lat_e7, self.lon_e7)
        if not 0 <= self.precision_e4m <= 10**10:
            raise BadPosition("a precision is 0 m to 1,000 km", where="precision_e4m")
        if not self.stated.strip() or len(self.stated) > 500:
            raise BadPosition("a place keeps the words used, up to 500", where="stated")

    @property
    def position(self) -> Position:
        """The position alone."""
        return Position(self.lat_e7, self.lon_e7)
