"""Who was asked, who has answered, what was read back, and which grade is proven of whom."""

from typing import Any

import pytest

from parley.values.lengths import Altitude
from tests.spine.projection.world import HOUR, MINUTE, NOON, World, place

TANF = place(33.506, 38.618)


def notice(world: World, at: int = NOON, name: str | None = None) -> dict[str, Any]:
    found = world.data("notices", at)["notices"]
    return dict(next(n for n in found if name in (None, n["name"])))


def states(world: World, at: int = NOON, name: str | None = None) -> dict[str, str]:
    return {a["party"]: a["state"] for a in notice(world, at, name)["asked"]}


def test_a_notice_asks_every_other_party_by_the_charters_deadline() -> None:
    """Two hours for routine, ten minutes for urgent; open before, overdue from then on."""
    world = World("coalition", "russia", "turkey")
    routine = world.main("coalition").say("notice/1")
    urgent = world.urgent("coalition").say("notice/1")
    assert states(world, NOON + 2 * HOUR - 1, routine) == {
        "russia": "unanswered-open",
        "turkey": "unanswered-open",
    }
    assert states(world, NOON + 2 * HOUR, routine)["russia"] == "unanswered-overdue"
    assert states(world, NOON + 10 * MINUTE, urgent)["turkey"] == "unanswered-overdue"


def test_a_notice_may_name_whom_and_until_when() -> None:
    """Then nobody else is asked, and its own time counts; it never asks its author."""
    world = World("coalition", "russia", "turkey")
    world.main("coalition").say(
        "notice/1", of=("turkey", "coalition", "nobody"), answer_by=NOON + MINUTE
    )
    assert states(world, NOON + MINUTE) == {"turkey": "unanswered-overdue"}


@pytest.mark.parametrize(
    ("says", "state"),
    [("acknowledge", "acknowledged"), ("object", "objected"), ("propose", "proposed")],
)
def test_an_answer_decides_the_state(says: str, state: str) -> None:
    """Each stance has its state, however late it is."""
    world = World()
    name = world.main("coalition").say("notice/1")
    world.main("russia").say("reply/1", NOON + 5 * HOUR, says=says, refs=[("answers", name)])
    assert states(world, NOON + 9 * HOUR) == {"russia": state}


def test_the_last_answer_counts_and_a_withdrawn_one_does_not() -> None:
    """By the answering party's own times, across its lanes."""
    world = World()
    name = world.main("coalition").say("notice/1")
    late = world.urgent("russia").say("reply/1", NOON + 2, says="object", refs=[("answers", name)])
    world.main("russia").say("reply/1", NOON + 1, refs=[("answers", name)])
    assert states(world) == {"russia": "objected"}
    world.main("russia").say("plain/1", refs=[("withdraws", late)])
    assert states(world) == {"russia": "acknowledged"}


def test_somebody_elses_answer_is_not_the_addressees() -> None:
    """Neither a third party nor the author answers for who was asked."""
    world = World("coalition", "russia", "turkey")
    name = world.main("coalition").say("notice/1", of=("russia",))
    for party in ("turkey", "coalition"):
        world.main(party).say("reply/1", refs=[("answers", name)])
    assert states(world) == {"russia": "unanswered-open"}
    holders = [g["holder"] for g in notice(world)["grades"] if g["grade"] == "answered"]
    assert holders == ["turkey"]


def test_an_answer_to_the_former_version_is_none_to_the_next() -> None:
    """A replaced notice is closed; what replaces it waits for its own answer."""
    world = World()
    log = world.main("coalition")
    first = log.say("notice/1")
    world.main("russia").say("reply/1", refs=[("answers", first)])
    second = log.say("notice/1", refs=[("replaces", first)])
    third = log.say("notice/1", refs=[("replaces", second)])
    late = NOON + 9 * HOUR
    assert states(world, late, first) == {"russia": "acknowledged"}
    assert states(world, late, second) == {"russia": "unanswered-closed"}
    assert states(world, late, third) == {"russia": "unanswered-overdue"}


def test_a_voice_party_is_told_or_not() -> None:
    """It has no log to answer in: only our own account of a call speaks of it."""
    world = World(voices=["village"])
    log = world.main("coalition")
    name = log.say("notice/1", of=("village",))
    log.say("rang/1", to=("village",), spoke=False, refs=[("about", name)])
    assert states(world) == {"village": "not-told"}
    log.say("rang/1", to=("village",), refs=[("about", name)])
    assert states(world) == {"village": "told"}


def test_notices_are_clear_only_when_all_is_answered_and_read() -> None:
    """An open notice, an unlike read-back or an unread entry: not clear."""
    world = World()
    assert world.data("notices")["clear"]
    name = world.main("coalition").say("notice/1", place=TANF)
    assert not world.data("notices")["clear"]
    world.main("russia").say("reply/1", refs=[("answers", name)])
    assert world.data("notices")["clear"]
    world.main("russia").say("reply/1", NOON + 1, place=place(0, 0), refs=[("answers", name)])
    assert not world.data("notices")["clear"]
    world.main("russia").say("reply/1", NOON + 2, place=TANF, refs=[("answers", name)])
    assert world.data("notices")["clear"]
    world.main("russia").entries.append(b"garbage")
    data = world.data("notices")
    assert (data["clear"], data["unread"], data["unread_entries"][0]["code"]) == (
        False,
        1,
        "envelope",
    )


# --- receipts and grades


def test_stored_is_shown_by_that_party_alone() -> None:
    """The mirror's receipt is a grade, but not the addressee's; past the deadline it is overdue."""
    world = World()
    log = world.main("coalition")
    log.say("notice/1")
    log.say("head/1", note=log.note(2, NOON + MINUTE, cosigners=[("mirror", "receipt")]))
    (asked,) = notice(world, NOON + HOUR)["asked"]
    assert (asked["receipt"], asked["stored"]) == ("overdue", None)
    log.say("head/1", note=log.note(2, NOON + 2 * MINUTE, cosigners=[("russia", "receipt")]))
    (asked,) = notice(world, NOON + HOUR)["asked"]
    assert (asked["receipt"], asked["stored"]["at"]) == ("stored", "2016-06-16T12:02:00Z")


def test_a_head_below_the_record_says_nothing_of_it() -> None:
    """A receipt covers a prefix: entry 1 is covered from size 2 on."""
    world = World()
    log = world.main("coalition")
    log.say("notice/1")
    log.say("head/1", note=log.note(1, cosigners=[("mirror", "receipt")]))
    assert notice(world)["grades"] == []


def test_all_four_grades_name_their_holder_and_their_proof() -> None:
    """Told, head seen, stored, answered: in this order, each by whom and by which record."""
    world = World()
    log = world.main("coalition")
    name = log.say("notice/1", place=TANF)
    call = log.say("rang/1", to=("russia",), spoken_at=NOON + 1, refs=[("about", name)])
    lines = [("russia", "witness"), ("russia", "receipt"), ("coalition", "receipt")]
    head = log.say("head/1", note=log.note(2, NOON + MINUTE, cosigners=lines))
    answer = world.main("russia").say("reply/1", place=TANF, refs=[("answers", name)])
    grades = notice(world)["grades"]
    assert [(g["grade"], g["holder"], g["record"]) for g in grades] == [
        ("told", "russia", call),
        ("head_seen", "russia", head),
        ("stored", "russia", head),
        ("answered", "russia", answer),
    ]
    assert grades[0]["by"] == "coalition"
    assert not any(g["only_here"] for g in grades)


def test_the_earliest_proof_is_named() -> None:
    """Of several heads that cover a record, the one with the earliest time on that clock."""
    world = World()
    log = world.main("coalition")
    log.say("notice/1")
    for minutes in (9, 3, 5):
        at = NOON + minutes * MINUTE
        log.say("head/1", note=log.note(2, at, cosigners=[("mirror", "receipt")]))
    assert [g["at"] for g in notice(world)["grades"]] == ["2016-06-16T12:03:00Z"]


def test_what_was_repeated_by_telephone_is_compared() -> None:
    """An account with a place the other side repeated is compared with the record it is about."""
    world = World()
    log = world.main("coalition")
    name = log.say("notice/1", manner="warned", place=TANF)
    log.say("rang/1", to=("russia",), place=place(34, 38), refs=[("about", name)])
    (told,) = notice(world)["grades"]
    assert told["read_back"]["result"] == "differs"


# --- read-back


def read_back(said: dict[str, Any], read: dict[str, Any], **rules: Any) -> dict[str, Any]:
    world = World(**rules)
    name = world.main("coalition").say("notice/1", manner="warned", **said)
    world.main("russia").say("reply/1", refs=[("answers", name)], **read)
    (asked,) = notice(world)["asked"]
    return dict(asked["answers"][0]["read_back"])


def feet(number: int, reference: Any = "AMSL") -> Altitude:
    return Altitude(number * 3048, "FT", reference)


NORTH_1_KM = place(33.506 + 0.00900, 38.618)  # 998 m
NORTH_2_KM = place(33.506 + 0.01804, 38.618)  # 2001 m


@pytest.mark.parametrize(
    ("said", "read", "result"),
    [
        ({"place": TANF}, {"place": NORTH_1_KM}, "same"),
        ({"place": TANF}, {"place": NORTH_2_KM}, "differs"),
        ({"place": place(33.506, 38.618, 2100)}, {"place": NORTH_2_KM}, "same"),
        ({"place": TANF}, {"place": place(33.524, 38.618, 10**6)}, "differs"),
        ({"start": 0, "end": HOUR}, {"start": MINUTE, "end": HOUR - MINUTE}, "same"),
        ({"start": 0, "end": HOUR}, {"start": MINUTE + 1, "end": HOUR}, "differs"),
        ({"start": 0, "end": HOUR}, {"start": 0, "end": HOUR + MINUTE + 1}, "differs"),
        ({"start": 0, "end": HOUR}, {"start": 0}, "differs"),
        ({"start": 0}, {"start": 0}, "same"),
        ({"lower": feet(15000)}, {"lower": feet(15100)}, "same"),
        ({"lower": feet(15000)}, {"lower": feet(15101)}, "differs"),
        ({"upper": feet(15000)}, {"upper": feet(15000, "STD")}, "differs"),
        ({"upper": feet(15000)}, {"upper": Altitude(45_720_000, "M", "AMSL")}, "same"),
    ],
)
def test_read_back_tolerances(said: Any, read: Any, result: str) -> None:
    """A kilometre or the stated precision, a minute at both ends, a hundred feet."""
    (item,) = read_back(said, read)["items"]
    assert item["result"] == result
    assert item["expected"] is not None
    assert item["read"] is not None


def test_a_difference_lists_both_values() -> None:
    """What the notice says, what was read, and by how far it is off."""
    (item,) = read_back({"place": TANF}, {"place": NORTH_2_KM})["items"]
    assert (item["expected"]["lat_e7"], item["read"]["lat_e7"]) == (335060000, 335240400)
    assert item["off_m"] == 2001


def test_a_missing_read_back_counts_where_the_charter_asks_for_it() -> None:
    """Otherwise it is no fault; a partial one misses what it leaves out."""
    said = {"place": TANF, "lower": feet(1000)}
    assert read_back(said, {})["result"] == "none"
    asked = {"readback": ("notice/1",)}
    assert read_back(said, {}, **asked)["result"] == "missing"
    assert read_back(said, {"place": TANF}, **asked)["result"] == "missing"
    assert read_back(said, {"place": TANF, "lower": feet(1000)}, **asked)["result"] == "matches"
    assert read_back(said, {"says": "object"}, **asked)["result"] == "none"


def test_reading_back_what_was_not_said_differs() -> None:
    """A level read from a notice without one came from somewhere else."""
    found = read_back({"place": TANF}, {"place": TANF, "upper": feet(5000)})
    assert (found["result"], found["items"][1]["expected"]) == ("differs", None)
