"""Parts of subjects as the oracle has them: a volume or a flight, as bodies and as ours.

Numbers are whole, as in a record: heights and radii in 0.1 mm, times in ms after ``START_MS``.
"""

from typing import NamedTuple

import numpy as np

from parley.values.lengths import Altitude, Bound, VerticalLimit
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D
from tests.spine.sky.oracle import Point, Shape
from tests.spine.sky.oracle_curves import Curves, Floats, Integers, curves
from tests.spine.sky.oracle_gaps import NO_END, RING_M, Body
from tests.spine.sky.scenes import START_MS, position, stated

E4M = 10_000


class Volume(NamedTuple):
    """A shape between two heights (None: the surface, no limit) and two times (None: no end).

    ``known``: whether the heights are stated at all.
    """

    shape: Shape
    begin: int
    end: int | None
    low: int | None = None
    high: int | None = None
    known: bool = True


class Flight(NamedTuple):
    """Points passed at times and heights (None: not stated), with three tolerances."""

    points: tuple[Point, ...]
    times: tuple[int, ...]
    heights: tuple[int, ...] | None
    lateral: int = 0
    vertical: int = 0
    time: int = 0


Part = Volume | Flight


def known(part: Part) -> bool:
    return part.known if isinstance(part, Volume) else part.heights is not None


def body(part: Part) -> Body:
    """Make a part ready to be measured by the oracle."""
    if isinstance(part, Flight):
        return _flown(part)
    made = curves(part.shape.lines)
    low = -NO_END if part.low is None or not part.known else part.low
    high = NO_END if part.high is None or not part.known else part.high
    end = NO_END if part.end is None else part.end
    early, late, floor, ceiling = (
        np.full((len(made.length), 2), float(x)) for x in (part.begin, end, low, high)
    )
    rings = _rings(made, part.shape) if part.shape.area else ()
    return Body(made, early, late, floor, ceiling, part.shape.radius, rings)


def _rings(made: Curves, shape: Shape) -> tuple[Floats, ...]:
    """Give places along each ring, ``RING_M`` apart at most, the first again at the end."""
    found, first = [], 0
    for ring in shape.lines:
        rows = np.nonzero((made.leg >= first) & (made.leg < first + len(ring) - 1))[0]
        first += len(ring) - 1
        count = np.maximum(1, np.ceil(made.length[rows] / RING_M)).astype(np.int64)
        which: Integers = np.repeat(rows, count)
        begin = np.repeat(np.cumsum(count) - count, count)
        way = (np.arange(len(which)) - begin) / np.repeat(count, count)
        places = made.at(which, way)
        found.append(np.concatenate((places, places[:1])))
    return tuple(found)


def _flown(flight: Flight) -> Body:
    made = curves([flight.points])
    times = _along(flight.times, made)
    heights = _along(flight.heights or (0,) * len(flight.times), made)
    unknown = NO_END if flight.heights is None else flight.vertical
    return Body(
        made,
        times - flight.time,
        times + flight.time,
        heights - unknown,
        heights + unknown,
        flight.lateral / E4M,
    )


def _along(numbers: tuple[int, ...], made: Curves) -> Floats:
    """Interpolate between the points of each leg, at both ends of each cubic."""
    at = np.array(numbers, dtype=np.float64)
    here, there = at[made.leg], at[np.minimum(made.leg + 1, len(at) - 1)]
    share = made.share
    return np.where(share == 1.0, there[:, None], here[:, None] + share * (there - here)[:, None])


def cut(flight: Flight, whole: Body, begin: float, end: float) -> Body | None:
    """Give what is flown between two times, as planned, of its whole body; None: nothing."""
    made = whole.curves
    times = whole.early + flight.time
    span = times[:, 1] - times[:, 0]
    safe = np.where(span > 0, span, 1.0)
    first = np.clip((begin - times[:, 0]) / safe, 0.0, 1.0)
    last = np.clip((end - times[:, 0]) / safe, 0.0, 1.0)
    rows = np.nonzero((times[:, 1] >= begin) & (times[:, 0] <= end))[0]
    if not len(rows):
        return None
    share = np.stack((first[rows], last[rows]), axis=1)
    early, late, low, high = (_sub(e[rows], share) for e in whole[1:5])
    return Body(_pieces(made, rows, share), early, late, low, high, whole.radius)


def _sub(ends: Floats, share: Floats) -> Floats:
    return ends[:, :1] + share * (ends[:, 1:] - ends[:, :1])


def _pieces(made: Curves, rows: Integers, share: Floats) -> Curves:
    """Cut cubics: a part of one is one, its ends are places on it, its tangents those there."""
    width = share[:, 1] - share[:, 0]

    def slope(way: Floats) -> Floats:
        t = way[:, None]
        result: Floats = (
            6 * t * (t - 1) * (made.start[rows] - made.end[rows])
            + (1 - t) * (1 - 3 * t) * made.out[rows]
            + t * (3 * t - 2) * made.into[rows]
        ) * width[:, None]
        return result

    first, last = share[:, 0], share[:, 1]
    return Curves(
        made.at(rows, first),
        slope(first),
        made.at(rows, last),
        slope(last),
        width * made.length[rows],
        made.leg[rows],
        made.share[rows],
    )


def ours(part: Part) -> Volume4D | Trajectory:
    """Turn a part into one of ours, heights above the sea in feet."""
    if isinstance(part, Flight):
        return Trajectory(
            tuple(position(p) for p in part.points),
            tuple(START_MS + t for t in part.times),
            part.heights,
            None if part.heights is None else "AMSL",
            "FT",
            part.lateral,
            part.vertical,
            part.time,
        )
    lower: VerticalLimit = None
    upper: VerticalLimit = None
    if part.known:
        lower = Bound.SFC if part.low is None else Altitude(part.low, "FT", "AMSL")
        upper = Bound.UNL if part.high is None else Altitude(part.high, "FT", "AMSL")
    end = None if part.end is None else START_MS + part.end
    return Volume4D(stated(part.shape), START_MS + part.begin, end, lower, upper)


def plain(part: Part) -> dict[str, object]:
    """Give a part as JSON has it."""
    if isinstance(part, Flight):
        return part._asdict()
    return {**part._asdict(), "shape": part.shape._asdict()}


def read(made: dict) -> Part:
    """Read what ``plain`` gives."""
    if "shape" in made:
        shape = made["shape"]
        lines = tuple(tuple((x, y) for x, y in line) for line in shape["lines"])
        return Volume(**{**made, "shape": Shape(lines, shape["radius"], shape["area"])})
    points = tuple((x, y) for x, y in made["points"])
    heights = None if made["heights"] is None else tuple(made["heights"])
    return Flight(**{**made, "points": points, "times": tuple(made["times"]), "heights": heights})
