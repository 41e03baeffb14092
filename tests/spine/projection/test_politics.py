"""Provisions: what waits for what, stances by side, rival scores side by side, what stalls."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parley.projection.cycles import cycles_of
from tests.spine.projection.test_real_kinds import STRIKE, RealWorld, english
from tests.spine.projection.world import HOUR

DAY = 24 * HOUR


def provision(world: RealWorld, party: str, id: str, *requires: str, **more: Any) -> str:
    refs = more.pop("refs", ())
    said: dict[str, Any] = {
        "provision": id, "text": english(id), "status": "proposed", "requires": list(requires),
        "stances": [], **more,
    }  # fmt: skip
    return world.main(party).say("provision/1", STRIKE, refs=refs, **said)


def progress(
    world: RealWorld, party: str, id: str, score: int | None, day: int = 0, **more: Any
) -> str:
    time = {"ms": STRIKE + day * DAY, "stated": "that day", "zone": "UTC"}
    evidence = [{"at": time, "what": english("a draft was tabled")}] if score else []
    said = {"provision": id, "as_of": time, "evidence": evidence, **more}
    if score is not None:
        said["score"] = score
    return world.main(party).say("progress/1", STRIKE + day * DAY, **said)


def by_id(world: RealWorld) -> dict[str, dict[str, Any]]:
    return {p["id"]: p for p in world.data("politics", STRIKE)["provisions"]}


def waits(world: RealWorld, id: str) -> list[tuple[str, list[int]]]:
    return [(w["id"], w["scores"]) for w in by_id(world)[id]["waits_for"]]


def test_a_provision_waits_until_everybody_calls_what_it_requires_full() -> None:
    """No score, a partial one, one of two full: it waits; both full: it waits no longer."""
    world = RealWorld()
    provision(world, "russia", "elections", "constitution")
    assert waits(world, "elections") == [("constitution", [])]
    provision(world, "russia", "constitution")
    progress(world, "russia", "constitution", 2)
    assert waits(world, "elections") == [("constitution", [2])]
    progress(world, "russia", "constitution", 3, day=1)
    assert waits(world, "elections") == []
    progress(world, "coalition", "constitution", 1, day=1)
    assert waits(world, "elections") == [("constitution", [1, 3])]
    progress(world, "coalition", "constitution", 3, day=2)
    assert waits(world, "elections") == []
    assert by_id(world)["constitution"]["met"]


def test_rival_scores_stand_side_by_side_and_the_earlier_ones_stay() -> None:
    """The latest of each scorer by the date it holds for, whatever was logged last."""
    world = RealWorld()
    progress(world, "russia", "cabinet", 2, day=3)
    earlier = progress(world, "russia", "cabinet", 1, day=1)
    progress(world, "coalition", "cabinet", 0, day=2)
    progress(world, "coalition", "cabinet", 1, day=2, scored_by="task-force")
    found = by_id(world)["cabinet"]
    shown = [(p["scored_by"], p["author"], p["score"], p["means"]) for p in found["progress"]]
    assert shown == [
        ("coalition", "coalition", 0, "not_initiated"),
        ("russia", "russia", 2, "intermediate"),
        ("task-force", "coalition", 1, "minimal"),
    ]
    assert (found["scores_differ"], found["stated"]) == (True, [])
    assert [p["name"] for p in found["earlier_progress"]] == [earlier]


def test_a_provision_is_stalled_as_long_as_somebody_last_said_so() -> None:
    """Stalled since April by one party; not once that party sees it move."""
    world = RealWorld()
    since = {"ms": STRIKE - 50 * DAY, "stated": "27 April 2016", "zone": "UTC"}
    progress(world, "russia", "cabinet", None, stalled_since=since)
    progress(world, "coalition", "cabinet", 1)
    found = by_id(world)["cabinet"]
    assert (found["stalled"], found["met"]) == (True, False)
    assert [p["stalled_since"] for p in found["progress"]] == [None, "2016-04-27T04:00:00Z"]
    progress(world, "russia", "cabinet", 1, day=1)
    assert not by_id(world)["cabinet"]["stalled"]


def test_circles_of_requirements_are_named() -> None:
    """Elections need a constitution that needs elections: neither can come first."""
    world = RealWorld()
    provision(world, "russia", "elections", "constitution")
    provision(world, "coalition", "constitution", "transition")
    provision(world, "coalition", "transition", "elections", "truce")
    found = world.data("politics", STRIKE)
    assert found["cycles"] == [["constitution", "elections", "transition"]]
    assert {p["id"]: p["in_cycle"] for p in found["provisions"]} == {
        "constitution": True, "elections": True, "transition": True, "truce": False,
    }  # fmt: skip


def test_one_id_with_two_texts_and_a_side_of_two_minds_are_shown_as_said() -> None:
    """Each author's own record of the id, and each stance with whoever says it, own words first."""
    world = RealWorld()
    stance = {"side": "russia", "stance": "opposes"}
    claimed = provision(world, "coalition", "cabinet", stances=[stance], originator="russia")
    own = provision(
        world, "russia", "cabinet", "truce", text=english("Some of the opposition may join."),
        stances=[{"side": "russia", "stance": "supports"}], originator="us", status="agreed",
    )  # fmt: skip
    found = by_id(world)["cabinet"]
    assert found["texts_differ"]
    assert [(s["author"], s["originator"], s["provision_status"]) for s in found["stated"]] == [
        ("coalition", "russia", "proposed"), ("russia", "us", "agreed"),
    ]  # fmt: skip
    assert found["requires"] == [{"id": "truce", "by": ["russia"]}]
    assert found["stances"] == [
        {
            "side": "russia",
            "differ": True,
            "said": [
                {"stance": "supports", "by": "russia", "own": True, "record": own},
                {"stance": "opposes", "by": "coalition", "own": False, "record": claimed},
            ],
        }
    ]


def test_what_is_replaced_stays_and_counts_no_more() -> None:
    """A new word of the same author on the same id: the old requirement and stance are gone."""
    world = RealWorld()
    stance = [{"side": "russia", "stance": "reserves"}]
    old = provision(world, "russia", "elections", "cabinet", stances=stance)
    provision(world, "russia", "elections", refs=(("replaces", old),))
    found = by_id(world)["elections"]
    assert [s["status"] for s in found["stated"]] == ["replaced", "open"]
    assert (found["requires"], found["stances"], found["texts_differ"]) == ([], [], False)
    assert "cabinet" not in by_id(world)


@given(st.lists(st.tuples(*[st.sampled_from("abcdef")] * 2), max_size=14))
def test_circles_are_those_that_walking_finds(edges: list[tuple[str, str]]) -> None:
    """A name lies in a circle if one can walk from it and come back, with all met on the way."""
    reach = {name: {there for here, there in edges if here == name} for name in "abcdef"}
    for _ in reach:
        reach = {n: to | {b for a in to for b in reach[a]} for n, to in reach.items()}
    walked = {
        tuple(sorted(b for b in reach[a] if a in reach[b])) for a in reach if a in reach[a]
    }  # fmt: skip
    assert cycles_of(edges) == tuple(sorted(walked))
