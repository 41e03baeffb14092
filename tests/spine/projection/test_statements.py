"""Statements: by day and speaker, what replaced what, and whose idea it was."""

from typing import Any

from tests.spine.projection.test_real_kinds import STRIKE, RealWorld, english
from tests.spine.projection.world import HOUR


def statement(
    world: RealWorld, party: str, speaker: str, at: int, refs: Any = (), **more: Any
) -> str:
    time = {"ms": at, "stated": "that day", "zone": "UTC"}
    said: dict[str, Any] = {
        "speaker": speaker, "said_at": time, "form": "quote", "text": english("words"),
        "provisions": [], "supersedes": [], **more,
    }  # fmt: skip
    return world.main(party).say("statement/1", at, refs=refs, **said)


def days(world: RealWorld) -> list[tuple[str, list[str]]]:
    found = world.data("statements", STRIKE)["days"]
    return [(d["day"], [s["name"] for s in d["statements"]]) for d in found]


def test_statements_stand_by_day_and_speaker_then_by_time() -> None:
    """The days are the charter's: an evening in Geneva is the next day in Damascus."""
    world = RealWorld()
    evening = STRIKE + 17 * HOUR + HOUR // 2  # 21:30 UTC, half past midnight in Damascus
    late = statement(world, "russia", "a minister", evening)
    noon = statement(world, "russia", "the spokesman", STRIKE + 2 * HOUR)
    dawn = statement(world, "coalition", "the spokesman", STRIKE)
    first = statement(world, "russia", "a minister", STRIKE + 3 * HOUR)
    assert days(world) == [("2016-06-16", [first, dawn, noon]), ("2016-06-17", [late])]


def test_what_replaced_what_is_shown_from_both_ends() -> None:
    """An ultimatum and the later word that gave more time: by records of different authors."""
    world = RealWorld()
    earlier = statement(world, "coalition", "a minister", STRIKE)
    later = statement(world, "russia", "a minister", STRIKE + HOUR, supersedes=[earlier])
    (day,) = world.data("statements", STRIKE)["days"]
    one, other = day["statements"]
    assert (one["superseded_by"], one["status"]) == ([later], "open")
    assert other["supersedes"] == [{"record": earlier, "here": True}]
    world.main("russia").say(
        "retraction/1", STRIKE, refs=[("withdraws", later)], reason=english("misheard")
    )
    (day,) = world.data("statements", STRIKE)["days"]
    assert [s["superseded_by"] for s in day["statements"]] == [[], []]
    assert [s["status"] for s in day["statements"]] == ["open", "withdrawn"]


def test_the_originator_is_kept_apart_from_the_speaker() -> None:
    """A president welcomes what he calls another power's proposal: both are shown."""
    world = RealWorld()
    theirs = {"originator": "us", "on_behalf_of": "russia", "provisions": ["cabinet"]}
    statement(world, "russia", "the president", STRIKE, **theirs)
    statement(world, "russia", "the president", STRIKE + HOUR, **{**theirs, "originator": "russia"})
    statement(world, "russia", "the president", STRIKE + 2 * HOUR)
    (day,) = world.data("statements", STRIKE)["days"]
    shown = [(s["originator"], s["originator_apart"]) for s in day["statements"]]
    assert shown == [("us", True), ("russia", False), (None, False)]
    assert [s["provisions"] for s in day["statements"]] == [["cabinet"], ["cabinet"], []]


def test_what_it_is_about_is_named_whether_it_is_here_or_not() -> None:
    """A statement on a record that this node never got still says so."""
    world = RealWorld()
    here = statement(world, "coalition", "the spokesman", STRIKE)
    refs = (("about", here), ("about", "ab" * 32))
    statement(world, "russia", "the spokesman", STRIKE + HOUR, refs)
    (day,) = world.data("statements", STRIKE)["days"]
    assert day["statements"][1]["about"] == [
        {"record": here, "here": True}, {"record": "ab" * 32, "here": False},
    ]  # fmt: skip
