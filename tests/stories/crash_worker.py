"""A process to be killed: it appends to our log, has a peer take and receipt it, and says so.

Each line it prints has left the node: ``head <hex of the note>`` or ``receipt <hex of the note with
our peer's lines>``. Run as ``python -m tests.stories.crash_worker FOLDER``.
"""

import sys
from pathlib import Path

from parley.log.checkpoint import SignedNote
from parley.log.packages import UploadHead, read_head, read_packages, write_upload
from tests.spine.log.sides import Side, log_key, origin, proof_between, record

COALITION = origin("coalition")


def exchange(us: Side, them: Side, note: bytes, size: int) -> None:
    """Offer a head, upload what is missing, and print the receipt that comes back."""
    seen = them.witness.last(COALITION)
    old = 0 if seen is None else seen.size
    entries = us.store.entries(COALITION, 0, size)
    proof = proof_between(entries, old, size) if old else []
    them.replica.offer_head(note, old, proof, log_key("coalition"))
    held = them.store.size(COALITION)
    body = write_upload(us.store, UploadHead(COALITION, held, size))
    head, at = read_head(body)
    taken = them.replica.take_upload(head, read_packages(head, body, at))
    receipted = SignedNote.parse(note).joined(taken.lines).format()
    print("receipt", receipted.hex(), flush=True)


def main(folder: Path) -> None:
    """Work until killed, or done with far more than any test waits for."""
    us, them = Side(folder / "coalition", "coalition"), Side(folder / "russia", "russia")
    us.appender.open_log(COALITION)
    them.follow("coalition")
    start = us.store.size(COALITION)
    for number in range(start, start + 2_000):
        batch = [record("coalition", number * 4 + i) for i in range(1 + number % 3)]
        done = us.appender.append_all(COALITION, batch)[-1]
        print("head", done.head.hex(), flush=True)
        exchange(us, them, done.head, done.size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
