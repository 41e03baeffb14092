"""4D volumes made ready for arithmetic on the ellipsoid; geometry that cannot be is refused."""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from parley.errors import ParleyError
from parley.sky.geodesy import Floats, Path, Pieces, ecef, joined, path
from parley.sky.geoid import undulation_range
from parley.sky.heights import Band, check_layer
from parley.sky.regions import Region, leg_path, region
from parley.values.lengths import E4M_PER_METRE, metres
from parley.values.volumes import Circle, Corridor, Shape, Volume4D

# Where the axes of space leave the globe: the poles first.
_AXES = ecef(
    np.array([0.0, 0.0, 0.0, 90.0, 180.0, -90.0]), np.array([90.0, -90.0, 0.0, 0.0, 0.0, 0.0])
)


@dataclass(frozen=True, slots=True, eq=False)
class Footprint:
    """A shape as its core and a radius: everything within ``radius_m`` of the core.

    The core is a point, a line, or an area with its boundary; ``pieces`` are the point, the line,
    the boundary. ``knots`` (earth-centred) and their degrees are the ends of the pieces; the first
    ``outline`` of them are those of the line, or of the outer ring.
    """

    pieces: Pieces
    radius_m: float
    lon: Floats
    lat: Floats
    knots: Floats
    outline: int
    region: Region | None = None

    def poles(self) -> tuple[bool, bool]:
        """Tell whether the North and the South Pole lie in the area."""
        if self.region is None:
            return (False, False)
        north, south = self.region.holds(_AXES[:2])
        return bool(north), bool(south)

    def undulation(self) -> Band:
        """Bound how far the geoid lies above the ellipsoid anywhere in the shape, in 0.1 mm."""
        outline = self.lon[: self.outline], self.lat[: self.outline]  # holes lie within
        return undulation_range(*outline, self.radius_m, poles=self.poles())


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A volume with its edges cut into short pieces, and an earth-centred box around it in metres.

    Made by ``prepare`` alone.
    """

    stated: Volume4D
    footprint: Footprint
    box_low: Floats
    box_high: Floats
    _undulation: Band | None = field(default=None, init=False, repr=False)

    def undulation(self) -> Band:
        """Give that of the footprint, found when first asked: few comparisons need the geoid."""
        found = self._undulation
        if found is None:
            found = self.footprint.undulation()
            object.__setattr__(self, "_undulation", found)
        return found


def prepare(volume: Volume4D, *, where: str = "") -> Prepared:
    """Make a volume ready; raise ``BadShape`` for geometry that cannot be compared.

    Refused: near-antipodal edges, rings that cross themselves or span a hemisphere, holes that lie
    outside or cross, rings without area. ``where`` is put before ``shape.rings[i]`` and the like.
    Raises ``BadAltitude`` for a floor that is above the ceiling for certain.
    """
    check_layer(volume, where)
    made = footprint(volume.shape, f"{where}.shape" if where else "shape")
    low, high = _box(made)
    return Prepared(volume, made, low, high)


def edges_e4m(volume: Volume4D, *, where: str = "") -> int:
    """Give the length of all edges of a volume, in 0.1 mm, rounded up; refuse as ``prepare``."""
    check_layer(volume, where)
    made = footprint(volume.shape, f"{where}.shape" if where else "shape")
    return math.ceil(float(made.pieces.length.sum()) * E4M_PER_METRE)


def footprint(shape: Shape, where: str) -> Footprint:
    """Cut a shape's edges into pieces; raise ``BadShape`` for geometry that cannot be compared."""
    try:
        return _recent(shape)
    except ParleyError:
        return _cut(shape, where)  # to name the place


# A body is checked first and then asked what it is about: the same shape twice in a row.
@lru_cache(maxsize=64)
def _recent(shape: Shape) -> Footprint:
    return _cut(shape, "shape")


def _cut(shape: Shape, where: str) -> Footprint:
    if isinstance(shape, Circle):
        line = path([shape.center.lon], [shape.center.lat])
        return _of_line(line, metres(shape.radius_e4m))
    if isinstance(shape, Corridor):
        line = leg_path(shape.line, f"{where}.line")
        return _of_line(line, metres(shape.half_width_e4m))
    area, paths = region(shape.rings, f"{where}.rings")
    return Footprint(
        joined([p.pieces for p in paths]),
        0.0,
        np.concatenate([p.lon for p in paths]),
        np.concatenate([p.lat for p in paths]),
        np.concatenate([p.knots for p in paths]),
        len(paths[0].lon),
        area,
    )


def _of_line(line: Path, radius_m: float) -> Footprint:
    return Footprint(line.pieces, radius_m, line.lon, line.lat, line.knots, len(line.lon))


def _box(made: Footprint) -> tuple[Floats, Floats]:
    margin = made.radius_m + float(made.pieces.bulge.max())
    low, high = made.knots.min(axis=0) - margin, made.knots.max(axis=0) + margin
    if made.region is not None:
        # A coordinate is greatest on the boundary of an area, or where its axis leaves the globe.
        inside = _AXES[made.region.holds(_AXES)]
        low = np.vstack((low, inside - 1.0)).min(axis=0)
        high = np.vstack((high, inside + 1.0)).max(axis=0)
    return low, high
