"""Pairs of moments at which two pieces of courses are close in time and in height.

A moment of a piece is the share of it that has been flown, 0 to 1. Where time and height change
linearly along both pieces, the pairs that keep a gap within a limit are a convex polygon.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

Moments = tuple[float, float]
Polygon = Sequence[
    Moments
]  # counter-clockwise; one or two corners: a point, a stretch; none: empty

SQUARE: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
# A corner this far beyond a limit still touches it, in ms or 0.1 mm: far below what is stated, far
# above what the arithmetic loses.
SLACK = 1e-3
_LEAST_SHARE = 1e-12


class Gap(NamedTuple):
    """A gap in ms or 0.1 mm: ``max(0, g + over, under - g)`` with ``g = at + p * u + q * v``.

    ``over`` or ``under`` may be minus infinity: on that side there never is a gap.
    """

    at: float
    p: float
    q: float
    over: float
    under: float

    def level(self, moments: Moments) -> float:
        """Give ``g`` at a pair of moments."""
        return self.at + self.p * moments[0] + self.q * moments[1]

    def of(self, moments: Moments) -> float:
        """Give the gap at a pair of moments."""
        g = self.level(moments)
        return max(0.0, g + self.over, self.under - g)


def within(polygon: Polygon, gap: Gap, limit: float) -> Polygon:
    """Give the part of a convex polygon where a gap is no larger than a limit."""
    polygon = _below(polygon, gap.at, gap.p, gap.q, limit - gap.over)
    return _below(polygon, -gap.at, -gap.p, -gap.q, limit - gap.under)


def narrowest(polygon: Polygon, gap: Gap) -> Polygon:
    """Give the part of a polygon, not empty, where a gap is least."""
    if gap.over == gap.under == -math.inf:
        return polygon
    levels = [gap.level(corner) for corner in polygon]
    best = min(max((gap.under - gap.over) / 2, min(levels)), max(levels))
    least = max(0.0, best + gap.over, gap.under - best)
    return within(polygon, gap, least) or polygon


def between(polygon: Polygon, which: int, low: float, high: float) -> Polygon:
    """Give the part of a polygon where the one (0) or the other (1) moment lies in a span."""
    p, q = (1.0, 0.0) if which == 0 else (0.0, 1.0)
    polygon = _below(polygon, 0.0, p, q, high, _LEAST_SHARE)
    return _below(polygon, 0.0, -p, -q, -low, _LEAST_SHARE)


def _below(
    polygon: Polygon, at: float, p: float, q: float, most: float, slack: float = SLACK
) -> Polygon:
    """Cut a polygon by a half-plane (Sutherland and Hodgman 1974); what touches it stays."""
    if most == math.inf:
        return polygon
    rest = [most - at - p * u - q * v for u, v in polygon]
    if min(rest, default=0.0) >= -slack:
        return polygon
    kept: list[Moments] = []
    corners = list(zip(polygon, rest, strict=True))
    for (here, room), (there, other) in pairwise([*corners, *corners[:1]]):
        if room >= -slack:
            kept.append(here)
        if (room < -slack and other > 0.0) or (other < -slack and room > 0.0):
            share = room / (room - other)
            kept.append(
                (here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1]))
            )
    single = [corner for i, corner in enumerate(kept) if corner != kept[i - 1] or len(kept) == 1]
    return single or kept[:1]
