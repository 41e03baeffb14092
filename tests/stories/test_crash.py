"""Killed at any moment, a node loses nothing it released, and never signs two heads of one size."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from parley.log.checkpoint import (
    SignedNote,
    cosignature_time,
    parse_checkpoint,
    verify_log_signature,
)
from parley.log.merkle import consistency_proof, verify_consistency
from tests.spine.log.sides import Side, cosigner_key, log_key, origin

ROOT = Path(__file__).resolve().parents[2]
COALITION = origin("coalition")
KILLS = 200
KILLS_PER_FOLDER = 10
WORKER = [sys.executable, "-m", "tests.stories.crash_worker"]


class Released:
    """Everything that ever left, and the promises about it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roots: dict[int, bytes] = {}
        self.receipted = 0
        self.receipts = 0

    def read(self, lines: list[str]) -> None:
        """Take in what a worker printed before it died; a line cut off did not leave whole."""
        for line in lines:
            kind, _, text = line.partition(" ")
            note = SignedNote.parse(bytes.fromhex(text))
            head = parse_checkpoint(note)
            verify_log_signature(note, head, log_key("coalition"))
            assert self.roots.setdefault(head.size, head.root) == head.root
            if kind == "receipt":
                assert cosignature_time(note, cosigner_key("russia", "receipt")) is not None
                self.receipted = max(self.receipted, head.size)
                self.receipts += 1

    def check(self) -> None:
        """Open both stores again: all fits together, and each released head is still provable."""
        us = Side(self.folder / "coalition", "coalition")
        them = Side(self.folder / "russia", "russia")
        try:
            us.check()
            them.check()
            if COALITION not in us.store.origins() or COALITION not in them.store.origins():
                assert not self.roots
                return
            size = us.store.size(COALITION)
            root, tree = us.store.root(COALITION, size), us.store.reader(COALITION)
            for old, old_root in self.roots.items():
                proof = consistency_proof(tree, old, size)
                verify_consistency(old, old_root, size, root, proof)
            held = them.store.size(COALITION)
            assert self.receipted <= held <= size
            assert them.store.entries(COALITION) == us.store.entries(COALITION, 0, held)
            # The signature that the restart makes is of the same history as those before it.
            if size:
                signed = parse_checkpoint(SignedNote.parse(us.note()))
                assert self.roots.setdefault(signed.size, signed.root) == signed.root
        finally:
            us.close()
            them.close()


def run_until_killed(folder: Path, after_lines: int, delay_s: float) -> list[str]:
    """Start a worker, kill it so long after so many lines, and give the lines that left whole."""
    with subprocess.Popen(
        [*WORKER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        lines = [worker.stdout.readline() for _ in range(after_lines)]
        time.sleep(delay_s)
        assert worker.poll() is None
        worker.kill()
        lines += worker.stdout.readlines()
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def kill_again_and_again(folder: Path, seed: int, kills: int) -> Released:
    chance = random.Random(seed)
    released = Released(folder)
    for _ in range(kills):
        # Mostly while it works, sometimes while it starts and brings its files together.
        working = chance.random() < 0.8
        delay_s = chance.uniform(0, 0.05) if working else chance.uniform(0.08, 0.2)
        released.read(run_until_killed(folder, chance.randrange(1, 12) if working else 0, delay_s))
        released.check()
    return released


def test_two_hundred_kills_lose_nothing_that_was_released(tmp_path: Path) -> None:
    """After each kill -9 the stores fit together; every head and receipt ever sent is provable."""
    rounds = KILLS // KILLS_PER_FOLDER
    folders = [tmp_path / str(number) for number in range(rounds)]
    with ThreadPoolExecutor(3) as pool:
        done = list(
            pool.map(kill_again_and_again, folders, range(rounds), [KILLS_PER_FOLDER] * rounds)
        )
    assert all(released.receipts > 0 for released in done)


@pytest.fixture(scope="module")
def strace() -> str:
    """Return the path of strace, or skip where it is absent or may not trace."""
    command = shutil.which("strace")
    if command is None:
        pytest.skip("strace is absent; Debian: strace")
    if subprocess.run([command, "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    return command


FILES = [
    f"{name}/{file}{tail}"
    for name in ("coalition", "russia")
    for file in ("parley.db", "sign-state.db")
    for tail in ("", "-wal")
]


def run_with_fault(
    strace: str, folder: Path, call: str, fault: str, when: int, files: Sequence[str] = FILES
) -> tuple[list[str], str]:
    """Run a worker whose ``when``-th such call on one of these files fails or kills it."""
    paths = [word for file in files for word in ("-P", str(folder / file))]
    inject = f"inject={call}:{fault}:when={when}"
    command = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, *paths]
    done = subprocess.run(
        [*command, *WORKER, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0, "the fault had no consequence"
    lines = done.stdout.splitlines(keepends=True)
    return [line.rstrip("\n") for line in lines if line.endswith("\n")], done.stderr


@pytest.mark.parametrize(
    ("call", "fault", "moments"),
    [
        ("fdatasync", "error=EIO", range(1, 29, 3)),
        ("fdatasync", "signal=SIGKILL", range(1, 29, 3)),
        ("pwrite64", "signal=SIGKILL", range(1, 120, 11)),
        ("pwrite64", "error=ENOSPC", range(20, 120, 17)),
    ],
)
def test_a_fault_at_any_sync_or_write_is_survived(
    tmp_path: Path, strace: str, call: str, fault: str, moments: Sequence[int]
) -> None:
    """An error of the disk stops the node for good; the next start finds all that was released."""

    def strike(when: int) -> None:
        folder = tmp_path / str(when)
        released = Released(folder)
        released.read(run_until_killed(folder, 4, 0))
        lines, errors = run_with_fault(strace, folder, call, fault, when)
        if fault.startswith("error"):
            assert "LogStopped" in errors
        released.read(lines)
        released.check()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(strike, moments))


@pytest.mark.parametrize("file", ["coalition/parley.db", "coalition/sign-state.db"])
@pytest.mark.parametrize("when", [1, 2])
def test_a_fault_while_the_wal_is_folded_is_not_swallowed(
    tmp_path: Path, strace: str, file: str, when: int
) -> None:
    """A file that cannot be synced stops the node, although each commit was durable in the WAL."""
    released = Released(tmp_path)
    released.read(run_until_killed(tmp_path, 4, 0))
    lines, errors = run_with_fault(strace, tmp_path, "fdatasync", "error=EIO", when, [file])
    assert "LogStopped" in errors
    released.read(lines)
    released.check()
