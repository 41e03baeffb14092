"""Many generated pairs, each compared by us and by the oracle; what disagrees is shrunk."""

import dataclasses
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations
from multiprocessing import get_context
from random import Random
from typing import NamedTuple

from parley.sky import Limits, Sky, Subject, compare
from tests.spine.sky.oracle_cases import (
    NEAR_M,
    Bodies,
    Case,
    Pair,
    Seen,
    complaints,
    demanded,
    judged,
    seen,
    shrunk,
    subject,
)
from tests.spine.sky.oracle_gaps import Body
from tests.spine.sky.oracle_parts import E4M, Flight, Part, body, plain, read
from tests.spine.sky.scenes_timed import FOOT, HOUR, MINUTE, draw_parts

SUBJECTS = 8
PER_SCENE = SUBJECTS * (SUBJECTS - 1) // 2
# How far a lateral minimum is drawn above the gap, in metres: the design decides at -1.
OFFSETS = (0.0, -0.5, -0.9, -0.99, -1.01, -1.1, 0.9, 2.0, -2.0, 10.0, -10.0)
FARTHEST_M = 400_000
# Minima in height and time for which most pairs are near enough.
WIDE = (60_000 * FOOT, 8 * HOUR)


@dataclasses.dataclass
class Tally:
    """What was compared and what came of it."""

    pairs: int = 0
    conflicts: int = 0
    possible: int = 0
    near: int = 0  # a gap within 2 m of the minimum, not 0
    edge: int = 0  # decided within 2 cm of where the design decides, 1 m above the minimum
    flown: int = 0  # with a flight on one side at least
    undecided: int = 0  # the oracle allows two verdicts
    straying_m: float = 0.0  # how far a gap told lies from the oracle's, more than its rounding
    kinds: Counter = dataclasses.field(default_factory=Counter)
    wrong: list[tuple[str, list[str]]] = dataclasses.field(default_factory=list)

    def add(self, other: "Tally") -> None:
        for field in dataclasses.fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            most = field.name == "straying_m"
            setattr(self, field.name, max(mine, theirs) if most else mine + theirs)


class Scene(NamedTuple):
    sides: list[tuple[Part, ...]]
    bodies: list[tuple[Body, ...]]
    ours: list[Subject]
    limits: Limits


def drawn(random: Random) -> Scene:
    """Draw subjects of one or two parts."""
    limits = Limits(
        random.choice((0, 100, 9_260, 50_000)) * E4M,
        random.choice((0, 1_000, 5_000, 40_000, 40_000)) * FOOT,
        random.choice((0, MINUTE, 5 * MINUTE, HOUR, 3 * HOUR)),
    )
    sides: list[tuple[Part, ...]] = []
    ours = []
    parts = draw_parts(random, 2 * SUBJECTS)
    for i in range(SUBJECTS):
        count = 2 if random.random() < 0.2 else 1
        # Volumes first, as a subject of ours has them.
        taken = tuple(sorted(parts[:count], key=lambda p: isinstance(p, Flight)))
        parts = parts[count:]
        sides.append(taken)
        ours.append(subject(f"{i:x}", taken, limits))
    return Scene(sides, [tuple(map(body, side)) for side in sides], ours, limits)


def occupied(made: Body) -> tuple[float, float, float, float]:
    """Give first and last time, lowest and highest height of a part, tolerances included."""
    return made.early.min(), made.late.max(), made.low.min(), made.high.max()


def minima_of(random: Random, scene: Scene, i: int, j: int) -> tuple[int, int]:
    """Draw minima in height and time: now and then just what lies between two, or a bit less."""
    vertical, time = scene.limits.vertical_e4m, scene.limits.time_ms
    a, b = occupied(scene.bodies[i][0]), occupied(scene.bodies[j][0])
    late, high = max(a[0] - b[1], b[0] - a[1]), max(a[2] - b[3], b[2] - a[3])
    draw = random.random()
    if 0 < late < 4 * HOUR and draw < 0.25:
        time = int(late) - (draw < 0.05)
    if 0 < high < 50_000 * FOOT and random.random() < 0.25:
        vertical = int(high) - random.choice((0, 0, 0, 1))
    return vertical, time


def examined(seed: int) -> Tally:
    """Compare all pairs of a scene, at minima near the gap and at the scene's own."""
    random = Random(seed)
    scene, tally = drawn(random), Tally()
    expected = {}
    for i, j in combinations(range(SUBJECTS), 2):
        vertical, time = minima_of(random, scene, i, j)
        sides = scene.sides[i], scene.sides[j]
        made = scene.bodies[i], scene.bodies[j]
        measured = seen(sides, made, vertical, time)
        if not measured and random.random() < 0.6:
            vertical, time = WIDE
            measured = seen(sides, made, vertical, time)
        lateral = lateral_of(random, scene, measured)
        case = Case(*sides, lateral, vertical, time)
        tally.add(weighed(case, made, (scene.ours[i], scene.ours[j]), measured))
        own = scene.limits.vertical_e4m, scene.limits.time_ms
        expected[i, j] = measured if own == (vertical, time) else seen(sides, made, *own)
    told = whole(scene, expected)
    if told:
        tally.wrong.append((f"scene {seed}", told))
    return tally


def lateral_of(random: Random, scene: Scene, measured: list[Seen]) -> int:
    """Draw a lateral minimum: mostly within metres of a gap."""
    gaps = [s.gap for s in measured if 0 < s.gap.low < FARTHEST_M]
    if not gaps or random.random() < 0.15:
        return scene.limits.lateral_e4m
    gap = random.choice(gaps)
    return max(0, round((gap.high + random.choice(OFFSETS)) * E4M))


def weighed(case: Case, made: Bodies, subjects: Pair, measured: list[Seen]) -> Tally:
    """Judge a case, count it, and shrink it if it is wrong."""
    allowed, gaps = demanded(measured, case.lateral)
    above = [gap - case.lateral / E4M for gap in gaps]
    said, straying = complaints(case, made, subjects, measured)
    tally = Tally(pairs=1, undecided=len(allowed) > 1, straying_m=straying)
    tally.near = any(abs(gap) <= 2.0 for gap in above)
    tally.edge = len(allowed) == 1 and any(abs(gap - NEAR_M) <= 0.02 for gap in above)
    tally.conflicts = allowed == {"CONFLICT"}
    tally.possible = allowed == {"POSSIBLE"}
    tally.flown = any(isinstance(part, Flight) for part in (*case.a, *case.b))
    if len(case.a) == len(case.b) == 1:
        tally.kinds[kind_of(case.a[0]), kind_of(case.b[0])] += 1
    if said:
        kept = shrunk(case, lambda c: bool(complaints(c)[0]))
        tally.wrong.append((text_of(kept), said + complaints(kept)[0]))
    return tally


def kind_of(part: Part) -> str:
    """Name what a part is, for counting."""
    if isinstance(part, Flight):
        still = len(set(part.points)) == 1
        return ("instant" if len(part.points) == 1 else "hover") if still else "flight"
    lines = part.shape.lines
    if part.shape.area:
        return "polygon with hole" if len(lines) > 1 else "polygon"
    if len(lines[0]) > 1:
        return "corridor"
    return "circle" if part.shape.radius else "point"


def whole(scene: Scene, expected: dict[tuple[int, int], list[Seen]]) -> list[str]:
    """Say where the encounters of all subjects at once are not those of all pairs."""
    said = []
    found = {(e.a, e.b): e for e in Sky(scene.ours).conflicts()}
    for (i, j), measured in expected.items():
        a, b = scene.ours[i], scene.ours[j]
        single = compare(a, b)
        if found.pop((a.name, b.name), None) != single:
            said.append(f"{i} and {j} differ among many")
        told = judged(single, measured, scene.limits.lateral_e4m)[0]
        said += [f"{i} and {j}: {x}" for x in told]
    return said + [f"unexpected {key}" for key in found]


def soaked(scenes: range, workers: int) -> Tally:
    """Examine scenes, some at a time in processes of their own."""
    tally = Tally()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for each in pool.map(examined, scenes, chunksize=8):
            tally.add(each)
    return tally


def text_of(case: Case) -> str:
    """Give a case as one line of JSON."""
    made = {**case._asdict(), "a": [plain(p) for p in case.a], "b": [plain(p) for p in case.b]}
    return json.dumps(made, separators=(",", ":"))


def case_of(text: str) -> Case:
    """Read what ``text_of`` gives."""
    made = json.loads(text)
    sides = {k: tuple(read(p) for p in made[k]) for k in ("a", "b")}
    return Case(**{**made, **sides})
