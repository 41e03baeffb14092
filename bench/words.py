"""Time to search 100,000 mixed records by number, name, place and words, in three scripts.

The records are those of the bench ``fold``: the good vectors of every kind in turn, so that each
word stands in hundreds of them or in thousands. Timed is a search of a node, with what became of
each record found; the index is made once before, which is timed as well.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from bench.fold import charter, entries
from parley.desk.gazetteer.names import shipped_names
from parley.kinds import KINDS
from parley.log.store import Store
from parley.node.channels import Channel
from parley.node.charter import channel_of, read_charter
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node, load_keyrings
from parley.node.reading import Reading
from parley.node.search.found import Asked, Search
from parley.node.search.index import FILE, Index
from parley.record.envelope import open_entry, read_record
from parley.values.instants import Instant

COUNT = 100_000
GOAL_MS = 200
NOW = Instant(1_466_200_000_000)
ASKED = (
    "shelling", "Aleppo", "Алеппо", "حلب", "Halab", "convoy", "food medicine", "coalition strike",
    "a", "Deir ez-Zor shelling", "Harb Bebsi", "reconciliation settlement", "nothing-like-it",
)  # fmt: skip


def channel(folder: Path) -> Channel:
    """Make the channel that the records are of, as one of its parties sees it."""
    init_node(
        folder, name="coalition", code="CO", display="Coalition", status="exercise",
        endpoint="http://127.0.0.1:9", entropy=SeededEntropy("bench"),
    )  # fmt: skip
    body = charter()
    read = read_charter(body)
    ring = load_keyrings(folder)["exercise"]
    return Channel(channel_of(body), read, read.terms(), ring, "accepted")


def main() -> int:
    """Search for each text; return 1 if the slowest takes longer than the goal."""
    count = int(sys.argv[1]) if len(sys.argv) == 2 and sys.argv[1].isdecimal() else COUNT
    raws = list(entries(count))
    origin = read_record(open_entry(raws[0]).payload).log
    with TemporaryDirectory() as name, Store(Path(name) / "parley.db") as store:
        home = channel(Path(name) / "node")
        for each in home.origins():
            store.open_log(each, own=False)
        store.append(origin, raws, after=0)
        reading = Reading(store, KINDS)
        reading.log(origin)
        path = Path(name) / FILE
        search = Search(Index(path, reading, KINDS), reading, store)
        start = process_time()
        search.warm(home)
        took = process_time() - start
        size = sum(each.stat().st_size for each in path.parent.glob(f"{FILE}*"))
        print(f"words: {count} records, {count / took:.0f}/s of CPU taken in, {size // 10**6} MB")
        slowest = max(timed(search, home, asked) for asked in (*ASKED, "CO-0616-4711"))
        search.close()
    print(f"  goal {GOAL_MS} ms")
    return 0 if slowest <= GOAL_MS else 1


def timed(search: Search, home: Channel, text: str) -> float:
    """Search for a text; print and give how long it took, ms of CPU."""
    start = process_time()
    found = search.search(home, Asked(text), upto=None, at=NOW, names=shipped_names().of)
    took = (process_time() - start) * 1000
    how = ", ".join(dict.fromkeys(hit.match for hit in found.hits)) or "nothing"
    more = " and more" if found.more else ""
    print(f"  {took:6.1f} ms of CPU: {text}: {len(found.hits)}{more}, {how}")
    return took


if __name__ == "__main__":
    sys.exit(main())
