"""What may be told to everybody of a place: a hundredth of a degree, and words that name it."""

import pytest

from parley.errors import BadValue
from parley.record.coarse import check_coarse, check_words
from parley.values.places import Place


@pytest.mark.parametrize(
    "words",
    [
        "house at 34.5512, 38.2831",
        "34,5512 38,2831",
        "\u0663\u0664\u066b\u0665\u0665\u0661\u0662 \u0663\u0668\u066b\u0662\u0668\u0663\u0661",
        "35°55' N",
        "37SDV 5924 1842",
        "call +963 11 555 0142",
        "00963115550142",
    ],
)
def test_words_that_lead_there_are_refused(words: str) -> None:
    """A position in any script, a grid reference, a number to call."""
    with pytest.raises(BadValue, match="position") as refusal:
        check_words(words, "summary")
    assert refusal.value.where == "summary"


@pytest.mark.parametrize(
    "words",
    [
        "north of the town, between 25,000 and 30,000 people",
        "16.06.2016 to 18.06.2016",
        "SY020301",
        "2,500 kg in 12 lorries",
        "order 2016/0616-014",
    ],
)
def test_words_that_name_and_count_pass(words: str) -> None:
    """Figures, dates and p-codes give nobody away."""
    check_words(words, "summary")


def test_a_place_is_refused_where_it_is_too_fine() -> None:
    """By its radius, by its digits, or by a single decimal in its words."""
    check_coarse(Place(345500000, 382800000, 10_000_000, "the district, 16.06.2016"), "place")
    for place, where in (
        (Place(345500000, 382800000, 9_999_999, "the district"), "place.precision_e4m"),
        (Place(345500001, 382800000, 10_000_000, "the district"), "place.lat_e7"),
        (Place(345500000, -382800001, 10_000_000, "the district"), "place.lon_e7"),
        (Place(345500000, 382800000, 10_000_000, "34.551"), "place.stated"),
    ):
        with pytest.raises(BadValue) as refusal:
            check_coarse(place, "place")
        assert refusal.value.where == where
