"""Sites, movements and help: their states, each addressee's word, and sums that nobody adds up."""

from typing import Any

import pytest

from parley.projection.view import compute
from parley.record.canonical import Json
from parley.record.envelope import Part
from parley.values.instants import Instant
from tests.spine.projection.test_real_kinds import STRIKE, RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE

DAY = 24 * HOUR
IDLIB: dict[str, Json] = {
    "lat_e7": 359300000,
    "lon_e7": 366300000,
    "precision_e4m": 20_000_000,
    "stated": "Idlib district",
}
SITE: dict[str, Any] = {
    "handle": "site-017",
    "title": "Surgical hospital",
    "organisation": "relief-society",
    "purpose": english("Surgery"),
    "addressees": ["russia"],
    "consent": {"by": "Medical director", "at": STRIKE - 2 * DAY},
    "verified": {"by": "notification-team", "at": STRIKE - DAY, "how": "visit"},
    "upper": {"e4m": 30_480_000, "units": "FT", "reference": "AGL", "uncertainty_e4m": 0},
    "renew_by": STRIKE + 30 * DAY,
    "site_type": "hospital",
    "area": "SY07",
    "place": IDLIB,
    "active_from": STRIKE,
}
MOVEMENT: dict[str, Any] = {
    **{key: SITE[key] for key in ("organisation", "purpose", "addressees", "consent", "upper")},
    "handle": "convoy-3",
    "title": "Relief convoy",
    "renew_by": STRIKE + DAY,
    "load": {"vehicles": 24},
    "legs": [
        {
            "time_start": STRIKE,
            "time_end": STRIKE + 6 * HOUR,
            "from": "SY02",
            "to": "SY07",
            "way": [
                {"lat_e7": 362000000, "lon_e7": 371500000},
                {"lat_e7": 359300000, "lon_e7": 366300000},
            ],
            "half_width_e4m": 20_000_000,
        }
    ],
}


def say(world: RealWorld, kind: str, body: dict[str, Any], at: int = STRIKE, **more: Any) -> str:
    return world.main("coalition").say(kind, at, **more, **body)


def flight(world: RealWorld, by: str, lat_e7: int, at: int = STRIKE) -> str:
    level: Json = {"e4m": 45_720_000, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0}
    volume: Json = {
        "shape": {
            "type": "circle",
            "center": {"lat_e7": lat_e7, "lon_e7": 366300000},
            "radius_e4m": 10_000_000,
        },
        "time_start": STRIKE + HOUR,
        "time_end": STRIKE + 2 * HOUR,
        "lower": level,
        "upper": level,
    }
    return world.main(by).say("activity/1", at, title="flight", volumes=[volume])


def word(world: RealWorld, name: str, kind: str = "answer/1", at: int = STRIKE, **body: Any) -> str:
    said = {"stance": "acknowledge", "officer": "duty officer"} if kind == "answer/1" else body
    return world.main("russia").say(kind, at, refs=[("answers", name)], **said)


def stored(world: RealWorld, at: int) -> None:
    """Let Russia cosign how far the coalition's log has grown, and log that."""
    log = world.main("coalition")
    note = log.note(at=at, cosigners=[("russia", "receipt")])
    size = len(log.entries)
    world.main("russia").say("head/1", at, origin=log.origin, size=size, note=note)


def only(world: RealWorld, which: str, at: int = STRIKE) -> dict[str, Any]:
    (found,) = world.data("relief", at)[which]
    return dict(found)


def states(world: RealWorld, which: str = "sites", at: int = STRIKE) -> list[tuple[int, str, str]]:
    return [
        (k["version"], k["state"], ",".join(a["state"] for a in k["addressees"]))
        for k in world.data("relief", at)[which]
    ]


# --- states


def test_a_site_goes_from_submitted_to_withdrawn() -> None:
    """Each state follows from records: none is stated by anybody."""
    world = RealWorld()
    early = STRIKE - HOUR
    name = say(world, "site/1", SITE, early)
    assert states(world, at=early) == [(1, "submitted", "waiting")]
    stored(world, early + MINUTE)
    assert states(world, at=early + MINUTE) == [(1, "transmitted", "waiting")]
    assert states(world, at=early + HOUR) == [(1, "no_ack", "no_ack")]
    word(world, name)
    assert states(world, at=early) == [(1, "acknowledged", "acknowledged")]
    assert states(world, at=STRIKE + HOUR) == [(1, "active", "acknowledged")]
    assert states(world, at=STRIKE + 31 * DAY) == [(1, "expired", "acknowledged")]
    second = say(world, "site/1", SITE, STRIKE + HOUR, refs=[("replaces", name)])
    assert states(world, at=STRIKE + HOUR) == [
        (1, "changed", "acknowledged"),
        (2, "submitted", "waiting"),
    ]
    world.main("coalition").say(
        "retraction/1", STRIKE + HOUR, refs=[("withdraws", second)], reason=english("closed")
    )
    assert states(world, at=STRIKE + HOUR)[1] == (2, "withdrawn", "closed")


def test_an_incident_reported_of_a_site_and_an_enquiry_into_it() -> None:
    """What is said to have happened to it counts for every version; a question makes an enquiry."""
    world = RealWorld()
    name = say(world, "site/1", SITE)
    say(world, "site/1", SITE, refs=[("replaces", name)])
    time: Json = {"ms": STRIKE, "stated": "about seven", "zone": "UTC"}
    account = world.main("russia").say(
        "account/1", STRIKE, refs=[("about", name)], text=english("hit"), time=time
    )
    assert [s for _, s, _ in states(world)] == ["changed", "incident_reported"]
    say(world, "question/1", {"text": english("by whom?")}, refs=[("about", account)])
    assert [s for _, s, _ in states(world)] == ["changed", "enquiry"]
    latest = world.data("relief", STRIKE)["sites"][1]
    assert [each["name"] for each in latest["incidents"]] == [account]


@pytest.mark.parametrize("outcome", ["facilitated", "impeded", "denied", "cancelled"])
def test_an_addressee_says_how_it_lets_a_movement_be(outcome: str) -> None:
    """A passage answers the notice; the organiser's own word on it stands beside, never over it."""
    world = RealWorld()
    name = say(world, "movement/1", MOVEMENT, STRIKE - 3 * DAY)
    why = {} if outcome == "facilitated" else {"reason": english("why")}
    own = word(world, name, "passage/1", STRIKE, outcome=outcome, officer="duty officer", **why)
    theirs = say(
        world, "passage/1",
        {"outcome": "impeded", "of": "russia", "officer": "desk", "reason": english("held")},
        refs=[("about", name)],
    )  # fmt: skip
    (asked,) = only(world, "movements")["addressees"]
    assert (asked["state"], asked["by"]["name"]) == (outcome, own)
    assert [(s["name"], s["outcome"]) for s in asked["said_by"]] == [(theirs, "impeded")]
    (notice,) = world.data("notices", STRIKE)["notices"]
    expected = "acknowledged" if outcome == "facilitated" else "objected"
    assert notice["asked"][0]["state"] == expected


def test_a_word_about_another_answers_for_nobody() -> None:
    """The organiser cannot answer its own notice, nor one party for another."""
    world = RealWorld()
    name = say(world, "movement/1", MOVEMENT)
    body = {"outcome": "facilitated", "of": "russia", "officer": "desk"}
    say(world, "passage/1", body, refs=[("about", name)])
    assert [a["state"] for a in only(world, "movements")["addressees"]] == ["waiting"]


def test_an_answer_about_the_doing_of_another_answers_nothing() -> None:
    """Logged with ``answers`` as well: who tells of another has not said what it does itself."""
    world = RealWorld()
    name = say(world, "movement/1", MOVEMENT)
    said: dict[str, Any] = {
        "outcome": "denied",
        "officer": "desk",
        "reason": english("turned back"),
    }
    word(world, name, "passage/1", **{**said, "of": "coalition"})
    theirs = say(world, "passage/1", {**said, "of": "russia"}, refs=[("answers", name)])
    (asked,) = only(world, "movements")["addressees"]
    assert (asked["state"], asked["by"]) == ("waiting", None)
    assert [(s["name"], s["outcome"]) for s in asked["said_by"]] == [(theirs, "denied")]
    (notice,) = world.data("notices", STRIKE)["notices"]
    assert notice["asked"][0]["state"] == "unanswered-open"
    own = word(world, name, "passage/1", **{**said, "of": "russia"})  # its own, by its name
    (asked,) = only(world, "movements")["addressees"]
    assert (asked["state"], asked["by"]["name"]) == ("denied", own)


def test_steps_are_those_that_records_show() -> None:
    """Verified and consented by the author's word, stored by the other's, in all by time."""
    world = RealWorld()

    def steps() -> dict[str, str | None]:
        return {s["step"]: s["at"] for s in world.data("relief", STRIKE)["sites"][0]["steps"]}

    name = say(world, "site/1", {key: SITE[key] for key in SITE if key != "verified"})
    assert list(steps()) == ["submitted", "checked", "consented"]
    say(world, "site/1", {**SITE, "addressees": ["russia"]})  # the same handle
    assert list(steps()) == ["submitted", "consented"]
    stored(world, STRIKE + MINUTE)
    word(world, name, at=STRIKE + 2 * MINUTE)
    assert steps() == {
        "submitted": "2016-06-16T04:00:00Z",
        "consented": "2016-06-14T04:00:00Z",
        "transmitted": "2016-06-16T04:01:00Z",
        "acknowledged": "2016-06-16T04:02:00Z",
    }
    second = world.data("relief", STRIKE)["sites"][1]["steps"]
    assert {"step": "verified", "at": "2016-06-15T04:00:00Z"} in second


def test_a_movement_that_only_tells_waits_for_nobody() -> None:
    """It is protected and comes to be active once it is stored; no answer of anybody is overdue."""
    world = RealWorld()
    say(world, "movement/1", {**MOVEMENT, "notify_only": True})
    told = only(world, "movements")
    assert (told["state"], told["asks_answer"], told["addressees"]) == ("submitted", False, [])
    stored(world, STRIKE + MINUTE)
    assert only(world, "movements", STRIKE + HOUR)["state"] == "active"
    assert only(world, "movements", STRIKE - HOUR)["state"] == "transmitted"
    assert "W18" not in world.rules_fired(STRIKE + 5 * HOUR)
    flight(world, "russia", 359_300_000)
    assert world.data("air", STRIKE + HOUR)["clear"] is False


# --- protection


def test_the_air_picture_protects_sites_and_movements() -> None:
    """A plan into either is a conflict for its addressee, and none for a party not named."""
    world = RealWorld()
    say(world, "site/1", SITE)
    say(world, "movement/1", MOVEMENT)
    low: Json = {"e4m": 6_096_000, "units": "FT", "reference": "AGL", "uncertainty_e4m": 0}
    shape: Json = {
        "type": "circle",
        "center": {"lat_e7": 359300000, "lon_e7": 366300000},
        "radius_e4m": 10_000_000,
    }
    for party in ("russia", "coalition"):
        volume: Json = {
            "shape": shape,
            "time_start": STRIKE + HOUR,
            "time_end": STRIKE + 2 * HOUR,
            "lower": low,
            "upper": low,
        }
        world.main(party).say("activity/1", STRIKE, title="flight", volumes=[volume])
    conflicts = world.data("air", STRIKE)["conflicts"]
    met = [{c["a"]["title"], c["b"]["title"]} for c in conflicts if "zone" in _roles(c)]
    assert sorted(map(sorted, met)) == [
        ["Relief convoy", "flight"],
        ["Surgical hospital", "flight"],
    ]
    assert {c[s]["party"] for c in conflicts if "zone" in _roles(c) for s in "ab"} == {
        "coalition",
        "russia",
    }


def _roles(conflict: dict[str, Any]) -> set[str]:
    return {conflict[side]["role"] for side in "ab"}


def test_an_overdue_renewal_ends_no_protection() -> None:
    """A site lapses on paper; it stays in the air picture until its author withdraws it."""
    world = RealWorld()
    name = say(world, "site/1", SITE)
    late = STRIKE + 60 * DAY
    assert [o["title"] for o in world.data("air", late)["occupied"]] == ["Surgical hospital"]
    world.main("coalition").say(
        "retraction/1", late, refs=[("withdraws", name)], reason=english("moved out")
    )
    assert world.data("air", late)["occupied"] == []


@pytest.mark.parametrize(
    ("kind", "ahead", "late"),
    [
        ("movement/1", 48 * HOUR, False),
        ("movement/1", 48 * HOUR - 1, True),
        ("emergency_movement/1", 24 * HOUR, False),
        ("emergency_movement/1", 24 * HOUR - 1, True),
    ],
)
def test_a_movement_is_announced_48_hours_ahead_in_an_emergency_24(
    kind: str, ahead: int, late: bool
) -> None:
    """W17 judges each kind by the charter's lead time; nothing else is needed."""
    world = RealWorld(lead_times_ms={"movement/1": 48 * HOUR, "emergency_movement/1": 24 * HOUR})
    why = {"emergency": english("wounded")} if kind.startswith("emergency") else {}
    say(world, kind, {**MOVEMENT, **why}, STRIKE - ahead)
    assert bool(world.fired("W17", STRIKE - ahead)) == late
    assert only(world, "movements", STRIKE - ahead)["emergency"] == bool(why)


# --- help


def test_each_side_counts_its_own_deliveries() -> None:
    """Both report the same lorries: no sum is added to the other's, and withdrawn counts out."""
    world = RealWorld()
    body: dict[str, Any] = {
        "organisation": "relief-society",
        "area": "SY07",
        "outcome": "delivered",
        "items": [{"good": "food", "kg": 5200}, {"good": "water", "kg": 800}, {"good": "medical"}],
        "people": 1200,
        "treated": 85,
    }
    request = world.main("russia").say(
        "aid_request/1", STRIKE - DAY, requested_by="rastan", area="SY07",
        needs=[{"good": "food", "people": 1200}], needed_until=STRIKE + DAY,
    )  # fmt: skip
    first = say(world, "delivery/1", {**body, "ended_at": STRIKE - DAY}, refs=[("about", request)])
    say(world, "delivery/1", {**body, "area": "SY02", "ended_at": STRIKE})
    world.main("russia").say("delivery/1", STRIKE, **body, ended_at=STRIKE)
    back = {key: body[key] for key in ("organisation", "area")}
    back |= {"outcome": "turned_back", "reason": english("checkpoint"), "ended_at": STRIKE}
    say(world, "delivery/1", back)
    ahead = {**body, "ended_at": STRIKE + DAY}
    say(world, "delivery/1", ahead)
    counted = world.data("relief", STRIKE)["counted"]
    sums = {c["by"]: (c["total"], c["new"]) for c in counted}
    one = {"actions": 1, "not_delivered": 0, "kg": 6000, "people": 1200, "treated": 85}
    two = {key: 2 * n for key, n in one.items()}
    assert sums["coalition"] == ({**two, "not_delivered": 1}, {**one, "not_delivered": 1})
    assert sums["russia"] == (one, one)
    areas = {a["area"]: a["actions"] for c in counted for a in c["areas"] if c["by"] != "russia"}
    assert areas == {"SY02": 1, "SY07": 1}
    assert only(world, "requests")["deliveries"] == [first]

    world.main("coalition").say(
        "retraction/1", STRIKE, refs=[("withdraws", first)], reason=english("counted twice")
    )
    (mine, _) = world.data("relief", STRIKE)["counted"]
    assert mine["total"] == {**one, "not_delivered": 1}
    listed = [d["status"] for d in world.data("relief", STRIKE)["deliveries"]]
    assert listed.count("withdrawn") == 1
    assert len(listed) == 5


def test_new_in_the_day_is_by_the_day_of_the_charter() -> None:
    """23:59 and 00:00 in Damascus are two days, though one day by UTC."""
    world = RealWorld()
    midnight = STRIKE + 17 * HOUR  # 21:00Z, and 00:00 in Damascus
    body = {"organisation": "x", "area": "SY07", "outcome": "delivered", "people": 1}
    for ended in (midnight - 1, midnight):
        say(world, "delivery/1", {**body, "ended_at": ended}, midnight)
    (counted,) = world.data("relief", midnight)["counted"]
    assert (counted["total"]["actions"], counted["new"]["actions"]) == (2, 1)
    assert world.data("relief", midnight)["day"] == "2016-06-17"
    (before,) = world.data("relief", midnight - 1)["counted"]
    assert (before["total"]["actions"], before["new"]["actions"]) == (1, 1)


# --- what the view may tell


def test_the_view_tells_who_was_given_the_exact_position_and_nothing_of_it() -> None:
    """Of a personal part it shows the audience; one of other bytes changes nothing else."""
    seen = []
    for digest in ("a" * 64, "b" * 64):
        world = RealWorld()
        part = Part("exact", digest, 4096, "text/plain", "personal", ("russia",))
        say(world, "site/1", SITE, changes={"parts": (part,)})
        site = only(world, "sites")
        assert site["exact_to"] == ["russia"]
        names = ("name", "subject", "check_code")
        seen.append({key: value for key, value in site.items() if key not in names})
    assert seen[0] == seen[1]


def test_two_sites_of_one_handle_name_each_other() -> None:
    """A duplicate is shown on both; a new version of one is none."""
    world = RealWorld()
    name = say(world, "site/1", SITE)
    say(world, "site/1", SITE, refs=[("replaces", name)])
    world.main("russia").say("site/1", STRIKE, **{**SITE, "addressees": ["coalition"]})
    sites = world.data("relief", STRIKE)["sites"]
    assert [s["same_handle"] for s in sites] == [
        [sites[2]["number"]],
        [sites[2]["number"]],
        [sites[1]["number"]],
    ]


# --- W29


def found(world: RealWorld, at: int = STRIKE) -> list[tuple[str, str, list[str]]]:
    return [
        (a["about"][0], a["severity"], a["parties"])
        for a in sorted(world.fired("W29", at), key=lambda a: a["about"])
    ]


NEAR, FAR = 360_400_000, 360_500_000  # 12.2 and 13.3 km off; it reaches 2, a plan 1, near is 10
BOTH = ["coalition", "russia"]


def test_w29_a_site_in_order_raises_nothing_even_where_others_fly() -> None:
    """Renewed, verified, addressed, in its place: a plan close by is the air picture's business."""
    world = RealWorld()
    say(world, "site/1", SITE)
    flight(world, "russia", NEAR)
    assert found(world) == []


@pytest.mark.parametrize(("at", "expected"), [(30 * DAY - 1, []), (30 * DAY, ["expired"])])
def test_w29_expired(at: int, expected: list[str]) -> None:
    """From the instant by which it was to be renewed, and not a millisecond before."""
    world = RealWorld()
    word(world, say(world, "site/1", SITE))
    assert [cause for cause, *_ in found(world, STRIKE + at)] == expected


def test_w29_unverified() -> None:
    """It is information; where another party's plan comes near, it is pressing, under one id."""
    world = RealWorld()
    say(world, "site/1", {key: SITE[key] for key in SITE if key != "verified"})
    flight(world, "russia", FAR)
    flight(world, "coalition", NEAR)
    assert found(world) == [("unverified", "information", ["coalition"])]
    before = world.fired("W29", STRIKE)[0]["id"]
    names = [flight(world, "russia", NEAR) for _ in range(2)]
    assert found(world) == [("unverified", "attention", BOTH)]
    (raised,) = world.fired("W29", STRIKE)
    assert raised["id"] == before
    numbers = [r["number"] for r in world.data("register")["records"] if r["name"] in names]
    assert all(number in raised["text"]["text"] for number in numbers)


@pytest.mark.parametrize(("lat_e7", "expected"), [(359_600_000, []), (359_700_000, ["moved"])])
def test_w29_moved(lat_e7: int, expected: list[str]) -> None:
    """3.3 km is within what two places known to 2 km leave open, 4.4 km is not."""
    world = RealWorld()
    word(world, name := say(world, "site/1", SITE))
    there = {**SITE, "place": {**IDLIB, "lat_e7": lat_e7}}
    second = say(world, "site/1", there, refs=[("replaces", name)])
    assert [cause for cause, *_ in found(world)] == expected
    word(world, second)
    assert found(world) == []


def test_w29_never_sent_to_a_party_that_flies_there() -> None:
    """Who is not addressed and files a plan near it may not know; far away nobody need."""
    world = RealWorld()
    name = say(world, "site/1", {**SITE, "addressees": ["syria"]})
    flight(world, "russia", FAR)
    assert found(world) == []
    flight(world, "russia", NEAR)
    assert found(world) == [("unsent", "attention", BOTH)]
    settled = {**SITE, "addressees": ["russia", "syria"]}
    say(world, "site/1", settled, refs=[("replaces", name)])
    assert found(world) == []


def test_w29_addressed_but_not_shown_to_be_stored() -> None:
    """With its receipt overdue an addressee that flies there may not have it."""
    world = RealWorld()
    say(world, "site/1", SITE)
    flight(world, "russia", NEAR)
    assert found(world, STRIKE + 15 * MINUTE - 1) == []
    assert found(world, STRIKE + 15 * MINUTE) == [("unsent", "attention", BOTH)]
    stored(world, STRIKE + MINUTE)
    assert found(world, STRIKE + 15 * MINUTE) == []


def test_w29_is_asked_anew_when_plans_or_sites_change() -> None:
    """A node that keeps results between views says what a fresh one says."""
    world = RealWorld()
    memo: dict[tuple[object, ...], object] = {}
    unsure = {key: SITE[key] for key in SITE if key != "verified"}
    place = {**IDLIB, "lat_e7": 340_000_000}

    def kept() -> list[str]:
        logs, sizes = world.opened(), world.sizes()
        for _ in range(2):
            view = compute(
                "advisories", world.channel, logs, sizes, Instant(STRIKE), world.agreed, memo
            )
            assert view.to_bytes() == world.view("advisories", STRIKE).to_bytes()
        return [severity for _, severity, _ in found(world)]

    raised = [kept()]
    for step in (
        lambda: say(world, "site/1", unsure),
        lambda: flight(world, "russia", NEAR),
        lambda: flight(world, "russia", 340_100_000),
        lambda: say(world, "site/1", {**unsure, "handle": "site-018", "place": place}),
    ):
        step()
        raised.append(kept())
    one = ["attention"]
    assert raised == [[], ["information"], one, one, one * 2]


def test_w29_a_site_that_is_over_or_withdrawn_raises_nothing() -> None:
    """Nobody is told of a list entry that no longer speaks of anything."""
    world = RealWorld()
    open_end = {key: SITE[key] for key in SITE if key != "verified"}
    say(world, "site/1", {**open_end, "active_until": STRIKE + HOUR})
    gone = say(world, "site/1", open_end)
    world.main("coalition").say(
        "retraction/1", STRIKE, refs=[("withdraws", gone)], reason=english("closed")
    )
    assert [cause for cause, *_ in found(world, STRIKE + HOUR - 1)] == ["unverified"]
    assert found(world, STRIKE + HOUR) == []
