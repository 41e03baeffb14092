"""Append to receipt on loopback: from handing over a record until a holder's receipt is here.

Two parties and a mirror, real HTTP, background threads, the machine's clock. Beside it, in the
same run, the disk's own durable write, since seven of them lie on the way: the entry and the
sign-state; at the holder the witness's state, the head, the entry and the state of its receipt;
and the receipt here. All that the three nodes write durably meanwhile is counted as well.
"""

import os
import socket
import tempfile
import time
from pathlib import Path

from parley.node.charter import new_charter
from parley.node.entropy import SystemEntropy
from parley.node.events import Event
from parley.node.keyring import init_node
from parley.node.runtime import Node, Published
from parley.node.settling import settle
from parley.record.canonical import Json

FLOOR_MS = 250.0
RECORDS, WARM_UP = 100, 10
PATIENCE_S = 60.0

WARNING: dict[str, Json] = {
    "urgency": "safety",
    "asked": {"lang": "en", "text": "Keep clear"},
    "whom": {"lang": "en", "text": "our people there"},
}


def free_port() -> int:
    """Give a port of loopback that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def made(folder: Path, name: str, code: str, role: str) -> Node:
    """Make a node of the exercise and let it listen."""
    init_node(
        folder / name,
        name=name,
        code=code,
        display=name.title(),
        endpoint=f"http://127.0.0.1:{free_port()}",
        entropy=SystemEntropy(),
        role=role,  # type: ignore[arg-type]
        status="exercise",
    )
    node = Node.open(folder / name)
    node.listen()
    return node


def disk_ms(folder: Path, times: int = 50) -> float:
    """Give the median of one 4 KiB append with fdatasync, in ms."""
    taken = []
    with (folder / "probe").open("ab") as file:
        for _ in range(times):
            start = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2] * 1000


def receipts(sender: Node, channel: str, count: int) -> list[float]:
    """Publish one record after the other; give the ms until the first foreign receipt of each.

    At the end each record is asked for its grades: somebody must hold it.
    """
    taken, names = [], []
    for _ in range(count):
        seen = sender.events.last
        start = time.perf_counter()
        done = sender.publish(channel, "warning/1", WARNING, priority="urgent")
        stored = False
        while not stored:
            if time.perf_counter() - start > PATIENCE_S:
                raise TimeoutError(f"nobody gave a receipt for {done.number}")
            for event in sender.events.wait(seen, 5.0):
                seen, stored = event.seq, stored or _covers(event, done)
        taken.append((time.perf_counter() - start) * 1000)
        names.append(done.name)
    for name in names:
        if all(grade.grade != "stored" for grade in sender.grades(channel, name)):
            raise RuntimeError(f"a receipt was told of that is not here: {name}")
    return taken


def _covers(event: Event, done: Published) -> bool:
    """Tell whether an event is a receipt of another over a record of ours."""
    said = event.data
    return (
        event.kind == "receipt"
        and said["origin"] == done.origin
        and int(str(said["size"])) > done.index
        and said["holder"] != done.origin.removeprefix("exercise.invalid/").partition("/")[0]
    )


def syncs(nodes: list[Node]) -> int:
    """Count how often the logs and sign-states of some nodes have waited for the disk so far."""
    stations = [station for node in nodes for station in node.stations.values()]
    return sum(station.store.syncs + station.state.syncs for station in stations)


def main() -> int:
    """Print p50 and p99 and the ratio to the disk; return 1 if p99 is over the floor."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        parties = [made(folder, "coalition", "CO", "party"), made(folder, "russia", "RU", "party")]
        mirror = made(folder, "mirror", "MI", "mirror")
        nodes = [*parties, mirror]
        body = new_charter([p.identity for p in parties], [mirror.identity], at=mirror.clock.now())
        channel, _ = (p.sign_charter(body) for p in parties)
        mirror.accept_charter(body)
        settle(nodes)
        for node in nodes:
            node.start()
        receipts(parties[0], channel, WARM_UP)
        before, written = disk_ms(folder), syncs(nodes)
        taken = sorted(receipts(parties[0], channel, RECORDS))
        written = syncs(nodes) - written
        disk = (before + disk_ms(folder)) / 2
        for node in nodes:
            node.close()
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99) - 1]
    print(
        f"receipt: {RECORDS} urgent records, two parties and a mirror: p50 {p50:.1f} ms,"
        f" p99 {p99:.1f} ms (floor {FLOOR_MS:.0f}); one durable 4 KiB write {disk:.2f} ms,"
        f" so p50 is {p50 / disk:.0f} of them; the three nodes made"
        f" {written / RECORDS:.1f} a record"
    )
    return 1 if p99 > FLOOR_MS else 0


if __name__ == "__main__":
    raise SystemExit(main())
