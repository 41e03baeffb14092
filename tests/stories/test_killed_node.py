"""A running node is killed while records are filed through its API: what was receipted is there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley.desk.access import read_access
from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.log.merkle import verify_consistency
from tests.spine.desk.test_run import (
    Running,
    at_work,
    charter,
    make,
    sign,
    start,
    wait_until,
)
from tests.stories.village import warning

KILLS = 2
RECEIPTED = 5  # new records that the other side stores before each kill


@dataclass
class Left:
    """What left the node: the answers to what was filed, who stores what, and signed heads."""

    filed: dict[str, tuple[str, int]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    heads: dict[tuple[str, int], bytes] = field(default_factory=dict)


class Api:
    """The API of a running node, for its one channel."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        (state,) = http.get("/v1/channels").json()["channels"]
        self.channel = f"/v1/channels/{state['channel']}"

    def file(self, number: int) -> dict[str, Any]:
        answer = self.http.post(
            f"{self.channel}/records",
            json={"kind": "warning/1", "body": warning(f"place {number}"), "id": f"{number:032x}"},
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def stored(self, name: str) -> bool:
        """Tell whether the node holds the receipt of the other side for a record."""
        found = self.http.get(f"{self.channel}/records/{name}/grades").json()["grades"]
        return any((g["grade"], g["holder"]) == ("stored", "russia") for g in found)

    def heads(self) -> dict[str, tuple[int, bytes]]:
        """Give size and root of the signed head of each log that is not empty."""
        heads = {}
        for log in self.http.get(f"{self.channel}/logs").json()["logs"]:
            if log["size"]:
                note = self.http.get(f"{self.channel}/logs/{log['hash']}/checkpoint").content
                head = parse_checkpoint(SignedNote.parse(note))
                assert head.origin == log["origin"]
                heads[head.origin] = head.size, head.root
        return heads

    def check(self, left: Left) -> None:
        """Each answer is still true, each receipt is still held, each head leads to today's."""
        for name, place in left.filed.items():
            record = self.http.get(f"{self.channel}/records/{name}").json()
            assert (record["origin"], record["index"]) == place
        for name in left.stored:
            assert self.stored(name)
        today = self.heads()
        logs = self.http.get(f"{self.channel}/logs").json()["logs"]
        hashes = {log["origin"]: log["hash"] for log in logs}
        for (origin, old), old_root in left.heads.items():
            size, root = today[origin]
            proof = self.http.get(
                f"{self.channel}/logs/{hashes[origin]}/consistency",
                params={"old": old, "size": size},
            ).json()
            verify_consistency(
                old, old_root, size, root, [bytes.fromhex(h) for h in proof["hashes"]]
            )


@contextmanager
def api(node: Running) -> Iterator[Api]:
    access = read_access(node.folder)
    headers = {"Authorization": f"Bearer {access.token}"}
    with httpx.Client(base_url=access.url, headers=headers, trust_env=False, timeout=60) as http:
        yield Api(http)


def file_until_killed(node: Running, left: Left, numbers: Iterator[int]) -> None:
    """File one record after the other; what was answered left the node."""
    with api(node) as desk:
        while True:
            try:
                done = desk.file(next(numbers))
            except httpx.TransportError:
                return
            left.filed[done["name"]] = done["origin"], done["index"]


@contextmanager
def at_work_in(folder: Path) -> Iterator[Running]:
    """Run a node until it is left; it is killed then, if it still runs."""
    node = Running(folder, start(folder))
    try:
        yield node
    finally:
        node.process.kill()
        node.process.communicate()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Running]:
    """Serve the other side of a channel; the folder of ours lies beside its own."""
    file = charter(tmp_path, make(tmp_path, "coalition", "CO"), make(tmp_path, "russia", "RU"))
    for name in ("coalition", "russia"):
        sign(file, tmp_path / name)
    with at_work_in(tmp_path / "russia") as node:
        yield node


def test_a_node_that_is_killed_while_it_files_finds_all_that_was_receipted(
    other: Running,
) -> None:
    """Twice, in the same folder: each answered record, each receipt, each root."""
    folder = other.folder.with_name("coalition")
    left, numbers = Left(), iter(range(1, 100_000))
    for _ in range(KILLS):
        before = len(left.stored)
        with at_work_in(folder) as node:
            wait_until(lambda node=node: at_work(node) and at_work(other))  # type: ignore[misc]
            with api(node) as desk:
                desk.check(left)
                filing = threading.Thread(target=file_until_killed, args=(node, left, numbers))
                filing.start()
                while len(left.stored) < before + RECEIPTED:
                    new = [name for name in list(left.filed) if name not in left.stored]
                    left.stored.update(name for name in new if desk.stored(name))
                    left.heads |= {(o, size): root for o, (size, root) in desk.heads().items()}
            assert filing.is_alive()
            node.process.kill()
            filing.join()
    with at_work_in(folder) as node:
        wait_until(lambda: at_work(node))
        with api(node) as ours, api(other) as theirs:
            ours.check(left)
            wait_until(lambda: ours.heads() == theirs.heads())
            for name in left.filed:
                assert theirs.http.get(f"{theirs.channel}/records/{name}").status_code == 200
    assert len(left.filed) >= len(left.stored) >= KILLS * RECEIPTED
