"""Durable appends against the disk itself: one by one, to a signed head, and by the hundred.

All are timed in turns in one run, in one folder, in medians, so that a disk that slows down slows
them all. The warm-up lasts until every WAL has been folded once and is written over, as in any node
that runs. At the end one append is traced: data durable, then sign-state durable, then the
signature leaves.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from parley.log.appender import Appender
from parley.log.signstate import SignState
from parley.log.store import Leaf, Store, own_leaf
from parley.record.envelope import Entry, Record, seal
from parley.record.signature import SeedSigner
from parley.values.instants import Instant

ROUNDS, TURNS, WARM_UP = 10, 60, 300
BATCH, BATCH_EVERY = 100, 15
# What is timed, against what, and the floor of the ratio of their rates.
COMPARED = (
    ("append, one a commit", "append", "disk", 0.7),
    ("append to signed head, one caller", "head", "disk", 0.35),
    (f"append, {BATCH} a commit, each", "batch", "append", 10.0),
)
BLOCK = 4096
CHANNEL = "5a" * 32
SIGNER = SeedSigner(bytes(range(32)))


def log(name: str) -> str:
    """Give the origin of a log of the bench."""
    return f"{name}/{CHANNEL}/main"


def record(name: str, number: int) -> Entry:
    """Seal a small record for a log; the number gives its id."""
    made = Record(
        channel=CHANNEL,
        log=log(name),
        id=hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:32],
        author=name,
        kind="note/1",
        status="exercise",
        priority="routine",
        issued=Instant(1_466_049_600_000 + number),
        body={"number": number, "text": "The aircraft will leave the area at 09:40 UTC."},
    )
    return seal(made.payload(), [SIGNER])


class Bench:
    """Four ways to make bytes durable, each called once per turn."""

    def __init__(self, folder: Path) -> None:
        self.probe = (folder / "probe").open("ab", buffering=0)
        self.single, self.batched = Store(folder / "single.db"), Store(folder / "batched.db")
        self.signed, self.state = Store(folder / "signed.db"), SignState(folder / "sign-state.db")
        self.appender = Appender(self.signed, self.state, SIGNER)
        self.single.open_log(log("single"), own=True)
        self.batched.open_log(log("batched"), own=True)
        self.appender.open_log(log("signed"))
        self.sizes = {"single": 0, "batched": 0}

    def write_block(self) -> float:
        """Append 4 KiB to a file and sync it, in s."""
        block = bytes(BLOCK)
        start = time.perf_counter()
        self.probe.write(block)
        os.fdatasync(self.probe.fileno())
        return time.perf_counter() - start

    def append(self, store: Store, name: str, count: int) -> float:
        """Append records to a log in one commit, in s."""
        after = self.sizes[name]
        leaves: list[Leaf] = [own_leaf(record(name, after + n)) for n in range(count)]
        start = time.perf_counter()
        self.sizes[name] = store.append(log(name), leaves, after=after)
        return time.perf_counter() - start

    def append_signed(self, number: int) -> float:
        """Append one record and get its signed head, in s."""
        entry = record("signed", number)
        start = time.perf_counter()
        self.appender.append(log("signed"), entry)
        return time.perf_counter() - start

    def turns(self, first: int, count: int) -> dict[str, list[float]]:
        """Time each way in turn, the batch more rarely."""
        taken: dict[str, list[float]] = {"disk": [], "append": [], "head": [], "batch": []}
        for number in range(first, first + count):
            taken["disk"].append(self.write_block())
            taken["append"].append(self.append(self.single, "single", 1))
            taken["head"].append(self.append_signed(number))
            if number % BATCH_EVERY == 0:
                taken["batch"].append(self.append(self.batched, "batched", BATCH) / BATCH)
        return taken

    def close(self) -> None:
        """Let go of the files."""
        self.probe.close()
        for opened in (self.single, self.batched, self.signed, self.state):
            opened.close()


def median(values: list[float]) -> float:
    """Give the middle one."""
    return sorted(values)[len(values) // 2]


def measured() -> list[dict[str, float]]:
    """Give the median of each way in each round, in s."""
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place))
        bench.turns(0, WARM_UP)
        starts = range(WARM_UP, WARM_UP + ROUNDS * TURNS, TURNS)
        rounds = [bench.turns(start, TURNS) for start in starts]
        bench.close()
    return [{way: median(values) for way, values in taken.items()} for taken in rounds]


def append_one(folder: Path, events: list[str]) -> None:
    """Append two records and write the second's head to stdout; ``events`` is its journal."""
    journal = events.append
    with (
        Store(folder / "log.db", journal=journal) as store,
        SignState(folder / "sign-state.db", journal=journal) as state,
    ):
        appender = Appender(store, state, SIGNER, journal=journal)
        appender.open_log(log("traced"))
        appender.append(log("traced"), record("traced", 0))
        os.write(sys.stdout.fileno(), b"begin\n")
        events.clear()
        head = appender.append(log("traced"), record("traced", 1)).head
        sys.stdout.buffer.write(head)
        sys.stdout.flush()


def traced(folder: Path) -> list[str]:
    """Give what one append did, in order: as the kernel saw it, or else as the log's journal."""
    strace, trace = shutil.which("strace"), folder / "trace"
    command = [sys.executable, "-m", "bench.durable", str(folder)]
    if strace is not None:
        options = ["-f", "-y", "-s", "40", "-o", str(trace), "-e", "trace=fsync,fdatasync,write"]
        whole = [strace, *options, *command]
        # strace may be there and yet forbidden to trace
        if subprocess.run(whole, capture_output=True, check=False).returncode == 0:  # noqa: S603
            text = trace.read_text().replace(f"{folder}/", "").partition('"begin')[2]
            calls = [line.partition(" ")[2].strip() for line in text.splitlines()[1:]]
            heads = [n for n, call in enumerate(calls) if re.match(r"write\(1<.*traced/", call)]
            return calls[: heads[0] + 1]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    return done.stderr.splitlines()


def in_order(events: list[str]) -> bool:
    """Tell whether the data, then the sign-state, became durable before the signature left."""
    steps = (
        r"entries durable|fdatasync\(.*<log\.db-wal>\) += 0",
        r"sign-state durable|fdatasync\(.*<sign-state\.db-wal>\) += 0",
        r"signature released|write\(1<.*traced/",
    )
    found = [[n for n, event in enumerate(events) if re.search(step, event)] for step in steps]
    return all(found) and found[0][-1] < found[1][0] and found[1][-1] < found[2][0]


def main() -> int:
    """Print medians, ratios and the trace; return 1 if a floor or the order is missed."""
    rounds = measured()
    ms = {way: median([took[way] for took in rounds]) * 1000 for way in rounds[0]}
    print(f"durable: disk: {BLOCK} bytes and fdatasync {ms['disk']:.3f} ms")
    met = True
    for what, way, against, floor in COMPARED:
        ratio = median([took[against] / took[way] for took in rounds])
        met = met and ratio >= floor
        print(f"durable: {what}: {ms[way]:.3f} ms, {ratio:.2f} x the rate of {against} ({floor=})")
    with tempfile.TemporaryDirectory() as place:
        events = traced(Path(place).resolve())
    print("durable: one append to signed head, traced:", *events, sep="\n  ")
    if not in_order(events):
        print("durable: a signature left before all it stands on was durable")
        met = False
    return 0 if met else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:  # the process that is traced
        seen: list[str] = []
        append_one(Path(sys.argv[1]), seen)
        print(*seen, sep="\n", file=sys.stderr)
        raise SystemExit(0)
    raise SystemExit(main())
