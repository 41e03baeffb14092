"""A relay between nodes: it names every message it carries, keeps what it saw, and can be cut."""

import re
import socket
import threading
from dataclasses import dataclass, field

# Every message two nodes exchange, written down here a second time: a relay that meets another one
# fails the story, and so does a node that gains or loses a message without this list.
KNOWN_FRAMES = {
    "read-checkpoint": ("GET", re.compile(r"/log/[0-9a-f]{64}/checkpoint")),
    "read-tile": ("GET", re.compile(r"/log/[0-9a-f]{64}/tile/(entries|[0-9]+)/[x0-9/]+(\.p/\d+)?")),
    "offer-head": ("POST", re.compile(r"/add-checkpoint")),
    "offer-entries": ("POST", re.compile(r"/add-entries")),
    "fetch-part": ("GET", re.compile(r"/part/[0-9a-f]{64}\?channel=[0-9a-f]{64}")),
    "offer-part": ("PUT", re.compile(r"/part/[0-9a-f]{64}\?channel=[0-9a-f]{64}")),
    "pass-cosignatures": ("POST", re.compile(r"/cosignatures")),
}


@dataclass
class Cut:
    """When the line breaks: at frame ``at``, before it arrives or before it is answered."""

    at: int | None = None
    answer_lost: bool = False
    seen: list[str] = field(default_factory=list)
    broken: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, at: int | None, *, answer_lost: bool) -> None:
        with self.lock:
            self.at, self.answer_lost, self.broken = at, answer_lost, False
            self.seen = []

    def heal(self) -> None:
        self.arm(None, answer_lost=False)

    def passes(self, frame: str) -> tuple[bool, bool]:
        """Take a frame; tell whether it arrives, and whether its answer comes back."""
        with self.lock:
            if self.broken:
                return False, False
            self.seen.append(frame)
            if self.at is not None and len(self.seen) > self.at:
                self.broken = True
                return self.answer_lost, False
            return True, True


class Relay:
    """Carries HTTP/1.1 from its own port to a node's, message by message."""

    def __init__(self, target: int, cut: Cut) -> None:
        self.cut = cut
        self.bytes: list[bytes] = []
        self.strange: list[str] = []
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._callers: list[threading.Thread] = []
        self._thread.start()

    def aim(self, target: int) -> None:
        self._target = target

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in list(self._open):
            line.close()
        self._thread.join()
        for caller in self._callers:
            caller.join()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(caller,), daemon=True)
            self._callers.append(thread)
            thread.start()

    def _carry(self, caller: socket.socket) -> None:
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.add(caller)
        node: socket.socket | None = None
        try:
            while True:
                request = _message(caller)
                if not request:
                    return
                arrives, answered = self.cut.passes(self._name(request))
                if not arrives:
                    return
                self.bytes.append(request)
                if node is None:
                    node = socket.create_connection(("127.0.0.1", self._target))
                    node.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                node.sendall(request)
                answer = _message(node)
                self.bytes.append(answer)
                if not answered or not answer:
                    return
                caller.sendall(answer)
        except OSError:
            return
        finally:
            self._open.discard(caller)
            caller.close()
            if node is not None:
                node.close()

    def _name(self, request: bytes) -> str:
        method, target, _ = request.split(b"\r\n", 1)[0].decode().split(" ")
        for name, (verb, path) in KNOWN_FRAMES.items():
            if verb == method and path.fullmatch(target):
                return name
        self.strange.append(f"{method} {target}")
        return "unknown"


def _message(line: socket.socket) -> bytes:
    """Read one HTTP/1.1 message with its body; nothing when the other side hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = line.recv(65_536)
        if not chunk:
            return b""
        data += chunk
    head, _, rest = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    missing = (int(length.group(1)) if length else 0) - len(rest)
    while missing > 0:
        chunk = line.recv(65_536)
        if not chunk:
            return b""
        data += chunk
        missing -= len(chunk)
    return data
