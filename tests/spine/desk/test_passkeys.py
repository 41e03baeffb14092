"""Passkeys, from the making of one to a log-in by it, with a real library on both ends."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from tests.spine.desk.conftest import Desk
from tests.spine.desk.people import Browser, browser, logged_in, open_people, problem
from tests.spine.desk.soft_passkey import PRESENT, SoftPasskey
from tests.spine.node.accounts_world import GOOD

REFUSED = (401, "account-refused")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve a desk with one person a role."""
    with open_people(tmp_path_factory.mktemp("passkeys")) as served:
        yield served


def by_name(desk: Desk, page: Browser) -> str:
    """Let a browser call the desk by its name, which passkeys need; give the origin."""
    page.headers = {"Host": f"localhost:{desk.server.access.port}"}
    return f"http://localhost:{desk.server.access.port}"


def enrolled(desk: Desk, account: str, passkey: SoftPasskey) -> Browser:
    """Enrol a passkey for an account; give the browser that goes on."""
    page = logged_in(desk, account)
    origin = by_name(desk, page)
    options = page.ask("POST", "/v1/session/passkey/begin", {"password": GOOD}).json()
    body = {"credential": passkey.make(options, origin), "label": "telephone"}
    done = page.ask("POST", "/v1/session/passkey", body)
    assert done.status_code == 200, done.text
    page.csrf = done.json()["csrf"]
    return page


def try_it(desk: Desk, passkey: SoftPasskey, **changes: Any) -> Any:
    """Log in by a passkey in a fresh browser; give the answer and the browser."""
    page = browser(desk)
    origin = changes.pop("origin", by_name(desk, page))
    options = page.ask("POST", "/v1/session/passkey/ask").json()
    credential = passkey.sign(options, origin, **changes)
    return page.ask("POST", "/v1/session/passkey/enter", {"credential": credential}), page


def test_a_passkey_is_made_and_logs_in(desk: Desk) -> None:
    """It is bound to the desk's name, verifies the person, and needs no password."""
    passkey = SoftPasskey(b"first passkey of officer")
    page = enrolled(desk, "officer", passkey)
    told = page.ask("GET", "/v1/session/factors").json()
    assert [p["label"] for p in told["passkeys"]] == ["telephone"]
    for _ in range(2):
        answer, other = try_it(desk, passkey)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["name"], answer.json()["by"]) == ("officer", "passkey")
        assert other.ask("GET", "/v1").status_code == 200
    ended = page.ask("DELETE", f"/v1/session/passkey/{passkey.id.hex()}")
    assert ended.status_code == 200
    assert problem(try_it(desk, passkey)[0]) == REFUSED


def test_what_a_browser_is_asked_for(desk: Desk) -> None:
    """The person is to be verified, the passkey kept with them, and the account not named by it."""
    page = logged_in(desk, "observer")
    by_name(desk, page)
    options = page.ask("POST", "/v1/session/passkey/begin", {"password": GOOD}).json()
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert "observer" not in options["user"]["id"]


def put(passkey: SoftPasskey, name: str, value: Any) -> dict[str, Any]:
    """Change what a passkey says of itself; nothing of the request."""
    setattr(passkey, name, value)
    return {}


FORGED: dict[str, Callable[[SoftPasskey], dict[str, Any]]] = {
    "another site's page": lambda _: {"origin": "https://evil.example"},
    "another site's passkey": lambda _: {"rp_id": "evil.example"},
    "nobody verified the person": lambda p: put(p, "flags", PRESENT),
    "nobody was there": lambda p: put(p, "flags", 0),
    "an answer of another kind": lambda _: {"type": "webauthn.create"},
    "another key": lambda p: put(p, "key", ec.generate_private_key(ec.SECP256R1())),
    "a counter that went back": lambda p: put(p, "count", 0),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_does_not_prove_itself_is_refused(desk: Desk, name: str) -> None:
    """One thing wrong in an answer that is otherwise right: refused, and written down."""
    passkey = SoftPasskey(f"forged {name}".encode(), count=5)
    enrolled(desk, "releaser", passkey)
    assert try_it(desk, passkey)[0].status_code == 200
    audit = desk.node.accounts.audit
    began = audit.size()
    assert problem(try_it(desk, passkey, **FORGED[name](passkey))[0]) == REFUSED
    said = [dict(e.data) for e in audit.entries(began, 10)]
    assert [e["what"] for e in said] == ["log-in refused"]


def test_an_answer_is_good_once(desk: Desk) -> None:
    """A recorded answer, and one to a challenge that we did not give, are refused."""
    passkey = SoftPasskey(b"good once")
    enrolled(desk, "officer", passkey)
    page = browser(desk)
    origin = by_name(desk, page)
    options = page.ask("POST", "/v1/session/passkey/ask").json()
    credential = passkey.sign(options, origin)
    body = {"credential": credential}
    assert page.ask("POST", "/v1/session/passkey/enter", body).status_code == 200
    assert problem(browser_at(desk).ask("POST", "/v1/session/passkey/enter", body)) == REFUSED
    made_up = {**options, "challenge": "A" * 43}
    body = {"credential": passkey.sign(made_up, origin)}
    assert problem(browser_at(desk).ask("POST", "/v1/session/passkey/enter", body)) == REFUSED


def browser_at(desk: Desk) -> Browser:
    """Give a browser that calls the desk by its name."""
    page = browser(desk)
    by_name(desk, page)
    return page


def test_a_challenge_of_one_account_enrols_for_no_other(desk: Desk) -> None:
    """Nor does a challenge to log in by."""
    page, other = logged_in(desk, "observer"), logged_in(desk, "officer")
    origin = by_name(desk, page)
    by_name(desk, other)
    options = page.ask("POST", "/v1/session/passkey/begin", {"password": GOOD}).json()
    made = SoftPasskey(b"not mine").make(options, origin)
    stolen = other.ask("POST", "/v1/session/passkey", {"credential": made})
    assert problem(stolen) == (422, "account-input")
    asked = page.ask("POST", "/v1/session/passkey/ask").json()
    made = SoftPasskey(b"not mine").make({**options, "challenge": asked["challenge"]}, origin)
    assert problem(page.ask("POST", "/v1/session/passkey", {"credential": made}))[0] == 422


def test_a_passkey_of_a_disabled_account_opens_nothing(desk: Desk) -> None:
    """What was taken away from the account is taken away from its passkeys."""
    changes = Changes(desk.node.accounts)
    changes.add(OPERATOR, name="ida", display="", post="", roles=["officer"], language="en")
    changes.set_password(OPERATOR, "ida", GOOD)
    passkey = SoftPasskey(b"ida's")
    enrolled(desk, "ida", passkey)
    changes.disable(OPERATOR, "ida")
    assert problem(try_it(desk, passkey)[0]) == REFUSED


def test_an_address_has_no_passkeys(desk: Desk) -> None:
    """By the bare loopback address none is offered, and the hint says what to do."""
    answer = browser(desk).ask("POST", "/v1/session/passkey/ask")
    assert problem(answer) == (422, "account-input")
    assert "localhost" in answer.json()["hint"]


def test_enrolling_needs_the_password(desk: Desk) -> None:
    """An open page is not enough."""
    page = logged_in(desk, "officer")
    by_name(desk, page)
    answer = page.ask("POST", "/v1/session/passkey/begin", {"password": "wrong"})
    assert problem(answer) == REFUSED


def test_broken_answers_are_no_fault(desk: Desk) -> None:
    """Whatever is taken away from an answer, or put in its place, is a refusal."""
    passkey = SoftPasskey(b"broken")
    enrolled(desk, "officer", passkey)
    page = browser_at(desk)
    origin = by_name(desk, page)
    wrong: Any
    for name in ("id", "rawId", "type", "response"):
        for wrong in (None, "", "x", 1, [], {}, "gA"):
            options = page.ask("POST", "/v1/session/passkey/ask").json()
            credential = {**passkey.sign(options, origin), name: wrong}
            answer = page.ask("POST", "/v1/session/passkey/enter", {"credential": credential})
            assert problem(answer) == REFUSED, (name, wrong, answer.text)
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        for wrong in (None, "", "x", 1, "gA", "e30"):
            options = page.ask("POST", "/v1/session/passkey/ask").json()
            credential = copy.deepcopy(passkey.sign(options, origin))
            credential["response"][name] = wrong
            answer = page.ask("POST", "/v1/session/passkey/enter", {"credential": credential})
            assert problem(answer) == REFUSED, (name, wrong, answer.text)
