"""One typed line becomes a notice, echoed in full, or is refused with the column and the reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.desk.quick.hours import nearest_time, next_time
from parley.desk.quick.line import read_line
from parley.errors import BadInstant, BadQuick
from parley.values.instants import Instant, format_instant, parse_instant
from parley.values.lengths import Altitude, Bound
from tests.spine.desk.watching import LINE, Watch, on_watch

NOW = parse_instant("2016-06-16T04:00:30Z")


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with on_watch(tmp_path_factory.mktemp("quick")) as found:
        yield found


def test_the_line_of_the_handbook_is_read_whole() -> None:
    typed = read_line("37SDT645074 r5NM SFC-FL150 1604-1608Z", NOW)
    (place,) = typed.places
    # by UTM zone 37: 464,550 m east, 3,707,450 m north is the middle of that square of 100 m
    assert abs(place.lat_e7 - 335_060_035) < 1000
    assert abs(place.lon_e7 - 386_183_216) < 1000
    assert typed.radius_e4m == 92_600_000
    assert typed.lower is Bound.SFC
    assert typed.upper == Altitude(45_720_000, "FT", "STD")
    assert format_instant(typed.start) == "2016-06-16T16:04:00Z"
    assert format_instant(typed.end) == "2016-06-16T16:08:00Z"
    assert typed.notes == ()


@pytest.mark.parametrize(
    ("line", "lat_e7", "lower", "start", "end"),
    [
        (
            "34 24 00 N 37 12 00 E r9KM 5000-10000FT AMSL 161604-161608Z",
            344_000_000,
            Altitude(15_240_000, "FT", "AMSL"),
            "2016-06-16T16:04:00Z",
            "2016-06-16T16:08:00Z",
        ),
        (
            "342400N0371200E R 5 NM 1000M AMSL - 2000M AMSL 2016-06-16T04:00Z-2016-06-17T05:00Z",
            344_000_000,
            Altitude(10_000_000, "M", "AMSL"),
            "2016-06-16T04:00:00Z",
            "2016-06-17T05:00:00Z",
        ),
        (
            "33.49, 38.66 r500M FL100-150 now-160430ZJUN16",
            334_900_000,
            Altitude(30_480_000, "FT", "STD"),
            "2016-06-16T04:00:00Z",
            "2016-06-16T04:30:00Z",
        ),
        (
            "33.49, 38.66 r500M SFC-UNL 2330-0030Z",
            334_900_000,
            Bound.SFC,
            "2016-06-16T23:30:00Z",
            "2016-06-17T00:30:00Z",
        ),
    ],
)
def test_places_levels_and_times_in_their_usual_forms(
    line: str, lat_e7: int, lower: Altitude | Bound, start: str, end: str
) -> None:
    typed = read_line(line, NOW)
    assert typed.places[0].lat_e7 == lat_e7
    assert typed.lower == lower
    assert (format_instant(typed.start), format_instant(typed.end)) == (start, end)


def test_several_places_are_a_line() -> None:
    typed = read_line("33.49N 38.66E > 34.4N 37.2E r2NM FL100-FL150 0430-0500Z", NOW)
    assert [place.stated for place in typed.places] == ["33.49N 38.66E", "34.4N 37.2E"]


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("", 1, "a radius such as r5NM"),
        ("37SDT645074 SFC-FL150 1604-1608Z", 13, "a radius such as r5NM"),
        ("37SDT645074 r5 SFC-FL150 1604-1608Z", 13, "a radius with its unit"),
        ("somewhere r5NM SFC-FL150 1604-1608Z", 1, "is no position"),
        ("37SDT645074 > r5NM SFC-FL150 1604-1608Z", 15, "a place is expected"),
        ("r5NM SFC-FL150 1604-1608Z", 1, "a place is expected"),
        ("37SDT645074 r5NM", 17, "two levels"),
        ("37SDT645074 r5NM 1604-1608Z", 22, "FT or M"),
        ("37SDT645074 r5NM SFC-15000FT 1604-1608Z", 30, "AMSL, AGL, W84 or STD"),
        ("37SDT645074 r5NM FL150-SFC 1604-1608Z", 18, "the lower level first"),
        ("37SDT645074 r5NM FL150-FL100 1604-1608Z", 18, "the lower level first"),
        ("37SDT645074 r5NM SFC-FL150 1604-1608", 37, "Z after the end"),
        ("37SDT645074 r5NM SFC-FL150 2604-1608Z", 28, "is no time of a day"),
        ("37SDT645074 r5NM SFC-FL150 1604Z", 33, "'-' and the end"),
        ("37SDT645074 r5NM SFC-FL150 1604-1608Z twice", 39, "the end of the line"),
        ("37SDT645074 r5NM SFC-FL150 161608-161604Z", 35, "not after it starts"),
        ("91.0, 38.66 r500M SFC-UNL 2330-0030Z", 1, "beyond 90 degrees"),
        ("33.49, 38.66 r99999999KM SFC-UNL 2330-0030Z", 14, "length on Earth"),
        ("37SDT645074 r5NM SFC-FL150 1604-1608Z\n", 1, "one line"),
    ],
)
def test_a_refusal_names_the_column_and_what_was_expected(
    line: str, column: int, says: str
) -> None:
    with pytest.raises(BadQuick) as refused:
        read_line(line, NOW)
    assert refused.value.where == f"line:{column}"
    assert says in refused.value.what


def test_hours_that_are_past_mean_tomorrow_and_that_is_said() -> None:
    """At 04:00:30 the minute 04:00 is still this one; 03:59 is tomorrow's."""
    today = read_line("33.49, 38.66 r5NM SFC-UNL 0400-0500Z", NOW)
    assert format_instant(today.start) == "2016-06-16T04:00:00Z"
    assert today.notes == ()
    (note,) = read_line("33.49, 38.66 r5NM SFC-UNL 0359-0500Z", NOW).notes
    assert note.code == "starts_tomorrow"
    assert note.values == {"day": "03:59 UTC 17 JUN 2016"}


@pytest.mark.parametrize(
    ("text", "first", "nearest"),
    [
        ("0400", "2016-06-16T04:00:00Z", "2016-06-16T04:00:00Z"),
        ("0355Z", "2016-06-17T03:55:00Z", "2016-06-16T03:55:00Z"),
        ("15:59Z", "2016-06-16T15:59:00Z", "2016-06-16T15:59:00Z"),
        ("1601", "2016-06-16T16:01:00Z", "2016-06-15T16:01:00Z"),
        ("010000Z", "2016-07-01T00:00:00Z", "2016-07-01T00:00:00Z"),
        ("310000Z", "2016-05-31T00:00:00Z", "2016-05-31T00:00:00Z"),
        ("300000Z", "2016-06-30T00:00:00Z", "2016-06-30T00:00:00Z"),
    ],
)
def test_the_day_that_a_short_time_means(text: str, first: str, nearest: str) -> None:
    assert format_instant(next_time(text, NOW)) == first
    assert format_instant(nearest_time(text, NOW)) == nearest


@pytest.mark.parametrize("text", ["2400", "0960Z", "000000Z", "320000Z", "tomorrow", "16", ""])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(BadInstant):
        next_time(text, NOW)


def test_a_leap_day_is_found_in_its_month() -> None:
    at = parse_instant("2016-03-05T00:00:00Z")
    assert format_instant(next_time("291200Z", at)) == "2016-02-29T12:00:00Z"
    assert nearest_time("0000", Instant(0)) == 0


def test_the_echo_says_everything_before_anything_is_stored(watch: Watch) -> None:
    desk = watch.coalition
    before = desk.get("records")["total"]
    found = desk.post("quick", line="At-Tanf r5NM SFC-FL150 1604-1608Z", title="Circle")
    echo = found["echo"]
    assert found["kind"] == "activity/1"
    assert found["body"]["title"] == "Circle"
    assert echo["place"] == {
        "stated": "At-Tanf",
        "decimal": "33.4900000 N 38.6600000 E",
        "dms": "33°29'24.00\"N 038°39'36.00\"E",
        "mgrs": "37S DT 68415 05662",
        "precision_m": 500,
    }
    assert echo["radius"] == {"stated": "5 NM", "m": 9260}
    assert (echo["lower"], echo["upper"]) == ("SFC", "FL150")
    assert echo["from"]["utc"] == "2016-06-16T16:04:00Z"
    assert echo["from"]["dtg"] == "161604ZJUN16"
    assert echo["starts_in_ms"] == (12 * 60 + 4) * 60_000
    assert "from 16:04 UTC 16 JUN 2016 to 16:08 UTC 16 JUN 2016 (4 min)" in echo["text"]
    assert found["conflicts"]["clear"]
    assert desk.get("records")["total"] == before


def test_a_refused_line_comes_back_as_a_problem_with_its_column(watch: Watch) -> None:
    problem = watch.coalition.refused("quick", line="37SDT645074 r5NM SFC-FL150 1604-1608")
    assert (problem["code"], problem["where"], problem["status"]) == ("quick-line", "line:37", 422)


def test_a_line_is_sent_delayed_and_cancelled(watch: Watch) -> None:
    """The new version replaces the old by so many minutes; a cancel withdraws the new one."""
    desk, other = watch.coalition, watch.russia
    sent = desk.send(LINE)
    later = desk.post(f"records/{sent['number']}/delay", minutes=20)
    body = desk.get(f"records/{later['name']}")["body"]
    first = desk.get(f"records/{sent['name']}")["body"]
    old, new = first["volumes"][0], body["volumes"][0]
    assert new["time_start"] - old["time_start"] == 20 * 60_000
    assert new["time_end"] - old["time_end"] == 20 * 60_000
    assert {**new, "time_start": 0, "time_end": 0} == {**old, "time_start": 0, "time_end": 0}
    watch.settle()
    assert [item["number"] for item in other.items("notice")] == [later["number"]]
    again = desk.refused(f"records/{sent['number']}/delay", minutes=20)
    assert (again["code"], again["status"]) == ("desk-not-ours", 409)
    desk.post(f"records/{later['number']}/cancel")
    watch.settle()
    assert other.items("notice") == []
    assert desk.refused(f"records/{later['number']}/cancel")["code"] == "desk-not-ours"


def test_nobody_delays_or_cancels_what_is_not_theirs(watch: Watch) -> None:
    sent = watch.coalition.send("33.0N 38.0E r1NM SFC-FL100 0430-0500Z")
    watch.settle()
    for rest, body in (("delay", {"minutes": 5}), ("cancel", {})):
        problem = watch.russia.refused(f"records/{sent['number']}/{rest}", **body)
        assert problem["code"] == "desk-not-ours"


@pytest.mark.parametrize("minutes", [0, 10_081, -10_081])
def test_a_delay_has_bounds(watch: Watch, minutes: int) -> None:
    sent = watch.coalition.send("32.5N 38.0E r1NM SFC-FL100 0430-0500Z")
    problem = watch.coalition.refused(f"records/{sent['number']}/delay", minutes=minutes)
    assert problem["where"] == "body.minutes"


def test_a_conflict_is_seen_before_the_line_is_sent(tmp_path: Path) -> None:
    with on_watch(tmp_path) as watch:
        theirs = watch.russia.send(LINE)
        watch.settle()
        found: dict[str, Any] = watch.coalition.post("quick", line=LINE)
        assert not found["conflicts"]["clear"]
        (met,) = found["conflicts"]["conflicts"]
        assert met["other"]["records"] == [theirs["name"]]
        assert {offer["axis"] for offer in met["offers"]} == {"time", "level", "lateral"}


PIECES = st.sampled_from(
    [
        *("37SDT645074", "34.4N 37.2E", "At-Tanf", ">", "r5NM", "r", "R 9 KM", "SFC", "UNL"),
        *("FL150", "-", "/", "5000", "FT", "AMSL", "1604", "1608Z", "161604Z", "160400ZJUN16"),
        *("NOW", "NOWZ", "2016-06-16T04:00Z", "Z", " ", "  ", "é", "١٦٠٤Z", "9" * 40, "\u200f"),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join)))
def test_whatever_is_typed_is_read_or_refused_with_a_column(line: str) -> None:
    """Never another error; the column lies within the line, or just behind its end."""
    try:
        typed = read_line(line, NOW)
    except BadQuick as refused:
        column = int(refused.where.removeprefix("line:"))
        assert 1 <= column <= len(line) + 1
    else:
        assert typed.start < typed.end
        assert typed.radius_e4m >= 0


@given(
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 4 * 366 * 24 * 60),
)
def test_the_window_begins_within_a_day_and_ends_within_another(
    hour: int, minute: int, end_hour: int, end_minute: int, now_minutes: int
) -> None:
    """At any instant: the next such time from now, and the next such time after that."""
    now = Instant(NOW + now_minutes * 60_000)
    window = f"{hour:02d}{minute:02d}-{end_hour:02d}{end_minute:02d}Z"
    day = 24 * 60 * 60_000
    line = f"33.49, 38.66 r5NM SFC-UNL {window}"
    if (hour, minute) == (end_hour, end_minute):
        with pytest.raises(BadQuick, match="not after it starts"):
            read_line(line, now)
        return
    typed = read_line(line, now)
    assert now - 60_000 < typed.start <= now + day
    assert 0 < typed.end - typed.start < day
    said = format_instant(typed.start)[11:16], format_instant(typed.end)[11:16]
    assert said == (f"{hour:02d}:{minute:02d}", f"{end_hour:02d}:{end_minute:02d}")
    assert bool(typed.notes) == (typed.start // day != now // day)
