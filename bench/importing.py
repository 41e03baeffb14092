"""Rate at which files of others become records: a million rows read, then some of them logged.

The million is read, mapped, checked against its kind and against itself, and thrown away: what
`parley import --dry-run` does before the node is asked. It comes as text with semicolons, decimal
commas and local times; one row in a thousand is wrong and one in a thousand stands twice. Memory is
read after every batch, and must not grow with the file. Then rows go into a node.
"""

import resource
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import openpyxl

from parley.desk.importing.batches import Importer
from parley.desk.importing.mapping import Mapping, mapping_of
from parley.desk.importing.report import Report
from parley.desk.importing.rows import read_rows
from parley.node.batches import Item
from parley.node.charter import new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settings import Settings
from parley.values.instants import parse_instant

ROWS = 1_000_000
LOGGED = 10_000
FLOOR_PER_S = 3_000
FLOOR_LOGGED_PER_S = 100
MOST_GROWTH_MIB = 150
HEAD = ("id", "date", "time", "area", "what", "means", "number", "lat", "lon", "weapon")
MAPPING: dict[str, Any] = {
    "kind": "observation/1",
    "source": "monitors",
    "id": "id",
    "zone": "Asia/Damascus",
    "decimal": ",",
    "columns": {
        "time": {"column": ["date", "time"], "format": "%d.%m.%Y %H:%M"},
        "area": "area",
        "what": "what",
        "means": "means",
        "number": "number",
        "weapon": "weapon",
        "observer_place": {"lat": "lat", "lon": "lon"},
    },
}
WHAT = ("explosion", "burst", "shot", "projectile")


def row(number: int) -> tuple[str, ...]:
    """Write a row; the thousandth of each thousand is wrong, the one before it stands twice."""
    at = number - 1 if number % 1000 == 998 else number
    lat, lon = 33 + at % 4000 / 1000, 36 + at % 5000 / 1000
    what = "thunder" if number % 1000 == 999 else WHAT[at % 4]
    return (
        f"o-{at}",
        f"{1 + at % 28:02d}.06.2016",
        f"{at % 24:02d}:{at % 60:02d}",
        f"SY{1 + at % 14:02d}",
        what,
        "heard" if at % 2 else "seen",
        str(1 + at % 40),
        f"{lat:.4f}".replace(".", ","),
        f"{lon:.4f}".replace(".", ","),
        "mortar 82 mm" if at % 3 else "",
    )


def write_table(path: Path, count: int) -> None:
    """Write rows as text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(HEAD) + "\r\n")
        for number in range(count):
            file.write(";".join(row(number)) + "\r\n")


def write_book(path: Path, count: int) -> None:
    """Write rows as a spreadsheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.append(HEAD)
    for number in range(count):
        sheet.append(row(number))
    book.save(path)


class Nowhere:
    """Takes records and keeps none; notes the most memory that the process had meanwhile."""

    def __init__(self) -> None:
        self.most = resident_mib()

    def take(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Say that all are new."""
        self.most = max(self.most, resident_mib())
        return [{"state": "new", "record": None, "replaces": None, "refusal": None}] * len(records)


class InNode:
    """Takes records into a node of this process."""

    def __init__(self, node: Node, channel: str) -> None:
        self._node = node
        self._channel = channel

    def take(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Log a batch."""
        items = [Item(r["key"], r["kind"], r["body"]) for r in records]
        done = self._node.publish_batch(self._channel, items)
        return [
            {"state": each.state, "record": None, "replaces": None, "refusal": None}
            for each in done
        ]


def timed(path: Path, mapping: Mapping, sink: Nowhere | InNode) -> tuple[float, Report]:
    """Import a file; give the CPU time in seconds and the report."""
    start = process_time()
    with closing(read_rows(path, mapping.layout)) as rows:
        report = Importer(path, mapping).run(rows, sink, dry_run=False)
    return process_time() - start, report


def a_node(folder: Path) -> Iterator[tuple[Node, str]]:
    """Open a node of an exercise with a channel of its own."""
    at = parse_instant("2016-06-16T04:00:00Z")
    init_node(
        folder, name="coalition", code="CO", display="Coalition",
        endpoint="http://127.0.0.1:9", entropy=SeededEntropy("coalition"), status="exercise",
        settings=Settings(folder, api_port=0),
    )  # fmt: skip
    node = Node.open(folder, clock=ManualClock(at), entropy=SeededEntropy("at work"))
    charter = new_charter([node.identity], at=at, voices=[("cell", "VC")], title="Bench")
    try:
        yield node, node.sign_charter(charter)
    finally:
        node.close()


def resident_mib() -> int:
    """Give the memory that this process has now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024**2


def main() -> int:
    """Import; return 1 below a floor, over the memory allowed, or if a count is not what it is."""
    count = int(sys.argv[1]) if len(sys.argv) == 2 and sys.argv[1].isdecimal() else ROWS
    mapping = mapping_of(MAPPING)
    with TemporaryDirectory() as name:
        folder = Path(name)
        small, large, book = folder / "small.csv", folder / "large.csv", folder / "book.xlsx"
        write_table(small, LOGGED)
        write_table(large, count)
        write_book(book, LOGGED)
        timed(small, mapping, Nowhere())
        before, nowhere = resident_mib(), Nowhere()
        read_s, read = timed(large, mapping, nowhere)
        grown = nowhere.most - before
        book_s, of_book = timed(book, mapping, Nowhere())
        for node, channel in a_node(folder / "node"):
            logged_s, logged = timed(small, mapping, InNode(node, channel))
            again_s, again = timed(small, mapping, InNode(node, channel))
    thousands, some = count // 1000, LOGGED // 1000
    print(f"importing: {count} rows of observation/1, {large_words(read)}")
    print(f"  read, mapped and checked    {count / read_s:9.0f} rows/s of CPU, {grown} MiB more")
    print(f"  from a spreadsheet          {LOGGED / book_s:9.0f} rows/s of CPU")
    print(f"  logged, in batches of 1,000 {LOGGED / logged_s:9.0f} rows/s of CPU")
    print(f"  the same file again         {LOGGED / again_s:9.0f} rows/s of CPU")
    right = [
        read.counts["wrong"] == read.counts["twice"] == thousands,
        of_book.counts["wrong"] == logged.counts["wrong"] == some,
        logged.counts["new"] == again.counts["same"] == LOGGED - 2 * some,
        grown <= MOST_GROWTH_MIB,
        count / read_s >= FLOOR_PER_S,
        LOGGED / logged_s >= FLOOR_LOGGED_PER_S,
    ]
    return 0 if all(right) else 1


def large_words(report: Report) -> str:
    """Say how many of the rows were wrong or stood twice."""
    return f"{report.counts['wrong']} wrong, {report.counts['twice']} twice"


if __name__ == "__main__":
    sys.exit(main())
