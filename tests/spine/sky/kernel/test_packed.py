"""The index answers as its twin in numpy does, and stays itself under churn."""

import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from bench.sky.cases import CASES, GOLDEN
from bench.sky.columns import planar
from parley.errors import BadShape
from parley.sky.kernel import native
from parley.sky.kernel.curve import fitted
from parley.sky.kernel.entries import GLOBE, HIT, PLANAR, Entries, Records, boxes, chosen, entries
from parley.sky.kernel.plain import Plain
from parley.sky.packed import Packed, Snapshot, index
from tests.spine.sky.kernel.crowds import KINDS, crowd

pytestmark = pytest.mark.skipif(not native.AVAILABLE, reason="the kernel is not compiled")

SHORT = tuple(kind for kind in KINDS if "long" not in kind)


def packed(made: Entries) -> Packed:
    result = index(made)
    assert isinstance(result, Packed)
    return result


def listed(found: Iterable[Records]) -> list[tuple[int, ...]]:
    return sorted(tuple(row) for part in found for row in part.tolist())


def couples(found: Iterable[Records]) -> list[tuple[int, int, int]]:
    """Give pairs without order, with their verdicts."""
    return sorted((*sorted(row[:2]), row[3]) for part in found for row in part.tolist())


# ---- the same answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "count"),
    [
        ("theatre", 1_000),
        ("theatre", 10_000),
        ("urban", 10_000),
        ("urban", 100_000),
        pytest.param("theatre", 100_000, marks=pytest.mark.soak),
        pytest.param("urban", 1_000_000, marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("avx2", [False, True])
def test_as_many_pairs_conflict_as_others_count(case: str, count: int, avx2: bool):
    if native.use_avx2(avx2) != avx2:
        pytest.skip("this processor has no AVX2")
    with packed(planar(CASES[case](count))).snapshot() as seen:
        done, found = 0, 0
        for more, pairs in seen.pairs(threads=2):
            assert (pairs["verdict"] == HIT).all()
            done, found = done + more, found + len(pairs)
    native.use_avx2(True)
    assert (done, found) == (count, GOLDEN[case, count])


@pytest.mark.parametrize("space", [PLANAR, GLOBE])
@pytest.mark.parametrize("every_part", [False, True])
@pytest.mark.parametrize("owners", [40, 10**6])
@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 200])
def test_a_check_finds_what_a_look_at_every_entry_finds(
    space: int, every_part: bool, owners: int, count: int
):
    g = np.random.default_rng([space, owners, count])
    made = crowd(g, g.choice(SHORT, count), space, owners=owners) if count else None
    queries = crowd(g, g.choice(KINDS, 60), space, first_owner=20)
    queries.records["entry"] = np.arange(60) // 3
    fast = Packed(space, fitted(queries if made is None else made))
    slow = Plain(space)
    if made is not None:
        assert fast.load(made).tolist() == slow.load(made).tolist()
    for options in ({}, {"within_party": True}):
        found = fast.check(queries, every_part=every_part, **options)
        expected = slow.check(queries, every_part=every_part, **options)
        if every_part:
            assert listed([found]) == listed([expected])
        # Which part shows first that an owner is hit depends on the order of looking.
        assert owners_of(found, queries) == owners_of(expected, queries)
        with fast.snapshot() as seen:
            batch = list(seen.check(queries, every_part=every_part, threads=2, **options))
        assert sum(more for more, _ in batch) == len(queries)
        assert listed(part for _, part in batch) == listed([found])


def owners_of(found: Records, queries: Entries) -> dict[tuple[int, int], int]:
    """Give, for each question and owner, the verdict: one that is hit needs no other."""
    result: dict[tuple[int, int], int] = {}
    for query, _, owner, verdict in found.tolist():
        key = int(queries.records["entry"][query]), owner
        before = result.get(key, 0)
        result[key] = HIT if HIT in (verdict, before) else verdict | before
    return result


def test_an_owner_hit_once_is_told_once_for_each_question():
    g = np.random.default_rng(3)
    made = crowd(g, ["line"] * 400, PLANAR, owners=5, plain=True, side=30_000.0)
    queries = crowd(g, ["line"] * 40, PLANAR, plain=True, side=30_000.0, first_owner=100)
    queries.records["entry"] = np.arange(40) // 20
    found = packed(made).check(queries)
    told = [(int(q) // 20, int(o)) for q, o in zip(found["query"], found["owner"], strict=True)]
    assert len(told) == len(set(told)) > 4


@pytest.mark.parametrize("space", [PLANAR, GLOBE])
@pytest.mark.parametrize("count", [1, 16, 17, 400])
def test_all_pairs_are_those_of_the_twin_each_once(space: int, count: int):
    g = np.random.default_rng([space, count])
    made = crowd(g, g.choice(SHORT, count), space, owners=60)
    slow = Plain(space)
    slow.load(made)
    with packed(made).snapshot() as seen, slow.snapshot() as plain:
        found = [list(seen.pairs(threads=threads)) for threads in (1, 2)]
        expected = couples(part for _, part in plain.pairs())
    assert couples(part for _, part in found[0]) == expected
    assert [part.tolist() for _, part in found[0]] == [part.tolist() for _, part in found[1]]


@pytest.mark.parametrize("space", [PLANAR, GLOBE])
def test_the_box_of_an_entry_holds_its_points(space: int):
    g = np.random.default_rng(space)
    made = crowd(g, g.choice(KINDS, 200), space)
    for row, box in enumerate(boxes(made)):
        aside = made.records["radius"][row] + made.records["slack"][row]
        points = made.points(row)
        assert (points - aside >= box[0, :space]).all()
        assert (points + aside <= box[1, :space]).all()


# ---- churn --------------------------------------------------------------------------------------


class Churn:
    """An index under changes, and what must be in it: the rows of a pool by number."""

    def __init__(self, space: int, seed: int, size: int) -> None:
        self.g = np.random.default_rng(seed)
        self.pool = crowd(self.g, self.g.choice(SHORT, size), space, side=400_000.0)
        self.ends = boxes(self.pool)[:, 1, -1]
        self.index = Packed(space, fitted(self.pool))
        self.rows: dict[int, int] = {}
        self.absent = set(range(size))
        if seed % 2:
            self.put(self.index.load(self.some(size // 2)))

    def some(self, count: int) -> Entries:
        self.taken = self.g.permutation(sorted(self.absent))[:count]
        return chosen(self.pool, self.taken)

    def put(self, numbers: np.ndarray) -> None:
        for number, row in zip(numbers.tolist(), self.taken.tolist(), strict=True):
            assert number not in self.rows
            self.rows[number] = row
            self.absent.discard(row)

    def gone(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.absent.add(self.rows.pop(number))

    def step(self) -> None:
        what = self.g.choice(["add", "add", "add", "remove", "remove", "replace", "expire"])
        present = list(self.rows)
        if what == "add" and self.absent:
            row = int(self.g.choice(list(self.absent)))
            self.taken = np.array([row])
            self.put(self.index.add(chosen(self.pool, self.taken)))
        elif what == "remove" and present:
            number = present[int(self.g.integers(len(present)))]
            assert self.index.remove([number]) == 1
            assert self.index.remove([number]) == 0
            self.gone([number])
        elif what == "replace" and present and self.absent:
            number = present[int(self.g.integers(len(present)))]
            self.taken = np.array([int(self.g.choice(list(self.absent)))])
            made = self.index.replace([number], chosen(self.pool, self.taken))
            self.gone([number])
            self.put(made)
        elif what == "expire" and self.g.random() < 0.02:
            before = float(np.quantile(self.ends, self.g.random() * 0.3))
            over = {n for n, row in self.rows.items() if self.ends[row] < before}
            found = self.index.expire(before, 10**6).tolist()
            assert set(found) == over
            assert [self.ends[self.rows[n]] for n in found] == sorted(
                self.ends[self.rows[n]] for n in found
            )
            self.gone(found)

    def pairs(self, seen: Snapshot) -> list[tuple[int, int, int]]:
        found = [part for _, part in seen.pairs()]
        return sorted(
            (*sorted((self.rows[a], self.rows[b])), v)
            for part in found
            for a, b, _, v in part.tolist()
        )

    def expected(self) -> list[tuple[int, int, int]]:
        """Give the pairs of an index made anew."""
        rows = np.array(sorted(self.rows.values()), dtype=np.intp)
        if not len(rows):
            return []
        with packed(chosen(self.pool, rows)).snapshot() as seen:
            found = [part for _, part in seen.pairs()]
        return sorted(
            (*sorted((int(rows[a]), int(rows[b]))), v)
            for part in found
            for a, b, _, v in part.tolist()
        )

    def agree(self) -> None:
        assert len(self.index) == len(self.rows)
        with self.index.snapshot() as seen:
            assert self.pairs(seen) == self.expected()


@pytest.mark.parametrize(
    ("space", "seed", "steps"),
    [
        (PLANAR, 1, 10_000),
        (GLOBE, 2, 6_000),
        pytest.param(PLANAR, 3, 500_000, marks=pytest.mark.soak),
        pytest.param(GLOBE, 4, 500_000, marks=pytest.mark.soak),
    ],
)
def test_under_churn_the_index_is_always_as_one_made_anew(space: int, seed: int, steps: int):
    churn = Churn(space, seed, 3_000)
    kept: list[tuple[Snapshot, list[tuple[int, ...]]]] = []
    most_nodes = 0
    for step in range(1, steps + 1):
        churn.step()
        if step % 1000 == 0:
            churn.agree()
        if step % 700 == 0:
            seen = churn.index.snapshot()
            kept.append((seen, listed(part for _, part in seen.pairs())))
        if len(kept) > 4 or (kept and churn.g.random() < 0.0005):
            # A snapshot says to its end what it said at its beginning.
            seen, before = kept.pop(int(churn.g.integers(len(kept))))
            assert listed(part for _, part in seen.pairs()) == before
            seen.close()
        most_nodes = max(most_nodes, churn.index.held().nodes)
    for seen, before in kept:
        assert listed(part for _, part in seen.pairs()) == before
        seen.close()
    for _ in range(1_000):
        churn.step()
    held = churn.index.held()
    assert held.entries == held.blocks == len(churn.rows)
    # Snapshots keep what they saw, but nothing for ever.
    assert held.numbers < 6 * 3_000
    assert most_nodes < 6 * 3_000
    assert held.nodes < len(churn.rows)


def test_memory_does_not_grow_with_changes():
    g = np.random.default_rng(8)
    pool = crowd(g, g.choice(SHORT, 2_000), PLANAR, plain=True)
    churned = packed(pool)
    numbers = np.arange(2_000)
    sizes = []
    for _ in range(6):
        for row in g.integers(0, 2_000, 5_000).tolist():
            numbers[row : row + 1] = churned.replace(
                numbers[row : row + 1], chosen(pool, np.array([row]))
            )
        sizes.append(churned.held())
    assert sizes[-1].node_bytes == sizes[1].node_bytes
    assert sizes[-1].numbers <= 2_001
    assert sizes[-1].point_bytes == sizes[0].point_bytes


def test_a_snapshot_is_walked_by_another_thread_while_the_index_changes():
    g = np.random.default_rng(11)
    pool = crowd(g, g.choice(SHORT, 6_000), PLANAR, side=300_000.0)
    changing = packed(pool)
    with changing.snapshot() as seen:
        expected = listed(part for _, part in seen.pairs())
        found: list[list[tuple[int, ...]]] = []

        def walk() -> None:
            for _ in range(5):
                found.append(listed(part for _, part in seen.pairs(threads=2)))

        other = threading.Thread(target=walk)
        other.start()
        number = 0
        while other.is_alive():
            changing.remove([number % 6_000])
            changing.add(chosen(pool, np.array([number % 6_000])))
            number += 1
        other.join()
    assert number > 0
    assert found == [expected] * 5


def test_what_has_no_end_never_expires_and_time_comes_round():
    columns: dict[str, Any] = {
        "z0": 0,
        "z1": 1,
        "lateral": 10,
        "vertical": 0,
        "time": 0,
        "party": [0, 1, 2],
    }
    points = np.zeros((3, 2))
    made = entries(
        PLANAR, points, [1] * 3, t0=[0, 5, 9], t1=[np.inf, 6, 10], owner=[0, 1, 2], **columns
    )
    small = packed(made)
    assert small.expire(1e300).tolist() == [1, 2]
    assert len(small) == 1
    later = entries(PLANAR, points, [1] * 3, t0=1e15, t1=1e15 + 1, owner=[3, 4, 5], **columns)
    small.load(later) if not len(small) else small.add(later)
    assert len(small.check(later)) == 8


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"points": np.array([[0.0, np.nan]])}, "points"),
        ({"points": np.zeros((2, 2))}, "points"),
        ({"t1": -1.0}, "t1"),
        ({"z0": np.nan}, "z0"),
        ({"lateral": -1.0}, "lateral"),
        ({"radius": np.nan}, "radius"),
        ({"kind": 1}, "counts"),
        ({"kind": 2}, "counts"),
        ({"ring_counts": 2}, "counts"),
    ],
)
def test_columns_that_make_no_entry_are_refused(changed: dict[str, Any], where: str):
    good: dict[str, Any] = {"points": np.zeros((1, 2)), "counts": 1, "owner": 0}
    good |= dict.fromkeys(("t0", "t1", "z0", "z1", "lateral", "vertical", "time"), 0.0)
    assert len(entries(PLANAR, **good)) == 1
    with pytest.raises(BadShape) as caught:
        entries(PLANAR, **good | changed)
    assert caught.value.where == where
