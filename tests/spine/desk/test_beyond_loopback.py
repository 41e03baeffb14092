"""A desk that other machines reach: TLS, an account, its own names; and the command for accounts.

The tests bind to 0.0.0.0 and call it over loopback.
"""

import asyncio
import io
import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from parley.desk.access import Access, read_access
from parley.desk.cli import run
from parley.desk.client import Client
from parley.desk.login.cookies import Cookie
from parley.desk.login.gate import Gate
from parley.desk.login.link import link_line
from parley.desk.serving import ApiServer
from parley.errors import BadSettings, NoToken, NotRunning
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy, SystemEntropy
from parley.node.runtime import Node
from parley.node.settings import load_settings, write_settings
from parley.node.tls import make_certificate
from tests.spine.desk.conftest import DAY, make_node
from tests.spine.node.accounts_world import GOOD, quick

SETTINGS = (
    'api_port = 0\napi_host = "0.0.0.0"\napi_certificate = "desk.crt"\napi_key = "desk.key"\n'
    'api_names = ["desk.example"]\n'
)


def certified(folder: Path) -> Path:
    """Make a node that is to be reached from elsewhere, with a certificate of its own making."""
    make_node(folder, "coalition", "CO").close()
    key, certificate, _ = make_certificate("desk.example", SystemEntropy())
    (folder / "desk.key").write_bytes(key)
    (folder / "desk.crt").write_bytes(certificate)
    (folder / "parley.toml").write_text(SETTINGS)
    return folder


def opened(folder: Path) -> Node:
    """Open the node of a folder."""
    return Node.open(folder, clock=ManualClock(DAY), entropy=SeededEntropy("at work"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Access]]:
    """Serve a desk beyond loopback, with one account."""
    node = opened(certified(tmp_path_factory.mktemp("beyond") / "node"))
    quick(node.accounts)
    changes = Changes(node.accounts)
    changes.add(OPERATOR, name="anna", display="", post="", roles=["administrator"], language="en")
    changes.set_password(OPERATOR, "anna", GOOD)
    with ApiServer(node, SystemEntropy()) as server:
        yield node, server.access
    node.close()


def visitor(access: Access) -> httpx.Client:
    """Give a browser that trusts the desk's certificate and calls it by its name."""
    context = ssl.create_default_context(cafile=access.certificate)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    host = {"Host": f"desk.example:{access.port}"}
    return httpx.Client(
        base_url=f"https://127.0.0.1:{access.port}", headers=host, verify=context, trust_env=False
    )


def test_the_command_line_trusts_the_certificate_of_the_folder_alone(
    served: tuple[Node, Access],
) -> None:
    """It talks to the node over TLS; behind another certificate there is no node for it."""
    node, access = served
    client = Client(read_access(node.folder))
    assert client.get("/v1")["name"] == "coalition"
    client.close()
    _, other, _ = make_certificate("desk.example", SystemEntropy())
    (node.folder / "other.crt").write_bytes(other)
    client = Client(Access(access.url, access.token, str(node.folder / "other.crt")))
    with pytest.raises(NotRunning):
        client.get("/v1")
    client.close()
    with pytest.raises(NotRunning):
        Client(Access(access.url, access.token, str(node.folder / "missing.crt")))


def test_somebody_logs_in_by_the_name_of_the_desk(served: tuple[Node, Access]) -> None:
    """The cookie is Secure and can be set by no other host; the origin is the https one."""
    _, access = served
    with visitor(access) as page:
        origin = {"Origin": f"https://desk.example:{access.port}"}
        body = {"name": "anna", "password": GOOD}
        answer = page.post("/v1/session", json=body, headers=origin)
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"__Host-parley-{access.port}=")
        assert "; Secure" in cookie
        for wrong in (f"http://desk.example:{access.port}", "https://desk.example", "null"):
            answer = page.post("/v1/session", json=body, headers={"Origin": wrong})
            assert answer.json()["code"] == "desk-host"
        for host in ("desk.example", f"evil.example:{access.port}", "desk.example:1"):
            answer = page.post("/v1/session", json=body, headers={"Host": host})
            assert answer.json()["code"] == "desk-host"


def test_nothing_is_spoken_in_the_clear(served: tuple[Node, Access]) -> None:
    """Plain HTTP on the port gets no answer, nor does an older TLS."""
    _, access = served
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{access.port}/v1", trust_env=False)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx.TransportError):
        httpx.get(access.url, verify=old, trust_env=False)


@pytest.mark.parametrize(
    ("client", "server", "here"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", True),
        ("192.0.2.5", "192.0.2.5", True),
        ("192.0.2.9", "192.0.2.5", False),
        (None, "192.0.2.5", False),
    ],
)
def test_the_operators_token_counts_on_this_machine_alone(
    served: tuple[Node, Access], client: str | None, server: str, here: bool
) -> None:
    """Read off a backup it opens nothing over the network."""
    node, access = served
    gate = Gate((), access.token, Cookie(1, secure=True), lambda: node.accounts, lambda _: False)
    scope: dict[str, Any] = {
        "method": "GET",
        "path": "/v1",
        "headers": [(b"authorization", f"Bearer {access.token}".encode())],
        "client": None if client is None else (client, 1),
        "server": (server, 443),
    }
    if here:
        assert asyncio.run(gate.ask(scope)).who == OPERATOR
    else:
        with pytest.raises(NoToken):
            asyncio.run(gate.ask(scope))


def test_nobody_is_let_reach_a_desk_without_an_account(tmp_path: Path) -> None:
    """Whoever found it first would make the first account."""
    node = opened(certified(tmp_path / "node"))
    with pytest.raises(BadSettings) as refused:
        ApiServer(node, SystemEntropy())
    assert refused.value.hint == "`parley account add` makes the first account"
    node.close()


@pytest.mark.parametrize(
    "text",
    [
        'api_host = "0.0.0.0"\n',
        'api_host = "0.0.0.0"\napi_certificate = "desk.crt"\n',
        'api_key = "desk.key"\n',
        'api_names = "desk.example"\n',
        'api_names = ["Desk Example"]\n',
        'api_names = ["desk.example:443"]\n',
        "api_names = [1]\n",
        "api_certificate = 1\n",
    ],
)
def test_a_reach_that_is_not_whole_is_refused(tmp_path: Path, text: str) -> None:
    """A certificate without its key, names that are none, or no TLS at all: one line."""
    folder = certified(tmp_path / "node")
    (folder / "parley.toml").write_text(text)
    with pytest.raises(BadSettings):
        load_settings(folder, {})


def test_settings_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    """Names and files among them; the environment has names divided by commas."""
    folder = certified(tmp_path / "node")
    settings = load_settings(folder, {})
    assert settings.api_names == ("desk.example",)
    write_settings(settings)
    assert load_settings(folder, {}) == settings
    more = load_settings(folder, {"PARLEY_API_NAMES": "a.example, b.example"})
    assert more.api_names == ("a.example", "b.example")


@pytest.mark.parametrize("wrong", ["missing", "garbage", "another key", "a locked key"])
def test_a_certificate_that_does_not_fit_is_refused(tmp_path: Path, wrong: str) -> None:
    """In one line, before anything listens."""
    folder = certified(tmp_path / "node")
    file = folder / "desk.key"
    if wrong == "missing":
        file.unlink()
    elif wrong == "garbage":
        file.write_text("x")
    elif wrong == "another key":
        file.write_bytes(make_certificate("x", SystemEntropy())[0])
    else:
        key = load_pem_private_key(file.read_bytes(), None)
        lock = BestAvailableEncryption(b"x")
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    node = opened(folder)
    with pytest.raises(BadSettings):
        ApiServer(node, SystemEntropy())
    node.close()


# --- the first start


def test_the_first_start_prints_a_link_that_works_once(tmp_path: Path) -> None:
    """``parley run`` prints it as long as nobody has an account, and the next start does not."""
    folder = tmp_path / "node"
    make_node(folder, "coalition", "CO").close()
    (folder / "parley.toml").write_text("api_port = 0\nline_port = 0\n")
    for expected in (1, 0):
        process = subprocess.Popen(
            [sys.executable, "-c", "from parley.desk.cli import main; main()", "run"],
            stdout=subprocess.PIPE,
            cwd=folder,
            text=True,
        )
        assert process.stdout is not None
        said = list(iter(process.stdout.readline, "running; Ctrl-C stops it\n"))
        links = [line.split() for line in said if line.startswith("link ")]
        assert len(links) == expected, said
        for link in links:
            desk, secret = "/".join(link[1].split("/")[:3]), link[-1].rpartition("/")[2]
            body = {"link": secret, "name": "anna", "password": GOOD}
            answers = [httpx.post(f"{desk}/v1/session/first", json=body) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [200, 409]
            assert answers[1].json()["code"] == "account-link"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.mark.parametrize("built", [True, False])
def test_a_link_is_for_the_pages_that_are_there(built: bool) -> None:
    """The secret is in no address that reaches a server, whichever page takes it."""
    where, _, rest = link_line("http://127.0.0.1:8460", "s3cret", built=built).partition(" ")
    path, _, fragment = where.removeprefix("http://127.0.0.1:8460").partition("#")
    assert path == ("/desk/" if built else "/plain/first")
    assert (fragment or rest).endswith("s3cret")


# --- the command


class Command:
    """``parley account`` for one folder, in this process."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
    ) -> None:
        self._folder = folder
        self._capsys = capsys
        self._patch = patch

    def __call__(self, *arguments: str, said: str = "", code: int = 0) -> str:
        """Run it, ``said`` on its standard input; give what it prints, or its one refusal."""
        self._patch.setattr(sys, "stdin", io.StringIO(said))
        ended = run(["account", *arguments, "--node", str(self._folder)])
        printed = self._capsys.readouterr()
        assert ended == code, printed
        if code:
            assert printed.err.count("\n") == 1, printed.err
            return printed.err
        assert printed.err == ""
        return printed.out


def test_the_command_looks_after_accounts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Add, list, roles, password, token, disable, link, audit: each says what it did."""
    folder = tmp_path / "node"
    make_node(folder, "coalition", "CO").close()
    account = Command(folder, capsys, monkeypatch)
    added = account("add", "anna", "--post", "chief", "--password", said=f"{GOOD}\n")
    assert added == "anna may log in\n"
    assert "link" in account("add", "bea", "--role", "officer")
    listed = account("list")
    assert "administrator officer releaser" in listed
    assert "invited" in listed
    told = json.loads(account("list", "--format", "json"))
    assert [each["name"] for each in told] == ["anna", "bea"]
    secret = account("token", "anna", "--label", "robot", "--right", "write").splitlines()[-1]
    assert secret.startswith("parley_")
    listed = account("token", "anna", "--list")
    assert "robot" in listed
    account("token", "anna", "--end", listed.splitlines()[1].split()[0])
    assert "robot" not in account("token", "anna", "--list")
    for arguments in (
        ["roles", "bea", "observer", "releaser"],
        ["password", "bea"],
        ["disable", "bea"],
        ["disable", "bea", "--undo"],
        ["link", "bea", "--factors"],
        ["oidc", "bea", "sub-of-bea"],
    ):
        account(*arguments, said="another good password\n")
    trail = account("audit")
    assert "roles changed: operator" in trail
    assert "unchanged; root" in trail
    first = json.loads(account("audit", "--format", "json").splitlines()[0])
    assert (first["number"], first["what"], first["who"]) == (1, "account added", "operator")
    assert GOOD not in trail
    assert secret not in trail


def test_what_the_command_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with a code, and nothing changed."""
    folder = tmp_path / "node"
    make_node(folder, "coalition", "CO").close()
    account = Command(folder, capsys, monkeypatch)
    assert "link" in account("link")
    account("add", "anna", "--password", said=f"{GOOD}\n")
    assert "account-last" in account("disable", "anna", code=1)
    assert "account-last" in account("roles", "anna", "officer", code=1)
    assert "account-unknown" in account("roles", "nobody", "officer", code=2)
    assert "account-exists" in account("link", code=1)
    assert "account-exists" in account("add", "anna", "--role", "officer", code=1)
    assert "account-input" in account("password", "anna", said="short\n", code=2)
    assert "desk-usage" in account("password", "anna", code=2)
    assert "desk-usage" in account("token", "anna", code=2)
    elsewhere = Command(tmp_path / "no node", capsys, monkeypatch)
    assert "folder-no-node" in elsewhere("list", code=2)
    assert not (tmp_path / "no node").exists()
