"""Where alarms arrive: a real webhook and a real mail server, each on a port of loopback."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """Let a server answer, and end it."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Webhook:
    """What a pager gateway took; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[dict[str, Any]] = []
        self.url = ""


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Serve a webhook that takes JSON."""
    sink = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if sink.status == 200:
                sink.taken.append(json.loads(data))
            self.send_response(sink.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"json://127.0.0.1:{server.server_address[1]}/alarm"
    with running(server):
        yield sink


class Mail:
    """What a mail server took: recipient and message of each."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.url = ""


@contextmanager
def mail_server() -> Iterator[Mail]:
    """Serve as much of SMTP (RFC 5321) as it takes to accept a message."""
    sink = Mail()

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            to = ""
            self.say("220 sink")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"RCPT":
                    to = line.decode().partition(":")[2].strip(" <>\r\n")
                if word == b"QUIT":
                    self.say("221 bye")
                    return
                if word == b"DATA":
                    self.say("354 go on")
                    sink.taken.append((to, self.message()))
                self.say("250 taken")

        def message(self) -> str:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.decode())
            return "".join(lines)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    sink.url = f"mailto://127.0.0.1:{port}/?from=desk@parley.invalid&to=deputy@parley.invalid&mode=insecure"
    with running(server):
        yield sink
