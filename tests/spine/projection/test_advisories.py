"""Each rule fires on what it names, and not on its near miss."""

import hashlib
from base64 import b32encode
from typing import Any

from tests.spine.projection.test_air import column, plan
from tests.spine.projection.world import HOUR, MINUTE, NOON, World, place

TANF = place(33.506, 38.618, stated="At-Tanf")
LISTED = {"listed": (("At-Tanf", TANF),)}
SOUND: dict[str, Any] = {"manner": "warned", "place": TANF, "until": NOON + 99 * HOUR, "post": "J3"}


def sound_world(*parties: str, **rules: Any) -> World:
    """A channel on whose list At-Tanf stands."""
    return World(*parties, **{**LISTED, **rules})


def north(metres: int) -> Any:
    return place(33.506 + metres / 110_900, 38.618, stated="north of the garrison")


def test_a_sound_warning_that_is_answered_raises_nothing() -> None:
    """With end, owner, listed place and an acknowledgement in time no rule has anything to say."""
    world = sound_world()
    name = world.main("coalition").say("notice/1", **SOUND)
    world.main("russia").say("reply/1", place=TANF, refs=[("answers", name)])
    assert world.rules_fired(NOON + MINUTE) == []
    assert world.data("advisories", NOON + MINUTE)["clear"]


def test_an_advisory_names_its_records_and_has_a_stable_id() -> None:
    """Rule, records with numbers, parties, plain words, what would settle it; an id of both."""
    world = sound_world()
    name = world.main("coalition").say("notice/1", **SOUND)
    (found,) = world.fired("W1", NOON + 2 * HOUR)
    digest = hashlib.sha256(f"parley/advisory/1\n{world.channel}W1{name}".encode()).digest()
    assert found["id"] == "A-" + b32encode(digest).decode()[:13]
    assert [r["number"] for r in found["records"]] == ["CO-0616-001"]
    assert found["parties"] == ["coalition", "russia"]
    assert "CO-0616-001" in found["text"]["text"]
    assert found["settles"]["lang"] == "en"
    world.main("russia").say("plain/1")
    assert world.fired("W1", NOON + 3 * HOUR)[0]["id"] == found["id"]


def test_w1_a_warning_without_answer_past_its_deadline() -> None:
    """From the deadline on, until an answer comes or it is withdrawn."""
    world = sound_world()
    name = world.main("coalition").say("notice/1", **SOUND)
    late = NOON + 2 * HOUR
    assert not world.fired("W1", late - 1)
    assert len(world.fired("W1", late)) == 1
    world.main("russia").say("reply/1", place=TANF, refs=[("answers", name)])
    assert not world.fired("W1", late)


def test_w2_a_warning_without_end() -> None:
    """Attention for a warning, information for another notice that could state one."""
    world = sound_world()
    log = world.main("coalition")
    log.say("notice/1", **{**SOUND, "until": None})
    log.say("notice/1", manner="planned")
    log.say("notice/1", **SOUND)
    log.say("about/1", manner="planned")
    assert [a["severity"] for a in world.fired("W2")] == ["attention", "information"]


def test_w3_a_warning_without_owner() -> None:
    """A notice that warns of nothing needs none, and one that is over no longer does."""
    world = sound_world()
    log = world.main("coalition")
    name = log.say("notice/1", **{**SOUND, "post": None, "until": NOON + HOUR})
    log.say("notice/1", manner="planned", until=NOON + HOUR)
    assert [a["records"][0]["name"] for a in world.fired("W3")] == [name]
    assert not world.fired("W3", NOON + HOUR)


def test_w4_a_warning_for_a_place_on_no_list() -> None:
    """A kilometre, or the tolerance of the listed place, decides; an empty list lists nothing."""
    world = sound_world()
    world.main("coalition").say("notice/1", **{**SOUND, "place": north(990)})
    assert not world.fired("W4")
    world.main("coalition").say("notice/1", **{**SOUND, "place": north(1010)})
    (found,) = world.fired("W4")
    assert "At-Tanf" in found["text"]["text"]
    wide = sound_world(listed=(("At-Tanf", place(33.506, 38.618, 5000)),))
    wide.main("coalition").say("notice/1", **{**SOUND, "place": north(4900)})
    assert not wide.fired("W4")
    empty = World()
    empty.main("coalition").say("notice/1", **SOUND)
    assert len(empty.fired("W4")) == 1


def test_w5_something_happens_again_where_a_warning_was_given() -> None:
    """90 minutes after it and 5 km away: named with both records, both parties."""
    world = sound_world()
    warned = world.main("coalition").say("notice/1", **SOUND)
    at = NOON + 90 * MINUTE
    event = world.main("coalition").say(
        "about/1", at + HOUR, manner="happened", place=north(5000), start=at, end=at
    )
    (found,) = world.fired("W5", at + HOUR)
    assert [r["name"] for r in found["records"]] == [warned, event]
    assert "90 min after it" in found["text"]["text"]


def test_w5_near_misses() -> None:
    """Before the warning, too late after it, 10 km away, withdrawn, its own successor."""
    world = sound_world()
    log = world.main("coalition")
    warned = log.say("notice/1", **SOUND)

    def happened(at: int, where: Any = TANF) -> None:
        log.say("about/1", at, manner="happened", place=where, start=at, end=at)

    happened(NOON)
    happened(NOON + 7 * HOUR + 1)
    happened(NOON + HOUR, north(10_100))
    log.say("notice/1", NOON + HOUR, refs=[("replaces", warned)], **SOUND)
    assert not world.fired("W5", NOON + 9 * HOUR)
    happened(NOON + 6 * HOUR)
    assert len(world.fired("W5", NOON + 9 * HOUR)) == 1
    taken_back = sound_world()
    log = taken_back.main("coalition")
    name = log.say("notice/1", **SOUND)
    log.say("plain/1", refs=[("withdraws", name)])
    happened(NOON + HOUR)
    assert not taken_back.fired("W5", NOON + 9 * HOUR)


def test_w5_a_second_warning_for_the_place_is_a_repeat() -> None:
    """Whoever gives it; the last warning before it is named."""
    world = sound_world()
    world.main("coalition").say("notice/1", **SOUND)
    second = world.main("russia").say("notice/1", NOON + HOUR, **SOUND)
    (found,) = world.fired("W5", NOON + HOUR)
    assert found["records"][1]["name"] == second


def test_w6_accounts_of_two_parties_that_differ() -> None:
    """Joined by a reference; place, time, levels and who differ, and each difference is named."""
    world = World("coalition", "russia", "turkey")
    one = world.main("coalition").say(
        "about/1", manner="happened", place=TANF, start=NOON, end=NOON, parties=("russia",)
    )
    assert not world.fired("W6")
    world.main("russia").say(
        "about/1",
        manner="happened",
        place=north(4000),
        start=NOON + 24 * HOUR,
        end=NOON + 24 * HOUR,
        parties=("turkey",),
        refs=[("same_event", one)],
    )
    (found,) = world.fired("W6")
    text = found["text"]["text"]
    assert found["severity"] == "information"
    assert all(word in text for word in ("4000 m", "24 h", "who took part"))


def test_w6_near_misses() -> None:
    """Accounts that agree, of one party alone, or far apart in time without a reference."""
    world = World()
    said: dict[str, Any] = {"manner": "happened", "place": TANF, "end": None}
    one = world.main("coalition").say("about/1", start=NOON, **said)
    world.main("russia").say("about/1", start=NOON + MINUTE, refs=[("same_event", one)], **said)
    world.main("coalition").say("about/1", start=NOON + 2 * HOUR, **said)
    world.main("coalition").say("about/1", start=NOON + 2 * HOUR + 5 * MINUTE, **said)
    assert not world.fired("W6")


def test_w6_accounts_close_in_place_and_time_belong_together() -> None:
    """Within 10 km and half an hour, without a reference; a little farther they do not."""
    world = World()
    said: dict[str, Any] = {"manner": "happened", "end": None}
    world.main("coalition").say("about/1", start=NOON, place=TANF, **said)
    world.main("russia").say("about/1", start=NOON + 31 * MINUTE, place=TANF, **said)
    world.main("russia").say("about/1", start=NOON, place=north(10_100), **said)
    assert not world.fired("W6")
    world.main("russia").say("about/1", start=NOON + 30 * MINUTE, place=north(9900), **said)
    assert len(world.fired("W6")) == 1


def test_w7_a_hail_without_answer() -> None:
    """Nobody answered: flagged, until a later call about the same record tells somebody."""
    world = World()
    log = world.main("coalition")
    about = [("about", log.say("plain/1"))]
    log.say("rang/1", to=("russia",), got_through=False, refs=about)
    log.say("rang/1", got_through=False)
    assert len(world.fired("W7")) == 2
    log.say("rang/1", NOON + 1, to=("russia",), refs=about)
    assert len(world.fired("W7")) == 1


def test_w7_near_misses() -> None:
    """A call that told somebody, or to which the other side has answered since."""
    world = World()
    log = world.main("coalition")
    name = log.say("notice/1", until=NOON + HOUR)
    log.say("rang/1", to=("russia",))
    log.say("rang/1", to=("russia",), spoke=False, refs=[("about", name)])
    assert len(world.fired("W7")) == 1
    world.main("russia").say("reply/1", refs=[("answers", name)])
    assert not world.fired("W7")


def test_w8_a_conflict_nobody_has_answered() -> None:
    """Attention for a conflict, information for a possible one, nothing once either answers."""
    world = World()
    ours = plan(world, "coalition")
    plan(world, "russia")
    (found,) = world.fired("W8")
    assert found["severity"] == "attention"
    assert found["about"] == [world.data("air")["conflicts"][0]["id"]]
    world.main("russia").say("reply/1", says="object", refs=[("answers", ours)])
    assert not world.fired("W8")
    possible = World()
    plan(possible, "coalition", column(feet=None))
    plan(possible, "russia")
    assert [a["severity"] for a in possible.fired("W8")] == ["information"]


def test_w8_an_answer_from_before_the_other_plan_says_nothing_of_the_conflict() -> None:
    """Who acknowledged the one plan before the other was there has not answered the conflict."""
    world = World()
    ours = plan(world, "coalition")
    world.main("russia").say("reply/1", at=NOON - 60_000, refs=[("answers", ours)])
    theirs = plan(world, "russia")
    assert world.fired("W8")
    world.main("coalition").say("reply/1", says="object", refs=[("answers", theirs)])
    assert not world.fired("W8")


def test_w9_a_suspended_line() -> None:
    """A party's last word counts; degraded is information, open is nothing."""
    world = World()
    log = world.main("russia")
    seen = []
    for i, state in enumerate(("suspended", "degraded", "closed", "open")):
        log.say("line/1", NOON + i, state=state)
        seen.append([a["severity"] for a in world.fired("W9")])
    assert seen == [["attention"], ["information"], ["attention"], []]


def test_w10_unread_entries() -> None:
    """One advisory for each log that has any, with the reasons; not clear."""
    world = World()
    log = world.main("russia")
    assert not world.fired("W10")
    log.entries.append(b"garbage")
    log.say("future/1")
    (found,) = world.fired("W10")
    assert "1 envelope and 1 kind" in found["text"]["text"]
    assert not world.data("advisories")["clear"]


def test_w11_an_exercise_in_another_channel() -> None:
    """A record marked as a test in an exercise; one of the channel's own status raises nothing."""
    world = World()
    world.main("russia").say("plain/1")
    assert not world.fired("W11")
    name = world.main("russia").say("plain/1", changes={"status": "test"})
    (found,) = world.fired("W11")
    assert [r["name"] for r in found["records"]] == [name]


def test_w12_a_read_back_unlike_the_notice() -> None:
    """The last answer counts; a missing one only where the charter asks for it."""
    world = sound_world()
    name = world.main("coalition").say("notice/1", **SOUND)
    world.main("russia").say("reply/1", place=north(3000), refs=[("answers", name)])
    (found,) = world.fired("W12")
    assert "read-back of place" in found["text"]["text"]
    world.main("russia").say("reply/1", NOON + 1, place=north(900), refs=[("answers", name)])
    assert not world.fired("W12")
    strict = sound_world(readback=("notice/1",))
    name = strict.main("coalition").say("notice/1", **SOUND)
    strict.main("russia").say("reply/1", refs=[("answers", name)])
    assert len(strict.fired("W12")) == 1


def test_w13_an_agreed_name_with_other_coordinates() -> None:
    """The words name At-Tanf, the figures lie elsewhere; a longer word is another name."""
    world = sound_world()
    log = world.main("coalition")
    log.say("about/1", place=place(33.6, 38.618, stated="Garrison at-tanf (gate)"))
    log.say("about/1", place=place(33.6, 38.618, stated="At-Tanfiyya"))
    log.say("about/1", place=place(33.508, 38.618, stated="At-Tanf"))
    log.say("about/1", place=place(33.6, 38.618, 20_000, stated="the At-Tanf area"))
    assert len(world.fired("W13")) == 1


def test_w13_of_several_places_of_one_name_the_nearest_counts() -> None:
    """Where it lies at one of them nothing is wrong; else one finding, however many there are."""
    many = tuple(("Tell Abyad", place(30 + i / 10, 38.0, stated="Tell Abyad")) for i in range(40))
    world = World(listed=(*many, ("Abyad", place(36.0, 40.0, stated="Abyad"))))
    log = world.main("coalition")
    log.say("about/1", place=place(31.0, 38.0, stated="near tell abyad"))
    (shorter,) = world.fired("W13")
    assert '"Abyad" on the agreed list' in shorter["text"]["text"]
    log.say("about/1", place=place(31.06, 38.0, stated="near tell abyad"))
    found = [each["text"]["text"] for each in world.fired("W13")]
    assert len(found) == 3
    (lost,) = (text for text in found if '"Tell Abyad" on the agreed list' in text)
    assert "4435 m" in lost


def test_w14_no_receipt_past_the_deadline() -> None:
    """The deadline of the record's priority; a foreign receipt in any log settles it."""
    world = World()
    log = world.main("russia")
    late = NOON + HOUR
    first = {origin for a in world.fired("W14", late - 1) for origin in a["about"]}
    assert first == {world.urgent("coalition").origin, world.urgent("russia").origin}
    assert len(world.fired("W14", late)) == 4
    note = log.note(1, late, cosigners=[("mirror", "receipt")])
    world.main("coalition").say("head/1", late, note=note)
    assert len(world.fired("W14", late)) == 3


def test_w15_two_contents_of_one_size() -> None:
    """A signed head with another root; heads that fit raise nothing."""
    world = World()
    log = world.main("russia")
    world.main("coalition").say("head/1", note=log.note(1))
    assert not world.fired("W15")
    name = world.main("coalition").say("head/1", note=log.note(1, root=b"\x01" * 32))
    (found,) = world.fired("W15")
    assert name in [r["name"] for r in found["records"]]


def test_w16_an_odd_claimed_time() -> None:
    """More than ten minutes outside what foreign clocks allow: information, never a refusal."""
    world = World()
    log = world.main("russia")
    log.say("head/1", note=log.note(1, NOON + HOUR, cosigners=[("coalition", "witness")]))
    log.say("plain/1", NOON + 50 * MINUTE)
    assert not world.fired("W16")
    log.say("plain/1", NOON + 49 * MINUTE)
    (found,) = world.fired("W16")
    assert (found["severity"], "11 min before" in found["text"]["text"]) == ("information", True)


def test_w17_a_plan_announced_too_late() -> None:
    """Less than the charter's lead time ahead; exactly that much is in time."""
    world = World(lead_ms=2 * HOUR)
    plan(world, "coalition", column(start=NOON + 2 * HOUR, end=NOON + 3 * HOUR))
    assert not world.fired("W17")
    plan(world, "coalition", column(start=NOON + 2 * HOUR - 1, end=NOON + 3 * HOUR))
    assert [a["severity"] for a in world.fired("W17")] == ["information"]


def test_w18_another_notice_without_answer() -> None:
    """Information from the deadline on; a warning is W1's."""
    world = World()
    world.main("coalition").say("notice/1", until=NOON + HOUR)
    late = NOON + 2 * HOUR
    assert not world.fired("W18", late - 1)
    assert len(world.fired("W18", late)) == 1
    assert not world.fired("W1", late)
