"""When two moving legs come closest, found in two other ways than the kernel's.

``exact`` reckons with fractions: the corners of what time and height allow are all the crossings of
limits that keep every other limit, and the distance is least at a crossing of the tracks or on a
limit. ``nested`` minimises over one leg for every place on the other, by golden section, for many
pairs at once. ``sampled`` looks at a grid of places. A leg is 10 numbers: both ends (x, y, z), both
times, both heights.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Half = tuple[Fraction, Fraction, Fraction]  # c + cu u + cv v >= 0
GOLDEN = (math.sqrt(5) - 1) / 2


class Limits(NamedTuple):
    tau: float
    lo: float
    hi: float


def halves(a: list[Fraction], b: list[Fraction], limits: Limits) -> list[Half]:
    one, zero = Fraction(1), Fraction(0)
    found = [(zero, one, zero), (one, -one, zero), (zero, zero, one), (one, zero, -one)]
    bands = [(6, -limits.tau, limits.tau), (8, limits.lo, limits.hi)]
    for k, low, high in bands:
        c, cu, cv = a[k] - b[k], a[k + 1] - a[k], b[k] - b[k + 1]
        if low > -math.inf:
            found.append((c - Fraction(low), cu, cv))
        if high < math.inf:
            found.append((Fraction(high) - c, -cu, -cv))
    return found


def exact(a: list[Fraction], b: list[Fraction], limits: Limits) -> Fraction | None:
    """Give the least squared distance; None if time or height keep them apart."""
    limit = halves(a, b, limits)

    def kept(u: Fraction, v: Fraction) -> bool:
        return all(c + cu * u + cv * v >= 0 for c, cu, cv in limit)

    def apart(u: Fraction, v: Fraction) -> Fraction:
        return sum(
            ((a[k] + u * (a[k + 3] - a[k]) - b[k] - v * (b[k + 3] - b[k])) ** 2 for k in range(3)),
            Fraction(0),
        )

    corners = []
    for (c, cu, cv), (d, du, dv) in combinations(limit, 2):
        det = cu * dv - cv * du
        if det:
            u, v = (cv * d - c * dv) / det, (c * du - cu * d) / det
            if kept(u, v):
                corners.append((u, v))
    if not corners:
        return None
    tried = list(corners)
    da, db = ([p[k + 3] - p[k] for k in range(3)] for p in (a, b))
    w = [a[k] - b[k] for k in range(3)]

    def dot(p: list[Fraction], q: list[Fraction]) -> Fraction:
        return sum((x * y for x, y in zip(p, q, strict=True)), Fraction(0))

    aa, bb, ab, wa, wb = dot(da, da), dot(db, db), dot(da, db), dot(w, da), dot(w, db)
    det = aa * bb - ab * ab
    if det:
        u, v = (ab * wb - bb * wa) / det, (aa * wb - ab * wa) / det
        if kept(u, v):
            tried.append((u, v))
    # Along each limit, between two of the corners on it.
    for c, cu, cv in limit:
        on = sorted(p for p in corners if c + cu * p[0] + cv * p[1] == 0)
        if len(on) < 2:
            continue
        (u0, v0), (u1, v1) = on[0], on[-1]
        e = [(u1 - u0) * x - (v1 - v0) * y for x, y in zip(da, db, strict=True)]
        at = [x + u0 * y - v0 * z for x, y, z in zip(w, da, db, strict=True)]
        if dot(e, e):
            share = min(Fraction(1), max(Fraction(0), -dot(at, e) / dot(e, e)))
            tried.append((u0 + share * (u1 - u0), v0 + share * (v1 - v0)))
    return min(apart(u, v) for u, v in tried)


def ways(a: Floats, share: Floats) -> tuple[Floats, Floats, Floats]:
    """Give place, time and height of legs (n, 10) at shares (n,)."""
    place = a[:, 0:3] + share[:, None] * (a[:, 3:6] - a[:, 0:3])
    return (
        place,
        a[:, 6] + share * (a[:, 7] - a[:, 6]),
        a[:, 8] + share * (a[:, 9] - a[:, 8]),
    )


def allowed(a: Floats, b: Floats, u: Floats, limits: Limits) -> tuple[Floats, Floats, Floats]:
    """Give the shares of ``b`` that a share of ``a`` allows, and by how much (below 0: none)."""
    _, t, z = ways(a, u)
    low, high, room = np.zeros(len(a)), np.ones(len(a)), np.full(len(a), np.inf)
    for k, here, least, most in ((6, t, -limits.tau, limits.tau), (8, z, limits.lo, limits.hi)):
        # least <= here - there <= most
        first, last, step = here - most - b[:, k], here - least - b[:, k], b[:, k + 1] - b[:, k]
        still = step == 0
        safe = np.where(still, 1.0, step)
        p, q = first / safe, last / safe
        low = np.where(still, low, np.maximum(low, np.minimum(p, q)))
        high = np.where(still, high, np.minimum(high, np.maximum(p, q)))
        room = np.where(still, np.minimum(room, np.minimum(-first, last)), room)
    return low, high, np.minimum(room, high - low)


def nested(a: Floats, b: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Give the room that is left at best (below 0: never met), and the least squared distance."""

    def room(u: Floats) -> Floats:
        return allowed(a, b, u, limits)[2]

    def apart(u: Floats) -> Floats:
        low, high, _ = allowed(a, b, u, limits)
        w = ways(a, u)[0] - b[:, 0:3]
        d = b[:, 3:6] - b[:, 0:3]
        square = (d * d).sum(axis=1)
        v = np.where(square > 0, (w * d).sum(axis=1) / np.where(square > 0, square, 1.0), low)
        v = np.minimum(np.maximum(v, low), np.maximum(low, high))
        rest = w - v[:, None] * d
        return (rest * rest).sum(axis=1)

    zero, one = np.zeros(len(a)), np.ones(len(a))
    widest = golden(lambda u: -room(u), zero, one)
    ends = []
    for end in (zero, one):
        out, within = end.copy(), widest.copy()
        for _ in range(60):
            middle = (out + within) / 2
            good = room(middle) >= 0
            within, out = np.where(good, middle, within), np.where(good, out, middle)
        ends.append(np.where(room(end) >= 0, end, within))
    return room(widest), apart(golden(apart, *ends))


def golden(f: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Minimise many convex functions at once."""
    a, b = low.copy(), high.copy()
    for _ in range(90):
        c, d = b - GOLDEN * (b - a), a + GOLDEN * (b - a)
        left = f(c) <= f(d)
        a, b = np.where(left, a, c), np.where(left, d, b)
    tried = np.stack((low, high, (a + b) / 2))
    best = np.stack([f(x) for x in tried]).argmin(axis=0)
    result: Floats = tried[best, np.arange(len(a))]
    return result


def sampled(a: Floats, b: Floats, limits: Limits, steps: int = 301) -> float:
    """Give the least squared distance of one pair on a grid of places; inf if none is allowed."""
    share = np.linspace(0.0, 1.0, steps)
    p, t, z = ways(np.broadcast_to(a, (steps, 10)), share)
    q, s, y = ways(np.broadcast_to(b, (steps, 10)), share)
    late, above = t[:, None] - s, z[:, None] - y
    good = (np.abs(late) <= limits.tau) & (above >= limits.lo) & (above <= limits.hi)
    if not good.any():
        return math.inf
    square = (p[:, None, 0] - q[:, 0]) ** 2 + (p[:, None, 1] - q[:, 1]) ** 2
    square += (p[:, None, 2] - q[:, 2]) ** 2
    return float(square[good].min())
