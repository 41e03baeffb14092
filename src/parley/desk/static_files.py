"""The built desk, file by file, under ``/desk/``: a fixed list, made once, and nothing beside it.

What is served is what ``hatch_build.py`` put into ``static/``: code and fonts, the same for
everybody, so that it needs no log-in and tells nothing. A path is looked up in the list and never
joined to a folder. Where the desk was not built, its plain pages are all there is.
"""

import gzip
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.desk.problems import MethodNotAllowed, problem_response
from parley.errors import NotHere

BASE = "/desk/"
FOLDER = Path(__file__).parent / "static"
INDEX = "index.html"

# Nothing but the node's own files, no script or style written into a page, no frame around it.
# Svelte makes its pieces of HTML through one named policy; any other text stays text.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_PACKED = frozenset({".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt"})
# Under assets/ a name holds the digest of what is in it: it never changes its meaning.
_FOREVER = b"private, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent: plain, and packed by gzip where that makes it smaller."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str
    caching: bytes

    def headers(self, *, packed: bool) -> list[tuple[bytes, bytes]]:
        """Give the headers of an answer that sends it."""
        length = len(self.packed if packed and self.packed is not None else self.body)
        found = [
            (b"content-type", self.media_type.encode()),
            (b"content-length", str(length).encode()),
            (b"etag", self.tag.encode()),
            (b"cache-control", self.caching),
            (b"content-security-policy", POLICY.encode()),
            (b"vary", b"Accept-Encoding"),
        ]
        return [*found, (b"content-encoding", b"gzip")] if packed else found


class DeskFiles:
    """An ASGI application of the built desk; ``built`` tells whether there is one.

    Used by the guard for every path that ``serves`` says is its own, before anybody is asked who
    they are. Files are read once, when the first of them is asked for.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._files: dict[str, StaticFile] | None = None

    @property
    def built(self) -> bool:
        """Tell whether there is a desk to serve."""
        return (self._folder / INDEX).is_file()

    @staticmethod
    def serves(path: str) -> bool:
        """Tell whether a path of a request is one of the desk's."""
        return path == BASE.rstrip("/") or path.startswith(BASE)

    def files(self) -> dict[str, StaticFile]:
        """Give the list: name under ``/desk/`` -> file; none of them begins with a dot."""
        if self._files is None:
            self._files = {
                path.relative_to(self._folder).as_posix(): _read(path)
                for path in sorted(self._folder.rglob("*"))
                if path.is_file() and not path.name.startswith(".") and path.suffix in _TYPES
            }
        return self._files

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """Send one file; anything but GET and HEAD of a listed name is refused."""
        if scope["method"] not in ("GET", "HEAD"):
            refused = MethodNotAllowed("no such method here", where=str(scope["method"]))
            await problem_response(refused)(scope, receive, send)
            return
        if scope["path"] == BASE.rstrip("/"):
            await _answer(send, 308, [(b"location", b"desk/"), (b"content-length", b"0")], b"")
            return
        found = self.files().get(scope["path"].removeprefix(BASE) or INDEX)
        if found is None:
            hint = "" if self.built else "the desk was not built: see docs/operating.md"
            missing = NotHere("no such file", where=str(scope["path"])[:200], hint=hint)
            await problem_response(missing)(scope, receive, send)
            return
        await _give(found, scope, send)


async def _give(found: StaticFile, scope: _Scope, send: _Send) -> None:
    given = {name.lower(): value for name, value in scope["headers"]}
    if found.tag.encode() in given.get(b"if-none-match", b""):
        kept = [pair for pair in found.headers(packed=False) if pair[0] != b"content-length"]
        await _answer(send, 304, kept, b"")
        return
    packed = found.packed is not None and b"gzip" in given.get(b"accept-encoding", b"")
    body = found.packed if packed and found.packed is not None else found.body
    head = scope["method"] == "HEAD"
    await _answer(send, 200, found.headers(packed=packed), b"" if head else body)


async def _answer(
    send: _Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    packed = gzip.compress(body, 6, mtime=0) if path.suffix in _PACKED else None
    forever = path.parent.name == "assets"
    return StaticFile(
        body,
        packed if packed is not None and len(packed) < len(body) else None,
        _TYPES[path.suffix],
        f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        _FOREVER if forever else _ASK_AGAIN,
    )
