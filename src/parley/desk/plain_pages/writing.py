"""Plain pages that say something new: a notice from one line, a line of the watch log."""

from typing import Any

from fastapi import Request, Response

from parley.desk.login.who import Asking
from parley.desk.outcomes import http_status
from parley.desk.plain_pages.address import BASE
from parley.desk.plain_pages.form import Typed, Wrong, as_request, fresh_id
from parley.desk.plain_pages.pages import Pages, see
from parley.desk.plain_pages.reading import record_at
from parley.desk.quick.entry import KIND
from parley.desk.routes.quick import QuickPaths
from parley.desk.routes.records import RecordPaths
from parley.desk.routes.watchlog import WatchLogPaths
from parley.errors import ParleyError
from parley.node.runtime import Node
from parley.record.canonical import decode_lenient

Asking = Asking
WATCH_LOG = BASE + "watchlog"
LINES = 100


class WritingPages:
    """What an officer says, or writes down."""

    def __init__(self, node: Node, pages: Pages) -> None:
        self._node = node
        self._pages = pages
        self._quick = QuickPaths(node)
        self._records = RecordPaths(node)
        self._log = WatchLogPaths(node)

    def entry(self, request: Request, channel: str) -> Response:
        """Show the form that takes a line."""
        return self._entry(request, self._node.channel(channel), {})

    def check(self, request: Request, channel: str, typed: Typed) -> Response:
        """Echo a line as it is understood, with what it would meet; nothing is stored."""
        name = self._node.channel(channel)
        asked: dict[str, Any] = {
            "line": typed.get("line", "").strip(),
            "priority": typed.get("priority", "routine"),
        }
        if typed.get("title", "").strip():
            asked["title"] = typed["title"].strip()
        try:
            quick = self._quick.quick(name, as_request(asked))
        except ParleyError as error:
            return self._entry(request, name, typed, error=error)
        return self._entry(request, name, typed, quick=quick)

    def send(self, request: Request, channel: str, who: Asking, typed: Typed) -> Response:
        """Log the very notice that was echoed, once, and lead to it.

        The line is not read again: an hour alone could mean another day by now.
        """
        name = self._node.channel(channel)
        try:
            said = decode_lenient(typed.get("body", "").encode(), where="body")
            wanted = {
                "kind": KIND,
                "body": said,
                "priority": typed.get("priority", "routine"),
                "id": typed.get("id") or None,
            }
            done = self._records.publish(name, as_request(wanted), who)
        except ParleyError as error:
            return self._entry(request, name, typed, error=error)
        return see(request, f"{record_at(name, done.name)}?sent=yes", {"name": done.name})

    def watch_log(self, request: Request) -> Response:
        """Show the last lines of the watch log, and the form that adds one."""
        return self._watch_log(request, "", None)

    def write(self, request: Request, who: Asking, typed: Typed) -> Response:
        """Add a line to the watch log."""
        line = typed.get("line", "")
        try:
            self._log.write(as_request({"line": line}), who)
        except ParleyError as error:
            return self._watch_log(request, line, error)
        return see(request, WATCH_LOG)

    def _entry(
        self,
        request: Request,
        channel: str,
        typed: dict[str, str],
        *,
        quick: dict[str, Any] | None = None,
        error: ParleyError | None = None,
    ) -> Response:
        values: dict[str, Any] = {
            "typed": {name: typed.get(name, "") for name in ("line", "title", "priority")},
            "quick": quick,
            "body": "" if quick is None else as_request(quick["body"]).decode(),
            "id": fresh_id(),
            "wrong": None if error is None else Wrong.of(error),
        }
        status = 200 if error is None else http_status(error)
        return self._pages.page("entry.html", request.scope, values, status=status, channel=channel)

    def _watch_log(self, request: Request, line: str, error: ParleyError | None) -> Response:
        values = {
            "log": self._log.listing(None, LINES),
            "line": line,
            "wrong": None if error is None else Wrong.of(error),
        }
        status = 200 if error is None else http_status(error)
        return self._pages.page("watchlog.html", request.scope, values, status=status)
