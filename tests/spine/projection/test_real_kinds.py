"""The views over Parley's own kinds: every good body folds, and At-Tanf is flagged as it was."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from parley.kinds import KINDS
from parley.projection.view import VIEW_NAMES
from parley.record.canonical import Json, canonical
from parley.values.instants import Instant, parse_instant
from tests.spine.projection.world import HOUR, MINUTE, ROLES, World, b64, possession, signer

HOLDERS = (("coalition", "CO", "party"), ("russia", "RU", "party"), ("mirror", "MI", "mirror"))
STRIKE = parse_instant("2016-06-16T04:00:00Z")
TANF: dict[str, Json] = {
    "lat_e7": 335060000,
    "lon_e7": 386180000,
    "precision_e4m": 5_000_000,
    "stated": "At-Tanf",
}


def english(text: str) -> dict[str, Json]:
    return {"lang": "en", "text": text}


def charter(**changes: Json) -> dict[str, Json]:
    deadline: Json = {"receipt_ms": 15 * MINUTE, "answer_ms": 30 * MINUTE}
    body: dict[str, Json] = {
        "title": english("Flight safety"),
        "status": "exercise",
        "members": [
            {"name": n, "code": c, "role": r, "display": english(n), "languages": ["en"]}
            for n, c, r in HOLDERS
        ],
        "keys": [
            {
                "holder": holder,
                "role": role,
                "public": b64(signer(holder, role).public),
                "possession": possession(signer(holder, role), holder, role),
            }
            for holder, _, kind in HOLDERS
            for role in (ROLES if kind == "party" else ROLES[2:])
        ],
        "minima": {"lateral_e4m": 92_600_000, "vertical_e4m": 3_048_000, "time_ms": 300_000},
        "deadlines": {"routine": deadline, "urgent": deadline},
        "languages": ["en"],
        "day_zone": "Asia/Damascus",
        "in_force_from": STRIKE - 24 * HOUR,
        **changes,
    }
    return KINDS["charter/1"].parse(body).to_json()


class RealWorld(World):
    """A channel of two parties and a mirror under a charter/1."""

    kinds = KINDS
    agreed = frozenset(kind.name for kind in KINDS if kind.agreed)

    def __init__(self, **changes: Json) -> None:
        self.status = "exercise"
        self.begin("charter/1", charter(**changes), ("coalition", "russia"))

    def body(self, kind: str, said: Mapping[str, Any]) -> dict[str, Json]:
        known = {each.name for each in self.kinds}
        return self.kinds[kind].parse(said).to_json() if kind in known else dict(said)


def good_bodies(root: Path) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for file in sorted((root / "src" / "parley" / "kinds").glob("*/vectors/*.json")):
        vectors = json.loads(file.read_text(encoding="utf-8"))
        if "kind" in vectors:
            found += [(vectors["kind"], case["body"]) for case in vectors["good"]]
    return found


def test_every_good_body_of_every_kind_folds_into_every_view(root: Path) -> None:
    """No body that a kind accepts stops a view, and none of them is unread."""
    world = RealWorld()
    bodies = good_bodies(root)
    assert {kind for kind, _ in bodies} == {kind.name for kind in KINDS}
    for i, (kind, body) in enumerate(bodies):
        party = ("coalition", "russia")[i % 2]
        log = world.main(party)
        log.put(log.record(kind, body, issued=Instant(STRIKE + i * MINUTE)))
    for at in (STRIKE, STRIKE + HOUR, STRIKE + 9000 * HOUR):
        for name in VIEW_NAMES:
            view = world.view(name, at)
            assert view.data["unread"] == 0
            assert view.to_bytes() == canonical(view.to_json())


def at_tanf(world: World) -> dict[str, str]:
    """16 June 2016 as documented: strike, call without read-back, warning, strike, hail."""
    log, seen = world.main("coalition"), {}

    def account(at: int) -> str:
        time: Json = {"ms": at, "stated": "about that time", "zone": "UTC"}
        return log.say("account/1", at, text=english("strike"), place=TANF, time=time)

    seen["first"] = account(STRIKE)
    seen["warning"] = world.urgent("coalition").say(
        "warning/1", STRIKE + 20 * MINUTE, urgency="stop", asked=english("stop"), place=TANF
    )
    about = [("about", seen["warning"])]
    call: dict[str, Any] = {"medium": "telephone", "direction": "out", "to": "russia"}
    seen["call"] = log.say(
        "call/1", STRIKE + 21 * MINUTE, refs=about, opened_at=STRIKE + 20 * MINUTE,
        outcome="connected", said=english("stop"), **call,
    )  # fmt: skip
    seen["second"] = account(STRIKE + 110 * MINUTE)
    hail: dict[str, Any] = {"medium": "radio", "direction": "out", "to": "unknown"}
    seen["hail"] = log.say(
        "call/1", STRIKE + 111 * MINUTE, opened_at=STRIKE + 110 * MINUTE, outcome="no_answer",
        **hail,
    )  # fmt: skip
    return seen


def test_at_tanf_is_flagged_as_it_should_have_been() -> None:
    """No acknowledgement, end or owner, a place on no list, a repeat after 90 minutes, a hail."""
    world = RealWorld()
    seen = at_tanf(world)
    late = STRIKE + 2 * HOUR
    fired = {
        a["rule"]: {r["name"] for r in a["records"]}
        for a in world.data("advisories", late)["advisories"]
    }
    assert {rule: fired[rule] for rule in ("W1", "W2", "W3", "W4")} == {
        rule: {seen["warning"]} for rule in ("W1", "W2", "W3", "W4")
    }
    assert fired["W5"] == {seen["warning"], seen["second"]}
    assert fired["W7"] == {seen["hail"]}
    (notice,) = world.data("notices", late)["notices"]
    assert [(g["grade"], g["holder"], g["by"]) for g in notice["grades"]] == [
        ("told", "russia", "coalition")
    ]


@pytest.mark.parametrize("listed", [True, False])
def test_an_agreed_list_settles_the_place(listed: bool) -> None:
    """Had At-Tanf stood in the charter, the place would have been known to both."""
    places: Json = [{"names": [english("At-Tanf")], "place": dict(TANF)}] if listed else []
    world = RealWorld(places=places)
    at_tanf(world)
    assert bool(world.fired("W4", STRIKE + HOUR)) != listed


def test_planned_beforehand_the_same_day_is_a_conflict_with_one_number() -> None:
    """Two activities filed before take-off meet; the read-back of an answer is compared."""
    world = RealWorld()
    circle: Json = {
        "type": "circle",
        "center": {"lat_e7": TANF["lat_e7"], "lon_e7": TANF["lon_e7"]},
        "radius_e4m": 50_000_000,
    }
    level: Json = {"e4m": 45_720_000, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0}
    volume: Json = {
        "shape": circle,
        "time_start": STRIKE,
        "time_end": STRIKE + HOUR,
        "lower": level,
        "upper": level,
    }
    names = [
        world.main(party).say("activity/1", STRIKE - HOUR, title="flight", volumes=[volume])
        for party in ("coalition", "russia")
    ]
    (conflict,) = world.data("air", STRIKE - HOUR)["conflicts"]
    assert {conflict["a"]["subject"], conflict["b"]["subject"]} == set(names)
    assert conflict["id"].startswith("C-")
    assert "W8" in world.rules_fired(STRIKE - HOUR)
    window: Json = {"time_start": STRIKE, "time_end": STRIKE + HOUR}
    world.main("russia").say(
        "answer/1", STRIKE - HOUR, refs=[("answers", names[0])], stance="object",
        officer="duty officer", text=english("ours too"), place=dict(TANF), window=window,
        lower=level, upper=level,
    )  # fmt: skip
    assert "W8" not in world.rules_fired(STRIKE - HOUR)
    notices = world.data("notices", STRIKE - HOUR)["notices"]
    (asked,) = next(n for n in notices if n["name"] == names[0])["asked"]
    assert (asked["state"], asked["answers"][0]["read_back"]["result"]) == ("objected", "matches")
