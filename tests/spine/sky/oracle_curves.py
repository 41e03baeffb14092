"""Geodesics as cubic curves in space, in metres from the centre of Earth: of geographiclib alone.

A leg is cut at ``SPAN_M``; its knots and their directions are geographiclib's. Between two knots
runs the cubic with the same places and tangents (Hermite), parametrised by the way along the leg.

Bounds that everything built on this stands on, h being the way between two parameters:

- A geodesic bends by its normal curvature k alone, 1/6,399,594 m <= k <= 1/6,335,439 m on WGS84,
  and its torsion is at most half the difference of these, 8e-10 / m. Its fourth derivative is
  k^3 + smaller terms < 1.2 k^3, so that a cubic strays by h^4 / 384 * 1.2 k^3 < 0.4 mm at 75 km.
- The chord between two parameters strays, at each parameter, by h^2 k / 8 (``bulge``).
- A geodesic of length d has a chord c with d <= 2 r asin(c / 2r), r the least radius (Schur's
  theorem on curves that bend less than a circle), and d >= 2 R asin(c / 2R), R the greatest, but
  for what its torsion does: below 0.01 mm for c < 1,000 km, when R is taken 400 m greater.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Point = tuple[float, float]  # longitude, latitude in degrees

EARTH = Geodesic.WGS84
SPAN_M = 75_000.0
STRAY_M = 5e-4  # of a cubic, rounding included
LEAST_M, GREATEST_M = 6_335_439.0, 6_400_000.0
LONGEST_M = 20_004_000.0
_E2 = EARTH.f * (2 - EARTH.f)


class Curves(NamedTuple):
    """Cubics in a row: places (n, 3) and tangents (n, 3, times the length) at both ends.

    ``leg`` is the number of the leg each belongs to, ``share`` (n, 2) from where to where.
    """

    start: Floats
    out: Floats
    end: Floats
    into: Floats
    length: Floats
    leg: Integers
    share: Floats

    def at(self, which: Integers, way: Floats) -> Floats:
        """Give the places (m, 3) at shares ``way`` of the cubics ``which``."""
        t = way[:, None]
        u = 1.0 - t
        mine = self.start[which], self.out[which], self.end[which], self.into[which]
        result: Floats = (
            u * u * (1 + 2 * t) * mine[0]
            + t * u * u * mine[1]
            + t * t * (3 - 2 * t) * mine[2]
            - t * t * u * mine[3]
        )
        return result


def ecef(lon: Floats, lat: Floats) -> Floats:
    """Give places on the ellipsoid, (n, 3) in metres, from degrees."""
    phi, lam = np.radians(lat), np.radians(lon)
    normal = EARTH.a / np.sqrt(1 - _E2 * np.sin(phi) ** 2)
    flat = normal * np.cos(phi)
    return np.stack(
        (flat * np.cos(lam), flat * np.sin(lam), normal * (1 - _E2) * np.sin(phi)), axis=-1
    )


def degrees(place: Floats) -> Point:
    """Give longitude and latitude of a place on the ellipsoid."""
    x, y, z = place.tolist()
    lat = math.atan2(z, (1 - _E2) * math.hypot(x, y))
    return math.degrees(math.atan2(y, x)), math.degrees(lat)


def heading(lon: Floats, lat: Floats, azimuth: Floats) -> Floats:
    """Give unit vectors (n, 3) along azimuths (degrees) at places on the ellipsoid."""
    phi, lam, alpha = np.radians(lat), np.radians(lon), np.radians(azimuth)
    east = np.stack((-np.sin(lam), np.cos(lam), np.zeros_like(lam)), axis=-1)
    north = np.stack((-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)), axis=-1)
    result: Floats = np.sin(alpha)[:, None] * east + np.cos(alpha)[:, None] * north
    return result


_WANTED = Geodesic.LATITUDE | Geodesic.LONGITUDE | Geodesic.AZIMUTH


def curves(lines: Sequence[Sequence[Point]]) -> Curves:
    """Draw the legs of lines as cubics; a lone point, and a leg without length, is one of none."""
    rows: list[tuple[float, ...]] = []
    number = 0
    for line in lines:
        for a, b in pairwise(line) if len(line) > 1 else [(line[0], line[0])]:
            rows += _leg(a, b, number)
            number += 1
    table = np.array(rows)
    lon, lat, azimuth = table[:, 0], table[:, 1], table[:, 2]
    lon1, lat1, azimuth1, length = table[:, 3], table[:, 4], table[:, 5], table[:, 6]
    return Curves(
        ecef(lon, lat),
        heading(lon, lat, azimuth) * length[:, None],
        ecef(lon1, lat1),
        heading(lon1, lat1, azimuth1) * length[:, None],
        length,
        table[:, 7].astype(np.int64),
        table[:, 8:10],
    )


def _leg(a: Point, b: Point, number: int) -> list[tuple[float, ...]]:
    line = EARTH.InverseLine(a[1], a[0], b[1], b[0])
    length = float(line.s13)
    if length == 0.0:
        return [(*a, 0.0, *a, 0.0, 0.0, number, 0.0, 1.0)]
    count = max(1, math.ceil(length / SPAN_M))
    knots = []
    for i in range(count + 1):
        at = line.Position(length * i / count, _WANTED)
        knots.append((at["lon2"], at["lat2"], at["azi2"]))
    return [
        (*knots[i], *knots[i + 1], length / count, number, i / count, (i + 1) / count)
        for i in range(count)
    ]


def bulge(way: Floats) -> Floats:
    """Bound how far a stretch of that length is, at each parameter, from its chord, in metres."""
    result: Floats = way * way / (8 * LEAST_M)
    return result


def arc_at_least(chord: float) -> float:
    """Bound the geodesic distance of two places with this chord from below, in metres."""
    return 2 * GREATEST_M * math.asin(min(1.0, chord / (2 * GREATEST_M)))


def arc_at_most(chord: float) -> float:
    """Bound it from above; near the antipode a bound says nothing."""
    return LONGEST_M if chord > 9e6 else 2 * LEAST_M * math.asin(chord / (2 * LEAST_M))
