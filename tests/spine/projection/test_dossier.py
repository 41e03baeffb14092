"""The dossier: what concerns an area and hours, what refers to it, and what is not there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadInterval, BadShape
from parley.projection.dossier.gaps import CODES
from parley.projection.dossier.scope import Box, Round, Scope, spoken_of
from parley.projection.dossier.selection import STEPS, select
from parley.projection.dossier.whole import dossier_of
from parley.projection.scene import Scene
from parley.projection.situation import Situation
from parley.record.envelope import Part
from parley.sky.ranges import range_m
from parley.values.instants import Instant, Interval
from parley.values.places import E7, Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Volume4D
from tests.spine.projection.test_allegations import allege, spot
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE, NOON, World, place

LATER = NOON + 100 * HOUR
HERE = (33.5, 38.6)
AWAY = (34.5, 38.6)


def scope(*names: str, radius_m: int = 20_000) -> Scope:
    hours = Interval(Instant(NOON - HOUR), Instant(NOON + HOUR))
    return Scope(Round(place(*HERE, precision_m=0), radius_m), hours, names)


def situation(world: World, at: int = LATER) -> Situation:
    return Situation(world.channel, world.opened(), world.sizes(), Instant(at), world.agreed)


def dossier(world: World, *names: str, at: int = LATER) -> dict[str, Any]:
    return dossier_of(Scene(situation(world, at)), scope(*names))[0]


def chosen(world: World, *names: str) -> dict[str, tuple[str, str | None]]:
    found = select(situation(world), scope(*names))
    assert [o.name for o in found.records] == [
        o.name for o in situation(world).said.readable if o.name in found.reasons
    ]
    return {name: (why.how, why.of) for name, why in found.reasons.items()}


def gaps(found: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [each for each in found["gaps"] if each["code"] == code]


def about(where: tuple[float, float] = HERE, start: int = NOON, **more: Any) -> dict[str, Any]:
    return {"place": place(*where), "start": start, **more}


def circle(where: tuple[float, float], radius_m: int, start: int, end: int) -> Volume4D:
    middle = Position(round(where[0] * E7), round(where[1] * E7))
    return Volume4D(Circle(middle, radius_m * 10_000), start, end)


# --- what concerns the scope


def test_a_place_counts_with_its_precision_and_hours() -> None:
    """In place and time it is in; a kilometre off, or an hour late, it is not."""
    world = World()
    main = world.main("coalition")
    inside = main.say("about/1", **about())
    main.say("about/1", **about(AWAY))
    main.say("about/1", **about(start=NOON + HOUR, end=NOON + 2 * HOUR))
    main.say("about/1", **about(start=NOON - 2 * HOUR, end=NOON - HOUR))  # half-open: over by then
    open_end = main.say("about/1", **about(start=NOON - 50 * HOUR))
    coarse = main.say("about/1", place=place(*AWAY, precision_m=100_000), start=NOON)
    assert set(chosen(world)) == {inside, open_end, coarse}


def test_without_a_time_the_time_of_issue_counts() -> None:
    """Who says a place without saying when is taken to speak of its own hour."""
    world = World()
    now = world.main("coalition").say("about/1", NOON, place=place(*HERE))
    world.main("coalition").say("about/1", NOON + 9 * HOUR, place=place(*HERE))
    assert set(chosen(world)) == {now}


def test_plans_are_compared_exactly() -> None:
    """An activity or a zone is in if its very shape reaches the area while the window is open."""
    world = World()
    main = world.main("coalition")
    at = {"start": NOON, "end": NOON + MINUTE}
    far_m = range_m(Position(*(round(v * E7) for v in HERE)), Position(345_000_000, 386_000_000))
    touching = main.say("plan/1", title="t", volumes=(circle(AWAY, far_m - 19_900, **at),))
    main.say("plan/1", title="short", volumes=(circle(AWAY, far_m - 20_100, **at),))
    zone = main.say(
        "plan/1", title="z", role="zone", volumes=(circle(HERE, 1, NOON - 9 * HOUR, NOON),)
    )
    main.say("plan/1", title="late", volumes=(circle(HERE, 1, NOON + 2 * HOUR, NOON + 3 * HOUR),))
    points = (Position(325_000_000, 386_000_000), Position(345_000_000, 386_000_000))
    flown = main.say(
        "plan/1",
        title="flown",
        volumes=(),
        trajectories=(Trajectory(points, (NOON - MINUTE, NOON + MINUTE)),),
    )
    found = chosen(world)
    assert set(found) == {touching, zone, flown}
    assert {how for how, _ in found.values()} <= {"occupies", "may occupy"}


def test_a_named_area_needs_no_position() -> None:
    """A record that states a p-code and no place is in when the area is called so."""
    world = RealWorld()
    said = allege(world, at=NOON - HOUR, area="SY02", issued=NOON)
    assert chosen(world) == {}
    assert chosen(world, "sy02") == {said: ("area", None)}


# --- what refers to it


def test_what_refers_to_a_record_is_drawn_in_and_what_it_refers_to_is_named() -> None:
    """Answers, calls and withdrawals come along; a record elsewhere that it is about does not."""
    world = World()
    far = world.main("coalition").say("about/1", **about(AWAY))
    said = world.main("coalition").say("notice/1", refs=[("about", far)], **about())
    back = world.main("russia").say("reply/1", LATER, refs=[("answers", said)])
    rang = world.main("coalition").say("rang/1", LATER, refs=[("about", said)], to=("russia",))
    gone = world.main("coalition").say("plain/1", LATER, refs=[("withdraws", said)])
    world.main("russia").say("plain/1", LATER, refs=[("about", far)])
    assert chosen(world) == {
        said: ("place", None),
        back: ("answers", said),
        rang: ("about", said),
        gone: ("withdraws", said),
    }
    (outside,) = dossier(world)["outside"]
    assert (outside["name"], outside["here"], outside["referred_to_by"]) == (far, True, [said])


def test_the_other_account_comes_along_from_elsewhere_on_the_map() -> None:
    """What a signed claim joins to a record is in, whichever of the two refers to the other."""
    world = RealWorld()
    words: dict[str, Any] = {"text": english("shells fell"), "act": "shelling"}
    ours = allege(world, "coalition", at=NOON - HOUR, area=None, place=spot(*HERE), issued=NOON)
    theirs = allege(
        world, "russia", at=NOON, place=spot(*AWAY), refs=(("same_event", ours),), issued=LATER
    )
    handle = world.main("russia").say(
        "incident/1", LATER, refs=[("same_event", theirs)], title="The incident"
    )
    third = world.main("coalition").say("allegation/1", LATER, refs=[("about", handle)], **words)
    assert {name: how for name, (how, _) in chosen(world).items()} == {
        ours: "place",
        theirs: "event",
        handle: "event",
        third: "event",
    }
    (event,) = dossier(world)["events"]
    assert {a["name"] for a in event["accounts"]} == {ours, theirs, third}
    assert [i["name"] for i in event["incidents"]] == [handle]


def test_every_version_of_a_subject_is_in() -> None:
    """A plan that was moved away still shows what it was, and what it became."""
    world = World()
    main = world.main("coalition")
    first = main.say("about/1", **about(AWAY))
    second = main.say("about/1", refs=[("replaces", first)], **about())
    third = main.say("about/1", LATER, refs=[("replaces", second)], **about(AWAY))
    foreign = world.main("russia").say("about/1", LATER, refs=[("replaces", second)])
    assert chosen(world) == {
        second: ("place", None),
        first: ("version", second),
        third: ("version", second),
        foreign: ("replaces", second),
    }


def test_the_line_in_these_hours_is_in() -> None:
    """What was said of the line, and a call about nothing; not a call about another place."""
    world = World()
    state = world.main("russia").say("line/1", NOON, state="suspended")
    world.main("russia").say("line/1", NOON + 9 * HOUR, state="open")
    call = world.main("coalition").say("rang/1", NOON, to=("russia",), got_through=False)
    far = world.main("coalition").say("about/1", **about(AWAY))
    world.main("coalition").say("rang/1", NOON, refs=[("about", far)], to=("russia",))
    world.main("coalition").say("rang/1", NOON, to=("russia",), place=place(*AWAY))
    assert chosen(world) == {state: ("line", None), call: ("line", None)}


def test_references_are_followed_so_far_and_no_further() -> None:
    """A chain of records about records is cut, and the dossier says so."""
    world = World()
    main = world.main("coalition")
    chain = [main.say("about/1", **about())]
    for _ in range(STEPS):
        chain.append(main.say("plain/1", refs=[("about", chain[-1])]))
    assert set(chosen(world)) == set(chain)
    assert not gaps(dossier(world), "cut")
    main.say("plain/1", refs=[("about", chain[-1])])
    assert set(chosen(world)) == set(chain)
    assert len(gaps(dossier(world), "cut")) == 1


# --- what is not there


def test_gaps_of_a_warning_that_nobody_answered() -> None:
    """No answer, a call that nobody took, no receipt: each is named, with its record and party."""
    world = World()
    said = world.urgent("coalition").say("notice/1", place=place(*HERE))
    rang = world.urgent("coalition").say(
        "rang/1", refs=[("about", said)], to=("russia",), got_through=False
    )
    found = dossier(world)
    assert [(g["records"], g["party"]) for g in gaps(found, "no_answer")] == [([said], "russia")]
    assert [g["records"] for g in gaps(found, "call_unanswered")] == [[rang]]
    assert {tuple(g["records"]) for g in gaps(found, "not_seen")} == {(said,), (rang,)}
    assert [g["party"] for g in gaps(found, "party_silent")] == []
    assert not gaps(found, "no_receipt")


def test_a_receipt_an_answer_and_a_like_read_back_leave_no_gap() -> None:
    """The near miss: what is stored, answered and read back alike is no gap."""
    world = World(readback=("notice/1",))
    said = world.main("coalition").say("notice/1", place=place(*HERE))
    back = world.main("russia").say("reply/1", refs=[("answers", said)], place=place(*HERE))
    for log, holder in ((world.main("coalition"), "russia"), (world.main("russia"), "coalition")):
        note = log.note(cosigners=[(holder, "receipt"), ("mirror", "receipt")])
        world.main(holder).say("head/1", note=note)
    found = dossier(world)
    assert {r["name"] for r in found["records"]} == {said, back}
    assert {g["code"] for g in found["gaps"]} <= {
        "log_ended"
    }  # the urgent lanes hold a charter only
    (russia,) = [k for k in found["records"][0]["knowing"] if k["holder"] == "russia"]
    assert [g["grade"] for g in russia["grades"]] == ["head_seen", "stored", "answered"]
    assert [g["road"] for g in russia["grades"]] == ["line", "line", "record"]
    assert russia["grades"][-1]["read_back"]["result"] == "matches"
    (mirror,) = [k for k in found["records"][0]["knowing"] if k["holder"] == "mirror"]
    assert {g["road"] for g in mirror["grades"]} == {"mirror"}


def test_a_read_back_that_differs_is_a_gap() -> None:
    """An acknowledgement of another place is named with the notice and the answer."""
    world = World(readback=("notice/1",))
    said = world.main("coalition").say("notice/1", place=place(*HERE))
    back = world.main("russia").say("reply/1", refs=[("answers", said)], place=place(*AWAY))
    (found,) = gaps(dossier(world), "read_back")
    assert found["records"] == [said, back]


def test_a_part_is_erased_by_the_word_of_its_author_alone() -> None:
    """Another's word on it, earlier or later, neither erases it nor hides the author's."""
    world = RealWorld()
    part = Part("names", "ab" * 32, 1_000, "text/plain", "personal", ("russia",))
    time = {"ms": NOON, "stated": "noon", "zone": "UTC"}
    said = world.main("coalition").say(
        "account/1", text=english("seen"), place=spot(*HERE), time=time, changes={"parts": (part,)}
    )

    def erases(party: str) -> None:
        world.main(party).say(
            "erasure/1", refs=[("about", said)], part=part.sha256, ground="harm",
            erased_by="duty officer", erased_at=NOON,
        )  # fmt: skip

    erases("russia")
    assert [g["records"] for g in gaps(dossier(world), "part_withheld")] == [[said]]
    erases("coalition")
    assert [g["records"] for g in gaps(dossier(world), "part_erased")] == [[said]]


def test_logs_that_end_before_the_window_and_entries_unread_or_missing() -> None:
    """A stale log, an unread entry and a head beyond what is held are gaps of the whole channel."""
    world = World()
    world.main("coalition").say("about/1", **about())
    world.main("russia").say("strange/1", NOON, text="?")
    world.main("russia").say("plain/1", NOON - 90 * HOUR)
    note = world.main("russia").note()
    world.main("coalition").say("head/1", note=note)
    del world.main("russia").entries[-1]
    found = dossier(world)
    assert [g["index"] for g in gaps(found, "unread")] == [1]
    assert [g["party"] for g in gaps(found, "missing")] == ["russia"]
    codes = [g["code"] for g in found["gaps"]]
    assert codes == sorted(codes, key=list(CODES).index)


def test_a_party_that_said_nothing_in_these_hours_is_named() -> None:
    """Heads of logs are no word of a party; a log that ended before is named as well."""
    world = World()
    late = NOON + 50 * HOUR
    world.main("coalition").say("about/1", late, **about(start=late))
    note = world.main("coalition").note(at=late, cosigners=[("russia", "receipt")])
    world.main("russia").say("head/1", late, note=note)
    hours = Scope(scope().area, Interval(Instant(late - HOUR), Instant(late + HOUR)))
    found = dossier_of(Scene(situation(world)), hours)[0]
    assert [g["party"] for g in gaps(found, "party_silent")] == ["russia"]
    ended = {g["origin"].rpartition("/")[2] + " " + g["party"] for g in gaps(found, "log_ended")}
    assert ended == {"urgent coalition", "urgent russia"}


def test_a_reference_to_what_is_not_here_is_named() -> None:
    """A record that leads nowhere is listed as not here, and as a gap."""
    world = World()
    said = world.main("coalition").say("about/1", refs=[("about", "ab" * 32)], **about())
    found = dossier(world)
    assert [(o["name"], o["here"]) for o in found["outside"]] == [("ab" * 32, False)]
    assert [g["records"] for g in gaps(found, "absent")] == [[said]]


def test_plans_that_met_are_shown_while_both_stood() -> None:
    """A plan replaced in time still shows the conflict it had, and until when."""
    world = World()
    at = {"start": NOON, "end": NOON + HOUR}
    ours = world.main("coalition").say(
        "plan/1", NOON - 9 * HOUR, title="a", volumes=(circle(HERE, 1, **at),)
    )
    theirs = world.main("russia").say(
        "plan/1", NOON - 8 * HOUR, title="b", volumes=(circle(HERE, 1, **at),)
    )
    world.main("russia").say(
        "plan/1",
        NOON - 7 * HOUR,
        refs=[("replaces", theirs)],
        title="b",
        volumes=(circle(AWAY, 1, **at),),
    )
    plans = dossier(world)["plans"]
    (met,) = plans["met"]
    assert plans["compared"] is True
    assert {p["name"] for p in met["plans"]} == {ours, theirs}
    assert met["stood"] == {"from": "2016-06-16T04:00:00Z", "until": "2016-06-16T05:00:00Z"}


# --- the dossier as a whole


@given(st.permutations(["coalition", "russia"]))
def test_equal_arguments_give_equal_bytes(order: list[str]) -> None:
    """The order in which the logs came makes no difference; every number is an integer."""
    world = World()
    said = world.main("coalition").say("notice/1", **about())
    world.main("russia").say("reply/1", refs=[("answers", said)])
    logs = world.opened()
    mixed = {origin: logs[origin] for origin in sorted(logs, key=lambda o: [p in o for p in order])}
    at = Instant(LATER)
    one = dossier(world)
    other = Situation(world.channel, mixed, world.sizes(), at, world.agreed)
    again = dossier_of(Scene(other), scope())[0]
    assert json.dumps(one, sort_keys=True) == json.dumps(again, sort_keys=True)
    assert not any(isinstance(leaf, float) for leaf in _leaves(one))


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


def test_the_timeline_is_in_order_and_names_each_clock() -> None:
    """Words told stand at the time of the account, receipts at the time of their holder."""
    world = World()
    said = world.main("coalition").say("notice/1", place=place(*HERE))
    world.main("coalition").say(
        "rang/1", NOON + 2 * MINUTE, refs=[("about", said)], to=("russia",), spoken_at=NOON + MINUTE
    )
    note = world.main("coalition").note(2, NOON + 5 * MINUTE, cosigners=[("russia", "receipt")])
    world.main("coalition").say("head/1", NOON + 6 * MINUTE, note=note)
    rows = [(r["what"], r["clock"], r["at"]) for r in dossier(world)["timeline"]]
    assert rows == [
        ("said", "coalition", "2016-06-16T12:00:00Z"),
        ("told", "coalition", "2016-06-16T12:01:00Z"),
        ("said", "coalition", "2016-06-16T12:02:00Z"),
        ("stored", "russia", "2016-06-16T12:05:00Z"),
    ]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Round(place(*HERE), 0), BadShape),
        (lambda: Round(place(*HERE), 1_000_001), BadShape),
        (lambda: Box(1, 0, 1, 10), BadShape),
        (lambda: Box(0, 0, 21 * E7, E7), BadShape),
        (lambda: Box(0, E7, E7, 0), BadShape),  # nearly all around the globe
        (lambda: Scope(Box(0, 0, E7, E7), Interval(Instant(5), Instant(5))), BadInterval),
        (lambda: Scope(Box(0, 0, E7, E7), Interval(Instant(5), None)), BadInterval),
    ],
)
def test_what_is_no_scope_is_refused(make: Any, error: type[Exception]) -> None:
    """No radius, a box upside down or too wide, no window."""
    with pytest.raises(error):
        make()


def test_a_box_across_the_antimeridian() -> None:
    """West beyond east crosses 180 degrees; positions and shapes on both sides are in."""
    box = Box(-E7, 179 * E7, E7, -179 * E7)
    for lon in (179_500_000_0, -179_500_000_0, 180 * E7, -180 * E7):
        assert box.holds(Position(0, lon))
    assert not box.holds(Position(0, 178 * E7))
    assert box.holds(Position(0, 178 * E7), within_m=112_000)
    assert not box.holds(Position(0, 178 * E7), within_m=111_000)
    world = World()
    plans = {
        lon: world.main("coalition").say("plan/1", title="p", volumes=(circle((0, lon), 1, *at),))
        for at in [(NOON, NOON + MINUTE)]
        for lon in (179.5, -179.5, 178.5)
    }
    hours = Interval(Instant(NOON), Instant(NOON + HOUR))
    found = select(situation(world), Scope(box, hours)).reasons
    assert set(found) == {plans[179.5], plans[-179.5]}


@given(
    st.floats(30, 40).map(lambda d: round(d * E7)), st.floats(30, 40).map(lambda d: round(d * E7))
)
def test_shape_and_points_agree_on_a_box(lat: int, lon: int) -> None:
    """A point filed as a plan is in where the same point as a place is, some metres aside."""
    box = Box(33 * E7, 33 * E7, 37 * E7, 38 * E7)
    world = World()
    at = Position(lat, lon)
    volume = Volume4D(Circle(at, 0), NOON, NOON + MINUTE)
    plan = world.main("coalition").say("plan/1", title="p", volumes=(volume,))
    hours = Interval(Instant(NOON), Instant(NOON + HOUR))
    found = plan in select(situation(world), Scope(box, hours)).reasons
    assert found or not box.holds(at)
    assert not found or box.holds(at, within_m=30)


def test_spoken_of_spans_all_that_is_stated() -> None:
    """Accounts are put in order by what they are about, not by when they were written down."""
    world = World()
    world.main("coalition").say("about/1", LATER, **about(end=NOON + HOUR))
    (opened,) = [o for o in situation(world).said.readable if o.facts.subjects]
    assert spoken_of(opened) == Interval(Instant(NOON), Instant(NOON + HOUR))
