"""Names that belong together: sets joined pair by pair, each known by its smallest name."""

from collections import defaultdict


class Unions:
    """Disjoint sets of names (union-find); which pair came first changes no set and no leader."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def leader(self, name: str) -> str:
        """Give the name by which the set of ``name`` is known; its own if it was never joined."""
        above = self._above
        while (parent := above.get(name, name)) != name:
            above[name] = name = above.get(parent, parent)
        return name

    def join(self, one: str, other: str) -> None:
        """Put two names, and all that belongs with either, into one set."""
        first, second = sorted((self.leader(one), self.leader(other)))
        if first != second:
            self._above[second] = first

    def sets(self) -> dict[str, tuple[str, ...]]:
        """Give the sets of more than one name, by leader, each sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._above):
            found[self.leader(name)].append(name)
        return {leader: (leader, *members) for leader, members in sorted(found.items())}
