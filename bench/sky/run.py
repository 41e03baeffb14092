"""One run of the bench: how large it is, where its database lives, and what it prints."""

import importlib.metadata
import os
import platform
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import shapely

from bench.sky.libpq import Connection
from bench.sky.postgres import Cluster, missing

SMALL, FULL = 256, 3072


class WrongError(Exception):
    """An engine answers something else than another; no ratio is worth printing then."""


@dataclass(frozen=True)
class Scale:
    """How much work: of a full run, which the goals are about, or of a short one."""

    quick: bool

    def of(self, full: int, quick: int) -> int:
        """Give the size that applies."""
        return quick if self.quick else full


class Run:
    """The context of one run; it starts the database when the first part asks for it."""

    def __init__(self, *, quick: bool) -> None:
        self.scale = Scale(quick)
        self.cluster: Cluster | None = None

    def session(self) -> Connection:
        """Give a new session on the private database."""
        if self.cluster is None:
            lacking = missing()
            if lacking is not None:
                raise SystemExit(lacking)
            self.cluster = Cluster(buffers_mb=self.scale.of(FULL, SMALL))
        return self.cluster.connect()

    def say(self, text: str) -> None:
        """Print a line or a block of the report."""
        print(text, flush=True)

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *problem: object) -> None:
        if self.cluster is not None:
            self.cluster.close()
            self.cluster = None


class Stopwatch:
    """Wall and CPU time of a block of this process, in s."""

    wall = cpu = 0.0

    def __enter__(self) -> "Stopwatch":
        self.began, self.began_cpu = perf_counter(), process_time()
        return self

    def __exit__(self, *problem: object) -> None:
        self.wall = perf_counter() - self.began
        self.cpu = process_time() - self.began_cpu


def conditions(session: Connection | None) -> str:
    """Say on what all this ran, and how busy the machine is."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{p} {importlib.metadata.version(p)}" for p in ("numpy", "shapely", "pyproj")]
    versions += [f"GEOS {shapely.geos_version_string}", f"SQLite {sqlite3.sqlite_version}"]
    if session is not None:
        versions.append(session.run("SHOW server_version")[0][0].join(("PostgreSQL ", "")))
        versions.append(f"PostGIS {session.run('SELECT postgis_lib_version()')[0][0]}")
    load = ", ".join(f"{x:.2f}" for x in os.getloadavg())
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "\n".join(
        (
            f"machine: {processor()}, {os.cpu_count()} cores, {gib:.0f} GiB, load {load}",
            "versions: " + ", ".join(versions),
        )
    )


def processor() -> str:
    """Give the name of the processor, as far as the system tells."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def note(text: str) -> None:
    """Say on stderr what begins."""
    print(f"... {text}", file=sys.stderr, flush=True)


def sample(count: int, of: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give evenly spaced rows."""
    return np.unique(np.linspace(0, of - 1, min(count, of)).astype(np.int64))
