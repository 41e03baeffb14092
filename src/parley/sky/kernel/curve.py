"""Where entries lie on the Hilbert curve that orders them: the scale of its four axes.

An axis is cut into steps by how long the entries are on it, minima included, not by how far they
are spread: else the bits of an axis along which nothing can be told apart would be wasted.
"""

from dataclasses import dataclass

import numpy as np

from parley.sky.kernel.entries import GLOBE, Entries, Floats, boxes, chosen

QUARTER_M = 1e7  # of the meridian; the flattened globe reaches as far on every side
STEPS = 65_536
_SAMPLE = 20_000
_OUTLIERS = (0.1, 99.9)  # percent


@dataclass(frozen=True, slots=True)
class Curve:
    """Origin and steps per unit of the axes: two of place, height, time since ``epoch``.

    Time comes round again after ``period``. A bad fit costs speed, never an answer.
    """

    origin: tuple[float, float, float, float]
    scale: tuple[float, float, float, float]
    period: float
    epoch: float


def curve(
    low: tuple[float, float, float, float],
    high: tuple[float, float, float, float],
    extent: tuple[float, float, float, float],
) -> Curve:
    """Fit a curve to ranges of place, height and time, and to the usual extent of entries.

    Times are absolute; the epoch is the lowest of them.
    """
    ranges = np.maximum(np.subtract(high, low), 1e-9)
    extents = np.maximum(extent, 1e-9)
    scale = STEPS / (extents * float((ranges / extents).max()))
    a, b, c, d = scale.tolist()
    return Curve((low[0], low[1], low[2], 0.0), (a, b, c, d), STEPS / d, low[3])


def fitted(made: Entries) -> Curve:
    """Fit a curve to entries (to a sample, if there are many); there is one at least."""
    step = -(-len(made) // _SAMPLE)
    some = chosen(made, np.arange(0, len(made), step))
    box = boxes(some)
    # What has no end is as long as it is stated to begin.
    finite = np.where(np.isfinite(box) & (np.abs(box) < 1e14), box, np.nan)
    low, high = finite[:, 0], finite[:, 1]
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    low, high = np.nan_to_num(low), np.nan_to_num(high)
    least = [(some.records[name] * 2).mean() for name in ("lateral", "vertical", "time")]
    length = np.minimum(high - low, np.percentile(high - low, 95, axis=0) * 2).mean(axis=0)
    place, aside = (low + high) / 2, length[: made.space].mean() + least[0]
    if made.space == GLOBE:
        place = np.column_stack((flattened(place[:, :3]), place[:, 3:]))
    ends = np.percentile(place, _OUTLIERS, axis=0)
    a, b, c, d = (ends[0] - (ends[1] - ends[0]) * 0.01).tolist()
    e, f, g, h = (ends[1] + (ends[1] - ends[0]) * 0.01).tolist()
    extent = (aside, aside, length[-2] + least[1], length[-1] + least[2])
    return curve((a, b, c, d), (e, f, g, h), extent)


def flattened(places: Floats) -> Floats:
    """Lay earth-centred places, shape (n, 3), on a square, octant by octant (Cigolle 2014)."""
    share = places / np.maximum(np.abs(places).sum(axis=1), 1e-9)[:, None]
    x, y = share[:, 0], share[:, 1]
    folded = (1 - np.abs(share[:, 1::-1])) * np.where(share[:, :2] < 0, -1.0, 1.0)
    south = share[:, 2] < 0
    result: Floats = QUARTER_M * np.where(south[:, None], folded, np.column_stack((x, y)))
    return result
