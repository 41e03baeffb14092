"""The guard lets nothing through but requests of this machine that hold the token."""

import asyncio
import json
import re
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parley.desk.access import FILE, Access, Guard, read_access, remove_access, write_access
from parley.desk.login.cookies import Cookie
from parley.desk.login.gate import Gate, Rule
from parley.desk.trail import Trail
from parley.errors import NotRunning
from parley.node.accounts.accounts import Accounts
from parley.node.accounts.rights import Right
from parley.node.clock import SystemClock
from parley.node.entropy import SystemEntropy

Ask = Callable[..., httpx.Response]

ACCESS = Access("http://127.0.0.1:8460", "t" * 64)
GOOD = {"Host": "127.0.0.1:8460", "Authorization": f"Bearer {ACCESS.token}"}


async def echo(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


def guard(held: Accounts) -> Guard:
    """Put a guard before one path that echoes; nobody has an account."""

    def accounts() -> Accounts:
        return held

    rules = (Rule("POST", re.compile("^/v1$"), Right.WRITE, stores=False, large=True),)
    gate = Gate(rules, ACCESS.token, Cookie(8460, secure=False), accounts, lambda _: False)
    app = Starlette(routes=[Route("/v1", echo, methods=["POST"])])
    return Guard(app, ACCESS, 1000, gate, Trail(accounts), SystemClock())


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Give a way to send one request through the guard, with no header but those given."""
    (tmp_path / "keys").mkdir()
    with Accounts(tmp_path, SystemClock(), SystemEntropy()) as held:
        yield partial(send, guard(held))


def send(
    app: Guard, headers: dict[str, str] | list[tuple[str, str]], content: Any = None
) -> httpx.Response:
    """Send one request through a guard."""

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport) as client:
            request = client.build_request("POST", "http://127.0.0.1:8460/v1", content=content)
            for name in ("host", "accept", "user-agent"):
                del request.headers[name]
            pairs = headers.items() if isinstance(headers, dict) else headers
            request.headers = httpx.Headers([*request.headers.multi_items(), *pairs])
            return await client.send(request)

    return asyncio.run(run())


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(json.loads(answer.content)["code"])


def test_this_machine_with_the_token_is_served(ask: Ask) -> None:
    """Loopback names and addresses with our port are this very API."""
    for host in ("127.0.0.1:8460", "localhost:8460", "[::1]:8460"):
        assert ask({**GOOD, "Host": host}).status_code == 200
    answer = ask({**GOOD, "Origin": "http://127.0.0.1:8460"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"Host": "127.0.0.1"}, 403, "desk-host"),
        ({"Host": "127.0.0.1:8461"}, 403, "desk-host"),
        ({"Host": "parley.example:8460"}, 403, "desk-host"),
        ({"Host": "127.0.0.1:8460.example"}, 403, "desk-host"),
        ({"Host": ""}, 403, "desk-host"),
        ({"Origin": "http://evil.example"}, 403, "desk-host"),
        ({"Origin": "null"}, 403, "desk-host"),
        ({"Origin": "http://localhost:8460"}, 403, "desk-host"),
        ({"Origin": "https://127.0.0.1:8460"}, 403, "desk-host"),
        ({"Authorization": ""}, 401, "desk-token"),
        ({"Authorization": "t" * 64}, 401, "desk-token"),
        ({"Authorization": "Bearer " + "t" * 63}, 401, "desk-token"),
        ({"Authorization": "Bearer " + "t" * 65}, 401, "desk-token"),
        ({"Authorization": "Bearer " + "u" + "t" * 63}, 401, "desk-token"),
        ({"Authorization": "bearer " + "t" * 64}, 401, "desk-token"),
    ],
)
def test_everybody_else_is_refused(
    ask: Ask, changes: dict[str, str], status: int, expected: str
) -> None:
    """Another host's name, another site's page, or a wrong token: refused, and told why."""
    answer = ask({**GOOD, **changes})
    assert (answer.status_code, code(answer)) == (status, expected)
    assert answer.headers["cache-control"] == "no-store"


def test_a_missing_host_is_refused(ask: Ask) -> None:
    """A request that names no host is not taken for ours."""
    assert code(ask({"Authorization": GOOD["Authorization"]})) == "desk-host"


def test_a_doubled_header_is_refused(ask: Ask) -> None:
    """Two hosts or two tokens could mean two things."""
    for name in GOOD:
        answer = ask([*GOOD.items(), (name, GOOD[name])])
        assert code(answer) == "desk-request"


def test_a_large_body_is_refused_by_its_length_and_by_its_bytes(ask: Ask) -> None:
    """The limit holds whether the length is stated or the body comes in pieces."""

    async def pieces() -> Any:
        for _ in range(11):
            yield b"x" * 100

    assert ask(GOOD, b"x" * 1000).json() == {"bytes": 1000}
    for content in (b"x" * 1001, pieces()):
        answer = ask(GOOD, content)
        assert (answer.status_code, code(answer)) == (413, "desk-too-large")


def test_the_token_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Address and token stand in one file of mode 0600, and go when the node stops."""
    write_access(tmp_path, Access("http://127.0.0.1:1", "old"))
    write_access(tmp_path, ACCESS)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert read_access(tmp_path) == ACCESS
    remove_access(tmp_path)
    remove_access(tmp_path)
    with pytest.raises(NotRunning) as refused:
        read_access(tmp_path)
    assert refused.value.hint == "start it with `parley run`, or name its folder by --node"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"url": 1}', b"\xff"])
def test_a_broken_token_file_is_no_crash(tmp_path: Path, content: bytes) -> None:
    """A file that cannot be read is a node that cannot be reached."""
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(NotRunning):
        read_access(tmp_path)
