"""The public read API of a log: heads and proofs, where the charter says so (decision 19)."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.log.merkle import leaf_hash, verify_inclusion
from parley.node.channels import log_hash
from parley.node.charter import new_charter
from tests.spine.desk.conftest import DAY, Desk
from tests.spine.desk.people import browser, open_people, problem

NOBODY = (401, "desk-token")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve a desk of several channels."""
    with open_people(tmp_path_factory.mktemp("public")) as served:
        yield served


def channel(desk: Desk, title: str, **changes: Any) -> tuple[str, str]:
    """Sign a charter; give the channel, and the place of our log in it."""
    body = new_charter(
        [desk.node.identity], at=DAY, voices=[("cell", "VC")], title=title, changes=changes
    )
    name = desk.node.sign_charter(body)
    origin = next(o for o in sorted(desk.node.opened(name)))
    return name, f"/v1/channels/{name}/logs/{log_hash(origin)}"


def ask(desk: Desk, path: str) -> httpx.Response:
    """Ask as a stranger."""
    return browser(desk).ask("GET", path)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"public": ["warning/1"]},
        {"public": ["warning/1"], "public_delay_ms": 1},
        {"public_delay_ms": 0},
    ],
)
def test_a_charter_that_keeps_anything_back_keeps_the_heads_too(
    desk: Desk, changes: dict[str, Any]
) -> None:
    """A head of now tells how much is said now, which a delay is there to hide."""
    name, log = channel(desk, f"closed {changes}", **changes)
    for path in ("/checkpoint", "/inclusion?index=0&size=1", "/consistency?old=1&size=1"):
        assert problem(ask(desk, log + path)) == NOBODY
    assert desk.http.get(log + "/checkpoint").status_code == 200
    assert problem(ask(desk, f"/v1/channels/{name}")) == NOBODY


def test_a_charter_that_publishes_without_delay_lets_proofs_out_and_no_entry(desk: Desk) -> None:
    """A stranger checks an entry that somebody handed over; none is handed over here."""
    name, log = channel(desk, "open", public=["warning/1"], public_delay_ms=0)
    head = parse_checkpoint(SignedNote.parse(ask(desk, log + "/checkpoint").content))
    proof = ask(desk, f"{log}/inclusion?index=0&size={head.size}").json()
    entry = desk.http.get(log + "/entries/0").content
    hashes = [bytes.fromhex(each) for each in proof["hashes"]]
    verify_inclusion(leaf_hash(entry), 0, head.size, hashes, head.root)
    assert ask(desk, f"{log}/consistency?old=1&size={head.size}").status_code == 200
    closed = ("", "/charter", "/records", "/logs", "/export?public=true", "/views/register")
    for path in (*(f"/v1/channels/{name}{rest}" for rest in closed), log + "/entries/0"):
        assert problem(ask(desk, path)) == NOBODY, path
    assert problem(ask(desk, log + "/tile/entries/000.p/1")) == NOBODY
    assert problem(ask(desk, log.replace(name, "0" * 64) + "/checkpoint")) == NOBODY
