"""What goes back for a request: with the headers that hold for all, and in the audit trail before.

A change that was asked for is written down with who asked, what they asked for and what came of it,
and with the names of the records that it made; never with its body. The answer waits until that is
durable, so that nothing is done without a trace.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.concurrency import run_in_threadpool

from parley.desk.bounded import Bounded
from parley.desk.login.gate import SAFE, Passage
from parley.desk.login.who import SCOPE_KEY
from parley.node.accounts.accounts import Accounts
from parley.node.accounts.rights import Who
from parley.record.canonical import Json

# Beyond this an answer is not looked at for the names of records.
_MOST_ANSWER = 256 * 1024
_MOST_NAMES = 100
_MOST_PATH = 300
# Where a page leaves what came of a form: it cannot be read off its HTML.
OUTCOME_KEY = "parley.outcome"

_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
            b"frame-ancestors 'none'"
        ),
    ),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    # Not no-referrer: a form of our plain pages would then name no origin.
    (b"referrer-policy", b"same-origin"),
)

_Scope = MutableMapping[str, Any]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Trail:
    """Write into the audit trail what was asked for over HTTP."""

    def __init__(self, accounts: Callable[[], Accounts]) -> None:
        self._accounts = accounts

    async def tell(self, scope: _Scope, status: int, body: bytes) -> None:
        """Write down one change, done or refused; durable when this returns."""
        who = scope.get(SCOPE_KEY)
        client = scope.get("client")
        told: dict[str, Json] = {
            "method": str(scope["method"]),
            "path": _printable(str(scope["path"]))[:_MOST_PATH],
            "status": status,
        }
        told |= scope.get(OUTCOME_KEY) or _outcome(status, body)
        await run_in_threadpool(
            self._accounts().audit.say,
            "call",
            who if isinstance(who, Who) else None,
            client[0] if client else "",
            **told,
        )


class Reply:
    """The answer to one request on its way out."""

    def __init__(self, send: _Send, scope: _Scope, trail: Trail, body: Bounded) -> None:
        self._send = send
        self._scope = scope
        self._trail = trail
        self._body = body
        self._held: MutableMapping[str, Any] | None = None
        self._told = False
        self.passage: Passage | None = None
        self.begun = False

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Send on; the head of an answer to a change waits for the trail."""
        if self._body.refusal is not None:
            return  # whatever the application makes of a cut body is not the answer
        if message["type"] == "http.response.start":
            message["headers"] = with_ours(message.get("headers", []))
            if self._is_change() and not self._told:
                self._held = message
                return
        elif self._held is not None:
            head, self._held, self._told = self._held, None, True
            await self._trail.tell(self._scope, head["status"], message.get("body", b""))
            self.begun = True
            await self._send(head)
        self.begun = True
        await self._send(message)

    def _is_change(self) -> bool:
        if self._scope["method"] in SAFE:
            return False
        return self.passage is None or self.passage.rule.stores


def with_ours(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Add the headers that hold for every answer, but those that the answer has of its own."""
    named = {name.lower() for name, _ in headers}
    return [*headers, *(pair for pair in _HEADERS if pair[0] not in named)]


def _outcome(status: int, body: bytes) -> dict[str, Json]:
    """Give the code of a refusal, or the names of the records that were made."""
    if len(body) > _MOST_ANSWER:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    if status >= 400:
        return {"code": value["code"]} if isinstance(value.get("code"), str) else {}
    listed = value.get("records")
    made = [value, *(listed if isinstance(listed, list) else [])]
    names: list[Json] = [
        each["name"]
        for each in made
        if isinstance(each, dict) and isinstance(each.get("name"), str) and "number" in each
    ]
    return {"records": names[:_MOST_NAMES]} if names else {}


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
