"""The nearest of many positions, without measuring the way to each of them.

Chords of the earth-centred positions bound the geodesics over them from both sides; only what the
bounds leave open is measured on the ellipsoid. So the answer is that of measuring them all.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parley.sky.geodesy import Floats, arc_at_least, arc_at_most, ecef
from parley.sky.ranges import range_m
from parley.values.places import Position

_SPARE_M = 0.501  # range_m rounds to 1 m; a millimetre for what is computed here
_SINGLY = 4  # so few are measured one by one


class Nearest:
    """Some positions, in a fixed order, to be asked which lie near another."""

    def __init__(self, positions: Sequence[Position]) -> None:
        self._positions = positions
        self._points = _points(positions)

    def nearest(self, position: Position) -> tuple[int, int] | None:
        """Give the distance (m, as ``range_m``) and index of the nearest, the first of several."""
        if not self._positions:
            return None
        open_ones: Sequence[int] = range(len(self._positions))
        if len(self._positions) > _SINGLY:
            chords = self._chords(position)
            most = float(arc_at_most(chords.min())) + 2 * _SPARE_M
            open_ones = np.nonzero(arc_at_least(chords) <= most)[0].tolist()
        return min((range_m(position, self._positions[i]), i) for i in open_ones)

    def any_within(self, position: Position, reach_m: Sequence[int]) -> bool:
        """Tell whether the distance to any of them (as ``range_m``) is at most its own reach."""
        open_ones: Sequence[int] = range(len(self._positions))
        if len(self._positions) > _SINGLY:
            reach: npt.NDArray[np.float64] = np.asarray(reach_m, dtype=np.float64) + _SPARE_M
            open_ones = np.nonzero(arc_at_least(self._chords(position)) <= reach)[0].tolist()
        return any(range_m(position, self._positions[i]) <= reach_m[i] for i in open_ones)

    def _chords(self, position: Position) -> Floats:
        apart: Floats = np.linalg.norm(self._points - _points([position]), axis=1)
        return apart


def _points(positions: Sequence[Position]) -> Floats:
    lon, lat = ([getattr(p, name) for p in positions] for name in ("lon", "lat"))
    return ecef(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
