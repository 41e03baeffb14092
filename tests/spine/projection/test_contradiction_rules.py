"""W25: one author's latest words on one matter that do not fit each other."""

from typing import Any

import pytest

from parley.record.canonical import Json
from tests.spine.projection.test_actors import DAY, JUN_18, posture, stated, withdraw
from tests.spine.projection.test_notified_rules import LATE, happens, named
from tests.spine.projection.test_real_kinds import STRIKE, TANF, RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE

LONG_AFTER = JUN_18 + 300 * DAY


def account(world: RealWorld, of: str, at: int, party: str = "coalition", **more: Any) -> str:
    said: dict[str, Any] = {
        "text": english("A strike."),
        "place": TANF,
        "time": {"ms": at, "stated": "about then", "zone": "UTC"},
        **more,
    }
    role = more.pop("role", "same_event")
    said.pop("role", None)
    return world.main(party).say("account/1", at + MINUTE, refs=[(role, of)], **said)


def test_two_accounts_of_one_event_by_one_side_differ() -> None:
    """Half an hour apart, by its own word one event; within a minute it is the same time."""
    world = RealWorld()
    first = happens(world)
    account(world, first, STRIKE + MINUTE)
    assert not world.fired("W25", LATE)
    later = account(world, first, STRIKE + 30 * MINUTE)
    (found,) = world.fired("W25", LATE)
    assert named([found])[0] >= {first, later}
    assert found["parties"] == ["coalition"]
    assert "30 min apart" in found["text"]["text"]


def test_a_correction_that_replaces_the_first_account_is_no_contradiction() -> None:
    """That is how a side is asked to correct itself; so is a withdrawal."""
    world = RealWorld()
    first = happens(world)
    account(world, first, STRIKE + 30 * MINUTE, role="replaces")
    assert not world.fired("W25", LATE)
    second = happens(world, STRIKE + 6 * HOUR)
    third = account(world, second, STRIKE + 7 * HOUR)
    assert world.fired("W25", LATE)
    withdraw(world, third, "coalition")
    assert not world.fired("W25", LATE)


def test_what_another_side_says_is_not_held_against_an_author() -> None:
    """Another side may call two events one: that joins none of the author's own words."""
    world = RealWorld()
    first, second = happens(world), happens(world, STRIKE + 60 * MINUTE)
    world.main("russia").say(
        "account/1",
        STRIKE,
        refs=[("same_event", first), ("same_event", second)],
        text=english("one strike"),
        place=TANF,
        time={"ms": STRIKE, "stated": "then", "zone": "UTC"},
    )
    assert not world.fired("W25", LATE)
    assert world.fired("W6", LATE)


def test_accounts_about_one_incident_are_of_one_event() -> None:
    """They attach to its handle; a monitor's observations are counted one by one instead."""
    world = RealWorld()
    handle = world.main("russia").say(
        "incident/1", STRIKE, title="Strike at the garrison", area="SY04", place=wide(TANF),
        time={"ms": STRIKE, "stated": "morning", "zone": "UTC"},
    )  # fmt: skip
    for at in (STRIKE, STRIKE + 30 * MINUTE):
        world.main("coalition").say(
            "observation/1", at, refs=[("about", handle)], area="SY04", what="explosion",
            means="heard", number=1, text=english("An explosion."),
            time={"ms": at, "stated": "then", "zone": "UTC"},
        )  # fmt: skip
    account(world, handle, STRIKE, role="about")
    assert not world.fired("W25", LATE)
    account(world, handle, STRIKE + 30 * MINUTE, role="about")
    assert len(world.fired("W25", LATE)) == 1


def wide(place: dict[str, Json]) -> dict[str, Json]:
    return {**place, "precision_e4m": 50_000_000}


def toll(world: RealWorld, total: int, until: int, party: str = "russia", **more: Any) -> str:
    said: dict[str, Any] = {
        "counted": "allegations",
        "counted_by": "russia",
        "issued_by": "russia",
        "published": stated(until),
        "period_from": JUN_18 - DAY,
        "period_to": until,
        "total": total,
        "parts": [],
        "parts_complete": False,
        **more,
    }
    refs = [("replaces", more.pop("replacing"))] if "replacing" in more else []
    said.pop("replacing", None)
    return world.main(party).say("toll/1", until, refs=refs, **said)


def test_one_issuer_gives_two_figures_for_one_period() -> None:
    """7 in one text, 9 in another; the same figure again is none, nor is a replacement."""
    world = RealWorld()
    first = toll(world, 7, JUN_18)
    toll(world, 7, JUN_18)
    assert not world.fired("W25", LONG_AFTER)
    toll(world, 9, JUN_18, replacing=first)
    (found,) = world.fired("W25", LONG_AFTER)
    assert "says 7" in found["text"]["text"]
    assert "says 9" in found["text"]["text"]


@pytest.mark.parametrize(
    "change",
    [
        {"counted_by": "turkey"},
        {"issued_by": "turkey"},
        {"area": "SY02"},
        {"period_from": JUN_18 - 2 * DAY},
        {"party": "coalition"},
    ],
)
def test_another_series_is_no_contradiction(change: dict[str, Any]) -> None:
    """Another counter, issuer, area, beginning or author: each counts for itself."""
    world = RealWorld()
    toll(world, 7, JUN_18)
    toll(world, 9, JUN_18, **change)
    assert not world.fired("W25", LONG_AFTER)


def test_a_running_total_does_not_fall() -> None:
    """Since one beginning it may stay or grow."""
    world = RealWorld()
    for total, until in ((64, JUN_18), (64, JUN_18 + DAY), (70, JUN_18 + 2 * DAY)):
        toll(world, total, until)
    assert not world.fired("W25", LONG_AFTER)
    fallen = toll(world, 69, JUN_18 + 3 * DAY)
    (found,) = world.fired("W25", LONG_AFTER)
    assert fallen in named([found])[0]
    assert "falls" in found["text"]["text"]


def test_forces_announced_twice_in_two_numbers() -> None:
    """By the same side; a record about another's announcement is a check of it."""
    world = RealWorld()
    first = posture(world, "russia")
    posture(world, "coalition", first, number=9)
    posture(world, "russia", first, number=9)
    assert not world.fired("W25", LONG_AFTER)
    posture(world, "russia", number=20)
    (found,) = world.fired("W25", LONG_AFTER)
    assert "15" in found["text"]["text"]
    assert "20" in found["text"]["text"]


def test_one_side_takes_two_stances_on_one_provision() -> None:
    """By one author's word; by two authors' words it is what each says."""
    world = RealWorld()
    body: dict[str, Any] = {
        "provision": "cabinet",
        "text": english("Some of the opposition join the Cabinet."),
        "status": "proposed",
        "requires": [],
        "originator": "us",
    }

    def stance(party: str, what: str) -> None:
        said = [{"side": "russia", "stance": what}]
        world.main(party).say("provision/1", JUN_18, **body, stances=said)

    stance("russia", "supports")
    stance("coalition", "reserves")
    assert not world.fired("W25", LONG_AFTER)
    stance("russia", "opposes")
    (found,) = world.fired("W25", LONG_AFTER)
    assert found["parties"] == ["russia"]


def harmed(world: RealWorld, harm: str, at_least: int) -> str:
    said: dict[str, Any] = {
        "status": "civilian",
        "cause": "shelling",
        "sources": [{"kind": "media"}],
    }
    return world.main("coalition").say(
        "casualty/1",
        STRIKE,
        handle="c-0616-1",
        harm=harm,
        number={"at_least": at_least, "at_most": 9},
        area="SY03",
        **said,
    )


def test_two_harms_under_one_handle_are_two_matters() -> None:
    """Two killed and five injured of one group; a second figure for the dead differs."""
    world = RealWorld()
    first = harmed(world, "killed", 2)
    harmed(world, "injured", 5)
    assert not world.fired("W25", LATE)
    second = harmed(world, "killed", 3)
    (found,) = world.fired("W25", LATE)
    assert named([found])[0] == {first, second}
    assert "the people killed under c-0616-1" in found["text"]["text"]
