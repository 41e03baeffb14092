"""What officers type is read strictly, and its words and exactness are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.desk.grid import decimal_degrees, degrees_minutes_seconds, from_mgrs, mgrs
from parley.desk.typed import level_typed, place_typed, time_typed
from parley.errors import ParleyError
from parley.record.terms import KnownPlace
from parley.values.lengths import Altitude, Bound
from parley.values.places import E7, Place, Position
from parley.values.texts import Text

TANF = (344_000_000, 372_000_000)


@pytest.mark.parametrize(
    "words",
    [
        "34.4 37.2",
        "34.4, 37.2",
        "34.4N 37.2E",
        "34.4 n, 37.2 e",
        "37.2E 34.4N",
        "34 24 N 37 12 E",
        "34 24 00 N 37 12 00 E",
        "34°24'00\"N 37°12'00\"E",
        "34°24.0'N 37°12.0'E",
        "342400N0371200E",
        "3424N03712E",
    ],
)
def test_one_place_in_many_forms(words: str) -> None:
    """Every common way of writing a position gives the same integers, and keeps the words."""
    place = place_typed(words)
    assert (*TANF, words) == (place.lat_e7, place.lon_e7, place.stated)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "34.4",
        "34.4 37.2 12",
        "34N 36N",
        "34 61 N 37 E",
        "34.5 24 N 37E",
        "91 37.2",
        "34.4 181",
        "34,4 37,2",
        "34,40",
        "-33,51",
        "near the well",
        "37SCU123",
        "٣٤.٤ ٣٧.٢ east",
        "34.4e1 37",
    ],
)
def test_doubtful_places_are_refused(words: str) -> None:
    """What could mean two places is refused with the place in the input."""
    with pytest.raises(ParleyError) as refused:
        place_typed(words, where="--place")
    assert refused.value.where.startswith("--place")


@pytest.mark.parametrize(
    ("words", "at_most_m"),
    [
        ("34.4 37.2", 5566),
        ("34.4000 37.2000", 5.6),
        ("342400N0371200E", 15.5),
        ("34 24 N 37 12 E", 928),
    ],
)
def test_precision_is_what_the_last_digit_tells(words: str, at_most_m: float) -> None:
    """A place is as exact as half its last digit, unless the officer says otherwise."""
    assert abs(place_typed(words).precision_e4m / 10_000 - at_most_m) < 1
    assert place_typed(words, precision_m="25").precision_e4m == 25_0000


def test_an_agreed_name_is_a_place() -> None:
    """A name on the agreed list, in any of its scripts, gives the agreed position."""
    agreed = KnownPlace(
        (Text("en", "At-Tanf"), Text("ru", "Эт-Танф")), Place(334_900_000, 386_600_000, 5000, "x")
    )
    for words in ("at-tanf", "Эт-Танф"):
        place = place_typed(words, agreed=[agreed])
        assert (334_900_000, 386_600_000, 5000, words) == (
            place.lat_e7,
            place.lon_e7,
            place.precision_e4m,
            place.stated,
        )
    with pytest.raises(ParleyError):
        place_typed("At-Tan", agreed=[agreed])


@given(
    st.integers(-80 * E7, 84 * E7 - 1),
    st.integers(-180 * E7, 180 * E7 - 1),
)
def test_what_is_printed_can_be_typed(lat_e7: int, lon_e7: int) -> None:
    """Decimal degrees come back exactly, DMS to 0.01 second, MGRS to its square metre."""
    at = Position(lat_e7, lon_e7)
    decimal = place_typed(decimal_degrees(at)).position
    assert at == decimal
    typed = place_typed(degrees_minutes_seconds(at)).position
    assert abs(typed.lat_e7 - lat_e7) <= 15
    assert abs(typed.lon_e7 - lon_e7) <= 15
    back, reach_e4m = from_mgrs(mgrs(at))
    assert reach_e4m == 7_100
    assert abs(back.lat_e7 - lat_e7) < 200  # 1.4 m on the ground is 130e-7 degrees


def test_mgrs_names_the_square_that_holds_the_position() -> None:
    """A known reference: the library cuts digits off, as the standard has it."""
    assert mgrs(Position(*TANF)) == "37S CU 34547 07977"
    place = place_typed("37SCU 345 079")
    assert abs(place.lat_e7 - TANF[0]) < 10_000
    assert place.precision_e4m == 71 * 10_000


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("15000 FT AMSL", Altitude(15_000 * 3048, "FT", "AMSL")),
        ("15000ft amsl", Altitude(15_000 * 3048, "FT", "AMSL")),
        ("4500.5 M W84", Altitude(45_005_000, "M", "W84")),
        ("FL150", Altitude(15_000 * 3048, "FT", "STD")),
        ("sfc", Bound.SFC),
        ("UNL", Bound.UNL),
    ],
)
def test_levels(words: str, expected: object) -> None:
    """Levels are read with their unit and reference."""
    assert expected == level_typed(words)


@pytest.mark.parametrize(
    "words", ["15000", "15000 FT", "FT AMSL", "15 000 FT AMSL", "FL", "NaN M W84"]
)
def test_levels_without_a_reference_are_refused(words: str) -> None:
    """A number alone says nothing about what it is measured from."""
    with pytest.raises(ParleyError):
        level_typed(words)


def test_times() -> None:
    """RFC 3339 and a date-time group name the same instant; a time without zone is refused."""
    expected = 1_466_051_400_000
    for words in (
        "2016-06-16T04:30:00Z",
        "2016-06-16T07:30+03:00",
        "160430ZJUN16",
        "160430z jun 16",
    ):
        assert expected == time_typed(words)
    for words in ("04:30", "2016-06-16T04:30:00", "310430ZJUN16", "160430ZXXX16", "162560ZJUN16"):
        with pytest.raises(ParleyError):
            time_typed(words, where="--from")
