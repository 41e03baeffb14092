"""The API of a node on its loopback port, in a thread of this process."""

import socket
import threading
from types import TracebackType

import uvicorn

from parley.desk.access import TOKEN_BYTES, Access, remove_access, write_access
from parley.desk.api import create_api
from parley.errors import FolderInUse
from parley.node.entropy import Entropy
from parley.node.runtime import Node

_GRACE_S = 3
_LAST_S = 2
# Beyond this the server cancels what runs by itself, and logs an error.
_NEVER_S = 30


class ApiServer:
    """Serves a node's API from ``start`` to ``stop``; the token lies in the node's folder between.

    Used as a context. ``access`` holds the address, with the real port where 0 was asked for.
    """

    def __init__(self, node: Node, entropy: Entropy) -> None:
        self._node = node
        host, port = node.settings.api_host, node.settings.api_port
        self._socket = _listen(host, port)
        number = self._socket.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        self.access = Access(f"http://{name}:{number}", entropy.draw(TOKEN_BYTES).hex())
        self._guard = create_api(node, self.access)
        config = uvicorn.Config(
            self._guard,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_NEVER_S,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="api", daemon=True)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        """Begin to serve; the token is written once the socket listens."""
        self._thread.start()
        write_access(self._node.folder, self.access)

    def stop(self) -> None:
        """Let requests end, refuse those that do not in some seconds, and take the token away."""
        remove_access(self._node.folder)
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
