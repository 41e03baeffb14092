"""Allegations: what became of each, who counted what, what the others confirm, incidents."""

import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.projection.allegation_counts import Confirmed, counts
from parley.projection.days import day_at
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.values.instants import LAST, Instant, Interval, parse_instant
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE

MARCH_8 = parse_instant("2016-03-07T22:00:00Z")  # midnight in Damascus, then two hours ahead
DAY = 24 * HOUR
IN_FORCE: dict[str, Any] = {"in_force_from": MARCH_8 - 400 * DAY}
TALE_DAY = "2016-03-08"


def stated(ms: int, words: str = "that day") -> dict[str, Json]:
    return {"ms": ms, "stated": words, "zone": "Asia/Damascus"}


def spot(lat: float, lon: float, precision_m: int = 1000) -> dict[str, Json]:
    e7 = {"lat_e7": round(lat * 10**7), "lon_e7": round(lon * 10**7)}
    return {**e7, "precision_e4m": precision_m * 10_000, "stated": "by the village"}


def allege(
    world: RealWorld,
    party: str = "russia",
    at: int | None = MARCH_8,
    *,
    area: str | None = "Aleppo",
    number: int = 1,
    refs: tuple[tuple[str, str], ...] = (),
    issued: int | None = None,
    **more: Any,
) -> str:
    """Log an allegation of acts on the day that begins at an instant; None: no time is stated."""
    if at is not None:
        more = {"time": stated(at), "until": stated(at + DAY - 1), **more}
    if area is not None:
        more["area"] = area
    when = issued if issued is not None else (MARCH_8 if at is None else at) + 20 * HOUR
    said = {"text": english("shelling"), "act": "shelling", "number": number, **more}
    return world.main(party).say("allegation/1", when, refs=refs, **said)


def find(
    world: RealWorld, party: str, about: list[str], outcome: str = "corroborated", **more: Any
) -> str:
    at = more.pop("at", MARCH_8 + 2 * DAY)
    proven = {"level": "verified", "sources": ["own_observation"]}
    said: dict[str, Any] = proven if outcome == "corroborated" else {"level": "allegation"}
    said = {"outcome": outcome, **said, **more}
    return world.main(party).say("finding/1", at, refs=[("about", n) for n in about], **said)


def retract(world: RealWorld, party: str, name: str, at: int = MARCH_8 + 3 * DAY) -> str:
    reason = english("an error")
    return world.main(party).say("retraction/1", at, refs=[("withdraws", name)], reason=reason)


LATE = MARCH_8 + 30 * DAY


def seen(world: RealWorld, at: int = LATE) -> dict[str, Any]:
    return world.data("allegations", at)


def case(world: RealWorld, name: str, at: int = LATE) -> dict[str, Any]:
    (found,) = [a for a in seen(world, at)["allegations"] if a["name"] == name]
    return dict(found)


def situation(world: RealWorld, at: int = LATE) -> Situation:
    return Situation(world.channel, world.opened(), world.sizes(), Instant(at), world.agreed)


def summed(world: RealWorld) -> dict[tuple[str | None, str], dict[str | None, int]]:
    """Give the acts that the view adds up, by day and party, by area."""
    return sums_of(seen(world))


def sums_of(view: dict[str, Any]) -> dict[tuple[str | None, str], dict[str | None, int]]:
    return {
        (day["day"], count["party"]): {a["area"]: a["acts"] for a in count["areas"]}
        for day in view["days"]
        for count in day["counts"]
    }


# --- states


def test_each_step_is_shown_by_a_record() -> None:
    """Received, logged, acknowledged, shared, asked about, found, referred: in this order."""
    world = RealWorld(**IN_FORCE)
    noon = MARCH_8 + 12 * HOUR
    received = {"channel": "telephone", "language": "ar", "at": noon}
    name = allege(world, issued=noon + HOUR, received=received)
    assert case(world, name)["state"] == "logged"
    assert [s["state"] for s in case(world, name)["steps"]] == ["received", "logged"]

    log = world.main("russia")
    note = log.note(2, noon + 2 * HOUR, cosigners=[("coalition", "receipt")])
    log.say("head/1", noon + 2 * HOUR, origin=log.origin, size=2, note=note)
    assert case(world, name)["state"] == "shared"

    world.main("coalition").say(
        "question/1", noon + 3 * HOUR, refs=[("about", name)], text=english("Which village?")
    )
    assert case(world, name)["state"] == "under_clarification"

    finding = find(world, "coalition", [name])
    assert case(world, name)["state"] == "corroborated"

    world.main("coalition").say(
        "referral/1",
        MARCH_8 + 4 * DAY,
        refs=[("about", finding)],
        actor="northern-front",
        time=stated(MARCH_8 + 4 * DAY),
    )
    found = case(world, name)
    assert found["state"] == "referred"
    assert [(s["state"], s["by"]) for s in found["steps"]] == [
        ("received", "russia"),
        ("logged", "russia"),
        ("shared", "coalition"),
        ("under_clarification", "coalition"),
        ("corroborated", "coalition"),
        ("referred", "coalition"),
    ]


@pytest.mark.parametrize(
    ("stance", "state"), [("acknowledge", "acknowledged"), ("object", "under_clarification")]
)
def test_an_answer_acknowledges_or_asks_to_clarify(stance: str, state: str) -> None:
    """Whoever answers has it; to acknowledge is not to agree."""
    world = RealWorld(**IN_FORCE)
    name = allege(world)
    world.main("coalition").say(
        "answer/1",
        MARCH_8 + DAY,
        refs=[("answers", name)],
        stance=stance,
        officer="duty officer",
        text=english("not ours"),
    )
    found = case(world, name)
    assert {s["state"] for s in found["steps"]} == {"logged", "shared", state}
    (other,) = found["others"]
    assert [(a["author"], a["stance"]) for a in other["answers"]] == [("coalition", stance)]


def test_findings_that_differ_are_disputed_and_the_last_of_each_party_counts() -> None:
    """Nobody's finding is the other's; a withdrawn one is listed and no longer counts."""
    world = RealWorld(**IN_FORCE)
    name = allege(world)
    find(world, "russia", [name])
    assert case(world, name)["state"] == "corroborated"
    against = find(world, "coalition", [name], "not_corroborated")
    found = case(world, name)
    assert found["state"] == "disputed"
    assert found["others"][0]["finding"]["outcome"] == "not_corroborated"

    later = find(world, "coalition", [name], at=MARCH_8 + 3 * DAY)
    assert case(world, name)["state"] == "corroborated"
    retract(world, "coalition", later)
    assert case(world, name)["state"] == "disputed"
    retract(world, "coalition", against)
    assert case(world, name)["state"] == "corroborated"
    assert {f["name"]: f["status"] for f in seen(world)["findings"]}[later] == "withdrawn"


@pytest.mark.parametrize(
    "outcome", ["resolved_compliance_restored", "not_verifiable", "disputed", "pattern"]
)
def test_a_state_is_the_outcome_that_was_found(outcome: str) -> None:
    """Compliance restored, no access, disputed by its own author, one of a pattern."""
    world = RealWorld(**IN_FORCE)
    name = allege(world)
    find(world, "coalition", [name], outcome)
    assert case(world, name)["state"] == outcome


def test_a_finding_of_an_earlier_version_is_none_of_the_later() -> None:
    """The words changed, so what was found of the old ones is not found of the new."""
    world = RealWorld(**IN_FORCE)
    first = allege(world, number=2)
    find(world, "coalition", [first])
    second = allege(world, number=5, refs=(("replaces", first),), issued=MARCH_8 + 3 * DAY)
    assert (case(world, first)["status"], case(world, first)["counted"]) == ("replaced", False)
    assert (case(world, second)["state"], case(world, second)["counted"]) == ("logged", True)


def test_the_same_finding_of_both_sides_is_joint() -> None:
    """The same words on the same records; other words are a finding of their own."""
    world = RealWorld(**IN_FORCE)
    name = allege(world)
    one = find(world, "coalition", [name])
    two = find(world, "russia", [name])
    other = find(world, "russia", [name], confirmed=1)
    joint = {f["name"]: f["joint"] for f in seen(world)["findings"]}
    both = ["coalition", "russia"]
    assert joint == {one: both, two: both, other: ["russia"]}


# --- sums


def test_what_is_withdrawn_or_replaced_leaves_the_sums_and_stays_listed() -> None:
    """Two of seven acts are withdrawn, three become four; nothing disappears."""
    world = RealWorld(**IN_FORCE)
    two, three = allege(world, number=2), allege(world, number=3, area="Idlib")
    allege(world, number=2, area=None)
    assert summed(world) == {(TALE_DAY, "russia"): {None: 2, "Aleppo": 2, "Idlib": 3}}
    retract(world, "russia", two)
    four = allege(world, number=4, area="Idlib", refs=(("replaces", three),))
    assert summed(world) == {(TALE_DAY, "russia"): {None: 2, "Idlib": 4}}
    listed = {a["name"]: a["status"] for a in seen(world)["allegations"]}
    assert (listed[two], listed[three], listed[four]) == ("withdrawn", "replaced", "open")


def test_rival_last_versions_count_once() -> None:
    """One author, one subject, two last words: both are listed, the latest is added."""
    world = RealWorld(**IN_FORCE)
    first = allege(world, number=2)
    for number, hours in ((7, 30), (5, 40)):
        refs = (("replaces", first),)
        allege(world, number=number, refs=refs, issued=MARCH_8 + hours * HOUR)
    assert summed(world) == {(TALE_DAY, "russia"): {"Aleppo": 5}}
    assert [a["status"] for a in seen(world)["allegations"]] == ["replaced"] + 2 * ["conflicted"]


def test_another_partys_withdrawal_changes_no_sum() -> None:
    """Only its author can take an allegation back."""
    world = RealWorld(**IN_FORCE)
    name = allege(world, number=3)
    retract(world, "coalition", name)
    assert summed(world) == {(TALE_DAY, "russia"): {"Aleppo": 3}}


def test_a_day_is_a_day_of_the_charters_zone() -> None:
    """In Damascus it begins two hours before Greenwich; what states no time is of no day."""
    world = RealWorld(**IN_FORCE)
    allege(world, at=MARCH_8)
    allege(world, at=MARCH_8 - 1, number=2)
    allege(world, at=None, number=4)
    assert {day: areas["Aleppo"] for (day, _), areas in summed(world).items()} == {
        None: 4,
        "2016-03-07": 2,
        TALE_DAY: 1,
    }


def test_the_last_instant_that_can_be_written_stops_no_view() -> None:
    """East of Greenwich it lies in a year that no calendar of Python's holds."""
    world = RealWorld(**IN_FORCE)
    last = stated(LAST)
    allege(world, at=None, time=last, until=last)
    assert summed(world) == {("9999-12-31", "russia"): {"Aleppo": 1}}
    assert seen(world)["trends"][0]["weeks"][0]["change"] is None


def test_confirmation_lies_between_bounds_where_a_finding_covers_more() -> None:
    """Three of twelve are confirmed: of the two in Idlib at most two, of the ten at least one."""
    world = RealWorld(**IN_FORCE)
    idlib, aleppo = allege(world, number=2, area="Idlib"), allege(world, number=10)
    find(world, "coalition", [idlib, aleppo], confirmed=3)
    (count,) = counts(situation(world), day_at(MARCH_8, "Asia/Damascus").during)
    assert count.total.confirmed == (Confirmed("coalition", 12, 3, 3),)
    assert count.areas["Idlib"].confirmed == (Confirmed("coalition", 2, 0, 2),)
    assert count.areas["Aleppo"].confirmed == (Confirmed("coalition", 10, 1, 3),)


def test_a_partys_own_finding_confirms_nothing_to_itself() -> None:
    """What the other side confirms is counted; of the other two acts nothing was said."""
    world = RealWorld(**IN_FORCE)
    mine = allege(world, number=3)
    allege(world, number=2, area="Idlib")
    find(world, "russia", [mine])
    (count,) = counts(situation(world), day_at(MARCH_8, "Asia/Damascus").during)
    assert count.total.confirmed == (Confirmed("coalition", 0, 0, 0),)
    find(world, "coalition", [mine], "not_corroborated")
    (count,) = counts(situation(world), day_at(MARCH_8, "Asia/Damascus").during)
    assert count.total.confirmed == (Confirmed("coalition", 3, 0, 0),)


PLAN = st.tuples(
    st.sampled_from(["coalition", "russia"]),
    st.sampled_from(["Aleppo", "Idlib", None]),
    st.integers(0, 15),
    st.integers(1, 9),
    st.sampled_from(["stands", "withdrawn", "replaced", "torn", "confirmed", "denied"]),
)


@settings(max_examples=30, deadline=None)
@given(plans=st.lists(PLAN, max_size=12))
def test_sums_and_trends_equal_a_naive_twin(plans: list[Any]) -> None:
    """Whatever is alleged, withdrawn, replaced, confirmed and denied."""
    world = RealWorld(**IN_FORCE)
    sums: dict[tuple[str, str], dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    weeks: dict[tuple[str, str | None], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    judged: dict[str, list[int]] = {"coalition": [0, 0], "russia": [0, 0]}
    for party, area, day, number, fate in plans:
        at = MARCH_8 + day * DAY
        name = allege(world, party, at, area=area, number=number)
        other = "russia" if party == "coalition" else "coalition"
        if fate == "withdrawn":
            retract(world, party, name, at + 21 * HOUR)
            continue
        if fate == "replaced":
            number += 1
            allege(world, party, at, area=area, number=number, refs=(("replaces", name),))
        if fate == "torn":  # two last versions: the later one counts, whichever is logged first
            for hours, more in ((30, 2), (25, 1)):
                issued, refs = at + hours * HOUR, (("replaces", name),)
                allege(world, party, at, area=area, number=number + more, refs=refs, issued=issued)
            number += 2
        if fate in ("confirmed", "denied"):
            find(
                world, other, [name], "corroborated" if fate == "confirmed" else "not_corroborated"
            )
            judged[other][0] += number
            judged[other][1] += number if fate == "confirmed" else 0
        sums[f"2016-03-{day + 8:02d}", party][area] += number
        weeks[party, area][(day + 1) // 7] += number  # the eighth was a Tuesday
    view = seen(world)
    assert sums_of(view) == sums

    for count in counts(situation(world), Interval(Instant(MARCH_8), Instant(MARCH_8 + 16 * DAY))):
        (confirmed,) = count.total.confirmed
        acts, yes = judged[confirmed.party]
        assert (confirmed.judged, confirmed.least, confirmed.most) == (acts, yes, yes)
        own = [areas for (_, party), areas in sums.items() if party == count.party]
        assert count.total.number == sum(sum(areas.values()) for areas in own)

    shown = {
        (t["party"], t["area"]): {w["week"]: w["acts"] for w in t["weeks"] if w["acts"]}
        for t in view["trends"]
    }
    named = [f"2016-W{week}" for week in (10, 11, 12)]
    assert shown == {
        key: {named[week]: number for week, number in by.items()} for key, by in weeks.items()
    }


def test_a_trend_says_nothing_of_a_week_in_which_its_author_was_silent() -> None:
    """A fall to none is seen where the author counted elsewhere; silence is not none."""
    world = RealWorld(**IN_FORCE)
    allege(world, number=5)
    allege(world, at=MARCH_8 + 7 * DAY, number=1, area="Idlib")
    allege(world, at=MARCH_8 + 21 * DAY, number=2)
    allege(world, "coalition", MARCH_8 + 7 * DAY, number=9)
    shown = {
        (t["area"], t["party"]): [(w["week"], w["acts"], w["change"]) for w in t["weeks"]]
        for t in seen(world)["trends"]
    }
    assert shown == {
        ("Aleppo", "coalition"): [("2016-W11", 9, None)],
        ("Aleppo", "russia"): [
            ("2016-W10", 5, None),
            ("2016-W11", 0, -5),
            ("2016-W13", 2, None),
        ],
        ("Idlib", "russia"): [("2016-W11", 1, 1)],
    }


# --- the bulletins of 2016 and 2017

SPLIT = re.compile(r"([A-Z][a-z]+) (\d+)")


def entered(world: RealWorld, row: dict[str, str]) -> dict[str | None, int]:
    """Log a row as allegations, one for each province, one for what is not split; give them."""
    total = int(row["violations"])
    parts: dict[str | None, int] = {area: int(n) for area, n in SPLIT.findall(row["by_province"])}
    if rest := total - sum(parts.values()):
        parts[None] = rest
    party = {"RU": "russia", "TR": "coalition"}[row["observer_side"]]
    begin = parse_instant(f"{row['date']}T00:00:00Z")
    names = [
        allege(world, party, begin, area=area, number=n, issued=begin + 20 * HOUR)
        for area, n in parts.items()
    ]
    if row["other_side_confirmed"]:
        confirmed = int(row["other_side_confirmed"])
        other, outcome = ("russia", "corroborated" if confirmed else "not_corroborated")
        find(world, other, names, outcome, confirmed=confirmed, at=begin + 22 * HOUR)
    return parts


def test_the_rows_of_the_bulletins_come_out_with_their_figures() -> None:
    """Each day's count by side and province, and how many of the other's are confirmed."""
    file = Path(__file__).resolve().parents[4] / "shared" / "data" / "bulletins_sample.csv"
    if not file.is_file():
        pytest.skip("the sample of bulletins is not there")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 26
    compare(rows)


# As published by the Russian centre (TASS 924130, 926582, 938854; Sputnik of 8 March 2016):
# facts retyped from the bulletins, so that this holds without the sample.
RETYPED = """\
date,observer_side,violations,by_province,other_side_confirmed
2016-03-08,RU,7,Aleppo 4; Idlib 2; Latakia 1,
2017-01-09,RU,14,Hama 8; Latakia 2; Damascus 2; Aleppo 2,
2017-01-09,TR,17,Damascus 4; Aleppo 5; Daraa 1; Latakia 1; Hama 5; Homs 1,
2017-01-22,RU,2,Hama 1; Latakia 1,
2017-01-22,TR,12,Aleppo 6; rest not split,3
2017-04-02,RU,14,Damascus 8; Latakia 3; Hama 2; Daraa 1,
2017-04-02,TR,11,,0
"""


def test_retyped_bulletins_come_out_with_their_figures() -> None:
    """A full split, a partial one, none; three of twelve confirmed, none of eleven."""
    compare(list(csv.DictReader(RETYPED.splitlines())))


def compare(rows: list[dict[str, str]]) -> None:
    world = RealWorld(in_force_from=0, day_zone="UTC")
    parts = [entered(world, row) for row in rows]
    whole = situation(world, parse_instant("2018-01-01T00:00:00Z"))
    for row, expected in zip(rows, parts, strict=True):
        day = day_at(parse_instant(f"{row['date']}T12:00:00Z"), "UTC")
        party = {"RU": "russia", "TR": "coalition"}[row["observer_side"]]
        (count,) = [c for c in counts(whole, day.during) if c.party == party]
        assert count.total.number == int(row["violations"])
        assert {area: tally.number for area, tally in count.areas.items()} == expected
        (confirmed,) = count.total.confirmed
        if row["other_side_confirmed"]:
            said = int(row["other_side_confirmed"])
            assert confirmed == Confirmed("russia", count.total.number, said, said)
        else:
            assert confirmed.judged == 0


# --- incidents


def open_incident(world: RealWorld, party: str = "coalition", *same: str) -> str:
    refs = [("same_event", name) for name in same]
    return world.main(party).say("incident/1", MARCH_8 + DAY, refs=refs, title="Explosions")


def account(world: RealWorld, party: str, at: int, *about: str, **more: Any) -> str:
    said: dict[str, Any] = {"text": english("an explosion"), "time": stated(at), **more}
    refs = [("about", name) for name in about]
    return world.main(party).say("account/1", MARCH_8 + DAY, refs=refs, **said)


def groups(world: RealWorld) -> list[tuple[list[str], list[str], list[str]]]:
    return [
        (g["incidents"], [a["name"] for a in g["accounts"]], g["claimed_by"])
        for g in world.data("incidents", LATE)["groups"]
    ]


def test_accounts_attach_to_a_handle_and_none_is_merged() -> None:
    """An account, an allegation, an observation; each with its own place and time."""
    world = RealWorld(**IN_FORCE)
    handle = open_incident(world)
    one = account(world, "coalition", MARCH_8 + HOUR, handle, place=spot(36.2, 37.1))
    two = allege(world, "russia", refs=(("about", handle),), place=spot(36.4, 37.1))
    heard = world.main("russia").say(
        "observation/1",
        MARCH_8 + DAY,
        refs=[("about", handle)],
        what="explosion",
        means="heard",
        time=stated(MARCH_8 + HOUR),
    )
    world.main("russia").say("question/1", MARCH_8, refs=[("about", handle)], text=english("who?"))
    (incident,) = world.data("incidents", LATE)["incidents"]
    assert [a["name"] for a in incident["accounts"]] == [one, two, heard]
    assert [a["place"] and a["place"]["lat_e7"] for a in incident["accounts"]] == [
        362000000,
        364000000,
        None,
    ]
    assert groups(world) == [([handle], [one, two, heard], ["coalition", "russia"])]
    beside = case(world, two)["others"][0]
    assert ([a["name"] for a in beside["accounts"]], beside["more_accounts"]) == ([one], False)


def test_the_other_sides_account_stands_beside_whichever_of_the_two_claims_it() -> None:
    """`same_event` is read both ways; of many accounts on a handle ten are written."""
    world = RealWorld(**IN_FORCE)
    one = allege(world, "coalition")
    two = allege(world, "russia", refs=(("same_event", one),))
    for name, other in ((one, two), (two, one)):
        (beside,) = case(world, name)["others"]
        assert [a["name"] for a in beside["accounts"]] == [other]
    handle = open_incident(world)
    three = allege(world, "coalition", refs=(("about", handle),))
    accounts = [account(world, "russia", MARCH_8, handle) for _ in range(11)]
    (beside,) = case(world, three)["others"]
    assert [a["name"] for a in beside["accounts"]] == accounts[:10]
    assert beside["more_accounts"]


def test_only_a_signed_claim_makes_two_events_one_and_unsaying_it_parts_them() -> None:
    """Near in place and time is not the same; `same_event` is its author's word."""
    world = RealWorld(**IN_FORCE)
    one = account(world, "coalition", MARCH_8, place=spot(36.2, 37.1))
    two = account(world, "russia", MARCH_8, place=spot(36.2, 37.1))
    assert groups(world) == []
    claim = open_incident(world, "russia", one, two)
    assert groups(world) == [([claim], [one, two], ["russia"])]
    retract(world, "russia", claim)
    assert groups(world) == []
    (incident,) = world.data("incidents", LATE)["incidents"]
    assert (incident["name"], incident["status"]) == (claim, "withdrawn")


def test_two_handles_said_to_be_one_event_join_what_attaches_to_them() -> None:
    """Each link names who made it, so that a reader may refuse one party's."""
    world = RealWorld(**IN_FORCE)
    first = open_incident(world, "coalition")
    second = open_incident(world, "russia")
    one = account(world, "coalition", MARCH_8, first)
    two = account(world, "russia", MARCH_8 + 2 * HOUR, second)
    assert len(groups(world)) == 2
    world.main("russia").say(
        "incident/1",
        MARCH_8 + 2 * DAY,
        refs=[("same_event", first), ("same_event", second)],
        title="One night",
    )
    (group,) = world.data("incidents", LATE)["groups"]
    assert sorted(a["name"] for a in group["accounts"]) == sorted([one, two])
    same = {(link["by"], link["other"]) for link in group["links"] if link["role"] == "same_event"}
    assert same == {("russia", first), ("russia", second)}


# --- observations


def observe(world: RealWorld, party: str, at: int, area: str, **said: Any) -> str:
    when: dict[str, Any] = {"time": stated(at), "area": area}
    return world.main(party).say("observation/1", at + HOUR, **when, **said)


def test_observations_are_added_by_monitor_day_and_area_and_access_beside_them() -> None:
    """Three explosions and twenty shots are 23 elements; a closed road is none, and is counted."""
    world = RealWorld(**IN_FORCE)
    heard = {"means": "heard"}
    observe(world, "coalition", MARCH_8, "Aleppo", what="explosion", number=3, **heard)
    observe(world, "coalition", MARCH_8 + HOUR, "Aleppo", what="shot", number=20, **heard)
    observe(world, "coalition", MARCH_8, "Aleppo", restriction={"access": "denied"})
    observe(world, "russia", MARCH_8 + DAY, "Aleppo", what="shot", number=9, **heard)
    wrong = observe(world, "coalition", MARCH_8, "Idlib", what="burst", number=4, **heard)
    retract(world, "coalition", wrong)
    view = world.data("observations", LATE)
    no_limits = {"denied": 0, "delayed": 0, "conditional": 0}
    shots = [{"what": "shot", "elements": 9}]
    assert [(d["day"], d["party"], d["areas"]) for d in view["days"]] == [
        (
            TALE_DAY,
            "coalition",
            [
                {
                    "area": "Aleppo",
                    "elements": 23,
                    "of": [
                        {"what": "explosion", "elements": 3},
                        {"what": "shot", "elements": 20},
                    ],
                    "access": {**no_limits, "denied": 1},
                }
            ],
        ),
        (
            "2016-03-09",
            "russia",
            [{"area": "Aleppo", "elements": 9, "of": shots, "access": no_limits}],
        ),
    ]
    assert {o["name"]: o["status"] for o in view["observations"]}[wrong] == "withdrawn"


# --- the rules that were there already


def test_w6_compares_single_acts_and_no_sums() -> None:
    """Allegations of both sides on one event differ; two sums over a day and province do not."""
    world = RealWorld(**IN_FORCE)
    place = spot(36.2, 37.1)
    sums: dict[str, Any] = {"number": 4, "place": place}
    allege(world, "russia", laid_to=["northern-front"], **sums)
    allege(world, "coalition", laid_to=["syria"], **sums)
    assert world.fired("W6", LATE) == []
    single: dict[str, Any] = {"until": stated(MARCH_8 + HOUR), "place": place}
    one = allege(world, "russia", laid_to=["northern-front"], **single)
    two = allege(world, "coalition", MARCH_8 + 15 * MINUTE, laid_to=["syria"], **single)
    (found,) = world.fired("W6", LATE)
    assert {r["name"] for r in found["records"]} == {one, two}
    assert "who took part" in found["text"]["text"]


def test_w5_an_act_alleged_where_a_warning_was_given() -> None:
    """The warning asked for quiet there; an hour later an act there is alleged."""
    world = RealWorld(**IN_FORCE)
    place = spot(36.2, 37.1)
    warning = world.main("coalition").say(
        "warning/1", MARCH_8, urgency="stop", asked=english("stop"), place=place
    )
    name = allege(world, "coalition", MARCH_8 + HOUR, place=place)
    (found,) = world.fired("W5", LATE)
    assert {r["name"] for r in found["records"]} == {warning, name}


def test_w18_an_allegation_asks_for_an_answer() -> None:
    """Of the other parties, by the charter's deadline."""
    world = RealWorld(**IN_FORCE)
    name = allege(world)
    (found,) = world.fired("W18", LATE)
    assert (found["records"][0]["name"], found["severity"]) == (name, "information")


def test_the_views_are_the_same_in_whatever_order_of_logs() -> None:
    """Equal arguments give equal bytes; keys are written by JSON alone."""
    world = RealWorld(**IN_FORCE)
    handle = open_incident(world)
    name = allege(world, refs=(("about", handle),))
    account(world, "coalition", MARCH_8, handle)
    find(world, "coalition", [name])
    observe(world, "coalition", MARCH_8, "Aleppo", what="shot", means="heard")
    for view in ("allegations", "incidents", "observations", "deadlines"):
        one = world.view(view, LATE)
        world.logs = dict(reversed(world.logs.items()))
        assert json.loads(world.view(view, LATE).to_bytes()) == one.to_json()
        assert world.view(view, LATE).to_bytes() == one.to_bytes()
