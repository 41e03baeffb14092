"""``/v1/channels/{channel}/search``: records by number, name, place and words, in any script."""

from typing import Annotated, Any

from fastapi import Query

from parley.desk.describe import body_lines, head_of, number_of
from parley.desk.excerpts import excerpts
from parley.desk.gazetteer.names import shipped_names
from parley.desk.routes.views import sizes_of
from parley.desk.typed import time_typed
from parley.errors import BadQuery
from parley.node.runtime import Node
from parley.node.search.found import Asked, Found, Hit
from parley.projection.view import RULES
from parley.record.terms import Terms
from parley.values.instants import format_instant

NOTE = "Records alone are searched: never what is in sealed, personal or shared parts."


class SearchPaths:
    """Searches of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def search(
        self,
        channel: str,
        q: Annotated[str, Query(description='words, numbers, names; "..." keeps words together')],
        kind: Annotated[str | None, Query(description="only this kind")] = None,
        author: Annotated[str | None, Query(description="only this party's")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        upto: Annotated[list[str] | None, Query(description="as for a view")] = None,
        at: Annotated[str | None, Query(description="as for a view; now, if left out")] = None,
    ) -> dict[str, Any]:
        """Find the records in which every term stands; the withdrawn and the replaced too.

        A term is found as it is written, from three letters on by its beginning; in another script
        or by another name of the same place or actor; and by its sound. At equal arguments every
        node finds the same.
        """
        name = self._node.channel(channel)
        terms = self._node.terms(name)
        if author is not None and author not in terms.parties():
            listed = ", ".join(terms.parties())
            raise BadQuery("no party that logs here", where="query.author", hint=listed)
        found = self._node.search(
            name,
            Asked(q, None if kind is None else self._node.kinds.asked(kind).name, author, limit),
            upto=None if upto is None else sizes_of(upto),
            at=None if at is None else time_typed(at, where="query.at"),
            names=shipped_names().of,
        )
        return {
            "channel": name,
            "query": q,
            "upto": dict(found.upto),
            "at": format_instant(found.at),
            "rules": RULES,
            "records": [self._json(name, terms, found, hit) for hit in found.hits],
            "more": found.more,
            "note": NOTE,
        }

    def _json(self, channel: str, terms: Terms, found: Found, hit: Hit) -> dict[str, Any]:
        opened, record, u = hit.opened, hit.opened.record, hit.opened.unread
        title = self._node.kinds[record.kind].title if record and u is None else None
        lines = () if u else excerpts(found.query, hit.match, body_lines(opened, terms.day_zone))
        return {
            **head_of(terms, opened, title),
            "match": hit.match,
            "state": hit.status,
            "replaced_by": self._numbers(channel, hit.replaced_by),
            "withdrawn_by": self._numbers(channel, hit.withdrawn_by),
            "lines": [
                {"label": line.label, "lines": list(line.lines), "lang": line.lang}
                for line in lines
            ],
        }

    def _numbers(self, channel: str, names: tuple[str, ...]) -> list[str]:
        terms = self._node.terms(channel)
        return [number_of(terms, self._node.find(name, channel)) or name for name in names]
