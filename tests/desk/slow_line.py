"""A line between a browser and its node that can fall silent without breaking, or break."""

import contextlib
import socket
import threading

HOST = "127.0.0.2"


class SlowLine:
    """Carries bytes from ``127.0.0.2`` to the same port of a node, until it is told not to."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((HOST, port))
        self._start(self._listen)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self._port}"

    def fall_silent(self) -> None:
        """Carry nothing more either way; every connection stays open."""
        self._flows.clear()

    def heal(self) -> None:
        """Carry again: what waited, and what comes."""
        self._flows.set()

    def cut(self) -> None:
        """Break every connection that is open."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.heal()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(timeout=10)

    def _start(self, act: object, *words: object) -> None:
        thread = threading.Thread(target=act, args=words, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            try:
                node = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                caller.close()
                continue
            self._open |= {caller, node}
            self._start(self._carry, caller, node)
            self._start(self._carry, node, caller)

    def _carry(self, source: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                self._flows.wait()
                to.sendall(data)
        for each in (source, to):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
            self._open.discard(each)
