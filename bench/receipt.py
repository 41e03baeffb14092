"""Append to receipt on loopback: from handing over a record until a holder's receipt is here.

Two parties and a mirror, real HTTP, background threads, the machine's clock. Beside it, in the
same run, the disk's own durable write, since four of them lie on the way (entry, sign-state, the
entry at the holder, its cosigner's state).
"""

import os
import socket
import tempfile
import time
from pathlib import Path

from parley.node.charter import new_charter
from parley.node.entropy import SystemEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.node.settling import settle
from parley.record.canonical import Json

FLOOR_MS = 250.0
RECORDS, WARM_UP = 100, 10

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
    """Publish one record after the other; give the ms until the first foreign receipt of each."""
    taken = []
    for _ in range(count):
        seen = sender.events.last
        start = time.perf_counter()
        done = sender.publish(channel, "warning/1", WARNING, priority="urgent")
        while not _stored(sender, channel, done.name):
            sender.events.wait(seen, 5.0)
            seen = sender.events.last
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _stored(node: Node, channel: str, name: str) -> bool:
    return any(g.grade == "stored" for g in node.grades(channel, name))


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
        before = disk_ms(folder)
        taken = sorted(receipts(parties[0], channel, RECORDS))
        disk = (before + disk_ms(folder)) / 2
        for node in nodes:
            node.close()
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99) - 1]
    print(
        f"receipt: {RECORDS} urgent records, two parties and a mirror: p50 {p50:.1f} ms,"
        f" p99 {p99:.1f} ms (floor {FLOOR_MS:.0f}); one durable 4 KiB write {disk:.2f} ms,"
        f" so p50 is {p50 / disk:.0f} writes"
    )
    return 1 if p99 > FLOOR_MS else 0


if __name__ == "__main__":
    raise SystemExit(main())
