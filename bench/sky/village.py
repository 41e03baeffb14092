"""A node that knows many plans, in a folder of its own: filed as an officer's program would."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.sky.cases import CIRCLE, POLYGON, Case
from bench.sky.engines import Progress
from bench.sky.subjects import FOOT_E4M, limits
from parley.node.charter import new_charter
from parley.node.entropy import SystemEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.record.canonical import Json

OWN, OTHER = "coalition", "cell"
AHEAD_S = 3_600
BATCH = 2_000


def instant_of(seconds: float, begin_ms: int) -> int:
    """Give the instant, in ms, of a second of the case's day."""
    return begin_ms + round(seconds * 1000)


def activity(case: Case, row: int, begin_ms: int) -> dict[str, Json]:
    """Write one row, in degrees, as the body of an ``activity/1``."""
    places: list[Json] = [
        {"lat_e7": round(north * 1e7), "lon_e7": round(east * 1e7)}
        for east, north in case.P[row, : case.k[row]].tolist()
    ]
    radius = round(float(case.r[row]) * 1e4)
    shape: dict[str, Json]
    if case.T[row] == POLYGON:
        shape = {"type": "polygon", "rings": [[*places, places[0]]]}
    elif case.T[row] == CIRCLE:
        shape = {"type": "circle", "center": places[0], "radius_e4m": radius}
    else:
        shape = {"type": "corridor", "line": places, "half_width_e4m": radius}
    heights: list[dict[str, Json]] = [
        {"e4m": round(float(feet) * FOOT_E4M), "units": "FT", "reference": "AMSL"}
        for feet in (case.z0[row], case.z1[row])
    ]
    volume: dict[str, Json] = {
        "shape": shape,
        "time_start": instant_of(float(case.t0[row]), begin_ms),
        "time_end": instant_of(float(case.t1[row]), begin_ms),
        "lower": {**heights[0], "uncertainty_e4m": 0},
        "upper": {**heights[1], "uncertainty_e4m": 0},
    }
    return {"title": f"Flight {row}", "volumes": [volume]}


def feature(case: Case, row: int, begin_ms: int) -> dict[str, Any]:
    """Write one row, in degrees, as a feature of GeoJSON, of the other party."""
    places = case.P[row, : case.k[row]].tolist()
    geometry: dict[str, Any]
    wide: dict[str, Any] = {}
    if case.T[row] == POLYGON:
        geometry = {"type": "Polygon", "coordinates": [[*places, places[0]]]}
    elif case.T[row] == CIRCLE:
        geometry = {"type": "Point", "coordinates": places[0]}
        wide = {"radius_m": round(float(case.r[row]), 4)}
    else:
        geometry = {"type": "LineString", "coordinates": places}
        wide = {"half_width_m": round(float(case.r[row]), 4)}
    properties: dict[str, Any] = {"kind": "activity/1", "title": "Asked", "party": OTHER, **wide}
    for name, feet in (("lower", case.z0[row]), ("upper", case.z1[row])):
        limit = {"value": float(feet), "units": "FT", "reference": "AMSL"}
        properties[f"altitude_{name}"] = limit
    for name, second in (("start", case.t0[row]), ("end", case.t1[row])):
        instant = time.gmtime(instant_of(float(second), begin_ms) // 1000)
        properties[f"time_{name}"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", instant)
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def free_port() -> int:
    """Give a port of loopback that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settle(folder: Path, case: Case) -> int:
    """Make the node and file every row; gives the instant at which the case's day begins, in ms."""
    begin_ms = (round(time.time()) + AHEAD_S) * 1000
    m = limits(case.minima)
    init_node(
        folder,
        name=OWN,
        code="CO",
        display="Coalition",
        endpoint=f"http://127.0.0.1:{free_port()}",
        entropy=SystemEntropy(),
        status="exercise",
    )
    node = Node.open(folder)
    try:
        minima: dict[str, Json] = {
            "lateral_e4m": m.lateral_e4m,
            "vertical_e4m": m.vertical_e4m,
            "time_ms": m.time_ms,
        }
        charter = new_charter(
            [node.identity],
            at=node.clock.now(),
            voices=[(OTHER, "VC")],
            changes={"minima": minima},
        )
        channel = node.sign_charter(charter)
        with Progress("filing", len(case)) as progress:
            for batch in batches(len(case)):
                bodies = [("activity/1", activity(case, row, begin_ms)) for row in batch]
                node.publish_all(channel, bodies)
                progress.at(batch.stop)
    finally:
        node.close()
    return begin_ms


def batches(count: int) -> Iterator[range]:
    """Cut numbers into batches that fit into one commit."""
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))
