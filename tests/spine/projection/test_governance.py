"""Rules come from records alone: charters, agreed texts, agreed places."""

from typing import Any

from parley.record.envelope import agreed_digest
from tests.spine.projection.world import HOUR, NOON, Rules, World, place

TANF = place(33.506, 38.618, stated="At-Tanf")


def charter(world: World, at: int = NOON) -> dict[str, Any]:
    return world.data("charter", at)


def test_the_charter_stands_when_every_party_has_logged_it() -> None:
    """With one party's entries missing it does not stand, and says who is missing."""
    world = World()
    assert charter(world)["stands"]
    half = {o: n for o, n in world.sizes().items() if "coalition" in o}
    data: Any = world.view("charter", upto=half).data
    assert (data["stands"], data["texts"][0]["missing"]) == (False, ["russia"])
    assert data["terms"]["day_zone"] == "Asia/Damascus"


def later_charter(world: World, **rules: Any) -> dict[str, Any]:
    return {
        **{name: getattr(world.rules, name) for name in Rules.model_fields},
        "note": "amended",
        **rules,
    }


def test_a_later_charter_is_in_force_once_all_have_logged_it_and_it_has_begun() -> None:
    """One party's amendment changes nothing; of all parties, from the instant it states."""
    world = World()
    amended = later_charter(world, start=NOON + HOUR, lateral_e4m=10_000)
    world.main("russia").say("rules/1", **amended)
    assert charter(world, NOON + 2 * HOUR)["terms"]["minima"]["lateral_m"] == 9260
    world.main("coalition").say("rules/1", **amended)
    laterals = [charter(world, at)["terms"]["minima"]["lateral_m"] for at in (NOON, NOON + HOUR)]
    assert laterals == [9260, 1]


def test_no_party_is_left_out_of_a_later_charter() -> None:
    """Who names itself alone, or all but one, changes nothing for anybody; the view says why."""
    world = World("coalition", "russia", "turkey")
    some = tuple(m for m in world.rules.members if m[0] != "turkey")
    alone = (*(m for m in world.rules.members if m[0] == "russia"), ("friend", "FR", "voice"))
    for members, parties in ((alone, ["russia"]), (some, ["coalition", "russia"])):
        for party in parties:
            said = later_charter(world, members=members, lateral_e4m=10_000)
            world.main(party).say("rules/1", **said)
    data = charter(world)
    assert data["terms"]["minima"]["lateral_m"] == 9260
    shown = [(t["stands"], t["missing"], t["void"]) for t in data["texts"]]
    void = "has other parties or mirrors than the channel began with"
    assert shown == [
        (True, [], None),
        (False, ["turkey"], void),
        (False, ["coalition", "turkey"], void),
    ]


def test_a_later_charter_with_another_member_never_stands() -> None:
    """Neither a party nor a mirror comes or goes, though all log it; a voice party may."""
    for more, stands in (
        (("iran", "IR", "party"), False),
        (("un", "UN", "mirror"), False),
        (("cell", "CE", "voice"), True),
    ):
        world = World()
        members = (*world.rules.members, more)
        for party in ("coalition", "russia"):
            world.main(party).say(
                "rules/1", **later_charter(world, members=members, lateral_e4m=10_000)
            )
        data = charter(world)
        assert (data["texts"][1]["stands"], data["texts"][1]["missing"]) == (stands, [])
        assert data["terms"]["minima"]["lateral_m"] == (1 if stands else 9260)


def test_an_amendment_of_another_day_zone_moves_no_number() -> None:
    """Numbers depend on the first charter alone."""
    world = World()
    name = world.main("russia").say("plain/1", at=NOON)
    before = {r["name"]: r["number"] for r in world.data("register")["records"]}
    for party in ("russia", "coalition"):
        members = (("coalition", "XX", "party"), ("russia", "YY", "party"), ("m", "MM", "mirror"))
        world.main(party).say("rules/1", **later_charter(world, members=members))
    after = {r["name"]: r["number"] for r in world.data("register")["records"]}
    assert before[name] == after[name]


def test_a_charter_past_its_end_is_shown_as_out_of_force() -> None:
    """Its measures go on to be used, and the view says that none is in force."""
    world = World(end=NOON)
    seen = [charter(world, at)["in_force"] for at in (NOON - 1, NOON)]
    assert seen == [True, False]
    assert charter(world, NOON)["terms"] is not None


def test_minutes_stand_when_those_named_have_logged_them() -> None:
    """Of three parties two met: the third need not log the minutes."""
    world = World("coalition", "russia", "turkey")
    said: dict[str, Any] = {"text": "met", "parties": ("coalition", "russia")}
    world.main("coalition").say("minutes/1", **said)

    def minutes() -> dict[str, Any]:
        (text,) = [t for t in charter(world)["texts"] if t["kind"] == "minutes/1"]
        return dict(text)

    assert (minutes()["stands"], minutes()["missing"]) == (False, ["russia"])
    world.main("russia").say("minutes/1", **{**said, "text": "met, and agreed"})
    assert len([t for t in charter(world)["texts"] if t["kind"] == "minutes/1"]) == 2
    world.main("russia").say("minutes/1", **said)
    standing = [t for t in charter(world)["texts"] if t["stands"]]
    assert [t["kind"] for t in standing] == ["rules/1", "minutes/1"]
    body: Any = {"manner": "mentioned", "parties": ["coalition", "russia"], "text": "met"}
    assert standing[1]["digest"] == agreed_digest("minutes/1", body)


def test_minutes_that_name_nobody_need_everybody() -> None:
    """Without names every party of the channel is named."""
    world = World("coalition", "russia", "turkey")
    world.main("coalition").say("minutes/1", text="met")
    (text,) = [t for t in charter(world)["texts"] if t["kind"] == "minutes/1"]
    assert text["missing"] == ["russia", "turkey"]


def test_a_place_is_agreed_when_every_other_party_acknowledges_it() -> None:
    """Proposed until then; an objection, or a withdrawal, keeps or takes it off the list."""
    world = World("coalition", "russia", "turkey")
    name = world.main("coalition").say("spot/1", called="At-Tanf", place=TANF)

    def lists() -> tuple[int, int]:
        data = charter(world)
        return len(data["places"]), len(data["proposed_places"])

    assert lists() == (0, 1)
    world.main("russia").say("reply/1", refs=[("answers", name)])
    assert lists() == (0, 1)
    world.main("turkey").say("reply/1", refs=[("answers", name)])
    assert lists() == (1, 0)
    world.main("turkey").say("reply/1", NOON + 1, says="object", refs=[("answers", name)])
    assert lists() == (0, 1)
    world.main("turkey").say("reply/1", NOON + 2, refs=[("answers", name)])
    world.main("coalition").say("plain/1", refs=[("withdraws", name)])
    assert lists() == (0, 0)


def test_places_of_the_charter_are_agreed_with_it() -> None:
    """A place both sides signed into the charter needs no further word."""
    world = World(listed=(("At-Tanf", TANF),))
    (shown,) = charter(world)["places"]
    assert (shown["names"], shown["lat_e7"]) == ([{"lang": "en", "text": "At-Tanf"}], 335060000)
