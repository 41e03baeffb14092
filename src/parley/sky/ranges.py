"""How far apart two positions are on the ellipsoid, as an integer."""

from parley.sky.geodesy import leg_length
from parley.values.places import Position


def range_m(a: Position, b: Position) -> int:
    """Give the length of the shortest geodesic between two positions, rounded to 1 m.

    On WGS84, Karney 2013, by PROJ.
    """
    # in one order, so that the last digit does not depend on who asks
    first, second = sorted(((a.lon, a.lat), (b.lon, b.lat)))
    return round(leg_length(*first, *second))
