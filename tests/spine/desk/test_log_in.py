"""Logging in over HTTP: cookies, sessions, throttling, factors, and what hostile callers try."""

import http.client
import json
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest

from parley.desk.access import Access
from parley.desk.connections import Bounds
from parley.desk.login.cookies import Cookie
from parley.desk.serving import ApiServer
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from parley.node.accounts.throttle import PAIR
from parley.node.entropy import SeededEntropy
from tests.spine.desk.conftest import Desk
from tests.spine.desk.people import browser, logged_in, open_people, problem, seated
from tests.spine.node.accounts_world import GOOD

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve a desk with one person a role."""
    with open_people(tmp_path_factory.mktemp("login")) as served:
        yield served


def account(desk: Desk, name: str, *roles: str) -> str:
    """Make an account of the test's own."""
    changes = Changes(desk.node.accounts)
    changes.add(OPERATOR, name=name, display="", post="", roles=roles or ["officer"], language="en")
    changes.set_password(OPERATOR, name, GOOD)
    return name


# --- sessions and their cookies


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: Desk) -> None:
    """HttpOnly, SameSite=Strict, for all of this origin; nothing in it but the secret."""
    page = browser(desk)
    answer = page.ask("POST", "/v1/session", {"name": "officer", "password": GOOD})
    told = answer.json()
    port = desk.server.access.port
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == f"parley-{port}"
    secret, *flags = rest.split("; ")
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=strict"]
    assert len(secret) == 64
    assert secret not in answer.text
    assert told["csrf"] != secret
    assert (told["name"], told["roles"], told["status"]) == ("officer", ["officer"], "exercise")
    assert told["banner"].startswith("EXERCISE")


def test_over_tls_the_cookie_can_be_set_by_no_other_host() -> None:
    """Its name has the prefix that browsers hold to: Secure, Path=/, no Domain."""
    from starlette.responses import Response

    answer = Response()
    Cookie(443, secure=True).put(answer, "x")
    set_ = answer.headers["set-cookie"]
    assert set_ == "__Host-parley-443=x; HttpOnly; Path=/; SameSite=strict; Secure"


def test_a_planted_session_is_worth_nothing_after_the_log_in(desk: Desk) -> None:
    """Session fixation: neither a made-up secret nor the attacker's own session is taken over."""
    attacker = logged_in(desk, "observer")
    (name,), (secret,) = attacker.http.cookies.keys(), attacker.http.cookies.values()
    for planted in ("0" * 64, secret):
        victim = browser(desk)
        victim.http.cookies.set(name, planted)
        answer = victim.ask("POST", "/v1/session", {"name": "officer", "password": GOOD})
        assert answer.status_code == 200
        assert planted not in answer.headers["set-cookie"]
        thief = browser(desk)
        thief.http.cookies.set(name, planted)
        assert problem(thief.ask("GET", "/v1")) == (401, "account-needed")


def test_two_cookies_of_one_name_are_refused(desk: Desk) -> None:
    """One of them may have been planted; which is not guessed."""
    page = logged_in(desk, "officer")
    (name,), (secret,) = page.http.cookies.keys(), page.http.cookies.values()
    twice = browser(desk)
    twice.headers = {"Cookie": f"{name}={secret}; {name}={secret}"}
    assert problem(twice.ask("GET", "/v1")) == (422, "desk-request")


def test_logging_out_ends_the_session_itself(desk: Desk) -> None:
    """A copy of the cookie that somebody kept opens nothing any more."""
    page = logged_in(desk, "officer")
    kept = browser(desk)
    kept.http.cookies.update(page.http.cookies)
    assert kept.ask("GET", "/v1/session").json()["name"] == "officer"
    assert page.ask("DELETE", "/v1/session").status_code == 204
    assert not list(page.http.cookies.values())
    assert problem(kept.ask("GET", "/v1/session")) == (401, "account-needed")


def test_one_s_own_change_of_rights_or_password_makes_a_new_session(desk: Desk) -> None:
    """The page that asked goes on under a new secret and a new word; all others are out."""
    name = account(desk, "dora", "administrator", "officer")
    page, other = logged_in(desk, name), logged_in(desk, name)
    for path, body in (
        (f"/v1/accounts/{name}/roles", {"roles": ["administrator"]}),
        ("/v1/session/password", {"password": GOOD, "new": "another good password"}),
    ):
        before = list(page.http.cookies.values())
        answer = page.ask("POST", path, body)
        assert answer.status_code == 200, answer.text
        assert list(page.http.cookies.values()) != before
        page.csrf = page.ask("GET", "/v1/session").json()["csrf"]
    assert problem(other.ask("GET", "/v1")) == (401, "account-needed")
    assert page.ask("GET", "/v1/accounts").status_code == 200


def test_too_many_wrong_passwords_are_answered_with_when_to_try_again(desk: Desk) -> None:
    """429, ``Retry-After``, and the same for a name that nobody has."""
    for name in (account(desk, "emil"), "nobody-at-all"):
        page = browser(desk)
        said = [
            page.ask("POST", "/v1/session", {"name": name, "password": "wrong"})
            for _ in range(PAIR.free + 2)
        ]
        assert [problem(a) for a in said] == [
            *[(401, "account-refused")] * PAIR.free,
            *[(429, "account-throttled")] * 2,
        ]
        assert len({a.json()["detail"] for a in said[: PAIR.free]}) == 1
        assert int(said[-1].headers["retry-after"]) >= 1


def test_a_one_time_code_over_http(desk: Desk) -> None:
    """Begin, confirm with a code, log in with the next one; recovery codes are shown once."""
    name = account(desk, "frida")
    page = logged_in(desk, name)
    assert problem(page.ask("POST", "/v1/session/totp", {"password": "wrong"})) == (
        401, "account-refused",
    )  # fmt: skip
    begun = page.ask("POST", "/v1/session/totp", {"password": GOOD}).json()
    totp = pyotp.parse_uri(begun["uri"])
    assert {len(row) for row in begun["qr"]} == {len(begun["qr"])}
    now = desk.node.accounts.clock.now() // 1000
    code = pyotp.TOTP(begun["secret"]).at(now - 30)
    assert totp.secret == begun["secret"]
    done = page.ask("POST", "/v1/session/totp/confirm", {"code": code})
    assert done.status_code == 200, done.text
    assert len(done.json()["recovery"]) == 10
    without = browser(desk).ask("POST", "/v1/session", {"name": name, "password": GOOD})
    assert problem(without) == (401, "account-refused")
    again = logged_in(desk, name, code=done.json()["recovery"][0])
    told = again.ask("GET", "/v1/session/factors").json()
    assert (told["totp"], told["recovery_left"]) == (True, 9)


# --- what hostile callers send


@pytest.mark.parametrize("field", ["name", "display", "post"])
def test_html_in_a_name_is_a_text_and_never_a_page(desk: Desk, field: str) -> None:
    """It comes back as JSON that no browser takes for anything else, or is refused."""
    page = seated(desk, "administrator")
    body = {"name": f"gus-{field}", "display": "x", "post": "x", "roles": ["observer"]}
    answer = page.ask("POST", "/v1/accounts", {**body, field: SCRIPT})
    assert answer.headers["content-type"] in ("application/json", "application/problem+json")
    listed = page.ask("GET", "/v1/accounts")
    assert listed.headers["content-type"] == "application/json"
    assert listed.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in listed.headers["content-security-policy"]
    found = [a for a in listed.json()["accounts"] if SCRIPT in a.values()]
    assert bool(found) == (field != "name")


def test_html_in_a_record_is_a_text_on_every_page(desk: Desk) -> None:
    """Words of a record that look like markup are shown as the words they are."""
    page = seated(desk, "officer")
    text = {"lang": "en", "text": f"{SCRIPT}<img src=x onerror=alert(2)>"}
    body = {"urgency": "stop", "asked": text, "whom": text, "parties": []}
    channel = f"/v1/channels/{desk.channel}"
    sent = page.ask("POST", f"{channel}/records", {"kind": "warning/1", "body": body})
    assert sent.status_code == 201, sent.text
    for path in (f"{channel}/records/{sent.json()['name']}/page", f"{channel}/bulletin/2016-06-16"):
        shown = page.ask("GET", path)
        assert shown.status_code == 200, shown.text
        assert shown.headers["content-type"].startswith("text/html")
        assert "<script" not in shown.text
        assert "<img" not in shown.text
        assert "script-src" not in shown.headers["content-security-policy"]
    first = page.ask("GET", f"{channel}/records/{sent.json()['name']}/page").text
    assert "&lt;script&gt;" in first


PARTS = [
    "..", "../../api.json", "..%2f..%2fapi.json", "%2e%2e/%2e%2e/parley.toml", "....//api.json",
    "..%5c..%5capi.json", "%2fetc%2fpasswd", "/etc/passwd", "x%00.json", "keys%2fauthor.key",
]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "path",
    [
        "/v1/channels/{channel}/parts/{part}",
        "/v1/channels/{channel}/records/{part}/page",
        "/v1/channels/{channel}/records/{part}/evidence",
        "/v1/channels/{channel}/logs/{part}/checkpoint",
        "/v1/channels/{channel}/bulletin/{part}",
        "/v1/kinds/{part}/1/schema",
        "/desk/{part}",
        "/desk/assets/{part}",
    ],
)
def test_no_path_leads_out_of_what_is_served(desk: Desk, path: str, part: str) -> None:
    """A part of a path names something in our lists, or nothing; it is never joined to a folder."""
    access = desk.server.access
    line = http.client.HTTPConnection("127.0.0.1", access.port)
    asked = path.format(channel=desk.channel, part=part)
    line.request("GET", asked, headers={"Authorization": f"Bearer {access.token}"})
    answer = line.getresponse()
    said = answer.read()
    line.close()
    assert 400 <= answer.status < 500, said
    assert answer.headers["content-type"] == "application/problem+json"
    for secret in (access.token.encode(), b"api_port", b"root:"):
        assert secret not in said


def test_ten_megabytes_are_refused_wherever_they_have_no_place(desk: Desk) -> None:
    """By the stated length, before a byte of it is read; only what carries parts may be large."""
    document = desk.http.get("/v1/openapi.json").json()
    page = seated(desk, "officer")
    large = {
        "/v1/check", "/v1/carry", "/v1/channels/{channel}/records",
        "/v1/channels/{channel}/batch", "/v1/channels/{channel}/geojson",
    }  # fmt: skip
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if method == "get" or told["x-parley-right"] not in ("open", "read", "write"):
                continue
            asked = path.replace("{channel}", desk.channel).replace("{", "").replace("}", "")
            answer = _announce(desk, page, method.upper(), asked, 10_000_000)
            if path in large:
                assert answer == b"", (path, answer)  # it waits for the body
            else:
                assert b" 413 " in answer.partition(b"\r\n")[0], (path, answer)


def _announce(desk: Desk, page: Any, method: str, path: str, length: int) -> bytes:
    """Send the head of a request with so long a body, and give what is answered at once."""
    (name,), (secret,) = page.http.cookies.keys(), page.http.cookies.values()
    head = [
        f"{method} {path} HTTP/1.1", f"Host: {urlsplit(desk.server.access.url).netloc}",
        f"Cookie: {name}={secret}", f"X-Parley-CSRF: {page.csrf}",
        "Content-Type: application/json", f"Content-Length: {length}", "", "",
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", desk.server.access.port)) as line:
        line.sendall("\r\n".join(head).encode())
        line.settimeout(0.3 if path.rpartition("/")[2] in _SLOW_TO_READ else 20)
        try:
            return line.recv(4096)
        except TimeoutError:
            return b""


_SLOW_TO_READ = {"check", "carry", "records", "batch", "geojson"}


@pytest.mark.parametrize("path", ["/v1/session", "/v1/session/first"])
def test_a_stranger_s_ten_megabytes_in_pieces_are_cut_off(desk: Desk, path: str) -> None:
    """Without a stated length it is counted, and no more of it is taken than the limit."""

    def pieces() -> Iterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    page = browser(desk)
    answer = None
    with suppress(httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        # the connection may be closed while we still send
        answer = page.http.post(path, content=pieces())
    assert answer is None or problem(answer) == (413, "desk-too-large")


def test_a_deep_or_broken_body_is_refused(desk: Desk) -> None:
    """Nesting, floats, doubled keys, other encodings: one line of refusal, no fault."""
    for body in (
        b"[" * 60_000, b'{"name": 1.5}', b'{"name": "a", "name": "b"}', b"\xff\xfe", b"", b"null",
        b'{"name": "a", "password": "b", "code": null}', rb'{"name": "\ud800", "password": "x"}',
        json.dumps({"name": "x" * 300, "password": "y"}).encode(),
        json.dumps({"name": "x", "password": "y" * 3000}).encode(),
    ):  # fmt: skip
        answer = browser(desk).http.post("/v1/session", content=body)
        assert problem(answer)[0] == 422, body[:40]


# --- slow callers


@pytest.fixture(scope="module")
def impatient(desk: Desk) -> Iterator[Access]:
    """Serve the same node once more, by a server that waits for hardly anything."""
    bounds = Bounds(head_s=0.3, body_s=0.3, take_s=0.3)
    server = ApiServer(desk.node, SeededEntropy("second"), bounds)
    access = server.access
    with server:
        yield access


def dial(access: Access) -> socket.socket:
    """Open a connection; whoever waits in vain on it is ended by the test's own limit."""
    line = socket.create_connection(("127.0.0.1", access.port))
    line.settimeout(60)
    return line


@pytest.mark.parametrize("begun", [b"", b"GET /v1 HT", b"GET /v1 HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_come_is_not_waited_for(impatient: Access, begun: bytes) -> None:
    """A connection that says nothing, or half of it, is closed."""
    with dial(impatient) as line:
        line.sendall(begun)
        assert ended(line)


def test_a_second_request_on_a_connection_is_not_waited_for_either(impatient: Access) -> None:
    """The answer of the first comes, and half a second request ends the connection."""
    with dial(impatient) as line:
        line.sendall(request(impatient, "GET /v1/kinds") + b"GET /v1/ki")
        said = b""
        while piece := _receive(line):
            said += piece
        assert said.startswith(b"HTTP/1.1 200 ")


def test_a_body_that_does_not_come_is_refused(impatient: Access) -> None:
    """The refusal says so, and the connection ends."""
    with dial(impatient) as line:
        line.sendall(request(impatient, "POST /v1/check", "Content-Length: 1000") + b"{")
        said = b""
        while piece := _receive(line):
            said += piece
    assert said.startswith(b"HTTP/1.1 408 ")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "desk-slow"


def test_others_are_served_while_some_are_slow(impatient: Access) -> None:
    """A hundred half requests keep nobody else from an answer."""
    slow = [dial(impatient) for _ in range(100)]
    for line in slow:
        line.sendall(b"POST /v1/session HTTP/1.1\r\nHost: x\r\n")
    with dial(impatient) as line:
        line.sendall(request(impatient, "GET /v1/kinds"))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
    for line in slow:
        line.close()


def test_an_answer_that_is_not_taken_is_not_kept(impatient: Access) -> None:
    """Whoever asks for much and reads nothing is left, and the connection closed."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", impatient.port))
    line.settimeout(60)
    with line, pytest.raises((ConnectionResetError, BrokenPipeError)):
        _send_for_ever(line, request(impatient, "GET /v1/openapi.json"))


def request(access: Access, what: str, *headers: str) -> bytes:
    """Give the head of a request that is let in."""
    netloc = urlsplit(access.url).netloc
    lines = [f"{what} HTTP/1.1", f"Host: {netloc}", f"Authorization: Bearer {access.token}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


def _send_for_ever(line: socket.socket, head: bytes) -> None:
    """Ask for more than any buffer holds, and send on: that is what ends it."""
    line.sendall(head * 400)
    while True:
        line.sendall(b"x" * 4096)


def ended(line: socket.socket) -> bool:
    """Tell, once it is so, that the other end closed the connection without a word."""
    return _receive(line) == b""


def _receive(line: socket.socket) -> bytes:
    try:
        return line.recv(65_536)
    except ConnectionResetError:
        return b""


def test_the_files_of_accounts_are_for_their_owner_only(desk: Desk) -> None:
    """Accounts, trail and its key: mode 0600 each."""
    folder: Path = desk.node.folder
    for name in ("accounts.db", "keys/audit.journal.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
