"""Plain pages that only show: the inbox, one item, one record, records by number."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query, Request, Response

from parley.desk.inbox.answering import compared
from parley.desk.inbox.inbox import Inbox
from parley.desk.outcomes import http_status
from parley.desk.plain_pages.address import BASE
from parley.desk.plain_pages.form import Wrong
from parley.desk.plain_pages.pages import Pages, see
from parley.desk.quick.entry import time_echo
from parley.desk.routes.inbox import InboxPaths
from parley.desk.routes.records import RecordPaths
from parley.errors import ParleyError
from parley.node.runtime import Node
from parley.values.instants import parse_instant

AT_ONCE = 50


def channel_at(channel: str, rest: str = "inbox") -> str:
    """Give the address of a page of a channel."""
    return f"{BASE}channels/{channel}/{rest}"


def record_at(channel: str, name: str) -> str:
    """Give the address of the page of a record."""
    return channel_at(channel, f"records/{quote(name, safe='')}")


class ReadingPages:
    """What waits, and what was said."""

    def __init__(self, node: Node, pages: Pages) -> None:
        self._node = node
        self._pages = pages
        self._inbox = InboxPaths(node)
        self._items = Inbox(node)
        self._records = RecordPaths(node)

    def home(self, request: Request) -> Response:
        """Lead to the inbox of the only channel, or list the channels."""
        names = sorted(set(self._node.channels()))
        if len(names) == 1:
            return see(request, channel_at(names[0]))
        listed = [
            {
                "name": name,
                "title": self._node.charter_title(name).text,
                "lang": self._node.charter_title(name).lang,
                "status": self._node.terms(name).status,
            }
            for name in names
        ]
        return self._pages.page("channels.html", request.scope, {"channels": listed})

    def inbox(
        self,
        request: Request,
        channel: str,
        all: Literal["yes"] | None = None,
        every: Literal["60"] | None = None,
    ) -> Response:
        """List what waits; ``every``: the page loads anew after so many seconds, if wished."""
        name = self._node.channel(channel)
        found = self._inbox.listing(name, all is not None)
        values = {"inbox": found, "all": all is not None, "every": every}
        return self._pages.page("inbox.html", request.scope, values, channel=name)

    def item(self, request: Request, channel: str, id: str) -> Response:
        """Show one item of the inbox, with the form that sets it aside."""
        return self.item_page(request, self._node.channel(channel), id)

    def item_page(
        self,
        request: Request,
        channel: str,
        id: str,
        error: ParleyError | None = None,
        reason: str = "",
    ) -> Response:
        """Make the page of an item; ``error`` and ``reason``: of a form that was refused."""
        item = self._items.find(channel, id).to_json(self._node.clock.now())
        values = {"item": item, "reason": reason, "wrong": error and Wrong.of(error)}
        status = 200 if error is None else http_status(error)
        return self._pages.page("item.html", request.scope, values, status=status, channel=channel)

    def records(
        self,
        request: Request,
        channel: str,
        ref: Annotated[str | None, Query(max_length=80)] = None,
        after: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """List records by log and number, or lead to the one that ``ref`` names."""
        name, error = self._node.channel(channel), None
        if ref is not None:
            try:
                return see(request, record_at(name, self._node.find(ref.strip(), name).name))
            except ParleyError as refused:
                error = refused
        found = self._records.listing(name, after=after, limit=AT_ONCE)
        values: dict[str, Any] = {
            "found": found,
            "after": after,
            "at_once": AT_ONCE,
            "ref": ref or "",
            "wrong": error and Wrong(error, "ref"),
        }
        status = 200 if error is None else http_status(error)
        return self._pages.page("records.html", request.scope, values, status=status, channel=name)

    def items_about(self, channel: str, record: str) -> list[dict[str, Any]]:
        """Give the items of the inbox that are about a record."""
        now = self._node.clock.now()
        found = [item for item in self._items.items(channel, every=True) if item.record == record]
        return [item.to_json(now) for item in found]

    def record(
        self,
        request: Request,
        channel: str,
        ref: str,
        answer: Annotated[str, Query(max_length=80)] = "",
        sent: Literal["yes"] | None = None,
    ) -> Response:
        """Show one record; ``answer``: the one just given, with how its read-back compares."""
        name = self._node.channel(channel)
        record = self._records.one(name, ref)
        given: dict[str, Any] | None = None
        if answer:
            told = self._records.one(name, answer)
            given = {**told, "compared": compared(self._node, name, record["name"], told["name"])}
        issued = record["issued"]
        zone = self._node.terms(name).day_zone
        values = {
            "record": record,
            "issued": issued and time_echo(parse_instant(issued), zone),
            "items": self.items_about(name, record["name"]),
            "given": given,
            "sent": sent is not None,
        }
        return self._pages.page("record.html", request.scope, values, channel=name)
