"""Awkward parts: what the oracle says, the comparison says; and what it says, the index says."""

import dataclasses
from collections import Counter
from itertools import combinations
from random import Random

import pytest

from parley.errors import ParleyError
from parley.sky import EARTH, Limits, Relief, Sky, Subject, compare, subject_of
from parley.values.lengths import Altitude, Bound, Reference, VerticalLimit
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D
from tests.spine.sky.oracle_cases import NEAR_M, Case, bodies, complaints, seen, subject
from tests.spine.sky.oracle_parts import E4M, Part, ours
from tests.spine.sky.oracle_soak import text_of
from tests.spine.sky.scenes_nasty import Nasty
from tests.spine.sky.scenes_timed import FOOT, HOUR, MINUTE

REFERENCES: tuple[Reference, ...] = ("W84", "AMSL", "AGL", "STD")
RELIEFS = (EARTH, EARTH, Relief(0, 0), Relief(-1_000_000, 30_000_000))
NONE = Limits(0, 0, 0)
SCENES, SOAKED = range(12), range(1_000, 4_000)
SKIES, SOAKED_SKIES = range(40), range(1_000, 6_000)


def drawn(nasty: Nasty, count: int) -> list[Part]:
    """Draw parts that are not refused."""
    found: list[Part] = []
    while len(found) < count:
        part = nasty.part()
        try:
            subject("a", (part,), NONE)
        except ParleyError:
            continue
        found.append(part)
    return found


def weighed(seed: int) -> Counter[str | None]:
    """Compare all pairs of a scene with the oracle, mostly within metres of the minimum."""
    random = Random(seed)
    parts = drawn(Nasty(random), 5)
    verdicts: Counter[str | None] = Counter()
    for a, b in combinations(parts, 2):
        sides = (a,), (b,)
        made = bodies(*sides)
        vertical = random.choice((0, 0, 1, 1_000 * FOOT, 60_000 * FOOT))
        time = random.choice((0, 0, 1, MINUTE, 20 * HOUR))
        measured = seen(sides, made, vertical, time)
        lateral = random.choice((0, 0, 100, 9_260, 1_000_000)) * E4M
        gaps = [each.gap.high for each in measured if 0 < each.gap.low < 9e6]
        if gaps and random.random() < 0.8:
            beyond = random.choice((0.0, -0.5, -0.99, -1.01, -1.2, 0.9, 2.0, -2.0))
            lateral = max(0, round((random.choice(gaps) + beyond) * E4M))
        case = Case(*sides, lateral, vertical, time)
        # Where all turns on a moment or a height, a thousandth of either is way that is flown.
        if any(abs(each.gap.high - lateral / E4M - NEAR_M) < 0.01 for each in measured):
            continue
        assert complaints(case, made, None, measured)[0] == [], text_of(case)
        limits = Limits(lateral, vertical, time)
        verdicts.update(indexed([subject("a", sides[0], limits), subject("b", sides[1], limits)]))
    return verdicts


def indexed(
    subjects: list[Subject], relief: Relief = EARTH, *, within_party: bool = False
) -> Counter[str | None]:
    """Ask an index in all ways, and compare with what is found pair by pair."""
    found = {}
    verdicts: Counter[str | None] = Counter()
    for a, b in combinations(subjects, 2):
        met = compare(a, b, within_party=within_party, relief=relief)
        assert met == compare(b, a, within_party=within_party, relief=relief)
        verdicts[None if met is None else met.verdict] += 1
        if met is not None:
            found[met.a, met.b] = met
    sky, grown = Sky(subjects, relief=relief), Sky(relief=relief)
    for each in subjects:
        grown.put(each)
    told = list(sky.conflicts(within_party=within_party))
    assert {(e.a, e.b): e for e in told} == found
    sure = {(m.a, m.b): m.verdict for m in sky.meetings(within_party=within_party)}
    assert sure == {pair: met.verdict for pair, met in found.items()}
    for each in subjects:
        mine = {pair: met for pair, met in found.items() if each.name in pair}
        others = {(b if a == each.name else a): met.verdict for (a, b), met in mine.items()}
        assert grown.verdicts(each, within_party=within_party) == others
        assert grown.against(each, within_party=within_party) == [mine[k] for k in sorted(mine)]
    return verdicts


def mixed(random: Random, stated: Volume4D | Trajectory, most: Reference) -> Volume4D | Trajectory:
    """State heights above other things, with uncertainty, or with one limit above another thing."""

    def above() -> Reference:
        return most if random.random() < 0.85 else random.choice(REFERENCES)

    def limit(given: VerticalLimit) -> VerticalLimit:
        if given is None or isinstance(given, Bound):
            return given
        spread = random.choice((0, 0, 0, 1, 100 * FOOT, 1_000 * FOOT))
        return Altitude(given.e4m, "FT", above(), spread)

    if isinstance(stated, Trajectory):
        reference = None if stated.heights_e4m is None else above()
        return dataclasses.replace(stated, reference=reference)
    return dataclasses.replace(stated, lower=limit(stated.lower), upper=limit(stated.upper))


def sky_of(seed: int) -> Counter[str | None]:
    """Draw activities and zones of several parts, above many things, and ask an index of them."""
    random = Random(seed)
    nasty, most = Nasty(random), random.choice(REFERENCES)
    subjects: list[Subject] = []
    while len(subjects) < 7:
        parts = [
            mixed(random, ours(nasty.part()), most) for _ in range(random.choice((1, 1, 2, 4)))
        ]
        volumes = [part for part in parts if isinstance(part, Volume4D)]
        ways = [part for part in parts if isinstance(part, Trajectory)]
        zone = not ways and random.random() < 0.3
        limits = Limits(
            random.choice((0, 0, 1, 9_260 * E4M, 10**10, round(nasty.size * E4M))),
            random.choice((0, 0, 1, 1_000 * FOOT, 20_000 * FOOT)),
            random.choice((0, 0, 1, MINUTE, 5 * HOUR)),
        )
        try:
            made = subject_of(
                f"{len(subjects):x}" * 64,
                random.choice("abc"),
                "zone" if zone else "activity",
                volumes,
                limits,
                random.choice((None, ("a",), ("b", "c"), ())) if zone else None,
                trajectories=ways,
            )
        except ParleyError:
            continue
        subjects.append(made)
    return indexed(subjects, random.choice(RELIEFS), within_party=random.random() < 0.3)


def test_the_oracle_agrees_on_awkward_pairs() -> None:
    verdicts = sum((weighed(seed) for seed in SCENES), Counter())
    assert min(verdicts["CONFLICT"], verdicts[None]) > 10


def test_the_index_agrees_on_awkward_subjects_whatever_their_heights_are_above() -> None:
    verdicts = sum((sky_of(seed) for seed in SKIES), Counter())
    assert min(verdicts["CONFLICT"], verdicts["POSSIBLE"], verdicts[None]) > 10


@pytest.mark.soak
def test_the_oracle_agrees_on_awkward_pairs_at_length() -> None:
    verdicts = sum((weighed(seed) for seed in SOAKED), Counter())
    assert min(verdicts["CONFLICT"], verdicts["POSSIBLE"], verdicts[None]) > 500


@pytest.mark.soak
def test_the_index_agrees_on_awkward_subjects_at_length() -> None:
    verdicts = sum((sky_of(seed) for seed in SOAKED_SKIES), Counter())
    assert min(verdicts["CONFLICT"], verdicts["POSSIBLE"], verdicts[None]) > 5_000
