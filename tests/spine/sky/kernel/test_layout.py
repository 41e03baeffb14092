"""What the kernel calls sure of subjects on the globe is what the exact comparison says of them."""

import itertools
from collections import Counter
from random import Random

import pytest

from parley.sky.encounters import Subject, compare, subject_of
from parley.sky.kernel import native
from parley.sky.kernel.entries import HIT, WITHIN_PARTY
from parley.sky.layout import Laid, Parties, lay_out
from parley.sky.packed import Packed, index
from parley.sky.plans import lay_out_plans
from parley.sky.separation import Limits
from parley.values.volumes import Volume4D
from tests.spine.sky.kernel.fleets import plans
from tests.spine.sky.scenes import SCENES, START_MS, draw, stated

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="the kernel is not compiled")


def verdicts(laid: Laid, options: int) -> dict[tuple[int, int], int]:
    """Give what the kernel finds between subjects: HIT, or what is open."""
    made = index(laid.entries)
    assert isinstance(made, Packed)
    result: dict[tuple[int, int], int] = {}
    with made.snapshot() as seen:
        for _, found in seen.pairs(within_party=bool(options & WITHIN_PARTY)):
            for one, other, _, verdict in found.tolist():
                a, b = int(laid.subject[one]), int(laid.subject[other])
                pair = min(a, b), max(a, b)
                before = result.get(pair, 0)
                result[pair] = HIT if HIT in (verdict, before) else verdict | before
    return result


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("size", [3_000.0, 40_000.0, 400_000.0])
@pytest.mark.parametrize("mixed", [False, True])
def test_a_hit_is_a_conflict_and_what_is_clear_is_none(scene: str, size: float, mixed: bool):
    random = Random(f"{scene} {size}")
    stated = plans(random, scene, 30, size, mixed)
    drawn = [plan.subject for plan in stated]
    agreed(drawn, verdicts(lay_out(drawn, Parties()), WITHIN_PARTY), mixed)
    agreed(drawn, verdicts(lay_out_plans(stated, Parties()), WITHIN_PARTY), mixed)


def agreed(drawn: list[Subject], found: dict[tuple[int, int], int], mixed: bool) -> None:
    """Compare what the kernel found with the exact comparison of all pairs."""
    seen: Counter[tuple[str | None, bool]] = Counter()
    for i, j in itertools.combinations(range(len(drawn)), 2):
        exact = compare(drawn[i], drawn[j], within_party=True)
        expected = None if exact is None else exact.verdict
        verdict = found.get((i, j), 0)
        if verdict == HIT:
            assert expected == "CONFLICT", (i, j)
        if verdict == 0:
            assert expected is None, (i, j)
        seen[expected, verdict not in (0, HIT)] += 1
    assert seen["CONFLICT", False] > 2
    if not mixed:
        # It is rare that a pair has to be decided twice.
        assert seen["CONFLICT", False] > 20 * seen["CONFLICT", True]
        assert seen[None, False] > 100 * seen[None, True]


def test_a_party_is_bound_by_a_zone_however_many_parties_there_are():
    here = Volume4D(stated(draw(Random(1), "circle", (30.0, 40.0), 1000.0)), START_MS, None)
    none = Limits(0, 0, 0)
    drawn = [subject_of(f"{i:064x}", f"side {i}", "activity", [here], none) for i in range(70)]
    drawn.append(subject_of("f" * 64, "side 0", "zone", [here], none, ("side 3", "side 66")))
    found = verdicts(lay_out(drawn, Parties()), 0)
    of_zone = {a: verdict for (a, b), verdict in found.items() if b == 70}
    assert 3 in of_zone
    # All from the 64th on share one bit: these the exact comparison must decide.
    assert set(of_zone) == {3, *range(63, 70)}
