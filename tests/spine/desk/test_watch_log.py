"""The watch log: a line is stamped, stays, is never sent; the relief of the watch both sign."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.desk.relief.handing_over import Handing, hand_over
from parley.desk.relief.open_matters import watch_now
from parley.errors import AccountRefused
from parley.node.accounts.rights import Means, Who, rights_of
from parley.values.instants import Instant
from tests.spine.desk.watching import PASSWORD, Side, Watch, on_watch
from tests.stories.village import DAY

HOUR = 3_600_000


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A desk with two officers, a releaser and an observer."""
    with on_watch(tmp_path_factory.mktemp("log")) as found:
        for name, role in (
            ("amal", "officer"),
            ("boris", "officer"),
            ("rita", "releaser"),
            ("olga", "observer"),
        ):
            found.account(name, role)
        yield found


def write(side: Side, line: str, **more: Any) -> Any:
    answer = side.http.post("/v1/watchlog", json={"line": line, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def lines(side: Side, **query: Any) -> Any:
    return side.http.get("/v1/watchlog", params=query).json()


def relieve(side: Side, **changes: Any) -> Any:
    asked = {
        "outgoing": "amal",
        "outgoing_password": PASSWORD,
        "incoming": "boris",
        "incoming_password": PASSWORD,
    }
    return side.http.post("/v1/relief", json={**asked, **changes})


def test_a_line_is_stamped_numbered_and_signed_for(watch: Watch) -> None:
    """Who wrote it at which post, when in UTC and as a group; a head covers all lines."""
    with watch.seated("amal") as desk:
        first = write(desk, "  Generator tested. ")
        second = write(desk, "Радио молчит с утра", channel=watch.channel, about="CO-0616-003")
        listed = lines(desk, after=first["number"] - 1)
    assert second["number"] == first["number"] + 1
    assert first["line"] == "Generator tested."
    assert (first["by"], first["post"]) == ("amal", "Post of amal")
    assert (first["at"], first["dtg"]) == ("2016-06-16T04:00:00Z", "160400ZJUN16")
    assert second["about"] == {"channel": watch.channel, "about": "CO-0616-003"}
    assert [each["number"] for each in listed["lines"]] == [first["number"], second["number"]]
    assert f"\n{listed['total']}\n" in listed["head"]


@pytest.mark.parametrize("line", ["", "   ", "two\nlines", "x" * 501, "bell\x07", "\u202eright"])
def test_what_is_no_line(watch: Watch, line: str) -> None:
    before = lines(watch.coalition)["total"]
    answer = watch.coalition.http.post("/v1/watchlog", json={"line": line})
    assert answer.status_code == 422
    assert answer.json()["code"] in ("watch-line", "desk-request")
    assert lines(watch.coalition)["total"] == before


def test_nothing_can_be_changed_and_nothing_is_sent(watch: Watch) -> None:
    """There is no path that changes or drops a line, and the other side holds no word of it."""
    secret = "the password is on the wall"
    write(watch.coalition, secret)
    for method in ("PUT", "PATCH", "DELETE"):
        answer = watch.coalition.http.request(method, "/v1/watchlog/1", json={"line": "x"})
        assert answer.status_code in (404, 405)
    watch.settle()
    entries = [o for log in watch.russia_node.opened(watch.channel).values() for o in log]
    assert entries
    assert all(secret not in json.dumps(dict(o.said.body)) for o in entries)
    assert "russia" not in str(lines(watch.coalition))


def test_a_line_becomes_a_record(watch: Watch) -> None:
    """The line stays; another says what it became."""
    with watch.seated("amal") as desk:
        line = write(desk, "Two vehicles burn on the road")
        answer = desk.http.post(
            f"/v1/watchlog/{line['number']}/record",
            json={"channel": watch.channel, "kind": "question/1", "lang": "en"},
        )
        assert answer.status_code == 201, answer.text
        done = answer.json()
        body = desk.get(f"records/{done['published']['name']}")["body"]
        assert body["text"] == {"lang": "en", "text": "Two vehicles burn on the road"}
        assert done["line"]["line"] == (
            f"Line {line['number']} became {done['published']['number']}."
        )
        assert lines(desk, after=line["number"] - 1, limit=1)["lines"] == [line]
        missing = desk.http.post("/v1/watchlog/99999/record", json={"channel": watch.channel})
        assert (missing.status_code, missing.json()["code"]) == (422, "watch-line")


def test_an_observer_neither_reads_nor_writes_the_watch_log(watch: Watch) -> None:
    with watch.seated("olga") as desk:
        assert desk.http.get("/v1/watchlog").status_code == 403
        assert desk.http.post("/v1/watchlog", json={"line": "x"}).status_code == 403


def test_the_relief_lists_what_is_open_and_both_sign(tmp_path: Path) -> None:
    """The log names both officers and what was open; the other side learns the post, no name."""
    with on_watch(tmp_path) as watch:
        watch.account("amal", "officer")
        watch.account("boris", "officer")
        sent = watch.russia.send("33.0N 38.0E r1NM SFC-FL100 1500-1600Z", priority="urgent")
        watch.settle()
        with watch.seated("amal") as desk:
            desk.post("calls", to="russia")
            desk.post("drafts", kind="activity/1", body={})
            matters = desk.http.get("/v1/relief").json()
            (channel,) = matters["channels"]
            assert [item["record"] for item in channel["waiting"]] == [sent["name"]]
            assert (len(channel["calls"]), len(channel["drafts"]), matters["open"]) == (1, 1, 3)
            assert channel["watch"] is None
            answer = relieve(desk, remarks="Radio 2 is broken", until="1600Z", deputies=["Ops"])
        assert answer.status_code == 201, answer.text
        done = answer.json()
        assert done["line"]["sort"] == "relief"
        about = done["line"]["about"]
        assert (about["outgoing"], about["incoming"]) == ("amal", "boris")
        assert about["open"][0]["items"] == [channel["waiting"][0]["id"]]
        assert done["line"]["line"] == (
            "Watch handed over by Amal to Boris; 3 open. Radio 2 is broken"
        )
        (roster,) = done["rosters"]
        watch.settle()
        body = watch.russia.get(f"records/{roster['published']['name']}")["body"]
        assert body["post"] == "Post of boris"
        assert body["deputies"] == ["Ops"]
        assert body["languages"] == ["ru"]
        assert (body["watch_from"], body["watch_to"]) == (DAY, DAY + 12 * HOUR)
        assert "Amal" not in json.dumps(body)
        watch.clock.advance(HOUR)
        back = relieve(
            watch.coalition, outgoing="boris", incoming="amal", until="2359Z", post="Night desk"
        )
        assert back.status_code == 201, back.text
        now = watch_now(watch.coalition_node, watch.channel)
        assert now is not None
        assert now.said.body["post"] == "Night desk"
        assert [ref.role for ref in now.said.refs] == ["replaces"]
        watch.settle()
        posts = watch.russia.get("calls")["posts"]["coalition"]
        assert [each["post"] for each in posts] == ["Night desk"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"incoming_password": "wrong"}, 401, "account-refused"),
        ({"outgoing_password": "wrong"}, 401, "account-refused"),
        ({"outgoing_password": ""}, 401, "account-refused"),
        ({"incoming": "nobody"}, 401, "account-refused"),
        ({"incoming": "amal"}, 403, "draft-same-person"),
        ({"incoming": "olga"}, 403, "account-right"),
        ({"incoming": "rita"}, 403, "account-right"),
        ({"until": "yesterday"}, 422, "value-instant"),
        ({"until": "2016-06-19T05:00:00Z"}, 422, "desk-request"),
        ({"until": "2016-06-16T04:00:00Z"}, 422, "desk-request"),
        ({"remarks": "two\nlines"}, 422, "desk-request"),
        ({"channels": ["ffff"]}, 404, "channel-unknown"),
    ],
)
def test_a_relief_that_is_not_signed_by_two_officers(
    watch: Watch, changes: dict[str, Any], status: int, code: str
) -> None:
    """Nothing is logged, neither here nor in the channel."""
    before = lines(watch.coalition)["total"]
    total = watch.coalition.get("records")["total"]
    with watch.seated("amal") as desk:
        answer = relieve(desk, **changes)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert lines(watch.coalition)["total"] == before
    assert watch.coalition.get("records")["total"] == total


def test_a_watch_that_is_not_relieved_is_over(watch: Watch) -> None:
    """After its end nobody has the watch by our own word."""
    assert relieve(watch.coalition, until="1600Z").status_code == 201
    assert watch_now(watch.coalition_node, watch.channel) is not None
    watch.clock.set(Instant(DAY + 13 * HOUR))
    assert watch_now(watch.coalition_node, watch.channel) is None
    watch.clock.set(DAY)


def test_who_has_no_password_hands_over_by_the_session_itself(watch: Watch) -> None:
    """A passkey proved it just now; a token never does, nor a session of somebody else."""
    handing = Handing(
        outgoing="",
        outgoing_password="",
        outgoing_code="",
        incoming="boris",
        incoming_password=PASSWORD,
        incoming_code="",
        remarks="",
        until="",
        post="",
        deputies=(),
        languages=(),
        channels=(),
    )
    amal = watch.coalition_node.accounts.people.get("amal")
    rights = rights_of(amal.roles)

    def asks(by: Means, name: str = "amal") -> dict[str, Any]:
        who = Who(name, name, "", amal.roles, rights, by, "s")
        return hand_over(watch.coalition_node, handing, who, "127.0.0.1")

    for by, name in (("token", "amal"), ("password", "amal"), ("operator", "operator")):
        with pytest.raises(AccountRefused):
            asks(by, name)  # type: ignore[arg-type]
    assert asks("passkey")["line"]["about"]["outgoing"] == "amal"
