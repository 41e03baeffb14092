"""One SQLite file that keeps its word: when a write returns, it survives power loss.

WAL with ``synchronous=FULL``: a commit writes the changed pages to the WAL and syncs it once; from
time to time the WAL is folded into the file, which syncs twice more (sqlite.org/wal.html). What may
wait for the next such commit is written with ``synced=False``: a killed process loses none of it,
and after a power cut the file holds all that was written up to some moment, never a later part.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, Self

from parley.errors import LogBusy, LogStopped

Journal = Callable[[str], None]
"""Told what has just become durable or left: a trace for tests, never a decision."""

BUSY_TIMEOUT_S = 30.0
CHECKPOINT_PAGES = 1_000

# Primary result codes after which nothing is known about the disk any more: READONLY, IOERR,
# CORRUPT, FULL, CANTOPEN, NOTADB (sqlite.org/rescode.html).
_FATAL = frozenset({8, 10, 11, 13, 14, 26})
_BUSY = frozenset({5, 6})


def silent(event: str) -> None:
    """Keep no journal."""


class Database:
    """One file, one writer at a time (in this process and beside it), any number of readers."""

    checkpoint_pages: ClassVar[int] = CHECKPOINT_PAGES
    """Pages in the WAL after which it is folded into the file and written from its start again."""

    def __init__(self, path: Path, schema: str, *, journal: Journal = silent) -> None:
        self.path = path
        self.journal = journal
        # Owned by whoever is inside ``writing``; re-entrant, so that a write may read.
        self._lock = threading.RLock()
        self._stopped: str | None = None
        self._readers: list[sqlite3.Connection] = []
        self._closed = False
        self._wal_pages = 0
        self._counted = 0
        self.syncs = 0
        """Waits for the disk since the file was opened: commits, and two for each folding."""
        self._unsynced = False
        with suppress(OSError):  # SQLite says in its own words what is wrong with the place
            # What a desk writes is nobody else's to read, also where the file is copied to; the
            # files beside it take its mode (sqlite.org/wal.html).
            path.touch(mode=0o600)
        self._writer = self._connect()
        try:
            # A disk error leaves another mode in force, and is not raised.
            (mode,) = self._writer.execute("PRAGMA journal_mode=WAL").fetchone()
            if mode != "wal":
                raise LogStopped("write-ahead logging cannot be had here", where=path.name)
            self._writer.execute("PRAGMA synchronous=FULL")
            self._writer.execute("PRAGMA secure_delete=ON")
            # SQLite swallows the errors of its own checkpoints: see ``_checkpoint``.
            self._writer.execute("PRAGMA wal_autocheckpoint=0")
            self._writer.executescript(f"BEGIN IMMEDIATE;{schema}COMMIT;")
            _sync_folder(path.parent)
        except (sqlite3.Error, LogStopped) as error:
            self._writer.close()
            if isinstance(error, sqlite3.Error):
                raise self._translate(error) from error
            raise

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    @property
    def stopped(self) -> bool:
        """Tell whether a write failed, so that nothing is written any more in this run."""
        return self._stopped is not None

    @contextmanager
    def writing(self, *, synced: bool = True) -> Iterator[sqlite3.Connection]:
        """Open the one write transaction; it is durable when the block ends without an error.

        Unless it is not to be ``synced``: then it is with the next that is, or after ``sync``.
        Raises LogStopped when the disk failed, now or before: from then on nothing is written.
        """
        with self._lock:
            connection = self._writer
            try:
                self._refuse_if_stopped()
                if not synced:
                    connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
                self._committed(synced=synced)
                self._checkpoint()
            except BaseException as error:
                self._roll_back()
                if isinstance(error, sqlite3.Error):
                    raise self._translate(error) from error
                raise
            finally:
                # Only a failed ROLLBACK leaves a transaction open, and nothing is written after it.
                if not synced and not connection.in_transaction:
                    connection.execute("PRAGMA synchronous=FULL")

    def _committed(self, *, synced: bool) -> None:
        # The WAL is one file: whoever syncs it makes durable what stands before in it.
        self._unsynced = not synced
        self.syncs += synced

    def sync(self) -> None:
        """Make durable what was written without a sync; nothing where all is."""
        with self._lock:
            if not self._unsynced:
                return
            self._refuse_if_stopped()
            try:
                # SQLite locks the file and its -shm, never the WAL: opening that one is harmless.
                handle = os.open(f"{self.path}-wal", os.O_RDWR)
                try:
                    os.fdatasync(handle)
                finally:
                    os.close(handle)
            except OSError as error:
                self._stopped = f"the disk may not hold what was written: {error}"
                raise LogStopped(str(error), where=self.path.name, hint=_RESTART) from error
            self._committed(synced=True)

    def write_one(self, statement: str, values: Sequence[int | str | bytes]) -> int:
        """Run one statement as a transaction of its own, as durable; return the rows it changed."""
        with self._lock:
            self._refuse_if_stopped()
            try:
                changed = self._writer.execute(statement, values).rowcount
                self._committed(synced=True)
                self._checkpoint()
                return changed
            except sqlite3.Error as error:
                self._roll_back()
                raise self._translate(error) from error

    def _checkpoint(self, *, now: bool = False) -> None:
        """Fold the WAL into the file when it has grown; a failed sync of the file is an error.

        Unnoticed, it would be fatal: the next sync may succeed without the pages that were lost,
        and the WAL that still holds them be overwritten.
        """
        # A row costs about two pages: its own and one of its indexes.
        self._wal_pages += 2 * (self._writer.total_changes - self._counted)
        self._counted = self._writer.total_changes
        if now or self._wal_pages >= self.checkpoint_pages:
            self._wal_pages = 0
            self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.syncs += 2

    def _refuse_if_stopped(self) -> None:
        if self._stopped is not None:
            raise LogStopped(self._stopped, where=self.path.name, hint=_RESTART)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees what was committed last; it cannot write."""
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self._connect()
            connection.execute("PRAGMA query_only=ON")
        try:
            yield connection
        except sqlite3.Error as error:
            raise self._translate(error) from error
        finally:
            if self._closed:
                connection.close()
            else:
                self._readers.append(connection)

    def _roll_back(self) -> None:
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._stopped = f"a failed write could not be undone: {error}"

    def _translate(self, error: sqlite3.Error) -> LogBusy | LogStopped:
        primary = getattr(error, "sqlite_errorcode", 1) & 0xFF
        if primary in _BUSY:
            return LogBusy(f"held by another process: {error}", where=self.path.name)
        # Anything that is not plainly harmless stops the log: a head signed on a doubtful disk
        # could not be taken back.
        if primary in _FATAL or isinstance(error, sqlite3.OperationalError):
            self._stopped = f"the disk may not hold what was written: {error}"
        return LogStopped(str(error), where=self.path.name, hint=_RESTART)

    def forget_overwritten(self) -> bool:
        """Empty the WAL, so that no copy of erased bytes is left in it; False if readers hindered.

        Waits for readers as long as any write does.
        """
        with self._lock:
            self._refuse_if_stopped()
            try:
                row = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.Error as error:
                raise self._translate(error) from error
        return row is not None and row[0] == 0

    def __enter__(self) -> Self:
        """Use the file in a ``with`` block; it is closed at its end."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Fold the WAL into the file and let go of it; closing twice is harmless."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            while self._readers:
                self._readers.pop().close()
            try:
                if not self.stopped:
                    self._checkpoint(now=True)
            except sqlite3.Error as error:
                raise self._translate(error) from error
            finally:
                self._writer.close()


_RESTART = "find out why the disk failed, then start the node again"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
