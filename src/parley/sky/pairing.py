"""Which pieces of two lines may come close: bounds by spheres and chords, the nearest first.

What is given is given in blocks, so that lines of any number of pieces take little memory.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parley.sky.geodesy import LEAST_RADIUS_M, Floats, Pieces, arc_at_least, arc_at_most

Integers = npt.NDArray[np.intp]

TIE_M = 1e-3  # distances this close count as equal
BLOCK = 400_000  # pairs of pieces looked at in one go
GROUP = 16  # pieces under one sphere, where there are many
# So many pairs of pieces of two parts are measured exactly; what is left then is only bounded. No
# two parts that people state come near: whoever makes more than this as close as each other, to
# 0.2 m, means to keep others busy.
MOST_MEASURED = 5_000
# How far the normal of the ellipsoid leans at most from the line to the centre (a sine).
_LEANING = 0.0034


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Pairs of pieces that may be the closest, and the least that they are apart, in metres.

    Of the pairs that come after these none is nearer than ``rest``, and of those that may touch
    none reaches south of ``rest_south``, in degrees.
    """

    rows: Integers
    columns: Integers
    at_least: Floats
    rest: float
    rest_south: float


def candidates(a: Pieces, b: Pieces, within_m: float = math.inf) -> Iterator[Candidates]:
    """Give, in blocks, which pieces may be the closest, if they may be within ``within_m``."""
    most = within_m
    for block in _blocks(a, b, within_m, closest=True):
        if block.least > most:
            return
        rows, columns = block.rows, block.columns
        chord, slack = _chords(a, rows, b, columns)
        most = min(most, float(arc_at_most(chord + slack).min(initial=math.inf)) + TIE_M)
        rows, columns, at_least = _that_may(a, rows, b, columns, chord - slack, most)
        if len(rows):
            yield Candidates(rows, columns, at_least, block.rest, block.rest_south)


def within_reach(
    a: Pieces, rows: Integers, b: Pieces, columns: Integers, most: float
) -> tuple[Integers, Integers, Floats]:
    """Keep those pairs that may be within ``most``; give also how far they are apart at least.

    ``rows`` and ``columns`` number the pieces of ``a`` and of ``b``, shape (n,); metres.
    """
    chord, slack = _chords(a, rows, b, columns)
    return _that_may(a, rows, b, columns, chord - slack, most)


def pairs_within(a: Pieces, b: Pieces, within_m: float) -> Iterator[tuple[Integers, Integers]]:
    """Give, in blocks, the pairs of pieces that may be within a distance, by spheres around them.

    Where there are many, spheres around several pieces in a row come first.
    """
    for block in _blocks(a, b, within_m, closest=False):
        yield block.rows, block.columns


class _Block(NamedTuple):
    """Pairs of pieces, the least that they are apart, and what is known of those after them."""

    rows: Integers
    columns: Integers
    least: float
    rest: float
    rest_south: float


def _blocks(a: Pieces, b: Pieces, within_m: float, *, closest: bool) -> Iterator[_Block]:
    """Give pairs that may be within a distance, or, with ``closest``, be the closest."""
    size = 1 if len(a) * len(b) <= BLOCK else GROUP
    spheres_a, spheres_b = _spheres(a, size), _spheres(b, size)
    apart = spheres_a[0][:, None] - spheres_b[0][None, :]
    apart = np.sqrt(np.einsum("ijk,ijk->ij", apart, apart))
    spread = spheres_a[1][:, None] + spheres_b[1][None, :]
    # A geodesic is no shorter than its chord.
    most = within_m + TIE_M
    if closest:
        most = min(most, float(arc_at_most((apart + spread).min())) + TIE_M)
    rows, columns = np.nonzero(apart - spread <= most)
    if size == 1:
        if len(rows):
            yield _Block(rows, columns, 0.0, math.inf, math.inf)
        return
    least = (apart - spread)[rows, columns]
    least = np.where(least <= TIE_M, 0.0, least)
    south = np.maximum(_south(a, size)[rows], _south(b, size)[columns])
    order = np.lexsort((south, least))
    step = BLOCK // size**2
    offset_a, offset_b = (each.ravel() for each in np.indices((size, size)))
    for k in range(0, len(order), step):
        some, after = order[k : k + step], order[k + step : k + step + 1]
        row = (rows[some, None] * size + offset_a).ravel()
        column = (columns[some, None] * size + offset_b).ravel()
        real = (row < len(a)) & (column < len(b))
        yield _Block(
            row[real],
            column[real],
            float(least[some[0]]),
            float(least[after[0]]) if len(after) else math.inf,
            float(south[after[0]]) if len(after) else math.inf,
        )


def _spheres(pieces: Pieces, size: int) -> tuple[Floats, Floats]:
    """Give middle and radius of a sphere around every ``size`` pieces in a row."""
    middle = (pieces.start + pieces.end) / 2
    reach = pieces.length / 2 + pieces.bulge
    if size == 1:
        return middle, reach
    starts = np.arange(0, len(pieces), size)
    counts = np.diff(np.append(starts, len(pieces)))
    centre = np.add.reduceat(middle, starts, axis=0) / counts[:, None]
    around = np.linalg.norm(middle - np.repeat(centre, counts, axis=0), axis=1) + reach
    return centre, np.maximum.reduceat(around, starts)


def _south(pieces: Pieces, size: int) -> Floats:
    result: Floats = np.minimum.reduceat(pieces.south, np.arange(0, len(pieces), size))
    return result


def _chords(a: Pieces, rows: Integers, b: Pieces, columns: Integers) -> tuple[Floats, Floats]:
    """Give how far chords are apart, and how far the pieces may be nearer or farther."""
    chord = chord_distance(a.start[rows], a.end[rows], b.start[columns], b.end[columns])
    return chord, a.bulge[rows] + b.bulge[columns]


def _that_may(
    a: Pieces, rows: Integers, b: Pieces, columns: Integers, near: Floats, most: float
) -> tuple[Integers, Integers, Floats]:
    """Keep pairs that may be within ``most``: by their chords, then by their level chords."""
    at_least = arc_at_least(np.maximum(near, 0.0))
    may = at_least <= most
    rows, columns, at_least = rows[may], columns[may], at_least[may]
    level = level_at_least(a, rows, b, columns)
    at_least = np.maximum(at_least, arc_at_least(np.maximum(level, 0.0)))
    may = at_least <= most
    return rows[may], columns[may], at_least[may]


def level_at_least(a: Pieces, rows: Integers, b: Pieces, columns: Integers) -> Floats:
    """Bound the chord between any places of two pieces, in metres, by what is level of it.

    Seen from above, a piece of 10 NM bulges from its chord by centimetres, not by metres; and
    nothing seen from above is farther away than it is. One number for each pair, shape (n,).
    """
    p0, p1, q0, q1 = a.start[rows], a.end[rows], b.start[columns], b.end[columns]
    up = p0 + p1 + q0 + q1
    up = up / np.maximum(np.linalg.norm(up, axis=1), 1.0)[:, None]
    flat = [place - up * _dot(place, up)[:, None] for place in (p0, p1, q0, q1)]
    stray = np.zeros(len(rows))
    for one, other, length, whole in (
        (flat[0], flat[1], a.length[rows], a.bulge[rows]),
        (flat[2], flat[3], b.length[columns], b.bulge[columns]),
    ):
        sagitta = length**2 / (8 * LEAST_RADIUS_M)
        lean = np.linalg.norm(one + other, axis=1) / (2 * LEAST_RADIUS_M)
        lean += _LEANING + length / LEAST_RADIUS_M
        stray += np.maximum(whole - sagitta, 0.0) + sagitta * np.minimum(lean, 1.0)
    result: Floats = chord_distance(*flat) - stray
    return result


def chord_distance(p0: Floats, p1: Floats, q0: Floats, q1: Floats) -> Floats:
    """Give the distance of straight segments in space, row by row; either may be a single point.

    Ends of shape (n, 3) in any unit, distances (n,). C. Ericson, Real-Time Collision Detection,
    2005, section 5.1.9.
    """
    d1, d2, r = p1 - p0, q1 - q0, p0 - q0
    a, e = _dot(d1, d1), _dot(d2, d2)
    b, c, f = _dot(d1, d2), _dot(d1, r), _dot(d2, r)
    denominator = a * e - b * b
    crossing = denominator > 1e-12 * a * e
    s = np.where(crossing, (b * f - c * e) / np.where(crossing, denominator, 1.0), 0.0)
    s = np.clip(s, 0.0, 1.0)
    safe_a, safe_e = np.where(a > 0, a, 1.0), np.where(e > 0, e, 1.0)
    t = np.where(e > 0, np.clip((b * s + f) / safe_e, 0.0, 1.0), 0.0)
    # With t settled, the best s on the first segment; this also serves a point as the second.
    s = np.where(a > 0, np.clip((b * t - c) / safe_a, 0.0, 1.0), 0.0)
    result: Floats = np.linalg.norm(r + d1 * s[:, None] - d2 * t[:, None], axis=1)
    return result


def _dot(u: Floats, v: Floats) -> Floats:
    result: Floats = np.einsum("ij,ij->i", u, v)
    return result
