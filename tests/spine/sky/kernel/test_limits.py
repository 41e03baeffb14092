"""What is odd, endless, too much or used wrongly is refused or answered: never wrong, no hang."""

import subprocess
import sys
import textwrap
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from parley.errors import BadShape
from parley.sky import Limits, Sky
from parley.sky.encounters import Subject, subject_of
from parley.sky.kernel import native
from parley.sky.kernel.curve import fitted
from parley.sky.kernel.entries import (
    ALONE,
    AREA,
    GLOBE,
    HIT,
    LEG,
    PLANAR,
    Entries,
    chosen,
    entries,
)
from parley.sky.kernel.plain import Plain
from parley.sky.packed import Packed, index
from parley.values.volumes import Volume4D
from tests.spine.sky.kernel.crowds import crowd
from tests.spine.sky.scenes import START_MS, draw, stated

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="the kernel is not compiled")

HERE: dict[str, Any] = {
    "t0": 0.0,
    "t1": 10.0,
    "z0": 0.0,
    "z1": 10.0,
    "lateral": 10.0,
    "vertical": 0.0,
    "time": 0.0,
}


def spots(n: int, **columns: Any) -> Entries:
    """Lay out n activities at one place in the plane, each of a party and an owner of its own."""
    given = HERE | {"owner": np.arange(n), "party": np.arange(n)} | columns
    return entries(PLANAR, np.zeros((n, 2)), [1] * n, **given)


def packed(made: Entries) -> Packed:
    result = index(made)
    assert isinstance(result, Packed)
    return result


# ---- owners that one of their parts has shown to be hit -----------------------------------------


@pytest.mark.parametrize("parts", [1, 3])
def test_one_search_serves_many_questions_with_many_hits(parts: int):
    # Each question meets 200 that stand alone, and 30 of several parts that no other meets.
    alone, owned, asked = 200, 30, 60
    owner = np.append(np.arange(alone), alone + np.repeat(np.arange(owned * asked), parts))
    turn = np.append(np.zeros(alone), 1 + np.repeat(np.arange(asked), owned * parts))
    since = np.where(turn > 0, turn * 100.0, 0.0)
    made = spots(
        len(owner),
        t0=since,
        t1=np.where(turn > 0, since + 50.0, 1e9),
        owner=owner,
        party=1,
        flags=np.where(turn > 0, 0, ALONE),
    )
    when = 100.0 * np.arange(1, asked + 1)
    queries = spots(asked, t0=when + 10, t1=when + 20, owner=10**6, party=0)
    searched = packed(made)
    for row in range(asked):
        found = searched.check(queries, row, 1)["owner"].tolist()
        first = alone + row * owned
        assert sorted(found) == [*range(alone), *range(first, first + owned)]
    # The same as one question after the other of a batch.
    assert len(searched.check(queries)) == asked * (alone + owned)
    assert len(searched.check(queries, every_part=True)) == asked * (alone + owned * parts)


def test_more_owners_than_there_was_room_for_are_told_once_each():
    owner = np.append(np.arange(5_000), np.repeat(np.arange(5_000, 6_000), 2))
    made = spots(len(owner), owner=owner, party=1, flags=np.where(owner < 5_000, ALONE, 0))
    found = packed(made).check(spots(1, owner=10**6, party=0))["owner"].tolist()
    assert sorted(found) == list(range(6_000))


def test_what_is_open_is_counted():
    made = spots(9, low=[0, 1, 1] * 3, high=[0, 1, 1] * 3)
    asked = spots(1, owner=100, party=100)
    for searched in (packed(made), Plain(PLANAR)):
        if isinstance(searched, Plain):
            searched.load(made)
        found = searched.check(asked)
        assert searched.undecided == (found["verdict"] != HIT).sum() == 3


# ---- minima in force ----------------------------------------------------------------------------


def test_however_many_minima_are_in_force_none_is_missed_and_none_is_kept():
    n = 400
    g = np.random.default_rng(1)
    places = np.column_stack((g.uniform(0, 1e6, n), np.zeros(n)))
    lateral = np.append(100.0 + np.arange(n - 3), [9e5, 9e5, 4e5])
    columns = HERE | {"lateral": lateral, "owner": np.arange(n), "party": np.arange(n)}
    made = entries(PLANAR, places, [1] * n, **columns)
    asked = entries(
        PLANAR, places[:50] + 150.0, [1] * 50, **HERE | {"owner": n, "party": n, "lateral": 0.0}
    )
    changing, slow = Packed(PLANAR, fitted(made)), Plain(PLANAR)
    rows = g.permutation(n)
    numbers = [changing.add(chosen(made, rows[i : i + 1]))[0] for i in range(n)]
    assert [slow.add(chosen(made, rows[i : i + 1]))[0] for i in range(n)] == numbers

    def agreed() -> int:
        before = changing.work()[0]
        found = changing.check(asked)
        assert sorted(found.tolist()) == sorted(slow.check(asked).tolist())
        return changing.work()[0] - before

    wide = agreed()
    for number in g.permutation(numbers).tolist():
        assert changing.remove([number]) == slow.remove([number]) == 1
        if number % 40 == 0:
            agreed()
    changing.load(chosen(made, np.arange(n - 3)))
    before = changing.work()[0]
    changing.check(asked)
    # All of the widest are gone, so hardly anything has to be looked at.
    assert 2 * (changing.work()[0] - before) < wide


# ---- numbers that are none, or endless ----------------------------------------------------------

LEG_ONE: dict[str, Any] = {"points": np.zeros((2, 2)), "counts": 2, "kind": LEG}
AREA_ONE: dict[str, Any] = {
    "points": np.array([[7e6, 0, 0], [7e6, 9, 0], [7e6, 0, 9], [7e6, 0, 0]], dtype=np.float64),
    "counts": 4,
    "kind": AREA,
}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"points": np.array([[np.inf, 0.0]])}, "points"),
        ({"points": np.array([[1e200, 0.0]])}, "points"),
        ({"party": 2**31}, "party"),
        ({"party": -(2**31) - 1}, "party"),
        ({"owner": -1}, "owner"),
        ({"owner": 2**32}, "owner"),
        ({"time": np.nan}, "time"),
        ({**LEG_ONE, "tolerances": np.nan}, "tolerances"),
        ({**LEG_ONE, "tolerances": -1.0}, "tolerances"),
        ({**LEG_ONE, "t1": np.inf}, "t1"),
        ({**LEG_ONE, "t0": -np.inf}, "t0"),
        ({**LEG_ONE, "z1": np.inf}, "z1"),
        ({**AREA_ONE, "space": GLOBE, "frames": np.full((1, 15), np.nan)}, "frames"),
    ],
)
def test_numbers_that_make_no_entry_are_refused(changed: dict[str, Any], where: str):
    given: dict[str, Any] = {"points": np.zeros((1, 2)), "counts": 1, "owner": 0}
    given |= HERE | changed
    with pytest.raises(BadShape) as caught:
        entries(given.pop("space", PLANAR), **given)
    assert caught.value.where == where


@pytest.mark.parametrize(
    "endless",
    [
        {"radius": np.inf},
        {"lateral": np.inf},
        {"vertical": np.inf, "z0": 1e9, "z1": 1e9},
        {"time": np.inf, "t0": 1e9, "t1": 2e9},
        {"t0": -np.inf},
        {"t1": np.inf},
        {"t0": -np.inf, "t1": np.inf},
        {"z0": -np.inf, "z1": np.inf},
        {"z0": -np.inf, "z1": np.inf, "vertical": np.inf},
        {"slack": np.inf, "radius": 1e12},
        {"fuzz": np.inf},
    ],
)
def test_what_has_no_end_is_never_missed(endless: dict[str, float]):
    made = spots(40, party=1)
    odd = spots(1, owner=100, party=2, **endless)
    for zones in (0, 1):
        fast, slow = packed(made), Plain(PLANAR)
        slow.load(made)
        if zones:
            odd = spots(1, owner=100, party=2, flags=5, **endless)  # binds all but its own
        assert owners(fast, odd) == owners(slow, odd) == set(range(40))
        number = fast.add(odd)
        slow.add(odd)
        asked = spots(1, owner=200, party=3)
        assert owners(fast, asked) == owners(slow, asked) == {*range(40), 100}
        with fast.snapshot() as seen:
            pairs = [row for _, found in seen.pairs() for row in found.tolist()]
        assert len([row for row in pairs if number[0] in row[:2]]) == 40
        assert fast.remove(number) == 1
        assert owners(fast, asked) == set(range(40))


def owners(searched: Packed | Plain, asked: Entries) -> set[int]:
    return set(searched.check(asked)["owner"].tolist())


# ---- used wrongly -------------------------------------------------------------------------------


def test_loading_what_is_not_empty_adds_to_it():
    searched = packed(spots(20))
    assert searched.load(spots(20, owner=np.arange(20, 40))).tolist() == list(range(20, 40))
    assert len(searched) == 40
    assert owners(searched, spots(1, owner=99, party=99)) == set(range(40))


def test_questions_that_do_not_fit_are_refused():
    searched, asked = packed(spots(20)), spots(3, owner=99)
    for first, count in ((-1, 1), (0, 4), (3, 1), (4, None), (0, -1)):
        with pytest.raises(IndexError):
            searched.check(asked, first, count)
    g = np.random.default_rng(1)
    other = crowd(g, ["point"] * 3, GLOBE)
    with searched.snapshot() as seen:
        for refused in (searched.check, searched.add, lambda x: list(seen.check(x))):
            with pytest.raises(BadShape):
                refused(other)
    for closed in (lambda: list(seen.check(asked)), lambda: list(seen.pairs())):
        with pytest.raises(ValueError, match="closed"):
            closed()


def test_numbers_of_no_entry_are_passed_over():
    searched = packed(spots(5))
    assert searched.remove([-1, 5, 2**32, 2**32 + 1, 2**40]) == 0
    assert searched.remove(np.array([], dtype=np.float64)) == 0
    assert searched.remove([1, 1, 2]) == 2
    assert len(searched) == 3
    assert searched.expire(np.nan).tolist() == []


def test_owners_do_not_run_out():
    def subject(name: int, party: int) -> Subject:
        shape = stated(draw(Random(name), "circle", (30.0, 40.0), 1000.0))
        volume = Volume4D(shape, START_MS, None)
        return subject_of(f"{name:064x}", f"{party}", "activity", [volume], Limits(0, 0, 0))

    sky = Sky([subject(0, 0), subject(1, 1)])
    sky._next = 2**32 - 2  # as after years of coming and going
    for _ in range(5):
        sky.put(subject(2, 2))
        assert set(sky.verdicts(subject(3, 3))) == {f"{n:064x}" for n in range(3)}
        assert sky.remove(f"{2:064x}")
        sky.put(subject(1, 1))
    assert len(list(sky.conflicts())) == 1


# ---- no memory ----------------------------------------------------------------------------------


def test_where_memory_ends_an_answer_is_whole_or_there_is_none():
    told = textwrap.dedent("""
        import resource
        import numpy as np
        from tests.spine.sky.kernel.test_limits import packed, spots

        size = 400
        index, known, made = packed(spots(size, flags=0)), [], []
        for turn in range(1, 300):
            owner = np.arange(turn * size, (turn + 1) * size)
            made.append(spots(size, t0=turn * 20, t1=turn * 20 + 9, owner=owner, flags=0))
            if turn % 3 == 0:
                made[-1] = spots(size, t0=turn * 20, t1=np.inf, owner=owner, party=1, flags=0)
        asked = spots(1, owner=2**31, party=2**30, t0=-np.inf, t1=np.inf)
        assert len(index.check(asked)) == size
        with open("/proc/self/statm") as told:
            now = int(told.read().split()[0]) * resource.getpagesize()
        most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (now + (6 << 20), most[1]))
        try:
            for batch in made:
                known.append(index.add(batch))
        except MemoryError:
            pass
        resource.setrlimit(resource.RLIMIT_AS, most)
        assert len(known) < len(made), "memory did not end"
        try:
            found = len(index.check(asked))
            with index.snapshot() as seen:
                assert sum(len(f) for _, f in seen.check(asked)) == found
        except MemoryError:
            print("no answer")
        else:
            assert found == size * (1 + len(known)), (found, len(known))
            print("all of them")
    """)
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() in ("no answer", "all of them"), done.stderr
