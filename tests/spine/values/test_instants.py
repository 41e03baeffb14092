"""Instants are milliseconds UTC; a time without its zone is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadInstant, BadInterval
from parley.values.instants import (
    FIRST,
    LAST,
    Instant,
    Interval,
    StatedTime,
    date_time_group,
    day_of,
    format_instant,
    parse_instant,
)

INSTANTS = st.integers(FIRST, LAST).map(Instant)


@given(INSTANTS)
def test_what_is_written_reads_back(at: Instant) -> None:
    """Formatting and parsing are inverse over the whole range."""
    assert parse_instant(format_instant(at)) == at


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2016-06-16T04:00:00Z", "2016-06-16T04:00:00Z"),
        ("2016-06-16T07:00:00+03:00", "2016-06-16T04:00:00Z"),
        ("2016-02-27T00:00+02:00", "2016-02-26T22:00:00Z"),
        ("2016-06-16T04:00:00.0005Z", "2016-06-16T04:00:00.001Z"),
        ("2016-06-16T04:00:00.9999Z", "2016-06-16T04:00:01Z"),
        ("2015-11-24T09:24:05+02:00", "2015-11-24T07:24:05Z"),
    ],
)
def test_offsets_are_honoured(text: str, utc: str) -> None:
    """A stated offset becomes UTC; surplus digits are rounded to the millisecond."""
    assert format_instant(parse_instant(text)) == utc


@pytest.mark.parametrize(
    "text",
    [
        "2016-06-16T04:00:00",
        "2016-06-16",
        "2016-06-16T04:00:00+0300",
        "2016-02-30T00:00:00Z",
        "2016-06-16T24:00:00Z",
        "2016-06-16T04:00:60Z",
        "1969-12-31T23:59:59Z",
        "2016-06-16T04:00:00+99:00",
        "2016-06-16T04:00:00+03:75",
        "２０16-06-16T04:00:00Z",
        "",
        "now",
    ],
)
def test_a_time_without_zone_or_sense_is_refused(text: str) -> None:
    """Nothing is guessed: no zone, no such day, no such second, before 1970."""
    with pytest.raises(BadInstant):
        parse_instant(text)


def test_a_window_does_not_end_before_it_starts() -> None:
    """A reversed window is refused; start equal to end is one instant and holds it."""
    with pytest.raises(BadInterval):
        Interval(Instant(10), Instant(9))
    assert Interval(Instant(10), Instant(10)).holds(Instant(10))


def test_intervals_are_half_open() -> None:
    """The start belongs to a window, the end does not; an open end holds everything later."""
    window = Interval(Instant(10), Instant(20))
    assert [window.holds(Instant(t)) for t in (9, 10, 19, 20)] == [False, True, True, False]
    assert Interval(Instant(10), None).holds(LAST)


def test_the_local_day_follows_the_zone() -> None:
    """The truce began at 00:00 in Damascus on 27 February, the evening of the 26th in UTC."""
    start = parse_instant("2016-02-26T22:00:00Z")
    assert day_of(start, "Asia/Damascus") == "2016-02-27"
    assert date_time_group(start) == "262200ZFEB16"


def test_the_last_instant_has_a_local_time_everywhere() -> None:
    """East of Greenwich it lies in the year 10000; whoever claims it stops no view."""
    assert day_of(LAST, "Asia/Damascus") == "9999-12-31"
    assert day_of(LAST, "America/New_York") == "9999-12-31"
    assert day_of(FIRST, "America/New_York") == "1969-12-31"


def test_an_unknown_zone_is_refused() -> None:
    """A stated time names a zone that exists."""
    with pytest.raises(BadInstant):
        StatedTime(0, "noon", "Asia/Nowhere")


@given(st.integers(min_value=FIRST, max_value=LAST))
def test_an_instant_is_written_as_the_standard_library_writes_it(ms: int) -> None:
    """By hand, since every line of a view has one; the milliseconds only where there are any."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    spec = "milliseconds" if ms % 1000 else "seconds"
    expected = moment.isoformat(timespec=spec).replace("+00:00", "Z")
    assert format_instant(Instant(ms)) == expected
