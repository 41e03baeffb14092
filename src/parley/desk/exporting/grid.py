"""A coarse grid over the globe: where a thing is, told by the cell that it lies in.

The grid is fixed for a width: one place always gives one cell, so that many exports tell no more
than one does. Noise would average out; a cell does not. Integers only.
"""

from dataclasses import dataclass

from parley.desk.exporting.item import Box, Spot
from parley.values.places import MAX_LAT_E7, MAX_LON_E7

# The shortest and the longest that 1e-7 degree of latitude is on WGS84, in 0.1 mm: 110.57, 111.70.
_SHORTEST = 110
_LONGEST = 112
_WHOLE_E7 = 100_000  # cells are whole hundredths of a degree
# (latitude in degrees, n, m): up to there a parallel is at least m / n as long as the equator.
_SHRINKS = ((30, 7, 6), (45, 3, 2), (60, 2, 1), (75, 4, 1), (85, 12, 1), (89, 60, 1))


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells whose sides are ``width_e4m`` (0.1 mm) long or longer; around the poles, one cell."""

    width_e4m: int

    @property
    def step_e7(self) -> int:
        """The height of a cell, 1e-7 degree."""
        return _whole(-(-self.width_e4m // _SHORTEST))

    def cell(self, lat_e7: int, lon_e7: int) -> Box:
        """Give the cell that a position lies in."""
        south, north = _stretch(lat_e7, MAX_LAT_E7, self.step_e7)
        west, east = _stretch(lon_e7, MAX_LON_E7, self._wide(max(-south, north)))
        return Box(south, west, north, east)

    def around(self, spot: Spot) -> Box:
        """Give a box that holds everything within the reach of a spot.

        It is the cell of the spot, widened on each side by whole cells as the reach asks. Which
        cells a disk happens to touch would tell how near to an edge of its cell it lies.
        """
        cell, tall = self.cell(spot.lat_e7, spot.lon_e7), self.step_e7
        reach = -(-spot.within_e4m // _SHORTEST)
        up = -(-reach // tall) * tall
        south, north = max(cell.south_e7 - up, -MAX_LAT_E7), min(cell.north_e7 + up, MAX_LAT_E7)
        furthest = max(-south, north)
        wide = self._wide(max(-cell.south_e7, cell.north_e7))
        aside = -(-(_stretched(reach, furthest) or 2 * MAX_LON_E7) // wide) * wide if reach else 0
        west, east = cell.west_e7 - aside, cell.east_e7 + aside
        if west < -MAX_LON_E7 or east > MAX_LON_E7:
            west, east = -MAX_LON_E7, MAX_LON_E7
        return Box(south, west, north, east)

    def _wide(self, furthest_e7: int) -> int:
        """Give the width in longitude of the cells whose edge reaches up to a latitude."""
        wide = _stretched(self.step_e7, furthest_e7)
        return 2 * MAX_LON_E7 if wide is None else _whole(wide)


def middle(box: Box, within_e4m: int) -> Spot:
    """Give the middle of a cell, and a reach beyond which nothing within ``within_e4m`` lies."""
    tall, wide = box.north_e7 - box.south_e7, box.east_e7 - box.west_e7
    return Spot(
        (box.south_e7 + box.north_e7) // 2,
        (box.west_e7 + box.east_e7) // 2,
        (tall + wide + 1) * _LONGEST // 2 + within_e4m,
    )


def _stretched(along_e7: int, furthest_e7: int) -> int | None:
    """Give what is as long along a parallel as along a meridian, or None near the poles."""
    for degrees, n, m in _SHRINKS:
        if furthest_e7 <= degrees * 10**7:
            return -(-along_e7 * n // m)
    return None


def _whole(least_e7: int) -> int:
    return -(-least_e7 // _WHOLE_E7) * _WHOLE_E7


def _stretch(at: int, most: int, step: int) -> tuple[int, int]:
    """Give the stretch of ``[-most, most]`` that holds ``at``; the last one takes what is left."""
    count = max(1, 2 * most // step)
    index = min((at + most) // step, count - 1)
    start = index * step - most
    return start, most if index == count - 1 else start + step
