"""A mute is local, has a reason and an end, and never hides what has changed since."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.node.clock import ManualClock
from parley.node.mutes import FILE, LONGEST_MS
from parley.node.runtime import Node
from parley.record.envelope import Ref
from parley.values.instants import Instant, format_instant
from tests.spine.desk.conftest import DAY, Desk, open_desk

HOUR = 3_600_000
WARNING: dict[str, Any] = {
    "urgency": "stop",
    "asked": {"lang": "en", "text": "stop at once"},
    "place": {
        "lat_e7": 334_900_000,
        "lon_e7": 386_600_000,
        "precision_e4m": 5_000_000,
        "stated": "the garrison",
    },
}


@pytest.fixture
def warned(tmp_path: Path) -> Iterator[Desk]:
    """A desk that has sent a warning without end or owner."""
    with open_desk(tmp_path) as desk:
        desk.node.publish(desk.channel, "warning/1", WARNING, priority="urgent")
        yield desk


def path(desk: Desk, rest: str) -> str:
    return f"/v1/channels/{desk.channel}/{rest}"


def standing(desk: Desk, rule: str, about: str = "") -> dict[str, Any]:
    found = desk.http.get(path(desk, "views/advisories")).json()["data"]["advisories"]
    return next(a for a in found if a["rule"] == rule and about in "".join(a["about"]))


def mute(desk: Desk, name: str, **changes: Any) -> Any:
    asked = {"advisory": name, "reason": "known", "until": format_instant(Instant(DAY + HOUR))}
    wanted = {k: v for k, v in {**asked, **changes}.items() if v is not None}
    return desk.http.post(path(desk, "mutes"), json=wanted)


def mutes(desk: Desk) -> list[dict[str, Any]]:
    return list(desk.http.get(path(desk, "mutes")).json()["mutes"])


def states(desk: Desk) -> dict[str, str]:
    return {m["advisory"]: m["state"] for m in desk.http.get(path(desk, "mutes")).json()["mutes"]}


def clock_of(desk: Desk) -> ManualClock:
    assert isinstance(desk.node.clock, ManualClock)
    return desk.node.clock


def test_a_mute_stands_apart_and_changes_no_view(warned: Desk) -> None:
    """The data of the view is what it was; beside it stand who, why and until when."""
    name = standing(warned, "W2")["id"]
    before = warned.http.get(path(warned, "views/advisories")).json()
    sizes = {o: len(log) for o, log in warned.node.opened(warned.channel).items()}
    answer = mute(warned, name, by="watch officer")
    assert answer.status_code == 201
    after = warned.http.get(path(warned, "views/advisories")).json()
    assert after["data"] == before["data"]
    assert before["muted"] == []
    (shown,) = after["muted"]
    assert (shown["advisory"], shown["by"], shown["reason"]) == (name, "watch officer", "known")
    assert shown["until"] == "2016-06-16T05:00:00Z"
    assert shown["standing"]["rule"] == "W2"
    assert {o: len(log) for o, log in warned.node.opened(warned.channel).items()} == sizes
    assert warned.http.get(path(warned, "views/register")).json()["muted"] == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"reason": None}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "a\nb"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"by": ""}, "by"),
        ({"until": None}, "until"),
        ({"until": format_instant(Instant(DAY))}, "until"),
        ({"until": format_instant(Instant(DAY - 1000))}, "until"),
        ({"until": format_instant(Instant(DAY + LONGEST_MS + 1000))}, "until"),
        ({"advisory": "A-NOSUCHTHING22"}, "advisory"),
        ({"advisory": "subject:nothing"}, "advisory"),
    ],
)
def test_what_is_no_mute_is_refused(warned: Desk, changes: dict[str, Any], where: str) -> None:
    """Without reason, without end, with one that is past or too far, of what is not there."""
    answer = mute(warned, standing(warned, "W2")["id"], **changes)
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["where"]) == ("mute", where)
    assert states(warned) == {}


def test_the_longest_mute_is_seven_days(warned: Desk) -> None:
    """Seven days to the millisecond are taken."""
    until = format_instant(Instant(DAY + LONGEST_MS))
    assert mute(warned, standing(warned, "W2")["id"], until=until).status_code == 201


def test_a_mute_expires_by_itself(warned: Desk) -> None:
    """At its end, not before; the list still says that it was there."""
    name = standing(warned, "W2")["id"]
    mute(warned, name)
    clock_of(warned).advance(HOUR - 1)
    assert states(warned) == {name: "muted"}
    clock_of(warned).advance(1)
    assert states(warned) == {name: "expired"}
    assert warned.http.get(path(warned, "views/advisories")).json()["muted"] == []
    assert standing(warned, "W2")["id"] == name


def test_a_later_mute_of_the_same_advisory_counts(warned: Desk) -> None:
    """So that one set by mistake is ended early."""
    name = standing(warned, "W2")["id"]
    mute(warned, name)
    mute(warned, name, until=format_instant(Instant(DAY + 1000)), reason="was a mistake")
    clock_of(warned).advance(1000)
    assert states(warned) == {name: "expired"}


def test_an_advisory_that_says_something_else_sounds_again(warned: Desk) -> None:
    """The same id is not enough: what was muted is the advisory as it stood."""
    clock_of(warned).advance(12 * HOUR)
    first = standing(warned, "W14", "/urgent")
    mute(warned, first["id"], until=format_instant(Instant(DAY + 20 * HOUR)))
    assert states(warned)[first["id"]] == "muted"
    warned.node.publish(warned.channel, "warning/1", WARNING, priority="urgent")
    clock_of(warned).advance(4 * HOUR)
    again = standing(warned, "W14", "/urgent")
    assert again["id"] != first["id"]
    assert states(warned)[first["id"]] == "settled"
    muted = warned.http.get(path(warned, "views/advisories")).json()["muted"]
    assert again["id"] not in [m["advisory"] for m in muted]


def test_a_mute_ends_when_the_same_advisory_says_other_words(warned: Desk) -> None:
    """Its rule and records, hence its id, are what they were: only what it says has changed."""

    def log(kind: str, **body: Any) -> None:
        warned.node.publish(warned.channel, kind, body)

    time = {"ms": DAY - HOUR, "stated": "an hour ago", "zone": "UTC"}
    log(
        "toll/1", counted="allegations", counted_by="coalition", issued_by="coalition",
        published=time, period_from=DAY - 9 * HOUR, period_to=DAY, total=5,
    )  # fmt: skip
    alleged = {"act": "shelling", "time": time, "text": {"lang": "en", "text": "shells fell"}}
    log("allegation/1", **alleged)
    first = standing(warned, "W23")
    assert mute(warned, first["id"]).status_code == 201
    assert states(warned)[first["id"]] == "muted"
    log("allegation/1", **alleged)
    again = standing(warned, "W23")
    assert again["id"] == first["id"]
    assert again["records"] == first["records"]
    assert again["text"] != first["text"]
    assert states(warned)[first["id"]] == "sounds again"
    muted = warned.http.get(path(warned, "views/advisories")).json()["muted"]
    assert first["id"] not in [m["advisory"] for m in muted]


def test_a_cause_mutes_what_stands_now_and_nothing_later(warned: Desk) -> None:
    """All findings on the warning are silent; a new one on the same warning is not."""
    data = warned.http.get(path(warned, "views/advisories")).json()["data"]
    group = next(g for g in data["groups"] if standing(warned, "W2")["id"] in g["advisories"])
    assert len(group["advisories"]) > 1
    mute(warned, group["cause"], until=format_instant(Instant(DAY + 20 * HOUR)))
    assert set(states(warned)) == set(group["advisories"])
    assert set(states(warned).values()) == {"muted"}
    (warning,) = (m["standing"]["records"][0]["name"] for m in [mutes(warned)[0]])
    call: dict[str, Any] = {"medium": "telephone", "direction": "out", "to": "cell"}
    warned.node.publish(
        warned.channel,
        "call/1",
        {**call, "opened_at": DAY, "outcome": "no_answer"},
        refs=[Ref("about", warning)],
    )
    late = standing(warned, "W7")["id"]
    data = warned.http.get(path(warned, "views/advisories")).json()["data"]
    (group,) = (g for g in data["groups"] if g["cause"] == group["cause"])
    assert late in group["advisories"]
    muted = warned.http.get(path(warned, "views/advisories")).json()["muted"]
    assert late not in [m["advisory"] for m in muted]


def test_a_mute_survives_the_node_and_stays_in_its_folder(tmp_path: Path) -> None:
    """It is on the disk beside the logs, in a file that holds nothing else."""
    with open_desk(tmp_path) as desk:
        desk.node.publish(desk.channel, "warning/1", WARNING, priority="urgent")
        name = standing(desk, "W2")["id"]
        mute(desk, name)
        folder, channel = desk.node.folder, desk.channel
    assert (folder / FILE).exists()
    node = Node.open(folder, clock=ManualClock(DAY))
    try:
        (kept,) = node.mutes_of(channel)
        assert isinstance(kept, dict)
        assert (kept["advisory"], kept["state"]) == (name, "muted")
    finally:
        node.close()
