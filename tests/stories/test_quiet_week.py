"""A quiet week of 2,000 activities and a truce kept stays quiet; no planted trap is lost in it."""

from collections import Counter
from functools import lru_cache
from typing import Any

import pytest

from parley.projection.bulletin import bulletin_view
from parley.projection.causes import groups_view
from parley.projection.ledger_view import ledger_view
from parley.projection.relief_view import relief_view
from parley.projection.view import ADVISORY_RULES, find_advisories
from tests.spine.projection.world import HOUR, MINUTE
from tests.stories import quiet_centre
from tests.stories.quiet_traps import TRAPS, plant
from tests.stories.quiet_week import ACTIVITIES, DAY, MONDAY, WATCH, WEEK, Week

MOST_ALARMS = 2
WATCHES = WEEK // WATCH


@lru_cache(maxsize=1)
def quiet() -> Week:
    week = Week()
    quiet_centre.schedule(week)
    return week.play()


@lru_cache(maxsize=1)
def trapped() -> tuple[Week, dict[str, int]]:
    week = Week()
    quiet_centre.schedule(week)
    looks = plant(week)
    return week.play(), looks


@lru_cache(maxsize=100)
def alarms(at: int) -> dict[str, str]:
    """The alarms that stand at an instant of the quiet week: cause and words."""
    scene = quiet().scene(at)
    groups: list[Any] = list(groups_view(scene.situation, find_advisories(scene)))
    return {g["cause"]: g["text"]["text"] for g in groups if g["severity"] == "attention"}


@pytest.mark.parametrize("watch", range(WATCHES))
def test_a_watch_of_a_quiet_week_has_two_alarms_at_most(watch: int) -> None:
    """All that stood at both its ends, and just after plans met or totals were published."""
    start = MONDAY + watch * WATCH
    moments = {
        start,
        start + WATCH,
        *(at for at in (*busy(), *published()) if start <= at < start + WATCH),
    }
    seen: dict[str, str] = {}
    for at in sorted(moments):
        seen |= alarms(at)
    assert len(seen) <= MOST_ALARMS, seen


def busy() -> list[int]:
    return [at + MINUTE // 2 for at in quiet().meetings]


def published() -> list[int]:
    return [MONDAY + day * DAY + 20 * HOUR + 5 * MINUTE for day in range(7)]


def test_the_week_is_not_without_alarms() -> None:
    """Plans that meet are alarms until they are answered, and so is a line that is down."""
    assert all(any(cause.startswith("pair:") for cause in alarms(at)) for at in busy())
    friday = MONDAY + 4 * DAY + 3 * HOUR
    assert any(cause.startswith("log:") for cause in alarms(friday + 38 * MINUTE))


def test_the_week_is_as_busy_as_it_says() -> None:
    """2,000 activities and more than as many answers, every entry read."""
    week = quiet()
    week.scene(MONDAY)
    opened = [o for log in week.opened.values() for o in log]
    kinds = [o.said.kind for o in opened]
    assert kinds.count("activity/1") >= ACTIVITIES
    assert kinds.count("answer/1") >= ACTIVITIES
    assert not any(o.unread for o in opened)


def test_the_week_is_one_of_a_truce_kept_and_of_help_brought() -> None:
    """What a centre logs is in it and comes to something: the views would say so of a real week."""
    scene = quiet().scene(published()[-1])
    kinds = Counter(o.said.kind for o in scene.situation.said.readable)
    for kind, least in quiet_centre.LEAST.items():
        assert kinds[kind] >= least, kind
    ledger: Any = ledger_view(scene.situation, scene.ledger, scene.control)
    (terms,) = ledger["arrangements"]
    states = [row["days"][-1]["state"] for actor in terms["actors"] for row in actor["rows"]]
    assert states.count("active") >= 2 * quiet_centre.SETTLEMENTS
    relief: Any = relief_view(scene.situation, scene.relief)
    assert {site["state"] for site in relief["sites"]} == {"active"}
    told = {a["state"] for each in relief["movements"] for a in each["addressees"]}
    assert told == {"facilitated"}
    assert {row["total"]["actions"] for row in relief["counted"]} == {4}
    bulletin: Any = bulletin_view(scene, find_advisories(scene))
    totals = [t for name in ("truce", "casualties") for t in bulletin[name]["totals"]]
    assert totals
    assert not any(total["flags"] for total in totals)


def test_there_is_a_trap_for_every_rule() -> None:
    """W1 to the last; two traps for one rule would hide each other."""
    rules = [f"W{n}" for n in range(1, len(ADVISORY_RULES) + 1)]
    assert sorted(t.rule for t in TRAPS) == sorted(rules)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda t: t.rule)
def test_every_planted_trap_is_raised(trap: Any) -> None:
    """By its own rule, on the records planted, as pressing as the rule says, in some group."""
    week, looks = trapped()
    scene = week.scene(looks[trap.rule])
    advisories = find_advisories(scene)
    planted = set(week.names.get(trap.rule, []))
    found = [
        each
        for each in advisories
        if each.rule == trap.rule and (not planted or planted & {o.name for o in each.records})
    ]
    assert found, sorted({each.rule for each in advisories})
    assert {each.severity for each in found} == {trap.severity}
    ids = {each.id(scene.situation.channel) for each in found}
    groups: list[Any] = list(groups_view(scene.situation, advisories))
    holding = [g for g in groups if ids & set(g["advisories"])]
    assert holding
    if trap.severity == "attention":
        assert all(g["severity"] == "attention" for g in holding)
