"""The last head that each of our keys signed, in a file of its own, moved by compare-and-swap.

It stands apart from the data, so that a restored backup of the data is noticed: a key signs one
root for each size, and never a smaller tree than before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from parley.errors import SecondRoot, StateMoved
from parley.log.database import Database, Journal, silent
from parley.log.merkle import Hash
from parley.log.schema import SIGN_STATE_SCHEMA

LOG_SIGNER = "log"
"""The signer under whose name our own heads stand; cosigners stand under their own names."""

_READ = "SELECT size, root FROM signed WHERE signer = ? AND origin = ?"
_FIRST = "INSERT OR IGNORE INTO signed (signer, origin, size, root) VALUES (?, ?, ?, ?)"
_SWAP = (
    "UPDATE signed SET size = ?, root = ? WHERE signer = ? AND origin = ? AND size = ? AND root = ?"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed last for one log: number of entries and root."""

    size: int
    root: Hash


@dataclass(frozen=True, slots=True)
class Swap:
    """A step from what is expected to stand to what is to be signed; None: nothing yet."""

    old: Signed | None
    new: Signed


class SignState(Database):
    """Where a signature is allowed before it is given. Safe for threads and processes."""

    # A step is one page, and writing over a WAL syncs faster than letting it grow.
    checkpoint_pages: ClassVar[int] = 200

    def __init__(self, path: Path, *, journal: Journal = silent) -> None:
        super().__init__(path, SIGN_STATE_SCHEMA, journal=journal)

    def last(self, signer: str, origin: str) -> Signed | None:
        """Give what a signer signed last for a log, or None."""
        with self.reading() as db:
            row = db.execute(_READ, (signer, origin)).fetchone()
        return None if row is None else Signed(row[0], row[1])

    def origins(self, signer: str) -> dict[str, Signed]:
        """Give what a signer signed last for every log it knows."""
        query = "SELECT origin, size, root FROM signed WHERE signer = ? ORDER BY origin"
        with self.reading() as db:
            return {row[0]: Signed(row[1], row[2]) for row in db.execute(query, (signer,))}

    def swap(self, signer: str, origin: str, old: Signed | None, new: Signed) -> None:
        """Move one log's state; durable when it returns, and only then may ``new`` be signed.

        Raises StateMoved when something else than ``old`` stands there, SecondRoot when the step
        would sign a smaller tree or another root of the same size, LogStopped.
        """
        self.swap_many(signer, {origin: Swap(old, new)})

    def swap_many(self, signer: str, swaps: Mapping[str, Swap]) -> None:
        """Move the state of several logs in one transaction, all or none; see ``swap``."""
        for origin, step in swaps.items():
            _check_step(signer, origin, step)
        moves = [_move(signer, origin, step) for origin, step in swaps.items()]
        if len(moves) == 1:
            changed = [self.write_one(*moves[0])]
        else:
            with self.writing() as db:
                changed = [db.execute(*move).rowcount for move in moves]
                self._refuse_lost(swaps, changed)
        self._refuse_lost(swaps, changed)
        self.journal("sign-state durable")

    def _refuse_lost(self, swaps: Mapping[str, Swap], changed: list[int]) -> None:
        for origin, rows in zip(swaps, changed, strict=True):
            if rows != 1:
                raise StateMoved("another head was signed meanwhile", where=origin)


def _check_step(signer: str, origin: str, step: Swap) -> None:
    if step.old is None:
        return
    if step.new.size < step.old.size:
        raise SecondRoot(
            f"{signer} signed size {step.old.size}, {step.new.size} would be smaller", where=origin
        )
    if step.new.size == step.old.size and step.new.root != step.old.root:
        raise SecondRoot(f"{signer} signed another root of size {step.old.size}", where=origin)


def _move(signer: str, origin: str, step: Swap) -> tuple[str, tuple[int | str | bytes, ...]]:
    new = step.new
    if step.old is None:
        return _FIRST, (signer, origin, new.size, new.root)
    return _SWAP, (new.size, new.root, signer, origin, step.old.size, step.old.root)
