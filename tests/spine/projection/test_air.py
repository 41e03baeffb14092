"""The air picture: what occupies, what meets, under one number, and never clear in doubt."""

import hashlib
from base64 import b32encode
from typing import Any

from parley.values.lengths import Altitude
from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Volume4D
from tests.spine.projection.world import HOUR, MINUTE, NOON, Rules, World


def column(
    lat: float = 33.5,
    lon: float = 38.6,
    *,
    start: int = NOON,
    end: int | None = NOON + HOUR,
    feet: tuple[int, int] | None = (15_000, 25_000),
) -> Volume4D:
    """Everything within 5 km of a point, between two levels."""
    lower, upper = (None, None)
    if feet is not None:
        lower, upper = (Altitude(f * 3048, "FT", "AMSL") for f in feet)
    return Volume4D(Circle(Position.of_degrees(lat, lon), 50_000_000), start, end, lower, upper)


def air(world: World, at: int = NOON) -> dict[str, Any]:
    return world.data("air", at)


def plan(world: World, party: str, *volumes: Volume4D, **said: Any) -> str:
    said.setdefault("title", f"plan of {party}")
    return world.main(party).say("plan/1", volumes=volumes or (column(),), **said)


def test_two_plans_that_meet_are_one_conflict_with_one_number() -> None:
    """Verdict, both subjects with their numbers, and when, where and how close."""
    world = World()
    ours = plan(world, "coalition")
    theirs = plan(world, "russia", column(33.55))
    (conflict,) = air(world)["conflicts"]
    named = "".join(sorted((ours, theirs)))
    digest = hashlib.sha256(f"parley/conflict/1\n{world.channel}{named}".encode()).digest()
    assert conflict["id"] == "C-" + b32encode(digest).decode()[:13]
    assert (conflict["verdict"], conflict["broken"], conflict["open"]) == (
        "CONFLICT",
        ["lateral", "vertical", "time"],
        [],
    )
    sides = {conflict[s]["subject"]: conflict[s]["records"][0]["number"] for s in ("a", "b")}
    assert sides == {ours: "CO-0616-001", theirs: "RU-0616-001"}
    assert conflict["closest"]["lateral_m"] == 0
    assert conflict["closest"]["from"] == "2016-06-16T12:00:00Z"
    assert not air(world)["clear"]


def test_plans_apart_are_clear() -> None:
    """A hundred kilometres apart nothing meets, and everything was read."""
    world = World()
    plan(world, "coalition")
    plan(world, "russia", column(34.5))
    data = air(world)
    assert (data["clear"], data["conflicts"], len(data["occupied"])) == (True, [], 2)


def test_nothing_unread_is_ever_clear() -> None:
    """One unreadable entry anywhere, and the picture says so."""
    world = World()
    plan(world, "coalition")
    world.urgent("russia").entries.append(b"perhaps a plan")
    data = air(world)
    assert (data["clear"], data["unread"], data["conflicts"]) == (False, 1, [])


def test_a_missing_level_is_possible_not_clear() -> None:
    """What is not stated stays open, in the vertical dimension."""
    world = World()
    plan(world, "coalition", column(feet=None))
    plan(world, "russia")
    (conflict,) = air(world)["conflicts"]
    assert (conflict["verdict"], conflict["open"]) == ("POSSIBLE", ["vertical"])


def test_a_new_version_keeps_the_number_of_the_conflict() -> None:
    """The subject is the first version; what was replaced or withdrawn occupies nothing."""
    world = World()
    first = plan(world, "coalition")
    plan(world, "russia")
    before = air(world)["conflicts"][0]["id"]
    second = plan(world, "coalition", column(33.52), refs=[("replaces", first)])
    (conflict,) = air(world)["conflicts"]
    assert conflict["id"] == before
    assert len(air(world)["occupied"]) == 2
    world.main("coalition").say("plain/1", refs=[("withdraws", second)])
    assert air(world)["clear"]


def test_of_two_rival_versions_none_is_dropped() -> None:
    """Both hold, as one subject, until their author decides."""
    world = World()
    first = plan(world, "coalition", column(40.0))
    away = plan(world, "coalition", column(41.0), refs=[("replaces", first)])
    near = plan(world, "coalition", column(33.5), refs=[("replaces", first)])
    plan(world, "russia")
    (conflict,) = air(world)["conflicts"]
    names = {r["name"] for side in ("a", "b") for r in conflict[side]["records"]}
    assert {away, near} < names


def test_records_of_one_activity_are_one_subject() -> None:
    """Two records of one activity against one plan: one conflict, by the activity's own number."""
    world = World()
    for volume in (column(33.5), column(33.6)):
        plan(world, "coalition", volume, activity="lift")
    theirs = plan(world, "russia")
    text = f"parley/activity/1\n{world.channel}coalition\nlift"
    subject = hashlib.sha256(text.encode()).hexdigest()
    (conflict,) = air(world)["conflicts"]
    assert {conflict["a"]["subject"], conflict["b"]["subject"]} == {subject, theirs}


def test_activities_of_the_same_name_but_other_parties_are_two() -> None:
    """A name both sides happen to use joins nothing."""
    world = World()
    plan(world, "coalition", activity="lift")
    plan(world, "russia", activity="lift")
    assert len(air(world)["conflicts"]) == 1


def test_a_plan_stays_until_its_end_and_the_time_minimum() -> None:
    """Five minutes after its end it may still conflict with what follows; then it is over."""
    world = World()
    plan(world, "coalition")
    plan(world, "russia", column(start=NOON + HOUR + 4 * MINUTE, end=NOON + 2 * HOUR))
    late = NOON + HOUR + 5 * MINUTE
    assert len(air(world, late)["conflicts"]) == 1
    assert air(world, late)["conflicts"][0]["closest"]["time_gap_s"] == 240
    assert air(world, late + 1)["conflicts"] == []


def test_a_zone_without_end_lasts_until_withdrawn() -> None:
    """Years later it still meets a plan, and only of a party it affects."""
    world = World("coalition", "russia", "turkey")
    plan(world, "coalition", column(end=None), role="zone", affects=("russia",))
    later = NOON + 20_000 * HOUR
    for party in ("russia", "turkey"):
        plan(world, party, column(start=later, end=later + HOUR))
    owners = [{c["a"]["party"], c["b"]["party"]} for c in air(world, later)["conflicts"]]
    assert {"coalition", "russia"} in owners
    assert {"coalition", "turkey"} not in owners


def test_the_minima_are_those_in_force_at_the_start() -> None:
    """An amendment that begins in between holds the later plan to larger minima."""
    world = World()
    amended = {n: getattr(world.rules, n) for n in Rules.model_fields}
    amended |= {"start": NOON + HOUR, "lateral_e4m": 600_000_000, "note": "wider"}
    for party in ("coalition", "russia"):
        world.main(party).say("rules/1", **amended)
    for start in (NOON, NOON + 2 * HOUR):
        for party, lat in (("coalition", 33.5), ("russia", 33.9)):  # 34 km between the columns
            plan(world, party, column(lat, start=start, end=start + HOUR))
    (conflict,) = air(world)["conflicts"]
    assert conflict["closest"]["from"] == "2016-06-16T14:00:00Z"


def test_a_conflict_shows_what_each_side_has_answered() -> None:
    """An answer does not settle a conflict; it stands beside it."""
    world = World()
    ours = plan(world, "coalition")
    plan(world, "russia")
    world.main("russia").say("reply/1", says="object", refs=[("answers", ours)])
    (conflict,) = air(world)["conflicts"]
    said = {a["party"]: a["stances"] for a in conflict["answered"]}
    assert said == {"coalition": [], "russia": ["object"]}


def test_geometry_that_cannot_be_compared_is_never_clear() -> None:
    """A shape the sky refuses is listed with the reason."""
    from parley.values.volumes import Polygon

    world = World()
    corners = [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0)]  # crosses itself
    ring = tuple(Position.of_degrees(lat, lon) for lat, lon in corners)
    plan(world, "russia", Volume4D(Polygon((ring,)), NOON, NOON + HOUR))
    data = air(world)
    assert (data["clear"], [u["code"] for u in data["uncomparable"]]) == (False, ["value-shape"])


def crossing(start: int = NOON, late: int = 0) -> Trajectory:
    """Fly half an hour north through the middle of a column, a minute early or late."""
    return Trajectory(
        points=tuple(Position.of_degrees(lat, 38.6) for lat in (32.5, 33.5, 34.5)),
        times=tuple(start + m * MINUTE for m in (0, 15, 30)),
        heights_e4m=(20_000 * 3048,) * 3,
        reference="AMSL",
        units="FT",
        time_tolerance_ms=late,
    )


def test_a_trajectory_meets_a_column_and_the_leg_is_told() -> None:
    """What is flown is compared like any volume; the picture says on which leg it is closest."""
    world = World()
    plan(world, "coalition")
    theirs = world.main("russia").say(
        "plan/1", title="transit", volumes=(), trajectories=(crossing(),)
    )
    (conflict,) = air(world)["conflicts"]
    flown, column_side = sorted(
        (conflict["a"], conflict["b"]), key=lambda side: side["subject"] != theirs
    )
    assert (flown["subject"], flown["leg"]) == (theirs, 0)
    assert "leg" not in column_side
    assert conflict["verdict"] == "CONFLICT"
    assert conflict["closest"]["position"] == {"lat_e7": 335_000_000, "lon_e7": 386_000_000}


def test_a_trajectory_and_a_volume_of_one_activity_are_compared_as_one() -> None:
    """Records that bear one activity may state either; the part that meets is told."""
    world = World()
    plan(world, "coalition")
    plan(world, "russia", column(20.0), activity="relief")
    world.main("russia").say(
        "plan/1", title="way", volumes=(), trajectories=(crossing(),), activity="relief"
    )
    picture = air(world)
    (conflict,) = picture["conflicts"]
    side = next(conflict[s] for s in ("a", "b") if conflict[s]["party"] == "russia")
    assert (side["part"], side["leg"], len(side["records"])) == (1, 0, 2)
    assert len(picture["occupied"]) == 2


def test_a_trajectory_stays_until_it_is_surely_flown() -> None:
    """It occupies from as early as it may begin to as late as it may end."""
    world = World()
    world.main("russia").say(
        "plan/1", title="way", volumes=(), trajectories=(crossing(late=5 * MINUTE),)
    )
    (there,) = air(world, NOON)["occupied"]
    assert (there["from"], there["until"]) == ("2016-06-16T11:55:00Z", "2016-06-16T12:35:00Z")
    last = NOON + 35 * MINUTE + 5 * MINUTE  # the minimum in time comes on top
    assert air(world, last)["occupied"]
    assert not air(world, last + 1)["occupied"]
