"""Somebody with an account of their own, who means ill: what a log-in must not be good for."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from parley.desk.routes.events import MOST_OF_ONE
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from tests.spine.desk.conftest import Desk
from tests.spine.desk.people import Browser, browser, open_people, problem, seated
from tests.spine.node.accounts_world import GOOD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_people(tmp_path_factory.mktemp("insider")) as served:
        yield served


def ends(desk: Desk, who: Browser, act: object) -> list[str]:
    """Open the stream, do something, and give what still comes until it ends by itself."""
    told: list[str] = []
    with who.http.stream("GET", "/v1/events", headers=who.headers) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines).startswith(": from")
        assert callable(act)
        act()
        desk.node.events.tell("state", desk.node.clock.now(), "", secret="afterwards")
        for line in lines:
            told.append(line)
            if "afterwards" in line:
                break  # else it would go on for ever, where it does not end by itself
    return told


def test_a_stream_ends_with_what_it_was_opened_by(desk: Desk) -> None:
    """Log-out, another role, a shut account, a token's end: nothing of what follows is told."""
    accounts = desk.node.accounts
    changes = Changes(accounts)
    for name in ("otto", "olaf", "oleg", "oskar"):
        changes.add(OPERATOR, name=name, display="", post="", roles=["observer"], language="en")
    by_token = browser(desk)
    secret, token = changes.make_token(
        OPERATOR, label="x", rights=["read"], days=1, account="oskar"
    )
    by_token.headers = {"Authorization": f"Bearer {secret}"}
    otto = seated(desk, "otto")
    ways = [
        (otto, lambda: seated_out(otto)),
        (seated(desk, "olaf"), lambda: changes.set_roles(OPERATOR, "olaf", ["officer"])),
        (seated(desk, "oleg"), lambda: changes.disable(OPERATOR, "oleg")),
        (by_token, lambda: changes.end_token(OPERATOR, token.id)),
    ]
    for who, act in ways:
        assert "afterwards" not in "\n".join(ends(desk, who, act))


def seated_out(who: Browser) -> None:
    """Log out, beside a stream of the same session."""
    assert who.ask("DELETE", "/v1/session").status_code == 204


def test_one_account_holds_so_many_streams_and_hinders_nobody(desk: Desk) -> None:
    observer, officer = seated(desk, "observer"), seated(desk, "officer")
    with ExitStack() as held:
        for _ in range(MOST_OF_ONE):
            stream = observer.http.stream("GET", "/v1/events")
            answer = held.enter_context(stream)
            assert next(answer.iter_lines()).startswith(": from")
        more = observer.ask("GET", "/v1/events")
        assert problem(more) == (429, "request-limit")
        workers = [t for t in threading.enumerate() if t.name.startswith("AnyIO worker")]
        assert len(workers) >= MOST_OF_ONE  # each waits on a thread that answers nothing else
        assert officer.ask("GET", "/v1").status_code == 200
        other = officer.ask("GET", "/v1/events")
        assert other.status_code == 200


def test_a_page_left_open_is_not_enough_for_a_token(desk: Desk) -> None:
    """A token outlives the session by months: it takes the password again."""
    officer = seated(desk, "officer")
    wanted = {"label": "mine", "rights": ["write"], "days": 366}
    for given in ({}, {"password": "not the one that is kept"}):
        refused = officer.ask("POST", "/v1/tokens", {**wanted, **given})
        assert problem(refused) == (401, "account-refused")
    assert officer.ask("GET", "/v1/tokens").json()["tokens"] == []
    made = officer.ask("POST", "/v1/tokens", {**wanted, "password": GOOD})
    assert made.status_code == 201
    assert officer.ask("GET", "/v1/session").json()["name"] == "officer"


def test_what_the_desk_keeps_is_for_its_owner_alone(desk: Desk) -> None:
    """Every database with what lies beside it, every key, and the operator's token."""
    at = f"/v1/channels/{desk.channel}"
    for path in ("/v1/templates", "/v1/watchlog", f"{at}/search?q=keep", f"{at}/inbox"):
        desk.http.get(path).raise_for_status()
    folder: Path = desk.node.folder
    kept = {
        path.relative_to(folder).as_posix(): path.stat().st_mode & 0o077
        for path in folder.rglob("*")
        if path.name.endswith((".db", ".db-wal", ".db-shm", ".key")) or path.name == "api.json"
    }
    wanted = {"accounts.db", "desk.db", "parley.db", "search.db", "audit.journal.db", "api.json"}
    assert wanted | {"watch.journal.db", "keys/watch.journal.key"} <= kept.keys()
    assert set(kept.values()) == {0}
