"""What changes while it is asked says at any time what a comparison of all pairs says."""

import itertools
from dataclasses import replace
from random import Random

import pytest

from parley.errors import BadShape
from parley.sky import traffic
from parley.sky.encounters import Encounter, Subject, compare
from parley.sky.kernel import native
from parley.sky.kernel.entries import Entries
from parley.sky.kernel.plain import Numbers, Plain
from parley.sky.traffic import Sky
from parley.values.instants import Instant
from parley.values.places import Position
from parley.values.volumes import Polygon, Volume4D
from tests.spine.sky.kernel.fleets import plans, subjects
from tests.spine.sky.scenes import START_MS

BY_NAMES = {"theatre": 1, "the north pole": 2, "equator at the antimeridian": 3}


@pytest.fixture(params=["compiled", "numpy"])
def code(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Answer by the kernel, or as where it could not be compiled."""
    if request.param == "numpy":
        monkeypatch.setattr(traffic, "empty", Plain)
    elif not native.AVAILABLE:
        pytest.skip("the kernel is not compiled")
    return str(request.param)


def all_pairs(drawn: list[Subject], within_party: bool = False) -> list[Encounter]:
    found = (compare(a, b, within_party=within_party) for a, b in itertools.combinations(drawn, 2))
    return sorted((e for e in found if e is not None), key=lambda e: (e.a, e.b))


def in_order(found: list[Encounter]) -> list[Encounter]:
    return sorted(found, key=lambda e: (e.a, e.b))


@pytest.mark.usefixtures("code")
@pytest.mark.parametrize("scene", BY_NAMES)
@pytest.mark.parametrize("within_party", [False, True])
def test_all_conflicts_are_those_of_all_pairs(scene: str, within_party: bool):
    stated = plans(Random(scene), scene, 30, 30_000.0, mixed=True)
    drawn = [plan.subject for plan in stated]
    told: list[tuple[int, int]] = []
    busy = Sky(drawn)
    found = busy.conflicts(
        within_party=within_party, threads=2, progress=lambda done, of: told.append((done, of))
    )
    expected = all_pairs(drawn, within_party)
    assert len(expected) > 5
    assert in_order(list(found)) == expected
    assert told[-1][0] == told[-1][1] > len(drawn)
    planned = Sky(stated)
    assert in_order(list(planned.conflicts(within_party=within_party))) == expected
    met = planned.meetings(within_party=within_party, threads=2)
    assert sorted(met) == [(e.a, e.b, e.verdict) for e in expected]


@pytest.mark.usefixtures("code")
def test_one_is_told_what_it_meets_whether_it_is_there_or_not():
    stated = plans(Random(5), "theatre", 40, 30_000.0, mixed=True)
    drawn = [plan.subject for plan in stated]
    busy, met = Sky(drawn[:30]), 0
    for one, plan in zip(drawn[20:], stated[20:], strict=True):
        expected = in_order(
            [e for other in drawn[:30] if other is not one and (e := compare(one, other))]
        )
        assert busy.against(one) == busy.against(plan) == expected
        assert busy.verdicts(plan) == busy.verdicts(one)
        assert busy.verdicts(one) == {
            (e.b if e.a == one.name else e.a): e.verdict for e in expected
        }
        met += len(expected)
    assert met > 5


@pytest.mark.usefixtures("code")
def test_it_stays_right_while_subjects_come_change_and_go():
    random = Random(9)
    pool = plans(random, "theatre", 60, 30_000.0, mixed=False)
    # Another plan under the same name, for each.
    other = plans(random, "theatre", 60, 30_000.0, mixed=False)
    busy, there = Sky(), {}
    for step in range(240):
        plan = random.choice((pool, other))[random.randrange(60)]
        one = plan.subject
        if random.random() < 0.6:
            busy.put(random.choice((plan, one)))
            there[one.name] = one
        else:
            assert busy.remove(one.name) == (there.pop(one.name, None) is not None)
        assert len(busy) == len(there)
        assert (one.name in busy) == (one.name in there)
        if step % 60 == 59:
            assert in_order(list(busy.conflicts())) == all_pairs(list(there.values()))
    kept = next(iter(there))
    assert busy.subject(kept) is there[kept]


@pytest.mark.usefixtures("code")
def test_a_sight_tells_what_was_there_whatever_became_of_the_sky():
    """Owner and entry numbers are given anew meanwhile, and parties nobody knew come in."""
    drawn = subjects(Random(12), "theatre", 30, 20_000.0, mixed=True)
    later = subjects(Random(13), "theatre", 30, 20_000.0, mixed=True)
    asked = [*drawn[:10], *(replace(one, name="f" * 64, party="another") for one in later[:10])]
    busy = Sky(drawn[:20])
    for own in (False, True):
        known = [busy.against(one, within_party=own) for one in asked]
        assert sum(map(len, known)) > 5
        with busy.sight() as sight:
            for name in [one.name for one in drawn[:15]]:
                busy.remove(name)
            for n, one in enumerate([*later, *drawn[20:]]):
                busy.put(replace(one, party=f"new {n}"))
            assert [sight.against(one, within_party=own) for one in asked] == known
            assert sight.subject(drawn[0].name) is drawn[0]
            with pytest.raises(KeyError):
                sight.subject("e" * 64)
        assert [busy.against(one, within_party=own) for one in asked] != known
        busy = Sky(drawn[:20])
    with Sky().sight() as nothing:
        assert nothing.against(drawn[0]) == []


@pytest.mark.usefixtures("code")
def test_what_was_there_is_still_told_when_it_has_gone_meanwhile():
    drawn = subjects(Random(12), "theatre", 30, 20_000.0, mixed=False)
    busy = Sky(drawn)
    found = busy.conflicts()
    first = next(found)
    for one in drawn:
        busy.remove(one.name)
    assert in_order([first, *found]) == all_pairs(drawn)
    assert len(busy) == 0
    assert list(busy.conflicts()) == []


@pytest.mark.usefixtures("code")
def test_what_is_over_goes_and_only_that():
    drawn = subjects(Random(13), "theatre", 50, 20_000.0, mixed=True)
    busy, there = Sky(drawn), {one.name: one for one in drawn}
    ends = {one.name: traffic._end_of(one) for one in drawn}
    for minutes in (30, 61, 61, 200, 100_000):
        before = START_MS + minutes * 60_000 + 1
        over = {name for name in there if (end := ends[name]) is not None and end < before}
        assert set(busy.expire(Instant(before))) == over
        for name in over:
            del there[name]
        assert in_order(list(busy.conflicts())) == all_pairs(list(there.values()))
    assert all(ends[name] is None for name in there)


@pytest.mark.usefixtures("code")
def test_nothing_meets_nothing():
    empty = Sky()
    one = subjects(Random(1), "theatre", 1, 20_000.0, mixed=False)[0]
    assert empty.against(one) == []
    assert empty.verdicts(one) == {}
    assert list(empty.conflicts()) == []
    assert empty.expire(Instant(START_MS)) == []
    assert not empty.remove(one.name)


@pytest.mark.usefixtures("code")
def test_a_plan_that_cannot_be_compared_is_refused_and_changes_nothing():
    good, bad = plans(Random(3), "theatre", 2, 20_000.0, mixed=False)
    crossed = tuple(Position(lat, lon) for lat, lon in ((0, 0), (9, 9), (0, 9), (9, 0), (0, 0)))
    ring = tuple(Position(p.lat_e7 * 100_000, p.lon_e7 * 100_000) for p in crossed)
    bad = replace(bad, name=good.name, volumes=(Volume4D(Polygon((ring,)), START_MS, None),))
    busy = Sky([good])
    with pytest.raises(BadShape, match="cross"):
        busy.put(bad)
    assert busy.subject(good.name) == good.subject
    with pytest.raises(BadShape, match="cross"):
        Sky([bad])


class Bounded(Plain):
    """An index that has room for so many more entries."""

    room = 0

    def add(self, made: Entries) -> Numbers:
        if len(made) > self.room:
            raise MemoryError
        self.room -= len(made)
        return super().add(made)


def test_what_there_is_no_room_for_leaves_the_sky_as_it_was(monkeypatch: pytest.MonkeyPatch):
    """Neither the plan it was to replace nor its number is lost, and later changes are right."""
    monkeypatch.setattr(traffic, "empty", Bounded)
    drawn = subjects(Random(7), "theatre", 20, 30_000.0, mixed=True)
    monkeypatch.setattr(Bounded, "room", 10_000)
    busy = Sky(drawn)
    before = in_order(list(busy.conflicts()))
    met = next(one for one in drawn if one.name == before[0].a)
    index = busy._index
    assert isinstance(index, Bounded)
    index.room = 0
    for refused in (met, replace(met, name="f" * 64)):
        with pytest.raises(MemoryError):
            busy.put(refused)
    assert in_order(list(busy.conflicts())) == before
    assert len(busy) == len(drawn)
    index.room = 10_000
    for again in drawn:
        busy.put(again)
    assert in_order(list(busy.conflicts())) == before
