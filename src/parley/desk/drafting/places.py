"""Names of places in a text, looked up in lists by their very letters, never by likeness."""

from dataclasses import dataclass
from functools import cached_property

from parley.desk.gazetteer.lists import shipped
from parley.desk.gazetteer.named import Named
from parley.node.search.sound import letters
from parley.record.canonical import Json

LONGEST = 60
_E4M = 10_000


@dataclass(frozen=True)
class Places:
    """The places a text may name: the user's own list first, then the one that ships."""

    own: tuple[Named, ...] = ()

    @cached_property
    def _by_letters(self) -> dict[str, list[Named]]:
        found: dict[str, list[Named]] = {}
        for place in (*self.own, *shipped()):
            for name in place.names:
                same = found.setdefault(letters(name), [])
                if place not in same:
                    same.append(place)
        return found

    def known(self, name: str) -> bool:
        """Tell whether a list has a place so written."""
        return bool(self._found(name))

    def stated(self, name: str) -> dict[str, Json] | None:
        """Give the place of a name as a record states it; None where no list has it, or two places.

        Of several in one list a much larger one (ten times the people) is taken.
        """
        found = self._found(name)
        if not found:
            return None
        first = [place for place in found if place.source == found[0].source]
        first.sort(key=lambda place: -place.population)
        if len(first) > 1 and first[0].population < 10 * max(1, first[1].population):
            return None
        place = first[0]
        if place.precision_m is None:
            return None
        return {
            "lat_e7": place.position.lat_e7,
            "lon_e7": place.position.lon_e7,
            "precision_e4m": place.precision_m * _E4M,
            "stated": name[:500],
        }

    def _found(self, name: str) -> list[Named]:
        if not name or len(name) > LONGEST:
            return []
        spelt = letters(name)
        return self._by_letters.get(spelt, []) if len(spelt) > 2 else []
