"""The other names of a place: what one list calls it in every script, by any of its names."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from parley.desk.gazetteer.lists import shipped
from parley.desk.gazetteer.named import Named
from parley.node.search.sound import letters


class OtherNames:
    """Names of places, each leading to all the others of the same place, by equal letters."""

    def __init__(self, places: Iterable[Named]) -> None:
        self._names: dict[str, dict[str, None]] = defaultdict(dict)
        for place in places:
            for name in place.names:
                if key := letters(name):
                    self._names[key].update(dict.fromkeys(place.names))

    def of(self, name: str) -> tuple[str, ...]:
        """Give every name of the places that go by this one; none, if no place does."""
        return tuple(self._names.get(letters(name), ()))


@cache
def shipped_names() -> OtherNames:
    """Give those of the list that ships."""
    return OtherNames(shipped())
