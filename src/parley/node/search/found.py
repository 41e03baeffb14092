"""Searching a channel: what was found, how, and what became of each record since."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from parley.errors import LogStopped, ViewAhead
from parley.log.store import Store
from parley.node.channels import Channel
from parley.node.reading import Reading
from parley.node.search.index import Index, Place
from parley.node.search.query import TIERS, Match, Names, Query
from parley.projection.fold import Opened
from parley.projection.register import Register, WordStatus
from parley.projection.said import Said
from parley.values.instants import Instant


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: how, what became of it, and by which records (names in hex)."""

    opened: Opened
    match: Match
    status: WordStatus | None
    replaced_by: tuple[str, ...] = ()
    withdrawn_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search of a channel below the sizes found; ``more``: it found more than was asked."""

    query: Query
    upto: Mapping[str, int]
    at: Instant
    hits: tuple[Hit, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: the text, of which kind and author (None: of any), how many at most."""

    text: str
    kind: str | None = None
    author: str | None = None
    limit: int = 50


class Search:
    """Searches of one identity's channels; at equal arguments every node finds the same."""

    def __init__(self, index: Index, reading: Reading, store: Store) -> None:
        self._index = index
        self._reading = reading
        self._store = store

    def close(self) -> None:
        """Let go of the file."""
        self._index.close()

    def warm(self, channel: Channel) -> None:
        """Read all that is held, so that no search has to wait for that."""
        self._index.catch_up(channel)

    def search(
        self,
        channel: Channel,
        asked: Asked,
        *,
        upto: Mapping[str, int] | None,
        at: Instant,
        names: Names,
    ) -> Found:
        """Find records; the surest way of finding first, then the last logged of each log.

        All terms must be in a record. ``names`` gives further names of places. Raises BadSearch,
        and ViewAhead for sizes beyond what is held.
        """
        try:
            return self._search(channel, asked, upto, at, names)
        except LogStopped:  # the file is damaged: all of it is in the logs
            self._index.throw_away()
            return self._search(channel, asked, upto, at, names)

    def _search(
        self,
        channel: Channel,
        asked: Asked,
        upto: Mapping[str, int] | None,
        at: Instant,
        names: Names,
    ) -> Found:
        self._index.catch_up(channel)
        sizes = self._sizes(channel, upto)
        query = Query.typed(asked.text, self._names(names, sizes))
        logs = {
            origin: size
            for origin, size in sizes.items()
            if asked.author in (None, channel.owner(origin))
        }
        found: dict[Place, Match] = {}
        for tier in TIERS:
            if len(found) <= asked.limit:
                places = self._index.find(query, tier, logs, asked.kind, asked.limit + 1)
                fresh = [place for place in places if place not in found]
                found.update((place, tier) for place in self._last_first(fresh))
        shown = list(found.items())[: asked.limit]
        hits = self._hits([(self._reading.entry(*place), tier) for place, tier in shown], sizes, at)
        return Found(query, sizes, at, hits, len(found) > asked.limit)

    def _sizes(self, channel: Channel, upto: Mapping[str, int] | None) -> dict[str, int]:
        origins = channel.origins()
        held = {origin: self._store.size(origin) for origin in sorted(origins)}
        if upto is None:
            return held
        for origin, size in upto.items():
            if origin not in origins:
                raise ViewAhead("a log of another channel", where=origin)
            if size > held[origin]:
                raise ViewAhead(f"size {size}, but {held[origin]} entries are held", where=origin)
        return {origin: upto[origin] for origin in sorted(upto)}

    def _names(self, further: Names, sizes: Mapping[str, int]) -> Callable[[str], Iterable[str]]:
        def names(name: str) -> Iterable[str]:
            return (*self._index.names(name, sizes), *further(name))

        return names

    def _last_first(self, places: Iterable[Place]) -> list[Place]:
        def order(place: Place) -> tuple[int, str, int]:
            record = self._reading.entry(*place).record
            return (-(record.issued if record else 0), place[0], -place[1])

        return sorted(places, key=order)

    def _hits(
        self, found: list[tuple[Opened, Match]], sizes: Mapping[str, int], at: Instant
    ) -> tuple[Hit, ...]:
        related = self._related([opened for opened, _ in found], sizes)
        register = Register(Said.of(related), at)
        return tuple(
            Hit(opened, tier, None)
            if opened.unread is not None
            else Hit(
                opened,
                tier,
                register.status(opened),
                register.replaced_by(opened),
                register.withdrawn_by(opened),
            )
            for opened, tier in found
        )

    def _related(self, found: Iterable[Opened], sizes: Mapping[str, int]) -> list[Opened]:
        """Give them with every record that bears on what became of them.

        Those are what replaces or withdraws one, and what one replaces or withdraws, again and
        again: the register judges a record by these alone, so it need not read the others.
        """
        known: dict[str, Opened] = {}
        waiting = [opened for opened in found if opened.unread is None]
        while waiting:
            opened = waiting.pop()
            if opened.name in known or opened.unread is not None:
                continue
            known[opened.name] = opened
            places = self._index.ended_by(opened.name, sizes)
            for role in ("replaces", "withdraws"):
                for name in opened.said.refers(role):
                    places += [p for p in self._store.where(name) if p[1] < sizes.get(p[0], 0)]
            waiting += [self._reading.entry(*place) for place in places]
        return list(known.values())
