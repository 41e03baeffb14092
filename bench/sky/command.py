"""`parley check` on two small files: the whole process, again and again, nothing left running."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.sky.run import Run, WrongError, note
from bench.sky.table import Figure

FILES = sorted(Path("examples/at-tanf").glob("*.geojson"))
PROGRAM = Path(sys.executable).with_name("parley")
RUNS = 15


def main(run: Run) -> list[Figure]:
    """Time whole processes; the first, which may still read from the disk, does not count."""
    note(f"parley check on {len(FILES)} files")
    with TemporaryDirectory() as compiled:
        # As pip leaves it: with bytecode, which a working copy may have been told not to keep.
        told = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        told["PYTHONPYCACHEPREFIX"] = compiled
        taken = [once(told) for _ in range(1 + run.scale.of(RUNS, 5))]
    warm = sorted(taken[1:])
    run.say(
        f"  parley check {' '.join(map(str, FILES))}: median {median(warm):.3f} s,"
        f" {warm[0]:.3f} to {warm[-1]:.3f} s in {len(warm)} runs"
    )
    size = sum(file.stat().st_size for file in FILES)
    return [Figure("command", median(warm), f"{len(FILES)} files, {size / 1e3:.0f} kB")]


def once(environment: Mapping[str, str]) -> float:
    """Run the whole process; give the seconds that it took."""
    start = perf_counter()
    done = subprocess.run(
        [PROGRAM, "check", *FILES], capture_output=True, check=False, env=environment
    )
    taken = perf_counter() - start
    # 0: clear, 1: conflicts; anything else is a refusal or a failure.
    if done.returncode not in (0, 1):
        raise WrongError(f"parley check left with {done.returncode}: {done.stderr.decode()}")
    return taken
