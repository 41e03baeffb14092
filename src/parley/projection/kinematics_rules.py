"""Stated ways and times that give a speed which nothing of the stated class flies at.

Such numbers do not show that somebody lies: more often a unit, a zone or a digit is wrong.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from parley.projection.advisories import Advisory, advisory, listed, quoted
from parley.projection.fold import Opened
from parley.projection.scene import Scene
from parley.projection.shown import distance_words, metres, span_words
from parley.projection.situation import Situation
from parley.record.claims.tracks import Craft, Fix, Flown, Stretch
from parley.sky.ranges import range_m
from parley.values.places import E7, Position
from parley.values.trajectories import Trajectory

FASTEST_MM_S = 980_434
"""Faster than any aeroplane on record: 3,529.56 km/h (SR-71A, 28 July 1976; FAI, absolute)."""

FASTEST_HELICOPTER_MM_S = 111_353
"""Faster than any helicopter on record: 400.87 km/h (Lynx, 11 August 1986; FAI, class E-1)."""

SLOWEST_FAST_JET_MM_S = 128_611
"""250 kt: the fastest initial approach of category E (ICAO Doc 8168, vol. I, table I-4-1-2).

A fast jet that is not about to land is rarely slower; the wind may make it seem so.
"""

BOUNDS: dict[Craft, tuple[int, int]] = {
    "fast_jet": (SLOWEST_FAST_JET_MM_S, FASTEST_MM_S),
    "aeroplane": (0, FASTEST_MM_S),
    "helicopter": (0, FASTEST_HELICOPTER_MM_S),
    "drone": (0, FASTEST_MM_S),
    "unknown": (0, FASTEST_MM_S),
}
"""The ground speeds, mm/s, that are not remarkable for a class."""

_CRAFT: dict[Craft, str] = {
    "fast_jet": "a fast jet under way",
    "aeroplane": "an aeroplane",
    "helicopter": "a helicopter",
    "drone": "a drone",
    "unknown": "any aircraft",
}

STATED_TO_MS = 60_000
"""Times of positions are stated to the minute as often as not: so much is allowed between two."""

_NAUTICAL_MM, _STATUTE_MM = 1_852_000, 1_609_344
_UNITS: dict[str, tuple[tuple[str, int], ...]] = {
    "m": (("m", 1_000),),
    "km": (("km", 1_000_000),),
    "nautical_mile": (("nautical miles", _NAUTICAL_MM),),
    "statute_mile": (("statute miles", _STATUTE_MM),),
    "mile": (("statute miles", _STATUTE_MM), ("nautical miles", _NAUTICAL_MM)),
}
# No meridian degree is longer than 111.7 km, and no degree of longitude than 111.4 km.
_DEGREE_MM = 111_700_000


def implausible_speed(scene: Scene) -> Iterator[Advisory]:
    """W30 (R14): a filed trajectory, or a stated track, gives a speed outside what its class flies.

    The two readings of a mile whose sort nobody states are both given, as in the letter of 24
    November 2015 on the Su-24: 1.36 and 1.15 miles in 17 s.
    """
    yield from _filed(scene)
    yield from _stretches(scene.situation)
    yield from _between_fixes(scene.situation)


def _filed(scene: Scene) -> Iterator[Advisory]:
    situation = scene.situation
    for opened in scene.holding:
        occupancy = opened.facts.occupancy
        if occupancy is None or not occupancy.trajectories:
            continue
        known = situation.memo.get(("fastest leg", opened.name))
        if not isinstance(known, tuple):
            known = max(map(_fastest, occupancy.trajectories))
            situation.memo["fastest leg", opened.name] = known
        speed, leg = known
        if speed <= FASTEST_MM_S:
            continue
        number = situation.number(opened.name)
        yield advisory(
            "W30",
            "attention",
            (opened,),
            (opened.party,),
            f"Leg {leg} of the way in {number} of {opened.party} is to be flown at {_kmh(speed)};"
            f" no aircraft on record is faster than {_kmh(FASTEST_MM_S)}. What is compared with it"
            " may be wrong.",
            f"A replacement by {opened.party}: are the points right, or are the times?",
        )


def _fastest(trajectory: Trajectory) -> tuple[int, int]:
    """Give the highest speed beyond the record in mm/s, and its leg from 0; else zeros."""
    worst = (0, 0)
    ways = zip(pairwise(trajectory.points), pairwise(trajectory.times), strict=True)
    for leg, ((here, there), (then, at)) in enumerate(ways):
        lasted = at - then
        if _at_most_mm(here, there) * 1000 <= FASTEST_MM_S * lasted:
            continue  # far the most legs: no geodesic is asked for
        speed = (range_m(here, there) - 1) * 1_000_000 // lasted
        if speed > max(worst[0], FASTEST_MM_S):
            worst = speed, leg
    return worst


def _at_most_mm(here: Position, there: Position) -> int:
    """Bound a distance from above, by way of the corner of the two meridians and parallels."""
    north = abs(here.lat_e7 - there.lat_e7)
    east = abs(here.lon_e7 - there.lon_e7)
    return (north + min(east, 360 * E7 - east)) * _DEGREE_MM // E7 + 1


def _stretches(situation: Situation) -> Iterator[Advisory]:
    for opened, flown in situation.register.holding(Flown):
        low, high = BOUNDS[flown.craft]
        speeds = [
            (stretch, [(unit, _speed(stretch, mm)) for unit, mm in _UNITS[stretch.unit]])
            for stretch in flown.stretches
        ]
        off = [not low <= speed <= high for _, readings in speeds for _, speed in readings]
        if not any(off):
            continue
        said = [f"{_stretch(stretch)} is {_readings(readings)}" for stretch, readings in speeds]
        usual = f"from {_kmh(low)} to {_kmh(high)}" if low else f"up to {_kmh(high)}"
        number = situation.number(opened.name)
        yield advisory(
            "W30",
            "information",
            (opened,),
            (opened.party,),
            f"The numbers in {number} of {opened.party} do not fit well together: {listed(said)};"
            f" not remarkable for {_CRAFT[flown.craft]} is {usual}, wind apart.",
            f"A word of {opened.party} on the unit, the times, and what it was that flew.",
        )


def _speed(stretch: Stretch, unit_mm: int) -> int:
    """Give the speed in mm/s, rounded down."""
    return stretch.number_e4 * unit_mm // (10 * stretch.lasted_ms)


def _kmh(mm_s: int) -> str:
    return f"{(mm_s * 36 + 5_000) // 10_000} km/h"


def _stretch(stretch: Stretch) -> str:
    number = (Decimal(stretch.number_e4) / 10_000).normalize()
    return f"{number:f} {stretch.unit.replace('_', ' ')} in {span_words(stretch.lasted_ms)}"


def _readings(readings: list[tuple[str, int]]) -> str:
    if len(readings) == 1:
        return _kmh(readings[0][1])
    return " or ".join(f"{_kmh(speed)} in {unit}" for unit, speed in readings)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A position of something that flew, and the record it stands in."""

    fix: Fix
    opened: Opened
    craft: Craft


def _between_fixes(situation: Situation) -> Iterator[Advisory]:
    """Compare each position with the next in time of the same label by the same author."""
    tracks: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    for opened, flown in situation.register.holding(Flown):
        seen = (_Seen(fix, opened, flown.craft) for fix in flown.fixes)
        tracks[opened.party, flown.label].extend(seen)
    for (party, label), found in sorted(tracks.items()):
        found.sort(key=lambda s: s.fix.at)  # stable: of one instant, in folding order
        told = set()
        for one, other in pairwise(found):
            pair = frozenset((one.opened.name, other.opened.name))
            if pair not in told and _too_fast(one, other):
                told.add(pair)
                yield _leap(situation, party, label, one, other)


def _too_fast(one: _Seen, other: _Seen) -> bool:
    high = max(BOUNDS[one.craft][1], BOUNDS[other.craft][1])
    blurred = sum(metres(s.fix.place.precision_e4m) for s in (one, other))
    least = range_m(one.fix.place.position, other.fix.place.position) - blurred - 1
    return least * 1_000_000 > high * (other.fix.at - one.fix.at + STATED_TO_MS)


def _leap(situation: Situation, party: str, label: str, one: _Seen, other: _Seen) -> Advisory:
    records = tuple({s.opened.name: s.opened for s in (one, other)}.values())
    apart = range_m(one.fix.place.position, other.fix.place.position)
    numbers = listed([situation.number(opened.name) for opened in records])
    return advisory(
        "W30",
        "information",
        records,
        (party,),
        f"By {numbers} of {party}, {quoted(label)} was at two places {distance_words(apart)} apart"
        f" within {span_words(other.fix.at - one.fix.at)}: nothing of its class is that fast.",
        f"A word of {party}: is it one track or two, and are places, times and their zone right?",
    )
