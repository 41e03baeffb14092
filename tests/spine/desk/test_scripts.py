"""HTTP behaviour as text: every file in tests/scripts is played against a real server.

A script is a list of exchanges, each beginning with ``###`` and what is expected of it. Then come
the request line, headers, an empty line and a body, as far as there are any; then ``=> STATUS`` and
what must hold of the answer, one assertion a line:

    header NAME == VALUE        header NAME contains TEXT
    body contains TEXT          body lacks TEXT         body == TEXT
    json PATH == JSON           json PATH contains TEXT     json PATH length NUMBER
    save NAME = PATH

A path is dotted, with numbers for places in lists. ``{name}`` stands for what was saved before;
``{channel}``, ``{host}`` and ``{token}`` are known from the start. A header ``-Name:`` is left out.
"""

import json
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.spine.desk.conftest import Desk

SCRIPTS = sorted((Path(__file__).resolve().parents[2] / "scripts").glob("*.txt"))


@dataclass
class Exchange:
    """One request and what must hold of its answer."""

    title: str
    request: str = ""
    headers: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    status: int = 0
    claims: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What came back, as bytes on the wire said it."""

    status: int
    headers: dict[str, str]
    body: str


def exchanges(text: str) -> list[Exchange]:
    """Read a script; whatever is in no place of an exchange is refused."""
    found: list[Exchange] = []
    part = "nothing"
    for line in text.splitlines():
        if line.startswith("###"):
            found.append(Exchange(line.removeprefix("###").strip()))
            part = "request"
        elif part == "nothing":
            assert not line.strip() or line.startswith("#"), f"outside an exchange: {line}"
        elif line.startswith("=> "):
            found[-1].status = int(line.removeprefix("=> "))
            part = "claims"
        elif part == "request":
            found[-1].request = line
            part = "headers"
        elif part == "headers":
            if line.strip():
                found[-1].headers.append(line)
            else:
                part = "body"
        elif part == "body":
            found[-1].body.append(line)
        elif line.strip():
            found[-1].claims.append(line.strip())
    assert all(e.request and e.status and e.title for e in found)
    return found


def send(host: str, head: list[str], body: bytes) -> Answer:
    """Send exactly these bytes over a socket and read the answer to its end."""
    name, _, port = host.rpartition(":")
    raw = "\r\n".join([*head, "Connection: close", "", ""]).encode() + body
    with socket.create_connection((name, int(port)), timeout=30) as line:
        line.sendall(raw)
        got = b""
        while chunk := line.recv(65536):
            got += chunk
    top, _, rest = got.partition(b"\r\n\r\n")
    lines = top.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (item.partition(":") for item in lines[1:])}
    if headers.get("transfer-encoding") == "chunked":
        rest = unchunked(rest)
    return Answer(int(lines[0].split()[1]), headers, rest.decode("utf-8", "replace"))


def unchunked(data: bytes) -> bytes:
    """Join the chunks of a body (RFC 9112 section 7.1)."""
    joined = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        joined, data = joined + data[: int(size, 16)], data[int(size, 16) + 2 :]
    return joined


def filled(text: str, known: dict[str, str]) -> str:
    """Put what is known into the places that name it; other braces stay."""
    return re.sub(r"\{([a-z_]+)\}", lambda m: known.get(m[1], m[0]), text)


def at(value: Any, path: str) -> Any:
    """Follow a dotted path."""
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def check(claim: str, answer: Answer, known: dict[str, str]) -> None:
    """Assert one claim about an answer, or save what it names."""
    kind, _, rest = claim.partition(" ")
    if kind == "save":
        name, _, path = rest.partition(" = ")
        known[name] = str(at(json.loads(answer.body), path))
        return
    if kind == "body":
        verb, _, text = rest.partition(" ")
        assert {
            "contains": text in answer.body,
            "lacks": text not in answer.body,
            "==": text == answer.body.rstrip("\n"),
        }[verb], f"{claim}\n{answer.body}"
        return
    path, verb, text = rest.split(" ", 2)
    if kind == "header":
        value = answer.headers.get(path.lower(), "")
        assert {"==": value == text, "contains": text in value}[verb], f"{claim}: {value}"
        return
    assert kind == "json", claim
    found = at(json.loads(answer.body), path)
    if verb == "==":
        assert found == json.loads(text), f"{claim}: {found}"
    elif verb == "length":
        assert len(found) == int(text), f"{claim}: {found}"
    else:
        assert verb == "contains", claim
        assert text in (found if isinstance(found, list | str) else json.dumps(found)), claim


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(desk: Desk, script: Path) -> None:
    """The server answers each request of the script as it says."""
    access = desk.server.access
    known = {
        "channel": desk.channel,
        "host": access.url.removeprefix("http://"),
        "token": access.token,
    }
    for exchange in exchanges(script.read_text(encoding="utf-8")):
        body = filled("\n".join(exchange.body), known).encode()
        headers = {"host": known["host"], "authorization": f"Bearer {access.token}"}
        if body:
            headers["content-length"] = str(len(body))
            headers["content-type"] = "application/json"
        for line in exchange.headers:
            name, _, value = line.partition(":")
            if name.startswith("-"):
                headers.pop(name[1:].lower(), None)
            else:
                headers[name.lower()] = filled(value.strip(), known)
        head = [f"{filled(exchange.request, known)} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        answer = send(known["host"], head, body)
        where = f"{script.name}: {exchange.title}"
        assert answer.status == exchange.status, f"{where}\n{answer.body}"
        for claim in exchange.claims:
            check(filled(claim, known), answer, known)


def test_there_are_scripts() -> None:
    """The folder is not empty: an empty list of scripts would pass in silence."""
    assert SCRIPTS
