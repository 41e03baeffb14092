"""What a tired hand mistypes at the desk is refused, or said, in words of what was typed."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.desk.client import running
from parley.desk.commands.answer import as_words
from parley.errors import ParleyError
from parley.node.charter import new_charter
from parley.node.clock import SystemClock
from parley.node.identity import read_identity
from tests.spine.desk.test_cli import assert_one_line, parley
from tests.spine.desk.test_run import PLAN, Running, alone, ask, finish, make, sign, start, state

WHOM = ("--whom", "people at the garrison")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Serve a party whose only counterpart is a voice party, with a second charter half signed."""
    home = tmp_path_factory.mktemp("slips")
    folder = alone(home)
    body = new_charter(
        [read_identity(folder / "identity.json"), make(home, "russia", "RU")],
        at=SystemClock().now(),
        title="Not yet",
    )
    (home / "second.json").write_text(json.dumps(body))
    sign(home / "second.json", folder)
    served = Running(folder, start(folder))
    (ours,) = [  # nobody else can confirm where its log ends
        each["channel"]
        for each in state(served)["channels"]
        if "voice" in {member["role"] for member in each["members"]}
    ]
    ask(served, "resume", "--reason", "alone", "--channel", ours)
    yield served
    finish(served.process, signal.SIGTERM)


@pytest.fixture
def channels(node: Running) -> tuple[str, str]:
    """Name the channel whose charter stands, and the one whose does not yet."""
    roles = {c["channel"]: {m["role"] for m in c["members"]} for c in state(node)["channels"]}
    stands, waits = sorted(roles, key=lambda name: "voice" not in roles[name])
    return stands, waits


def sizes(node: Running) -> list[int]:
    """Give how many entries each log has."""
    return [log["size"] for each in state(node)["channels"] for log in each["logs"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("warn", "safety", "x", *WHOM, "--of", "cel"), ["'cel'", "cell", "member-unknown"]),
        (("warn", "safety", "x", *WHOM, "--until", "160430ZJUN36"), ["--from", "desk-usage"]),
        (("call", "cel", "connected", "--said", "x"), ["'cel'", "cell", "member-unknown"]),
    ],
)
def test_a_slip_is_refused_where_it_was_typed(
    node: Running, channels: tuple[str, str], arguments: tuple[str, ...], words: list[str]
) -> None:
    """An addressee who is not there, an end without a beginning: one line, nothing sent."""
    before = sizes(node)
    here = ("--channel", channels[0], "--node", str(node.folder))
    assert_one_line(parley(*arguments, *here), 2, *words)
    assert sizes(node) == before


def test_a_question_about_a_zone_that_binds_nobody_is_refused(node: Running) -> None:
    """Nothing would be met, and that would look like a clear sky."""
    zone = {k: v for k, v in PLAN["properties"].items() if k != "kind"}  # type: ignore[attr-defined]
    zone |= {"kind": "zone/1", "zone_type": "restricted", "asks": "avoid"}
    for affects, known in ((["cel"], False), (["cell"], True), (["cell", "russa"], False)):
        asked = {**PLAN, "properties": {**zone, "affects": affects}}
        with running(node.folder) as client:
            if known:
                assert client.post("/v1/check", asked)["conflicts"] == []
                continue
            with pytest.raises(ParleyError, match="member-unknown"):
                client.post("/v1/check", asked)


def test_a_warning_says_how_its_place_was_understood(
    node: Running, channels: tuple[str, str]
) -> None:
    """Who typed longitude first, or the wrong letter, sees it before the line rings."""
    told = ask(node, "warn", "safety", "x", "--place", "33.51N 38.61W", "--channel", channels[0])
    assert "33.5100000 N 38.6100000 W" in told
    assert "038°36'36.00\"W" in told


def test_last_years_dates_are_said(
    node: Running, channels: tuple[str, str], tmp_path: Path
) -> None:
    """A warning that is over, a plan that is over: sent as typed, and said at once."""
    here = ("--channel", channels[0])
    old, new = ("2016-06-16T08:00:00Z", "2096-06-16T08:00:00Z")
    told = ask(node, "warn", "safety", "x", *WHOM, "--valid-until", old, "--answer-by", old, *here)
    assert "--valid-until is over already" in told
    assert "--answer-by is over already" in told
    told = ask(node, "warn", "safety", "x", *WHOM, "--valid-until", new, "--answer-by", new, *here)
    assert "over already" not in told
    file = tmp_path / "plans.geojson"
    past = {**PLAN["properties"], "title": "Past", "time_start": old, "time_end": old}  # type: ignore[dict-item]
    plans = [PLAN, {**PLAN, "properties": past}]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": plans}))
    told = ask(node, "notify", str(file), *here)
    numbers = re.findall(r"^(CO-\S+)", told, re.MULTILINE)
    assert len(numbers) == 2
    assert f"over already: {numbers[1]};" in told


def test_a_place_read_back_is_told_in_degrees() -> None:
    """Beside what the notice says, in the words typed: an officer compares places, not numbers."""
    place = {"lat_e7": 386100000, "lon_e7": -335100000, "precision_m": 556, "stated": "the ford"}
    assert as_words(place) == '38.6100000 N 33.5100000 W ("the ford")'
    assert as_words({"from": "now", "until": None}) == "from now, until nothing"


def test_status_says_who_has_yet_to_sign(node: Running, channels: tuple[str, str]) -> None:
    """A channel under a charter that not all have signed is not taken for one that works."""
    status = ask(node, "status")
    works, waits = (status.split(f"channel {name[:4]} ")[1] for name in channels)
    assert re.search(r"^charter +in force$", works.split("\nchannel ")[0], re.MULTILINE)
    pending = waits.split("\nchannel ")[0]
    assert re.search(r"^charter +NOT IN FORCE.*not yet signed by russia", pending, re.MULTILINE)
