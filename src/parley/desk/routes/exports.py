"""``/v1/channels/{channel}/export``: records as items, for tables, maps, alerts and calendars."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from parley.desk.exporting.collecting import Collector
from parley.desk.exporting.columns import COLUMNS
from parley.desk.exporting.item import Export, Head, Item
from parley.desk.exporting.publication import Publication
from parley.desk.exporting.stream import MEDIA_TYPE, lines_of
from parley.desk.routes.views import sizes_of
from parley.desk.typed import time_typed
from parley.errors import BadQuery
from parley.node.runtime import Node
from parley.projection.situation import Situation
from parley.projection.view import RULES
from parley.values.instants import Instant


class ExportPaths:
    """Exports of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def export(
        self,
        channel: str,
        kind: Annotated[list[str] | None, Query(description="only these kinds")] = None,
        since: Annotated[str | None, Query(description="about times from here on")] = None,
        until: Annotated[str | None, Query(description="about times before this")] = None,
        public: Annotated[
            bool, Query(description="only what the charter lets out, late and coarse")
        ] = False,
        upto: Annotated[list[str] | None, Query(description="as for a view")] = None,
        at: Annotated[str | None, Query(description="as for a view; now, if left out")] = None,
    ) -> StreamingResponse:
        """Give the records of a channel as lines of JSON: a head, then an item for each record.

        Withdrawn, replaced and conflicting records are in it with what became of them. A ``public``
        export is of everything held, and at no later instant than now: neither an old state nor a
        coming one may undo a withdrawal or the delay.
        """
        name, now = self._node.channel(channel), self._node.clock.now()
        moment = now if at is None else time_typed(at, where="query.at")
        window = (_time(since, "since"), _time(until, "until"))
        kinds = tuple(dict.fromkeys(self._node.kinds.asked(each).name for each in kind or ()))
        if public and upto is not None:
            raise BadQuery("a public export is of all that is held", where="query.upto")
        if public and moment > now:
            raise BadQuery("a public export is of no later instant than now", where="query.at")
        logs = self._node.opened(name)
        sizes = {o: len(log) for o, log in logs.items()} if upto is None else sizes_of(upto)
        agreed = frozenset(each.name for each in self._node.kinds if each.agreed)
        situation = Situation(name, logs, sizes, moment, agreed)
        policy = None
        if public:
            charters = (situation.terms, situation.governance.terms_at(now))
            policy = Publication.of(charters, moment, kinds)
        export = self._export(situation, kinds, window, policy)
        return StreamingResponse(lines_of(export), media_type=MEDIA_TYPE)

    def _export(
        self,
        situation: Situation,
        kinds: tuple[str, ...],
        window: tuple[Instant | None, Instant | None],
        policy: Publication | None,
    ) -> Export:
        wanted = policy.kinds if policy else kinds or tuple(COLUMNS)
        collector = Collector(situation, self._node.kinds)
        records = collector.records(wanted)
        items: Iterable[Item] = _within(collector.items(records), window)
        if policy is not None:
            items = policy.apply(items)
        first = self._node.terms(situation.channel)
        terms = situation.terms or first
        head = Head(
            channel=situation.channel,
            status=first.status,
            upto={} if policy else situation.said.upto,
            at=situation.at,
            rules=RULES,
            members=tuple(member.name for member in terms.members),
            day_zone=terms.day_zone,
            kinds=wanted,
            since=window[0],
            until=window[1],
            public=policy is not None,
            delay_ms=policy.delay_ms if policy else None,
            blur_e4m=policy.blur_e4m if policy else None,
            unread=min(1, situation.unread) if policy else situation.unread,
            records=0 if policy else len(records),
        )
        return Export(head, items)


def _time(text: str | None, name: str) -> Instant | None:
    return None if text is None else time_typed(text, where=f"query.{name}")


def _within(items: Iterable[Item], window: tuple[Instant | None, Instant | None]) -> Iterator[Item]:
    """Give the items that are about a time in the window; by when they were issued, if of none."""
    since, until = window
    for item in items:
        start = item.issued if item.start is None else item.start
        end = item.end if item.start is not None else item.issued
        if (since is None or end is None or end >= since) and (until is None or start < until):
            yield item
