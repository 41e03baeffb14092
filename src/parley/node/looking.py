"""What follows from the records of a channel, as this node sees it now: views, scenes, mutes."""

from collections.abc import Mapping
from typing import cast

from parley.errors import BadInstant
from parley.node import collector
from parley.node.channels import Channel
from parley.node.clock import Clock
from parley.node.mutes import Mutes, new_mutes, standing_in
from parley.node.search.found import Asked, Found
from parley.node.search.query import Names, no_names
from parley.node.station import Station
from parley.projection.days import day_in
from parley.projection.heads import Memo
from parley.projection.scene import Scene
from parley.projection.situation import Situation
from parley.projection.view import View, compute
from parley.record.canonical import Json
from parley.record.kind import Kinds
from parley.record.terms import KnownPlace
from parley.values.instants import Instant, format_instant

MEMO_KEPT = 20_000


class Looking:
    """Views of a node's channels; ``Node`` fills in the attributes, ``Door`` finds the channel."""

    clock: Clock
    kinds: Kinds
    memos: dict[str, Memo]
    mutes: Mutes

    def channel(self, reference: str) -> str:
        """Give the full name of a channel."""
        raise NotImplementedError

    def _channel(self, reference: str) -> tuple[Station, Channel]:
        raise NotImplementedError

    def view(
        self,
        channel: str,
        name: str,
        *,
        upto: Mapping[str, int] | None = None,
        at: Instant | None = None,
    ) -> dict[str, Json]:
        """Compute a view; by default up to all that is held, at this instant of our clock."""
        station, found = self._channel(channel)
        logs = station.reading.logs(found)
        sizes = {origin: len(log) for origin, log in logs.items()} if upto is None else upto
        memo = self._memo(found)
        instant = self.clock.now() if at is None else at
        with collector.paused():
            return compute(name, found.id, logs, sizes, instant, self._agreed(), memo).to_json()

    def bulletin(self, channel: str, day: str, *, upto: Mapping[str, int] | None = None) -> View:
        """Compute the bulletin of a day (``YYYY-MM-DD``): the view at the last instant of it.

        Of a day that is not over, at this instant of our clock; a day not yet begun is refused.
        """
        station, found = self._channel(channel)
        logs = station.reading.logs(found)
        sizes = {origin: len(log) for origin, log in logs.items()} if upto is None else upto
        memo, now = self._memo(found), self.clock.now()
        named = day_in(Situation(found.id, logs, sizes, now, self._agreed(), memo), day)
        if named.during.start > now:
            begins = f"it begins at {format_instant(named.during.start)}"
            raise BadInstant("that day has not begun", where="day", hint=begins)
        at = Instant(min(named.last, now))
        with collector.paused():
            return compute("bulletin", found.id, logs, sizes, at, self._agreed(), memo)

    def search(
        self,
        channel: str,
        asked: Asked,
        *,
        upto: Mapping[str, int] | None = None,
        at: Instant | None = None,
        names: Names = no_names,
    ) -> Found:
        """Find records by number, name, place and words; see ``Search.search``."""
        station, found = self._channel(channel)
        instant = self.clock.now() if at is None else at
        return station.searching.search(found, asked, upto=upto, at=instant, names=names)

    def mutes_of(self, channel: str, view: Mapping[str, Json] | None = None) -> list[Json]:
        """Give the last mute of each advisory muted here, with what became of it.

        ``view``: an advisories view to hold them against, else that of now.
        """
        found = dict(self.view(channel, "advisories") if view is None else view)
        standing = standing_in(cast("dict[str, Json]", found["data"]))
        now = self.clock.now()
        latest = self.mutes.latest(self.channel(channel))
        return [mute.to_json(now, standing.get(mute.advisory)) for mute in latest]

    def mute(
        self,
        channel: str,
        target: str,
        *,
        reason: str,
        until: Instant | None,
        by: str | None = None,
    ) -> None:
        """Silence an advisory, or all that a cause has now, at this desk; see ``new_mutes``."""
        station, found = self._channel(channel)
        data = cast("dict[str, Json]", self.view(found.id, "advisories")["data"])
        who = station.identity.name if by is None else by
        now = self.clock.now()
        made = new_mutes(data, target, by=who, reason=reason, at=now, until=until)
        self.mutes.add(found.id, made)

    def scene(self, channel: str) -> Scene:
        """Give all that views and rules look at, at this instant of our clock, folded once."""
        station, found = self._channel(channel)
        logs = station.reading.logs(found)
        sizes = {origin: len(log) for origin, log in logs.items()}
        now, memo = self.clock.now(), self._memo(found)
        return Scene(Situation(found.id, logs, sizes, now, self._agreed(), memo))

    def known_places(self, channel: str) -> tuple[KnownPlace, ...]:
        """Give the places that a channel has agreed names for, up to now."""
        return self.scene(channel).situation.governance.known_places()

    def _memo(self, channel: Channel) -> Memo:
        memo = self.memos.setdefault(channel.id, {})
        if len(memo) > MEMO_KEPT:
            memo.clear()
        return memo

    def _agreed(self) -> frozenset[str]:
        return frozenset(kind.name for kind in self.kinds if kind.agreed)
