"""How a running node's API is reached, and the guard that every request passes.

A page of another site must not reach the API through the officer's browser, by DNS rebinding or
otherwise, and nobody who is not logged in learns anything: see ``parley.desk.login.gate``.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from parley.desk.bounded import PATIENCE_S, Bounded, too_large
from parley.desk.files import read_bytes, write_bytes
from parley.desk.login.gate import (
    OPEN_BYTES,
    SAFE,
    SMALL_BYTES,
    Gate,
    Rule,
    check_form,
    needs_form,
)
from parley.desk.plain_pages.address import BASE as PLAIN
from parley.desk.problems import problem_response
from parley.desk.static_files import BASE as DESK
from parley.desk.static_files import DeskFiles
from parley.desk.trail import Reply, Trail
from parley.errors import BadFile, BadQuery, NotRunning, ParleyError, WrongHost
from parley.node.accounts.rights import Right
from parley.node.clock import Clock

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
_Refuse = Callable[[_Scope, ParleyError], Response]


@dataclass(frozen=True, slots=True)
class Access:
    """The address a running node's API has, and the token of this machine's operator.

    ``certificate``: the file of the certificate that it shows, where it speaks TLS; the command
    line trusts that very certificate and no other. ``names``: further hosts it answers to.
    """

    url: str
    token: str
    certificate: str = ""
    names: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Tell whether it speaks TLS."""
        return self.url.startswith("https:")

    @property
    def port(self) -> int:
        """The port of its address."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def hosts(self) -> frozenset[str]:
        """The values of ``Host`` that mean this very API."""
        own = urlsplit(self.url).hostname or ""
        own = f"[{own}]" if ":" in own else own
        names = {"127.0.0.1", "localhost", "[::1]", own, *self.names}
        found = {f"{name}:{self.port}" for name in names}
        if self.secure and self.port == 443:
            found |= names  # a browser leaves the usual port out
        return frozenset(found)


def write_access(folder: Path, access: Access) -> None:
    """Put address and token into the node's folder, readable by its owner only."""
    value = {"url": access.url, "token": access.token}
    if access.certificate:
        value["certificate"] = access.certificate
    write_bytes(folder / FILE, json.dumps(value).encode() + b"\n", replace=True, secret=True)


def read_access(folder: Path) -> Access:
    """Read address and token of the node that runs in ``folder``."""
    path = folder / FILE
    try:
        value = json.loads(read_bytes(path, limit=4096))
        certificate = str(value.get("certificate", ""))
        return Access(str(value["url"]), str(value["token"]), certificate)
    except BadFile:
        raise NotRunning(
            "no node runs here",
            where=str(folder),
            hint="start it with `parley run`, or name its folder by --node",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotRunning("cannot be read", where=str(path), hint="restart the node") from None


def remove_access(folder: Path) -> None:
    """Take address and token away again when the node stops."""
    (folder / FILE).unlink(missing_ok=True)


class Guard:
    """An ASGI wrapper around the API and the desk's files.

    (1) Host names this API (2) Origin, if there is one, is this API, and a change does not come
    from another site (3) who asks may ask this, by ``Gate`` (4) the body stays within its limit and
    comes in time (5) a change is in the audit trail before its answer goes out. Answers forbid
    caching and framing unless they say themselves what holds for them.
    """

    def __init__(
        self,
        app: _App,
        access: Access,
        max_body: int,
        gate: Gate,
        trail: Trail,
        clock: Clock,
        *,
        files: DeskFiles | None = None,
        refuse: _Refuse | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._app = app
        self._access = access
        self._max_body = max_body
        self._gate = gate
        self._trail = trail
        self._clock = clock
        self._files = files or DeskFiles()
        self._refuse = refuse or (lambda _, error: problem_response(error))
        self._patience_s = patience_s
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
        body = Bounded(receive, OPEN_BYTES, self._clock.elapsed, self._patience_s)
        reply = Reply(send, scope, self._trail, body)
        try:
            self._check_site(scope)
            if self._files.serves(scope["path"]):
                await self._files(scope, receive, reply.send)
                return
            if scope["path"] == "/":
                await self._door()(scope, receive, reply.send)
                return
            passage = reply.passage = await self._gate.ask(scope)
            body.limit = self._limit(scope, passage.rule)
            _check_length(scope, body.limit)
            if passage.entered is not None and needs_form(scope, passage):
                check_form(passage.entered, await body.read_ahead())
            await self._app(scope, body.receive, reply.send)
            if body.refusal is not None:
                raise body.refusal
        except ParleyError as error:
            body.refusal = None
            await self._refuse(scope, error)(scope, receive, reply.send)
        except ClientDisconnect:
            return  # it went away before it had said all: nobody waits for an answer
        except asyncio.CancelledError:
            # Only ``end`` does that, or the server in its place. It is no fault, and not logged.
            with suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_S):
                    if reply.begun:
                        await send({"type": "http.response.body", "body": b"", "more_body": False})
                        return
                    stopping = NotRunning("the node stops", hint="ask again when it runs")
                    await problem_response(stopping)(scope, receive, reply.send)

    def _door(self) -> Response:
        """Lead whoever types the bare address to the desk, or to the pages without JavaScript."""
        return RedirectResponse(DESK if self._files.built else PLAIN, status_code=302)

    def _limit(self, scope: _Scope, rule: Rule) -> int:
        if scope["path"] == CARRY:
            return MAX_CARRIED
        if rule.large:
            return self._max_body
        return min(OPEN_BYTES if rule.allow is Right.OPEN else SMALL_BYTES, self._max_body)

    def _check_site(self, scope: _Scope) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        host = _only(headers, b"host")
        if host is None or host.lower() not in self._access.hosts:
            raise WrongHost(
                "this API answers to its own names only",
                where="Host",
                hint="the loopback address, or a name in the setting api_names",
            )
        scheme = "https" if self._access.secure else "http"
        origin = _only(headers, b"origin")
        if origin is not None and origin != f"{scheme}://{host}":
            raise WrongHost("a page of another site may not use this API", where="Origin")
        # A browser that says no origin may still say that the request is not of our own pages.
        site = _only(headers, b"sec-fetch-site")
        if scope["method"] not in SAFE and site not in (None, "same-origin", "none"):
            raise WrongHost("a page of another site may not use this API", where="Sec-Fetch-Site")


def _check_length(scope: _Scope, limit: int) -> None:
    length = _only(scope["headers"], b"content-length")
    if length is not None and length.isdecimal() and int(length[:20]) > limit:
        raise too_large(limit)


def _only(headers: list[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Give a header that may occur once; two of them could mean two things."""
    values = [value for key, value in headers if key.lower() == name]
    if len(values) > 1:
        raise BadQuery("this header may occur once", where=name.decode())
    return values[0].decode("latin-1") if values else None
