"""A private PostgreSQL: a cluster in a temporary folder, on a Unix socket, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.sky.libpq import Connection

BINARIES = Path("/usr/lib/postgresql/15/bin")
PACKAGES = "postgresql-15 postgresql-15-postgis-3"
NOBODY_SPECIAL = "postgres"
READY_S = 60.0
# Nothing here outlives the run, so nothing is kept safe; and one query is one core's work.
SETTINGS = {
    "autovacuum": "off",
    "effective_cache_size": "4GB",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "maintenance_work_mem": "1GB",
    "max_connections": "10",
    "max_parallel_maintenance_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "work_mem": "256MB",
}


def missing() -> str | None:
    """Say what is not installed, or None."""
    if not (BINARIES / "postgres").exists():
        return f"no PostgreSQL 15 in {BINARIES}; Debian has it as {PACKAGES}"
    return None


class Cluster:
    """One server process of ours; the context ends it by its id and removes its folder."""

    def __init__(self, *, buffers_mb: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bench-sky-"))
        # PostgreSQL refuses to run as root.
        self.user = NOBODY_SPECIAL if os.geteuid() == 0 else None
        self.server: subprocess.Popen[bytes] | None = None
        try:
            self._start(buffers_mb)
        except BaseException:
            self.close()
            raise

    def _start(self, buffers_mb: int) -> None:
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = self.folder / "data"
        made = ["--no-sync", "--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C"]
        subprocess.run(
            [BINARIES / "initdb", *made, f"--pgdata={data}"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            cwd=self.folder,
        )
        settings = SETTINGS | {"shared_buffers": f"{buffers_mb}MB"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        options += [f"--unix_socket_directories={self.folder}"]
        # A session of its own: Ctrl-C is for the bench, which then ends the server in order.
        with (self.folder / "log").open("wb") as log:
            self.server = subprocess.Popen(
                [BINARIES / "postgres", "-D", data, *options],
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
                cwd=self.folder,
            )

    def connect(self) -> Connection:
        """Give a session, as soon as the server takes one."""
        info = f"host={self.folder} dbname=postgres user=bench"
        deadline = time.monotonic() + READY_S
        while True:
            try:
                return Connection(info)
            except ConnectionError:
                ended = self.server is None or self.server.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def close(self) -> None:
        """End the server and remove what it wrote."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)  # at once, whoever is still connected
            try:
                self.server.wait(10)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)  # without a last checkpoint
                self.server.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()


def cpu_s(process: int) -> float:
    """Give the CPU time of a process of this machine so far, in s."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
