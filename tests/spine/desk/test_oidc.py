"""Logging in by an issuer: the way there and back, and everything that must not get in by it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from parley.errors import BadSettings
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from parley.node.settings import ISSUER_FILE, load_issuer
from tests.spine.desk.conftest import Desk
from tests.spine.desk.people import Browser, browser, open_people, problem
from tests.spine.desk.soft_issuer import (
    CLIENT,
    SECRET,
    SoftIssuer,
    other_key,
    serving,
    shared_secret,
)

REFUSED = (401, "account-refused")


@pytest.fixture(scope="module")
def issuer() -> Iterator[SoftIssuer]:
    """Serve an issuer."""
    with serving(SoftIssuer()) as served:
        yield served


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, issuer: SoftIssuer) -> Iterator[Desk]:
    """Serve a desk whose officer is known to the issuer."""
    with open_people(tmp_path_factory.mktemp("oidc")) as served:
        configure(served.node.folder, issuer.url)
        Changes(served.node.accounts).set_subject(OPERATOR, "officer", "sub-of-officer")
        yield served


@pytest.fixture(autouse=True)
def honest(issuer: SoftIssuer) -> Iterator[None]:
    """Let the issuer say what is right again after each test."""
    yield
    issuer.subject, issuer.algorithm, issuer.signing = "sub-of-officer", "ES256", None
    issuer.claims.clear()
    issuer.doors.clear()
    issuer.asked.clear()


def configure(folder: Path, url: str, **changes: str) -> None:
    """Name the issuer in the node's folder."""
    told = {"issuer": url, "client_id": CLIENT, "client_secret": SECRET, **changes}
    file = folder / ISSUER_FILE
    file.write_text("".join(f'{name} = "{value}"\n' for name, value in told.items()))
    file.chmod(0o600)


def go(desk: Desk, page: Browser, issuer: SoftIssuer, **changes: str) -> httpx.Response:
    """Send a browser to the issuer, and come back with what it says, or with changes to that."""
    sent = page.ask("GET", "/v1/session/oidc")
    assert sent.status_code == 303, sent.text
    assert sent.headers["location"].startswith(f"{issuer.url}/authorize?")
    back = {**issuer.log_in(sent.headers["location"]), **changes}
    return page.http.get("/v1/session/oidc/return", params=back)


def test_an_officer_logs_in_by_the_issuer(desk: Desk, issuer: SoftIssuer) -> None:
    """There and back; the page that comes leads on by itself, so that the cookie goes along."""
    page = browser(desk)
    answer = go(desk, page, issuer)
    assert answer.status_code == 200, answer.text
    assert 'http-equiv="refresh"' in answer.text
    assert "<script" not in answer.text
    told = page.ask("GET", "/v1/session").json()
    assert (told["name"], told["by"], told["roles"]) == ("officer", "oidc", ["officer"])


def test_what_the_browser_is_sent_away_with(desk: Desk) -> None:
    """State, nonce and a PKCE challenge, new each time, and no secret of ours."""
    page = browser(desk)
    asked = [
        parse_qs(urlsplit(page.ask("GET", "/v1/session/oidc").headers["location"]).query)
        for _ in range(2)
    ]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert asked[0]["redirect_uri"] == [f"{desk.server.access.url}/v1/session/oidc/return"]
    assert SECRET not in str(asked)
    assert "code_verifier" not in asked[0]


def test_somebody_whom_nobody_linked_is_told_so_and_stays_out(
    desk: Desk, issuer: SoftIssuer
) -> None:
    """A name or an e-mail address that an account also has opens nothing."""
    issuer.subject = "somebody-else"
    issuer.claims |= {"preferred_username": "officer", "email": "officer@example.org"}
    page = browser(desk)
    answer = go(desk, page, issuer)
    assert problem(answer) == REFUSED
    assert "somebody-else" in answer.json()["hint"]
    assert page.ask("GET", "/v1/session").status_code == 401


FORGED: dict[str, Callable[[SoftIssuer], Any]] = {
    "another issuer": lambda i: i.claims.update(iss="https://evil.example"),
    "for another client": lambda i: i.claims.update(aud="another"),
    "for another client too": lambda i: i.claims.update(aud=[CLIENT, "x"], azp="another"),
    "expired": lambda i: i.claims.update(exp=1_700_000_000),
    "without an end": lambda i: i.claims.update(exp=None),
    "another nonce": lambda i: i.claims.update(nonce="x"),
    "without a nonce": lambda i: i.claims.update(nonce=None),
    "about nobody": lambda i: i.claims.update(sub=None),
    "about a number": lambda i: i.claims.update(sub=7),
    "signed by another key": lambda i: i.sign_with(other_key(), "ES256"),
    "signed with the client's secret": lambda i: i.sign_with(shared_secret(), "HS256"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_token_that_is_not_for_us_now_is_refused(
    desk: Desk, issuer: SoftIssuer, name: str
) -> None:
    """One thing wrong in a token that is otherwise right: nobody comes in, and it is audited."""
    FORGED[name](issuer)
    page, audit = browser(desk), desk.node.accounts.audit
    began = audit.size()
    assert problem(go(desk, page, issuer)) == REFUSED
    assert page.ask("GET", "/v1/session").status_code == 401
    assert [e.data["what"] for e in audit.entries(began, 10)] == ["log-in refused"]


def test_who_comes_back_is_who_was_sent(desk: Desk, issuer: SoftIssuer) -> None:
    """Another browser, another state, another issuer's word, the same way twice: all refused."""
    page = browser(desk)
    sent = page.ask("GET", "/v1/session/oidc")
    back = issuer.log_in(sent.headers["location"])
    victim = browser(desk)
    assert problem(victim.http.get("/v1/session/oidc/return", params=back)) == REFUSED
    assert problem(go(desk, browser(desk), issuer, state="x")) == REFUSED
    assert problem(go(desk, browser(desk), issuer, iss="https://evil.example")) == REFUSED
    assert problem(browser(desk).ask("GET", "/v1/session/oidc/return")) == REFUSED
    page = browser(desk)
    sent = page.ask("GET", "/v1/session/oidc")
    back = issuer.log_in(sent.headers["location"])
    assert page.http.get("/v1/session/oidc/return", params=back).status_code == 200
    assert problem(page.http.get("/v1/session/oidc/return", params=back)) == REFUSED


def test_a_code_that_the_issuer_does_not_know_is_refused(desk: Desk, issuer: SoftIssuer) -> None:
    """What the issuer will not exchange lets nobody in."""
    answer = go(desk, browser(desk), issuer, code="made-up")
    assert problem(answer) == (503, "account-issuer")


DOORS: dict[str, dict[str, Any]] = {
    "says that it is another": {"issuer": "https://evil.example"},
    "sends tokens elsewhere": {"token_endpoint": "http://127.0.0.1:1/token"},
    "has keys elsewhere": {"jwks_uri": "https://evil.example/keys"},
    "sends people elsewhere": {"authorization_endpoint": "https://evil.example/"},
    "has a door with a name before it": {"jwks_uri": "http://x@127.0.0.1:9/keys"},
    "has no keys": {"jwks_uri": None},
}


@pytest.mark.parametrize("name", DOORS)
def test_nobody_but_the_configured_issuer_is_asked(
    tmp_path: Path, issuer: SoftIssuer, name: str
) -> None:
    """An address that is not of the issuer's own host ends the way before it is used."""
    issuer.doors.update(DOORS[name])
    with open_people(tmp_path) as desk:
        configure(desk.node.folder, issuer.url)
        assert problem(browser(desk).ask("GET", "/v1/session/oidc")) == (503, "account-issuer")
    assert issuer.asked == ["/.well-known/openid-configuration"]


def test_strangers_do_not_make_the_node_ask_again_and_again(
    tmp_path: Path, issuer: SoftIssuer
) -> None:
    """However often somebody begins to log in, the issuer is asked for its doors once."""
    with open_people(tmp_path) as desk:
        configure(desk.node.folder, issuer.url)
        begun = [browser(desk).ask("GET", "/v1/session/oidc").status_code for _ in range(5)]
    assert begun == [303] * 5
    assert issuer.asked == ["/.well-known/openid-configuration"]


def test_a_desk_without_an_issuer_has_no_such_way(tmp_path: Path) -> None:
    """Nothing is looked up where nothing is configured."""
    with open_people(tmp_path) as bare:
        assert problem(browser(bare).ask("GET", "/v1/session/oidc")) == (404, "desk-missing")
        answer = browser(bare).ask("GET", "/v1/session/oidc/return?state=x&code=y")
        assert problem(answer) == (404, "desk-missing")


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ('issuer = "https://a.example"\nclient_id = "x"\n', 0o644),
        ('issuer = "https://a.example"\n', 0o600),
        ('issuer = "https://a.example"\nclient_id = 7\n', 0o600),
        ('issuer = "https://a.example"\nclient_id = "x"\nextra = "y"\n', 0o600),
        ("issuer =", 0o600),
    ],
)
def test_a_wrong_issuer_file_is_refused(tmp_path: Path, text: str, mode: int) -> None:
    """Also one that others than its owner may read."""
    file = tmp_path / ISSUER_FILE
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(BadSettings):
        load_issuer(tmp_path)


def test_an_issuer_that_could_be_listened_to_is_refused(desk: Desk, tmp_path: Path) -> None:
    """Plain HTTP is for loopback alone."""
    with open_people(tmp_path) as bare:
        configure(bare.node.folder, "http://issuer.example")
        assert problem(browser(bare).ask("GET", "/v1/session/oidc")) == (422, "settings")
