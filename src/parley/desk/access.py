"""Who may use the API: this machine, by its loopback name, with the token of the running node.

Until accounts exist one token opens everything, so the checks around it are strict: a page of
another site must not reach the API through the officer's browser, by DNS rebinding or otherwise.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect

from parley.desk.files import read_bytes, write_bytes
from parley.desk.problems import problem_response
from parley.errors import BadFile, BadQuery, NoToken, NotRunning, ParleyError, TooLarge, WrongHost

FILE = "api.json"
MAX_CARRIED = 512 * 1024 * 1024
# A carried file holds a whole channel; everything else is a record with its parts.
CARRY = "/v1/carry"
TOKEN_BYTES = 32
# Who does not read the answers that wait for it is not waited for.
_FAREWELL_S = 1

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Access:
    """The address a running node's API has, and the token that it demands."""

    url: str
    token: str

    @property
    def hosts(self) -> frozenset[str]:
        """The values of ``Host`` that mean this very API."""
        port = urlsplit(self.url).port or 80
        names = ("127.0.0.1", "localhost", "[::1]")
        return frozenset(f"{name}:{port}" for name in names)


def write_access(folder: Path, access: Access) -> None:
    """Put address and token into the node's folder, readable by its owner only."""
    data = json.dumps({"url": access.url, "token": access.token}).encode() + b"\n"
    write_bytes(folder / FILE, data, replace=True, secret=True)


def read_access(folder: Path) -> Access:
    """Read address and token of the node that runs in ``folder``."""
    path = folder / FILE
    try:
        value = json.loads(read_bytes(path, limit=4096))
        return Access(str(value["url"]), str(value["token"]))
    except BadFile:
        raise NotRunning(
            "no node runs here",
            where=str(folder),
            hint="start it with `parley run`, or name its folder by --node",
        ) from None
    except (ValueError, KeyError, TypeError):
        raise NotRunning("cannot be read", where=str(path), hint="restart the node") from None


def remove_access(folder: Path) -> None:
    """Take address and token away again when the node stops."""
    (folder / FILE).unlink(missing_ok=True)


class Guard:
    """An ASGI wrapper that lets nothing through but requests of this machine with the token.

    (1) Host names this API (2) Origin, if there is one, is this API (3) the token fits, compared
    in constant time (4) the body stays within the limit. Every answer forbids caching.
    """

    def __init__(self, app: _App, access: Access, max_body: int) -> None:
        self._app = app
        self._access = access
        self._max_body = max_body
        self._running: set[asyncio.Task[Any]] = set()

    def end(self) -> None:
        """Answer every request that still runs with a refusal; from any thread."""
        for task in tuple(self._running):
            with suppress(RuntimeError):  # the loop was closed meanwhile: nothing runs any more
                task.get_loop().call_soon_threadsafe(task.cancel)

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Check one request, then pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no route here speaks anything else; the server closes the connection
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker: a coroutine runs in one
        self._running.add(task)
        try:
            await self._pass(scope, receive, send)
        finally:
            self._running.discard(task)

    async def _pass(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        limit = MAX_CARRIED if scope["path"] == CARRY else self._max_body
        body = _Bounded(receive, limit)
        begun = False

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            if body.exceeded:
                return  # whatever the application makes of a cut body is not the answer
            starts = message["type"] == "http.response.start"
            if starts:
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)
            begun = begun or starts

        try:
            self._check(scope, limit)
            await self._app(scope, body.receive, send_guarded)
        except ParleyError as error:
            body.exceeded = False
            await problem_response(error)(scope, receive, send_guarded)
        except ClientDisconnect:
            return  # it went away before it had said all: nobody waits for an answer
        except asyncio.CancelledError:
            # Only ``end`` does that, or the server in its place. It is no fault, and not logged.
            with suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_S):
                    if begun:
                        await send({"type": "http.response.body", "body": b"", "more_body": False})
                        return
                    stopping = NotRunning("the node stops", hint="ask again when it runs")
                    await problem_response(stopping)(scope, receive, send_guarded)

    def _check(self, scope: _Scope, limit: int) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        host = _only(headers, b"host")
        if host is None or host not in self._access.hosts:
            raise WrongHost("this API answers to its loopback address only", where="Host")
        origin = _only(headers, b"origin")
        if origin is not None and origin != f"http://{host}":
            raise WrongHost("a page of another site may not use this API", where="Origin")
        given = (_only(headers, b"authorization") or "").encode()
        if not hmac.compare_digest(given, b"Bearer " + self._access.token.encode()):
            raise NoToken(
                "the token of the running node is needed",
                where="Authorization",
                hint=f"Bearer and the token in {FILE} of the node's folder",
            )
        length = _only(headers, b"content-length")
        if length is not None and length.isdecimal() and int(length[:20]) > limit:
            raise _too_large(limit)


class _Bounded:
    """The body of one request, cut off with a refusal where it grows over the limit."""

    def __init__(self, receive: _Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self.exceeded = False

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            self.exceeded = True
            raise _too_large(self._limit)
        return message


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"a request has at most {limit} bytes", where="body")


_HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
]


def _only(headers: list[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Give a header that may occur once; two of them could mean two things."""
    values = [value for key, value in headers if key.lower() == name]
    if len(values) > 1:
        raise BadQuery("this header may occur once", where=name.decode())
    return values[0].decode("latin-1") if values else None
