"""Lengths and heights as integers of 0.1 mm (a foot is exactly 3048), with unit as stated."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import Enum
from typing import Literal

from parley.errors import BadAltitude, BadLength

E4M_PER_METRE = 10_000
E4M_PER_FOOT = 3_048
E4M_PER_NAUTICAL_MILE = 18_520_000

MAX_LENGTH_E4M = 25_000_000 * E4M_PER_METRE  # no length on Earth is longer
MAX_HEIGHT_E4M = 100_000 * E4M_PER_METRE

_PER_UNIT = {
    "M": E4M_PER_METRE,
    "FT": E4M_PER_FOOT,
    "KM": 1000 * E4M_PER_METRE,
    "NM": E4M_PER_NAUTICAL_MILE,
}

Unit = Literal["M", "FT"]
Reference = Literal["W84", "AMSL", "AGL", "STD"]


class Bound(Enum):
    """An open end of the vertical: the surface, or no limit at all."""

    SFC = "SFC"
    UNL = "UNL"


def to_e4m(value: object, unit: str, *, where: str = "") -> int:
    """Turn a finite number in ``M``, ``FT``, ``KM`` or ``NM`` into 0.1 mm, to the nearest."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadLength(f"{value!r} is no number", where=where)
    if unit not in _PER_UNIT:
        raise BadLength(f"unknown unit {unit!r}", where=where, hint="use M or FT")
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        raise BadLength(f"{value!r:.60} is no number", where=where) from None
    # Not abs(): that rounds, and overflows at exponents that can be written all the same.
    if not number.is_finite() or number.copy_abs() > 10**9:
        raise BadLength(f"{value!r:.60} is no finite length on Earth", where=where)
    return int((number * _PER_UNIT[unit]).to_integral_value(ROUND_HALF_EVEN))


def metres(e4m: int) -> float:
    """Give a length of 0.1 mm units in metres."""
    return e4m / E4M_PER_METRE


def length_e4m(value: object, unit: str = "M", *, where: str = "") -> int:
    """Read a length that may not be negative; see ``to_e4m``."""
    e4m = to_e4m(value, unit, where=where)
    if not 0 <= e4m <= MAX_LENGTH_E4M:
        raise BadLength(f"{value!r:.60} {unit} is no length on Earth", where=where)
    return e4m


@dataclass(frozen=True, slots=True)
class Altitude:
    """A vertical limit as stated: 0.1 mm units, the unit spoken, the reference, the uncertainty.

    ``uncertainty_e4m`` is the half-width of the band the true limit lies in; 0 when not stated.
    """

    e4m: int
    units: Unit
    reference: Reference
    uncertainty_e4m: int = 0

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse unknown units and references, and heights no aircraft or ground has."""
        if self.units not in ("M", "FT"):
            raise BadAltitude(f"unknown unit {self.units!r}", where="units", hint="use M or FT")
        if self.reference not in ("W84", "AMSL", "AGL", "STD"):
            raise BadAltitude(
                f"unknown reference {self.reference!r}",
                where="reference",
                hint="use W84, AMSL, AGL or STD",
            )
        if abs(self.e4m) > MAX_HEIGHT_E4M:
            raise BadAltitude("over 100 km", where="e4m")
        if not 0 <= self.uncertainty_e4m <= MAX_HEIGHT_E4M:
            raise BadAltitude("an uncertainty is 0 or more", where="uncertainty_e4m")

    def stated(self) -> str:
        """Write the limit as spoken, such as ``15000 FT AMSL``."""
        per = E4M_PER_FOOT if self.units == "FT" else E4M_PER_METRE
        number = Decimal(self.e4m) / per
        text = f"{number.normalize():f}"
        spread = f" +-{(Decimal(self.uncertainty_e4m) / per).normalize():f}"
        return f"{text} {self.units} {self.reference}{spread if self.uncertainty_e4m else ''}"


VerticalLimit = Altitude | Bound | None
"""A stated limit, an open end, or nothing stated (which leaves a comparison POSSIBLE)."""
