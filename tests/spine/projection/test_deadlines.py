"""Deadlines: what was demanded, what moved it, who is shown to know, what came of it."""

from typing import Any

from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant, parse_instant
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE

MAY_20 = parse_instant("2016-05-20T09:00:00Z")
MAY_25 = parse_instant("2016-05-24T21:00:00Z")  # midnight in Damascus
DAY = 24 * HOUR
GROUP = "northern-front"


def written(ms: int) -> str:
    return format_instant(Instant(ms))


def due(ms: int, stated: str = "midnight") -> dict[str, Json]:
    return {"ms": ms, "stated": stated, "zone": "Asia/Damascus"}


def demand(world: RealWorld, until: int | None = MAY_25, party: str = "russia") -> str:
    more: dict[str, Any] = {} if until is None else {"due": due(until)}
    return world.main(party).say(
        "deadline/1",
        MAY_20,
        step="demand",
        demand=english("Leave the areas that the excluded group holds."),
        consequence=english("Otherwise you are a lawful target."),
        addressed_to=[GROUP],
        **more,
    )


def extend(
    world: RealWorld,
    of: str,
    until: int | None,
    *,
    party: str = "russia",
    role: str = "about",
    at: int = MAY_20 + DAY,
) -> str:
    more: dict[str, Any] = {} if until is None else {"due": due(until)}
    return world.main(party).say(
        "deadline/1", at, refs=[(role, of)], step="extension", text=english("more time"), **more
    )


def outcome(world: RealWorld, of: str, said: str, *, party: str, at: int = MAY_25) -> str:
    refs = [("about", of)]
    return world.main(party).say("deadline/1", at, refs=refs, step="outcome", outcome=said)


def chain(world: RealWorld, at: int = MAY_20 + 2 * DAY) -> dict[str, Any]:
    (found,) = world.data("deadlines", at)["deadlines"]
    return dict(found)


def moves(world: RealWorld, at: int = MAY_20 + 2 * DAY) -> list[dict[str, Any]]:
    return world.fired("W27", at)


def test_a_demand_is_open_until_its_deadline_and_past_from_it() -> None:
    """In their words; the instant of the deadline itself is past."""
    world = RealWorld()
    name = demand(world)
    found = chain(world, MAY_25 - 1)
    assert (found["name"], found["state"], found["addressed_to"]) == (name, "open", [GROUP])
    assert found["consequence"] == english("Otherwise you are a lawful target.")
    assert found["due"] == {
        "at": written(MAY_25),
        "stated": "midnight",
        "zone": "Asia/Damascus",
    }
    assert chain(world, MAY_25)["state"] == "past"


def test_who_is_shown_to_know_and_who_cannot_be() -> None:
    """A signed head shows nothing of one step; a receipt, a call or an answer does."""
    world = RealWorld()
    name = demand(world)
    (step,) = chain(world)["steps"]
    assert (step["shown"], step["not_shown"], step["outside"]) == ([], ["coalition"], [GROUP])

    log = world.main("russia")
    note = log.note(2, MAY_20 + HOUR, cosigners=[("coalition", "witness")])
    log.say("head/1", MAY_20 + HOUR, origin=log.origin, size=2, note=note)
    (step,) = chain(world)["steps"]
    assert (step["shown"], step["not_shown"]) == ([], ["coalition"])

    note = log.note(2, MAY_20 + HOUR, cosigners=[("coalition", "receipt")])
    log.say("head/1", MAY_20 + HOUR, origin=log.origin, size=2, note=note)
    (step,) = chain(world)["steps"]
    stored = {"party": "coalition", "grade": "stored", "at": written(MAY_20 + HOUR)}
    assert (step["shown"], step["not_shown"]) == ([stored], [])

    answer(world, name, MAY_20 + 2 * HOUR)
    (step,) = chain(world)["steps"]
    answered = {"party": "coalition", "grade": "answered", "at": written(MAY_20 + 2 * HOUR)}
    assert step["shown"] == [answered]


def answer(world: RealWorld, name: str, at: int) -> None:
    world.main("coalition").say(
        "answer/1", at, refs=[("answers", name)], stance="acknowledge", officer="duty officer"
    )


def test_an_extension_moves_the_deadline_and_names_what_it_moved() -> None:
    """By `about` or by `replaces`: from when to when, and by how much."""
    for role in ("about", "replaces"):
        world = RealWorld()
        first = demand(world)
        later = extend(world, first, MAY_25 + 2 * DAY, role=role)
        found = chain(world)
        assert [(s["name"], s["before"], s["moves"]) for s in found["steps"]] == [
            (first, None, False),
            (later, first, True),
        ]
        step = found["steps"][1]
        assert (step["was"]["at"], step["due"]["at"], step["later_by_s"]) == (
            written(MAY_25),
            written(MAY_25 + 2 * DAY),
            2 * 86_400,
        )
        assert found["due"]["at"] == written(MAY_25 + 2 * DAY)
        assert chain(world, MAY_25)["state"] == "open"


def test_another_partys_word_moves_nothing_of_the_author_and_stands_beside_it() -> None:
    """The coalition says there is more time; the deadline of whoever demanded stays."""
    world = RealWorld()
    first = demand(world)
    extend(world, first, MAY_25 + 2 * DAY, party="coalition")
    found = chain(world, MAY_25)
    assert (found["state"], found["due"]["at"]) == ("past", written(MAY_25))
    assert {w["party"]: w["due"]["at"] for w in found["last_words"]} == {
        "coalition": written(MAY_25 + 2 * DAY),
        "russia": written(MAY_25),
    }


def test_outcomes_stand_side_by_side() -> None:
    """One party's outcome is the state until the other says otherwise; an extension reopens it."""
    world = RealWorld()
    first = demand(world)
    outcome(world, first, "lapsed", party="russia")
    assert chain(world, MAY_25)["state"] == "lapsed"
    outcome(world, first, "met", party="coalition")
    found = chain(world, MAY_25)
    assert found["state"] == "disputed"
    assert {w["party"]: w["outcome"] for w in found["last_words"]} == {
        "coalition": "met",
        "russia": "lapsed",
    }
    extend(world, first, MAY_25 + 9 * DAY, at=MAY_25 + HOUR)
    assert chain(world, MAY_25)["state"] == "met"  # of the one party that still says so


def test_a_withdrawn_demand_stays_listed() -> None:
    """Its steps too; an extension does not keep it alive."""
    world = RealWorld()
    first = demand(world)
    extend(world, first, MAY_25 + 2 * DAY)
    assert len(moves(world)) == 1
    reason = english("an error")
    world.main("russia").say(
        "retraction/1", MAY_20 + 2 * DAY, refs=[("withdraws", first)], reason=reason
    )
    found = chain(world)
    assert (found["state"], [s["status"] for s in found["steps"]]) == (
        "withdrawn",
        ["withdrawn", "open"],
    )
    assert moves(world) == []


def test_a_demand_without_a_time_is_undated() -> None:
    """Then W2 says that it names no end, and an extension may still state one."""
    world = RealWorld()
    first = demand(world, None)
    assert chain(world)["state"] == "undated"
    assert [a["records"][0]["name"] for a in world.fired("W2", MAY_20)] == [first]
    extend(world, first, MAY_25)
    found = chain(world)
    assert (found["state"], found["steps"][1]["was"], found["steps"][1]["later_by_s"]) == (
        "open",
        None,
        None,
    )


def test_a_step_of_what_is_not_here_begins_its_own_chain() -> None:
    """What it extends may come later; nothing is guessed meanwhile."""
    world = RealWorld()
    lone = extend(world, "ab" * 32, MAY_25)
    found = chain(world)
    assert (found["name"], found["demand"], found["steps"][0]["before"]) == (lone, None, None)
    assert moves(world) == []


def test_w27_names_which_by_whom_and_who_is_not_shown_to_know() -> None:
    """Pressing while a party is not shown to have it; then information, until an outcome."""
    world = RealWorld()
    first = demand(world)
    later = extend(world, first, MAY_25 + 2 * DAY)
    (found,) = moves(world)
    assert found["severity"] == "attention"
    assert {r["name"] for r in found["records"]} == {first, later}
    assert found["parties"] == ["russia", "coalition"]
    text = found["text"]["text"]
    assert f"from {written(MAY_25)} to {written(MAY_25 + 2 * DAY)}" in text
    assert "48 h later. Shown to know of it: nobody. Not shown to: coalition." in text

    answer(world, later, MAY_20 + DAY + MINUTE)
    (found,) = moves(world)
    assert found["severity"] == "information"
    assert "Shown to know of it: coalition (answered)." in found["text"]["text"]
    outcome(world, first, "met", party="russia")
    assert moves(world, MAY_25) == []


def test_w27_of_several_moves_the_last_and_an_earlier_deadline_too() -> None:
    """Moving it forward is a move; the one before is history, in the view."""
    world = RealWorld()
    first = demand(world)
    second = extend(world, first, MAY_25 + 2 * DAY)
    third = extend(world, second, MAY_25 - DAY, at=MAY_20 + DAY + HOUR)
    (found,) = moves(world)
    assert {r["name"] for r in found["records"]} == {first, second, third}
    assert "3 days earlier" in found["text"]["text"]
    assert [s["moves"] for s in chain(world)["steps"]] == [False, True, True]


def test_w27_is_silent_where_nothing_moves() -> None:
    """A first demand, a new wording with the same deadline, an outcome."""
    world = RealWorld()
    first = demand(world)
    same = world.main("russia").say(
        "deadline/1",
        MAY_20 + HOUR,
        refs=[("replaces", first)],
        step="demand",
        demand=english("Leave these areas."),
        addressed_to=[GROUP],
        due=due(MAY_25, "the end of the day"),
    )
    outcome(world, same, "lapsed", party="coalition", at=MAY_20 + 2 * HOUR)
    assert [s["moves"] for s in chain(world)["steps"]] == [False, False, False]
    assert moves(world) == []


def test_a_demand_moved_a_thousand_times_is_one_demand() -> None:
    """Whoever moves it again and again stops no view; its last word counts."""
    world = RealWorld()
    last = demand(world)
    for i in range(1_100):
        last = extend(world, last, MAY_25 + i * MINUTE, role=("about", "replaces")[i % 2])
    found = chain(world)
    assert (len(found["steps"]), found["steps"][-1]["name"]) == (1_101, last)
    assert found["due"]["at"] == written(MAY_25 + 1_099 * MINUTE)
    assert len(moves(world)) == 1
