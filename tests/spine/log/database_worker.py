"""A process to be traced: it writes what may wait and what may not, and says where it is.

Run as ``python -m tests.spine.log.database_worker FILE``.
"""

import os
import sys
from pathlib import Path

from parley.errors import LogStopped
from parley.log.database import Database

SCHEMA = "CREATE TABLE IF NOT EXISTS said (word TEXT NOT NULL) STRICT;"


def mark(word: str) -> None:
    """Say in one system call how far the work is."""
    os.write(1, word.encode() + b"\n")


def say(file: Database, word: str, *, synced: bool = True) -> None:
    """Write one row."""
    with file.writing(synced=synced) as db:
        db.execute("INSERT INTO said VALUES (?)", (word,))


def main(path: Path) -> None:
    """Write, catch up, write again; where the disk fails, try to go on."""
    file = Database(path, SCHEMA)
    try:
        mark("opened")
        say(file, "one", synced=False)
        mark("written")
        file.sync()
        mark("caught-up")
        say(file, "two", synced=False)
        say(file, "three")
        mark("durable")
        file.sync()
        mark("nothing-left")
    except LogStopped:
        mark("stopped")
        try:
            say(file, "four")
        except LogStopped:
            mark("for-good")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    # Closing folds the WAL, which is another matter.
    os._exit(0)
