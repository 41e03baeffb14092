"""Encounters of subjects: verdicts, who is compared with whom, ties, rounding, many at once."""

import dataclasses
from itertools import combinations
from random import Random

import pytest

from parley.sky import Encounter, Limits, Relief, Sky, Subject, compare, conflicts, pairs_compared
from parley.sky.encounters import Which, subject_of
from parley.values.instants import Instant
from parley.values.lengths import Altitude, Bound, Reference, VerticalLimit
from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Volume4D
from tests.spine.sky import oracle
from tests.spine.sky.scenes import KINDS, SCENES, draw_pair, stated

NM, FOOT, MINUTE = 18_520_000, 3_048, 60_000
MINIMA = Limits(5 * NM, 1000 * FOOT, 5 * MINUTE)
START = 1_466_049_600_000
HOUR = 60 * MINUTE


def feet(number: int, reference: Reference = "AMSL") -> Altitude:
    return Altitude(number * FOOT, "FT", reference)


FLOOR, CEILING = feet(15_000), feet(25_000)
NOTHING = Limits(0, 0, 0)


def circle(
    lat: float = 34.0,
    lon: float = 38.0,
    radius_m: float = 0,
    lower: VerticalLimit = FLOOR,
    upper: VerticalLimit = CEILING,
    begin: int = 0,
    end: int | None = HOUR,
) -> Volume4D:
    return Volume4D(
        Circle(Position.of_degrees(str(lat), str(lon)), round(radius_m * 10_000)),
        START + begin,
        None if end is None else START + end,
        lower,
        upper,
    )


def activity(name: str, party: str, *volumes: Volume4D, minima: Limits = MINIMA) -> Subject:
    return subject_of(name * 64, party, "activity", volumes, minima)


def zone(
    name: str,
    party: str,
    *volumes: Volume4D,
    margin: Limits = NOTHING,
    affects: tuple[str, ...] | None = None,
) -> Subject:
    return subject_of(name * 64, party, "zone", volumes, margin, affects)


def test_a_conflict_says_where_when_and_how_close() -> None:
    """Two points 3 NM apart along a meridian, 500 ft and 2 minutes."""
    a = activity("a", "coalition", circle(34.0, end=HOUR))
    other = circle(
        34.05, lower=feet(25_500), upper=feet(30_000), begin=HOUR + 2 * MINUTE, end=2 * HOUR
    )
    b = activity("b", "russia", other)
    apart = oracle.inverse((38.0, 34.0), (38.0, 34.05))
    assert compare(a, b) == Encounter(
        a="a" * 64,
        b="b" * 64,
        verdict="CONFLICT",
        lateral_m=round(apart),
        vertical_m=152,
        time_gap_s=120,
        position=Position.of_degrees("34.025", 38),
        begin=Instant(START + HOUR),
        until=Instant(START + HOUR + 2 * MINUTE),
        broken=("lateral", "vertical", "time"),
        open=(),
        which=(Which(0, None), Which(0, None)),
    )


@pytest.mark.parametrize("which", ["lateral", "vertical", "time"])
def test_every_minimum_is_inclusive(which: str) -> None:
    """A gap equal to the minimum conflicts, one just above it (laterally by 1 m) does not."""
    apart = oracle.inverse((38.0, 34.0), (38.0, 34.1))
    other = {
        "lateral": lambda over: circle(34.1),
        "vertical": lambda over: circle(lower=feet(26_000 + over), upper=feet(30_000)),
        "time": lambda over: circle(begin=HOUR + 5 * MINUTE + over, end=9 * HOUR),
    }[which]

    def met(over: int, lateral_e4m: int = 5 * NM) -> bool:
        minima = dataclasses.replace(MINIMA, lateral_e4m=lateral_e4m)
        a = activity("a", "coalition", circle(), minima=minima)
        return compare(a, activity("b", "russia", other(over), minima=minima)) is not None

    if which == "lateral":
        exact = round(apart * 10_000)
        assert met(0, exact)
        assert met(0, exact - 9_999)
        assert not met(0, exact - 10_001)
    else:
        assert met(0)
        assert not met(1)


def test_instants_and_touching_windows_meet_without_any_minimum() -> None:
    """With minima of nothing at all, the same place and instant is a conflict."""
    nothing = Limits(0, 0, 0)
    a = activity("a", "coalition", circle(begin=HOUR, end=HOUR), minima=nothing)
    b = activity("b", "russia", circle(begin=HOUR, end=2 * HOUR), minima=nothing)
    c = activity("c", "russia", circle(begin=0, end=HOUR), minima=nothing)
    d = activity("d", "russia", circle(begin=0, end=HOUR - 1), minima=nothing)
    assert compare(a, b) is not None
    assert compare(a, c) is not None
    assert compare(a, d) is None


def test_the_larger_minima_decide_each_for_itself() -> None:
    """Each of the three is the larger of what the two were filed under."""
    a = activity("a", "coalition", circle(), minima=Limits(0, 10_000 * FOOT, 0))
    b = activity(
        "b",
        "russia",
        circle(34.05, lower=feet(35_000), upper=feet(36_000), begin=2 * HOUR, end=3 * HOUR),
        minima=Limits(5 * NM, 0, HOUR),
    )
    assert compare(a, b) is not None


def test_who_is_compared_with_whom() -> None:
    """Own activities only on request; zones bind the parties they affect and no other zone."""
    mine, same = activity("a", "coalition", circle()), activity("b", "coalition", circle())
    theirs = activity("c", "russia", circle())
    assert compare(mine, same) is None
    assert compare(mine, same, within_party=True) is not None
    for_all = zone("d", "coalition", circle())
    for_russia = zone("e", "coalition", circle(), affects=("russia",))
    for_syria = zone("f", "coalition", circle(), affects=("syria",))
    for_us = zone("0", "coalition", circle(), affects=("coalition", "russia"))
    assert [compare(z, theirs) is not None for z in (for_all, for_russia, for_syria)] == [
        True,
        True,
        False,
    ]
    assert compare(for_all, mine) is None
    assert compare(for_us, mine) is not None
    assert compare(for_all, zone("1", "russia", circle())) is None
    listed = (mine, same, theirs, for_all, for_russia, for_syria, for_us)
    expected = sum(compare(x, y) is not None for x, y in combinations(listed, 2))
    assert pairs_compared(listed) == expected == len(conflicts(listed))


def test_a_zone_is_held_to_its_margin_and_not_to_the_minima() -> None:
    """Two miles beside a zone without margin is clear, with a margin of three it is not."""
    inside = activity("a", "russia", circle(34.1))
    apart = oracle.inverse((38.0, 34.0), (38.0, 34.1))
    assert compare(zone("b", "coalition", circle(radius_m=apart - 10)), inside) is None
    assert compare(zone("b", "coalition", circle(radius_m=apart)), inside) is not None
    near = Limits(3 * NM, 0, 0)
    beside = zone("b", "coalition", circle(radius_m=apart - 2 * 1852), margin=near)
    assert compare(beside, inside) is not None
    open_end = zone("b", "coalition", circle(radius_m=apart, end=None))
    found = compare(
        open_end, activity("a", "russia", circle(34.1, begin=99 * HOUR, end=100 * HOUR))
    )
    assert found is not None
    assert (found.begin, found.until) == (START + 99 * HOUR, START + 100 * HOUR)


@pytest.mark.parametrize(
    ("lower", "upper", "verdict"),
    [
        (feet(20_000), feet(21_000), "CONFLICT"),
        (feet(20_000, "W84"), feet(21_000, "W84"), "CONFLICT"),
        (Bound.SFC, Bound.UNL, "CONFLICT"),
        (Bound.SFC, feet(13_000), None),
        (None, None, "POSSIBLE"),
        (None, feet(1_000), "POSSIBLE"),
        (feet(60_000), None, "POSSIBLE"),
        # The geoid lies 53 to 93 ft above the ellipsoid there, by the nodes around and the margin.
        (feet(26_050, "W84"), feet(27_000, "W84"), "CONFLICT"),
        (feet(26_070, "W84"), feet(27_000, "W84"), "POSSIBLE"),
        (feet(26_100, "W84"), feet(27_000, "W84"), None),
        (feet(20_000, "STD"), feet(20_000, "STD"), "CONFLICT"),
        (feet(30_000, "STD"), feet(31_000, "STD"), None),
        (feet(28_000, "STD"), feet(29_000, "STD"), "POSSIBLE"),
        (Bound.SFC, feet(500, "AGL"), "POSSIBLE"),
        (feet(30_000, "AGL"), feet(31_000, "AGL"), None),
    ],
)
def test_mixed_or_missing_heights_are_never_clear_without_grounds(
    lower: VerticalLimit, upper: VerticalLimit, verdict: str | None
) -> None:
    """Against 15,000 to 25,000 ft AMSL and a minimum of 1,000 ft."""
    a = activity("a", "coalition", circle())
    b = activity("b", "russia", circle(lower=lower, upper=upper))
    found = compare(a, b)
    assert (found and found.verdict) == verdict
    if found is not None and verdict == "POSSIBLE":
        assert (found.broken, found.open) == (("lateral", "time"), ("vertical",))
        assert found.vertical_m is None
    desert = Relief(0, 10_000_000)
    if upper == feet(500, "AGL"):
        assert compare(a, b, relief=desert) is None


def test_the_worst_pair_of_volumes_speaks_for_the_subjects() -> None:
    """One certain conflict outweighs closer possible ones; among equals the closest is told."""
    unknown = circle(lower=None, upper=None)
    far, near = circle(34.05), circle(34.02, begin=HOUR)
    a = activity("a", "coalition", circle(end=3 * HOUR))
    found = compare(a, activity("b", "russia", unknown, far, near))
    assert found is not None
    assert found.verdict == "CONFLICT"
    assert found.lateral_m == round(oracle.inverse((38.0, 34.0), (38.0, 34.02)))
    # Equally close: the earliest, then the southernmost, then the westernmost.
    late, early = circle(34.02, begin=HOUR), circle(34.02, begin=MINUTE)
    found = compare(a, activity("b", "russia", late, early))
    assert found is not None
    assert found.begin == START + MINUTE
    two = activity("a", "coalition", circle(33.0, 38.0), circle(33.0, 37.0), circle(35.0, 36.0))
    there = activity("b", "russia", circle(35.0, 36.0), circle(33.0, 38.0), circle(33.0, 37.0))
    found = compare(two, there)
    assert found is not None
    assert found.position == Position.of_degrees(33, 37)


def random_subject(random: Random, name: int) -> Subject:
    kinds = (random.choice(KINDS), random.choice(KINDS))
    shapes = draw_pair(random, kinds, random.choice(list(SCENES)))[: random.randint(1, 2)]
    stated_limits = [None, feet(5_000), feet(12_000, "W84"), feet(9_000, "STD")]
    floors: list[VerticalLimit] = [Bound.SFC, *stated_limits]
    ceilings: list[VerticalLimit] = [Bound.UNL, feet(20_000)]
    volumes = []
    for shape in shapes:
        begin = random.randrange(0, 20 * HOUR, MINUTE)
        lower, upper = random.choice(floors), random.choice(ceilings)
        end = begin + random.randrange(0, 6 * HOUR, MINUTE)
        volumes.append(Volume4D(stated(shape), START + begin, START + end, lower, upper))
    party, label = random.choice(("coalition", "russia", "syria")), f"{name:064x}"
    if random.random() < 0.2:
        affects = random.choice((None, ("russia",), ("coalition", "syria")))
        margin = Limits(random.choice((0, 20 * NM)), 0, 0)
        return subject_of(label, party, "zone", volumes, margin, affects)
    minima = random.choice((MINIMA, Limits(0, 0, 0), Limits(50 * NM, 5000 * FOOT, HOUR)))
    return subject_of(label, party, "activity", volumes, minima)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("within_party", [False, True])
def test_the_index_finds_what_comparing_all_pairs_finds(seed: int, within_party: bool) -> None:
    """Boxes only save work: the encounters of all pairs, in any order of subjects, are the same."""
    random = Random(seed)
    subjects = [random_subject(random, i) for i in range(60)]
    naive = [compare(a, b, within_party=within_party) for a, b in combinations(subjects, 2)]
    expected = sorted((e for e in naive if e is not None), key=lambda e: (e.a, e.b))
    assert len(expected) > 10
    assert conflicts(subjects, within_party=within_party) == expected
    random.shuffle(subjects)
    assert conflicts(subjects, within_party=within_party) == expected
    chosen = random.choice(subjects)
    assert Sky(subjects).against(chosen, within_party=within_party) == [
        e for e in expected if chosen.name in (e.a, e.b)
    ]


def test_the_order_of_two_makes_no_difference() -> None:
    """Whoever asks gets the same answer to the last digit."""
    random = Random(5)
    for _ in range(150):
        a, b = (random_subject(random, i) for i in random.sample(range(1000), 2))
        assert compare(a, b, within_party=True) == compare(b, a, within_party=True)


def test_larger_minima_never_clear_a_conflict() -> None:
    """What is within some minima is within larger ones, and no farther away."""
    random = Random(6)
    for _ in range(120):
        a, b = random_subject(random, 1), random_subject(random, 2)
        found = compare(a, b, within_party=True)
        grown = [
            dataclasses.replace(
                s,
                minima=Limits(
                    s.minima.lateral_e4m + random.choice((0, NM)),
                    s.minima.vertical_e4m + random.choice((0, 500 * FOOT)),
                    s.minima.time_ms + random.choice((0, MINUTE)),
                ),
            )
            for s in (a, b)
        ]
        wider = compare(*grown, within_party=True)
        if found is not None:
            assert wider is not None
            assert (found.verdict, wider.verdict) != ("CONFLICT", "POSSIBLE")


def test_progress_is_told_to_the_end() -> None:
    """A caller hears how many parts are done, never fewer than before, and that all are."""
    heard: list[tuple[int, int]] = []
    subjects = [activity("a", "coalition", circle()), activity("b", "russia", circle())]
    conflicts(subjects, progress=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (2, 2)
    assert heard == sorted(heard)
    assert conflicts([]) == []


def test_results_are_integers() -> None:
    """Floats stay inside: whatever leaves the sky is an integer, a text or made of them."""
    line = Corridor((Position.of_degrees(34, 37), Position.of_degrees(34.3, 39)), 12_345)
    a = subject_of("a" * 64, "a", "activity", [Volume4D(line, START, START + 777)], MINIMA)
    found = compare(a, activity("b", "b", circle(34.1, 38.2, 777.7777)))
    assert found is not None
    flat = [v for v in dataclasses.astuple(found) if not isinstance(v, tuple)]
    assert all(v is None or isinstance(v, int | str) for v in flat)
    assert found.position.lat_e7 % 100 == found.position.lon_e7 % 100 == 0
    assert found.begin % 1000 == 0
