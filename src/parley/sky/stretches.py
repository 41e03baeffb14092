"""From when until when two moving parts stay within the minima: along straight chords, to 1 s."""

import math
from typing import NamedTuple

import numpy as np

from parley.sky.geodesy import EQUATOR_M, Bools, Floats, Pieces
from parley.sky.legs import Integers

JOIN_MS = 50.0  # chords of two pieces in a row do not quite meet

Span = tuple[float, float]


def chord_of(way: float) -> float:
    """Give the chord that goes with a way on the globe, in metres, to what a time to 1 s needs."""
    return 2 * EQUATOR_M * math.sin(min(way / (2 * EQUATOR_M), math.pi / 2))


class Flown(NamedTuple):
    """Earth-centred places (metres) at the start and the end of a stretch of two flights."""

    a: tuple[Floats, Floats]
    b: tuple[Floats, Floats]


def while_near(flown: Flown, way: float) -> Span | None:
    """Give the shares of a stretch, 0 to 1, between which two are within a way of each other."""
    start, end = flown.a[0] - flown.b[0], flown.a[1] - flown.b[1]
    # Only what is level where they are counts: a chord dips below the ground that it spans.
    up = flown.a[0] + flown.a[1] + flown.b[0] + flown.b[1]
    up = up / np.linalg.norm(up)
    start, end = start - up * (start @ up), end - up * (end @ up)
    return _below(
        float((end - start) @ (end - start)),
        float(start @ (end - start)),
        float(start @ start) - chord_of(way) ** 2,
    )


def _below(square: float, half: float, rest: float) -> Span | None:
    """Give where ``square x^2 + 2 half x + rest <= 0`` between 0 and 1."""
    if square <= 1e-12:
        return (0.0, 1.0) if rest <= 0 else None
    root = half * half - square * rest
    if root < 0:
        return None
    low, high = (-half - math.sqrt(root)) / square, (-half + math.sqrt(root)) / square
    return None if high < 0.0 or low > 1.0 else (max(0.0, low), min(1.0, high))


def near_shares(
    a: Pieces, rows: Integers, b: Pieces, columns: Integers, way: float
) -> tuple[Floats, Floats]:
    """Give, for pairs of pieces, from where to where along the first it is near the second.

    Both of shape (n,), shares of the piece, 0 to 1; 2 and -1 where it is not within ``way``.
    """
    p0, p1, q0, q1 = a.start[rows], a.end[rows], b.start[columns], b.end[columns]
    up = p0 + p1 + q0 + q1
    up /= np.linalg.norm(up, axis=1)[:, None]
    along, beside = _level(p1 - p0, up), _level(q1 - q0, up)
    first, second = _level(p0 - q0, up), _level(p0 - q1, up)
    reach = chord_of(way) ** 2
    spans = [_near_point(along, first, reach), _near_point(along, second, reach)]
    length = np.einsum("ij,ij->i", beside, beside)
    safe = np.where(length > 0, length, 1.0)
    # Abreast of the second piece: what is across it counts.
    speed, at = np.einsum("ij,ij->i", along, beside) / safe, _dot(first, beside) / safe
    across = _near_point(
        along - speed[:, None] * beside, first - at[:, None] * beside, reach, length > 0
    )
    abreast = _between(speed, at)
    spans.append((np.maximum(across[0], abreast[0]), np.minimum(across[1], abreast[1])))
    found = [
        (np.where(low <= high, low, 2.0), np.where(low <= high, high, -1.0)) for low, high in spans
    ]
    lows, highs = (np.stack(each) for each in zip(*found, strict=True))
    return lows.min(axis=0), highs.max(axis=0)


def _dot(u: Floats, v: Floats) -> Floats:
    result: Floats = np.einsum("ij,ij->i", u, v)
    return result


def _level(v: Floats, up: Floats) -> Floats:
    return v - up * _dot(v, up)[:, None]


def _near_point(
    along: Floats, away: Floats, reach: float, real: Bools | None = None
) -> tuple[Floats, Floats]:
    """Give where ``|away + x along|^2 <= reach`` for x between 0 and 1, row by row."""
    square, half = _dot(along, along), _dot(along, away)
    rest = _dot(away, away) - reach
    moving = square > 1e-12
    root = half**2 - square * rest
    safe, width = np.where(moving, square, 1.0), np.sqrt(np.maximum(root, 0.0))
    low = np.where(moving, (-half - width) / safe, 0.0)
    high = np.where(moving, (-half + width) / safe, 1.0)
    good = np.where(moving, root >= 0, rest <= 0)
    if real is not None:
        good &= real
    return np.where(good, np.maximum(low, 0.0), 2.0), np.where(good, np.minimum(high, 1.0), -1.0)


def _between(speed: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Give where ``0 <= at + x speed <= 1`` for x between 0 and 1, row by row."""
    moving = np.abs(speed) > 1e-15
    safe = np.where(moving, speed, 1.0)
    one, other = -at / safe, (1.0 - at) / safe
    still = (at >= 0) & (at <= 1)
    low = np.where(moving, np.minimum(one, other), np.where(still, 0.0, 2.0))
    high = np.where(moving, np.maximum(one, other), np.where(still, 1.0, -1.0))
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def level_span(start: float, end: float, low: float, high: float) -> Span | None:
    """Give the shares of a stretch for which what changes linearly stays from low to high."""
    if min(start, end) > high or max(start, end) < low:
        return None
    if start == end:
        return 0.0, 1.0
    shares = sorted(((low - start) / (end - start), (high - start) / (end - start)))
    return max(0.0, shares[0]), min(1.0, shares[1])


def joined(spans: Floats) -> Floats:
    """Put together spans of time that meet, shape (n, 2) in ms; they come out in order."""
    order = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(order[:, 1])
    fresh = np.append(True, order[1:, 0] > reach[:-1] + JOIN_MS)
    last = np.append(np.nonzero(fresh)[0][1:], len(order)) - 1
    return np.stack((order[fresh, 0], reach[last]), axis=1)


def around(spans: Floats, at: float) -> Span:
    """Give which of some spans in order, made by ``joined``, shape (n, 2), an instant lies in."""
    i = int(np.searchsorted(spans[:, 0], at, "right")) - 1
    return float(spans[i, 0]), float(spans[i, 1])
