"""Running totals of settlements and groups, by who counts them, and what meetings came to."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.record.canonical import Json
from tests.spine.projection.test_real_kinds import STRIKE, RealWorld, english
from tests.spine.projection.world import HOUR

DAY = 24 * HOUR
MIDNIGHT = STRIKE + 17 * HOUR  # 21:00Z, and 00:00 in Damascus
ACTORS = {"rastan": "settlement", "maarzaf": "settlement", "brigade-7": "armed_group"}


def stated(at: int) -> Json:
    return {"ms": at, "stated": "by the centre's log", "zone": "UTC"}


def join(world: RealWorld, actor: str, at: int, by: str = "russia", **more: Any) -> str:
    said: dict[str, Any] = {"step": "committed", "to": "russia", **more}
    sort = ACTORS[actor]
    return world.main(by).say(
        "joining/1", at, actor=actor, actor_type=sort, time=stated(at), location_told_to=[], **said
    )


def leave(world: RealWorld, actor: str, at: int, by: str = "russia") -> str:
    sort = ACTORS[actor]
    return world.main(by).say("leaving/1", at, actor=actor, actor_type=sort, time=stated(at))


def meet(world: RealWorld, at: int, outcome: str = "continued", **more: Any) -> str:
    said: dict[str, Any] = {"area": "SY04", "partner_sort": "settlement", **more}
    return world.main("russia").say("meeting/1", at, held_at=at, outcome=outcome, **said)


def totals(world: RealWorld, at: int, by: str = "russia") -> tuple[tuple[int, int], ...]:
    """Give (total, new) of settlements and of groups, by one author."""
    for each in world.data("reconciliation", at)["joined"]:
        if each["by"] == by:
            return tuple((each[k]["total"], each[k]["new"]) for k in ("settlements", "groups"))
    return ((0, 0), (0, 0))


def test_settlements_and_groups_are_counted_by_who_says_that_they_joined() -> None:
    """New in the charter's day; an invitation commits nobody; no side's word enters the other's."""
    world = RealWorld()
    join(world, "rastan", MIDNIGHT - 1, area="SY04")
    join(world, "maarzaf", MIDNIGHT, area="SY05")
    join(world, "brigade-7", MIDNIGHT, area="SY05")
    join(world, "rastan", MIDNIGHT, by="coalition", step="invited")
    assert totals(world, MIDNIGHT - 1) == ((1, 1), (0, 0))
    assert totals(world, MIDNIGHT) == ((2, 1), (1, 1))
    assert totals(world, MIDNIGHT, "coalition") == ((0, 0), (0, 0))
    (russia,) = world.data("reconciliation", MIDNIGHT)["joined"]
    assert [(a["area"], a["settlements"], a["groups"]["total"]) for a in russia["areas"]] == [
        ("SY04", {"total": 1, "new": 0}, 0),
        ("SY05", {"total": 1, "new": 1}, 1),
    ]


def test_who_left_counts_no_longer_and_a_withdrawn_joining_never_did() -> None:
    """A second joining of one actor adds nothing, and keeps the day of the first."""
    world = RealWorld()
    join(world, "rastan", STRIKE)
    join(world, "rastan", MIDNIGHT, step="attested", to="coalition")
    name = join(world, "maarzaf", STRIKE)
    assert totals(world, MIDNIGHT) == ((2, 0), (0, 0))
    leave(world, "rastan", MIDNIGHT + HOUR, by="coalition")
    assert totals(world, MIDNIGHT + HOUR) == ((2, 0), (0, 0))
    leave(world, "rastan", MIDNIGHT + HOUR)
    assert totals(world, MIDNIGHT + HOUR) == ((1, 0), (0, 0))
    world.main("russia").say(
        "retraction/1", MIDNIGHT, refs=[("withdraws", name)], reason=english("another village")
    )
    assert totals(world, MIDNIGHT + HOUR) == ((0, 0), (0, 0))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTORS)), st.booleans(), st.integers(0, 3))))
def test_the_totals_are_those_of_the_last_word_on_each_actor(
    words: list[tuple[str, bool, int]],
) -> None:
    """Whatever the order in which records are logged, their stated times decide."""
    world = RealWorld()
    for actor, joins, hours in words:
        (join if joins else leave)(world, actor, STRIKE + hours * HOUR)
    # of one instant, the leaving is the later word
    in_time = sorted(words, key=lambda word: (word[2], not word[1]))
    inside = [actor for actor, joins in {a: j for a, j, _ in in_time}.items() if joins]
    settlements = sum(ACTORS[actor] == "settlement" for actor in inside)
    settled, groups = totals(world, STRIKE + DAY)
    assert (settled[0], groups[0]) == (settlements, len(inside) - settlements)


def test_meetings_are_counted_by_outcome_and_area() -> None:
    """Withdrawn ones stay listed and are not counted; those ahead are not either."""
    world = RealWorld()
    meet(world, MIDNIGHT - 1, "refused")
    meet(world, MIDNIGHT, "agreed", area="SY05")
    gone = meet(world, MIDNIGHT, "agreed")
    meet(world, MIDNIGHT + HOUR, "agreed")
    world.main("russia").say(
        "retraction/1", MIDNIGHT, refs=[("withdraws", gone)], reason=english("twice")
    )
    data = world.data("reconciliation", MIDNIGHT)
    (held,) = data["held"]
    assert (held["total"], held["new"]) == (2, 1)
    assert held["outcomes"] == [
        {"outcome": "agreed", "total": 1, "new": 1},
        {"outcome": "refused", "total": 1, "new": 0},
    ]
    assert held["areas"] == [
        {"area": "SY04", "total": 1, "new": 0},
        {"area": "SY05", "total": 1, "new": 1},
    ]
    assert [m["status"] for m in data["meetings"]] == ["open", "open", "withdrawn", "open"]


def test_a_meeting_that_ended_in_joining_without_a_joining_is_named() -> None:
    """The centre's own joining of that partner settles it; another's does not."""
    world = RealWorld()
    name = meet(world, STRIKE, "joined", partner="rastan")
    meet(world, STRIKE, "joined")  # of an unnamed partner nobody can tell
    join(world, "rastan", STRIKE, by="coalition")

    def without() -> list[str]:
        return [m["name"] for m in world.data("reconciliation", STRIKE)["without_joining"]]

    assert without() == [name]
    join(world, "rastan", STRIKE)
    assert without() == []


def test_a_promise_is_listed_and_its_time_passes() -> None:
    """From the instant by which it was due; without a time it never does."""
    world = RealWorld()
    promises: Json = [
        {"by": "centre", "what": english("flour"), "due": STRIKE + HOUR},
        {"by": "partner", "what": english("the mill road stays open")},
    ]
    meet(world, STRIKE, "agreed", promises=promises)

    def passed(at: int) -> list[bool]:
        (meeting,) = world.data("reconciliation", at)["meetings"]
        return [promise["due_passed"] for promise in meeting["promises"]]

    assert passed(STRIKE + HOUR - 1) == [False, False]
    assert passed(STRIKE + HOUR) == [True, False]
