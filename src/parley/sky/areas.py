"""Many areas made ready at once: a gnomonic frame and a box around each, and whether it is sound.

``regions.region`` judges one polygon, exactly and with reasons. This tells of 100,000 in a second
which ones it surely takes (nearly all); whoever asks gives it the others.
"""

from dataclasses import dataclass

import numpy as np

from parley.sky.cutting import Cut, Integers
from parley.sky.geodesy import Bools, Floats
from parley.sky.kernel import native

# Edges here and in regions.py, each laid out straight between its own knots on a gnomonic plane,
# differ by less than a quarter of this: twice 2.3 cm from the geodesic by the plane, for pieces of
# 10 NM, and 2 cm by the knots of cutting.py.
CLEAR_M = 0.3
FRAME = 15


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """n areas: ``frames`` of shape (n, 15), and which are ``sound`` (surely taken by regions.py).

    A frame is three unit vectors, the middle of the outer ring, right and up in the plane that
    touches the globe there; then low and high of an earth-centred box around the area, in metres.
    An area that is not sound has no frame (all 0): ask ``regions.region``.
    """

    frames: Floats
    sound: Bools


def areas(rings: Cut, polygons: Integers) -> Areas:
    """Frame polygons: number k has the rings ``polygons[k]`` to ``polygons[k + 1]``.

    ``rings`` are cut into pieces of at most ``geodesy.PIECE_M``; each is closed, the outer ring
    comes first. Without the compiled kernel none is sound.
    """
    polygons = np.ascontiguousarray(polygons, dtype=np.int64)
    n = len(polygons) - 1
    frames, sound = np.zeros((n, FRAME)), np.zeros(n, dtype=np.uint8)
    if native.AVAILABLE and n:
        beside = np.maximum.reduceat(rings.most(rings.bulge_m + rings.slack_m), polygons[:-1])
        beside = np.ascontiguousarray(beside)
        flat = np.empty((len(rings.knots), 2))
        native.free().ring_frames(
            rings.knots.ctypes.data, rings.offsets.ctypes.data, polygons.ctypes.data, n, CLEAR_M,
            beside.ctypes.data, frames.ctypes.data, flat.ctypes.data, sound.ctypes.data,
        )  # fmt: skip
        uncertain = np.logical_or.reduceat(~rings.certain, polygons[:-1])
        sound[uncertain] = 0
        frames[uncertain] = 0.0
    return Areas(frames, sound.astype(np.bool_))
