"""W28: protected traffic that meets an active area, or passes above the lower of two ceilings."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from parley.projection.occupants import NO_MINIMA
from parley.projection.route_rules import MOST_AREAS
from parley.record.canonical import Json, canonical
from parley.sky.encounters import compare, subject_of
from parley.values.volumes import Volume4D
from tests.spine.projection.test_notified_rules import named
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE

# 17 July 2014 moved into the charter of the tests: only hours count here.
NOON = 1_466_078_400_000
BEFORE = NOON - 4 * HOUR


def level(flight_level: int) -> Json:
    """A flight level: hundreds of feet at standard pressure."""
    return {"e4m": flight_level * 100 * 3048, "units": "FT", "reference": "STD",
            "uncertainty_e4m": 0}  # fmt: skip


def box(west: float, east: float, lower: Json, upper: Json, **window: int) -> dict[str, Any]:
    """Two degrees of latitude between two meridians."""
    corners = [(47.0, west), (47.0, east), (49.0, east), (49.0, west), (47.0, west)]
    ring = [{"lat_e7": round(a * 10**7), "lon_e7": round(o * 10**7)} for a, o in corners]
    return {
        "shape": {"type": "polygon", "rings": [ring]},
        "time_start": NOON - 12 * HOUR,
        "time_end": NOON + 12 * HOUR,
        **window,
        "lower": lower,
        "upper": upper,
    }


def area(world: RealWorld, party: str, title: str, volume: dict[str, Any], **more: Any) -> str:
    said: dict[str, Any] = {
        "title": title,
        "zone_type": "restricted",
        "asks": "avoid",
        "volumes": [volume],
        **more,
    }
    return world.main(party).say("zone/1", BEFORE, **said)


def route(world: RealWorld, low: int = 330, high: int = 350, **window: int) -> str:
    """A civil route along 48 N, from west of the border to east of it."""
    line = [{"lat_e7": 480000000, "lon_e7": lon * 10**7} for lon in (37, 38)]
    return world.main("coalition").say(
        "zone/1",
        BEFORE,
        title="Route L980",
        zone_type="civil_route",
        asks="protect",
        volumes=[
            {
                "shape": {"type": "corridor", "line": line, "half_width_e4m": 92_600_000},
                "time_start": NOON,
                "time_end": NOON + HOUR,
                **window,
                "lower": level(low),
                "upper": level(high),
            }
        ],
    )


def closed_west(world: RealWorld, upper: int = 320) -> str:
    return area(world, "coalition", "Closed in the west", box(36, 38.5, level(0), level(upper)))


def closed_east(world: RealWorld, upper: int = 530, west: float = 38.5, **window: int) -> str:
    return area(
        world, "russia", "Closed in the east", box(west, 40, level(0), level(upper), **window)
    )


def test_a_flight_above_a_ceiling_that_is_lower_than_the_neighbours() -> None:
    """FL330 above FL320, FL530 next to it: all three records, both ceilings, both authors."""
    world = RealWorld()
    way, west, east = route(world), closed_west(world), closed_east(world)
    (found,) = world.fired("W28", BEFORE)
    assert named([found]) == [{way, west, east}]
    assert found["severity"] == "attention"
    assert found["parties"] == ["coalition", "russia"]
    assert "32000 FT STD" in found["text"]["text"]
    assert "53000 FT STD" in found["text"]["text"]


@pytest.mark.parametrize(
    "near_miss",
    [
        {"upper": 320},  # the same ceiling on both sides
        {"upper": 330, "route": 340},  # the other is higher, but below the route
        {"west": 39.0},  # 37 km away, beyond the charter's 5 NM
        {"time_start": NOON + 13 * HOUR, "time_end": NOON + 14 * HOUR},  # another time
    ],
)
def test_what_does_not_differ_near_or_then_is_no_finding(near_miss: dict[str, Any]) -> None:
    """One of ceiling, place and time is as it should be."""
    world = RealWorld()
    route(world, near_miss.pop("route", 330))
    closed_west(world)
    closed_east(world, **near_miss)
    assert not world.fired("W28", BEFORE)


def test_one_place_with_two_ceilings() -> None:
    """Overlapping areas of one author that state FL320 and FL530, as one notice of 2014 did."""
    world = RealWorld()
    route(world, 330)
    closed_west(world)
    area(world, "coalition", "The same", box(38.2, 38.5, level(0), level(530)))
    (found,) = world.fired("W28", BEFORE)
    assert found["parties"] == ["coalition"]


def test_a_route_that_enters_an_active_area() -> None:
    """In 4D: at FL310 it does, at FL330 it does not, and an hour too late it does not."""
    for changes, fires in (({"low": 310}, True), ({}, False)):
        world = RealWorld()
        way, west = route(world, **changes), closed_west(world)
        found = world.fired("W28", BEFORE)
        assert named(found) == ([{way, west}] if fires else [])
    world = RealWorld()
    route(world, 310, time_start=NOON + 13 * HOUR, time_end=NOON + 14 * HOUR)
    closed_west(world)
    assert not world.fired("W28", BEFORE)


def test_an_area_of_several_parts_is_told_once() -> None:
    """A route that meets two volumes of one area is one finding."""
    world = RealWorld()
    way = route(world, 310)
    parts = [box(36, 37.4, level(0), level(320)), box(37.4, 38.5, level(0), level(320))]
    closed = area(world, "russia", "Closed", parts[0], volumes=parts)
    assert named(world.fired("W28", BEFORE)) == [{way, closed}]


def test_a_released_area_and_other_zones_do_not_count() -> None:
    """Withdrawn, it is over; a coverage or a border is no closed area, nor is another route."""
    world = RealWorld()
    route(world, 310)
    west = closed_west(world)
    world.main("coalition").say(
        "retraction/1", BEFORE, refs=[("withdraws", west)], reason=english("released")
    )
    inside = box(36, 38.5, level(0), level(400))
    for other in ("air_defence", "border_strip", "civil_route", "protected_site"):
        area(world, "russia", other, inside, zone_type=other)
    assert not world.fired("W28", BEFORE)


def test_a_convoy_through_a_hazard() -> None:
    """A relief movement is protected traffic too."""
    world = RealWorld()
    convoy: dict[str, Any] = {
        "handle": "convoy-3",
        "title": "Relief convoy",
        "organisation": "relief-society",
        "purpose": english("Food"),
        "consent": {"by": "Convoy leader", "at": BEFORE - HOUR},
        "upper": {"e4m": 30_480_000, "units": "FT", "reference": "AGL", "uncertainty_e4m": 0},
        "renew_by": NOON + 9 * HOUR,
        "load": {"vehicles": 24},
        "legs": [
            {
                "time_start": NOON,
                "time_end": NOON + 2 * HOUR,
                "from": "SY03",
                "to": "SY04",
                "way": [
                    {"lat_e7": 480000000, "lon_e7": 370000000},
                    {"lat_e7": 480000000, "lon_e7": 380000000},
                ],
                "half_width_e4m": 20_000_000,
            }
        ],
    }
    name = world.main("coalition").say("movement/1", BEFORE, **convoy)
    assert not world.fired("W28", BEFORE)
    hazard = area(
        world, "russia", "Firing", box(37.2, 37.4, level(0), level(100)), zone_type="hazard"
    )
    assert named(world.fired("W28", BEFORE)) == [{name, hazard}]
    assert not world.fired("W28", NOON + 9 * HOUR + 10 * MINUTE)


def test_many_areas_beside_make_few_findings() -> None:
    """Of many higher ceilings beside one the first three are told of: no party floods the desks."""
    world = RealWorld()
    route(world)
    closed_west(world)
    for i in range(5):
        closed_east(world, upper=530 + i)
    assert len(world.fired("W28", BEFORE)) == 3


def test_a_flood_of_areas_is_counted_not_listed() -> None:
    """Of areas that a route meets twenty are told of one by one, and how many more there are."""
    world = RealWorld()
    way = route(world, 310)
    areas = [closed_west(world) for _ in range(MOST_AREAS + 5)]
    found = world.fired("W28", BEFORE)
    assert len(found) == MOST_AREAS + 1
    assert all({r["name"] for r in each["records"]} <= {way, *areas} for each in found)
    (rest,) = (each for each in found if each["about"] == ["more"])
    assert "5 more areas" in rest["text"]["text"]
    assert named([rest]) == [{way}]


def test_levels_rule_out_as_the_exact_comparison_does() -> None:
    """For every floor and ceiling, what one index says of all is what two say of each other."""
    world = RealWorld()
    floors, ceilings = (300, 319, 320, 321, 330), (0, 310, 320, 329, 331)
    ways = {route(world, low, 350): low for low in floors}
    closed = {closed_west(world, high): high for high in ceilings}
    met = [each for each in world.fired("W28", BEFORE) if len(each["records"]) == 2]
    for way, low in ways.items():
        for shut, high in closed.items():
            there = box(36, 38.5, level(0), level(high))
            expected = meet(world, way, there)
            assert expected == (low <= high)
            assert ({way, shut} in named(met)) == expected


def meet(world: RealWorld, way: str, area: dict[str, Any]) -> bool:
    """Compare one route with one area on their own, exactly."""
    said = next(o for log in world.opened().values() for o in log if o.name == way)
    assert said.facts.occupancy is not None
    volume = TypeAdapter(Volume4D).validate_json(canonical(area))
    here = subject_of("a", "route", "activity", said.facts.occupancy.volumes, NO_MINIMA)
    there = subject_of("b", "area", "zone", [volume], NO_MINIMA)
    return compare(here, there) is not None
