"""Plans as stated, laid out for the kernel by the hundred thousand without preparing each.

A ``Subject`` holds geometry made ready for the exact comparison, piece by piece; that takes longer
than all else. A ``Plan`` becomes one only when a comparison needs it. Its edges are cut by
``cutting``, its rings framed by ``areas``; whatever these are not sure of is prepared after all,
which refuses what cannot be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from parley.sky.areas import FRAME, areas
from parley.sky.cutting import Cut, cut
from parley.sky.encounters import Role, Subject, subject_of
from parley.sky.geodesy import PIECE_M, Floats
from parley.sky.heights import EARTH, Relief
from parley.sky.layout import Integers, Laid, Parties, Shapes, frame_of, laid
from parley.sky.separation import Minima
from parley.sky.volumes import Prepared
from parley.values.places import E7, Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Volume4D

Stated = Volume4D | Trajectory

# Longer pieces of trajectories than of areas: fewer to look at, and as exact to what is left open.
FLOWN_M = 40_000.0


@dataclass(frozen=True)
class Plan:
    """What ``subject_of`` makes a subject of; the subject itself when it is first asked for."""

    name: str
    party: str
    role: Role
    volumes: tuple[Volume4D, ...]
    minima: Minima
    affects: tuple[str, ...] | None = None
    trajectories: tuple[Trajectory, ...] = ()

    @property
    def parts(self) -> tuple[Stated, ...]:
        """The volumes, then the trajectories."""
        return (*self.volumes, *self.trajectories)

    @cached_property
    def subject(self) -> Subject:
        """The plan made ready to be compared exactly; raises ``BadShape``."""
        return subject_of(
            self.name,
            self.party,
            self.role,
            self.volumes,
            self.minima,
            self.affects,
            trajectories=self.trajectories,
        )


def lay_out_plans(
    plans: Sequence[Plan],
    parties: Parties,
    *,
    owners: Sequence[int] | None = None,
    relief: Relief = EARTH,
) -> Laid:
    """Lay out plans, as ``lay_out`` does subjects; raises ``BadShape`` for what it refuses."""
    parts = [plan.parts for plan in plans]
    return laid(plans, parts, _shapes(plans, parts), parties, owners=owners, relief=relief)


class _Cut(NamedTuple):
    """Parts cut into pieces: those of part k are the lines ``line[k]`` to ``line[k + 1]``."""

    made: Cut
    line: Integers
    start: Integers
    end: Integers


def _cut(lines: Sequence[Sequence[Sequence[Position]]], piece_m: float) -> _Cut:
    line = np.append(0, np.cumsum([len(each) for each in lines], dtype=np.int64))
    vertex = np.append(0, np.cumsum([len(x) for each in lines for x in each], dtype=np.int64))
    places = [(p.lon_e7, p.lat_e7) for each in lines for points in each for p in points]
    degrees = np.array(places, dtype=np.float64).reshape(-1, 2) / E7
    made = cut(degrees[:, 0], degrees[:, 1], vertex, piece_m)
    return _Cut(made, line, made.offsets[line[:-1]], made.offsets[line[1:]])


def _shapes(plans: Sequence[Plan], parts: Sequence[Sequence[Stated]]) -> Shapes:
    """Cut and frame all parts at once."""
    flat = [part for each in parts for part in each]
    flown = np.array([isinstance(part, Trajectory) for part in flat], dtype=np.bool_)
    volumes = [part for part in flat if isinstance(part, Volume4D)]
    ways = [part for part in flat if isinstance(part, Trajectory)]
    ground = _cut([_outline(volume) for volume in volumes], PIECE_M)
    # A lone point is a piece from itself to itself.
    air = _cut([(w.points * 2 if len(w.points) == 1 else w.points,) for w in ways], FLOWN_M)
    place = [(i, j) for i, each in enumerate(parts) for j in range(len(each))]
    frames = _frames(plans, [place[k] for k in np.nonzero(~flown)[0]], volumes, ground)
    for k in np.nonzero(flown)[0][~air.made.certain].tolist():
        _ = plans[place[k][0]].subject  # is refused, if it must be
    many, rings = np.ones(len(flat), dtype=np.int64), np.ones(len(flat), dtype=np.int64)
    many[flown], rings[~flown] = air.end - air.start - 1, np.diff(ground.line)
    legs = np.repeat(flown, many)
    piece = np.arange(legs.sum()) + np.repeat(np.arange(len(ways)), many[flown])
    first, counts, slack = np.empty(len(legs), np.int64), np.full(len(legs), 2), np.empty(len(legs))
    first[~legs], first[legs] = ground.start, piece + len(ground.made.knots)
    counts[~legs] = ground.end - ground.start
    stray = air.made.bulge_m + air.made.slack_m
    slack[legs] = np.repeat(stray, np.maximum(air.made.counts, 1))[piece]
    slack[~legs] = _most(ground)
    time, height = _flown(ways, air.made, piece)
    ends = ground.made.offsets[1:] - np.repeat(ground.start, rings[~flown])
    return Shapes(
        knots=np.concatenate((ground.made.knots, air.made.knots)),
        many=many,
        first=first,
        counts=counts,
        slack=slack,
        time=time,
        height=height,
        ring_counts=rings,
        ring_ends=ends[np.repeat(rings[~flown] > 1, rings[~flown])].tolist(),
        frames=frames,
    )


def _outline(volume: Volume4D) -> Sequence[Sequence[Position]]:
    shape = volume.shape
    if isinstance(shape, Circle):
        return ((shape.center,),)
    return (shape.line,) if isinstance(shape, Corridor) else shape.rings


def _most(ground: _Cut) -> Floats:
    """Give how far any place of a part may be from its chord."""
    if len(ground.line) == 1:
        return np.empty(0)
    lines = ground.made.most(ground.made.bulge_m + ground.made.slack_m)
    result: Floats = np.maximum.reduceat(lines, ground.line[:-1])
    return result


def _flown(ways: Sequence[Trajectory], made: Cut, piece: Integers) -> tuple[Floats, Floats]:
    """Give times after the start and heights at either end of each piece of trajectories."""
    twice = [2 if len(way.points) == 1 else 1 for way in ways]
    passed = [t - way.times[0] for way, n in zip(ways, twice, strict=True) for t in way.times * n]
    above = [
        h
        for way, n in zip(ways, twice, strict=True)
        for h in (way.heights_e4m or (0,) * len(way.points)) * n
    ]
    if not ways:
        return np.empty((0, 2)), np.empty((0, 2))
    time, height = (made.spread(np.array(at, dtype=np.float64)) for at in (passed, above))
    ends = np.column_stack((piece, piece + 1))
    return time[ends], height[ends]


def _frames(
    plans: Sequence[Plan],
    place: Sequence[tuple[int, int]],
    volumes: Sequence[Volume4D],
    ground: _Cut,
) -> Floats:
    """Frame all polygons; prepare what is not surely one, or not surely a line."""
    polygon = np.array([isinstance(v.shape, Polygon) for v in volumes], dtype=np.bool_)
    if not volumes:
        return np.empty((0, FRAME))
    # What is no polygon is not sound either, and gets no frame.
    framed = areas(ground.made, ground.line)
    sure = np.logical_and.reduceat(ground.made.certain, ground.line[:-1])
    sure &= framed.sound | ~polygon
    frames = framed.frames
    for k in np.nonzero(~sure)[0].tolist():
        i, j = place[k]
        part = plans[i].subject.parts[j]
        if isinstance(part, Prepared) and polygon[k]:
            frames[k] = frame_of(part)
    return frames[polygon]
