"""Casualties: minimum and maximum, and nobody counted twice, whatever the authors declared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.kinds import KINDS
from tests.spine.projection.test_real_kinds import STRIKE, RealWorld
from tests.spine.projection.world import HOUR

DAY = 24 * HOUR
PARTIES = ("coalition", "russia")


def casualty(
    world: RealWorld,
    party: str,
    least: int = 1,
    most: int | None = 1,
    *,
    same_as: tuple[str, ...] = (),
    refs: tuple[tuple[str, str], ...] = (),
    day: int = 0,
    **more: Any,
) -> str:
    number = {"at_least": least} if most is None else {"at_least": least, "at_most": most}
    said = {
        "handle": "c-1",
        "harm": "killed",
        "number": number,
        "area": "SY02",
        "when": {"ms": STRIKE + day * DAY, "stated": "that day", "zone": "Asia/Damascus"},
        "status": "unknown",
        "cause": "unknown",
        "sources": [{"kind": "official"}],
        "same_as": list(same_as),
        **more,
    }
    return world.main(party).say("casualty/1", STRIKE + day * DAY, refs=refs, **said)


def incident(world: RealWorld, party: str, *same: str) -> str:
    refs = [("same_event", name) for name in same]
    return world.main(party).say("incident/1", STRIKE, refs=refs, title="an incident", area="SY02")


def killed(world: RealWorld) -> tuple[int, int, int]:
    (row,) = [t for t in world.data("casualties", STRIKE)["totals"] if t["harm"] == "killed"]
    return row["min"], row["max"], row["max_apart"]


def rows(world: RealWorld, by: str, key: str) -> dict[str | None, tuple[int, int]]:
    found = world.data("casualties", STRIKE)[by]
    return {r[key]: (r["min"], r["max"]) for r in found if r["harm"] == "killed"}


def test_the_ten_of_one_author_add_up_by_cause() -> None:
    """Seven by hostile fire, two in a crash, one by his own hand: ten, neither more nor fewer."""
    world = RealWorld()
    causes = ["hostile_fire"] * 7 + ["aircraft_crash"] * 2 + ["self_inflicted"]
    for i, cause in enumerate(causes):
        casualty(world, "russia", cause=cause, day=i // 3, status="combatant")
    assert killed(world) == (10, 10, 10)
    assert rows(world, "by_cause", "cause") == {
        "aircraft_crash": (2, 2), "hostile_fire": (7, 7), "self_inflicted": (1, 1),
    }  # fmt: skip
    assert rows(world, "by_status", "status") == {"combatant": (10, 10)}
    days = {f"2016-06-{16 + i}": (n, n) for i, n in enumerate((3, 3, 3, 1))}
    assert rows(world, "by_day", "day") == days


def test_people_declared_the_same_count_once_and_who_said_so_is_shown() -> None:
    """Two authors' records of one group: the higher of each bound, and the claim beside it."""
    world = RealWorld()
    one = casualty(world, "coalition", 2, 4)
    assert killed(world) == (2, 4, 4)
    other = casualty(world, "russia", 3, 5, same_as=(one,))
    assert killed(world) == (3, 5, 9)
    (same,) = world.data("casualties", STRIKE)["same_people"]
    assert same == {
        "records": [one, other], "declared_by": ["russia"], "disputable": False,
    }  # fmt: skip


def test_records_of_different_authors_on_one_incident_overlap() -> None:
    """At least as many as one of them is sure of; at most all, as nobody says they are the same."""
    world = RealWorld()
    about = (("about", incident(world, "coalition")),)
    for least, most in ((2, 2), (1, 3)):
        casualty(world, "coalition", least, most, refs=about)
    casualty(world, "russia", 4, 6, refs=about)
    assert killed(world) == (4, 11, 11)


def test_incidents_of_one_party_add_up_and_those_of_two_may_be_one() -> None:
    """Whoever gives two incidents a record holds them apart; two authors may have meant one."""
    world = RealWorld()
    for party, other in (PARTIES, PARTIES[::-1]):
        casualty(world, other, refs=(("about", incident(world, party)),))
    assert killed(world) == (1, 2, 2)
    second = incident(world, "coalition")
    casualty(world, "russia", 2, 2, refs=(("about", second),))
    assert killed(world) == (3, 4, 4)


def test_records_tied_to_no_incident_may_be_of_the_same_people_on_one_day_in_one_area() -> None:
    """The same day and area: the larger; another day or area: more people."""
    world = RealWorld()
    casualty(world, "coalition")
    casualty(world, "russia")
    assert killed(world) == (1, 2, 2)
    casualty(world, "russia", day=1)
    casualty(world, "russia", area="SY04")
    assert killed(world) == (3, 4, 4)


def test_no_upper_bound_is_said_and_counts_with_what_is_certain() -> None:
    """A group of at least five, nobody knows how many more."""
    world = RealWorld()
    casualty(world, "russia", 5, None)
    (row,) = [t for t in world.data("casualties", STRIKE)["totals"] if t["harm"] == "killed"]
    assert row == {
        "harm": "killed", "min": 5, "max": 5, "unbounded": 1, "max_apart": 5, "records": 1,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["discounted", "withdrawn"])
def test_what_its_author_no_longer_counts_stays_listed(state: str) -> None:
    """Discounted by its state, withdrawn or replaced by a record: 0, and never gone."""
    world = RealWorld()
    casualty(world, "russia", 7, 7, state=state)
    assert killed(world) == (0, 0, 0)
    taken_back = casualty(world, "russia")
    world.main("russia").say(
        "retraction/1", STRIKE, refs=[("withdraws", taken_back)], reason={"lang": "en", "text": "-"}
    )
    first = casualty(world, "russia", 9, 9)
    casualty(world, "russia", 2, 3, refs=(("replaces", first),), area="SY04")
    assert killed(world) == (2, 3, 3)
    listed = world.data("casualties", STRIKE)["records"]
    assert [(r["status"], r["state"], r["counts"]) for r in listed] == [
        ("open", state, False), ("withdrawn", "reported", False),
        ("replaced", "reported", False), ("open", "reported", True),
    ]  # fmt: skip


def test_one_side_cannot_quietly_merge_the_other_sides_dead() -> None:
    """It can say that two of the other's records are one; what it said is marked, and the sum."""
    world = RealWorld()
    theirs = tuple(casualty(world, "coalition", day=day) for day in (0, 1))
    casualty(world, "russia", same_as=theirs)
    assert killed(world) == (1, 1, 3)
    (same,) = world.data("casualties", STRIKE)["same_people"]
    assert (same["declared_by"], same["disputable"]) == (["russia"], True)


def test_sameness_is_withdrawn_with_the_record_that_claimed_it() -> None:
    """A declaration holds as long as the record that makes it is its author's latest word."""
    world = RealWorld()
    one = casualty(world, "coalition", area="SY04")
    other = casualty(world, "russia", same_as=(one,))
    casualty(world, "russia", refs=(("replaces", other),))
    assert killed(world) == (2, 2, 2)


def test_rival_last_versions_of_one_record_are_of_the_same_people() -> None:
    """An author who replaced one record twice has not doubled its dead."""
    world = RealWorld()
    first = casualty(world, "russia", 9, 9)
    for least, most in ((2, 3), (1, 4)):
        casualty(world, "russia", least, most, refs=(("replaces", first),))
    assert killed(world) == (2, 4, 7)
    shown = [r["status"] for r in world.data("casualties", STRIKE)["records"]]
    assert shown == ["replaced", "conflicted", "conflicted"]


def test_attribution_is_a_claim_apart_from_the_cause() -> None:
    """Each actor's row says who claims it and to which standard; the sum of all is another."""
    world = RealWorld()
    blame = {"actors": ["isil"], "standard": "reasonable_grounds"}
    casualty(world, "coalition", attributions=[blame, {**blame, "by": "un-panel"}])
    casualty(
        world, "russia", 2, 2, attributions=[{"actors": ["ru-forces"], "standard": "stated_only"}]
    )
    casualty(world, "russia", 4, 4, day=1)
    found = world.data("casualties", STRIKE)["by_attribution"]
    assert [(f["actor"], f["claimed_by"], f["standards"], f["min"]) for f in found] == [
        ("isil", ["coalition", "un-panel"], ["reasonable_grounds"], 1),
        ("ru-forces", ["russia"], ["stated_only"], 2),
    ]
    assert killed(world) == (6, 7, 7)


# --- a naive twin, and a world whose truth is known


@dataclass
class Said:
    """A record as drawn: everything by which the twin groups it."""

    author: str
    least: int
    most: int
    day: int
    about: int | None = None
    same_as: list[int] = field(default_factory=list)
    counts: bool = True


@dataclass
class Drawn:
    """Records, and incidents with their namers and what each is declared the same as."""

    said: list[Said]
    namers: list[str]
    same_incidents: list[tuple[int, int]]


def closed(size: int, pairs: list[tuple[int, int]]) -> list[set[int]]:
    """Give the sets that pairs join, the slow way: merge any two that touch until none do."""
    sets = [{i} for i in range(size)]
    for pair in pairs:
        sets.append(set(pair))
    merged = True
    while merged:
        merged = False
        for one, other in combinations(sets, 2):
            if one & other:
                sets.remove(one)
                sets.remove(other)
                sets.append(one | other)
                merged = True
                break
    return sets


def twin(drawn: Drawn) -> tuple[int, int, int]:
    """Compute the bounds by nested loops over sets of records and incidents."""
    said, size = drawn.said, len(drawn.said)
    same = [(i, j) for i, s in enumerate(said) for j in s.same_as]
    people = closed(size, same)
    # nodes: records, then incidents
    tied = [(i, size + s.about) for i, s in enumerate(said) if s.about is not None]
    joined = [(size + a, size + b) for a, b in drawn.same_incidents]
    incidents = closed(size + len(drawn.namers), same + tied + joined)
    alike = [(i, j) for i, j in combinations(range(size), 2) if said[i].day == said[j].day]
    clusters = closed(size + len(drawn.namers), same + tied + joined + alike)
    live = {i for i in range(size) if said[i].counts}

    def sure(author: str, among: set[int]) -> int:
        mine = [{i for i in p & among & live if said[i].author == author} for p in people]
        return sum(max(said[i].least for i in each) for each in mine if each)

    least = 0
    for cluster in clusters:
        sums = [sure(author, cluster) for author in PARTIES]
        for namer in PARTIES:
            named = [
                each for each in incidents if each <= cluster
                and any(n >= size and drawn.namers[n - size] == namer for n in each)
            ]  # fmt: skip
            sums.append(sum(max(sure(author, each) for author in PARTIES) for each in named))
        least += max(sums)
    most = sum(max((said[i].most for i in p & live), default=0) for p in people)
    return least, most, sum(said[i].most for i in live)


@st.composite
def channels(draw: st.DrawFn) -> Drawn:
    namers = draw(st.lists(st.sampled_from(PARTIES), max_size=4))
    pairs = st.tuples(*[st.integers(0, max(0, len(namers) - 1))] * 2).filter(lambda p: p[0] > p[1])
    same = draw(st.lists(pairs, max_size=2)) if len(namers) > 1 else []
    said: list[Said] = []
    for i in range(draw(st.integers(1, 9))):
        least = draw(st.integers(0, 3))
        said.append(
            Said(
                draw(st.sampled_from(PARTIES)),
                least,
                least + draw(st.integers(0, 2)),
                draw(st.integers(0, 2)),
                draw(st.none() | st.integers(0, len(namers) - 1)) if namers else None,
                draw(st.lists(st.integers(0, i - 1), max_size=2, unique=True)) if i else [],
                draw(st.sampled_from((True, True, True, False))),
            )
        )
    return Drawn(said, namers, same)


def logged(drawn: Drawn) -> RealWorld:
    world = RealWorld()
    names: list[str] = []
    handles: list[str] = []
    for i, namer in enumerate(drawn.namers):
        same = [handles[b] for a, b in drawn.same_incidents if a == i]
        handles.append(incident(world, namer, *dict.fromkeys(same)))
    for said in drawn.said:
        names.append(
            casualty(
                world,
                said.author,
                said.least,
                said.most,
                day=said.day,
                refs=() if said.about is None else (("about", handles[said.about]),),
                same_as=tuple(names[i] for i in said.same_as),
                state="reported" if said.counts else "discounted",
            )
        )
    return world


@settings(max_examples=60, deadline=None)
@given(channels())
def test_the_register_is_as_its_naive_twin(drawn: Drawn) -> None:
    """The fold over sets of names gives what nested loops over all records give."""
    assert killed(logged(drawn)) == twin(drawn)


@dataclass
class Truth:
    """What happened: the incident (and with it the day) of each person, and who recorded whom."""

    drawn: Drawn
    recorded: set[int]


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    """People die in incidents; each author records some, truly, and ties some to an incident."""
    days = draw(st.lists(st.integers(0, 1), min_size=1, max_size=3))
    people = draw(st.lists(st.integers(0, len(days) - 1), min_size=1, max_size=8))
    handles = [
        (where, by) for where in range(len(days)) for by in PARTIES if not draw(st.booleans())
    ]
    told: list[tuple[frozenset[int], Said]] = []
    for author in PARTIES:
        for where, day in enumerate(days):
            here = [p for p, incident_of in enumerate(people) if incident_of == where]
            groups: dict[int, set[int]] = {}
            for person in here:
                group = draw(st.sampled_from((0, 1, 2, None)))
                if group is not None:
                    groups.setdefault(group, set()).add(person)
            for _, members in sorted(groups.items()):
                size = len(members)
                own = [i for i, (incident_of, _) in enumerate(handles) if incident_of == where]
                about = draw(st.sampled_from([*own, None]))
                alike = [i for i, (them, _) in enumerate(told) if them == frozenset(members)]
                said = Said(
                    author,
                    size - draw(st.integers(0, size)),
                    size + draw(st.integers(0, 1)),
                    day,
                    about,
                    alike if draw(st.booleans()) else [],
                )
                told.append((frozenset(members), said))
    one_event = [
        (b, a) for a, b in combinations(range(len(handles)), 2)
        if handles[a][0] == handles[b][0] and draw(st.booleans())
    ]  # fmt: skip
    drawn = Drawn([said for _, said in told], [by for _, by in handles], one_event)
    return Truth(drawn, set().union(*(them for them, _ in told)))


@settings(max_examples=60, deadline=None)
@given(truths())
def test_true_records_bound_the_truth(truth: Truth) -> None:
    """However much the authors left undeclared, the number recorded lies between the bounds."""
    least, most, apart = killed(logged(truth.drawn))
    assert least <= len(truth.recorded) <= most <= apart


# --- nobody's name


def texts(schema: dict[str, Any]) -> Iterator[str]:
    """Name every field that takes words of one's own choice: neither a choice nor a short code."""
    parts = {"": schema, **schema.get("$defs", {})}
    for title, part in parts.items():
        for name, item in part.get("properties", {}).items():
            for option in (item, item.get("items", {}), *item.get("anyOf", ())):
                coded = "enum" in option or "const" in option
                if option.get("type") == "string" and not coded:
                    yield f"{title}.{name} {option.get('pattern', '')}".strip()


def test_a_casualty_has_no_field_for_a_name() -> None:
    """Words are taken for an area, a coarse place, a time and a public source; else codes."""
    handle = r"^[a-z0-9][a-z0-9.-]{0,62}$"
    line = r"^[^\x00-\x1f\x7f]+$"
    assert set(texts(KINDS["casualty/1"].schema())) == {
        r".handle ^[a-z]{1,3}-[0-9][0-9-]{0,30}$",
        f".area {line}",
        r".same_as ^[0-9a-f]{64}$",
        f"Attribution.actors {handle}",
        f"Attribution.by {handle}",
        f"Source.name {line}",
        "Place.stated",
        "StatedTime.stated",
        "StatedTime.zone",
    }
