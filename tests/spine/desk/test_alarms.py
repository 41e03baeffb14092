"""If nobody reacts: deputy, then chief, over a real webhook and a real mail server."""

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from parley.desk.alarms.escalation import MOST_ATTEMPTS, RETRY_MS, Escalation
from parley.desk.alarms.steps import FILE, Step, after_ms, read_steps
from parley.desk.alarms.watching import AlarmWatch
from parley.errors import BadEscalation
from parley.node.desk_state.deliveries import Delivery
from parley.values.instants import Instant
from tests.spine.desk.sinks import mail_server, webhook
from tests.spine.desk.watching import Watch, on_watch

# apprise asks for a module that Python 3.13 has dropped, and does without it there
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MINUTE = 60_000
DAY_MS = 24 * 60 * MINUTE
FAR = "33.0N 38.0E r1NM SFC-FL100 1500-1600Z"
NOBODY = "json://127.0.0.1:9/alarm"  # the discard port: nothing listens there


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """Two desks; by the charter an urgent answer is due within 15 minutes."""
    with on_watch(tmp_path_factory.mktemp("alarms")) as found:
        yield found


@pytest.fixture
def watch(shared: Watch) -> Iterator[Watch]:
    """Begin two days after the last test, with nothing that waits and nobody who is called."""
    shared.clock.set(Instant(shared.clock.now() // DAY_MS * DAY_MS + 2 * DAY_MS))
    yield shared
    (shared.russia_node.folder / FILE).unlink(missing_ok=True)
    for item in shared.russia.items():
        if item["state"] in ("waiting", "overdue"):
            shared.russia.post(f"inbox/{item['id']}/dismiss", reason="the test is over")


def set_up(
    watch: Watch, *steps: tuple[str, Sequence[str]], after: Sequence[int] = ()
) -> Escalation:
    """Write who is called at the Russian desk."""
    lines = []
    for i, (post, addresses) in enumerate(steps):
        lines += ["[[step]]", f'post = "{post}"', f"addresses = {json.dumps(list(addresses))}"]
        lines += [f"after_s = {after[i]}"] if after else []
    path = watch.russia_node.folder / FILE
    path.write_text("\n".join(lines))
    path.chmod(0o600)
    return Escalation(watch.russia_node)


def told(made: list[Delivery]) -> list[tuple[str, bool]]:
    return [(delivery.post, delivery.ok) for delivery in made]


def at(watch: Watch, escalation: Escalation, minutes: float) -> list[tuple[str, bool]]:
    """Do what is due so many minutes after the start."""
    begun = watch.clock.now() // DAY_MS * DAY_MS
    watch.clock.set(Instant(begun + int(minutes * MINUTE)))
    return told(escalation.step(watch.clock.now()))


def urgent(watch: Watch) -> dict[str, Any]:
    sent: dict[str, Any] = watch.coalition.send(FAR, priority="urgent", title="Strike on Palmyra")
    watch.settle()
    return sent


def test_deputy_then_chief_unless_somebody_reacts(watch: Watch) -> None:
    """By the charter's 15 min: the deputy after half of them by mail, the chief when they end."""
    with webhook() as pager, mail_server() as mail:
        escalation = set_up(watch, ("deputy", [mail.url]), ("chief", [pager.url]))
        urgent(watch)
        assert at(watch, escalation, 0) == []
        assert at(watch, escalation, 7.4) == []
        assert at(watch, escalation, 7.5) == [("deputy", True)]
        assert at(watch, escalation, 8) == []
        ((to, message),) = mail.taken
        assert to == "deputy@parley.invalid"
        assert "Subject: Parley: nobody reacts" in message
        assert pager.taken == []
        assert at(watch, escalation, 15) == [("chief", True)]
        assert at(watch, escalation, 600) == []
        assert [each["title"] for each in pager.taken] == ["Parley: nobody reacts"]
        assert watch.russia.items("delivery") == []


def test_what_is_sent_holds_no_place_no_party_and_no_name(watch: Watch) -> None:
    """How many wait, for how long, which to open; and EXERCISE before all."""
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url]))
        sent = urgent(watch)
        at(watch, escalation, 0)
        at(watch, escalation, 20)
        (message,) = pager.taken
        text = message["title"] + message["message"]
        (item,) = watch.russia.items("notice")
        assert message["message"] == (
            "EXERCISE - EXERCISE - EXERCISE\nOne urgent item waits at the desk of this node; nobody"
            f" has reacted for 20 min. Open: {item['id']} in channel {watch.channel[:8]}."
        )
        hidden = ["Palmyra", "Strike", "coalition", "russia", "33.0", "38.0", sent["number"], "CO-"]
        assert not [word for word in hidden if word.lower() in text.lower()]


@pytest.mark.parametrize("reaction", ["opened", "dismissed", "answered", "withdrawn"])
def test_any_reaction_on_any_desk_ends_it(watch: Watch, reaction: str) -> None:
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url]), ("chief", [pager.url]))
        sent = urgent(watch)
        at(watch, escalation, 0)
        assert at(watch, escalation, 8) == [("deputy", True)]
        (item,) = watch.russia.items("notice")
        if reaction == "opened":
            watch.russia.post(f"inbox/{item['id']}/opened")
        elif reaction == "dismissed":
            watch.russia.post(f"inbox/{item['id']}/dismiss", reason="by telephone")
        elif reaction == "answered":
            watch.russia.post(f"records/{sent['name']}/answer", stance="acknowledge", officer="1")
        else:
            watch.coalition.post(f"records/{sent['name']}/cancel")
            watch.settle()
        assert at(watch, escalation, 60) == []
        assert len(pager.taken) == 1


def test_a_notice_that_came_late_counts_from_when_it_sounds_here(watch: Watch) -> None:
    """The line was cut for an hour: the officer has the charter's time from now."""
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url]))
        watch.coalition.send(FAR, priority="urgent")
        assert at(watch, escalation, 60) == []
        watch.settle()
        assert at(watch, escalation, 61) == []
        assert at(watch, Escalation(watch.russia_node), 75) == []
        assert at(watch, Escalation(watch.russia_node), 76) == [("deputy", True)]


def test_a_routine_notice_calls_nobody(watch: Watch) -> None:
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url]))
        watch.coalition.send(FAR)
        watch.settle()
        at(watch, escalation, 0)
        assert at(watch, escalation, 600) == []
        assert pager.taken == []


def test_several_items_make_one_message(watch: Watch) -> None:
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url]))
        urgent(watch)
        watch.coalition.send("32.0N 37.0E r1NM SFC-FL100 1500-1600Z", priority="urgent")
        watch.settle()
        at(watch, escalation, 0)
        assert at(watch, escalation, 15) == [("deputy", True)] * 2
        (message,) = pager.taken
        assert "2 urgent items wait" in message["message"]


def test_what_does_not_get_through_is_tried_again_and_is_an_alarm_itself(watch: Watch) -> None:
    """Each pause is twice the last; after three failures the next post is called at once."""
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [NOBODY]), ("chief", [pager.url]))
        urgent(watch)
        at(watch, escalation, 0)
        start = 7.5
        assert at(watch, escalation, start) == [("deputy", False)]
        (item,) = watch.russia.items("delivery")
        assert (item["state"], item["urgent"]) == ("waiting", True)
        assert item["says"]["values"]["post"] == "deputy"
        assert "127.0.0.1" not in json.dumps(watch.russia.http.get("/v1/alarms").json())
        half = RETRY_MS / MINUTE
        assert at(watch, escalation, start + half / 2) == []
        assert at(watch, escalation, start + half) == [("deputy", False)]
        assert at(watch, escalation, start + 2 * half) == []
        assert at(watch, escalation, start + 3 * half) == [("deputy", False)]
        assert at(watch, escalation, start + 3.1 * half) == [("chief", True)]
        assert at(watch, escalation, 600) == []
        (item,) = watch.russia.items("delivery")
        assert item["says"]["values"]["attempts"] == MOST_ATTEMPTS
        done = watch.russia.post(f"inbox/{item['id']}/dismiss", reason="the gateway is off")
        assert [i["state"] for i in done["items"] if i["sort"] == "delivery"] == ["dismissed"]


def test_a_later_success_settles_the_failed_delivery(watch: Watch) -> None:
    with webhook() as pager:
        pager.status = 500
        escalation = set_up(watch, ("deputy", [pager.url]))
        urgent(watch)
        at(watch, escalation, 0)
        assert at(watch, escalation, 15) == [("deputy", False)]
        assert len(watch.russia.items("delivery")) == 1
        pager.status = 200
        assert at(watch, escalation, 16) == [("deputy", True)]
        assert watch.russia.items("delivery") == []


def test_each_address_of_a_post_counts_for_itself(watch: Watch) -> None:
    """One of two fails: it is an alarm, and only it is tried again."""
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url, "nonsense"]))
        urgent(watch)
        at(watch, escalation, 0)
        assert at(watch, escalation, 15) == [("deputy (1)", True), ("deputy (2)", False)]
        assert at(watch, escalation, 16) == [("deputy (2)", False)]
        (item,) = watch.russia.items("delivery")
        assert item["says"]["values"]["why"] == "the address cannot be read"


def test_a_post_without_an_address_is_an_alarm(watch: Watch) -> None:
    escalation = set_up(watch, ("deputy", []))
    urgent(watch)
    at(watch, escalation, 0)
    assert at(watch, escalation, 15) == [("deputy", False)]
    (item,) = watch.russia.items("delivery")
    assert item["says"]["values"]["why"] == "no address is set for this post"


def test_stated_seconds_stand_for_the_charters(watch: Watch) -> None:
    with webhook() as pager:
        escalation = set_up(watch, ("deputy", [pager.url]), ("chief", [pager.url]), after=[60, 30])
        urgent(watch)
        at(watch, escalation, 0)
        assert at(watch, escalation, 0.5) == []
        assert at(watch, escalation, 1) == [("deputy", True), ("chief", True)]


def test_without_a_file_nobody_is_called_and_that_is_said(watch: Watch) -> None:
    escalation = Escalation(watch.russia_node)
    urgent(watch)
    at(watch, escalation, 0)
    assert at(watch, escalation, 60) == []
    state = watch.russia.http.get("/v1/alarms").json()
    assert (state["configured"], state["fault"], state["posts"]) == (False, None, [])


def test_the_state_and_a_trial(watch: Watch) -> None:
    """A trial goes to one post or all, says that it is one, and is listed without an address."""
    with webhook() as pager:
        set_up(watch, ("deputy", [pager.url]), ("chief", [NOBODY]))
        state = watch.russia.http.get("/v1/alarms").json()
        assert state["posts"] == [
            {"post": "deputy", "addresses": 1},
            {"post": "chief", "addresses": 1},
        ]
        assert state["channels"][0]["after_s"] == [450, 900]
        answer = watch.russia.http.post("/v1/alarms/test", json={})
        assert answer.json()["results"] == [
            {"post": "deputy", "ok": True, "says": ""},
            {"post": "chief", "ok": False, "says": "it was not taken"},
        ]
        assert pager.taken[0]["message"].endswith("A trial of the alarm. Nothing waits.")
        one = watch.russia.http.post("/v1/alarms/test", json={"post": "deputy"})
        assert len(one.json()["results"]) == 1
        none = watch.russia.http.post("/v1/alarms/test", json={"post": "admiral"})
        assert (none.status_code, none.json()["code"]) == (422, "alarm-settings")
        listed = watch.russia.http.get("/v1/alarms").json()["deliveries"]
        assert [each["post"] for each in listed[-3:]] == ["deputy", "chief", "deputy"]


def test_the_thread_calls_by_the_nodes_own_clock(watch: Watch) -> None:
    """It notices by itself; a fault in the file is shown and does not end it."""
    with webhook() as pager:
        set_up(watch, ("deputy", [pager.url]), after=[0])
        urgent(watch)
        thread = AlarmWatch(watch.russia_node, pause_s=0.05, look_s=0.05)
        thread.start()
        try:
            wait_for(lambda: pager.taken)
            (watch.russia_node.folder / FILE).write_text("[[step")
            wait_for(lambda: watch.russia_node.desk_state.alarm_fault)
            assert "not TOML" in watch.russia.http.get("/v1/alarms").json()["fault"]
        finally:
            thread.stop()
        assert len(pager.taken) == 1


def wait_for(happened: Any) -> None:
    """Wait until something has happened; the test's own timeout is the only limit."""
    pause = threading.Event()
    while not happened():
        pause.wait(0.02)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[[step", FILE),
        ("[step]\npost = 'x'", FILE),
        ("other = 1", FILE),
        ("[[step]]\naddresses = []", f"{FILE} step 1 post"),
        ("[[step]]\npost = ''", f"{FILE} step 1 post"),
        ("[[step]]\npost = 'a'\naddresses = 'x'", f"{FILE} step 1 addresses"),
        ("[[step]]\npost = 'a'\naddresses = ['']", f"{FILE} step 1 addresses"),
        ("[[step]]\npost = 'a'\nafter_s = -1", f"{FILE} step 1 after_s"),
        ("[[step]]\npost = 'a'\nafter_s = true", f"{FILE} step 1 after_s"),
        ("[[step]]\npost = 'a'\nafter = 1", f"{FILE} step 1"),
        ("[[step]]\npost = 'a'\n[[step]]\npost = 'a'", FILE),
        ("[[step]]\npost = 'a'\n" * 9, FILE),
    ],
)
def test_a_file_that_does_not_say_who_is_called(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / FILE
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(BadEscalation) as refused:
        read_steps(tmp_path)
    assert refused.value.where == where


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("[[step]]\npost = 'a'")
    path.chmod(0o640)
    with pytest.raises(BadEscalation, match="others can read it"):
        read_steps(tmp_path)
    path.chmod(0o600)
    assert read_steps(tmp_path) == (Step("a", ()),)


def test_steps_come_in_equal_parts_and_never_out_of_order(watch: Watch) -> None:
    terms = watch.russia_node.terms(watch.channel)
    steps = tuple(Step(post, ()) for post in "abc")
    assert after_ms(steps, terms) == (5 * MINUTE, 10 * MINUTE, 15 * MINUTE)
    mixed = (Step("a", (), 800), Step("b", ()), Step("c", ()))
    assert after_ms(mixed, terms) == (800_000, 800_000, 15 * MINUTE)
