"""Our comparison against the oracle: pairs of every kind, drawn near their minima, and kept cases.

In the tests two thousand pairs, at length (``make soak``) a hundred thousand.
"""

import json
import os
from collections.abc import Callable
from dataclasses import astuple, replace
from itertools import combinations, product
from pathlib import Path
from random import Random

import numpy as np
import pytest

from parley.sky import Encounter, Limits, Sky, compare, larger
from parley.sky.encounters import Which
from parley.values.instants import Instant
from parley.values.places import Position
from tests.spine.sky.oracle_cases import (
    Bodies,
    Case,
    Seen,
    complaints,
    judged,
    seen,
    shrunk,
    subject,
    unattained,
)
from tests.spine.sky.oracle_curves import ecef
from tests.spine.sky.oracle_gaps import winds
from tests.spine.sky.oracle_parts import E4M, Flight
from tests.spine.sky.oracle_soak import (
    PER_SCENE,
    Tally,
    case_of,
    drawn,
    examined,
    soaked,
    text_of,
)
from tests.spine.sky.scenes import KINDS
from tests.spine.sky.scenes_timed import TIMED

SCENES = range(72)
SOAKED = range(1_000, 4_600)
KEPT = json.loads((Path(__file__).parent / "kept_cases.json").read_text())


@pytest.fixture(scope="module")
def tally() -> Tally:
    found = Tally()
    for seed in SCENES:
        found.add(examined(seed))
    return found


def test_what_we_say_of_pairs_is_what_the_oracle_says(tally: Tally) -> None:
    """No conflict is missed, none is false by more than 1 m, none is told wrongly; in any order.

    Nor does it matter whether two are compared alone or among many.
    """
    assert tally.wrong == []
    assert tally.pairs == len(SCENES) * PER_SCENE >= 2_000


def test_the_pairs_are_of_every_kind_and_many_lie_at_the_limit(tally: Tally) -> None:
    """Each kind is compared with each, in both orders; the oracle decides all but a few."""
    assert set(product((*KINDS, *TIMED), repeat=2)) <= set(tally.kinds)
    assert tally.near > 500
    assert tally.conflicts > 500
    assert tally.possible > 20
    assert tally.flown > 1_000
    assert tally.undecided < 20


def test_the_scenes_are_awkward() -> None:
    """Poles inside of rings, rings across the antimeridian, points twice in a row, edges shared."""
    poles = ecef(np.array([0.0, 0.0]), np.array([90.0, -90.0]))
    around = across = still = shared = 0
    for seed in SCENES:
        scene = drawn(Random(seed))
        for bodies in scene.bodies:
            around += sum(bool(b.rings) and bool(winds(b.rings[0], poles).any()) for b in bodies)
            for places in (b.curves.start for b in bodies):
                east = places[:, 1] > 0
                across += bool((places[:, 0] < 0).all() and east.any() and not east.all())
            still += sum(
                len(b.curves.length) > 1 and bool((b.curves.length == 0).any()) for b in bodies
            )
        for a, b in combinations(scene.bodies, 2):
            corners = {tuple(p) for p in a[0].curves.start.tolist()}
            shared += any(tuple(p) in corners for p in b[0].curves.start.tolist())
    assert min(around, across, still, shared) > 5


@pytest.mark.soak
def test_what_we_say_of_a_hundred_thousand_pairs_is_what_the_oracle_says() -> None:
    """The same at length, on all cores."""
    found = soaked(SOAKED, os.cpu_count() or 1)
    told = {k: v for k, v in vars(found).items() if k not in ("wrong", "kinds")}
    print(json.dumps(told))
    assert found.wrong == []
    assert found.pairs == len(SOAKED) * PER_SCENE >= 100_000
    assert found.undecided < found.pairs / 100


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept["what"])
def test_what_once_disagreed_agrees(kept: dict) -> None:
    """Cases that we, or a mistake on trial, got wrong; shrunk, and kept."""
    case = case_of(json.dumps(kept["case"]))
    assert complaints(case)[0] == []
    assert json.loads(text_of(case)) == kept["case"]


def test_a_verdict_for_other_minima_is_found_wrong() -> None:
    """Were our limit off by a little more than it may be, the oracle would tell."""
    noticed = 0
    for seed in range(4):
        scene = drawn(Random(seed))
        limits = scene.limits
        for i, j in combinations(range(len(scene.sides)), 2):
            sides = scene.sides[i], scene.sides[j]
            made = scene.bodies[i], scene.bodies[j]
            measured = seen(sides, made, limits.vertical_e4m, limits.time_ms)
            certain = [s.gap for s in measured if s.certain and 10 < s.gap.low < 50_000]
            if len(certain) != 1 or len(measured) != 1:
                continue
            lateral = round(certain[0].high * E4M)
            # Just missed: the gap is 0.98 m above the minimum; just false: 1.02 m above it.
            for above, shift in ((0.98, -0.1), (1.02, 0.1)):
                drawn_at = lateral - round(above * E4M)
                held = Limits(drawn_at + round(shift * E4M), limits.vertical_e4m, limits.time_ms)
                pair = [replace(scene.ours[k], minima=held) for k in (i, j)]
                said, _ = judged(compare(*pair), measured, drawn_at)
                assert said
                noticed += 1
    assert noticed > 10


MINUTE_MS = 60_000
DOCTORED: dict[str, Callable[[Encounter], Encounter]] = {
    "a minute late": lambda e: replace(
        e,
        begin=Instant(e.begin + MINUTE_MS),
        until=None if e.until is None else Instant(e.until + MINUTE_MS),
    ),
    "3 m higher": lambda e: replace(e, vertical_m=e.vertical_m and max(0, e.vertical_m - 3)),
    "3 s nearer": lambda e: replace(e, time_gap_s=max(0, e.time_gap_s - 3)),
    "2 m nearer": lambda e: replace(e, lateral_m=max(0, e.lateral_m - 2)),
    "elsewhere": lambda e: replace(e, position=Position(e.position.lat_e7 // 2, e.position.lon_e7)),
    "on the leg before": lambda e: replace(
        e,
        which=(
            Which(e.which[0].part, e.which[0].leg and e.which[0].leg - 1),
            Which(e.which[1].part, e.which[1].leg and e.which[1].leg - 1),
        ),
    ),
}


@pytest.fixture(scope="module")
def told() -> list[tuple[Encounter, Case, Bodies, list[Seen]]]:
    found = []
    for seed in range(8):
        scene = drawn(Random(seed))
        for i, j in combinations(range(len(scene.sides)), 2):
            met = compare(scene.ours[i], scene.ours[j])
            if met is not None:
                made = scene.bodies[i], scene.bodies[j]
                case = Case(scene.sides[i], scene.sides[j], *astuple(scene.limits))
                measured = seen((case.a, case.b), made, case.vertical, case.time)
                assert unattained(met, case, made, measured) == []
                found.append((met, case, made, measured))
    return found


@pytest.mark.parametrize("how", DOCTORED)
def test_what_is_told_wrongly_is_found_wrong(
    how: str, told: list[tuple[Encounter, Case, Bodies, list[Seen]]]
) -> None:
    """Were place, times, legs or any gap told a little otherwise, the oracle would tell."""
    noticed = [
        unattained(DOCTORED[how](met), case, made, measured) for met, case, made, measured in told
    ]
    assert sum(map(bool, noticed)) > 2


def test_an_index_of_many_scenes_finds_what_the_oracle_finds() -> None:
    """Subjects all over the globe, each under minima of its own, at once, by one, and by pairs."""
    sides, bodies, ours = [], [], []
    for seed in range(200, 206):
        scene = drawn(Random(seed))
        sides += scene.sides
        bodies += scene.bodies
        ours += scene.ours
    ours = [replace(s, name=f"{i:064x}", party=f"party {i}") for i, s in enumerate(ours)]
    expected = []
    for i, j in combinations(range(len(ours)), 2):
        limits = larger(ours[i].minima, ours[j].minima)
        met = compare(ours[i], ours[j])
        both = sides[i], sides[j]
        measured = seen(both, (bodies[i], bodies[j]), limits.vertical_e4m, limits.time_ms)
        assert judged(met, measured, limits.lateral_e4m)[0] == []
        expected += [met] if met is not None else []
    assert len(expected) > 50
    sky = Sky(ours)
    assert sorted(sky.conflicts(), key=lambda e: (e.a, e.b)) == expected
    for one in ours[::7]:
        assert sky.against(one) == [e for e in expected if one.name in (e.a, e.b)]


def test_a_case_is_shrunk_to_what_matters() -> None:
    """Parts, points and digits go; what makes the case wrong stays."""
    scene = drawn(Random(3))
    flights = [s[0] for s in scene.sides if isinstance(s[0], Flight) and len(s[0].points) > 4]
    case = Case((flights[0],), scene.sides[0] + scene.sides[1], 12_345_678, 98_765, 54_321)
    highest = max(p[1] for p in flights[0].points)

    def wrong(case: Case) -> bool:
        subject("a", case.a, Limits(0, 0, 0))
        part = case.a[0]
        return isinstance(part, Flight) and max(p[1] for p in part.points) > highest - 0.05

    found = shrunk(case, wrong)
    assert wrong(found)
    assert isinstance(found.a[0], Flight)
    assert len(found.a[0].points) == 1
    assert len(found.b) == 1
    assert (found.lateral, found.vertical, found.time) == (1_000 * E4M, 0, 0)
    assert case_of(text_of(found)) == found
