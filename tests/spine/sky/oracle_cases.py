"""A case: two subjects and their minima; what the oracle demands of us, and where we fall short."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import NamedTuple

from parley.errors import BadShape
from parley.sky import Encounter, Limits, Subject, compare, subject_of
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D
from tests.spine.sky.oracle import Shape
from tests.spine.sky.oracle_gaps import Body, Bracket, Minima, bracket
from tests.spine.sky.oracle_parts import E4M, Flight, Part, Volume, body, cut, known, ours
from tests.spine.sky.scenes import START_MS

# A gap less than this above the minimum is a conflict too (the design of the sky).
NEAR_M = 1.0
# What our arithmetic may lose against the oracle's.
ARITHMETIC_M = 0.005
# A place is rounded to 1e-5 degree, up to 0.8 m; times to 1 s.
PLACE_M, SECOND_MS = 2.0, 1_000
# From when until when is told along chords.
CHORDS_M = 5.0
FREE = Minima(1e14, 1e14)
MOST_TURNS = 400

Sides = tuple[tuple[Part, ...], tuple[Part, ...]]


class Case(NamedTuple):
    """Two subjects of different parties, held to the same minima: 0.1 mm, 0.1 mm, ms."""

    a: tuple[Part, ...]
    b: tuple[Part, ...]
    lateral: int
    vertical: int
    time: int


class Seen(NamedTuple):
    """What the oracle says of a pair of parts: whether heights are known, and the gap."""

    i: int
    j: int
    certain: bool
    gap: Bracket


Pair = tuple[Subject, Subject]
Bodies = tuple[tuple[Body, ...], tuple[Body, ...]]


def bodies(a: tuple[Part, ...], b: tuple[Part, ...]) -> Bodies:
    return tuple(map(body, a)), tuple(map(body, b))


def seen(sides: Sides, made: Bodies, vertical: int, time: int) -> list[Seen]:
    """Measure every pair of parts that comes within the minima in height and time."""
    found = []
    for i, mine in enumerate(made[0]):
        for j, theirs in enumerate(made[1]):
            gap = bracket(mine, theirs, Minima(vertical, time))
            if gap is not None:
                found.append(Seen(i, j, known(sides[0][i]) and known(sides[1][j]), gap))
    return found


def subject(name: str, parts: tuple[Part, ...], limits: Limits) -> Subject:
    """Make a subject of ours; raises ``BadShape``."""
    stated = [ours(part) for part in parts]
    return subject_of(
        name * 64,
        name,
        "activity",
        [x for x in stated if isinstance(x, Volume4D)],
        limits,
        trajectories=[x for x in stated if isinstance(x, Trajectory)],
    )


def complaints(
    case: Case,
    made: Bodies | None = None,
    subjects: Pair | None = None,
    measured: list[Seen] | None = None,
) -> tuple[list[str], float]:
    """Say all that is wrong with our comparison of a case, and how far its gap strays (metres).

    Bodies, subjects and what was seen are made unless they are at hand.
    """
    sides = (case.a, case.b)
    made = made or bodies(*sides)
    limits = Limits(case.lateral, case.vertical, case.time)
    if subjects is None:
        subjects = subject("a", case.a, limits), subject("b", case.b, limits)
    one, other = (dataclasses.replace(s, minima=limits) for s in subjects)
    found, turned = compare(one, other), compare(other, one)
    said = [] if found == turned else [f"the order matters: {found} and {turned}"]
    if measured is None:
        measured = seen(sides, made, case.vertical, case.time)
    wrong, straying = judged(found, measured, case.lateral)
    said += wrong
    if found is not None and not said:
        said += unattained(found, case, made, measured)
    return said, straying


def demanded(measured: list[Seen], lateral: int) -> tuple[set[str | None], list[float]]:
    """Give the verdicts that the oracle allows, and the gaps other than 0 in metres."""
    limit = lateral / E4M + NEAR_M
    sure = {True: False, False: False}
    maybe = {True: False, False: False}
    for each in measured:
        sure[each.certain] |= each.gap.high + ARITHMETIC_M < limit
        maybe[each.certain] |= each.gap.low - ARITHMETIC_M < limit
    allowed: set[str | None] = set()
    if maybe[True]:
        allowed.add("CONFLICT")
    if not sure[True] and maybe[False]:
        allowed.add("POSSIBLE")
    if not sure[True] and not sure[False]:
        allowed.add(None)
    return allowed, [each.gap.high for each in measured if each.gap.high > 0]


def judged(found: Encounter | None, measured: list[Seen], lateral: int) -> tuple[list[str], float]:
    """Say what is wrong with the verdict and the gap told, and how far that strays, in metres."""
    allowed, _ = demanded(measured, lateral)
    verdict = None if found is None else found.verdict
    if verdict not in allowed:
        told = [(s.i, s.j, s.certain, s.gap.low, s.gap.high) for s in measured]
        return [f"{verdict} instead of {allowed}: limit {lateral / E4M} m, gaps {told}"], 0.0
    if found is None:
        return [], 0.0
    gaps = [s.gap for s in measured if s.certain == (verdict == "CONFLICT")]
    low, high = min(g.low for g in gaps), min(g.high for g in gaps)
    straying = max(0.0, low - found.lateral_m - 0.5, found.lateral_m - 0.5 - high)
    wrong = straying > ARITHMETIC_M
    return [f"lateral_m {found.lateral_m}, not {low} to {high}"] if wrong else [], straying


def unattained(found: Encounter, case: Case, made: Bodies, measured: list[Seen]) -> list[str]:
    """Say if what is told is not so of the parts it is told of.

    They are as close as told, in all three respects at once, on the legs and between the times that
    are told; the place lies in the middle of the gap.
    """
    i, j = (which.part for which in found.which)
    certain = found.verdict == "CONFLICT"
    if not any((s.i, s.j, s.certain) == (i, j, certain) for s in measured):
        return [f"{i} and {j} are not those that are close: {measured}"]
    parts, whole = (case.a[i], case.b[j]), (made[0][i], made[1][j])
    begin = found.begin - START_MS
    until = None if found.until is None else found.until - START_MS
    legs = [which.leg for which in found.which]
    if [leg is not None for leg in legs] != [isinstance(part, Flight) for part in parts]:
        return [f"legs {legs} of {parts}"]
    one, other = (
        _then(part, flown, leg, begin, until)
        for part, flown, leg in zip(parts, whole, legs, strict=True)
    )
    if one is None or other is None:
        return [f"from {begin} to {until} nothing flies legs {legs}"]
    # Rounded to the nearest metre and second.
    height = case.vertical if found.vertical_m is None else found.vertical_m * E4M + E4M // 2
    told = Minima(min(case.vertical, height), min(case.time, found.time_gap_s * 1000 + 500))
    gap = bracket(one, other, told)
    if gap is None or gap.low > found.lateral_m + 0.5 + 2 * ARITHMETIC_M:
        return [f"from {begin} to {until}, on legs {legs}, within {told}: {gap} apart"]
    lon, lat = found.position.lon_e7 / 1e7, found.position.lat_e7 / 1e7
    place = body(Volume(Shape((((lon, lat),),)), -(10**14), 10**14))
    ways = [bracket(mine, place, FREE) for mine in (one, other)]
    if not all(way is not None and way.low <= gap.high / 2 + PLACE_M for way in ways):
        return [f"at {lon}, {lat}, {i} and {j} are not: {ways}"]
    return _parted(parts, whole, begin, until, case)


def _then(part: Part, whole: Body, leg: int | None, begin: int, until: int | None) -> Body | None:
    """Give what is flown meanwhile on a leg, or all of what does not move."""
    if not isinstance(part, Flight) or leg is None or until is None:
        return whole
    first, last = part.times[leg], part.times[min(leg + 1, len(part.times) - 1)]
    return cut(part, whole, max(first, begin - SECOND_MS), min(last, until + SECOND_MS))


def _parted(
    parts: tuple[Part, Part], whole: tuple[Body, Body], begin: int, until: int | None, case: Case
) -> list[str]:
    """Say if what flies is not within the minima of a volume all the while it is said to be."""
    flights = [k for k in (0, 1) if isinstance(parts[k], Flight)]
    if len(flights) != 1 or until is None or until - begin < 2 * SECOND_MS:
        return []
    flight, mine, other = parts[flights[0]], whole[flights[0]], whole[1 - flights[0]]
    for moment in (begin + SECOND_MS, (begin + until) // 2, until - SECOND_MS):
        flown = cut(flight, mine, moment, moment) if isinstance(flight, Flight) else None
        gap = flown and bracket(flown, other, Minima(case.vertical, case.time))
        if gap is None or gap.low > case.lateral / E4M + NEAR_M + CHORDS_M:
            return [f"at {moment}, between {begin} and {until}, the flight is {gap} away"]
    return []


def shrunk(case: Case, wrong: Callable[[Case], bool]) -> Case:
    """Make a case smaller for as long as it stays wrong."""
    for _ in range(MOST_TURNS):
        smaller = next((c for c in _smaller(case) if c != case and _still(c, wrong)), None)
        if smaller is None:
            return case
        case = smaller
    return case


def _still(case: Case, wrong: Callable[[Case], bool]) -> bool:
    try:
        return wrong(case)
    except (BadShape, ValueError):
        return False  # no longer a shape at all


def _smaller(case: Case) -> Iterator[Case]:
    for parts in _fewer(case.a):
        yield case._replace(a=parts)
    for parts in _fewer(case.b):
        yield case._replace(b=parts)
    for step in (1_000 * E4M, E4M):
        yield case._replace(lateral=case.lateral // step * step)
        yield case._replace(vertical=case.vertical // step * step)
    for step in (60_000, 1_000):
        yield case._replace(time=case.time // step * step)


def _fewer(parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    for i, part in enumerate(parts):
        before, after = parts[:i], parts[i + 1 :]
        if len(parts) > 1:
            yield before + after
        for less in _simpler(part):
            yield (*before, less, *after)


def _simpler(part: Part) -> Iterator[Part]:
    yield from _with_fewer_points(part)
    if isinstance(part, Flight):
        yield part._replace(lateral=0)
        yield part._replace(vertical=0)
        yield part._replace(time=0)
        if part.heights is not None:
            yield part._replace(heights=(part.heights[0],) * len(part.heights))
            yield part._replace(heights=tuple(h // 3_048_000 * 3_048_000 for h in part.heights))
        yield part._replace(times=tuple(t // 60_000 * 60_000 for t in part.times))
    else:
        yield part._replace(low=None)
        yield part._replace(high=None)
        yield part._replace(begin=part.begin // 3_600_000 * 3_600_000)
        yield part._replace(
            shape=part.shape._replace(radius=float(part.shape.radius // 1000 * 1000))
        )
    for digits in (0, 1, 2, 3, 5):
        yield _with_places(part, digits)


def _with_fewer_points(part: Part) -> Iterator[Part]:
    if isinstance(part, Flight):
        for i in range(len(part.points)):
            if len(part.points) > 1:
                yield part._replace(
                    points=part.points[:i] + part.points[i + 1 :],
                    times=part.times[:i] + part.times[i + 1 :],
                    heights=part.heights and part.heights[:i] + part.heights[i + 1 :],
                )
        return
    lines, fewest = part.shape.lines, 4 if part.shape.area else 2
    for k, line in enumerate(lines):
        if k:
            yield part._replace(shape=part.shape._replace(lines=lines[:k] + lines[k + 1 :]))
        for i in range(len(line) - part.shape.area):
            if len(line) <= fewest:
                break
            less = line[:i] + line[i + 1 :]
            if part.shape.area:
                less = (*less[:-1], less[0])
            yield part._replace(
                shape=part.shape._replace(lines=(*lines[:k], less, *lines[k + 1 :]))
            )


def _with_places(part: Part, digits: int) -> Part:
    def at(p: tuple[float, float]) -> tuple[float, float]:
        return round(p[0], digits), round(p[1], digits)

    if isinstance(part, Flight):
        return part._replace(points=tuple(at(p) for p in part.points))
    lines = tuple(tuple(at(p) for p in line) for line in part.shape.lines)
    return part._replace(shape=part.shape._replace(lines=lines))
