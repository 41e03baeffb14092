"""The first log-in: five steps, each taken for itself, as often as wanted; no exercise is sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from parley.values.instants import Instant, date_time_group
from tests.spine.desk.watching import Side, Watch, on_watch

READ_BACK = ("place", "from", "until", "lower", "upper")


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with on_watch(tmp_path_factory.mktemp("first"), day_zone="Asia/Damascus") as found:
        found.account("amal", "officer")
        found.account("boris", "officer")
        yield found


def take(side: Side, step: str, **more: Any) -> dict[str, Any]:
    taken: dict[str, Any] = side.post("exercises/first", step=step, **more)
    return taken


def done(state: dict[str, Any]) -> list[str]:
    return [each["step"] for each in state["steps"] if each["done"] is not None]


def right(state: dict[str, Any]) -> dict[str, str]:
    """Read the exercise notice back as it says."""
    (volume,) = state["practice"]["body"]["volumes"]
    center = volume["shape"]["center"]
    feet = {name: volume[name]["e4m"] // 3048 for name in ("lower", "upper")}
    return {
        "place": f"{center['lat_e7'] / 1e7} {center['lon_e7'] / 1e7}",
        "from": date_time_group(Instant(volume["time_start"])),
        "until": date_time_group(Instant(volume["time_end"])),
        **{name: f"{value} FT AMSL" for name, value in feet.items()},
    }


def test_the_five_steps(watch: Watch) -> None:
    """Clocks, alarm, line, answer, page: then it is finished, and nothing but the check is sent."""
    with watch.seated("amal") as desk:
        state = desk.get("exercises/first")
        assert (done(state), state["finished"], state["account"]) == ([], False, "amal")
        assert state["banner"].startswith("EXERCISE")
        assert [c["zone"] for c in state["clocks"]] == ["UTC", "Asia/Damascus", "Asia/Damascus"]
        before = desk.get("records")["total"]
        state = take(desk, "clocks", own="Europe/Moscow")
        assert [(c["name"], c["now"]) for c in state["clocks"]] == [
            ("utc", "2016-06-16 04:00:00"),
            ("theatre", "2016-06-16 07:00:00"),
            ("own", "2016-06-16 07:00:00"),
        ]
        assert done(take(desk, "alarm")) == ["clocks", "alarm"]
        checked = take(desk, "line_check")["outcome"]["checked"]
        assert [(each["party"], each["ok"]) for each in checked] == [("russia", True)]
        logged = desk.get("records", kind="line_check/1")["records"]
        assert [each["number"] for each in logged] == [checked[0]["number"]]
        state = take(desk, "answer", readback=right(state))
        assert state["outcome"]["result"] == "matches"
        state = take(desk, "page")
        assert state["finished"]
        kinds = [r["kind"] for r in desk.get("records")["records"]]
        assert "activity/1" not in kinds
        assert "answer/1" not in kinds
        assert desk.get("records")["total"] > before


def test_an_answer_that_is_unlike_the_notice_is_no_step(watch: Watch) -> None:
    """Each of the five things counts, and what is missing counts as well."""
    with watch.seated("boris") as desk:
        state = desk.get("exercises/first")
        good = right(state)
        wrong = {"place": "33.0 38.0", "lower": "1000 FT AMSL", "upper": "FL150"}
        for field in READ_BACK:
            for typed in ("", wrong.get(field, "0000Z")):
                if field == "from" and not typed:
                    continue  # an end alone is no window, and is refused as such
                state = take(desk, "answer", readback={**good, field: typed})
                assert state["outcome"]["result"] in ("differs", "missing"), (field, typed)
                assert "answer" not in done(state)
        refused = desk.refused("exercises/first", step="answer", readback={**good, "from": ""})
        assert refused["code"] == "value-interval"
        assert done(take(desk, "answer", readback=good)) == ["answer"]


def test_it_begins_anew_with_another_notice_for_each_officer(watch: Watch) -> None:
    with watch.seated("amal") as amal, watch.seated("boris") as boris:
        before = take(amal, "clocks", own="Asia/Tokyo")
        again = take(amal, "again")
        assert (done(again), again["run"]) == ([], before["run"] + 1)
        assert again["practice"]["body"] != before["practice"]["body"]
        assert again["practice"]["check_code"] != before["practice"]["check_code"]
        assert [c["zone"] for c in again["clocks"]][2] == "Asia/Tokyo"
        assert boris.get("exercises/first")["run"] == 0


def test_the_page_says_exercise_and_holds_the_notice(watch: Watch) -> None:
    with watch.seated("amal") as desk:
        state = desk.get("exercises/first")
        page = desk.http.get(desk.path("exercises/first/page"))
        assert page.headers["content-type"].startswith("text/html")
        assert "EXERCISE - EXERCISE - EXERCISE" in page.text
        assert state["practice"]["check_code"] in page.text
        assert "circle to practise with" in page.text


def test_a_line_that_is_cut_is_said_to_be(watch: Watch) -> None:
    watch.russia_node.stop()
    try:
        checked = take(watch.coalition, "line_check")["outcome"]["checked"]
        assert [each["ok"] for each in checked] == [False]
        body = watch.coalition.get(f"records/{checked[0]['number']}")["body"]
        assert (body["result"], "round_trip_ms" in body) == ("failed", False)
    finally:
        watch.russia_node.listen()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"step": "clocks", "own": "Mars/Olympus"}, "body.own"),
        ({"step": "clocks", "theatre": "../etc"}, "body.theatre"),
        ({"step": "coffee"}, "body.step"),
        ({}, "body.step"),
    ],
)
def test_a_step_that_is_none(watch: Watch, body: dict[str, Any], where: str) -> None:
    assert watch.coalition.refused("exercises/first", **body)["where"] == where
