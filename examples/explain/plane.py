"""Plans laid flat around the place where they come closest.

The frame is azimuthal equidistant on WGS84: every place is drawn at its true distance and azimuth
from the middle, by geodesics. So neither the antimeridian nor a pole is anything special in it.
Edges are cut into short geodesics before they are laid out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyproj import Geod
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from parley.values.places import Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Volume4D

GEOD = Geod(ellps="WGS84")
_STEP_M = 5_000.0


@dataclass(frozen=True)
class Plane:
    """The frame around one place; x to the east, y to the north, in metres."""

    middle: Position

    def lay(self, lon: Sequence[float], lat: Sequence[float]) -> np.ndarray:
        """Lay places out, shape (n, 2)."""
        lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        from_lon = np.full(len(lon), self.middle.lon)
        from_lat = np.full(len(lon), self.middle.lat)
        azimuth, _, way = GEOD.inv(from_lon, from_lat, lon, lat)
        angle = np.radians(azimuth)
        return np.stack((way * np.sin(angle), way * np.cos(angle)), axis=1)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Give longitude and latitude of a point of the frame."""
        azimuth = float(np.degrees(np.arctan2(x, y)))
        lon, lat, _ = GEOD.fwd(self.middle.lon, self.middle.lat, azimuth, float(np.hypot(x, y)))
        return float(lon), float(lat)

    def line(self, places: Sequence[Position]) -> np.ndarray:
        """Lay geodesics between places out."""
        lons, lats = [places[0].lon], [places[0].lat]
        for here, there in pairwise(places):
            azimuth, _, way = GEOD.inv(here.lon, here.lat, there.lon, there.lat)
            count = max(1, int(np.ceil(way / _STEP_M)))
            for share in np.arange(1, count) / count:
                lon, lat, _ = GEOD.fwd(here.lon, here.lat, azimuth, share * way)
                lons.append(lon)
                lats.append(lat)
            lons.append(there.lon)
            lats.append(there.lat)
        return self.lay(lons, lats)

    def core(self, stated: Volume4D | Trajectory) -> BaseGeometry:
        """Lay out what a shape is drawn around: a point, a line, or the area itself."""
        if isinstance(stated, Trajectory):
            return self.way(stated.points)
        if isinstance(stated.shape, Circle):
            return self.way((stated.shape.center,))
        if isinstance(stated.shape, Corridor):
            return self.way(stated.shape.line)
        outer, *holes = (self.line(ring) for ring in stated.shape.rings)
        return Polygon(outer, holes)

    def footprint(self, stated: Volume4D | Trajectory) -> BaseGeometry:
        """Lay out everything it takes up: the core and its radius, half-width or tolerance."""
        core, radius = self.core(stated), width_m(stated)
        return core.buffer(radius, quad_segs=32) if radius else core

    def way(self, places: Sequence[Position]) -> BaseGeometry:
        """Lay a line of geodesics out, or a point if it has one place only."""
        laid = self.line(places)
        return Point(laid[0]) if len(set(places)) == 1 else LineString(laid)


def width_m(stated: Volume4D | Trajectory) -> float:
    """Give the radius, half-width or lateral tolerance, in metres; 0 for an area."""
    if isinstance(stated, Trajectory):
        return stated.lateral_tolerance_e4m / 10_000
    if isinstance(stated.shape, Circle):
        return stated.shape.radius_e4m / 10_000
    return stated.shape.half_width_e4m / 10_000 if isinstance(stated.shape, Corridor) else 0.0
