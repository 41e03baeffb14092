"""Every role tries every path of the description: what it may not is refused before anything runs.

The paths, their parameters and the right that each needs come from the OpenAPI description; which
role has which right stands here once more, on its own.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from tests.spine.desk.conftest import Desk
from tests.spine.desk.people import browser, open_people, problem, seated

MAY = {
    "observer": {"open", "log", "read"},
    "officer": {"open", "log", "read", "write"},
    "releaser": {"open", "log", "read", "release"},
    "administrator": {"open", "log", "read", "administer"},
}
UNSAFE = ("POST", "PUT", "DELETE", "PATCH")
# What changes nothing of the party's, so that anybody who is logged in may ask for it.
ASKED_BY_ANY = {
    "POST /v1/check",
    "DELETE /v1/session",
    "POST /v1/session/password",
    "POST /v1/session/language",
    "POST /v1/session/totp",
    "POST /v1/session/totp/confirm",
    "POST /v1/session/totp/end",
    "POST /v1/session/passkey/begin",
    "POST /v1/session/passkey",
    "DELETE /v1/session/passkey/{passkey}",
    "POST /v1/tokens",
    "DELETE /v1/tokens/{token}",
}
# Whoever releases a draft need not be able to write: which right it takes, its kind says.
FINER = {"POST /v1/channels/{channel}/drafts/{draft}/release"}
OPEN = {
    "POST /v1/session",
    "POST /v1/session/first",
    "POST /v1/session/passkey/ask",
    "POST /v1/session/passkey/enter",
    "GET /v1/session/oidc",
    "GET /v1/session/oidc/return",
}


class Operation(NamedTuple):
    """One method of one path, and what it needs."""

    method: str
    path: str
    right: str

    def at(self, desk: Desk) -> str:
        """Give an address of it, with a channel that is there and everything else that is not."""
        channel = desk.channel if "/channels/" in self.path else "x"
        found = self.path.replace("{channel}", channel)
        while "{" in found:
            head, _, rest = found.partition("{")
            found = head + "0" + rest.partition("}")[2]
        return found


def operations(desk: Desk) -> list[Operation]:
    """Give every operation of the description."""
    document = desk.http.get("/v1/openapi.json").json()
    return [
        Operation(method.upper(), path, told["x-parley-right"])
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve a desk with one person a role."""
    with open_people(tmp_path_factory.mktemp("rights")) as served:
        yield served


def refused(answer: Any) -> bool:
    """Tell whether the gate, and not what stands behind it, said no."""
    return problem(answer) in {
        (401, "desk-token"), (401, "account-needed"), (403, "account-right"),
        (403, "account-csrf"), (403, "desk-host"),
    }  # fmt: skip


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_what_its_rights_say_and_nothing_else(desk: Desk, role: str) -> None:
    """Allowed paths reach what answers them; of all others the gate says that a right lacks."""
    page = seated(desk, role)
    for operation in operations(desk):
        answer = page.ask(operation.method, operation.at(desk), {"nonsense": 1})
        if answer.headers.get("set-cookie"):  # it logged out
            page = seated(desk, role)
        if operation.right in MAY[role]:
            decides_itself = f"{operation.method} {operation.path}" in {*OPEN, *FINER}
            assert decides_itself or not refused(answer), (role, operation)
            assert answer.status_code < 500 or answer.status_code == 503, (operation, answer.text)
        else:
            assert problem(answer) == (403, "account-right"), (role, operation, answer.text)


def test_nobody_is_told_anything_but_what_is_open(desk: Desk) -> None:
    """Without a log-in every path but those that log in is refused, the public log among them."""
    page = browser(desk)
    for operation in operations(desk):
        answer = page.ask(operation.method, operation.at(desk), {"nonsense": 1})
        if operation.right == "open":
            assert not refused(answer), operation
        else:
            assert problem(answer) == (401, "desk-token"), operation
            assert answer.headers["www-authenticate"] == "Bearer"
            assert desk.channel not in answer.text
    for path in ("/v1/nothing", "/v1/openapi.json", "/v1/session/", "/docs"):
        assert problem(page.ask("GET", path)) == (401, "desk-token")


def test_what_is_open_and_what_anybody_may_change_is_listed(desk: Desk) -> None:
    """A path that needs less than the others does so because somebody wrote it down here."""
    listed = operations(desk)
    assert {f"{o.method} {o.path}" for o in listed if o.right == "open"} == OPEN
    lax = {
        f"{o.method} {o.path}" for o in listed if o.method in UNSAFE and o.right in ("read", "log")
    }
    assert {each for each in lax if not each.startswith("POST /v1/channels/")} == ASKED_BY_ANY
    assert {each for each in lax if each.startswith("POST /v1/channels/")} == FINER
    for operation in listed:
        if operation.path.startswith(("/v1/accounts", "/v1/audit")):
            assert operation.right == "administer", operation


@pytest.mark.parametrize("scope", ["read", "write", "release", "administer"])
def test_a_token_may_no_more_than_its_scope(desk: Desk, scope: str) -> None:
    """A token of an account with every role is let through by its own scope alone."""
    accounts = desk.node.accounts
    name = f"robot-{scope}"
    Changes(accounts).add(OPERATOR, name=name, display="", post="", roles=list(MAY), language="en")
    secret, _ = Changes(accounts).make_token(
        OPERATOR, label="test", rights=[scope], days=1, account=name
    )
    page = browser(desk)
    page.headers = {"Authorization": f"Bearer {secret}"}
    for operation in operations(desk):
        answer = page.ask(operation.method, operation.at(desk), {"nonsense": 1})
        if operation.right in {"open", "log", "read", scope}:
            assert problem(answer)[1] != "desk-token", (scope, operation)
            assert operation.right == "open" or problem(answer) not in {
                (401, "account-needed"), (403, "account-csrf")
            }  # fmt: skip
        else:
            assert problem(answer) == (403, "account-right"), (scope, operation)


def test_every_change_needs_the_word_of_its_own_session(desk: Desk) -> None:
    """Without it, with another session's or an old one, a browser's change is refused."""
    other = seated(desk, "officer").csrf
    pages = {role: seated(desk, role) for role in MAY}
    words = {role: page.csrf for role, page in pages.items()}
    for operation in operations(desk):
        if operation.method not in UNSAFE or operation.right == "open":
            continue
        role = next(role for role, rights in MAY.items() if operation.right in rights)
        for wrong in ("", other, words[role][:-1]):
            pages[role].csrf = wrong
            answer = pages[role].ask(operation.method, operation.at(desk), {})
            assert problem(answer) == (403, "account-csrf"), (operation, wrong)
    assert seated(desk, "officer").ask("GET", "/v1/session").status_code == 200


def test_a_form_carries_the_word_in_its_field(desk: Desk) -> None:
    """A page without JavaScript sends ``csrf`` in its form; a wrong or doubled one fails."""
    page = seated(desk, "officer")
    path = f"/v1/channels/{desk.channel}/mutes"
    good, page.csrf = page.csrf, ""

    def send(body: str) -> tuple[int, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return problem(page.http.post(path, content=body, headers=kind))

    for body in ("", "csrf=", f"csrf={good[:-1]}", f"csrf={good}&csrf={good}", "csrf=%ff", "é"):
        assert send(body)[0] in (403, 422), body
        assert send(body)[1] in ("account-csrf", "desk-request"), body
    # with it, the form is passed on whole, and the path says what it thinks of it
    assert send(f"a=1&csrf={good}")[1] not in ("account-csrf", "")


def test_a_session_is_no_token_and_a_token_no_session(desk: Desk) -> None:
    """The secret of one does not work in the place of the other."""
    page = seated(desk, "officer")
    (secret,) = page.http.cookies.values()
    bare = browser(desk)
    bare.headers = {"Authorization": f"Bearer {secret}"}
    assert problem(bare.ask("GET", "/v1")) == (401, "desk-token")
    bare.headers = {"Cookie": f"{next(iter(page.http.cookies.keys()))}={desk.server.access.token}"}
    assert problem(bare.ask("GET", "/v1")) == (401, "account-needed")


def test_rights_that_are_taken_away_are_gone_at_once(desk: Desk) -> None:
    """A demoted officer's open page is asked to log in anew; a disabled one's as well."""
    accounts = desk.node.accounts
    Changes(accounts).add(
        OPERATOR, name="cyril", display="", post="", roles=["officer"], language="en"
    )
    for change in (
        lambda: Changes(accounts).set_roles(OPERATOR, "cyril", ["observer"]),
        lambda: Changes(accounts).disable(OPERATOR, "cyril"),
    ):
        page = seated(desk, "cyril")
        assert page.ask("GET", "/v1").status_code == 200
        change()
        assert problem(page.ask("GET", "/v1")) == (401, "account-needed")


def test_every_change_and_every_refusal_of_one_is_in_the_trail(desk: Desk) -> None:
    """Who, what, and what came of it; nothing of what the body said."""
    page, audit = seated(desk, "officer"), desk.node.accounts.audit
    began = audit.size()
    place = {"lat_e7": 334_912_345, "lon_e7": 386_654_321, "precision_e4m": 10_000, "stated": "x"}
    body = {"kind": "warning/1", "body": {"place": place, "nonsense": "said-in-the-body"}}
    channel = f"/v1/channels/{desk.channel}"
    assert page.ask("POST", f"{channel}/records", body).status_code == 422
    assert page.ask("POST", "/v1/accounts", {}).status_code == 403
    page.csrf = ""
    assert page.ask("POST", f"{channel}/records", body).status_code == 403
    assert page.ask("GET", f"{channel}/records").status_code == 200
    desk.http.post(f"{channel}/mutes", json={})
    said = [dict(e.data) for e in audit.entries(began, 100)]
    assert [(e["who"], e["method"], e["status"], e.get("code")) for e in said] == [
        ("officer", "POST", 422, said[0]["code"]),
        ("officer", "POST", 403, "account-right"),
        ("officer", "POST", 403, "account-csrf"),
        ("operator", "POST", 422, said[3]["code"]),
    ]
    assert {e["path"] for e in said} == {f"{channel}/records", "/v1/accounts", f"{channel}/mutes"}
    for secret in ("said-in-the-body", "334912345", *page.http.cookies.values()):
        assert secret not in str(said)
    audit.verify()


def test_the_trail_names_the_records_that_were_made(desk: Desk) -> None:
    """What an officer logs is found from the trail, by its name."""
    page, audit = seated(desk, "officer"), desk.node.accounts.audit
    began = audit.size()
    asked = {"lang": "en", "text": "Cease at once"}
    whom = {"lang": "en", "text": "people at the garrison"}
    body = {"urgency": "stop", "asked": asked, "whom": whom, "parties": []}
    sent = {"kind": "warning/1", "priority": "urgent", "body": body}
    answer = page.ask("POST", f"/v1/channels/{desk.channel}/records", sent)
    assert answer.status_code == 201, answer.text
    (entry,) = audit.entries(began, 100)
    assert entry.data["records"] == [answer.json()["name"]]
