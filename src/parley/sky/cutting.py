"""Many geodesic edges cut into short pieces at once, with a bound on what that leaves out.

Edges up to ``DIRECT_M`` are cut along their chord: its points, dropped onto the ellipsoid along the
normal, follow a curve between the two normal sections of the ends. Such sections part from the
geodesic in the third order of its length only (Rapp, Geometric Geodesy I, 1991, chapter 4), so the
distance between the place at a share of the edge and the place at that share of the geodesic,
sideways and along together, is at most ``KNOT_PER_M2 * length**3``: measured 1.34e-18 / m^2 over
all latitudes, azimuths and lengths from 20 to 500 km, stated with half as much again. Longer edges
are first cut by geodesics of PROJ (Karney 2013). Within a piece, a place moves along the chord at
constant speed while its foot on the ellipsoid does not quite: by ``length**3 / 62 R**2`` at
most, stated with a quarter more.

Poles and the antimeridian are nothing special: places are earth-centred. ``geodesy.path`` cuts one
line on the geodesic itself; this is for lines by the hundred thousand.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parley.sky.geodesy import (
    ECCENTRICITY2,
    EQUATOR_M,
    GEOD,
    LEAST_RADIUS_M,
    PIECE_M,
    Bools,
    Floats,
    ecef,
)
from parley.sky.kernel import native
from parley.sky.regions import LONGEST_EDGE_M, LONGEST_LINE_M

Integers = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]

DIRECT_M = 200_000.0
KNOT_PER_M2 = 2e-18
ROUNDING_M = 1e-6
# Edges and lines this much shorter than what regions.py refuses are surely taken by it.
_SURE = 0.999
_STRETCH = 1 / (1 - ECCENTRICITY2)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Lines cut into pieces: line k has the knots ``offsets[k]`` to ``offsets[k + 1]``.

    ``knots``: shape (m, 3), earth-centred metres on the ellipsoid. For each vertex of the lines
    that were cut, in their order, about the edge that leaves it (none leaves the last of a line):
    ``counts`` its pieces, all of one length; ``slack_m`` how far the foot of a place on them may
    be from the place at the same share of the geodesic; ``bulge_m`` how far they are below the
    ellipsoid at most. ``certain`` tells of each line that none of its edges is nearly antipodal
    and that it is not too long, so that ``regions.leg_path`` takes it.
    """

    knots: Floats
    offsets: Integers
    counts: Integers
    slack_m: Floats
    bulge_m: Floats
    certain: Bools

    def spread(self, values: Floats) -> Floats:
        """Give a number at every knot, linear between those at the vertices, shape (m,)."""
        each = np.maximum(self.counts, 1)
        start = np.cumsum(each) - each
        share = (np.arange(len(self.knots)) - np.repeat(start, each)) / np.repeat(each, each)
        there = np.where(self.counts > 0, np.append(values[1:], 0.0), values)
        result: Floats = np.repeat(values, each) + share * np.repeat(there - values, each)
        return result

    def most(self, values: Floats) -> Floats:
        """Give the greatest of a line's numbers, one for each vertex, shape (lines,)."""
        each = np.maximum(self.counts, 1)
        first = np.searchsorted(np.cumsum(each) - each, self.offsets[:-1])
        result: Floats = np.maximum.reduceat(values, first)
        return result


def cut(
    lons: Floats,
    lats: Floats,
    offsets: Integers,
    piece_m: Floats | float = PIECE_M,
    *,
    compiled: bool = native.AVAILABLE,
) -> Cut:
    """Cut lines: line k has the vertices ``offsets[k]`` to ``offsets[k + 1]`` (degrees).

    A line of one vertex is a point: one knot, no piece. An edge without length is one piece
    without length. No piece is longer than ``piece_m``, for all lines or for each, at most
    ``DIRECT_M``. Not ``compiled``, the same is done by numpy.
    """
    offsets = np.ascontiguousarray(offsets, dtype=np.int64)
    lons = np.ascontiguousarray(lons, dtype=np.float64)
    lats = np.ascontiguousarray(lats, dtype=np.float64)
    places = _places(lons, lats, compiled)
    longest = np.ascontiguousarray(np.broadcast_to(piece_m, len(offsets) - 1), dtype=np.float64)
    counts, lengths = _counted(places, offsets, longest, compiled)
    longer = np.nonzero(counts < 0)[0]
    spans = np.ones(len(counts), dtype=np.int64)
    if len(longer):
        places, spans = _bridged(lons, lats, places, longer, lengths)
        most = longest[np.searchsorted(offsets, longer, side="right") - 1]
        counts[longer] = np.ceil(lengths[longer] / spans[longer] * (1 + 1e-9) / most)
        knots = _knotted(places, np.repeat(counts, spans), compiled)
    else:
        knots = _knotted(places, counts, compiled)
    total = counts.astype(np.int64) * spans
    ends = np.append(0, np.cumsum(np.maximum(total, 1)))
    span, piece = lengths / spans, lengths / np.maximum(total, 1)
    slack = KNOT_PER_M2 * span**3 + piece**3 / (50 * LEAST_RADIUS_M**2) + ROUNDING_M
    return Cut(
        knots,
        ends[offsets],
        total,
        np.where(total > 0, slack, 0.0),
        piece**2 / (8 * LEAST_RADIUS_M),
        _certain(lengths, offsets),
    )


def _certain(lengths: Floats, offsets: Integers) -> Bools:
    far = lengths > LONGEST_EDGE_M * _SURE
    way = np.append(0.0, np.cumsum(lengths))[offsets]
    some = np.append(0, np.cumsum(far))[offsets]
    result: Bools = (np.diff(way) < LONGEST_LINE_M * _SURE) & (np.diff(some) == 0)
    return result


def _places(lons: Floats, lats: Floats, compiled: bool) -> Floats:
    if not compiled:
        return ecef(lons, lats)
    made = np.empty((len(lons), 3))
    native.free().cut_places(lons.ctypes.data, lats.ctypes.data, len(lons), made.ctypes.data)
    return made


def _counted(
    places: Floats, offsets: Integers, longest: Floats, compiled: bool
) -> tuple[Counts, Floats]:
    """Count the pieces of each edge (-1: too long for its chord) and bound its length in m."""
    n = len(places)
    counts, lengths = np.empty(n, dtype=np.int32), np.empty(n)
    if compiled:
        native.free().cut_counts(
            places.ctypes.data, offsets.ctypes.data, len(offsets) - 1, longest.ctypes.data,
            DIRECT_M, counts.ctypes.data, lengths.ctypes.data,
        )  # fmt: skip
        return counts, lengths
    chord = np.zeros(n)
    chord[:-1] = np.linalg.norm(np.diff(places, axis=0), axis=1)
    chord[offsets[1:] - 1] = 0.0
    square = (chord / (2 * LEAST_RADIUS_M)) ** 2
    lengths = chord * (1 + square * (1 / 6 + square * 0.08))
    counts[:] = np.maximum(np.ceil(lengths / np.repeat(longest, np.diff(offsets))), 1)
    counts[chord > DIRECT_M] = -1
    counts[offsets[1:] - 1] = 0
    return counts, lengths


def _bridged(
    lons: Floats, lats: Floats, places: Floats, longer: npt.NDArray[np.intp], lengths: Floats
) -> tuple[Floats, Integers]:
    """Put places of the geodesic into edges that are too long for their chords.

    Gives all vertices, and into how many spans each edge is cut: as many vertices now stand for
    the one at its start. Puts the true lengths into ``lengths``.
    """
    azimuth, _, length = GEOD.inv(lons[longer], lats[longer], lons[longer + 1], lats[longer + 1])
    lengths[longer] = length
    spans = np.ones(len(places), dtype=np.int64)
    spans[longer] = np.ceil(length / (DIRECT_M * 0.9999))
    within = spans[longer] - 1
    row = np.repeat(np.arange(len(longer)), within)
    step = np.arange(len(row)) - np.repeat(np.cumsum(within) - within, within) + 1
    from_ = longer[row]
    lon, lat, _ = GEOD.fwd(
        lons[from_], lats[from_], azimuth[row], length[row] * step / spans[from_]
    )
    return np.insert(places, from_ + 1, ecef(lon, lat), axis=0), spans


def _knotted(places: Floats, counts: Counts, compiled: bool) -> Floats:
    """Put the knots between the vertices, counts[i] - 1 after each; shape (m, 3)."""
    counts = np.ascontiguousarray(counts, dtype=np.int32)
    if compiled:
        made = np.empty((int(np.maximum(counts, 1).sum()), 3))
        native.free().cut_knots(
            places.ctypes.data, counts.ctypes.data, len(counts), made.ctypes.data
        )
        return made
    each = np.maximum(counts, 1).astype(np.int64)
    here = np.repeat(np.arange(len(places)), each)
    step = np.arange(len(here)) - np.repeat(np.cumsum(each) - each, each)
    made = places[here]
    within = np.nonzero(step)[0]
    edge, first = np.unique(here[within], return_inverse=True)
    start, way = places[edge], places[edge + 1] - places[edge]
    sagitta = _foot(start + way / 2)[1]
    angle = 4 * np.arctan(2 * sagitta / np.linalg.norm(way, axis=1))
    portion = (step[within] / each[here[within]] - 0.5) * angle[first]
    share = 0.5 + 0.5 * np.tan(portion) / np.tan(angle[first] / 2)
    made[within] = _foot(start[first] + share[:, None] * way[first])[0]
    return made


def _foot(p: Floats) -> tuple[Floats, Floats]:
    """Give the feet on the ellipsoid of places near it, and how far these are below it."""
    weights = np.array([1.0, 1.0, _STRETCH])
    a, b, c = (p**2 @ weights**power for power in (3, 2, 1))
    c = c - EQUATOR_M**2
    step = c / (b + np.sqrt(b * b - a * c))
    return p - step[:, None] * weights * p, -step * np.sqrt(b)
