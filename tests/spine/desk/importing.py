"""A node with a party, a voice and a mirror, and `parley import` run against it, for the tests."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from parley.desk.cli import run
from parley.desk.importing.batches import Importer
from parley.desk.importing.mapping import mapping_of
from parley.desk.importing.report import Report
from parley.desk.importing.rows import Layout, read_rows
from parley.desk.serving import ApiServer
from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.identity import Identity
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from tests.spine.desk.conftest import DAY

OBSERVATIONS = """
kind = "observation/1"
source = "monitors"
id = "id"
zone = "Asia/Damascus"

[columns]
time = "when"
area = "area"
what = "what"
means = "means"
number = "number"
observer_place = { lat = "lat", lon = "lon" }

[personal]
audience = ["un"]
columns = { observer = "observer" }
"""
HEAD = "id,when,area,what,means,number,lat,lon,observer"
ROWS = (
    "o-1,2016-06-15 09:00,SY02,explosion,heard,3,36.20123,37.15341,Anna Example",
    "o-2,2016-06-15 09:05,SY02,burst,heard,1,36.20123,37.15341,Anna Example",
    "o-3,2016-06-15 11:30,SY04,shot,seen,12,34.73000,36.71000,",
)


@dataclass(frozen=True)
class Centre:
    """A served node of one party, its channel, and a folder for files."""

    node: Node
    channel: str
    http: httpx.Client
    folder: Path

    def file(self, name: str, content: str | bytes) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def records(self) -> list[dict[str, Any]]:
        """Give every record but the charter, in the order of the log."""
        listed = self.http.get(
            f"/v1/channels/{self.channel}/records", params={"limit": 1000}
        ).json()["records"]
        return [
            self.http.get(f"/v1/channels/{self.channel}/records/{r['name']}").json()
            for r in listed
            if r["kind"] != "charter/1"
        ]

    def size(self) -> int:
        """Count the entries of all logs."""
        total: int = self.http.get(f"/v1/channels/{self.channel}/records").json()["total"]
        return total

    def personal(self, record: dict[str, Any]) -> Any:
        """Give the content of a record's only part."""
        (part,) = record["parts"]
        assert (part["part_class"], part["audience"]) == ("personal", ["un"])
        return json.loads(self.node.part(part["sha256"]))


def identity(
    home: Path, name: str, role: Literal["party", "mirror"], settings: Settings
) -> Identity:
    """Make a node of an exercise."""
    return init_node(
        home,
        name=name,
        code=name[:2].upper(),
        display=name.title(),
        endpoint="http://127.0.0.1:9",
        entropy=SeededEntropy(name),
        role=role,
        status="exercise",
        settings=settings,
    )


@contextmanager
def open_centre(folder: Path, *, max_part_bytes: int = 1024 * 1024) -> Iterator[Centre]:
    """Serve the node of a party whose channel has a mirror."""
    home = folder / "coalition"
    settings = Settings(home, api_port=0, max_part_bytes=max_part_bytes)
    identity(home, "coalition", "party", settings)
    node = Node.open(home, clock=ManualClock(DAY), entropy=SeededEntropy("at work"))
    mirror = identity(folder / "un", "un", "mirror", Settings(folder / "un", api_port=0))
    charter = new_charter(
        [node.identity],
        [mirror],
        at=DAY,
        voices=[("cell", "VC")],
        title="Centre",
        changes={"day_zone": "Asia/Damascus"},
    )
    channel = node.sign_charter(charter)
    with ApiServer(node, SeededEntropy("token")) as server:
        headers = {"Authorization": f"Bearer {server.access.token}"}
        with httpx.Client(
            base_url=server.access.url, headers=headers, trust_env=False, timeout=60
        ) as http:
            files = folder / "files"
            files.mkdir()
            yield Centre(node, channel, http, files)
        node.events.close()
    node.close()


@dataclass(frozen=True)
class Done:
    """What a run of the command came to."""

    code: int
    report: dict[str, Any]
    err: str

    @property
    def counts(self) -> dict[str, int]:
        """Rows by state, those states that there are."""
        return {state: n for state, n in self.report["counts"].items() if n}

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Where and what of every wrong row."""
        return [(row["where"], row["what"]) for row in self.report["rows"]["wrong"]]


def imported(centre: Centre, capsys: pytest.CaptureFixture[str], file: Path, *options: str) -> Done:
    """Run `parley import` as a person would."""
    capsys.readouterr()
    code = run(
        ["import", str(file), "--node", str(centre.node.folder), "--format", "json", *options]
    )
    out, err = capsys.readouterr()
    return Done(code, json.loads(out) if out else {}, err)


def base64_of(value: object) -> str:
    """Write JSON as the API takes a part."""
    return base64.b64encode(json.dumps(value).encode()).decode()


INCIDENT: dict[str, Any] = {
    "kind": "incident/1",
    "source": "events",
    "id": "id",
    "zone": "Asia/Damascus",
    "columns": {"title": "title", "area": "area", "time": "when"},
}


class Kept:
    """A sink that keeps what it is given, and says that all of it is new."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def take(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.records += records
        return [{"state": "new", "record": None, "replaces": None, "refusal": None}] * len(records)


def read(
    folder: Path, name: str, data: bytes, table: dict[str, Any], encoding: str | None = None
) -> tuple[list[dict[str, Any]], Report]:
    """Import a file into nothing; give its records and the report."""
    path = folder / name
    path.write_bytes(data)
    mapping = mapping_of(table)
    layout = mapping.layout
    layout = Layout(encoding, layout.delimiter, layout.sheet, layout.header)
    sink = Kept()
    with closing(read_rows(path, layout)) as rows:
        report = Importer(path, mapping).run(rows, sink, dry_run=True)
    return sink.records, report


def wrong(report: Report) -> list[tuple[str, str]]:
    """Where, in the file, and what of every wrong row."""
    return [(row["where"].partition(": ")[2], row["what"]) for row in report.rows["wrong"]]
