"""Where the parts of plans and subjects are, cut into pieces for the kernel, many at once.

Edges are cut by ``cutting``, rings framed by ``areas``; whatever these are not sure of is prepared
for the exact comparison after all, which refuses what cannot be compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parley.sky.areas import FRAME, areas
from parley.sky.cutting import Cut, Integers, cut
from parley.sky.encounters import Part
from parley.sky.geodesy import PIECE_M, Bools, Floats
from parley.sky.volumes import Prepared
from parley.values.places import E7, Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Volume4D

Stated = Volume4D | Trajectory
Preparing = Callable[[int], Part]
"""Gives part number k made ready for the exact comparison, or raises ``BadShape``."""

# Longer pieces than those of areas, whose rings must be judged: fewer to look at. Of a line at rest
# only what lies beside its chords counts, 2 cm at most. Of a way that is flown, being early or late
# on them counts as well, which is 3 cm more at 40 km and 11 cm at 60: too much for SIDEWAYS_M.
LINE_M = 60_000.0
FLOWN_M = 40_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Where the parts of subjects are: ``knots``, those of all parts one after the other.

    ``many``: how many entries are made of each part. ``first`` and ``counts``: where the points of
    each entry start among the knots, and how many they are; ``slack`` as the kernel has it.
    ``time`` and ``height``, shape (legs, 2): what the pieces of courses have at either end.
    ``ring_counts`` of each part; ``ring_ends`` and ``frames`` as ``entries`` takes them.
    """

    knots: Floats
    many: Integers
    first: Integers
    counts: Integers
    slack: Floats
    time: Floats
    height: Floats
    ring_counts: Integers
    ring_ends: Sequence[int]
    frames: Floats


class _Cut(NamedTuple):
    """Parts cut into pieces: those of part k are the lines ``line[k]`` to ``line[k + 1]``."""

    made: Cut
    line: Integers
    start: Integers
    end: Integers


def _cut(lines: Sequence[Sequence[Sequence[Position]]], piece_m: Floats | float) -> _Cut:
    """Cut parts, each of one line or several, into pieces of a length for all or for each part."""
    if not lines:
        return _nothing()
    line = np.array([0, *accumulate(map(len, lines))], dtype=np.int64)
    vertex = np.array([0, *accumulate(len(x) for each in lines for x in each)], dtype=np.int64)
    places = [(p.lon_e7, p.lat_e7) for each in lines for points in each for p in points]
    degrees = np.array(places, dtype=np.float64).reshape(-1, 2) / E7
    longest = np.repeat(np.broadcast_to(piece_m, len(lines)), np.diff(line))
    made = cut(degrees[:, 0], degrees[:, 1], vertex, longest)
    return _Cut(made, line, made.offsets[line[:-1]], made.offsets[line[1:]])


@cache
def _nothing() -> _Cut:
    """Give what no part at all is cut into; made when first asked for, it asks the kernel."""
    none, start = np.empty(0), np.zeros(1, dtype=np.int64)
    empty = np.empty(0, dtype=np.int64)
    return _Cut(cut(none, none, start), start, empty, empty)


def shapes(parts: Sequence[Stated], prepared: Preparing) -> Shapes:
    """Cut and frame all parts at once; ask for those ``prepared`` of which that is not sure."""
    flown = np.array([isinstance(part, Trajectory) for part in parts], dtype=np.bool_)
    volumes = [part for part in parts if isinstance(part, Volume4D)]
    ways = [part for part in parts if isinstance(part, Trajectory)]
    polygon = np.array([isinstance(v.shape, Polygon) for v in volumes], dtype=np.bool_)
    ground = _cut([_outline(volume) for volume in volumes], np.where(polygon, PIECE_M, LINE_M))
    # A lone point is a piece from itself to itself.
    air = _cut([(w.points * 2 if len(w.points) == 1 else w.points,) for w in ways], FLOWN_M)
    frames = _frames(np.nonzero(~flown)[0], polygon, ground, prepared)
    for k in np.nonzero(flown)[0][~air.made.certain].tolist():
        prepared(k)  # is refused, if it must be
    many, rings = np.ones(len(parts), dtype=np.int64), np.ones(len(parts), dtype=np.int64)
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
    if not ways:
        return np.empty((0, 2)), np.empty((0, 2))
    twice = [2 if len(way.points) == 1 else 1 for way in ways]
    passed = [t - way.times[0] for way, n in zip(ways, twice, strict=True) for t in way.times * n]
    above = [
        h
        for way, n in zip(ways, twice, strict=True)
        for h in (way.heights_e4m or (0,) * len(way.points)) * n
    ]
    time, height = (made.spread(np.array(at, dtype=np.float64)) for at in (passed, above))
    ends = np.column_stack((piece, piece + 1))
    return time[ends], height[ends]


def _frames(
    place: npt.NDArray[np.intp], polygon: Bools, ground: _Cut, prepared: Preparing
) -> Floats:
    """Frame all polygons; prepare what is not surely one, or not surely a line."""
    if not len(polygon):
        return np.empty((0, FRAME))
    sure = np.logical_and.reduceat(ground.made.certain, ground.line[:-1])
    frames = np.empty((len(polygon), FRAME))
    if polygon.any():
        # What is no polygon is not sound either, and gets no frame.
        framed = areas(ground.made, ground.line)
        sure &= framed.sound | ~polygon
        frames = framed.frames
    for k in np.nonzero(~sure)[0].tolist():
        part = prepared(int(place[k]))
        if isinstance(part, Prepared) and polygon[k]:
            frames[k] = _frame_of(part)
    return frames[polygon]


def _frame_of(part: Prepared) -> Floats:
    """Give the gnomonic frame of an area and the box around it, as ``entries`` takes them."""
    region = part.footprint.region
    assert region is not None  # noqa: S101 - for the type checker: only areas are asked
    frame = region.frame
    return np.concatenate((frame.middle, frame.right, frame.up, part.box_low, part.box_high))
