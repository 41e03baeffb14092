"""The decision on two entries by numpy and shapely: what narrow.c does, written a second way.

It serves where the kernel could not be compiled, and as the oracle of its tests.
"""

import math
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import shapely

from parley.sky.geodesy import ECCENTRICITY2, GREATEST_RADIUS_M, LEAST_RADIUS_M
from parley.sky.kernel.entries import (
    AFFECTS_ALL,
    AREA,
    CLEAR,
    GLOBE,
    HIT,
    LEG,
    NEAR_M,
    OPEN_HEIGHT,
    OPEN_PLACE,
    OPEN_RULE,
    SIDEWAYS_M,
    SOFT,
    UNKNOWN,
    UNLIMITED,
    WITHIN_PARTY,
    ZONE,
    Entries,
    Floats,
    rings_of,
)
from parley.sky.pairing import chord_distance

_ARITHMETIC_M = 1e-3
_WIDEST = 0.1
_ROUNDING = 2.0**-48
_LAST_BITS = 63


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One entry, taken out of its columns; ``of`` gives it."""

    space: int
    record: dict[str, float]
    lines: tuple[Floats, ...]
    tail: Floats

    def flag(self, bit: int) -> bool:
        """Tell whether a flag is set."""
        return bool(int(self.record["flags"]) & bit)

    def affects(self, party: int) -> int:
        """Tell whether a zone binds a party: HIT, OPEN_RULE or CLEAR."""
        if self.flag(AFFECTS_ALL):
            return HIT if party != self.record["party"] else CLEAR
        bits = int(self.tail[-1:].view(np.uint64)[0])
        if party < 0:
            return OPEN_RULE if bits else CLEAR
        if party < _LAST_BITS:
            return HIT if bits >> party & 1 else CLEAR
        return OPEN_RULE if bits >> _LAST_BITS else CLEAR


def of(made: Entries, row: int) -> Part:
    """Take one entry out of its columns."""
    record = {name: made.records[name][row].item() for name in made.records.dtype.names or ()}
    return Part(made.space, record, tuple(rings_of(made, row)), made.tail(row))


def decide(a: Part, b: Part, options: int = 0) -> int:
    """Tell whether two entries are CLEAR of each other, HIT, or what is open (bits)."""
    rule, minima = _held(a, b, options)
    if rule == CLEAR:
        return CLEAR
    kinds = a.record["kind"], b.record["kind"]
    if kinds == (LEG, LEG):
        found = _meet(a, b, minima)
    elif LEG in kinds:
        found = _pass(a, b, minima) if kinds[0] == LEG else _pass(b, a, minima)
    else:
        found = _volumes(a, b, minima)
    return found if rule == HIT or found == CLEAR else (found & ~HIT) | OPEN_RULE


_NAMES = ("lateral", "vertical", "time")
Minima = tuple[float, float, float]


def _held(a: Part, b: Part, options: int) -> tuple[int, Minima]:
    x, y = ((p.record["lateral"], p.record["vertical"], p.record["time"]) for p in (a, b))
    larger = max(x[0], y[0]), max(x[1], y[1]), max(x[2], y[2])
    if a.flag(ZONE) and b.flag(ZONE):
        return CLEAR, larger
    if a.flag(ZONE):
        return a.affects(int(b.record["party"])), x
    if b.flag(ZONE):
        return b.affects(int(a.record["party"])), y
    same = a.record["party"] == b.record["party"] and not options & WITHIN_PARTY
    return CLEAR if same else HIT, larger


def _comparable(low: float, high: float) -> tuple[bool, bool]:
    """Tell whether two limits can be compared at all, and whether that can prove them apart."""
    if UNKNOWN in (low, high):
        return False, False
    if UNLIMITED in (low, high):
        return True, True
    return low == high, low == high and low < SOFT


def _wide_gap(a: Part, b: Part) -> float:
    return max(a.record["w0"] - b.record["w1"], b.record["w0"] - a.record["w1"])


def _volumes(a: Part, b: Part, minima: Minima) -> int:
    x, y = a.record, b.record
    if max(x["t0"] - y["t1"], y["t0"] - x["t1"]) > minima[2]:
        return CLEAR
    rises = [(p["z0"] - q["z1"], *_comparable(p["low"], q["high"])) for p, q in ((x, y), (y, x))]
    fuzz = x["fuzz"] + y["fuzz"]
    if any(rise - fuzz > minima[1] for rise, _, proof in rises if proof):
        return CLEAR
    sure = all(known and rise + fuzz <= minima[1] for rise, known, _ in rises)
    if not sure and _wide_gap(a, b) > minima[1]:
        return CLEAR
    return _with_height(_lateral(a, b, a.lines, minima[0]), sure)


def _with_height(found: int, sure: bool) -> int:
    if found == CLEAR or sure:
        return found
    return (found & OPEN_PLACE) | OPEN_HEIGHT


@dataclass(frozen=True, slots=True)
class Limits:
    """Distances up to ``hit`` of which two are surely within a minimum, and over ``none`` not.

    Of chords (``slack``: what is left out of them at most, already counted) and, on the globe, of
    places on it.
    """

    hit: float
    none: float
    true_hit: float
    true_none: float
    slack: float


def limits(a: Part, b: Part, minimum: float) -> Limits:
    """Give the limits of two entries that are held to a lateral minimum."""
    limit = a.record["radius"] + b.record["radius"] + minimum + NEAR_M[a.space]
    if a.space != GLOBE:
        return Limits(limit, limit, limit, limit, 0.0)
    slack = a.record["slack"] + b.record["slack"]
    x, y = limit / (2 * GREATEST_RADIUS_M), limit / (2 * LEAST_RADIUS_M)
    none = limit if x >= 0.5 else 2 * GREATEST_RADIUS_M * (x - x**3 / 6 + x**5 / 120)
    hit = -1.0 if y >= 0.5 else 2 * LEAST_RADIUS_M * (y - y**3 / 6)
    return Limits(hit - slack - _ARITHMETIC_M, none + slack + _ARITHMETIC_M, hit, none, slack)


def from_above(places: Floats) -> tuple[Floats, float]:
    """Look at places, shape (4, 3), along the normal amid them: gives them in a plane.

    Also how far from the middle they reach, in radians.
    """
    middle = places.mean(axis=0)
    normal = middle * np.array([1.0, 1.0, 1 / (1 - ECCENTRICITY2)])
    # Two directions square to the normal: the last of an orthonormal basis that starts with it.
    basis = np.linalg.svd((normal / np.linalg.norm(normal))[None])[2]
    far = float(np.linalg.norm(places - middle, axis=1).max())
    return (places - middle) @ basis[1:].T, 1.01 * far / LEAST_RADIUS_M


def _settled(within: Limits, apart: float, wide: float) -> int:
    if wide > _WIDEST:
        return OPEN_PLACE
    aside = within.slack * wide + 2 * SIDEWAYS_M + _ARITHMETIC_M
    if apart - aside > within.true_none:
        return CLEAR
    return HIT if (apart + aside) * (1 + 0.51 * wide**2) < within.true_hit else OPEN_PLACE


def _lateral(a: Part, b: Part, lines: tuple[Floats, ...], minimum: float) -> int:
    """Compare the cores of two; ``lines`` are those of a (or the part of a leg that counts)."""
    if _holds(b, lines[0][0]) or _holds(a, b.lines[0][0]):
        return HIT
    within = limits(a, b, minimum)
    found = {_apart(p, q, within) for p in lines for q in b.lines}
    return HIT if HIT in found else max(found)


def _apart(p: Floats, q: Floats, within: Limits) -> int:
    """Compare two polylines, each of which may be one point: HIT, OPEN_PLACE or CLEAR."""
    if p.shape[1] == 2:
        return HIT if shapely.distance(_line(p), _line(q)) <= within.hit else CLEAR
    (p0, p1), (q0, q1) = ((x[:-1], x[1:]) if len(x) > 1 else (x, x) for x in (p, q))
    i, j = (each.ravel() for each in np.indices((len(p0), len(q0))))
    least = chord_distance(p0[i], p1[i], q0[j], q1[j])
    if least.min() <= within.hit:
        return HIT
    open_ = CLEAR
    for k in np.nonzero(least <= within.none)[0]:
        flat, wide = from_above(np.stack((p0[i[k]], p1[i[k]], q0[j[k]], q1[j[k]])))
        apart = float(shapely.distance(_line(flat[:2]), _line(flat[2:])))
        found = _settled(within, apart, wide)
        if found == HIT:
            return HIT
        open_ = max(open_, found)
    return open_


def _line(points: Floats) -> shapely.Geometry:
    if len(points) == 1 or bool((points == points[0]).all()):
        return shapely.Point(points[0])
    return shapely.LineString(points)


def _holds(area: Part, place: Floats) -> bool:
    if area.record["kind"] != AREA:
        return False
    rings: list[Floats] = list(area.lines)
    if area.space == GLOBE:
        middle, right, up = area.tail[:9].reshape(3, 3)
        if not place @ middle > 0:
            return False
        rings = [np.column_stack((r @ right, r @ up)) / (r @ middle)[:, None] for r in rings]
        place = np.array([place @ right, place @ up]) / (place @ middle)
    figure = shapely.Polygon(rings[0], rings[1:])
    return bool(shapely.contains_xy(figure, *place))


# ---- legs ---------------------------------------------------------------------------------------


def _pass(moving: Part, b: Part, minima: Minima) -> int:
    """Compare a leg with a volume: while it is within time and height, against the footprint."""
    x, y = moving.record, b.record
    fuzz, above = x["fuzz"] + y["fuzz"], minima[1] + float(moving.tail[1])
    (floor, floor_proof), (ceiling, ceiling_proof) = (
        _comparable(x["low"], y[limit]) for limit in ("low", "high")
    )
    proof = floor_proof and ceiling_proof
    if not proof and _wide_gap(moving, b) > minima[1]:
        return CLEAR
    low = y["z0"] - above - fuzz if floor_proof else -math.inf
    high = y["z1"] + above + fuzz if ceiling_proof else math.inf
    found = _passed(moving, b, minima, low, high)
    if found == CLEAR or (proof and fuzz == 0):
        return found
    low, high = y["z0"] - above + fuzz, y["z1"] + above - fuzz
    if floor and ceiling and _passed(moving, b, minima, low, high) == HIT:
        return HIT
    return (found & OPEN_PLACE) | OPEN_HEIGHT


def _passed(moving: Part, b: Part, minima: Minima, bottom: float, top: float) -> int:
    """Be sure both ways: clear with limits widened by what rounding loses, hit with narrower."""
    found = _flown(moving, b, minima, bottom, top, wide=1)
    if found != HIT or moving.space != GLOBE:
        return found
    return HIT if _flown(moving, b, minima, bottom, top, wide=-1) == HIT else OPEN_PLACE


def _flown(moving: Part, b: Part, minima: Minima, bottom: float, top: float, *, wide: int) -> int:
    x, y = moving.record, b.record
    early = minima[2] + float(moving.tail[0])
    if bottom > top:
        return CLEAR
    bounds = [(x["t0"], x["t1"], y["t0"] - early, y["t1"] + early), (x["z0"], x["z1"], bottom, top)]
    start, end = 0.0, 1.0
    for first, last, low, high in bounds:
        shares = _shares(first, last, low, high, wide)
        if shares is None:
            return CLEAR
        start, end = max(start, shares[0]), min(end, shares[1])
    if start > end:
        return CLEAR
    ends = moving.lines[0]
    flown = ends[0] + np.array([[start], [end]]) * (ends[1] - ends[0])
    return _lateral(moving, b, (flown,), minima[0])


def _shares(
    first: float, last: float, low: float, high: float, wide: int
) -> tuple[float, float] | None:
    """Give the shares of the way at which a value that changes evenly is between two others."""
    wide = wide if first != last else max(wide, 0)  # of what does not change, nothing is lost
    low -= wide * _ROUNDING * (abs(first) + abs(last) + abs(low)) if math.isfinite(low) else 0.0
    high += wide * _ROUNDING * (abs(first) + abs(last) + abs(high)) if math.isfinite(high) else 0.0
    if low > high or max(first, last) < low or min(first, last) > high:
        return None
    if first == last:
        return 0.0, 1.0
    shares = sorted(((low - first) / (last - first), (high - first) / (last - first)))
    return max(shares[0], 0.0), min(shares[1], 1.0)


def _meet(a: Part, b: Part, minima: Minima) -> int:
    late, thick = (a.tail[:2] + b.tail[:2]).tolist()
    known, proof = _comparable(a.record["low"], b.record["low"])
    if not proof and _wide_gap(a, b) > minima[1]:
        return CLEAR
    fuzz = a.record["fuzz"] + b.record["fuzz"]
    tau, most = minima[2] + late, minima[1] + thick
    within = limits(a, b, minima[0])
    place = _meeting_within(a, b, within, tau, most + fuzz if proof else math.inf)
    if place == CLEAR or (proof and fuzz == 0):
        return place
    if known and _meeting_within(a, b, within, tau, most - fuzz) == HIT:
        return HIT
    return OPEN_HEIGHT | (place & OPEN_PLACE)


def _meeting_within(a: Part, b: Part, within: Limits, tau: float, most: float) -> int:
    """Be sure both ways, as ``_passed``."""
    found = _meeting(a, b, within, tau, most, wide=1)
    if found != HIT or a.space != GLOBE:
        return found
    return HIT if _meeting(a, b, within, tau, most, wide=-1) == HIT else OPEN_PLACE


def _meeting(a: Part, b: Part, within: Limits, tau: float, most: float, *, wide: int) -> int:
    least = nearest_meeting(a, b, tau, most, wide) if most >= 0 else None
    if least is None or least > within.none:
        return CLEAR
    if least <= within.hit:
        return HIT
    flat, far = from_above(np.vstack((a.lines[0], b.lines[0])))
    one, other = replace(a, lines=(flat[:2],)), replace(b, lines=(flat[2:],))
    above = nearest_meeting(one, other, tau, most, wide)
    return OPEN_PLACE if above is None else _settled(within, above, far)


def nearest_meeting(a: Part, b: Part, tau: float, most: float, wide: int = 1) -> float | None:
    """Give the least distance of two legs at moments within tau and heights within ``most``.

    Limits are widened by what rounding loses or, where ``wide`` is -1, narrowed.

    Of a convex quadratic over a convex polygon: all places where it may be least are listed (a
    minimum inside, one on the line of a limit, every crossing of two), those within all limits
    kept. None if no two moments are.
    """
    x, y = a.record, b.record
    rows = [(0.0, 1.0, 0.0), (1.0, -1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, -1.0)]
    for name, limit in (("t", tau), ("z", most)):
        if math.isinf(limit):
            continue
        p0, p1, q0, q1 = x[f"{name}0"], x[f"{name}1"], y[f"{name}0"], y[f"{name}1"]
        edge = wide if p0 != p1 or q0 != q1 else max(wide, 0)
        limit += edge * _ROUNDING * (abs(p0) + abs(p1) + abs(q0) + abs(q1) + abs(limit))
        size = max(abs(p1 - p0), abs(q1 - q0), limit, 1e-300)
        rows.append(((limit - p0 + q0) / size, (p0 - p1) / size, (q1 - q0) / size))
        rows.append(((limit + p0 - q0) / size, (p1 - p0) / size, (q0 - q1) / size))
    u, v = a.lines[0][1] - a.lines[0][0], b.lines[0][1] - b.lines[0][0]
    apart = a.lines[0][0] - b.lines[0][0]
    both = np.column_stack((u, -v))
    places = [np.linalg.lstsq(both, -apart, rcond=None)[0]]
    for c, cu, cv in rows:
        along = np.array([-cv, cu])
        square = cu * cu + cv * cv
        if square == 0:
            continue
        start = np.array([-c * cu, -c * cv]) / square
        way, from_there = both @ along, apart + both @ start
        share = -(way @ from_there) / (way @ way) if way @ way > 0 else 0.0
        places.append(start + share * along)
    for (c, cu, cv), (d, du, dv) in combinations(rows, 2):
        determinant = cu * dv - cv * du
        if abs(determinant) > 1e-14:
            places.append(np.array([cv * d - dv * c, c * du - d * cu]) / determinant)
    limits_ = np.array(rows)
    tried = np.array(places)
    inside = (limits_[:, 0][:, None] + limits_[:, 1:] @ tried.T >= -1e-12).all(axis=0)
    if not inside.any():
        return None
    return float(np.linalg.norm(apart[:, None] + both @ tried[inside].T, axis=0).min())
