"""W30: stated ways and times that nothing of the stated class flies."""

from typing import Any

import pytest

from parley.projection.kinematics_rules import FASTEST_MM_S, _at_most_mm
from parley.record.canonical import Json
from parley.sky.ranges import range_m
from parley.values.places import Position
from tests.spine.projection.test_notified_rules import named
from tests.spine.projection.test_real_kinds import STRIKE, RealWorld, english
from tests.spine.projection.world import HOUR

LATE = STRIKE + 9 * HOUR


def stretch(number_e4: int, unit: str, seconds: int) -> dict[str, Json]:
    return {"number_e4": number_e4, "unit": unit, "lasted_ms": seconds * 1000}


def point(lat: float, lon: float, at: int, precision_m: int = 100) -> dict[str, Json]:
    return {
        "place": {"lat_e7": round(lat * 10**7), "lon_e7": round(lon * 10**7),
                  "precision_e4m": precision_m * 10_000, "stated": "there"},
        "time": {"ms": at, "stated": "then", "zone": "UTC"},
    }  # fmt: skip


def track(world: RealWorld, craft: str = "fast_jet", party: str = "coalition", **more: Any) -> str:
    said: dict[str, Any] = {"text": english("as recorded"), "label": "T-1", "craft": craft, **more}
    return world.main(party).say("track/1", STRIKE + HOUR, **said)


def test_the_letter_on_the_su24() -> None:
    """1.36 and 1.15 miles in 17 s: 463 or 533, 392 or 451 km/h, slow for a jet under way."""
    world = RealWorld()
    name = track(world, stretches=[stretch(13_600, "mile", 17), stretch(11_500, "mile", 17)])
    (found,) = world.fired("W30", LATE)
    assert named([found]) == [{name}]
    assert found["severity"] == "information"
    for speed in ("463 km/h in statute", "533 km/h in nautical", "392 km/h", "451 km/h"):
        assert speed in found["text"]["text"]


@pytest.mark.parametrize(
    ("craft", "said", "fires"),
    [
        ("fast_jet", stretch(11_500, "nautical_mile", 8), False),  # 958 km/h
        ("unknown", stretch(11_500, "mile", 17), False),  # no class, no lower bound
        ("aeroplane", stretch(11_500, "mile", 17), False),
        ("helicopter", stretch(11_500, "statute_mile", 17), False),  # 392 km/h, below the record
        ("helicopter", stretch(11_500, "mile", 17), True),  # 451 km/h, if nautical
        ("unknown", stretch(20_000, "km", 2), True),  # 3,600 km/h
        ("unknown", stretch(19_600, "km", 2), False),  # 3,528 km/h
        ("unknown", stretch(9_810_000, "m", 1), True),
        ("unknown", stretch(9_800_000, "m", 1), False),
    ],
)
def test_the_bounds_of_each_class(craft: str, said: dict[str, Json], fires: bool) -> None:
    """Records of the FAI above; for a fast jet the fastest initial approach below."""
    world = RealWorld()
    track(world, craft, stretches=[said])
    assert bool(world.fired("W30", LATE)) is fires


def test_one_label_at_two_places_too_far_apart() -> None:
    """500 km in four minutes, over two records; under another label or author it says nothing."""
    world = RealWorld()
    first = track(world, points=[point(33.5, 38.6, STRIKE)])
    far = [point(38.0, 38.6, STRIKE + 240_000)]
    track(world, points=far, label="T-2")
    track(world, points=far, party="russia")
    assert not world.fired("W30", LATE)
    second = track(world, points=far)
    (found,) = world.fired("W30", LATE)
    assert named([found]) == [{first, second}]
    assert "499 km apart within 4 min" in found["text"]["text"]


def test_times_to_the_minute_and_coarse_places_are_allowed_for() -> None:
    """58 km in no time at all may be a minute; within the precision stated it may be no way."""
    world = RealWorld()
    track(world, points=[point(33.5, 38.6, STRIKE), point(34.0, 38.6, STRIKE)])
    assert not world.fired("W30", LATE)
    track(
        world,
        label="T-2",
        points=[point(33.5, 38.6, STRIKE, 300_000), point(38.0, 38.6, STRIKE, 200_000)],
    )
    assert not world.fired("W30", LATE)
    track(world, label="T-3", points=[point(33.5, 38.6, STRIKE), point(34.2, 38.6, STRIKE)])
    assert len(world.fired("W30", LATE)) == 1


def test_a_withdrawn_track_says_nothing() -> None:
    """Only latest words are put together."""
    world = RealWorld()
    track(world, points=[point(33.5, 38.6, STRIKE)])
    wrong = track(world, points=[point(38.0, 38.6, STRIKE)])
    assert world.fired("W30", LATE)
    world.main("coalition").say(
        "retraction/1", LATE, refs=[("withdraws", wrong)], reason=english("another track")
    )
    assert not world.fired("W30", LATE)


def flight(world: RealWorld, second_ms: int) -> str:
    return world.main("coalition").say(
        "activity/1",
        STRIKE - HOUR,
        title="Flight",
        trajectory={
            "points": [{"lat_e7": 335000000, "lon_e7": 386000000},
                       {"lat_e7": 345000000, "lon_e7": 386000000},
                       {"lat_e7": 355000000, "lon_e7": 386000000}],
            "times": [STRIKE, STRIKE + 600_000, STRIKE + 600_000 + second_ms],
            "units": "M",
            "lateral_tolerance_e4m": 0,
            "vertical_tolerance_e4m": 0,
            "time_tolerance_ms": 0,
        },
    )  # fmt: skip


def test_a_filed_way_that_nothing_can_fly() -> None:
    """One degree in 100 s is 1,109 m/s; in 120 s it is 924 m/s. When it is over it says nothing."""
    world = RealWorld()
    name = flight(world, 100_000)
    flight(world, 120_000)
    (found,) = world.fired("W30", STRIKE - HOUR)
    assert named([found]) == [{name}]
    assert found["severity"] == "attention"
    assert "Leg 1" in found["text"]["text"]
    assert not world.fired("W30", LATE)


@pytest.mark.parametrize(
    ("a", "b"),
    [((0, 179.9), (0.5, -179.9)), ((89.5, 0), (89.9, 180)), ((-33.5, 20), (-34.5, 21.5)),
     ((0, 0), (0, 1)), ((89, 10), (90, 10))],
)  # fmt: skip
def test_the_quick_bound_is_never_below_the_distance(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    """Across the antimeridian, by the poles and at the equator."""
    here, there = Position.of_degrees(*a), Position.of_degrees(*b)
    assert _at_most_mm(here, there) >= (range_m(here, there) - 1) * 1000
    assert FASTEST_MM_S > 900_000
