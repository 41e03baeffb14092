"""A plan that nobody filed is asked about: it meets what the node knows, and leaves no trace."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.node.questions import Questions
from parley.record.envelope import Ref
from tests.stories.asking import World, corridor, two_sides
from tests.stories.village import data_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with two_sides(tmp_path) as made:
        yield made


def test_it_meets_what_the_other_side_filed_and_nothing_is_stored(world: World) -> None:
    world.file("russia", corridor(None, "05:00", "06:00"))
    node = world.village.nodes["coalition"]
    before = node.changes, node.opened(world.channel)
    answer = world.ask(corridor(None, "05:30", "07:00"))
    (met,) = answer["conflicts"]
    assert (met["verdict"], met["other"]["party"]) == ("CONFLICT", "russia")
    assert met["closest"]["from"] == "2016-06-16T05:30:00Z"
    assert not answer["clear"]
    assert answer["channels"][0]["compared"] == 1
    assert (node.changes, node.opened(world.channel)) == before


def test_the_number_is_that_of_the_desk_once_it_is_filed_in_place(world: World) -> None:
    mine = world.file("coalition", corridor(None, "05:30", "07:00"))
    world.file("russia", corridor(None, "05:00", "06:00"))
    answer = world.ask(corridor(None, "05:45", "07:00"), replaces=mine)
    air = data_of(world.village.nodes["coalition"], world.channel, "air")
    assert [c["id"] for c in answer["conflicts"]] == [c["id"] for c in air["conflicts"]]


def test_an_empty_sky_is_clear(world: World) -> None:
    answer = world.ask(corridor(None, "05:00", "06:00"))
    assert (answer["clear"], answer["conflicts"]) == (True, [])


def test_what_comes_in_replaced_or_withdrawn_counts_at_once(world: World) -> None:
    first = world.file("russia", corridor(None, "05:00", "06:00"))
    assert len(world.ask(corridor(None, "05:30", "07:00"))["conflicts"]) == 1
    world.sky().settle()
    second = world.file("russia", corridor(None, "09:00", "10:00"), replaces=first)
    assert world.ask(corridor(None, "05:30", "07:00"))["clear"]
    (met,) = world.ask(corridor(None, "09:30", "11:00"))["conflicts"]
    assert (met["other"]["id"], met["other"]["records"]) == (first, [second])
    node = world.village.nodes["russia"]
    refs = [Ref("withdraws", second)]
    node.publish(
        world.channel, "retraction/1", {"reason": {"text": "Not flown", "lang": "en"}}, refs=refs
    )
    world.village.settle()
    answer = world.ask(corridor(None, "09:30", "11:00"))
    assert (answer["clear"], answer["channels"][0]["compared"]) == (True, 0)
    assert answer["channels"][0]["pending"] == 0


def test_asking_while_plans_arrive_ends_as_a_fresh_fold(world: World) -> None:
    asked = corridor(None, "05:00", "12:00")
    world.ask(asked)
    names: list[str] = []
    seen: list[set[str]] = []

    def asking() -> None:
        for _ in range(12):
            conflicts = world.ask(asked)["conflicts"]
            seen.append({c["other"]["id"] for c in conflicts})

    threads = [threading.Thread(target=asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for hour in range(5, 9):
        names.append(world.file("russia", corridor(None, f"0{hour}:00", f"0{hour}:50")))
    group = corridor(None, "10:00", "11:00", activity="relay")
    for _ in range(2):
        world.file("russia", group)
    changed = corridor(None, "07:10", "07:40")
    world.file("russia", changed, replaces=names[2])
    for thread in threads:
        thread.join()
    world.sky().settle()
    kept = world.ask(asked)
    node = world.village.nodes["coalition"]
    node.skies.clear()
    fresh = world.ask(asked)
    assert len(seen) == 36
    assert len(fresh["conflicts"]) == 5
    assert (kept["conflicts"], kept["channels"]) == (fresh["conflicts"], fresh["channels"])


def test_an_offer_clears_it(world: World) -> None:
    world.file("russia", corridor(None, "05:00", "06:00"))
    (met,) = world.ask(corridor(None, "05:30", "07:00"), offers=True)["conflicts"]
    time = next(offer for offer in met["offers"] if offer["axis"] == "time")
    # the demo's charter: 5 minutes; the last instant within them is 06:05:00
    assert time["start_s"] == 35 * 60 + 1
    assert world.ask(corridor(None, "06:05", "07:35"))["clear"] is False
    moved = corridor(None, "06:05", "07:35")
    moved["properties"]["time_start"] = "2016-06-16T06:05:01Z"
    assert world.ask(moved)["clear"]


def test_no_offer_is_made_for_somebody_elses_plan(world: World) -> None:
    world.file("coalition", corridor(None, "05:00", "06:00"))
    (met,) = world.ask(corridor("russia", "05:30", "07:00"), offers=True)["conflicts"]
    assert met["offers"] == []


def test_questions_are_counted_and_shown(world: World) -> None:
    world.file("russia", corridor(None, "05:00", "06:00"))
    for _ in range(3):
        world.ask(corridor(None, "05:30", "07:00"))
    asked = world.http.get("/v1").json()["asked"]
    assert (asked["answered"], asked["met"], asked["refused"]) == (3, 3, 0)


def test_beyond_the_limit_a_question_is_refused_and_counted(world: World) -> None:
    node = world.village.nodes["coalition"]
    node.questions = Questions(node.clock, 1)  # one, and another only after a minute
    world.ask(corridor(None, "05:00", "06:00"))
    refused = world.http.post("/v1/check", content=json.dumps(corridor(None, "05:00", "06:00")))
    assert (refused.status_code, refused.json()["code"]) == (429, "request-limit")
    assert node.questions.tally().refused == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", "byte 1"),
        (json.dumps({"type": "FeatureCollection", "features": []}).encode(), "body"),
        (
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        corridor(None, "05:00", "06:00"),
                        corridor(None, "05:00", "06:00"),
                    ],
                }
            ).encode(),
            "body",
        ),
        (json.dumps(corridor(None, "07:00", "06:00")).encode(), "properties.time_end"),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(world: World, body: bytes, where: str) -> None:
    answer = world.http.post("/v1/check", content=body)
    assert answer.status_code in (400, 422)
    assert where in answer.text
