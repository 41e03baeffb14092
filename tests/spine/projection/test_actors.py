"""Actors: names by author, ties as claims side by side, circles named; forces and who looked."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.projection.cycles import cycles_of
from parley.record.canonical import Json
from parley.values.instants import parse_instant
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR

JUN_18 = parse_instant("2016-06-18T09:00:00Z")
DAY = 24 * HOUR


def stated(ms: int) -> dict[str, Json]:
    return {"ms": ms, "stated": "as reported", "zone": "Asia/Damascus"}


def tie(relation: str, other: str, **more: Json) -> dict[str, Json]:
    return {"relation": relation, "other": other, **more}


def actor(
    world: RealWorld,
    handle: str,
    *ties: dict[str, Json],
    party: str = "russia",
    sort: str = "armed_group",
    names: list[Any] | None = None,
    refs: list[tuple[str, str]] | None = None,
) -> str:
    return world.main(party).say(
        "actor/1",
        JUN_18,
        refs=refs or [],
        actor=handle,
        sort=sort,
        names=names or [english(handle)],
        ties=list(ties),
    )


def withdraw(world: RealWorld, name: str, party: str = "russia") -> None:
    reason = english("entered by mistake")
    world.main(party).say("retraction/1", JUN_18, refs=[("withdraws", name)], reason=reason)


def shown(world: RealWorld, handle: str, at: int = JUN_18 + HOUR) -> dict[str, Any]:
    (found,) = [a for a in world.data("actors", at)["actors"] if a["actor"] == handle]
    return dict(found)


def test_names_stand_by_author_and_language() -> None:
    """What each side calls it, in which language; the same name of two authors stands twice."""
    world = RealWorld()
    arabic: Json = {"lang": "ar", "text": "لواء الشمال"}
    first = actor(world, "brigade", names=[english("Northern Brigade"), arabic])
    second = actor(world, "brigade", names=[english("Northern Brigade")], party="coalition")
    assert shown(world, "brigade")["names"] == [
        {"author": "coalition", "lang": "en", "text": "Northern Brigade", "records": [second]},
        {"author": "russia", "lang": "ar", "text": "لواء الشمال", "records": [first]},
        {"author": "russia", "lang": "en", "text": "Northern Brigade", "records": [first]},
    ]


def test_a_tie_and_its_denial_stand_side_by_side() -> None:
    """Who backs whom is what each side says; that they differ is said, which is right is not."""
    world = RealWorld()
    actor(world, "coalition", tie("backs", "brigade"), sort="party")
    (alone,) = shown(world, "coalition")["ties"]
    assert not alone["rival"]
    actor(world, "coalition", tie("backs", "brigade", holds=False), sort="state", party="coalition")
    (both,) = shown(world, "coalition")["ties"]
    assert both["rival"]
    assert [(c["record"]["author"], c["holds"]) for c in both["claims"]] == [
        ("coalition", False),
        ("russia", True),
    ]
    assert shown(world, "coalition")["sorts_differ"]
    (seen_from_it,) = shown(world, "brigade")["tied_by"]
    assert seen_from_it["other"] == "coalition"
    assert seen_from_it["rival"]


def test_one_author_that_says_both_is_no_rival_of_itself() -> None:
    """Two sides are needed; what one author says twice is another matter."""
    world = RealWorld()
    actor(world, "coalition", tie("backs", "brigade"), tie("backs", "brigade", holds=False))
    (both,) = shown(world, "coalition")["ties"]
    assert not both["rival"]


@pytest.mark.parametrize(
    ("so", "not_so", "rival"),
    [
        ((0, 10), (10, None), False),  # half-open: it ends as the denial begins
        ((10, None), (0, 10), False),
        ((0, 11), (10, None), True),
        ((5, 5), (0, 10), True),  # an instant holds itself
        ((10, 10), (0, 10), False),
        (None, (0, 10), True),  # no time is stated: it is of every time
        ((0, None), None, True),
    ],
)
def test_a_denial_of_another_time_is_no_rival(so: Any, not_so: Any, rival: bool) -> None:
    """Who says that it was so until March is not contradicted by who says that it is not now."""

    def dated(window: Any) -> dict[str, Json]:
        if window is None:
            return {}
        start, end = (None if day is None else JUN_18 + day * DAY for day in window)
        return {"during": {"time_start": start} | ({} if end is None else {"time_end": end})}

    world = RealWorld()
    actor(world, "state", tie("backs", "brigade", **dated(so)))
    denied = tie("backs", "brigade", holds=False, **dated(not_so))
    actor(world, "state", denied, party="coalition")
    assert [t["rival"] for t in shown(world, "state")["ties"]] == [rival]
    assert [t["rival"] for t in shown(world, "brigade")["tied_by"]] == [rival]


def test_an_earlier_whole_is_no_rival_of_those_named_now() -> None:
    world = RealWorld()
    gone: Any = {"during": {"time_start": JUN_18 - 9 * DAY, "time_end": JUN_18 - DAY}}
    actor(world, "brigade", tie("part_of", "army", **gone), tie("part_of", "front"))
    actor(world, "brigade", tie("part_of", "corps"), party="coalition")
    ties = {t["other"]: t["rival"] for t in shown(world, "brigade")["ties"]}
    assert ties == {"army": False, "corps": True, "front": True}


def test_different_wholes_are_rival_and_shared_ones_are_not() -> None:
    """Part of the front, or of the excluded group: the sides differ; with one in common not."""
    world = RealWorld()
    actor(world, "brigade", tie("part_of", "excluded-group"))
    actor(world, "brigade", tie("part_of", "front"), party="coalition")
    assert [t["rival"] for t in shown(world, "brigade")["ties"]] == [True, True]
    assert [t["rival"] for t in shown(world, "front")["tied_by"]] == [True]
    actor(world, "brigade", tie("part_of", "excluded-group"), party="coalition")
    assert [t["rival"] for t in shown(world, "brigade")["ties"]] == [False, False]


def test_withdrawn_and_replaced_claims_stay_listed() -> None:
    """They change what holds and never disappear."""
    world = RealWorld()
    old = actor(world, "brigade", tie("part_of", "front"))
    new = actor(world, "brigade", tie("allied_with", "front"), refs=[("replaces", old)])
    withdraw(world, new)
    found = {
        t["relation"]: [(c["record"]["status"], c["at_instant"]) for c in t["claims"]]
        for t in shown(world, "brigade")["ties"]
    }
    assert found == {"part_of": [("replaced", False)], "allied_with": [("withdrawn", False)]}


def test_a_tie_holds_in_its_time_only() -> None:
    """From since, until until."""
    world = RealWorld()
    during: Json = {"time_start": JUN_18, "time_end": JUN_18 + DAY}
    actor(world, "brigade", tie("part_of", "front", during=during))
    at = [JUN_18 - 1, JUN_18, JUN_18 + DAY - 1, JUN_18 + DAY]
    held = [shown(world, "brigade", t)["ties"][0]["claims"][0]["at_instant"] for t in at]
    assert held == [False, True, True, False]


def test_a_circle_of_parts_is_named_with_its_records() -> None:
    """Across authors too; a chain that does not close is none, nor is one closed by a denial."""
    world = RealWorld()
    one = actor(world, "a", tie("part_of", "b"))
    two = actor(world, "b", tie("part_of", "c"), party="coalition")
    actor(world, "x", tie("part_of", "a"))
    actor(world, "c", tie("part_of", "a", holds=False))
    actor(world, "c", tie("allied_with", "a"))
    assert world.data("actors", JUN_18)["cycles"] == []
    three = actor(world, "c", tie("part_of", "a"))
    (circle,) = world.data("actors", JUN_18)["cycles"]
    assert circle["actors"] == ["a", "b", "c"]
    assert {r["name"] for r in circle["records"]} == {one, two, three}
    withdraw(world, three)
    assert world.data("actors", JUN_18)["cycles"] == []


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=14))
def test_circles_are_the_names_that_reach_each_other(edges: list[tuple[str, str]]) -> None:
    """Against the plain definition: two names of one circle each lead to the other."""
    reach = {(a, b) for a, b in edges}
    for middle in "abcdef":
        reach |= {(a, d) for a, b in reach for c, d in reach if b == middle == c}
    found = cycles_of(edges)
    assert {name for knot in found for name in knot} == {a for a, b in reach if a == b}
    for knot in found:
        assert all((a, b) in reach and (b, a) in reach for a in knot for b in knot)
    assert [one for one, _ in pairwise(found)] == sorted(found)[:-1]
    where = {name: i for i, knot in enumerate(found) for name in knot}
    for a, b in reach:
        assert (b, a) not in reach or where[a] == where[b]


def test_a_chain_as_long_as_a_log_is_no_trouble() -> None:
    """Without recursion: 50,000 formations, each part of the next, the last of the first."""
    chain = [(f"f{i}", f"f{i + 1}") for i in range(50_000)]
    assert cycles_of(chain) == ()
    (circle,) = cycles_of([*chain, ("f50000", "f0")])
    assert len(circle) == 50_001


def posture(world: RealWorld, party: str, about: str = "", **more: Json) -> str:
    said: dict[str, Any] = {
        "actor": "russia",
        "forces": "aircraft",
        "what": english("a part of the warplanes"),
        "number": 15,
        "direction": "out",
        "effective": stated(JUN_18),
        **more,
    }
    refs = [("about", about)] if about else []
    return world.main(party).say("posture/1", JUN_18 + HOUR, refs=refs, **said)


def test_a_withdrawal_is_listed_with_who_looked_and_whose_word_that_is() -> None:
    """What the announcer says of another's check is hearsay until the other logs it itself."""
    world = RealWorld()
    said: Json = [{"by": "coalition", "result": "confirmed", "means": "imagery"}]
    name = posture(world, "russia", checks=said)
    (first,) = world.data("actors", JUN_18 + DAY)["postures"]
    assert [(c["by"], c["result"], c["own_word"]) for c in first["verified_by"]] == [
        ("coalition", "confirmed", False)
    ]
    assert (first["number"], first["direction"], first["in_force"]) == (15, "out", True)
    own: Json = [{"by": "coalition", "result": "partly_confirmed", "means": "imagery"}]
    posture(world, "coalition", name, number=9, checks=own)
    both = {p["record"]["author"]: p for p in world.data("actors", JUN_18 + DAY)["postures"]}
    assert [(c["result"], c["own_word"]) for c in both["russia"]["verified_by"]] == [
        ("confirmed", False),
        ("partly_confirmed", True),
    ]
    assert [(o["number"], o["differs"]) for o in both["russia"]["others"]] == [(9, ["number"])]
    assert not world.data("actors", JUN_18 - 1)["postures"][0]["in_force"]


def test_a_visit_names_the_orders_given_in_its_course() -> None:
    """Who came, to whom, on whose orders; the order is a record of its own that is about it."""
    world = RealWorld()
    log = world.main("russia")
    visit = log.say(
        "visit/1",
        JUN_18,
        visitor="defence-minister",
        host="base-commander",
        time=stated(JUN_18),
        area="SY06",
        seen=[english("pilots' quarters")],
        ordered_by="president-of-russia",
    )
    order = log.say(
        "tasking/1",
        JUN_18,
        refs=[("about", visit)],
        ordered_by="defence-minister",
        to=["centre"],
        verb="increase_aid",
        text=english("Increase assistance."),
        counted=["deliveries"],
        given=stated(JUN_18),
    )
    log.say("question/1", JUN_18, refs=[("about", visit)], text=english("When did it end?"))
    (found,) = world.data("actors", JUN_18 + HOUR)["visits"]
    assert [o["name"] for o in found["orders_given"]] == [order]
    assert (found["visitor"], found["ordered_by"]) == ("defence-minister", "president-of-russia")
    (tasking,) = world.data("taskings", JUN_18 + HOUR)["taskings"]
    assert [v["name"] for v in tasking["visits"]] == [visit]
