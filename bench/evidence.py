"""CPU time to check one evidence file offline, per signature-checked record (floor: 2 ms).

Beside it, in the same run, what bare PyNaCl takes for as many signatures as the file holds.
"""

from time import process_time

from nacl.signing import SigningKey

from parley.log.archive import read_archive
from parley.log.evidence import write_evidence
from parley.log.evidence_check import check_evidence
from parley.log.proof import Proof
from parley.record.envelope import open_entry
from tests.spine.log.evidence_world import MAP, MAP_DIGEST, MIRRORED, SEEN, STORED, World

FLOOR_MS = 2.0
ROUNDS, REPEATS = 5, 40


def best_ms(work: object) -> float:
    """Give the best CPU time of one call, in ms, over several rounds."""
    assert callable(work)
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        for _ in range(REPEATS):
            work()
        times.append((process_time() - start) / REPEATS * 1000)
    return min(times)


def counted(data: bytes) -> tuple[int, int]:
    """Give how many records and how many distinct signatures a file holds."""
    members = read_archive(data)
    entries = {m for name, m in members.items() if name.rpartition("/")[2] == "entry"}
    heads = [Proof.parse(m).head() for n, m in members.items() if n.rpartition("/")[2] == "proof"]
    lines = {(h.text, s.name, s.signature) for h in heads for s in h.signatures}
    return len(entries), len(lines) + sum(len(open_entry(e).signatures) for e in entries)


def main() -> int:
    """Measure a small and a full file; return 1 if a record takes more than the floor."""
    world = World()
    everything = "call retraction answer"
    files = {
        "stored by one": write_evidence(world.source(STORED)),
        "all grades, two holders, answered, withdrawn": write_evidence(
            world.source(SEEN, STORED, MIRRORED, related=everything, parts={MAP_DIGEST: MAP})
        ),
    }
    message = bytes(1_000)
    signed = SigningKey(bytes(32)).sign(message)
    verifier = SigningKey(bytes(32)).verify_key
    bare = best_ms(lambda: verifier.verify(message, signed.signature))
    worst = 0.0
    for name, data in files.items():
        records, signatures = counted(data)
        whole = best_ms(lambda data=data: check_evidence(data))
        worst = max(worst, whole / records)
        print(
            f"evidence: {name}: {len(data)} bytes, {whole:.2f} ms CPU for {records} records and"
            f" {signatures} signatures; {whole / records:.2f} ms a record (floor {FLOOR_MS}),"
            f" {whole / (signatures * bare):.1f} x bare PyNaCl ({bare * 1000:.0f} us a signature)"
        )
    return 1 if worst > FLOOR_MS else 0


if __name__ == "__main__":
    raise SystemExit(main())
