"""A served desk with people: one account a role, and browsers that are logged in as them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from parley.desk.login.cookies import Cookie
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR, Role
from parley.node.accounts.sessions import csrf_of
from tests.spine.desk.conftest import Desk, open_desk
from tests.spine.node.accounts_world import GOOD, quick

JSON = {"Content-Type": "application/json"}
# Browsers of the desk that is served, closed with it.
_OPENED: list[httpx.Client] = []


@dataclass
class Browser:
    """Somebody's browser: its cookie, and the word that its pages got."""

    http: httpx.Client
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Ask as a page of the desk would; the body of a stream that does not end is not read."""
        sent = {**({"X-Parley-CSRF": self.csrf} if self.csrf else {}), **JSON, **self.headers}
        sent |= headers
        content = b"" if body is None else json.dumps(body).encode()
        with self.http.stream(method, path, content=content, headers=sent) as answer:
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                answer.read()
        return answer


def browser(desk: Desk) -> Browser:
    """Give a browser that nobody has logged in with."""
    # plain HTTP: no list of authorities has to be read for it
    fresh = httpx.Client(base_url=desk.server.access.url, trust_env=False, timeout=60, verify=False)
    _OPENED.append(fresh)
    return Browser(fresh)


def seated(desk: Desk, name: str) -> Browser:
    """Give a browser in which somebody is logged in already, without asking for a password."""
    accounts = desk.node.accounts
    entered = accounts.enter(accounts.people.get(name), "password", address="127.0.0.1")
    fresh = browser(desk)
    fresh.http.cookies.set(Cookie(desk.server.access.port, secure=False).name, entered.secret)
    fresh.csrf = csrf_of(entered.secret)
    return fresh


def logged_in(desk: Desk, name: str, password: str = GOOD, code: str = "") -> Browser:
    """Log somebody in over HTTP."""
    fresh = browser(desk)
    answer = fresh.ask("POST", "/v1/session", {"name": name, "password": password, "code": code})
    assert answer.status_code == 200, answer.text
    fresh.csrf = answer.json()["csrf"]
    return fresh


@contextmanager
def open_people(folder: Path) -> Iterator[Desk]:
    """Serve a desk with an account for each role, named as the role is."""
    with open_desk(folder) as desk:
        quick(desk.node.accounts)
        changes = Changes(desk.node.accounts)
        for role in Role:
            changes.add(OPERATOR, name=role, display="", post="", roles=[role], language="en")
            changes.set_password(OPERATOR, role, GOOD)
        try:
            yield desk
        finally:
            while _OPENED:
                _OPENED.pop().close()


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of a refusal; 0 and nothing of what is none."""
    if answer.headers.get("content-type") != "application/problem+json":
        return 0, ""
    return answer.status_code, str(json.loads(answer.content)["code"])
