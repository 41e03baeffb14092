"""The page of a conference: minutes here until they are proposed, a text that both sides sign."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.spine.desk.watching import Side, Watch, on_watch

PAGE: dict[str, Any] = {
    "agenda": [{"lang": "en", "text": "Routes to At-Tanf"}],
    "participants": [
        {"party": "coalition", "post": "Liaison"},
        {"party": "russia", "post": "Duty general"},
    ],
    "medium": "video",
    "minutes": [{"lang": "en", "text": "Both sides read their lists."}],
    "decisions": [{"lang": "en", "text": "Lists are exchanged daily at 0600Z."}],
}


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with on_watch(tmp_path_factory.mktemp("conferences")) as found:
        yield found


def text_of(side: Side, record: str) -> dict[str, Any]:
    texts = side.get("conferences")["texts"]
    return next(t for t in texts if record in [each["record"] for each in t["signed"]])


def test_minutes_become_a_text_that_both_sign(watch: Watch) -> None:
    """Written here, proposed by one, signed word for word by the other: then it stands for both."""
    ours, theirs = watch.coalition, watch.russia
    page = ours.post("conferences", **PAGE)
    assert (page["state"], page["held_from"]) == ("open", "2016-06-16T04:00:00Z")
    watch.settle()
    assert theirs.get("conferences")["texts"] == []
    watch.clock.advance(30 * 60_000)
    changed = {**PAGE, "decisions": [{"lang": "ru", "text": "Списки в 0600Z."}]}
    answer = ours.http.put(ours.path(f"conferences/{page['id']}"), json=changed)
    assert answer.json()["held_from"] == "2016-06-16T04:00:00Z"
    done = ours.post(f"conferences/{page['id']}/propose")
    name = done["published"]["name"]
    assert done["page"]["held_to"] == "2016-06-16T04:30:00Z"
    again = ours.refused(f"conferences/{page['id']}/propose")
    assert again["code"] == "desk-draft-state"
    watch.settle()
    text = text_of(theirs, name)
    assert (text["stands"], text["missing"], text["ours_to_sign"]) == (False, ["russia"], True)
    assert not text_of(ours, name)["ours_to_sign"]
    signed = theirs.post(f"records/{name}/sign")
    watch.settle()
    for side in (ours, theirs):
        text = text_of(side, name)
        assert text["stands"]
        assert [each["party"] for each in text["signed"]] == ["coalition", "russia"]
        assert {each["record"] for each in text["signed"]} == {name, signed["name"]}
    twice = theirs.refused(f"records/{name}/sign")
    assert (twice["code"], twice["status"]) == ("desk-draft-state", 409)


def test_another_word_is_another_text(watch: Watch) -> None:
    """Each side's own version stands beside the other's; neither is signed by both."""
    ours, theirs = watch.coalition, watch.russia
    proposals = []
    for side, words in ((ours, "Agreed to differ."), (theirs, "Agreed to defer.")):
        page = side.post(
            "conferences",
            **{**PAGE, "decisions": [{"lang": "en", "text": words}], "held_from": "0400Z"},
        )
        proposals.append(side.post(f"conferences/{page['id']}/propose")["published"]["name"])
    watch.settle()
    texts = [text_of(ours, name) for name in proposals]
    assert texts[0]["agreed"] != texts[1]["agreed"]
    assert not any(text["stands"] for text in texts)


def test_only_minutes_are_signed_and_only_by_who_took_part(watch: Watch) -> None:
    ours = watch.coalition
    sent = watch.russia.send("33.0N 38.0E r1NM SFC-FL100 1500-1600Z")
    watch.settle()
    assert ours.refused(f"records/{sent['name']}/sign")["code"] == "desk-request"
    page = ours.post("conferences")
    refused = ours.refused(f"conferences/{page['id']}/propose")
    assert refused["code"] == "kind-body"
    assert page["id"] in [each["id"] for each in ours.get("conferences")["pages"]]


def test_times_are_typed_as_everywhere(watch: Watch) -> None:
    page = watch.coalition.post("conferences", **PAGE, held_from="160330Z", held_to="0345Z")
    assert (page["held_from"], page["held_to"]) == ("2016-06-16T03:30:00Z", "2016-06-16T03:45:00Z")
    assert watch.coalition.refused("conferences", held_from="noon")["code"] == "value-instant"
