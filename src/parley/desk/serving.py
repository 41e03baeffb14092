"""The API of a node on its port, in a thread of this process: plain on loopback, TLS beyond."""

import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType

import uvicorn

from parley.desk.access import TOKEN_BYTES, Access, remove_access, write_access
from parley.desk.alarms.watching import AlarmWatch
from parley.desk.api import create_api
from parley.desk.connections import Bounds, bounded_by
from parley.errors import BadSettings, FolderInUse
from parley.node.entropy import Entropy
from parley.node.runtime import Node
from parley.node.settings import Settings
from parley.node.webserver import serve

_GRACE_S = 3
_LAST_S = 2
# Beyond this the server cancels what runs by itself, and logs an error.
_NEVER_S = 30
# A call from here must not need to know on which of its addresses the machine is reached.
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - it is what a setting may say


class ApiServer:
    """Serves a node's API from ``start`` to ``stop``; the token lies in the node's folder between.

    Used as a context. ``access`` holds the address, with the real port where 0 was asked for.
    Beyond loopback it is refused without TLS, or while there is no account (BadSettings): whoever
    found the door first would make the first one. Without ``alarms`` nobody is called: whoever
    plays with the node's clock looks after them step by step.
    """

    def __init__(
        self, node: Node, entropy: Entropy, bounds: Bounds | None = None, *, alarms: bool = True
    ) -> None:
        self._node = node
        settings, bounds = node.settings, bounds or Bounds()
        context = _context(settings)
        if not settings.on_loopback and (context is None or not node.accounts.people.any()):
            raise BadSettings(
                "beyond loopback there must be an account and TLS",
                where=f"api_host {settings.api_host}",
                hint="`parley account add` makes the first account",
            )
        self._socket = _listen(settings.api_host, settings.api_port)
        number = self._socket.getsockname()[1]
        self.access = _access(settings, number, entropy.draw(TOKEN_BYTES).hex())
        self._guard = create_api(node, self.access, bounds.body_s)
        config = uvicorn.Config(
            self._guard,
            http=bounded_by(bounds),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=bounds.most,
            timeout_graceful_shutdown=_NEVER_S,
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="api", daemon=True)
        self._alarms = AlarmWatch(node) if alarms else None

    def _run(self) -> None:
        serve(self._server, self._socket)

    def start(self) -> None:
        """Begin to serve; the token is written once the socket listens."""
        self._thread.start()
        if self._alarms is not None:
            self._alarms.start()
        write_access(self._node.folder, self.access)

    def stop(self) -> None:
        """Let requests end, refuse those that do not in some seconds, and take the token away."""
        remove_access(self._node.folder)
        if self._alarms is not None:
            self._alarms.stop()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_GRACE_S)
            self._guard.end()
            self._thread.join(_LAST_S)
            self._server.force_exit = True  # what is left has its answer and does not read it
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> "ApiServer":
        """Begin to serve."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()


def _access(settings: Settings, port: int, token: str) -> Access:
    host = _ANY.get(settings.api_host, settings.api_host)
    name = f"[{host}]" if ":" in host else host
    tls = settings.api_tls
    if tls is None:
        return Access(f"http://{name}:{port}", token, names=settings.api_names)
    return Access(f"https://{name}:{port}", token, str(tls[0].absolute()), settings.api_names)


def _context(settings: Settings) -> ssl.SSLContext | None:
    files = settings.api_tls
    if files is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    for file in files:
        _refuse_unreadable(file)
    try:
        context.load_cert_chain(str(files[0]), str(files[1]), _no_password)
    except (ssl.SSLError, OSError) as error:
        why = getattr(error, "reason", None) or error.strerror or "unreadable"
        raise BadSettings(
            f"certificate and key cannot be used: {why}", where=f"api_certificate {files[0]}"
        ) from None
    return context


def _refuse_unreadable(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise BadSettings(f"{error.strerror}", where=str(file)) from None


def _no_password() -> str:
    """Answer for a key that is locked by a password: nobody is there to type one."""
    raise OSError(0, "the key is locked by a password")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise FolderInUse(
            f"port {port} cannot be had: {error.strerror}",
            where=f"{host}:{port}",
            hint="set api_port, or stop what uses it",
        ) from None
    listening.listen(64)
    return listening
