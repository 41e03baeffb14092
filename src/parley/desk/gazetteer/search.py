"""Finding a place by a name as somebody wrote or heard it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from parley.desk.gazetteer.named import ORDER, Named
from parley.node.search.sound import letters, sound

LEAST_ALIKE = 60
EXACT, MUCH_ALIKE = 100, 80
CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class Found:
    """A place, the name by which it was found, and how alike that is: 100 is the same letters."""

    place: Named
    name: str
    alike: int


class Gazetteer:
    """Some lists of places, searched as one: the channel's first, then the user's, then ours."""

    def __init__(self, places: Iterable[Named]) -> None:
        self._by_sound: dict[str, list[tuple[str, str, Named]]] = defaultdict(list)
        for place in places:
            for name in place.names:
                self._by_sound[sound(name)].append((letters(name), name, place))

    def search(self, name: str, limit: int = 10) -> list[Found]:
        """Find places whose names are written or sound like this one, at most ``limit``.

        The same letters first, then what is much alike, then the rest; in each, by whose list it
        is, then by likeness, then the larger place. A place counts once, by its most alike name.
        Nothing alike: nothing is found.
        """
        asked, heard = letters(name), sound(name)
        if not heard:
            return []
        near = process.extract(
            heard, self._by_sound.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE,
            limit=CANDIDATES,
        )  # fmt: skip
        best: dict[tuple[str, str], Found] = {}
        for spoken, by_sound, _ in near:
            for spelt, written, place in self._by_sound[spoken]:
                found = Found(place, written, _alike(asked, spelt, by_sound))
                known = best.get((place.source, place.key))
                if found.alike < LEAST_ALIKE:
                    continue
                if known is None or found.alike > known.alike:
                    best[place.source, place.key] = found
        ranked = sorted(best.values(), key=_rank)
        return ranked[:limit]


def _alike(asked: str, spelt: str, by_sound: float) -> int:
    """Weigh sound over spelling; only equal letters are worth 100."""
    if asked == spelt:
        return EXACT
    return min(EXACT - 1, round(0.7 * by_sound + 0.3 * fuzz.ratio(asked, spelt)))


def _rank(found: Found) -> tuple[int, int, int, int, str, str]:
    place = found.place
    tier = 0 if found.alike == EXACT else 1 if found.alike >= MUCH_ALIKE else 2
    return (
        tier, ORDER.index(place.source), -found.alike, -place.population, place.names[0], place.key
    )  # fmt: skip
