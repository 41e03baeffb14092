"""The area that rings bound on the ellipsoid: whether it is one, and whether a point lies in it.

Earth-centred directions are projected from the middle of the outer ring onto a plane, where great
circles become straight (gnomonic). On pieces of 10 NM geodesics differ from these by 2 cm at most;
that close to the boundary, the distance to it has decided already.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from parley.errors import BadShape
from parley.sky.geodesy import EQUATOR_M, GEOD, Bools, Floats, Path, Pieces, leg_length, path
from parley.sky.pairing import Integers
from parley.values.places import Position

# A pair of points farther apart than this (within some 1.4 degrees of the antipode) has no shortest
# geodesic that two computers would agree on.
LONGEST_EDGE_M = 19_850_000.0
# Two and a half times around the globe: more is a mistake, or meant to keep others busy.
LONGEST_LINE_M = 100_000_000.0
LONGEST_LINE_E4M = 10**12  # the same, for who counts in 0.1 mm
# A ring must fit into a cap of 89.9 degrees, for it bounds the smaller region.
LEAST_COSINE = 0.00175
# Mean width, in metres, under which a ring bounds no area: what rounding may leave of none.
NO_WIDTH_M = 0.05
HALF_GLOBE_M2 = 510_065_621_724_089.0 / 2

_COORDINATES = re.compile(r"\[(\S+) (\S+)\]")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A plane that touches the globe at ``middle``, with two directions in it (unit vectors)."""

    middle: Floats
    right: Floats
    up: Floats

    def project(self, places: Floats) -> tuple[Floats, Floats, Bools]:
        """Project earth-centred positions; the last array tells which lie on the near half."""
        height = places @ self.middle
        near = height > 0
        safe = np.where(near, height, 1.0)
        return places @ self.right / safe, places @ self.up / safe, near

    def lift(self, x: float, y: float) -> tuple[float, float]:
        """Give the rough longitude and latitude of a point of the plane."""
        v = self.middle + x * self.right + y * self.up
        lon, lat = np.arctan2(v[1], v[0]), np.arctan2(v[2], np.hypot(v[0], v[1]))
        return float(np.degrees(lon)), float(np.degrees(lat))


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The area of a polygon, as a plane figure in its frame."""

    frame: Frame
    figure: shapely.Polygon

    def holds(self, places: Floats) -> Bools:
        """Tell which earth-centred positions, shape (n, 3), lie in the area (not in a hole)."""
        x, y, near = self.frame.project(places)
        inside: Bools = near & shapely.contains_xy(self.figure, x, y)
        return inside


def crossings(a: Pieces, rows: Integers, b: Pieces, columns: Integers) -> tuple[Integers, Floats]:
    """Find where pieces cross others, along great circles as in the plane of a ``Region``.

    Give the numbers of the first that do, and at which share of each, 0 to 1.
    """
    p0, p1, q0, q1 = a.start[rows], a.end[rows], b.start[columns], b.end[columns]
    mine, theirs = np.cross(p0, p1), np.cross(q0, q1)
    before, after = np.einsum("ij,ij->i", theirs, p0), np.einsum("ij,ij->i", theirs, p1)
    one, other = np.einsum("ij,ij->i", mine, q0), np.einsum("ij,ij->i", mine, q1)
    # Too many do no harm: of what is cut there, both parts are looked at.
    crossed = (before * after <= 0) & (one * other <= 0) & (before != after)
    return rows[crossed], before[crossed] / (before[crossed] - after[crossed])


def leg_path(points: Sequence[Position], where: str) -> Path:
    """Cut the legs between points; refuse near-antipodal ones, and a line that never ends."""
    total = 0.0
    for i, (here, there) in enumerate(pairwise(points)):
        length = leg_length(here.lon, here.lat, there.lon, there.lat)
        total += length
        if total > LONGEST_LINE_M:
            raise BadShape(
                f"the edges are over {LONGEST_LINE_M / 1000:,.0f} km in all", where=where
            )
        if length > LONGEST_EDGE_M:
            raise BadShape(
                "the two ends of an edge are nearly antipodal: no shortest way is certain",
                where=f"{where}[{i + 1}]",
                hint="put a point between them",
            )
    return path([p.lon for p in points], [p.lat for p in points])


def region(rings: Sequence[Sequence[Position]], where: str) -> tuple[Region, tuple[Path, ...]]:
    """Make the area within ``rings[0]`` and outside the others; refuse rings that bound none."""
    paths = tuple(leg_path(ring, f"{where}[{i}]") for i, ring in enumerate(rings))
    for i, cut in enumerate(paths):
        if len(set(zip(cut.lon.tolist(), cut.lat.tolist(), strict=True))) < 3:
            raise BadShape("the ring bounds no area", where=f"{where}[{i}]")
    frame = _frame(paths[0].knots, f"{where}[0]")
    flat = []
    for i, cut in enumerate(paths):
        x, y, near = frame.project(cut.knots)
        if not near.all():
            raise BadShape("the hole lies outside the area", where=f"{where}[{i}]")
        flat.append(np.column_stack((x, y)))
        ring = shapely.Polygon(flat[i])
        hull = ring.convex_hull
        if hull.area * EQUATOR_M <= NO_WIDTH_M * hull.length / 2:
            raise BadShape("the ring bounds no area", where=f"{where}[{i}]")
        _check(ring, frame, f"{where}[{i}]")
        _check_width(rings[i], f"{where}[{i}]")
    figure = shapely.Polygon(flat[0], flat[1:])
    _check(figure, frame, where if len(flat) > 1 else f"{where}[0]")
    shapely.prepare(figure)
    return Region(frame, figure), paths


def _check_width(ring: Sequence[Position], where: str) -> None:
    area, around = GEOD.polygon_area_perimeter(
        [p.lon for p in ring[:-1]], [p.lat for p in ring[:-1]]
    )
    area = min(abs(area), 2 * HALF_GLOBE_M2 - abs(area))
    if area <= NO_WIDTH_M * around / 2:
        raise BadShape("the ring bounds no area", where=where)


def _frame(knots: Floats, where: str) -> Frame:
    """Find a middle from which the whole ring is less than a quarter of the globe away."""
    directions = knots / np.linalg.norm(knots, axis=1)[:, None]
    middle = directions.mean(axis=0)
    for k in range(2, 2000):
        norm = float(np.linalg.norm(middle))
        cosines = directions @ middle / max(norm, 1e-12)
        if cosines.min() > 0.1 or (k > 200 and cosines.min() > LEAST_COSINE):
            break
        # Towards the centre of the least ball around all points (Badoiu and Clarkson 2003).
        middle = middle + (directions[int(cosines.argmin())] - middle) / k
    else:
        raise BadShape(
            "the ring spans a hemisphere, so that no smaller region is certain", where=where
        )
    middle = middle / norm
    aside = np.eye(3)[int(np.abs(middle).argmin())]
    right = np.cross(aside, middle)
    right = right / np.linalg.norm(right)
    return Frame(middle, right, np.cross(middle, right))


def _check(figure: shapely.Polygon, frame: Frame, where: str) -> None:
    if figure.is_valid:
        return
    reason = str(shapely.is_valid_reason(figure))
    place = _COORDINATES.search(reason)
    near = ""
    if place:
        lon, lat = frame.lift(float(place[1]), float(place[2]))
        near = f" near {lat:.4f}, {lon:.4f} (lat, lon)"
    words = {
        "Ring Self-intersection": "the ring touches or crosses itself",
        "Self-intersection": "the edges cross or overlap",
        "Hole lies outside shell": "the hole lies outside the area",
        "Holes are nested": "a hole lies in another",
        "Interior is disconnected": "the rings cut the area apart",
    }
    kind = reason.partition("[")[0]
    raise BadShape(f"{words.get(kind, kind.lower())}{near}", where=where)
