"""The peer-facing HTTP server: one explicit list of frames, every request signed and limited.

The frames follow C2SP tlog-witness (add-checkpoint), tlog-mirror (add-entries) and tlog-tiles
(reading), docs/formats.md section "Wire". A caller is whoever signed; TLS only guards the pipe.
"""

import socket
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parley.errors import BadRequest, Outcome, ParleyError, TooMuch, Unreachable
from parley.log.packages import MAX_UPLOAD
from parley.node.clock import Clock
from parley.node.httpsig import Nonces, verify_request
from parley.node.tls import server_factory
from parley.node.webserver import serve
from parley.node.wire_limits import RateLimit, Refusals

MAX_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed a request: a line key, and the member it speaks for in each channel."""

    keyid: str
    member_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request."""

    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    media_type: str = "application/octet-stream"
    headers: Mapping[str, str] = field(default_factory=dict)


class Answering(Protocol):
    """What answers the frames (``node/answering.py``)."""

    endpoint: str
    """The address the charters name for this node; signatures are checked against it."""

    def callers(self) -> Mapping[str, tuple[bytes, Caller]]:
        """Give the line keys of every channel: key id -> (public key, caller)."""
        ...

    def read_checkpoint(self, call: Call) -> Reply:
        """Give the latest head of a log whose entries are held here."""
        ...

    def read_tile(self, call: Call) -> Reply:
        """Give a tile or an entry bundle."""
        ...

    def offer_head(self, call: Call) -> Reply:
        """Take a newer head with its consistency proof; give the witness line."""
        ...

    def offer_entries(self, call: Call) -> Reply:
        """Take entry packages up to a head; give the receipt line."""
        ...

    def fetch_part(self, call: Call) -> Reply:
        """Give a part the caller may hold."""
        ...

    def offer_part(self, call: Call) -> Reply:
        """Take a part."""
        ...

    def pass_cosignatures(self, call: Call) -> Reply:
        """Take cosignature lines of others over a head."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One type of message between nodes; ``limit`` is the largest body in bytes."""

    name: str
    method: str
    path: str
    limit: int
    answer: Callable[[Answering, Call], Reply]


FRAMES: tuple[Frame, ...] = (
    Frame("read-checkpoint", "GET", "/log/{log}/checkpoint", 0, lambda a, c: a.read_checkpoint(c)),
    Frame("read-tile", "GET", "/log/{log}/tile/{tile:path}", 0, lambda a, c: a.read_tile(c)),
    Frame("offer-head", "POST", "/add-checkpoint", MAX_HEAD, lambda a, c: a.offer_head(c)),
    Frame(
        "offer-entries",
        "POST",
        "/add-entries",
        MAX_UPLOAD + MAX_HEAD,
        lambda a, c: a.offer_entries(c),
    ),
    Frame("fetch-part", "GET", "/part/{sha256}", 0, lambda a, c: a.fetch_part(c)),
    Frame("offer-part", "PUT", "/part/{sha256}", -1, lambda a, c: a.offer_part(c)),
    Frame(
        "pass-cosignatures", "POST", "/cosignatures", MAX_HEAD, lambda a, c: a.pass_cosignatures(c)
    ),
)


def line_app(
    answering: Answering, *, clock: Clock, calls_per_minute: int, max_part: int, refusals: Refusals
) -> Starlette:
    """Make the application that peers talk to."""
    gate = _Gate(answering, RateLimit(clock, calls_per_minute), refusals, max_part)
    routes = [Route(f.path, gate.endpoint(f), methods=[f.method], name=f.name) for f in FRAMES]
    return Starlette(routes=routes)


class _Gate:
    """What every request passes, in this order.

    (1) the body is within the frame's limit, (2) the signature verifies under a line key of a
    channel here, (3) the caller is within its rate, (4) the nonce is new; only then it is answered.
    """

    def __init__(
        self, answering: Answering, rate: RateLimit, refusals: Refusals, max_part: int
    ) -> None:
        self._answering = answering
        self._rate = rate
        self._refusals = refusals
        self._max_part = max_part
        self._nonces = Nonces()

    def endpoint(self, frame: Frame) -> Callable[[Request], Awaitable[Response]]:
        """Make the endpoint of one frame."""

        async def endpoint(request: Request) -> Response:
            try:
                limit = self._max_part if frame.limit < 0 else frame.limit
                body = await _read(request, limit)
                reply = await run_in_threadpool(self._answer, frame, request, body)
            except ParleyError as error:
                self._refusals.count(error.code)
                reply = refusal(error)
            return Response(
                reply.body,
                reply.status,
                {"Accept-Encoding": "gzip", **reply.headers},
                media_type=reply.media_type,
            )

        return endpoint

    def _answer(self, frame: Frame, request: Request, body: bytes) -> Reply:
        known = self._answering.callers()
        raw, query = request.scope["raw_path"], request.scope["query_string"]
        target = self._answering.endpoint + raw.decode("latin-1").partition("?")[0]
        if query:
            target += f"?{query.decode('latin-1')}"
        keys = {keyid: public for keyid, (public, _) in known.items()}
        signed = verify_request(request.method, target, body, request.headers, keys)
        self._rate.take(signed.keyid)
        self._nonces.take(signed)
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        if len(dict(pairs)) != len(pairs):
            raise BadRequest("a parameter is given twice", where="query")
        body = _plain(body, request.headers.get("content-encoding"), frame.limit)
        call = Call(known[signed.keyid][1], dict(request.path_params), dict(pairs), body)
        return frame.answer(self._answering, call)


async def _read(request: Request, limit: int) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooMuch(f"the body has over {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _plain(body: bytes, coding: str | None, limit: int) -> bytes:
    """Undo gzip (tlog-mirror asks for it); what would unpack to more than the limit is refused."""
    if coding is None:
        return body
    if coding != "gzip" or limit <= 0:
        raise BadRequest(f"no content coding {coding[:40]!r} here", where="content-encoding")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, limit)
    except zlib.error:
        raise BadRequest("not gzip", where="content-encoding") from None
    if unpacker.unconsumed_tail or not unpacker.eof or unpacker.unused_data:
        raise TooMuch(f"unpacks to over {limit} bytes, or is cut off", where="content-encoding")
    return plain


# tlog-witness and tlog-mirror fix 403 for a log's signature and 422 for proofs; the rest is ours.
_BY_CODE = {
    "request-signature": 401,
    "log-note": 403,
    "log-cosignature": 403,
    "request-not-yours": 404,
    "request-limit": 429,
}
_BY_OUTCOME = {Outcome.BAD_INPUT: 400, Outcome.MISSING: 404}


def refusal(error: ParleyError) -> Reply:
    """Say no in one line; the code is for the other node, the words for its operator."""
    status = _BY_CODE.get(error.code) or _BY_OUTCOME.get(error.outcome, 422)
    text = f"{error}\n".encode()
    return Reply(status, text, "text/plain; charset=utf-8", {"Parley-Refusal": error.code})


class LineServer:
    """One listening server in a thread of its own."""

    def __init__(self, app: Any, host: str, port: int, context: ssl.SSLContext | None) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # The protocol is named so that asyncio turns off Nagle's delay on what it accepts.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            where = f"{host}:{port}"
            raise Unreachable(f"cannot listen: {error.strerror}", where=where) from None
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=2,
            ssl_context_factory=None if context is None else server_factory(context),
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name=f"line:{port}", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Listen; return once requests are answered."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.005)

    def stop(self) -> None:
        """Answer no more, and wait until the thread has ended."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        serve(self._server, self._socket)
