"""Rival accounts of one event, side by side: listed with what differs, never merged."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.fold import Opened
from parley.projection.readback import LEVEL_E4M, PLACE_M, WINDOW_MS
from parley.projection.scene import Scene
from parley.projection.shown import distance_words, metres, span_words
from parley.projection.situation import Situation
from parley.record.kind import Subject
from parley.sky.ranges import range_m
from parley.values.lengths import Altitude

SAME_EVENT_M = 10_000
SAME_EVENT_MS = 1_800_000
NEIGHBOURS = 50  # of many accounts of one half hour, each is compared with so many that follow


def rival_accounts(scene: Scene) -> Iterator[Advisory]:
    """W6 (R6): accounts of different parties on one event differ in place, time, levels or who.

    Accounts belong together if one says so (``same_event``), or if they lie within 10 km and half
    an hour of each other. Which is true, Parley does not say.
    """
    situation = scene.situation
    for group in _groups(situation):
        authors = tuple(sorted({opened.party for opened in group}))
        found = differences(_between_parties(group)) if len(authors) > 1 else []
        if not found:
            continue
        numbers = [f"{situation.number(o.name)} ({o.party})" for o in group]
        yield advisory(
            "W6",
            "information",
            group,
            authors,
            f"The accounts {listed(numbers)} of one event differ: {'; '.join(found)}.",
            "A joint finding of the parties; until then each account stands as its author gave it.",
        )


def account_of(opened: Opened) -> Subject:
    """Give what a record that says so says to have happened: the first such subject."""
    return next(s for s in opened.facts.subjects if s.manner == "happened")


def _groups(situation: Situation) -> list[list[Opened]]:
    accounts = [
        opened for opened in situation.said.saying("happened") if situation.register.holds(opened)
    ]
    leader = {opened.name: opened.name for opened in accounts}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for one, other in (*_told_alike(accounts), *_close_by(accounts)):
        if one in leader and other in leader:
            first, second = sorted((lead(one), lead(other)))
            leader[second] = first
    groups: dict[str, list[Opened]] = defaultdict(list)
    for opened in accounts:
        groups[lead(opened.name)].append(opened)
    return [group for group in groups.values() if len(group) > 1]


def _told_alike(accounts: list[Opened]) -> Iterator[tuple[str, str]]:
    for opened in accounts:
        for name in opened.said.refers("same_event"):
            yield opened.name, name


def _close_by(accounts: list[Opened]) -> Iterator[tuple[str, str]]:
    placed = []
    for opened in accounts:
        said = account_of(opened)
        if said.place is not None and said.during is not None:
            placed.append((said.during.start, opened.name, said.place, opened))
    placed.sort(key=lambda p: p[:2])
    for i, (start, name, place, opened) in enumerate(placed):
        for later, other, there, rival in placed[i + 1 : i + 1 + NEIGHBOURS]:
            if later - start > SAME_EVENT_MS:
                break
            apart = range_m(place.position, there.position)
            if rival.party != opened.party and apart <= SAME_EVENT_M:
                yield name, other


def _between_parties(group: list[Opened]) -> list[tuple[Subject, Subject]]:
    return [
        (account_of(a), account_of(b))
        for a, b in combinations(group[:NEIGHBOURS], 2)
        if a.party != b.party
    ]


def differences(pairs: Sequence[tuple[Subject, Subject]]) -> list[str]:
    """Give the widest difference of each sort between two subjects of any pair, in words."""
    found = []
    apart = max((_apart_m(a, b) for a, b in pairs), default=0)
    if apart:
        found.append(f"places up to {distance_words(apart)} apart")
    time = max((_time_ms(a, b) for a, b in pairs), default=0)
    if time > WINDOW_MS:
        found.append(f"times up to {span_words(time)} apart")
    if any(_levels_differ(a.lower, b.lower) or _levels_differ(a.upper, b.upper) for a, b in pairs):
        found.append("levels")
    if any(a.parties and b.parties and set(a.parties) != set(b.parties) for a, b in pairs):
        found.append("who took part")
    return found


def _apart_m(a: Subject, b: Subject) -> int:
    if a.place is None or b.place is None:
        return 0
    apart = range_m(a.place.position, b.place.position)
    known = max(PLACE_M, metres(a.place.precision_e4m), metres(b.place.precision_e4m))
    return apart if apart > known else 0


def _time_ms(a: Subject, b: Subject) -> int:
    if a.during is None or b.during is None:
        return 0
    return abs(a.during.start - b.during.start)


def _levels_differ(a: Altitude | None, b: Altitude | None) -> bool:
    if a is None or b is None:
        return False
    return a.reference != b.reference or abs(a.e4m - b.e4m) > LEVEL_E4M
