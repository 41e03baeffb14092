"""Crowds of entries of every kind, drawn at random in either frame, dense enough to meet."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from parley.sky.geodesy import ecef
from parley.sky.kernel.entries import (
    AFFECTS_ALL,
    ALONE,
    AREA,
    GLOBE,
    LEG,
    LINE,
    SOFT,
    UNKNOWN,
    UNLIMITED,
    ZONE,
    Entries,
    entries,
)

KINDS = ("point", "line", "area", "holed", "leg", "same point", "long line", "long ring")
Generator = np.random.Generator
_NAMES = ("t0", "t1", "z0", "z1", "w0", "w1", "fuzz", "radius", "lateral", "vertical", "time")


def lines_of(g: Generator, kind: str, side: float) -> list[np.ndarray]:
    """Draw the lines of one entry, planar metres; on a coarse grid half of the time."""
    c = g.uniform(0, side, 2)
    size = side * g.choice([0.02, 0.1, 0.4])
    if kind == "point":
        lines = [c[None]]
    elif kind == "same point":
        lines = [np.repeat(c[None], 3, 0)]
    elif kind in ("line", "leg", "long line"):
        count = 2 if kind == "leg" else int(g.integers(40, 700)) if "long" in kind else 4
        way = np.cumsum(g.normal(0, size / np.sqrt(count), (count, 2)), 0)
        if kind == "leg" and g.random() < 0.1:
            way[1] = way[0]
        lines = [c + way]
    else:
        count = int(g.integers(40, 700)) if kind == "long ring" else int(g.integers(3, 9))
        turn = (np.arange(count) + g.uniform(0.1, 0.9, count)) / count * 2 * np.pi
        reach = size * g.uniform(0.5, 1, count)
        ring = np.column_stack((np.cos(turn), np.sin(turn))) * reach[:, None]
        shares = (1.0, 0.6) if kind == "holed" else (1.0,)
        lines = [c + np.vstack((ring, ring[:1])) * share for share in shares]
    if g.random() < 0.5 and "long" not in kind and kind != "holed":
        lines = [np.round(line / 1000) * 1000 for line in lines]
    return lines


def laid(lines: Sequence[np.ndarray], space: int) -> list[np.ndarray]:
    """Give lines in the frame's own numbers; on the globe around a place at 40 degrees north."""
    if space != GLOBE:
        return list(lines)
    return [ecef(30 + line[:, 0] / 85_000, 40 + line[:, 1] / 111_000) for line in lines]


def frame_of(lines: Sequence[np.ndarray]) -> np.ndarray:
    """Give the gnomonic frame and the box of an area."""
    points = np.vstack(lines)
    middle = points.mean(axis=0)
    middle /= np.linalg.norm(middle)
    right = np.cross([0.0, 0.0, 1.0], middle)
    right /= np.linalg.norm(right)
    box = points.min(axis=0) - 200_000.0, points.max(axis=0) + 200_000.0
    return np.concatenate((middle, right, np.cross(middle, right), *box))


def crowd(
    g: Generator,
    kinds: Sequence[str] | np.ndarray,
    space: int,
    *,
    side: float = 100_000.0,
    owners: int = 10**6,
    zones: float = 0.15,
    plain: bool = False,
    first_owner: int = 0,
) -> Entries:
    """Draw one entry for each kind named; ``plain``: activities with full knowledge only."""
    n = len(kinds)
    drawn = [laid(lines_of(g, kind, side), space) for kind in kinds]
    t0, z0 = g.integers(0, 8, n) * 600.0, g.integers(0, 8, n) * 100.0
    column: dict[str, Any] = dict.fromkeys(_NAMES, np.zeros(n))
    column |= {"t0": t0, "t1": t0 + g.integers(0, 4, n) * 600.0}
    column |= {"z0": z0, "z1": z0 + g.integers(0, 4, n) * 100.0}
    legs = np.array([kind == "leg" for kind in kinds])
    down = legs & (g.random(n) < 0.5)
    column["z0"], column["z1"] = np.where(down, column["z1"], z0), np.where(down, z0, column["z1"])
    thin = np.array([kind in ("point", "line", "leg", "same point") for kind in kinds])
    column["radius"] = np.where(thin, g.integers(0, 5, n) * 500.0, 0.0)
    column["lateral"] = g.choice([0.0, 1000.0, 3000.0], n)
    column["vertical"], column["time"] = g.choice([0.0, 50.0, 100.0], n), g.choice([0.0, 300.0], n)
    low = np.full(n, 1)
    high = np.full(n, 1)
    if not plain:
        low = g.choice([1, 1, 1, 1, 2, SOFT, UNKNOWN, UNLIMITED], n)
        high = np.where(g.random(n) < 0.8, low, g.choice([1, 2, SOFT, UNKNOWN, UNLIMITED], n))
        high = np.where(legs, low, high)
        column["fuzz"] = g.choice([0.0, 0.0, 0.0, 30.0], n)
    stray = np.where(plain, 0.0, g.choice([0.0, 50.0, 200.0], n)) + column["fuzz"]
    column["w0"] = np.minimum(column["z0"], column["z1"]) - stray
    column["w1"] = np.maximum(column["z0"], column["z1"]) + stray
    unlimited = {UNKNOWN, UNLIMITED}
    column["w0"] = np.where(np.isin(low, list(unlimited)), -1e15, column["w0"])
    column["w1"] = np.where(np.isin(high, list(unlimited)), 1e15, column["w1"])
    column["z0"] = np.where(low == UNLIMITED, -1e15, column["z0"])
    column["z1"] = np.where(high == UNLIMITED, 1e15, column["z1"])
    column["z1"] = np.where(legs & (low == UNLIMITED), column["z0"], column["z1"])
    tolerances = np.column_stack((g.choice([0.0, 100.0], n), g.choice([0.0, 20.0], n)))
    column["w0"] = column["w0"] - tolerances[:, 1]
    column["w1"] = column["w1"] + tolerances[:, 1]
    zone = (g.random(n) < (0.0 if plain else zones)) & ~legs
    everyone = g.random(n) < 0.3
    flags = zone * ZONE | (zone & everyone) * AFFECTS_ALL | (owners >= 10**6) * ALONE
    areas = np.array([kind in ("area", "holed", "long ring") for kind in kinds])
    framed = np.nonzero(areas & (space == GLOBE))[0]
    frames = np.array([frame_of(drawn[row]) for row in framed]).reshape(-1, 15)
    many = [np.cumsum([len(line) for line in lines]) for lines in drawn if len(lines) > 1]
    owner = np.arange(n) if owners >= 10**6 else g.integers(0, owners, n)
    return entries(
        space,
        np.vstack([line for lines in drawn for line in lines]),
        [sum(len(line) for line in lines) for lines in drawn],
        **column,
        owner=owner + first_owner,
        party=g.choice([0, 1, 2, 62, 63, 64] if not plain else [0, 1, 2], n),
        kind=np.where(areas, AREA, np.where(legs, LEG, LINE)),
        slack=20.0 * (space == GLOBE),
        low=low,
        high=high,
        flags=flags,
        tolerances=tolerances[legs],
        frames=frames,
        ring_counts=[len(lines) for lines in drawn],
        ring_ends=np.concatenate(many) if many else (),
        affects=g.choice(np.array([0, 1, 1 << 62, 1 << 63, 2**64 - 1], dtype=np.uint64), n),
    )
