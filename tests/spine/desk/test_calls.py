"""The call card: its clock starts with the call, and what was said keeps its own time."""

from collections.abc import Iterator
from typing import Any

import pytest

from parley.desk.calling.card import times_of
from parley.desk.calling.spelling import spelled, spellings
from parley.values.instants import Instant
from tests.spine.desk.watching import LINE, Side, Watch, on_watch
from tests.stories.village import DAY

SECOND, MINUTE = 1_000, 60_000


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    liaisons: Any = [
        {
            "party": "russia",
            "post": "Duty general",
            "deputies": ["Duty colonel"],
            "languages": ["ru"],
            "phone": "+7 000",
        }
    ]
    with on_watch(tmp_path_factory.mktemp("calls"), liaisons=liaisons) as found:
        yield found


@pytest.fixture
def desk(watch: Watch) -> Side:
    watch.clock.set(DAY)
    return watch.coalition


def start(side: Side, **given: Any) -> dict[str, Any]:
    card: dict[str, Any] = side.post("calls", **{"to": "russia", **given})
    return card


def mark(side: Side, card: dict[str, Any], what: str) -> dict[str, Any]:
    marked: dict[str, Any] = side.post(f"calls/{card['id']}/mark", what=what)
    return marked


def test_one_key_starts_the_clock(desk: Side) -> None:
    """Nothing need be filled in; whom to ask for is at hand, by the charter."""
    answer = desk.http.post(desk.path("calls"))
    assert answer.status_code == 201
    card = answer.json()
    assert (card["state"], card["started"], card["to"]) == (
        "open",
        "2016-06-16T04:00:00Z",
        "unknown",
    )
    posts = desk.get("calls")["posts"]["russia"]
    assert (posts[0]["post"], posts[0]["deputies"]) == ("Duty general", ["Duty colonel"])
    dropped = desk.post(f"calls/{card['id']}/drop", reason="wrong key")
    assert dropped["state"] == "dropped"
    last = desk.http.get("/v1/watchlog").json()["lines"][-1]
    assert last["line"] == f"Call card {card['id']} dropped: wrong key"
    assert desk.refused(f"calls/{card['id']}/mark", what="ended")["code"] == "desk-draft-state"


def test_waiting_talk_and_hold_are_timed_apart(watch: Watch, desk: Side) -> None:
    """40 s until somebody answers, 20 s of talk, 90 s on hold, 10 s of talk."""
    card = start(desk, asked_for="Duty general")
    watch.clock.advance(40 * SECOND)
    assert mark(desk, card, "answered")["wait_ms"] == 40 * SECOND
    watch.clock.advance(20 * SECOND)
    assert mark(desk, card, "hold")["on_hold"]
    watch.clock.advance(60 * SECOND)
    assert desk.get(f"calls/{card['id']}")["hold_ms"] == 60 * SECOND
    watch.clock.advance(30 * SECOND)
    assert not mark(desk, card, "resume")["on_hold"]
    watch.clock.advance(10 * SECOND)
    ended = mark(desk, card, "ended")
    watch.clock.advance(10 * MINUTE)
    later = desk.get(f"calls/{card['id']}")
    for shown in (ended, later):
        assert (shown["wait_ms"], shown["talk_ms"], shown["hold_ms"]) == (40_000, 30_000, 90_000)
    refused = desk.refused(f"calls/{card['id']}/mark", what="hold")
    assert (refused["code"], refused["status"]) == ("desk-draft-state", 409)
    done = desk.post(f"calls/{card['id']}/finish", outcome="on_hold")
    body = desk.get(f"records/{done['published']['name']}")["body"]
    assert (body["wait_s"], body["duration_ms"], body["opened_at"]) == (40, 30_000, DAY)
    assert (body["outcome"], body["asked_for"]) == ("on_hold", "Duty general")


@pytest.mark.parametrize(
    ("marks", "wait", "talk", "hold"),
    [
        ([], 100, None, 0),
        ([("ended", 30)], 30, None, 0),
        ([("hold", 10), ("resume", 40), ("answered", 50), ("ended", 80)], 20, 30, 30),
        ([("hold", 10), ("ended", 60)], 10, None, 50),
        ([("answered", 5), ("hold", 10)], 5, 5, 90),
    ],
)
def test_times_of_a_call(
    marks: list[tuple[str, int]], wait: int, talk: int | None, hold: int
) -> None:
    stamped: list[dict[str, Any]] = [{"what": what, "at": at} for what, at in marks]
    found = times_of(Instant(0), stamped, Instant(100))
    assert (found["wait_ms"], found["talk_ms"], found["hold_ms"]) == (wait, talk, hold)


def test_time_said_and_time_typed_are_kept_apart(watch: Watch, desk: Side) -> None:
    """What was said at 03:58 and typed at 04:05 bears 03:58 in the record, and both on the card."""
    card = start(desk)
    mark(desk, card, "answered")
    watch.clock.advance(5 * MINUTE)
    desk.post(f"calls/{card['id']}/note", field="said", text="Stop the strike", said_at="0358Z")
    shown = desk.post(f"calls/{card['id']}/note", field="heard", text="Wait", lang="en")
    first, second = shown["notes"]
    assert (first["said_at"], first["typed_at"]) == (
        "2016-06-16T03:58:00Z",
        "2016-06-16T04:05:00Z",
    )
    assert second["said_at"] == second["typed_at"]
    later = desk.refused(f"calls/{card['id']}/note", field="said", text="x", said_at="0406Z")
    assert later["where"] == "body.said_at"
    watch.clock.advance(30 * MINUTE)
    done = desk.post(f"calls/{card['id']}/finish", outcome="connected", lang="en", said="Bye")
    record = desk.get(f"records/{done['published']['name']}")
    assert record["body"]["said"]["text"] == "[160358ZJUN16] Stop the strike\nBye"
    assert record["body"]["heard"]["text"] == "[160405ZJUN16] Wait"
    assert record["issued"] == "2016-06-16T04:35:00Z"
    assert done["card"]["notes"][0]["typed_at"] == "2016-06-16T04:05:00Z"


def test_what_was_read_back_is_ticked_item_by_item(watch: Watch, desk: Side) -> None:
    """The script spells number, code, place, times and level; the record says what was repeated."""
    sent = desk.send(LINE)
    card = start(desk, about=sent["number"], language="ru")
    script = {item["field"]: item for item in card["script"]}
    assert list(script) == ["number", "check", "place", "from", "until", "upper"]
    assert script["number"]["value"] == sent["number"]
    assert script["from"]["value"] == "160430ZJUN16"
    assert script["upper"]["value"] == "FL150"
    assert script["upper"]["spelled"]["en"] == "Foxtrot Lima wun fife zero"
    mark(desk, card, "answered")
    desk.post(f"calls/{card['id']}/tick", field="place")
    desk.post(f"calls/{card['id']}/tick", field="upper", ok=False)
    done = desk.post(
        f"calls/{card['id']}/finish",
        outcome="connected",
        lang="en",
        said="Read out in full",
        typed={"place": "37SDT645074", "from": "0430Z", "until": "0530Z", "upper": "FL150"},
    )
    record = desk.get(f"records/{done['published']['name']}")
    assert record["body"]["readback"]["text"] == "Read back right: place.\nRead back wrong: upper."
    assert record["body"]["upper"]["reference"] == "STD"
    assert record["body"]["language"] == "ru"
    assert [(r["role"], r["record"]) for r in record["refs"]] == [("about", sent["name"])]
    grades = desk.get(f"records/{sent['name']}/grades")["grades"]
    assert [(g["grade"], g["holder"]) for g in grades] == [("told", "russia")]
    assert done["card"]["state"] == "finished"
    assert done["card"]["id"] not in [c["id"] for c in desk.get("calls")["calls"]]
    assert done["card"]["id"] in [c["id"] for c in desk.get("calls", all=True)["calls"]]
    again = desk.refused(f"calls/{card['id']}/finish", outcome="connected")
    assert again["code"] == "desk-draft-state"


def test_a_call_that_nobody_answered_says_only_that(watch: Watch, desk: Side) -> None:
    card = start(desk, asked_for="Duty general")
    desk.post(f"calls/{card['id']}/note", field="heard", text="ringing", lang="en")
    watch.clock.advance(90 * SECOND)
    done = desk.post(f"calls/{card['id']}/finish", outcome="no_answer")
    body = desk.get(f"records/{done['published']['name']}")["body"]
    assert body["wait_s"] == 90
    assert "heard" not in body
    assert "duration_ms" not in body


def test_a_card_is_filled_in_later(desk: Side) -> None:
    card = start(desk)
    path = desk.path(f"calls/{card['id']}")
    changed = desk.http.put(path, json={"answered_by": "Clerk", "medium": "radio"}).json()
    assert (changed["answered_by"], changed["medium"], changed["to"]) == (
        "Clerk",
        "radio",
        "russia",
    )
    assert desk.http.put(path, json={"about": "none-such"}).status_code == 404
    assert desk.refused("calls", to="Russia!")["code"] == "desk-request"
    assert desk.refused("calls/9999/mark", what="ended")["code"] == "desk-draft-missing"
    desk.post(f"calls/{card['id']}/drop", reason="a trial")


def test_letters_and_digits_are_spelled_by_the_radiotelephony_alphabet() -> None:
    """ICAO words for Latin letters in every language; digits and signs in each one's own."""
    assert spelled("37S DT", "en") == ["tree", "sev-en", "Sierra", "Delta", "Tango"]
    assert spelled("9x", "ru") == ["девять", "X-ray"]
    assert spelled("0.5-", "ar") == ["صفر", "فاصلة", "خمسة", "شرطة"]
    assert set(spellings("RU-0616")) == {"en", "ru", "ar"}


def test_every_letter_has_a_word() -> None:
    latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert len(set(spelled(latin, "en"))) == 26
    assert [word[0].upper() for word in spelled(latin, "en")] == list(latin)
    russian = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭЮЯ"
    assert [word[0] for word in spelled(russian, "ru")] == list(russian)
    assert spelled("Ё", "ru") == spelled("Е", "ru")
    assert len(set(spelled("ЙЪЫЬ", "ru"))) == 4
    arabic = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    assert len(set(spelled(arabic, "ar"))) == 28
    assert spelled("أ", "ar") == spelled("ا", "ar")
