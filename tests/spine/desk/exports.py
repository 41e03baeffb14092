"""A node whose channel holds one record of nearly everything, and exports of it, for the tests."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import parley.kinds
from parley.desk.cli import parley as command
from parley.desk.exporting.formats import FORMATS
from parley.desk.exporting.item import Export, Head, Item
from parley.kinds import KINDS
from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import Priority, Ref
from parley.values.instants import Instant
from tests.spine.desk.conftest import DAY, make_node

LATER = "2016-07-01T00:00:00Z"
HOUR = 3_600_000
VECTORS = Path(parley.kinds.__path__[0])


def bodies(kind: str) -> list[dict[str, Any]]:
    """Give the good bodies of a kind from its vectors."""
    name = kind.partition("/")[0]
    (path,) = VECTORS.glob(f"*/vectors/{name}.json")
    return [case["body"] for case in json.loads(path.read_text(encoding="utf-8"))["good"]]


@dataclass
class Desk:
    """A node of an exercise and its channel."""

    folder: Path
    node: Node
    clock: ManualClock
    channel: str
    names: list[str] = field(default_factory=list)

    def log(
        self,
        kind: str,
        body: dict[str, Any],
        *refs: tuple[str, str],
        priority: Priority = "routine",
    ) -> str:
        """Log a record; give its name. A vector that asks its own author asks Russia here."""
        if "coalition" in body.get("asked_of", ()):
            body = {**body, "asked_of": ["russia"]}
        pointed = tuple(Ref(role, name) for role, name in refs)  # type: ignore[arg-type]
        done = self.node.publish(self.channel, kind, body, refs=pointed, priority=priority)
        self.names.append(done.name)
        return done.name

    def log_vectors(self, *kinds: str) -> None:
        """Log every good body of the vectors of some kinds."""
        for kind in kinds:
            for body in bodies(kind):
                needs = [(role, "ab" * 32) for role in KINDS[kind].needs_ref[:1]]
                self.log(kind, body, *needs)

    def tick(self, hours: int) -> None:
        """Let time pass."""
        self.clock.set(Instant(self.clock.now() + hours * HOUR))


@contextmanager
def open_desk(folder: Path, **changes: Json) -> Iterator[Desk]:
    """Open a node with a channel; the charter is changed by ``changes``."""
    node = make_node(folder, "coalition", "CO")
    charter = new_charter(
        [node.identity],
        at=DAY,
        voices=[("cell", "VC"), ("russia", "RU"), ("syria", "SY"), ("turkey", "TR")],
        title="Export",
        changes={"day_zone": "Asia/Damascus", **changes},
    )
    clock = node.clock
    assert isinstance(clock, ManualClock)
    desk = Desk(folder, node, clock, node.sign_charter(charter))
    try:
        yield desk
    finally:
        node.close()


def run(folder: Path, *arguments: str, at: str | None = LATER) -> tuple[int, bytes, str]:
    """Run ``parley export`` on a folder; give the exit code, the file and what was printed."""
    out = folder / f"export-{len(list(folder.glob('export-*')))}"
    when = ["--at", at] if at else []
    given = ["export", "--node", str(folder), "--out", str(out), *when, *arguments]
    done = CliRunner().invoke(command, given, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.exit_code, out.read_bytes(), done.output


def written(form: str, head: Head, *items: Item) -> bytes:
    """Write items in a format."""
    return FORMATS[form](Export(head, list(items)))


def sheets(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Read a workbook: rows by the name of the sheet."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


HEAD = Head(
    channel="ab" * 32,
    status="actual",
    upto={"coalition/x/main": 3},
    at=DAY + 400 * 24 * HOUR,
    rules="parley/rules/0",
    members=("coalition", "russia"),
    day_zone="Asia/Damascus",
    kinds=("incident/1", "activity/1"),
    since=None,
    until=None,
    public=False,
    delay_ms=None,
    blur_e4m=None,
    unread=0,
    records=0,
)
