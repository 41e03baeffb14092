"""Orders: the week before and the week after, counted by author and by the event's own time."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.projection.areas import wholes_of
from parley.projection.tallies import Event, Tally
from parley.record.canonical import Json
from parley.values.instants import Instant
from tests.spine.projection.test_actors import DAY, JUN_18, stated, withdraw
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR

WEEK = 7 * DAY
LATER = JUN_18 + 30 * DAY


def order(world: RealWorld, *counted: str, **more: Any) -> str:
    said: dict[str, Any] = {
        "ordered_by": "defence-minister",
        "to": ["centre"],
        "verb": "intensify_contacts",
        "text": english("Intensify contacts."),
        "counted": list(counted),
        "given": stated(JUN_18),
        **more,
    }
    return world.main("russia").say("tasking/1", JUN_18, **said)


def met(world: RealWorld, at: int, area: str = "SY04", party: str = "russia", **more: Any) -> str:
    return world.main(party).say(
        "meeting/1",
        JUN_18,
        held_at=at,
        area=area,
        partner_sort="settlement",
        outcome="continued",
        summary=english("They spoke."),
        **more,
    )


def counts(world: RealWorld, at: int = LATER, number: int = 0) -> dict[str, list[Any]]:
    tasking = world.data("taskings", at)["taskings"][number]
    return {
        each["what"]: [
            (a["author"], a["before"], a["after"], a["since"], a["untimed"])
            for a in each["by_author"]
        ]
        for each in tasking["counts"]
    }


def test_meetings_are_counted_in_both_weeks_by_their_own_time() -> None:
    """Whatever the day they were logged; the first instant of the order belongs to the after."""
    world = RealWorld()
    order(world, "meetings")
    for at in (JUN_18 - WEEK - 1, JUN_18 - WEEK, JUN_18 - 1):
        met(world, at)
    for at in (JUN_18, JUN_18 + WEEK - 1, JUN_18 + WEEK, JUN_18 + 20 * DAY):
        met(world, at)
    met(world, JUN_18 + DAY, party="coalition")
    assert counts(world) == {"meetings": [("coalition", 0, 1, 1, 0), ("russia", 2, 2, 4, 0)]}
    (tasking,) = world.data("taskings", LATER)["taskings"]
    assert tasking["windows"] == {
        "before": {"from": "2016-06-11T09:00:00Z", "until": "2016-06-18T09:00:00Z"},
        "after": {"from": "2016-06-18T09:00:00Z", "until": "2016-06-25T09:00:00Z"},
        "since": {"from": "2016-06-18T09:00:00Z", "until": "2016-07-18T09:00:00Z"},
    }
    assert tasking["complete"]


def test_an_unfinished_week_says_so() -> None:
    """Cut at the instant of the view; what is still to come is not counted."""
    world = RealWorld()
    order(world, "meetings")
    met(world, JUN_18 + HOUR)
    met(world, JUN_18 + 3 * DAY)
    (tasking,) = world.data("taskings", JUN_18 + DAY)["taskings"]
    assert not tasking["complete"]
    assert tasking["windows"]["after"]["until"] == "2016-06-19T09:00:00Z"
    assert counts(world, JUN_18 + DAY) == {"meetings": [("russia", 0, 1, 1, 0)]}
    assert counts(world, JUN_18 - DAY) == {"meetings": []}


def test_an_order_with_an_end_counts_until_then() -> None:
    """Since: from its start to its end."""
    world = RealWorld()
    order(world, "meetings", until=JUN_18 + 2 * DAY)
    met(world, JUN_18 + DAY)
    met(world, JUN_18 + 3 * DAY)
    assert counts(world) == {"meetings": [("russia", 0, 2, 1, 0)]}


def test_withdrawn_and_replaced_words_are_not_counted() -> None:
    """The record of the order itself stays, with what became of it."""
    world = RealWorld()
    name = order(world, "meetings")
    gone = met(world, JUN_18 + DAY)
    withdraw(world, gone)
    withdraw(world, name)
    assert counts(world) == {"meetings": []}
    (tasking,) = world.data("taskings", LATER)["taskings"]
    assert (tasking["name"], tasking["status"]) == (name, "withdrawn")


def test_an_area_counts_what_lies_in_it() -> None:
    """By p-code: a district lies in its province; another province, and no p-code, do not."""
    world = RealWorld()
    order(world, "meetings", area="SY02")
    for area in ("SY02", "SY0203", "SY04", "the coast"):
        met(world, JUN_18 + DAY, area)
    assert counts(world) == {"meetings": [("russia", 0, 2, 2, 0)]}


@pytest.mark.parametrize(
    ("area", "whole", "inside"),
    [
        ("SY02", "SY02", True),
        ("SY0203", "SY02", True),
        ("SY02", "SY0203", False),
        ("SY12", "SY1", False),
        ("the coast south", "the coast", False),
        ("the coast", "the coast", True),
    ],
)
def test_an_area_lies_in_another(area: str, whole: str, inside: bool) -> None:
    """Names that begin alike are not within each other; p-codes are."""
    assert (whole in wholes_of(area)) is inside


def test_everything_an_order_may_name_is_counted() -> None:
    """Joinings by commitment, deliveries that arrived, activities as a whole, alleged acts."""
    world = RealWorld()
    order(world, "joinings", "deliveries", "activities", "allegations")
    log, at = world.main("russia"), JUN_18 + DAY
    group: dict[str, Any] = {"actor": "rastan", "actor_type": "settlement", "time": stated(at)}
    log.say("joining/1", at, step="invited", **group)
    log.say("joining/1", at, step="committed", to="russia", **group)
    world.main("coalition").say("joining/1", at, step="attested", to="russia", **group)
    for outcome in ("delivered", "partly", "turned_back"):
        log.say("delivery/1", at, **delivery(at, outcome))
    for i in range(3):
        plan(world, at + i * HOUR, "lift" if i else None)
    log.say("allegation/1", at, **alleged(at, 4))
    log.say("allegation/1", at, **alleged(None, 2))
    assert counts(world) == {
        "joinings": [("russia", 0, 1, 1, 0)],
        "deliveries": [("russia", 0, 2, 2, 0)],
        "activities": [("coalition", 0, 2, 2, 0)],
        "allegations": [("russia", 0, 4, 4, 2)],
    }


def delivery(at: int, outcome: str) -> dict[str, Any]:
    reason = {} if outcome == "delivered" else {"reason": english("The road was closed.")}
    return {
        **reason,
        "organisation": "centre",
        "area": "SY0403",
        "ended_at": at,
        "outcome": outcome,
        **({} if outcome == "turned_back" else {"items": [{"good": "food", "kg": 5200}]}),
    }


def alleged(at: int | None, number: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "area": "SY02",
        "text": english("Mortars were fired."),
        "act": "shelling",
        "number": number,
    }
    return said if at is None else {**said, "time": stated(at)}


def plan(world: RealWorld, at: int, activity: str | None) -> None:
    disk: Json = {
        "shape": {"type": "circle", "center": {"lat_e7": 335060000, "lon_e7": 386180000},
                  "radius_e4m": 50_000_000},
        "time_start": at,
        "time_end": at + HOUR,
        "lower": "SFC",
        "upper": "UNL",
    }  # fmt: skip
    said: dict[str, Any] = {"title": "Support", "volumes": [disk]}
    if activity:
        said["activity"] = activity
    world.main("coalition").say("activity/1", at - HOUR, **said)


EVENTS = st.builds(
    Event,
    st.sampled_from(("coalition", "russia")),
    st.none() | st.integers(0, 20).map(Instant),
    st.sampled_from((None, "SY02", "SY0203", "SY04")),
    st.integers(0, 3),
)


@given(
    st.lists(EVENTS, max_size=30),
    st.sampled_from((None, "SY02", "SY04")),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_a_tally_counts_as_one_by_one_would(
    events: list[Event], area: str | None, start: int, end: int
) -> None:
    """Against going through all of them; the order they came in makes no difference."""

    def by_author(taken: list[Event]) -> Mapping[str, int]:
        totals = {e.author: sum(x.number for x in taken if x.author == e.author) for e in taken}
        return {author: number for author, number in totals.items() if number}

    inside = [
        e for e in events if area is None or (e.area is not None and area in wholes_of(e.area))
    ]
    timed = [e for e in inside if e.at is not None and start <= e.at < end]
    for tally in (Tally(events), Tally(events[::-1])):
        assert tally.count(area, start, end) == by_author(timed)
        untimed = {a: n for a, n in tally.untimed(area).items() if n}
        assert untimed == by_author([e for e in inside if e.at is None])
