"""The ledger: states by actor, day and author in the truce of February 2016, and a naive twin."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.values.instants import Instant, day_of
from tests.spine.projection.truce import START, Truce, stated, utc
from tests.spine.projection.world import HOUR

DAY = 24 * HOUR


def test_the_truce_begins_at_midnight_in_damascus() -> None:
    """00:00 on 27 February is 22:00Z on the 26th: committed, attested, active the day after."""
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-25T08:00:00Z", area="SY05")
    word = world.joins("coalition", "jaysh", "attested", "2016-02-26T09:00:00Z", about=joined)
    assert world.arrangement("2016-03-01")["first_day"] == "2016-02-27"
    active = [
        ("02-25", "02-25", "committed"),
        ("02-26", "02-26", "attested"),
        ("02-27", "03-01", "active"),
    ]
    assert world.states("jaysh", "russia", "2016-03-01") == active
    assert world.states("jaysh", "coalition", "2016-03-01") == active[1:]
    last = world.days("jaysh", "russia", "2016-03-01")[-1]
    assert (last["to"], last["late"], last["besides"]) == ("russia", False, [])
    assert [(a["by"], a["said_by"], a["name"]) for a in last["attested"]] == [
        ("coalition", "coalition", word)
    ]
    assert [r["name"] for r in last["rests_on"]] == [joined, word]
    assert world.actor("jaysh", "2016-03-01")["differing"] == []


def test_a_commitment_that_nobody_attests_stays_one() -> None:
    """Neither the day nor the guarantor's own word makes it active; late, and nowhere known."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-26T10:00:01Z")
    (only,) = world.days("jaysh", "russia", "2016-03-05")
    assert (only["from"], only["until"]) == ("2016-02-26", "2016-03-05")
    assert (only["state"], only["late"], only["attested"]) == ("committed", True, [])
    assert only["besides"] == ["territory_unknown"]
    world.joins("russia", "jaysh", "attested", "2016-02-28")
    assert world.states("jaysh", "russia", "2016-03-05") == [
        ("02-26", "02-27", "committed"),
        ("02-28", "03-05", "committed"),
    ]


def test_the_deadline_itself_is_in_time() -> None:
    """Due by 12:00: at 12:00 it is not late."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-26T10:00:00Z")
    assert not world.days("jaysh", "russia", "2016-03-05")[0]["late"]


def test_an_attestation_that_another_tells_of_is_that_other_s_word() -> None:
    """Russia says that the coalition attested; the coalition has said nothing."""
    world = Truce()
    world.joins(
        "russia", "jaysh", "committed", "2016-02-26T08:00:00Z", attested_by="coalition",
        attested_time=stated(START + DAY), location_told_to=["russia"],
    )  # fmt: skip
    assert world.states("jaysh", "russia", "2016-03-01") == [
        ("02-26", "02-27", "committed"),
        ("02-28", "03-01", "active"),
    ]
    (last,) = world.days("jaysh", "russia", "2016-03-01")[-1:]
    assert [(a["by"], a["said_by"]) for a in last["attested"]] == [("coalition", "russia")]
    assert last["besides"] == []
    assert world.days("jaysh", "coalition", "2016-03-01") == []


def test_an_attestation_counts_only_for_the_guarantor_that_took_the_commitment() -> None:
    """The coalition confirms a commitment to Russia; the one to itself it cannot confirm."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-25", to="coalition")
    world.joins("coalition", "jaysh", "attested", "2016-02-26", to="russia")
    assert world.states("jaysh", "russia", "2016-02-28") == [("02-25", "02-28", "committed")]
    assert world.states("jaysh", "coalition", "2016-02-28")[0] == ("02-26", "02-26", "attested")


def test_an_attestation_of_what_an_author_no_longer_says_changes_nothing() -> None:
    """Russia now has the group committed to the coalition, which confirms one to Russia."""
    world = Truce()
    first = world.joins("russia", "jaysh", "committed", "2016-02-24")
    world.joins("russia", "jaysh", "committed", "2016-02-25", to="coalition")
    world.joins("coalition", "jaysh", "attested", "2016-02-26", about=first)
    assert world.states("jaysh", "russia", "2016-02-28") == [
        ("02-24", "02-24", "committed"),
        ("02-25", "02-28", "committed"),
    ]


def test_a_corrected_time_does_not_lose_the_attestation() -> None:
    """It was given for the commitment, whenever that is now said to have been made."""
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-24")
    world.joins("coalition", "jaysh", "attested", "2016-02-25", about=joined)
    refs = [("about", world.terms[0]), ("replaces", joined)]
    world.main("russia").say(
        "joining/1", START, refs=refs, time=stated(utc("2016-02-26")), actor="jaysh",
        actor_type="armed_group", step="committed", to="russia",
    )  # fmt: skip
    assert world.states("jaysh", "russia", "2016-02-28") == [
        ("02-26", "02-26", "attested"),
        ("02-27", "02-28", "active"),
    ]
    records = world.actor("jaysh", "2016-02-28")["records"]
    assert [(r["says"], r["status"]) for r in records] == [
        ("attested", "open"), ("committed", "replaced"), ("committed", "open"),
    ]  # fmt: skip


def test_a_withdrawn_joining_changes_the_days_and_stays_in_sight() -> None:
    """The state goes, the record is listed with what became of it."""
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.joins("coalition", "jaysh", "attested", "2016-02-26T09:00:00Z", about=joined)
    world.withdraws("russia", joined)
    assert world.days("jaysh", "russia", "2016-03-01") == []
    assert world.states("jaysh", "coalition", "2016-03-01")[-1] == ("02-27", "03-01", "active")
    records = world.actor("jaysh", "2016-03-01")["records"]
    assert (joined, "withdrawn") in [(r["name"], r["status"]) for r in records]


def test_a_leaving_says_which_guarantor_was_told() -> None:
    """Not the one that took the commitment, unless it was told again; nobody, if nobody was."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-25", area="SY05")
    world.leaves("russia", "jaysh", "2016-04-18", told_to="coalition")
    world.joins("russia", "nasr", "committed", "2016-02-25", area="SY05")
    world.leaves("russia", "nasr", "2016-04-18")
    for actor, told in (("jaysh", "coalition"), ("nasr", None)):
        *_, before, after = world.days(actor, "russia", "2016-04-19")
        assert (before["to"], after["state"], after["to"]) == ("russia", "withdrawn", told)


def test_who_leaves_begins_anew() -> None:
    """A day has the state in which it ends; an old attestation does not return with a new joining.

    From 27 March Damascus is three hours ahead: 20:59:59.999Z is the same day, 21:00Z the next.
    """
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.joins("coalition", "jaysh", "attested", "2016-02-26T09:00:00Z", about=joined)
    world.leaves("russia", "jaysh", utc("2016-04-18T21:00:00Z") - 1)
    world.joins("russia", "jaysh", "committed", "2016-04-18T21:00:00Z")
    assert world.states("jaysh", "russia", "2016-04-20")[1:] == [
        ("02-27", "04-17", "active"),
        ("04-18", "04-18", "withdrawn"),
        ("04-19", "04-20", "committed"),
    ]
    assert world.states("jaysh", "coalition", "2016-04-20")[-1] == ("02-27", "04-20", "active")
    assert world.actor("jaysh", "2016-04-20")["differing"] == [
        {
            "from": first,
            "until": last,
            "states": [
                {"said_by": "coalition", "state": "active"},
                {"said_by": "russia", "state": state},
            ],
        }
        for first, last, state in (
            ("2016-04-18", "2016-04-18", "withdrawn"),
            ("2016-04-19", "2016-04-20", "committed"),
        )
    ]


def test_an_allegation_is_of_its_author_and_of_its_days() -> None:
    """Russia's row does not change by what the coalition alleges; no word of a violation."""
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.joins("coalition", "jaysh", "attested", "2016-02-26T09:00:00Z", about=joined)
    until = stated(utc("2016-03-04T21:59:00Z"))
    name = world.alleges("coalition", "jaysh", "2016-03-03T10:00:00Z", until=until, duty=1)
    taken_back = world.alleges("coalition", "jaysh", "2016-03-06")
    world.withdraws("coalition", taken_back)
    assert world.states("jaysh", "coalition", "2016-03-07")[1:] == [
        ("02-27", "03-02", "active"),
        ("03-03", "03-04", "alleged_noncompliant"),
        ("03-05", "03-07", "active"),
    ]
    alleged = world.days("jaysh", "coalition", "2016-03-07")[2]
    assert (alleged["allegations"], [a["name"] for a in alleged["alleged"]]) == (1, [name])
    assert world.states("jaysh", "russia", "2016-03-07")[-1] == ("02-27", "03-07", "active")
    (differing,) = world.actor("jaysh", "2016-03-07")["differing"]
    assert (differing["from"], differing["until"]) == ("2016-03-03", "2016-03-04")
    assert "violat" not in world.view("ledger", utc("2016-03-07")).to_bytes().decode()


def test_allegations_count_by_duty_and_author() -> None:
    """A number that no duty has is listed all the same; one without a time covers no day."""
    world = Truce()
    about = [("about", world.terms[1])]
    world.alleges("russia", "jaysh", "2016-03-01", about, duty=2)
    world.alleges("russia", "jaysh", "2016-03-01", about, duty=2, laid_to=[])
    world.alleges("coalition", "jaysh", "2016-03-01", about, duty=9)
    undated = world.alleges("coalition", "jaysh", "2016-03-01", about, time=None)
    duties = world.arrangement("2016-03-02")["duties"]
    assert [(d["number"], d["class"], d["alleged"]) for d in duties] == [
        (1, "attacks", []),
        (2, "territory", [{"said_by": "russia", "allegations": 2}]),
        (9, None, [{"said_by": "coalition", "allegations": 1}]),
    ]
    actor = world.actor("jaysh", "2016-03-02")
    assert [each["name"] for each in actor["alleged_undated"]] == [undated]


def test_persistent_only_by_somebody_s_findings() -> None:
    """Three corroborated in a week, by one author: two and two of two authors are not enough."""
    world = Truce(persistent_after={"allegations": 3, "within_ms": 7 * DAY})
    charges = [world.alleges("coalition", "jaysh", f"2016-03-{day:02}") for day in (1, 3, 5, 20)]
    world.finds("coalition", "corroborated", [charges[0], charges[3]], "2016-03-21")
    world.finds("russia", "corroborated", charges[:2], "2016-03-22")
    twice = world.finds("coalition", "corroborated", [charges[0], charges[1]], "2016-03-23")
    assert not [s for s in world.states("jaysh", "coalition", "2016-03-30") if s[2] == "persistent"]
    third = world.finds("coalition", "corroborated", [charges[2]], "2016-03-24")
    assert world.states("jaysh", "coalition", "2016-03-30")[-1] == (
        "03-24", "03-30", "persistent",
    )  # fmt: skip
    rests_on = [r["name"] for r in world.days("jaysh", "coalition", "2016-03-30")[-1]["rests_on"]]
    assert set(rests_on) >= {twice, third}
    assert world.days("jaysh", "russia", "2016-03-30") == []


def test_pattern_referral_exclusion_and_the_way_back() -> None:
    """Each by the record that says so; who is excluded is not let in by joining again."""
    world = Truce()
    charge = world.alleges("coalition", "jaysh", "2016-03-01")
    pattern = world.finds("coalition", "pattern", [charge], "2016-03-04")
    world.refers("coalition", "jaysh", "2016-03-06")
    excluded = world.refers("coalition", "jaysh", "2016-03-08", "exclude")
    world.joins("coalition", "jaysh", "committed", "2016-03-10", to="coalition")
    world.refers("coalition", "jaysh", "2016-03-11")
    world.refers("coalition", "jaysh", "2016-03-12", "readmit")
    assert world.states("jaysh", "coalition", "2016-03-13") == [
        ("02-27", "02-29", "unknown"),
        ("03-01", "03-01", "alleged_noncompliant"),
        ("03-02", "03-03", "unknown"),
        ("03-04", "03-05", "persistent"),
        ("03-06", "03-07", "referred"),
        ("03-08", "03-09", "excluded"),
        ("03-10", "03-11", "excluded"),
        ("03-12", "03-13", "readmitted"),
    ]
    days = world.days("jaysh", "coalition", "2016-03-13")
    assert [r["name"] for r in days[3]["rests_on"]] == [pattern]
    assert [r["name"] for r in days[5]["rests_on"]] == [excluded]


def test_leaving_does_not_undo_an_exclusion() -> None:
    """Nor a referral; what was found persistent ends with taking part."""
    world = Truce()
    charge = world.alleges("coalition", "jaysh", "2016-03-01")
    world.finds("coalition", "pattern", [charge], "2016-03-02")
    world.leaves("coalition", "jaysh", "2016-03-03")
    assert world.states("jaysh", "coalition", "2016-03-04")[-1] == ("03-03", "03-04", "withdrawn")
    world.refers("coalition", "jaysh", "2016-03-05", "exclude")
    world.leaves("coalition", "jaysh", "2016-03-06")
    assert world.states("jaysh", "coalition", "2016-03-07")[-1][2] == "excluded"


def test_left_out_by_the_terms() -> None:
    """By both who laid them down; if one has it joined, both are said."""
    world = Truce()
    assert {row["said_by"] for row in world.actor("nusra", "2016-03-01")["rows"]} == {
        "coalition", "russia",
    }  # fmt: skip
    assert world.states("nusra", "russia", "2016-03-01") == [
        ("02-27", "03-01", "excluded_by_designation")
    ]
    world.joins("coalition", "nusra", "committed", "2016-02-28", to="coalition")
    last = world.days("nusra", "coalition", "2016-03-01")[-1]
    assert last["state"] == "committed"
    assert "excluded_by_designation" in last["besides"]
    assert [r["name"] for r in last["rests_on"]][:2] == world.terms[::1]


def test_territory_is_known_by_the_author_s_own_claim() -> None:
    """While it says where the group is; the other side's map does not count for it."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.places("coalition", "jaysh", "SY05", "2016-02-27")
    until = stated(utc("2016-03-02T22:00:00Z"))
    world.places("russia", "jaysh", "SY05", "2016-03-01", until=until)
    found = [(d["from"], d["besides"]) for d in world.days("jaysh", "russia", "2016-03-05")]
    assert found == [
        ("2016-02-26", ["territory_unknown"]),
        ("2016-03-01", []),
        ("2016-03-03", ["territory_unknown"]),
    ]


def test_terms_that_end_and_terms_that_follow() -> None:
    """A renewal is an arrangement of its own; days stop with the terms; nothing carries over."""
    world = Truce(ends=stated(utc("2016-03-01T22:00:00Z")))
    world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.text |= {"starts": stated(utc("2016-09-12T16:00:00Z")), "ends": stated(utc("2016-09-19"))}
    renewed = world.lays_down("russia")
    first, second = world.data("ledger", utc("2016-09-15"))["arrangements"]
    assert (first["stands"], second["stands"], second["missing"]) == (True, False, ["coalition"])
    assert first["last_day"] == "2016-03-01"
    (row,) = next(a for a in first["actors"] if a["actor"] == "jaysh")["rows"]
    assert [day["until"] for day in row["days"]] == ["2016-03-01"]
    assert [a["actor"] for a in second["actors"]] == ["nusra"]
    assert [r["name"] for r in second["records"]] == [renewed]


def test_terms_corrected_are_the_same_arrangement() -> None:
    """Once both have logged the correction it counts; who joined the first version has joined."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.text["excluded"] = []
    old = dict(zip(("coalition", "russia"), world.terms, strict=True))
    world.lays_down("russia", [("replaces", old["russia"])])
    assert [e["actor"] for e in world.arrangement("2016-03-01")["excluded"]] == ["nusra"]
    world.lays_down("coalition", [("replaces", old["coalition"])])
    found = world.arrangement("2016-03-01")
    assert (found["excluded"], found["stands"]) == ([], True)
    assert [a["actor"] for a in found["actors"]] == ["jaysh"]
    assert sorted(r["status"] for r in found["records"]) == ["open", "open", "replaced", "replaced"]


def test_a_guarantor_alone_does_not_correct_the_terms_of_all() -> None:
    """A version that drops the others stands by its author's word, and binds nobody else by it."""
    world = Truce()
    alone = {**world.text, "guarantors": ["russia"], "excluded": []}
    world.main("russia").say("terms/1", START + HOUR, refs=[("replaces", world.terms[1])], **alone)
    found = world.arrangement("2016-03-01")
    assert (found["guarantors"], found["stands"]) == (["coalition", "russia"], True)
    assert [each["actor"] for each in found["excluded"]] == ["nusra"]


def test_what_is_about_no_terms_here_is_shown() -> None:
    """A joining may come before the terms it is about, or name none that anybody has."""
    world = Truce()
    name = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z", about="0" * 64)
    assert [r["name"] for r in world.data("ledger", START)["unplaced"]] == [name]
    assert [a["actor"] for a in world.arrangement("2016-03-01")["actors"]] == ["nusra"]


@pytest.mark.parametrize(("attestation", "last"), [
    ("none", "active"), ("other_guarantor", "committed"), ("every_other_guarantor", "committed"),
])  # fmt: skip
def test_the_terms_say_who_must_attest(attestation: str, last: str) -> None:
    """Nobody, any other guarantor, or all the others."""
    world = Truce(attestation=attestation, guarantors=["coalition", "russia", "iran"])
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    assert world.states("jaysh", "russia", "2016-03-01")[-1][2] == last
    world.joins("coalition", "jaysh", "attested", "2016-02-28", about=joined)
    one = "attested" if attestation == "every_other_guarantor" else "active"
    assert world.states("jaysh", "russia", "2016-03-01")[-1][2] == one
    world.joins("russia", "jaysh", "attested", "2016-02-29", about=joined, attested_by="iran")
    assert world.states("jaysh", "russia", "2016-03-01")[-1][2] == "active"


def test_a_long_chain_of_references_ends_at_its_terms() -> None:
    """However many records a party puts between a joining and the terms it is about."""
    world = Truce()
    name = world.joins("russia", "jaysh", "invited", "2016-02-20", to=None)
    for _ in range(1100):
        name = world.joins("russia", "jaysh", "invited", "2016-02-20", to=None, about=name)
    world.joins("russia", "jaysh", "committed", "2016-02-21", about=name)
    assert world.states("jaysh", "russia", "2016-02-22")[-1] == ("02-21", "02-22", "committed")
    assert world.data("ledger", START)["unplaced"] == []


def test_totals_count_actors_by_who_says_so() -> None:
    """A settlement and a group, as each side has them on the last day."""
    world = Truce()
    world.joins("russia", "town", "committed", "2016-02-26T08:00:00Z", actor_type="settlement")
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.joins("coalition", "jaysh", "attested", "2016-02-26T09:00:00Z", about=joined)
    totals = world.arrangement("2016-03-01")["totals"]
    assert [(t["said_by"], t["actor_type"], t["state"], t["actors"]) for t in totals] == [
        ("coalition", "armed_group", "active", 1),
        ("coalition", "unstated", "excluded_by_designation", 1),
        ("russia", "armed_group", "active", 1),
        ("russia", "settlement", "committed", 1),
        ("russia", "unstated", "excluded_by_designation", 1),
    ]


def test_rival_claims_on_an_area_stand_side_by_side() -> None:
    """Who holds it, drawn and recognised by whom; rivals are named as such, and end."""
    world = Truce()
    world.places("russia", "army", "SY07", "2016-03-01", "holds", recognised_by=["russia"])
    until = stated(utc("2016-03-05"))
    world.places("coalition", "jaysh", "SY07", "2016-03-02", "holds", drawn_by="un", until=until)
    (area,) = world.data("ledger", utc("2016-03-03"))["control"]
    assert (area["area"], area["rival"], len(area["now"])) == ("SY07", True, 2)
    assert [
        (c["author"], c["actor"], c["drawn_by"], c["recognised_by"]) for c in area["claims"]
    ] == [
        ("coalition", "jaysh", "un", []),
        ("russia", "army", "russia", ["russia"]),
    ]
    (later,) = world.data("ledger", utc("2016-03-05"))["control"]
    assert (later["rival"], len(later["now"]), len(later["claims"])) == (False, 1, 2)


# --- W26


def test_w26_an_actor_acts_and_its_commitment_is_not_attested() -> None:
    """Named: the commitment and the first record that shows it; an attestation settles it."""
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    at = utc("2016-03-05")
    assert world.fired("W26", at) == []
    shown = world.places("coalition", "jaysh", "SY05", "2016-03-01")
    world.alleges("coalition", "jaysh", "2016-03-02")
    (found,) = world.fired("W26", at)
    assert [r["name"] for r in found["records"]] == [joined, shown]
    assert (found["severity"], found["parties"]) == ("attention", ["russia", "coalition"])
    assert "1 more" in found["text"]["text"]
    world.joins("coalition", "jaysh", "attested", "2016-03-04", about=joined)
    assert world.fired("W26", at) == []


def test_w26_is_silent_where_nothing_was_shown_since() -> None:
    """Before the truce, before the commitment, of another actor, or withdrawn; or it has left."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-03-01")
    world.alleges("coalition", "jaysh", "2016-02-28")
    world.alleges("coalition", "stranger", "2016-03-02")
    world.withdraws("coalition", world.alleges("coalition", "jaysh", "2016-03-02"))
    assert world.fired("W26", utc("2016-03-05")) == []
    world.alleges("coalition", "jaysh", "2016-03-02")
    assert len(world.fired("W26", utc("2016-03-05"))) == 1
    world.leaves("russia", "jaysh", "2016-03-03")
    assert world.fired("W26", utc("2016-03-05")) == []


def test_w26_another_s_word_does_not_attest_for_who_could_say_it() -> None:
    """The coalition keeps a log here; a guarantor without one can only be spoken for."""
    for guarantor, raised in (("coalition", 1), ("iran", 0)):
        world = Truce(guarantors=["coalition", "russia", "iran"])
        world.joins("russia", "jaysh", "committed", START, attested_by=guarantor, area="SY05")
        world.alleges("coalition", "jaysh", "2016-03-02")
        assert len(world.fired("W26", utc("2016-03-05"))) == raised, guarantor


def mixed(world: Truce, at: str = "2016-03-05") -> list[dict[str, Any]]:
    return [a for a in world.fired("W26", utc(at)) if "does not apply" in a["text"]["text"]]


def attested(world: Truce, actor: str = "jaysh", **said: Any) -> str:
    joined = world.joins("russia", actor, "committed", "2016-02-26T08:00:00Z", **said)
    world.joins("coalition", actor, "attested", "2016-02-26T09:00:00Z", about=joined)
    return joined


def test_w26_an_excluded_group_in_the_area_of_a_participant() -> None:
    """By anybody's claims, named with their authors; one finding for the area."""
    world = Truce()
    attested(world)
    attested(world, "liwa")
    theirs = world.places("russia", "nusra", "SY02", "2016-03-01")
    assert mixed(world) == []
    names = [world.places("coalition", who, "SY02", "2016-03-01") for who in ("jaysh", "liwa")]
    (found,) = mixed(world)
    assert {r["name"] for r in found["records"]} == {theirs, *names}
    assert found["parties"] == ["coalition", "russia"]
    assert "jaysh" in found["text"]["text"]
    assert "liwa" in found["text"]["text"]


def test_w26_an_area_named_on_joining_counts() -> None:
    """And an actor excluded by a decision counts as the terms' own do."""
    world = Truce()
    joined = attested(world, area="SY02")
    attested(world, "liwa")
    theirs = world.places("russia", "liwa", "SY02", "2016-03-01")
    assert mixed(world) == []
    world.refers("russia", "liwa", "2016-03-02", "exclude")
    (found,) = mixed(world)
    assert {r["name"] for r in found["records"]} == {theirs, joined}


def test_w26_a_district_lies_in_its_province() -> None:
    """By p-code, either way round: one finding, for the widest area that is named."""
    world = Truce()
    attested(world, area="SY0203")
    names = {world.places("russia", "nusra", "SY02", "2016-03-01")}
    names.add(world.places("russia", "nusra", "SY020301", "2016-03-01"))
    world.places("russia", "nusra", "SY0204", "2016-03-01")
    (found,) = mixed(world)
    assert names < {r["name"] for r in found["records"]}
    assert len(found["records"]) == 3
    assert found["text"]["text"].startswith("In SY02, jaysh by ")
    assert "SY020301" in found["text"]["text"]
    assert "SY0204" not in found["text"]["text"]


def test_w26_words_of_an_area_stay_somebodys_words() -> None:
    """A name that reads like a finding, or turns the line around, is quoted and shortened."""
    world = Truce()
    attested(world)
    area = "SY02, russia has agreed to it \u202e" + "x" * 200
    world.places("russia", "nusra", area, "2016-03-01")
    world.places("coalition", "jaysh", area, "2016-03-01")
    (found,) = mixed(world)
    assert found["text"]["text"].startswith(
        'In "SY02, russia has agreed to it \N{REPLACEMENT CHARACTER}xx'
    )
    assert "\u202e" not in found["text"]["text"]
    assert "x" * 100 not in found["text"]["text"]


def test_w26_is_silent_where_they_are_not_mixed() -> None:
    """Another area, another time, a claim withdrawn, a truce that is over."""
    world = Truce(ends=stated(utc("2016-03-10")))
    attested(world)
    world.places("coalition", "jaysh", "SY02", "2016-03-01")
    world.places("russia", "nusra", "SY0301", "2016-03-01")
    world.places("russia", "nusra", "SY02", "2016-03-01", until=stated(utc("2016-03-04")))
    world.withdraws("russia", world.places("russia", "nusra", "SY02", "2016-03-01"))
    assert mixed(world) == []
    assert len(mixed(world, "2016-03-03")) == 1
    world.places("russia", "nusra", "SY02", "2016-03-06")
    assert len(mixed(world, "2016-03-09")) == 1
    assert mixed(world, "2016-03-11") == []


# --- a naive twin: every day replayed from the beginning


@dataclass(frozen=True)
class Said:
    """One record as the twin remembers it; ``about`` are places in the list of what was said."""

    what: str
    author: str
    actor: str
    at: int
    name: str = ""
    to: str = ""
    by: str = ""
    until: int | None = None
    about: tuple[int, ...] = ()
    located: bool = False


GUARANTORS = ("coalition", "russia")
RANK = (
    "invited",
    "committed",
    "attested",
    "left",
    "pattern",
    "refer",
    "exclude",
    "readmit",
    "none",
)


def draw_world(data: st.DataObject) -> tuple[Truce, list[Said]]:
    def pick(*choices: Any) -> Any:
        return data.draw(st.sampled_from(choices))

    world, said = Truce(), list[Said]()
    for _ in range(data.draw(st.integers(1, 12))):
        author, actor = pick(*GUARANTORS), pick("jaysh", "nusra")
        at = START + 6 * HOUR * data.draw(st.integers(-8, 24))
        what = pick("committed", "committed", "attested", "attested", "invited", "left", "alleged",
                    "alleged", "pattern", "refer", "there", "withdrawn")  # fmt: skip
        earlier = [i for i, each in enumerate(said) if each.what == "committed"]
        charges = [i for i, each in enumerate(said) if each.what == "alleged"]
        made: dict[str, Any] = {"what": what, "author": author, "actor": actor, "at": at}
        if what in ("invited", "committed", "attested"):
            about = (pick(*earlier),) if what == "attested" and earlier and pick(0, 1) else ()
            to = pick(*GUARANTORS)
            by = pick("", *(g for g in GUARANTORS if g != to)) if what != "invited" else ""
            area = pick(None, "SY05")
            extra = {name: value for name, value in (("attested_by", by), ("area", area)) if value}
            ref = said[about[0]].name if about else ""
            name = world.joins(author, actor, what, at, to, ref, **extra)
            made |= {"to": to, "by": by, "about": about, "located": area is not None}
        elif what == "left":
            name = world.leaves(author, actor, at)
        elif what == "alleged":
            made["until"] = at + pick(0, 6 * HOUR, 60 * HOUR)
            name = world.alleges(author, actor, at, until=stated(made["until"]))
        elif what == "pattern" and charges:
            made["about"] = tuple({pick(*charges), pick(*charges)})
            name = world.finds(author, "pattern", [said[i].name for i in made["about"]], at)
        elif what == "refer":
            made["what"] = pick("refer", "exclude", "readmit", "none")
            decision = None if made["what"] == "refer" else made["what"]
            name = world.refers(author, actor, at, decision)
        elif what == "there":
            made["until"] = pick(None, at + 30 * HOUR)
            end: dict[str, Any] = {} if made["until"] is None else {"until": stated(made["until"])}
            name = world.places(author, actor, "SY05", at, **end)
        elif what == "withdrawn" and said:
            gone = pick(*range(len(said)))
            world.withdraws(said[gone].author, said[gone].name)
            said[gone] = Said("withdrawn", said[gone].author, "", 0, said[gone].name)
            continue
        else:
            continue
        said.append(Said(**made, name=name))
    return world, said


def twin_steps(said: list[Said], author: str, actor: str) -> list[tuple[Any, ...]]:
    """Everything that counts in an author's account: (at, rank, order, what, said, by, foreign)."""
    steps: list[tuple[Any, ...]] = []
    took = {e.to for e in said if (e.what, e.author, e.actor) == ("committed", author, actor)}
    took |= {
        e.to
        for e in said
        if (e.what, e.author, e.actor) == ("attested", author, actor) and (e.by or e.author) == e.to
    }
    for i, each in enumerate(said):
        order = (each.author, i)
        if each.what == "pattern" and each.author == author:
            if any(said[c].actor == actor and of_the_truce(said[c]) for c in each.about):
                steps.append((each.at, 4, ("", 0), "pattern", each, "", False))
            continue
        if each.actor != actor or each.what not in RANK:
            continue
        what, by, at = each.what, each.by, each.at
        if what == "attested":
            by = by or each.author
            at = max([at, *(said[j].at for j in each.about if said[j].actor == actor)])
            if by == each.to:
                what, by, at = "committed", "", each.at
        foreign = each.author != author
        own_word = by == each.author and what in ("committed", "attested")
        if foreign and own_word and each.to in took:
            steps.append((at, RANK.index("attested"), order, "attested", each, by, True))
        if foreign:
            continue
        if what in ("exclude", "readmit", "none"):
            steps.append((at, RANK.index("refer"), order, "refer", each, "", False))
        steps.append((at, RANK.index(what), order, what, each, by, False))
        if what == "committed" and by:
            steps.append((at, RANK.index("attested"), order, "attested", each, by, False))
    return sorted(steps, key=lambda step: step[:3])


def twin_day(said: list[Said], author: str, actor: str, day: str, now: int) -> dict[str, Any]:
    """What an author's account says of one day, from nothing but what was said until then."""
    joined, penal, to, located = "unknown", "", "", False
    attested: list[tuple[str, str]] = []
    for at, _, _, what, each, by, foreign in twin_steps(said, author, actor):
        if at > now or day_of(Instant(at), "Asia/Damascus") > day:
            continue
        inside = joined in ("committed", "attested")
        if what == "invited" and not inside:
            joined, to = "invited", each.to
        elif what == "committed" and not (joined == "attested" and to == each.to):
            located = each.located or (inside and located)
            joined, to, attested = "committed", each.to, []
        elif what == "committed":
            located = located or each.located
        elif what == "attested" and inside and to == each.to:
            if (by, each.author) not in attested:
                attested.append((by, each.author))
                located = located or (each.located and not foreign)
            joined = "attested"
        elif what == "attested" and not foreign:
            located = each.located or (inside and located)
            joined, to, attested = "attested", each.to, [(by, each.author)]
        elif what == "left":
            joined, to, located, attested = "withdrawn", "", False, []
            penal = penal if penal in ("referred", "excluded") else ""
        elif what == "pattern" and penal not in ("referred", "excluded"):
            penal = "persistent"
        elif what == "refer" and penal != "excluded":
            penal = "referred"
        elif what in ("exclude", "readmit", "none"):
            penal = {"exclude": "excluded", "readmit": "readmitted", "none": ""}[what]
    charges = [e for e in said if (e.author, e.actor) == (author, actor) and of_the_truce(e)]
    there = [e for e in said if (e.what, e.author, e.actor) == ("there", author, actor)]
    alleged = [e.name for e in charges if covers(e, day)]
    state = joined
    if joined == "attested" and day >= "2016-02-27":
        state = "active"
    if joined == "unknown" and actor == "nusra":
        state = "excluded_by_designation"
    if penal in ("referred", "excluded") or (penal and joined != "withdrawn"):
        state = penal
    spared = ("withdrawn", "persistent", "referred", "excluded", "excluded_by_designation")
    if alleged and state not in spared:
        state = "alleged_noncompliant"
    lost = joined in ("committed", "attested") and not located
    lost = lost and not any(covers(e, day) for e in there)
    besides = ["excluded_by_designation"] * (actor == "nusra") + ["territory_unknown"] * lost
    return {
        "state": state, "to": to or None, "attested": attested, "besides": besides,
        "alleged": sorted(alleged),
    }  # fmt: skip


def of_the_truce(each: Said) -> bool:
    """Whether it is an allegation of what happened while the terms were in force."""
    return each.what == "alleged" and (each.at >= START or (each.until or 0) > START)


def covers(each: Said, day: str) -> bool:
    """Whether a stretch of time touches a local day; its end is no part of it."""
    first = day_of(Instant(each.at), "Asia/Damascus")
    if each.until is None:
        return first <= day
    last = day_of(Instant(max(each.at, each.until - 1)), "Asia/Damascus")
    return first <= day <= last


@settings(max_examples=80)
@given(data=st.data())
def test_the_ledger_is_as_a_naive_twin_has_it_day_by_day(data: st.DataObject) -> None:
    """Whatever is said in whatever order; and no two stretches in a row say the same."""
    world, said = draw_world(data)
    now = START + 12 * HOUR * data.draw(st.integers(0, 16))
    today = date.fromisoformat(day_of(Instant(now), "Asia/Damascus"))
    for actor in world.arrangement(now)["actors"]:
        for row in actor["rows"]:
            author, expected = row["said_by"], date.fromisoformat(row["days"][0]["from"])
            for days in row["days"]:
                assert date.fromisoformat(days["from"]) == expected
                while expected <= date.fromisoformat(days["until"]):
                    twin = twin_day(said, author, actor["actor"], expected.isoformat(), now)
                    assert twin == {
                        "state": days["state"],
                        "to": days["to"],
                        "attested": [(a["by"], a["said_by"]) for a in days["attested"]],
                        "besides": days["besides"],
                        "alleged": sorted(a["name"] for a in days["alleged"]),
                    }
                    expected += timedelta(days=1)
            assert expected == today + timedelta(days=1)
            for one, other in pairwise(row["days"]):
                apart = {"from": "", "until": ""}
                assert one | apart != other | apart
