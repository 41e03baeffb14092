"""Positions, lengths, altitudes, texts and volumes keep what was stated, as integers."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadAltitude, BadLength, BadPosition, BadShape, BadText, BadValue
from parley.values.lengths import E4M_PER_FOOT, Altitude, Bound, length_e4m, to_e4m
from parley.values.places import Place, Position, to_e7
from parley.values.texts import Text
from parley.values.volumes import Circle, Corridor, Polygon, Volume4D

ORIGIN = Position(0, 0)


@given(st.integers(-1_000_000, 1_000_000))
def test_a_foot_is_exact(feet: int) -> None:
    """Feet turn into 0.1 mm without rounding, and back."""
    assert to_e4m(feet, "FT") == feet * E4M_PER_FOOT


@given(st.floats(-90, 90, allow_nan=False))
def test_degrees_round_to_the_nearest(lat: float) -> None:
    """No position moves by more than half a unit of 1e-7 degree."""
    assert abs(Decimal(lat) - Decimal(to_e7(lat, limit=90)) / 10**7) <= Decimal("0.6e-7")


@pytest.mark.parametrize("degrees", [91, -90.0000001, math.nan, math.inf, "x", None, True])
def test_what_is_no_latitude_is_refused(degrees: object) -> None:
    """Beyond the pole, not finite, not a number: refused."""
    with pytest.raises(BadPosition):
        to_e7(degrees, limit=90)


@pytest.mark.parametrize(("value", "unit"), [(-1, "M"), (math.nan, "M"), (1, "yd"), (1e12, "M")])
def test_what_is_no_length_is_refused(value: float, unit: str) -> None:
    """Negative, not finite, of an unknown unit, longer than Earth: refused."""
    with pytest.raises(BadLength):
        length_e4m(value, unit)


def test_an_altitude_is_spoken_as_it_was_stated() -> None:
    """The unit and reference of the speaker are kept beside the integer."""
    assert Altitude(15_000 * 3048, "FT", "AMSL", 100 * 3048).stated() == "15000 FT AMSL +-100"
    with pytest.raises(BadAltitude):
        Altitude(0, "FT", "MSL")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "a\x9fb", "x" * 20_001])
def test_a_text_can_be_exchanged(text: str) -> None:
    """Empty, oversized and control characters are refused."""
    with pytest.raises(BadText):
        Text("en", text)


def test_a_text_names_its_language() -> None:
    """A language is a BCP 47 tag, not a country or a word."""
    with pytest.raises(BadText):
        Text("English", "stop")
    assert Text("ar-Latn", "qif").lang == "ar-Latn"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Circle(ORIGIN, -1),
        lambda: Corridor((ORIGIN,), 1),
        lambda: Polygon(()),
        lambda: Polygon(((ORIGIN, ORIGIN, ORIGIN),)),
        lambda: Polygon(((ORIGIN, Position(1, 0), Position(0, 1), Position(1, 1)),)),
    ],
)
def test_shapes_that_bound_nothing_are_refused(make: object) -> None:
    """No radius below nought, no line of one point, no ring that stays open."""
    with pytest.raises(BadShape):
        make()  # type: ignore[operator]


def test_a_floor_above_its_ceiling_is_refused() -> None:
    """Limits of one reference are ordered; of two references nobody can tell here."""
    low, high = Altitude(0, "M", "AMSL"), Altitude(10, "M", "AMSL")
    with pytest.raises(BadAltitude):
        Volume4D(Circle(ORIGIN, 0), 0, 1, high, low)
    with pytest.raises(BadAltitude):
        Volume4D(Circle(ORIGIN, 0), 0, 1, Bound.UNL, None)
    assert Volume4D(Circle(ORIGIN, 0), 0, 1, Altitude(99, "M", "STD"), low).during.end == 1


def test_a_place_keeps_its_words() -> None:
    """A place without the words it was stated in is refused."""
    with pytest.raises(BadValue):
        Place(0, 0, 0, " ")
