"""Geodesics on the WGS84 ellipsoid (Karney 2013, by PROJ), cut into pieces near their chords.

A piece is at most 10 NM long and runs monotonely in latitude, so that the northernmost and the
southernmost point of any line are among its knots. Cutting a leg does not depend on its direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from pyproj import Geod

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GEOD = Geod(ellps="WGS84")
EQUATOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)

# Every radius of curvature of the ellipsoid lies between these two.
LEAST_RADIUS_M = 6_335_000.0
GREATEST_RADIUS_M = 6_400_000.0
LONGEST_M = 20_004_000.0  # no two points are farther apart

PIECE_M = 18_520.0
# A piece bulges from its chord by its sagitta, and aside or along it by less than this if it is
# 10 NM long; by the third power of its length less if it is shorter, of which two are counted here.
TWIST_M = 0.05
_ROUNDING_M = 1e-6


def ecef(lon: Floats, lat: Floats) -> Floats:
    """Give the earth-centred positions, shape (..., 3) in metres, of points on the ellipsoid.

    ``lon`` and ``lat`` are degrees, geodetic, of one shape. EPSG Guidance Note 7-2, method 9602, at
    height 0: x towards 0 E on the equator, z towards the North Pole.
    """
    phi, lam = np.radians(lat), np.radians(lon)
    normal = EQUATOR_M / np.sqrt(1 - ECCENTRICITY2 * np.sin(phi) ** 2)
    across = normal * np.cos(phi)
    return np.stack(
        (
            across * np.cos(lam),
            across * np.sin(lam),
            normal * (1 - ECCENTRICITY2) * np.sin(phi),
        ),
        axis=-1,
    )


def bulge(length: Floats) -> Floats:
    """Give how far pieces of some lengths, shape (n,), reach from their chords at most; metres."""
    twist = TWIST_M * (length / PIECE_M) ** 2 + _ROUNDING_M
    result: Floats = np.where(length > 0, length**2 / (8 * LEAST_RADIUS_M) + twist, 0.0)
    return result


def arc_at_least(chord: npt.ArrayLike) -> Floats:
    """Give a lower bound on the geodesic distance of two points with this chord.

    Metres, of any shape: the arc over that chord of a circle of the greatest radius of curvature.
    """
    half = np.clip(np.divide(chord, 2 * GREATEST_RADIUS_M), 0.0, 1.0)
    result: Floats = 2 * GREATEST_RADIUS_M * np.arcsin(half)
    return result


def arc_at_most(chord: npt.ArrayLike) -> Floats:
    """Give an upper bound on the geodesic distance of two points with this chord.

    Metres, of any shape: the arc over that chord of a circle of the least radius of curvature;
    towards the antipode, ``LONGEST_M``.
    """
    half = np.clip(np.divide(chord, 2 * LEAST_RADIUS_M), 0.0, 1.0)
    bound = 2 * LEAST_RADIUS_M * np.arcsin(half)
    # Near the antipode the ellipsoid is no circle of that radius.
    result: Floats = np.where(np.less(chord, 12_000_000.0), bound, LONGEST_M)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Short geodesics: start (degrees), azimuth there, length (m), both ends and the bulge (m).

    All of shape (n,), but for ``start`` and ``end``, the ends as earth-centred metres: (n, 3).
    ``south`` is the least latitude of each, in degrees: that of an end.
    """

    lon: Floats
    lat: Floats
    azimuth: Floats
    length: Floats
    start: Floats
    end: Floats
    bulge: Floats
    south: Floats

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.lon)


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Geodesic legs in a row: their knots in the order of travel (degrees), and their pieces.

    ``knots`` are the same as earth-centred metres, shape (n, 3).
    """

    lon: Floats
    lat: Floats
    pieces: Pieces
    knots: Floats


Knot = tuple[float, float, float, float]  # distance from the start of the leg, lon, lat, azimuth


def _northing(azimuth: float) -> float:
    return float(np.cos(np.radians(azimuth)))


def _turning_point(lon: float, lat: float, azimuth: float, low: float, high: float) -> float:
    """Find where a geodesic turns between north and south, among distances from its start."""
    rising = _northing(GEOD.fwd(lon, lat, azimuth, low, return_back_azimuth=False)[2]) > 0
    while high - low > 1e-6:
        middle = (low + high) / 2
        towards = GEOD.fwd(lon, lat, azimuth, middle, return_back_azimuth=False)[2]
        if (_northing(towards) > 0) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _cut_leg(lon0: float, lat0: float, lon1: float, lat1: float) -> list[Knot]:
    azimuth, back, length = GEOD.inv(lon0, lat0, lon1, lat1)
    arrival = back + 180.0
    if length == 0.0:
        return [(0.0, lon0, lat0, 0.0), (0.0, lon1, lat1, 0.0)]
    count = max(1, int(np.ceil(length / PIECE_M)))
    distances = [length * i / count for i in range(count)]
    if _northing(azimuth) * _northing(arrival) < 0:
        distances.append(_turning_point(lon0, lat0, azimuth, 0.0, length))
        distances.sort()
    knots = [(0.0, lon0, lat0, azimuth)]
    for distance in distances[1:]:
        if distance - knots[-1][0] > 1e-3 and distance < length - 1e-3:
            at = GEOD.fwd(lon0, lat0, azimuth, distance, return_back_azimuth=False)
            knots.append((distance, *at))
    knots.append((length, lon1, lat1, arrival))
    return knots


def leg_length(lon0: float, lat0: float, lon1: float, lat1: float) -> float:
    """Give the length of the shortest geodesic between two points (degrees), in metres."""
    return float(GEOD.inv(lon0, lat0, lon1, lat1)[2])


def path(lons: Sequence[float], lats: Sequence[float]) -> Path:
    """Cut the legs between successive points, in degrees, one or more.

    Legs without length vanish, a lone point stays. None may be near-antipodal: see ``regions``.
    """
    route: list[tuple[float, float]] = [(lons[0], lats[0])]
    pieces: list[tuple[float, float, float, float, float, float]] = []
    for lon, lat in zip(lons[1:], lats[1:], strict=True):
        leg = sorted([route[-1], (lon, lat)])
        knots = _cut_leg(*leg[0], *leg[1])
        if knots[-1][0] == 0.0:
            continue
        for here, there in pairwise(knots):
            pieces.append((*here[1:], there[0] - here[0], there[1], there[2]))
        travelled = knots if leg[0] == route[-1] else knots[::-1]
        route += [(knot[1], knot[2]) for knot in travelled[1:]]
    if not pieces:
        pieces.append((lons[0], lats[0], 0.0, 0.0, lons[0], lats[0]))
    table = np.array(pieces, dtype=np.float64)
    places = np.array(route, dtype=np.float64)
    length = table[:, 3]
    made = Pieces(
        lon=table[:, 0],
        lat=table[:, 1],
        azimuth=table[:, 2],
        length=length,
        start=ecef(table[:, 0], table[:, 1]),
        end=ecef(table[:, 4], table[:, 5]),
        bulge=bulge(length),
        south=np.minimum(table[:, 1], table[:, 5]),
    )
    return Path(places[:, 0], places[:, 1], made, ecef(places[:, 0], places[:, 1]))


def joined(parts: Sequence[Pieces]) -> Pieces:
    """Put pieces of several paths together."""
    if len(parts) == 1:
        return parts[0]
    return Pieces(
        lon=np.concatenate([p.lon for p in parts]),
        lat=np.concatenate([p.lat for p in parts]),
        azimuth=np.concatenate([p.azimuth for p in parts]),
        length=np.concatenate([p.length for p in parts]),
        start=np.concatenate([p.start for p in parts]),
        end=np.concatenate([p.end for p in parts]),
        bulge=np.concatenate([p.bulge for p in parts]),
        south=np.concatenate([p.south for p in parts]),
    )
