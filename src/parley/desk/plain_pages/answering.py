"""Plain pages that answer: a notice with what was read back, an item set aside with a reason."""

from collections import defaultdict
from typing import Any

from fastapi import Request, Response

from parley.desk.login.who import Asking
from parley.desk.outcomes import http_status
from parley.desk.plain_pages.form import Typed, Wrong, as_request, fresh_id
from parley.desk.plain_pages.pages import Pages, see, words_of
from parley.desk.plain_pages.reading import ReadingPages, channel_at, record_at
from parley.desk.routes.inbox import InboxPaths, post_of
from parley.desk.routes.records import RecordPaths
from parley.errors import BadQuery, ParleyError
from parley.node.runtime import Node

READ_BACK = ("place", "from", "until", "lower", "upper")
STANCES = ("acknowledge", "object", "propose")
Asking = Asking


class AnsweringPages:
    """What an officer does about what waits."""

    def __init__(self, node: Node, pages: Pages, reading: ReadingPages) -> None:
        self._node = node
        self._pages = pages
        self._reading = reading
        self._inbox = InboxPaths(node)
        self._records = RecordPaths(node)

    def form(self, request: Request, channel: str, ref: str, who: Asking) -> Response:
        """Show the form that answers; what is read back begins empty, and stays so."""
        typed = {"officer": post_of(who), "id": fresh_id()}
        return self._form(request, self._node.channel(channel), ref, typed, None)

    def answer(
        self, request: Request, channel: str, ref: str, who: Asking, typed: Typed
    ) -> Response:
        """Answer, and lead to the record with what the comparison found."""
        name = self._node.channel(channel)
        try:
            wanted = as_request(_wanted(typed, words_of(request.scope).language))
            done = self._inbox.answer(name, ref, wanted, who)
        except ParleyError as error:
            return self._form(request, name, ref, typed, error)
        notice = self._node.find(ref, channel=name).name
        return see(request, f"{record_at(name, notice)}?answer={done['name']}", done)

    def aside(self, request: Request, channel: str, id: str, who: Asking, typed: Typed) -> Response:
        """Set an item aside with a reason, and lead back to the inbox."""
        name, reason = self._node.channel(channel), typed.get("reason", "")
        try:
            self._inbox.dismiss(name, id, as_request({"reason": reason}), who)
        except ParleyError as error:
            return self._reading.item_page(request, name, id, error, reason)
        return see(request, channel_at(name))

    def _form(
        self,
        request: Request,
        channel: str,
        ref: str,
        typed: dict[str, str],
        error: ParleyError | None,
    ) -> Response:
        record = self._records.one(channel, ref)
        kept = {name: text for name, text in typed.items() if not name.startswith("readback.")}
        waiting = [
            item
            for item in self._reading.items_about(channel, record["name"])
            if item["sort"] == "notice" and item["state"] in ("waiting", "overdue")
        ]
        # what is answered again states no fields any more: then all of them are offered
        fields = waiting[0]["readback_fields"] if waiting else list(READ_BACK)
        values: dict[str, Any] = {
            "record": record,
            "fields": fields,
            "stances": STANCES,
            "typed": defaultdict(str, kept),
            "wrong": None if error is None else Wrong.of(error),
        }
        status = 200 if error is None else http_status(error)
        return self._pages.page(
            "answer.html", request.scope, values, status=status, channel=channel
        )


def _wanted(typed: dict[str, str], language: str) -> dict[str, Any]:
    """Write the answer that a form says; what was left empty is left out."""
    wanted: dict[str, Any] = {
        "stance": typed.get("stance", ""),
        "officer": typed.get("officer", "").strip() or None,
        "lang": language,
        "text": typed.get("text", "").strip() or None,
        "id": typed.get("id") or None,
    }
    read = {name: typed.get(f"readback.{name}", "").strip() for name in READ_BACK}
    if any(read.values()):
        wanted["readback"] = {name: words for name, words in read.items() if words}
    proposed, shift = typed.get("proposal", "").strip(), typed.get("shift", "").strip()
    if wanted["stance"] == "propose":
        wanted["proposal"] = {"text": proposed}
        if shift:
            wanted["proposal"]["shift_minutes"] = _minutes(shift)
    elif proposed or shift:
        raise BadQuery("a change is proposed: choose so, or leave it empty", where="stance")
    return wanted


def _minutes(text: str) -> int:
    sign = text.replace("\u2212", "-")
    if not sign.removeprefix("-").isdecimal() or len(sign) > 8:
        raise BadQuery("whole minutes are needed", where="shift")
    return int(sign)
