"""Rate at which a log is read from its stored bytes: 100,000 mixed records through the Reader.

Decoding is included: envelope, common fields, body and traits of each record. What the node keeps
from intake are the verdicts on signatures alone (``parley.log.verdicts``); the bench reads once
without them, as intake does, and then again with those that the first reading gave. Bodies are the
good vectors of every kind but charters and keys, in turn, each signed under an id of its own.
"""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from parley.kinds import KINDS
from parley.log.store import Store
from parley.log.verdicts import Verdicts
from parley.node.reading import Reading
from parley.projection.fold import Opened, Reader
from parley.record.canonical import Json, canonical, digest
from parley.record.envelope import Record, agreed_digest, open_entry, origin_of, read_record, seal
from parley.record.signature import SeedSigner, prove_possession
from parley.values.instants import Instant

COUNT = 100_000
BATCH = 1_000
GOAL_PER_S = 20_000
FLOOR_PER_S = 2_500
START = 1_466_035_200_000
ROLES = ("author", "log", "witness", "receipt", "line", "recovery")
PARTIES = (("coalition", "CO"), ("russia", "RU"))
VECTORS = Path(__file__).parents[1] / "src" / "parley" / "kinds"


def b64(data: bytes) -> str:
    """Write bytes in base64."""
    return base64.b64encode(data).decode()


def signer(party: str, role: str) -> SeedSigner:
    """Make the key of a party for a role; always the same one."""
    return SeedSigner(bytes.fromhex(digest(f"{party} {role}".encode())))


def charter() -> dict[str, Json]:
    """Write a charter of two parties under which everything else is logged."""
    keys: list[Json] = []
    for party, _ in PARTIES:
        for role in ROLES:
            key = signer(party, role)
            stated = canonical({"name": party, "role": role, "status": "exercise"})
            possession = b64(prove_possession(key, stated))
            keys.append(
                {
                    "holder": party,
                    "role": role,
                    "public": b64(key.public),
                    "possession": possession,
                }
            )
    deadline: Json = {"receipt_ms": 900_000, "answer_ms": 1_800_000}
    members: list[Json] = [
        {
            "name": name,
            "code": code,
            "role": "party",
            "display": {"lang": "en", "text": name},
            "languages": ["en"],
        }
        for name, code in PARTIES
    ]
    body: dict[str, Json] = {
        "title": {"lang": "en", "text": "A channel to be read"},
        "status": "exercise",
        "members": members,
        "keys": keys,
        "minima": {"lateral_e4m": 92_600_000, "vertical_e4m": 3_048_000, "time_ms": 300_000},
        "deadlines": {"routine": deadline, "urgent": deadline},
        "languages": ["en"],
        "day_zone": "UTC",
        "in_force_from": START,
    }
    return KINDS["charter/1"].parse(body).to_json()


def good_bodies() -> list[tuple[str, dict[str, Json]]]:
    """Give the good bodies of every kind but those that lay down who may sign."""
    found = []
    for file in sorted(VECTORS.glob("*/vectors/*.json")):
        vectors = json.loads(file.read_text(encoding="utf-8"))
        if vectors.get("kind") not in (None, "charter/1", "key/1"):
            found += [(vectors["kind"], case["body"]) for case in vectors["good"]]
    return found


def entries(count: int) -> Iterator[bytes]:
    """Write a log: the charter, then one body after the other."""
    body, bodies, author = charter(), good_bodies(), signer("coalition", "author")
    channel = agreed_digest("charter/1", body)
    log = origin_of("coalition", channel, "main", "exercise")
    for i in range(count):
        kind, said = ("charter/1", body) if i == 0 else bodies[i % len(bodies)]
        record = Record(
            channel=channel,
            log=log,
            id=digest(b"%d" % i)[:32],
            author="coalition",
            kind=kind,
            status="exercise",
            priority="routine",
            issued=Instant(START + i * 1000),
            body=said,
        )
        yield seal(record.payload(), [author]).raw


def read(origin: str, raws: list[bytes]) -> tuple[float, list[Opened]]:
    """Read a log in pieces as they come in; give the CPU time in seconds and what was opened."""
    reader, opened = Reader(origin, KINDS), []
    start = process_time()
    for at in range(0, len(raws), BATCH):
        reader, more = reader.read(raws[at : at + BATCH])
        opened += more
    return process_time() - start, opened


def main() -> int:
    """Read a log without and with the verdicts kept from intake; return 1 below the floor."""
    count = int(sys.argv[1]) if len(sys.argv) == 2 and sys.argv[1].isdecimal() else COUNT
    raws = list(entries(count))
    origin = read_record(open_entry(raws[0]).payload).log
    sizes, kinds = sum(map(len, raws)) / count, len({kind for kind, _ in good_bodies()})
    print(f"fold: {count} records of {kinds} kinds, {sizes:.0f} bytes each")
    with TemporaryDirectory() as folder, Store(Path(folder) / "parley.db") as store:
        store.open_log(origin, own=False)
        store.append(origin, raws, after=0)
        verdicts = Verdicts(store, bytes(32))
        first_s, opened = read(origin, raws)
        verdicts.keep(origin, [(o.index, o.leaf, o.signers) for o in opened])
        start = process_time()
        again = Reading(store, KINDS, verdicts).log(origin)
        again_s = process_time() - start
    unread = sum(o.unread is not None for o in opened)
    same = [o.body for o in again] == [o.body for o in opened]
    rate = count / again_s
    print(f"  verifying every signature   {count / first_s:9.0f} records/s of CPU")
    print(
        f"  as a node at its start      {rate:9.0f} records/s of CPU, entries and verdicts fetched"
    )
    print(f"  goal                        {GOAL_PER_S:9} records/s; unread {unread}, same {same}")
    return 0 if rate >= FLOOR_PER_S and not unread and same else 1


if __name__ == "__main__":
    sys.exit(main())
