"""Questions are bounded: in how many wait, in how long they keep others, and by memory."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.errors import TooMuch
from parley.node import skies
from parley.node.questions import Questions
from parley.sky import offers, traffic
from parley.sky.kernel.entries import Entries
from parley.sky.kernel.plain import Numbers, Plain
from tests.stories.asking import World, corridor, two_sides

BUSY = ("05:00", "06:00")
NEAR = ("05:30", "07:00")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with two_sides(tmp_path) as made:
        yield made


def test_beyond_those_that_may_wait_a_question_is_refused_at_once(world: World) -> None:
    """Four wait while the sky is busy; the fifth is refused, and counted; then all is answered."""
    node = world.village.nodes["coalition"]
    node.questions = Questions(node.clock, 10_000, waiting=4)
    world.file("russia", corridor(None, *BUSY))
    world.ask(corridor(None, *NEAR))
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(world.post(corridor(None, *NEAR))))
        for _ in range(4)
    ]
    with world.sky()._lock:  # as while a fold lasts
        for thread in threads:
            thread.start()
        while node.questions.waiting < 4:
            threading.Event().wait(0.01)
        refused = world.post(corridor(None, *NEAR))
        assert not answers
    assert (refused.status_code, refused.json()["code"]) == (429, "request-limit")
    assert "wait" in refused.json()["detail"]
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert node.questions.waiting == 0
    assert node.questions.tally().refused == 1


def test_a_place_is_given_back_whatever_became_of_the_question(world: World) -> None:
    """With room for one: what is refused as no plan, or for its channel, keeps nobody out."""
    node = world.village.nodes["coalition"]
    node.questions = Questions(node.clock, 10_000, waiting=1)
    for _ in range(3):
        assert world.post(corridor(None, "07:00", "06:00")).status_code == 422
        assert world.post(corridor(None, *NEAR), channel="ffff").status_code == 404
        assert world.post(corridor(None, *NEAR)).status_code == 200


def test_who_is_refused_for_the_limit_by_the_minute_does_not_wait(world: World) -> None:
    asked = Questions(world.village.clock, 1, waiting=2)
    asked.admit()
    with pytest.raises(TooMuch, match="calls"):
        asked.admit()
    assert (asked.waiting, asked.tally().refused) == (1, 1)
    asked.leave()
    assert asked.waiting == 0


def test_while_a_way_out_is_searched_others_ask_and_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search sees the sky as it was when it was asked; meanwhile the sky goes on."""
    world.file("russia", corridor(None, *BUSY))
    asked = corridor(None, *NEAR)
    before = world.ask(asked, offers=True)
    during: list[Any] = []

    def busy(*arguments: Any) -> Any:
        """Search, once somebody has filed what is in the way of it, and was answered."""
        if not during:
            world.file("russia", corridor(None, "06:20", "06:30"))
            during.append(world.ask(asked))
        return offers.offers(*arguments)

    monkeypatch.setattr(skies, "offers", busy)
    after = world.ask(asked, offers=True)
    assert after["conflicts"] == before["conflicts"]
    assert [c["other"]["id"] for c in during[0]["conflicts"]] != [
        c["other"]["id"] for c in before["conflicts"]
    ]
    late = world.ask(asked, offers=True)
    assert len(late["conflicts"]) == 2
    assert late["conflicts"] != before["conflicts"]


def test_a_question_that_still_waits_when_the_node_stops_is_refused(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """It gets an answer, what runs for it is let go, and the server logs no fault."""
    node = world.village.nodes["coalition"]
    world.ask(corridor(None, *NEAR))
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(world.post(corridor(None, *NEAR))))
    with world.sky()._lock:
        waiting.start()
        while node.questions.waiting < 1:
            threading.Event().wait(0.01)
        assert world.server is not None
        world.server.stop()
        waiting.join()
    assert (answers[0].status_code, answers[0].json()["code"]) == (503, "desk-not-running")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


class Bounded(Plain):
    """An index that has room for so many more entries."""

    room = 10_000

    def add(self, made: Entries) -> Numbers:
        if len(made) > Bounded.room:
            raise MemoryError
        Bounded.room -= len(made)
        return super().add(made)


def test_where_memory_ends_a_question_fails_and_the_next_misses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that was half taken in is neither lost nor said to be clear of."""
    monkeypatch.setattr(traffic, "empty", Bounded)
    monkeypatch.setattr(Bounded, "room", 10_000)
    first = world.file("russia", corridor(None, *BUSY))
    world.ask(corridor(None, *NEAR))
    monkeypatch.setattr(Bounded, "room", 0)
    world.file("russia", corridor(None, "05:10", "06:00"), replaces=first)
    second = world.file("russia", corridor(None, "05:20", "06:00"))
    for _ in range(2):
        # The server hangs up after a fault.
        failed = world.http.post(
            "/v1/check", content=json.dumps(corridor(None, *NEAR)), headers={"Connection": "close"}
        )
        assert failed.status_code == 500
    monkeypatch.setattr(Bounded, "room", 10_000)
    conflicts = world.ask(corridor(None, *NEAR))["conflicts"]
    assert {c["other"]["id"] for c in conflicts} == {first, second}
