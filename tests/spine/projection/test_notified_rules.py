"""W22: what happened inside a place and time that had been announced and acknowledged."""

from typing import Any

import pytest

from parley.record.canonical import Json
from tests.spine.projection.test_real_kinds import STRIKE, TANF, RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE

LATE = STRIKE + 9 * HOUR


def disk(lat_e7: int = 335060000, radius_m: int = 9_260, **levels: Json) -> Any:
    return {
        "shape": {"type": "circle", "center": {"lat_e7": lat_e7, "lon_e7": 386180000},
                  "radius_e4m": radius_m * 10_000},
        "time_start": STRIKE - HOUR,
        "time_end": STRIKE + 4 * HOUR,
        "lower": "SFC",
        "upper": "UNL",
        **levels,
    }  # fmt: skip


def zone(world: RealWorld, zone_type: str = "protected_site", **more: Any) -> str:
    said: dict[str, Any] = {
        "title": "Garrison",
        "zone_type": zone_type,
        "asks": "protect",
        "volumes": [disk()],
        **more,
    }
    return world.main("coalition").say("zone/1", STRIKE - 24 * HOUR, **said)


def acknowledge(world: RealWorld, name: str, at: int = STRIKE - 2 * HOUR) -> str:
    return world.main("russia").say(
        "answer/1", at, refs=[("answers", name)], stance="acknowledge", officer="Duty officer"
    )


def happens(
    world: RealWorld, at: int = STRIKE, party: str = "coalition", **more: Any
) -> str:  # fmt: skip
    said: dict[str, Any] = {
        "text": english("A strike."),
        "place": TANF,
        "time": {"ms": at, "stated": "about then", "zone": "UTC"},
        **more,
    }
    return world.main(party).say("account/1", at + MINUTE, **said)


def named(found: list[dict[str, Any]]) -> list[set[str]]:
    return [{r["name"] for r in each["records"]} for each in found]


def test_a_strike_on_a_site_that_was_notified_and_acknowledged() -> None:
    """Named: the notice, the account, who had acknowledged it, and how long before."""
    world = RealWorld()
    site = zone(world)
    acknowledge(world, site)
    event = happens(world)
    (found,) = world.fired("W22", LATE)
    assert named([found]) == [{site, event}]
    assert found["severity"] == "attention"
    assert found["parties"] == ["coalition", "russia"]
    assert "russia 120 min before" in found["text"]["text"]
    assert found["settles"]["text"]


def test_without_an_acknowledgement_before_it_there_is_nothing() -> None:
    """Not answered, answered by its own author, objected to, or acknowledged only afterwards."""
    world = RealWorld()
    happens(world)
    log = world.main("coalition")
    log.say(
        "answer/1",
        STRIKE,
        refs=[("answers", zone(world))],
        stance="acknowledge",
        officer="Duty officer",
    )
    objected = zone(world)
    world.main("russia").say(
        "answer/1",
        STRIKE - HOUR,
        refs=[("answers", objected)],
        stance="object",
        officer="Duty officer",
        text=english("We do not agree."),
    )
    acknowledge(world, zone(world), STRIKE + 1)
    assert not world.fired("W22", LATE)


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"place": {**TANF, "lat_e7": 335060000 + 834_000}}, True),  # 9.25 km north of the centre
        ({"place": {**TANF, "lat_e7": 335060000 + 1_020_000}}, False),  # 11.3 km, 500 m precise
        ({"place": {**TANF, "lat_e7": 335060000 + 1_020_000, "precision_e4m": 10**9}}, False),
        ({"at": STRIKE + 4 * HOUR}, True),
        ({"at": STRIKE + 4 * HOUR + 1}, False),
        ({"at": STRIKE - HOUR - 1}, False),
    ],
)
def test_inside_is_inside_in_place_and_in_time(changes: dict[str, Any], fires: bool) -> None:
    """The very circle and window that was announced; the precision of the event counts to 1 km."""
    world = RealWorld()
    acknowledge(world, zone(world))
    happens(world, **changes)
    assert bool(world.fired("W22", LATE)) is fires


def test_levels_rule_out_only_where_both_are_stated() -> None:
    """A thing on the ground is not in a corridor at 15,000 ft, if the account says how high."""
    feet: Any = {"units": "FT", "reference": "AMSL", "uncertainty_e4m": 0}
    for stated, fires in ((False, True), (True, False)):
        world = RealWorld()
        high = disk(lower={"e4m": 15_000 * 3048, **feet}, upper={"e4m": 25_000 * 3048, **feet})
        acknowledge(world, zone(world, volumes=[high]))
        low: dict[str, Any] = {"lower": {"e4m": 0, **feet}, "upper": {"e4m": 3_000 * 3048, **feet}}
        happens(world, **(low if stated else {}))
        assert bool(world.fired("W22", LATE)) is fires


def test_a_notice_that_was_replaced_or_withdrawn_before_no_longer_counts() -> None:
    """What stood at the time of the event decides, by the times the author claims."""
    for when, fires in ((STRIKE - MINUTE, False), (STRIKE + MINUTE, True)):
        world = RealWorld()
        site = zone(world)
        acknowledge(world, site)
        happens(world)
        world.main("coalition").say(
            "retraction/1", when, refs=[("withdraws", site)], reason=english("moved")
        )
        assert bool(world.fired("W22", LATE)) is fires


def test_what_only_its_own_author_did_there_is_no_finding() -> None:
    """A plan that is carried out by who filed it; another party among those named is one."""
    world = RealWorld()
    acknowledge(world, zone(world))
    happens(world, parties=["coalition"])
    assert not world.fired("W22", LATE)
    happens(world, parties=["coalition", "russia"])
    assert len(world.fired("W22", LATE)) == 1


def test_wide_zones_do_not_count_and_plans_are_information() -> None:
    """A coverage of air defence holds half a province; a plan asked for no protection."""
    world = RealWorld()
    for wide in ("air_defence", "border_strip"):
        acknowledge(world, zone(world, wide))
    happens(world)
    assert not world.fired("W22", LATE)
    log = world.main("coalition")
    plan = log.say("activity/1", STRIKE - 9 * HOUR, title="Support", volumes=[disk()])
    acknowledge(world, plan)
    (found,) = world.fired("W22", LATE)
    assert found["severity"] == "information"


def test_a_warning_counts_within_its_precision_until_it_ends() -> None:
    """A place warned of, without a shape: within 1 km of it, as it is read back."""
    world = RealWorld()
    warning = world.urgent("coalition").say(
        "warning/1", STRIKE - 3 * HOUR, urgency="stop", asked=english("stop"), place=TANF,
        valid_until=STRIKE + HOUR,
    )  # fmt: skip
    acknowledge(world, warning)
    happens(world)
    happens(world, STRIKE + 2 * HOUR)
    (found,) = world.fired("W22", LATE)
    assert warning in named([found])[0]


def test_one_event_names_every_notice_it_lies_in() -> None:
    """One finding for one event, however many had been told of the place."""
    world = RealWorld()
    sites = [zone(world), zone(world)]
    for site in sites:
        acknowledge(world, site)
    event = happens(world)
    assert named(world.fired("W22", LATE)) == [{*sites, event}]
