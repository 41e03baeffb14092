"""`POST /v1/check` of a running node: latency when asked at a fixed rate, and how much it can take.

A node of its own, in a process of its own, started and ended here; the plans it knows were filed as
any others. Client and server share this machine.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from bench.sky import brute
from bench.sky.cases import QUERY_SEED, Case, urban
from bench.sky.engines import Progress
from bench.sky.openloop import Load, Target, answered, offered, saturated
from bench.sky.run import Run, WrongError, note, sample
from bench.sky.table import Figure
from bench.sky.village import feature, settle
from parley.desk.access import FILE, read_access

PLACE = (10.0, 45.0)
RATE, LINES = 100.0, 50
READY_S = 600.0
# Plane and globe may differ at the very limit.
AT_THE_LIMIT = 1
BY_HAND = 60
PROGRAM = Path(sys.executable).with_name("parley")
SETTINGS = {
    "PARLEY_API_PORT": "0",
    "PARLEY_CALLS_PER_MINUTE": "10000000",
    "PARLEY_CHECKS_PER_MINUTE": "10000000",
}


@contextmanager
def running(folder: Path) -> Iterator[Target]:
    """Run the node of a folder in a process of its own, and end that by its id."""
    command: list[str | Path] = [PROGRAM, "run", "--node", folder]
    with (folder / "bench.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=os.environ | SETTINGS, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + READY_S
        while not (folder / FILE).exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise WrongError(f"the node does not run: {(folder / 'bench.log').read_text()}")
            time.sleep(0.05)
        access = read_access(folder)
        port = urlsplit(access.url).port
        assert port is not None
        token = (("Authorization", f"Bearer {access.token}"),)
        yield Target("127.0.0.1", port, "/v1/check", token)
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def told(what: str, load: Load) -> str:
    """Say what came back."""
    p50, p99 = np.percentile(load.seconds, [50, 99]) * 1e3
    return (
        f"  {what}: {load.rate:.0f} answers a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms,"
        f" longest {load.seconds.max() * 1e3:.0f} ms"
    )


def written(case: Case, begin_ms: int) -> list[bytes]:
    """Write the questions about every row of a case in the plane."""
    laid = case.on_globe(*PLACE)
    return [json.dumps(feature(laid, row, begin_ms)).encode() for row in range(len(laid))]


def main(run: Run) -> list[Figure]:
    """File the plans, start the node, ask it; every answer must be 200."""
    n = run.scale.of(100_000, 300)
    flat, asked = urban(n), urban(run.scale.of(2_000, 300), seed=QUERY_SEED)
    # Some of the plans themselves, asked about by the other side, meet at least themselves.
    own = flat.rows(sample(BY_HAND, n))
    note(f"a node that knows {n:,} plans")
    with tempfile.TemporaryDirectory(prefix="bench-sky-") as place:
        folder = Path(place) / "node"
        begin_ms = settle(folder, flat.on_globe(*PLACE))
        bodies, questions = written(asked, begin_ms), written(own, begin_ms)
        with running(folder) as target:
            with Progress("the first question, for which the node reads its log"):
                replies = answered(target, questions)
            met = sum(len(json.loads(reply)["conflicts"]) for reply in replies)
            # All plans are of one party, and the questions of another.
            others = replace(own, party=np.full(len(own), -1))
            known = sum(len(brute.against(flat, others, row)) for row in range(len(own)))
            if abs(met - known) > AT_THE_LIMIT:
                raise WrongError(f"{met} conflicts by the node, {known} in the plane")
            load = offered(target, bodies * run.scale.of(2, 1), lines=LINES, rate=RATE)
            most = saturated(target, bodies, lines=LINES)
    for each in (load, most):
        if set(each.statuses) != {200}:
            raise WrongError(f"answers by status: {each.statuses}")
    run.say(f"  {len(own)} questions met {met} plans by the node, {known} in the plane")
    run.say(told(f"{n:,} active, {LINES} connections, open loop, {RATE:.0f} a second", load))
    run.say(told(f"as fast as {LINES} connections are answered", most))
    p99 = float(np.percentile(load.seconds, 99)) * 1e3
    beside = f"{n:,} active; at most {most.rate:.0f} answers a second; client on the same machine"
    return [Figure("service-p99", p99, beside)]
