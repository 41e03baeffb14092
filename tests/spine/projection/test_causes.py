"""Findings with one root are one group, on every desk; findings with two are two."""

from typing import Any

from tests.spine.projection.test_advisories import SOUND, TANF, sound_world
from tests.spine.projection.test_air import column, plan
from tests.spine.projection.world import HOUR, MINUTE, NOON, World


def groups(world: World, at: int = NOON) -> list[dict[str, Any]]:
    return list(world.data("advisories", at)["groups"])


def rules(world: World, at: int = NOON) -> dict[str, list[str]]:
    """The rules in each group, by cause."""
    data = world.data("advisories", at)
    by_id = {a["id"]: a["rule"] for a in data["advisories"]}
    return {g["cause"]: sorted(by_id[i] for i in g["advisories"]) for g in data["groups"]}


def test_all_that_is_wrong_with_one_warning_is_one_alarm() -> None:
    """Unanswered, without end and owner, a call about it, a repeat: one cause, one alarm."""
    world = sound_world()
    log = world.main("coalition")
    name = log.say("notice/1", **{**SOUND, "until": None, "post": None})
    log.say("rang/1", NOON + MINUTE, refs=[("about", name)], to=("russia",), got_through=False)
    at = NOON + 90 * MINUTE
    log.say("about/1", at, manner="happened", place=TANF, start=at, end=at)
    found = rules(world, NOON + 2 * HOUR)
    assert found[f"subject:{name}"] == ["W1", "W2", "W3", "W5", "W7"]
    (group,) = [g for g in groups(world, NOON + 2 * HOUR) if g["cause"] == f"subject:{name}"]
    assert group["severity"] == "attention"
    assert "CO-0616-001" in group["text"]["text"]
    assert group["parties"] == ["coalition", "russia"]


def test_a_new_version_of_a_record_keeps_its_cause() -> None:
    """The subject is the first version, so that a correction does not look like a new alarm."""
    world = sound_world()
    log = world.main("coalition")
    first = log.say("notice/1", **{**SOUND, "post": None})
    log.say("notice/1", NOON + MINUTE, refs=[("replaces", first)], **{**SOUND, "until": None})
    assert list(rules(world, NOON + MINUTE)) == [f"subject:{first}"]


def test_two_warnings_are_two_alarms() -> None:
    """Though they say the same and are wrong in the same way."""
    world = sound_world()
    names = [world.main("coalition").say("notice/1", **{**SOUND, "post": None}) for _ in range(2)]
    assert set(rules(world)) >= {f"subject:{name}" for name in names}


def test_findings_on_a_log_are_of_that_log() -> None:
    """Unread entries of one log and a status that does not fit: one alarm; of two logs, two."""
    world = World()
    log = world.main("russia")
    log.entries.append(b"garbage")
    log.say("plain/1", changes={"status": "test"})
    assert rules(world) == {f"log:{log.origin}": ["W10", "W11"]}
    world.main("coalition").entries.append(b"garbage")
    assert len(rules(world)) == 2


def test_plans_that_meet_are_a_pair() -> None:
    """A third plan that meets both makes two more."""
    world = World("coalition", "russia", "turkey")
    for party in ("coalition", "russia"):
        plan(world, party, column())
    assert [c.partition(":")[0] for c in rules(world)] == ["pair"]
    plan(world, "turkey", column())
    assert [c.partition(":")[0] for c in rules(world)] == ["pair"] * 3


def test_every_advisory_is_in_one_group_and_alarms_come_first() -> None:
    """No finding is lost by grouping; an alarm is a group with one finding for attention."""
    world = sound_world()
    world.main("coalition").say("notice/1", **{**SOUND, "until": None})
    world.main("russia").say("notice/1", manner="planned")
    data = world.data("advisories", NOON + 3 * HOUR)
    grouped = [i for g in data["groups"] for i in g["advisories"]]
    assert sorted(grouped) == sorted({a["id"] for a in data["advisories"]})
    severities = [g["severity"] for g in data["groups"]]
    assert severities == sorted(severities)
    assert set(severities) == {"attention", "information"}
