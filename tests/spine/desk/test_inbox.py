"""The inbox: what waits, how long still, what makes it sound, and what was done about it."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from parley.desk.inbox.inbox import Inbox
from parley.node.desk_state.reactions import Reaction
from parley.node.mutes import LONGEST_MS
from parley.values.instants import Instant, format_instant
from tests.spine.desk.watching import LINE, Side, Watch, on_watch
from tests.stories.village import DAY, warning

CONFLICT_VALUES = {
    *("verdict", "own", "other", "party", "from"),
    *("lateral_m", "vertical_m", "time_gap_s"),
}
MINUTE = 60_000
HOUR = 60 * MINUTE
FAR = "33.0N 38.0E r1NM SFC-FL100 1500-1600Z"
READ = {"place": "37SDT645074", "from": "0430Z", "until": "0530Z", "upper": "FL150"}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Watch]:
    """Two desks on which nothing was said yet, for what moves the clock or counts items."""
    with on_watch(tmp_path, readback_kinds=["activity/1"]) as found:
        yield found


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """Two desks for the tests of this module, each of which looks at its own records."""
    with on_watch(tmp_path_factory.mktemp("inbox"), readback_kinds=["activity/1"]) as found:
        yield found


def only(side: Side, sort: str, **query: Any) -> dict[str, Any]:
    (item,) = side.items(sort, **query)
    return item


def of(side: Side, sent: dict[str, Any], sort: str = "notice") -> dict[str, Any]:
    """Give the item that is about a record."""
    (item,) = [item for item in side.items(sort) if item["record"] == sent["name"]]
    return item


def test_a_notice_waits_with_the_time_left_until_it_is_overdue(fresh: Watch) -> None:
    """By the charter a routine answer is due in six hours; then the item is overdue, and first."""
    sent = fresh.coalition.send(FAR)
    fresh.settle()
    item = only(fresh.russia, "notice")
    assert item["record"] == sent["name"]
    assert (item["number"], item["check"]) == (sent["number"], sent["check_code"])
    assert (item["state"], item["urgent"], item["why_urgent"]) == ("waiting", False, None)
    assert (item["due"], item["left_ms"]) == ("2016-06-16T10:00:00Z", 6 * HOUR)
    assert item["readback_fields"] == ["place", "from", "until", "upper"]
    assert item["readback_asked"]
    assert item["author"] == "coalition"
    assert item["says"]["code"] == "notice_waiting"
    fresh.clock.advance(7 * HOUR)
    item = only(fresh.russia, "notice")
    assert (item["state"], item["left_ms"]) == ("overdue", -HOUR)
    assert item["says"]["code"] == "notice_overdue"
    assert fresh.russia.get("inbox")["banner"].startswith("EXERCISE")


def test_an_author_waits_for_nothing_of_its_own(fresh: Watch) -> None:
    fresh.coalition.send(FAR)
    fresh.settle()
    assert fresh.coalition.items() == []


def test_an_answer_with_what_was_read_back_settles_it(fresh: Watch) -> None:
    """What was typed is compared with the notice at once; settled items stay for a fresh."""
    sent = fresh.coalition.send(LINE)
    fresh.settle()
    done = fresh.russia.post(
        f"records/{sent['number']}/answer", stance="acknowledge", officer="Desk 1", readback=READ
    )
    assert done["compared"]["result"] == "matches"
    assert {i["what"] for i in done["compared"]["items"]} == {"place", "window", "upper"}
    item = only(fresh.russia, "notice")
    assert (item["state"], item["urgent"]) == ("answered", False)
    fresh.clock.advance(13 * HOUR)
    assert fresh.russia.items("notice") == []
    assert only(fresh.russia, "notice", all=True)["state"] == "answered"


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"place": "37SDT945074"}, "place"),
        ({"from": "0440Z"}, "window"),
        ({"until": "0630Z"}, "window"),
        ({"upper": "FL250"}, "upper"),
        ({"upper": "15000 FT AMSL"}, "upper"),
        ({"lower": "1000 FT AMSL"}, "lower"),
    ],
)
def test_a_read_back_that_differs_is_said_with_both_values(
    watch: Watch, changes: dict[str, str], differs: str
) -> None:
    sent = watch.coalition.send(LINE)
    watch.settle()
    done = watch.russia.post(
        f"records/{sent['name']}/answer",
        stance="acknowledge",
        officer="Desk 1",
        readback={**READ, **changes},
    )
    compared = done["compared"]
    assert compared["result"] == "differs"
    (item,) = [i for i in compared["items"] if i["result"] not in ("same", "not read back")]
    assert item["what"] == differs
    assert item["read"] is not None


@pytest.mark.parametrize(
    "place", ["33 30 22 N 38 37 06 E", "33.506, 38.618", "333022N0383706E", "37S DT 645 074"]
)
def test_a_place_is_read_back_in_any_form(watch: Watch, place: str) -> None:
    sent = watch.coalition.send(LINE)
    watch.settle()
    readback = {**READ, "place": place, "from": "160430ZJUN16", "until": "2016-06-16T05:30:00Z"}
    done = watch.russia.post(
        f"records/{sent['name']}/answer", stance="acknowledge", officer="1", readback=readback
    )
    assert done["compared"]["result"] == "matches"


def test_nothing_is_filled_in_that_was_not_typed(watch: Watch) -> None:
    sent = watch.coalition.send(LINE)
    watch.settle()
    done = watch.russia.post(f"records/{sent['name']}/answer", stance="acknowledge", officer="1")
    assert done["compared"]["result"] == "missing"
    assert all(i["result"] == "not read back" for i in done["compared"]["items"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"stance": "acknowledge", "readback": {"place": "there"}}, "value-position"),
        ({"stance": "acknowledge", "readback": {"until": "0530Z"}}, "value-interval"),
        ({"stance": "acknowledge", "readback": {"from": "soon"}}, "value-instant"),
        ({"stance": "acknowledge", "readback": {"upper": "15000"}}, "value-altitude"),
        ({"stance": "acknowledge", "readback": {"height": "1"}}, "desk-request"),
        ({"stance": "object"}, "kind-body"),
        ({"stance": "propose"}, "kind-body"),
        ({"stance": "agree"}, "desk-request"),
        (
            {"stance": "propose", "proposal": {"text": "x", "shift_ms": 1, "shift_minutes": 1}},
            "desk-request",
        ),
    ],
)
def test_an_answer_that_cannot_be_is_refused(watch: Watch, body: dict[str, Any], code: str) -> None:
    sent = watch.coalition.send(LINE)
    watch.settle()
    total = watch.russia.get("records")["total"]
    problem = watch.russia.refused(f"records/{sent['name']}/answer", officer="1", **body)
    assert problem["code"] == code
    assert watch.russia.get("records")["total"] == total


def test_nothing_is_put_aside_without_a_line_of_the_watch_log(fresh: Watch) -> None:
    """Nor by a reason so long that a line with it would be too long."""
    sent = fresh.coalition.send(FAR, priority="urgent")
    fresh.settle()
    item = of(fresh.russia, sent)
    fresh.russia.post(f"inbox/{item['id']}/dismiss", reason="y" * 500)
    assert of(fresh.russia, sent)["dismissed"]["reason"] == "y" * 500
    (line,) = fresh.russia_node.desk_state.watch_log.lines()
    said: dict[str, Any] = dict(line.data)
    assert said["line"].startswith("Put aside without an answer: yyy")
    assert said["about"]["item"] == item["id"]


def test_an_urgent_notice_sounds_until_it_is_answered_or_put_aside(fresh: Watch) -> None:
    """Put aside takes a reason; who, why and when stand with the item and in the watch log."""
    sent = fresh.coalition.send(FAR, priority="urgent")
    fresh.settle()
    item = only(fresh.russia, "notice")
    assert (item["urgent"], item["why_urgent"]) == (True, "priority")
    for reason in ("", "   ", "two\nlines", "x" * 501):
        problem = fresh.russia.refused(f"inbox/{item['id']}/dismiss", reason=reason)
        assert problem["code"] in ("inbox-reason", "desk-request")
    assert only(fresh.russia, "notice")["urgent"]
    inbox = fresh.russia.post(f"inbox/{item['id']}/dismiss", reason="answered by telephone")
    (item,) = inbox["items"]
    assert (item["state"], item["urgent"]) == ("dismissed", False)
    assert item["dismissed"]["by"] == "operator"
    assert item["dismissed"]["reason"] == "answered by telephone"
    (line,) = fresh.russia_node.desk_state.watch_log.lines()
    assert line.data["line"] == "Put aside without an answer: answered by telephone"
    about: Any = line.data["about"]
    assert about["record"] == sent["name"]


def test_what_was_put_aside_comes_back_when_it_says_something_else(watch: Watch) -> None:
    """A later version of the notice is another item: it has not been put aside."""
    sent = watch.coalition.send(FAR)
    watch.settle()
    item = of(watch.russia, sent)
    watch.russia.post(f"inbox/{item['id']}/dismiss", reason="seen")
    assert of(watch.russia, sent)["state"] == "dismissed"
    later = watch.coalition.post(f"records/{sent['number']}/delay", minutes=10)
    watch.settle()
    assert of(watch.russia, later)["state"] == "waiting"
    assert sent["number"] not in {i["number"] for i in watch.russia.items("notice")}


def test_to_open_an_item_is_noted_once(watch: Watch) -> None:
    sent = watch.coalition.send(FAR)
    watch.settle()
    item = of(watch.russia, sent)
    assert item["opened"] is None
    watch.russia.post(f"inbox/{item['id']}/opened")
    first = of(watch.russia, sent)["opened"]
    watch.russia_node.desk_state.reactions.add(
        watch.channel,
        "opened",
        Reaction(item["id"], sent["name"], "somebody", "", Instant(DAY + 1)),
    )
    assert of(watch.russia, sent)["opened"] == first
    assert first == {"by": "operator", "reason": "", "at": "2016-06-16T04:00:00Z"}


def test_an_item_that_does_not_wait(watch: Watch) -> None:
    assert watch.russia.refused("inbox/N-0000/dismiss", reason="x")["code"] == "inbox-missing"
    assert watch.russia.refused("inbox/N-0000/opened")["status"] == 404


def test_a_conflict_inside_the_lead_time_is_urgent_on_both_sides(tmp_path: Path) -> None:
    """With a lead time of one hour a conflict in 30 min sounds; one in 11 hours does not, yet."""
    with on_watch(tmp_path, lead_times_ms={"activity/1": HOUR}) as watch:
        for line in (LINE, "33.0N 38.0E r1NM SFC-FL100 1500-1600Z"):
            watch.coalition.send(line)
            watch.russia.send(line)
        watch.settle()
        for side in (watch.coalition, watch.russia):
            near, far = side.items("conflict")
            assert (near["urgent"], near["why_urgent"]) == (True, "lead_time")
            assert near["due"] == "2016-06-16T04:30:00Z"
            assert near["says"]["values"]["verdict"] == "CONFLICT"
            assert near["own"]["party"] != near["other"]["party"]
            assert not far["urgent"]
        ids = [
            [i["id"] for i in side.items("conflict")] for side in (watch.coalition, watch.russia)
        ]
        assert ids[0] == ids[1]
        assert watch.coalition.items()[0]["sort"] == "conflict"
        watch.clock.set(Instant(DAY + 10 * HOUR + 30 * MINUTE))
        assert [i["urgent"] for i in watch.coalition.items("conflict")] == [True]


def test_an_answer_to_the_other_plan_settles_the_conflict_here_only(fresh: Watch) -> None:
    fresh.coalition.send(LINE)
    theirs = fresh.russia.send(LINE)
    fresh.settle()
    fresh.coalition.post(
        f"records/{theirs['name']}/answer", stance="object", officer="1", text="We are there"
    )
    fresh.settle()
    assert only(fresh.coalition, "conflict")["state"] == "answered"
    assert only(fresh.russia, "conflict")["state"] == "waiting"
    objection = only(fresh.russia, "answer")
    assert objection["says"]["code"] == "answer_objected"
    assert objection["own"]["record"] == theirs["name"]


def test_the_engines_offers_are_one_request_away_and_clear_the_conflict(fresh: Watch) -> None:
    """Ours as a version to log, theirs as a proposal to make; logged, the conflict is gone."""
    ours, theirs = fresh.coalition.send(LINE), fresh.russia.send(LINE)
    fresh.settle()
    conflict = only(fresh.coalition, "conflict")
    offers = fresh.coalition.get(f"conflicts/{conflict['id']}/offers")
    by_axis = {each["axis"]: each for each in offers["own"]}
    assert set(by_axis) == {"time", "level", "lateral"} == {o["axis"] for o in offers["other"]}
    later = by_axis["time"]
    assert later["text"].startswith("start 1 h 5 min")
    proposal = next(o for o in offers["other"] if o["axis"] == "lateral")
    assert proposal["answers"] == theirs["name"]
    answered = fresh.coalition.post(
        f"records/{theirs['name']}/answer",
        stance="propose",
        officer="1",
        lang="en",
        proposal=proposal["proposal"],
    )
    body = fresh.coalition.get(f"records/{answered['name']}")["body"]["proposal"]
    assert body["offset_e4m"] == proposal["offset_m"] * 10_000
    assert body["bearing_e4"] % 10_000 == 0
    done = fresh.coalition.post("records", **later["replacement"])
    fresh.settle()
    assert fresh.coalition.items("conflict") == fresh.russia.items("conflict") == []
    refs = fresh.coalition.get(f"records/{done['name']}")["refs"]
    assert [(r["role"], r["record"]) for r in refs] == [("replaces", ours["name"])]


def test_offers_of_no_conflict(watch: Watch) -> None:
    answer = watch.coalition.http.get(watch.coalition.path("conflicts/C-NONE/offers"))
    assert (answer.status_code, answer.json()["code"]) == (404, "inbox-missing")


def test_an_advisory_waits_until_it_is_muted(watch: Watch) -> None:
    """A mute of this desk puts the advisory aside here, with its reason."""
    watch.coalition_node.publish(watch.channel, "warning/1", warning(), priority="urgent")
    item = next(i for i in watch.coalition.items("advisory") if i["title"].startswith("W2"))
    assert item["state"] == "waiting"
    until = format_instant(Instant(DAY + LONGEST_MS))
    watch.coalition.post("mutes", advisory=item["id"], reason="an exercise", until=until)
    again = next(i for i in watch.coalition.items("advisory") if i["id"] == item["id"])
    assert (again["state"], again["dismissed"]["reason"]) == ("dismissed", "an exercise")


def test_urgent_comes_first_then_overdue_then_what_is_due_soonest(fresh: Watch) -> None:
    lines = [f"3{i}.0N 4{i}.0E r1NM SFC-FL100 1500-1600Z" for i in range(3)]
    overdue = fresh.coalition.send(lines[0])["number"]
    fresh.clock.advance(7 * HOUR)
    waiting = fresh.coalition.send(lines[1])["number"]
    urgent = fresh.coalition.send(lines[2], priority="urgent")["number"]
    fresh.settle()
    numbers = [item["number"] for item in fresh.russia.items("notice")]
    assert numbers == [urgent, overdue, waiting]


def test_who_is_no_party_has_an_empty_inbox(tmp_path: Path) -> None:
    """A mirror is asked for nothing."""
    with on_watch(tmp_path) as watch:
        mirror = watch.village.add("mirror", "MI", role="mirror")
        channel = watch.village.charter("coalition", "russia", mirrors=("mirror",))
        watch.village.settle()
        node = watch.village.nodes["coalition"]
        node.publish(channel, "warning/1", warning())
        watch.village.settle()
        assert Inbox(mirror).items(channel) == []
        assert len(Inbox(watch.village.nodes["russia"]).items(channel)) == 1


def test_what_an_item_says_has_words_in_every_catalogue() -> None:
    """Each code but that of an advisory, whose words are the rule's own; every value is known."""
    said = {
        "notice_waiting": {"number", "author", "kind", "title", "due", "stance"},
        "notice_overdue": {"number", "author", "kind", "title", "due", "stance"},
        "notice_answered": {"number", "author", "kind", "title", "due", "stance"},
        "answer_objected": {"number", "author", "ours"},
        "answer_proposed": {"number", "author", "ours"},
        "conflict_conflict": CONFLICT_VALUES,
        "conflict_possible": CONFLICT_VALUES,
        "delivery_failed": {"post", "item", "attempts", "why"},
    }
    folder = files("parley.desk.catalogue")
    for lang in ("en", "ru", "ar"):
        words = json.loads((folder / f"{lang}.json").read_text(encoding="utf-8"))
        for code, values in said.items():
            assert set(re.findall(r"\{(\w+)\}", words[f"says.{code}"])) <= values, (lang, code)
