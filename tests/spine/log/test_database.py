"""When a write waits for the disk, and that what waits for the next one is never forgotten."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.log.database import Database
from tests.spine.log.database_worker import SCHEMA, say

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """Return a file of words."""
    with Database(tmp_path / "words.db", SCHEMA) as opened:
        yield opened


def words(file: Database) -> list[str]:
    with file.reading() as db:
        return [word for (word,) in db.execute("SELECT word FROM said ORDER BY rowid")]


def safety(file: Database) -> int:
    """Give the level in force for the next write: 2 is FULL."""
    with file.writing() as db:
        return int(db.execute("PRAGMA synchronous").fetchone()[0])


def test_waits_for_the_disk_are_counted(file: Database) -> None:
    """One for a durable write, none for what may wait, one to catch up with all of that."""
    start = file.syncs
    say(file, "durable")
    assert file.write_one("INSERT INTO said VALUES (?)", ("alone",)) == 1
    assert file.syncs == start + 2
    say(file, "may wait", synced=False)
    say(file, "as well", synced=False)
    assert file.syncs == start + 2
    file.sync()
    file.sync()
    assert file.syncs == start + 3
    say(file, "may wait", synced=False)
    say(file, "durable, with what waited")
    file.sync()
    assert file.syncs == start + 4
    assert len(words(file)) == 6


def undone(file: Database) -> None:
    with file.writing(synced=False) as db:
        db.execute("INSERT INTO said VALUES ('undone')")
        raise InterruptedError


def test_the_next_write_is_durable_again(file: Database) -> None:
    """Also after a write that was undone; and what was undone leaves nothing to catch up with."""
    say(file, "may wait", synced=False)
    assert safety(file) == 2
    start = file.syncs
    with pytest.raises(InterruptedError):
        undone(file)
    file.sync()
    assert file.syncs == start
    assert safety(file) == 2
    assert words(file) == ["may wait"]


# --- what the system is asked for, as strace sees it


def traced(folder: Path, *options: str) -> list[str]:
    """Run the worker; give its words and its syncs in order, each sync by the file's name."""
    command = shutil.which("strace")
    if command is None:
        pytest.skip("strace is absent; Debian: strace")
    if subprocess.run([command, "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    folder.mkdir()
    out = folder / "trace"
    asked = ["-y", "-qq", "-e", "trace=fdatasync,write", "-e", "signal=none", *options]
    worker = [sys.executable, "-m", "tests.spine.log.database_worker", str(folder / "words.db")]
    subprocess.run(
        [command, *asked, "-o", str(out), *worker], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    told = re.findall(
        r'^write\(1<[^>]*>, "([a-z-]+)\\n"|^fdatasync\(\d+<[^>]*/([^/>]+)>',
        out.read_text(),
        re.MULTILINE,
    )
    return [word or name for word, name in told]


def test_the_disk_is_waited_for_exactly_where_that_was_promised(tmp_path: Path) -> None:
    seen = traced(tmp_path / "usual")
    assert seen[seen.index("opened") :] == [
        "opened",
        "written",
        "words.db-wal",
        "caught-up",
        "words.db-wal",
        "durable",
        "nothing-left",
    ]


def test_a_failure_to_catch_up_stops_the_file_for_good(tmp_path: Path) -> None:
    """The sync that what was written waits for fails: nothing is written after it."""
    before = traced(tmp_path / "usual").index("opened")
    inject = f"inject=fdatasync:error=EIO:when={before + 1}"
    seen = traced(tmp_path / "failing", "-e", inject)
    assert seen[before:] == ["opened", "written", "words.db-wal", "stopped", "for-good"]
