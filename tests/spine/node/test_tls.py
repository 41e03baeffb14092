"""TLS between nodes: version 1.3, both certificates pinned and compared byte for byte."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from parley.node.entropy import SystemEntropy
from parley.node.tls import line_context, make_certificate


class Side:
    """One side of a handshake: a certificate of its own, and the pins it holds."""

    def __init__(self, folder: Path, name: str) -> None:
        key, pem, self.der = make_certificate(name, SystemEntropy())
        self.files = (str(folder / f"{name}.crt"), str(folder / f"{name}.key"))
        Path(self.files[0]).write_bytes(pem)
        Path(self.files[1]).write_bytes(key)
        self.pins: list[bytes] = []

    def context(self, *, server: bool) -> ssl.SSLContext:
        return line_context(*self.files, lambda: self.pins, server=server)


def shake(server: ssl.SSLContext, client: ssl.SSLContext) -> str:
    """Let two contexts meet over a socket pair, exchange a byte each way, give the version."""
    one, two = socket.socketpair()
    failures: list[Exception] = []

    def serve() -> None:
        try:
            with server.wrap_socket(one, server_side=True) as line:
                line.sendall(line.recv(1))
        except (OSError, ssl.SSLError) as error:
            failures.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(two) as line:
            line.sendall(b"x")
            if line.recv(1) != b"x":
                raise ssl.SSLError("closed by the server")
            return str(line.version())
    finally:
        two.close()
        thread.join()
        one.close()


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Side, Side]:
    a, b = Side(tmp_path, "a"), Side(tmp_path, "b")
    a.pins, b.pins = [b.der], [a.der]
    return a, b


def test_pinned_sides_meet_in_tls_1_3(sides: tuple[Side, Side]) -> None:
    a, b = sides
    assert shake(a.context(server=True), b.context(server=False)) == "TLSv1.3"


def test_a_stranger_is_refused_on_either_side(tmp_path: Path, sides: tuple[Side, Side]) -> None:
    """Neither an unknown caller nor an unknown server gets a byte through."""
    a, b = sides
    thief = Side(tmp_path, "a")  # the same name, another key
    thief.pins = [a.der, b.der]
    with pytest.raises((ssl.SSLError, OSError)):
        shake(thief.context(server=True), b.context(server=False))
    with pytest.raises((ssl.SSLError, OSError)):
        shake(b.context(server=True), thief.context(server=False))


def test_a_trusted_but_unpinned_certificate_is_refused(sides: tuple[Side, Side]) -> None:
    """When a pin is taken back, the old trust store of the context helps nobody."""
    a, b = sides
    server, client = a.context(server=True), b.context(server=False)
    b.pins = []
    with pytest.raises((ssl.SSLError, OSError)):
        shake(server, client)


def test_no_caller_without_certificate(sides: tuple[Side, Side]) -> None:
    a, _ = sides
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname = False
    bare.verify_mode = ssl.CERT_NONE
    with pytest.raises((ssl.SSLError, OSError)):
        shake(a.context(server=True), bare)


def test_tls_1_2_is_refused(sides: tuple[Side, Side]) -> None:
    a, b = sides
    old = b.context(server=False)
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, OSError)):
        shake(a.context(server=True), old)
