"""Rules on places: on no agreed list, or called by an agreed name and lying elsewhere.

Numbers R are explained in docs/rules.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.projection.advisories import Advisory, advisory, quoted
from parley.projection.fold import Opened
from parley.projection.scene import Scene
from parley.projection.shown import distance_words, metres
from parley.record.terms import KnownPlace
from parley.sky.nearest import Nearest
from parley.values.places import Place

LISTED_M = 1_000
LEAST_LETTERS = 3


def unlisted_place(scene: Scene) -> Iterator[Advisory]:
    """W4 (R13): a warning for a place that is on no agreed list."""
    known = scene.situation.governance.known_places()
    list_of, reach = Nearest([k.place.position for k in known]), [_tolerance_m(k) for k in known]
    for opened in scene.holding:
        for place in _places(opened, "warned"):
            if list_of.any_within(place.position, reach):
                continue
            number = scene.situation.number(opened.name)
            nearest = list_of.nearest(place.position)
            where = "The list is empty."
            if nearest is not None:
                name = quoted(known[nearest[1]].names[0].text)
                where = f"The nearest listed place, {name}, is {distance_words(nearest[0])} away."
            yield advisory(
                "W4",
                "attention",
                (opened,),
                (opened.party,),
                f"The place {quoted(place.stated)} of the warning {number} is on no agreed list."
                f" {where}",
                "The place on the agreed list, acknowledged by every other party.",
            )
            break


def misnamed_place(scene: Scene) -> Iterator[Advisory]:
    """W13 (R3): a place is called by an agreed name, but its coordinates lie elsewhere.

    Where the list has several places of one name, it lies elsewhere if it lies at none of them; the
    nearest is told of. A list may be long, and one name on it many times.
    """
    by_name = _ByName(scene.situation.governance.known_places())
    if not by_name.known:
        return
    for opened in scene.holding:
        for subject in opened.facts.subjects:
            place = subject.place
            if place is None:
                continue
            told: set[int] = set()
            for namesakes in by_name.called(place.stated):
                found = namesakes.elsewhere(place)
                if found is not None and found[1] not in told:
                    told.add(found[1])
                    yield _misnamed(scene, opened, place, by_name.known[found[1]], found[0])


def _misnamed(
    scene: Scene, opened: Opened, place: Place, entry: KnownPlace, apart_m: int
) -> Advisory:
    number = scene.situation.number(opened.name)
    return advisory(
        "W13",
        "attention",
        (opened,),
        (opened.party,),
        f"{number} of {opened.party} states the place as {quoted(place.stated)}, but"
        f" its coordinates lie {distance_words(apart_m)} from"
        f" {quoted(entry.names[0].text)} on the agreed list.",
        f"A word from {opened.party}: is the name right, or are the coordinates?",
        (entry.names[0].text,),
    )


@dataclass(frozen=True)
class _Namesakes:
    """The agreed places that bear one name, by their indices in the list, in its order."""

    known: Sequence[KnownPlace]
    indices: tuple[int, ...]

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest([self.known[i].place.position for i in self.indices])

    @cached_property
    def _reach(self) -> tuple[int, ...]:
        return tuple(_tolerance_m(self.known[i]) for i in self.indices)

    def elsewhere(self, place: Place) -> tuple[int, int] | None:
        """Give the nearest, its distance (m) first, where a place lies at none of them."""
        precise = metres(place.precision_e4m)
        if self._nearest.any_within(place.position, [max(each, precise) for each in self._reach]):
            return None
        found = self._nearest.nearest(place.position)
        return None if found is None else (found[0], self.indices[found[1]])


class _ByName:
    """The agreed places by the words of their names, to be found in the words of a place."""

    def __init__(self, known: Sequence[KnownPlace]) -> None:
        self.known = known
        self._called: dict[str, list[_Namesakes]] = {}  # the same places are named over and over
        bearing: dict[str, dict[int, None]] = defaultdict(dict)
        for i, each in enumerate(known):
            for name in each.names:
                words = _words(name.text)
                if len(name.text) >= LEAST_LETTERS and words.strip():
                    bearing[words][i] = None
        self._by_first: dict[str, list[tuple[str, _Namesakes]]] = defaultdict(list)
        for words, indices in bearing.items():
            self._by_first[words.split()[0]].append((words, _Namesakes(known, tuple(indices))))

    def called(self, stated: str) -> list[_Namesakes]:
        """Give whoever bears a name that stands in the words, in the order of the list."""
        known = self._called.get(stated)
        if known is None:
            words = _words(stated)
            found = {
                name: namesakes
                for first in dict.fromkeys(words.split())
                for name, namesakes in self._by_first.get(first, ())
                if name in words
            }
            known = sorted(found.values(), key=lambda namesakes: namesakes.indices)
            self._called[stated] = known
        return known


def _words(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _tolerance_m(known: KnownPlace) -> int:
    return max(LISTED_M, metres(known.place.precision_e4m))


def _places(opened: Opened, manner: str) -> Iterator[Place]:
    for subject in opened.facts.subjects:
        if subject.manner == manner and subject.place is not None:
            yield subject.place
