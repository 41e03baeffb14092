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


def at(lat: float, lon: float) -> dict[str, Json]:
    return {"lat_e7": round(lat * 10_000_000), "lon_e7": round(lon * 10_000_000)}


def typed(lat: float, lon: float) -> dict[str, Json]:
    return {**at(lat, lon), "precision_e4m": 10_000_000, "stated": "as read"}


CORRIDOR: dict[str, Json] = {
    "shape": {
        "type": "corridor",
        "line": [at(34.4, 37.2), at(34.4, 37.9), at(33.5, 38.6)],
        "half_width_e4m": 92_600_000,
    }
}
AREA: dict[str, Json] = {
    "shape": {
        "type": "polygon",
        "rings": [[at(33.0, 38.0), at(33.0, 39.0), at(34.0, 39.0), at(34.0, 38.0), at(33.0, 38.0)]],
    }
}
DISK: dict[str, Json] = {
    "shape": {"type": "circle", "center": at(33.506, 38.618), "radius_e4m": 500_000_000}
}
WAY: Json = {
    "points": [at(34.4, 37.2), at(34.4, 37.9), at(33.5, 38.6)],
    "times": [STRIKE, STRIKE + 10 * MINUTE, STRIKE + 25 * MINUTE],
}


@pytest.mark.parametrize(
    ("stated", "read", "expected"),
    [
        (CORRIDOR, typed(34.4, 37.2), ("same", at(34.4, 37.2), 0)),
        (CORRIDOR, typed(33.5, 38.6), ("same", at(33.5, 38.6), 0)),
        (CORRIDOR, typed(33.508, 38.6), ("same", at(33.5, 38.6), 887)),
        # 71 km from the middle, still within the disk around it all; a bend; the middle itself.
        (CORRIDOR, typed(34.45, 37.3), ("differs", at(34.4, 37.2), 10_736)),
        (CORRIDOR, typed(34.4, 37.9), ("differs", at(34.4, 37.2), 64_365)),
        (CORRIDOR, typed(33.95, 37.9), ("differs", at(34.4, 37.2), 81_588)),
        (WAY, typed(33.5, 38.6), ("same", at(33.5, 38.6), 0)),
        (WAY, typed(34.4, 37.9), ("differs", at(34.4, 37.2), 64_365)),
        (AREA, typed(34.0, 39.0), ("same", at(34.0, 39.0), 0)),
        (AREA, typed(33.5, 38.5), ("differs", at(34.0, 38.0), 72_263)),
        (DISK, typed(33.506, 38.618), ("same", at(33.506, 38.618), 0)),
        (DISK, typed(33.6, 38.618), ("differs", at(33.506, 38.618), 10_426)),
    ],
)
def test_a_shape_is_read_back_by_a_point_of_its_own(
    stated: dict[str, Json], read: Json, expected: tuple[str, dict[str, Json], int]
) -> None:
    """An end, a corner, the centre, within a kilometre; how large the shape is excuses nothing.

    The distances are those of geographiclib.
    """
    world = RealWorld()
    window: dict[str, Json] = {"time_start": STRIKE, "time_end": STRIKE + HOUR}
    space: dict[str, Any] = (
        {"trajectory": stated} if "points" in stated else {"volumes": [{**stated, **window}]}
    )
    name = world.main("coalition").say("activity/1", STRIKE - HOUR, title="flight", **space)
    world.main("russia").say(
        "answer/1",
        STRIKE - HOUR,
        refs=[("answers", name)],
        stance="acknowledge",
        officer="duty officer",
        place=read,
    )
    (notice,) = world.data("notices", STRIKE - HOUR)["notices"]
    items = notice["asked"][0]["answers"][0]["read_back"]["items"]
    (item,) = [item for item in items if item["what"] == "place"]
    shown = {key: item["expected"][key] for key in ("lat_e7", "lon_e7")}
    assert (item["result"], shown, item["off_m"]) == expected


def notice_in(world: RealWorld, lang: str, urgency: str = "safety") -> str:
    return world.main("coalition").say(
        "warning/1",
        STRIKE,
        urgency=urgency,
        asked={"lang": lang, "text": "keep clear"},
        whom={"lang": lang, "text": "our people"},
    )


def desks(*languages: str) -> dict[str, Json]:
    """Give members of a charter whose russian desk reads these languages."""
    spoken = {"coalition": ["en"], "russia": [*languages], "mirror": []}
    members: Json = [
        {"name": n, "code": c, "role": r, "display": english(n), "languages": list(spoken[n])}
        for n, c, r in HOLDERS
    ]
    return {"members": members}


def strange(world: RealWorld, at: int = STRIKE) -> list[tuple[str, str]]:
    found = world.fired("W20", at)
    assert all(a["parties"] == ["coalition", "russia"] for a in found)
    return [(a["severity"], a["text"]["text"].partition("not known to read: ")[2]) for a in found]


def test_w20_words_that_the_other_desk_does_not_read() -> None:
    """Each field is named with its language, and what the desk reads; an answer settles it."""
    world = RealWorld(**desks("ru"))
    name = notice_in(world, "en")
    said = "asked in en and whom in en; it reads ru."
    assert strange(world) == [("attention", said)]
    world.main("russia").say(
        "answer/1", STRIKE, refs=[("answers", name)], stance="acknowledge", officer="duty officer"
    )
    assert strange(world) == []


def test_w20_a_translation_settles_what_it_translates() -> None:
    """Of one field that field alone, without a field all; into a language that the desk reads."""
    world = RealWorld(**desks("ru-RU"))
    name = notice_in(world, "en")

    def translate(lang: str, field: str | None) -> None:
        more: dict[str, Any] = {} if field is None else {"field": field}
        world.main("coalition").say(
            "translation/1",
            STRIKE,
            refs=[("about", name)],
            text={"lang": lang, "text": "..."},
            from_lang="en",
            method="person",
            translated_by="interpreter",
            **more,
        )

    translate("ar", None)
    assert strange(world) == [("attention", "asked in en and whom in en; it reads ru.")]
    translate("ru", "asked")
    assert strange(world) == [("attention", "whom in en; it reads ru.")]
    translate("ru-Latn", None)
    assert strange(world) == []


@pytest.mark.parametrize(
    ("lang", "reads"), [("en", ["en"]), ("en-GB", ["ru", "en"]), ("und", ["ru"]), ("en", [])]
)
def test_w20_is_silent_where_nothing_shows_that_it_is_not_read(lang: str, reads: list[str]) -> None:
    """A language the desk reads, words in none that is known, a desk of which nothing is known."""
    world = RealWorld(**desks(*reads))
    notice_in(world, lang)
    assert strange(world) == []


def roster(world: RealWorld, deputies: list[str], languages: list[str]) -> str:
    return world.main("russia").say(
        "roster/1",
        STRIKE,
        watch_from=STRIKE,
        watch_to=STRIKE + HOUR,
        post="duty officer",
        deputies=deputies,
        languages=languages,
    )


def test_w20_asks_the_watch_before_the_charter() -> None:
    """Who has the watch is who reads: while it lasts, its languages count, then the desk's."""
    world = RealWorld(**desks("ru", "en"))
    notice_in(world, "en")
    assert strange(world) == []
    roster(world, ["deputy"], ["ru"])
    assert [severity for severity, _ in strange(world)] == ["attention"]
    assert strange(world, STRIKE + HOUR) == []


def test_w21_a_watch_without_a_deputy() -> None:
    """While it lasts, until a roster names one, by a new one or by replacing it."""
    world = RealWorld()
    name = roster(world, [], ["en"])
    (found,) = world.fired("W21", STRIKE)
    assert (found["severity"], found["records"][0]["name"]) == ("information", name)
    assert world.fired("W21", STRIKE - 1) == []
    assert world.fired("W21", STRIKE + HOUR) == []
    roster(world, ["deputy"], ["en"])
    assert world.fired("W21", STRIKE) == []
