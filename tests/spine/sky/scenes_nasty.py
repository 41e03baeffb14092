"""Parts drawn to be awkward: slivers, stops, shared corners, windows and levels that just touch.

Everything about one place, which is often a pole, the antimeridian, or where an axis of the globe
leaves it. What one part states others state again, or a millimetre or a millisecond beside it.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.spine.sky.oracle import EARTH, Point, Shape
from tests.spine.sky.oracle_parts import E4M, Flight, Part, Volume
from tests.spine.sky.scenes import away, rounded
from tests.spine.sky.scenes_timed import FOOT, HOUR, MINUTE

PLACES: tuple[Point, ...] = (
    (180.0, 0.0), (-180.0, 10.0), (179.9999999, -70.0), (180.0, 89.5), (-179.9999999, -89.9),
    (0.0, 90.0), (37.0, 90.0), (-120.0, -90.0), (12.0, 89.9999), (77.0, 89.99),
    (0.0, 0.0), (90.0, 0.0), (-90.0, 0.0), (38.0, 34.5), (45.0, 45.0), (135.0, -35.2643897),
)  # fmt: skip
FASTEST = 1.0  # metres a millisecond
# The oracle takes what touches a limit to a thousandth of 0.1 mm for within: on a leg that climbs
# less than this, that is metres of way.
LEAST_CLIMB = 100 * FOOT
WIDEST_M = 9_000_000.0  # around a ring: the oracle winds around no wider one


@dataclass
class Nasty:
    """Draws parts, and remembers what they state."""

    random: Random
    centre: Point = (0.0, 0.0)
    size: float = 1.0
    points: list[Point] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        r = self.random
        lat = math.degrees(math.asin(r.uniform(-1, 1)))
        anywhere = rounded((r.uniform(-180, 180), lat))
        self.centre = r.choice(PLACES) if r.random() < 0.8 else anywhere
        most = r.choice((300.0, 20_000.0, 400_000.0, 3_000_000.0))
        self.size = math.exp(r.uniform(0.0, math.log(most)))
        self.points.append(self.centre)

    def part(self) -> Part:
        return self.volume() if self.random.random() < 0.55 else self.flight()

    def volume(self) -> Volume:
        r = self.random
        shape = self._shape()
        while shape.area and around(shape.lines[0]) > WIDEST_M:
            shape = self._shape()
        begin = self.time()
        end = begin + r.choice((0, 0, 1, MINUTE, HOUR, 10 * HOUR))
        low = self.height()
        high = max(low, self.height())
        draw = r.random()
        self.points += shape.lines[0]
        self.times += [begin, end]
        self.heights += [low, high]
        return Volume(
            shape,
            begin,
            None if r.random() < 0.05 else end,
            None if draw < 0.2 else low,
            None if draw > 0.8 else high,
            r.random() > 0.03,
        )

    def flight(self) -> Flight:
        r = self.random
        points, heading = [self._place()], r.uniform(0, 360)
        for _ in range(r.choice((0, 0, 1, 1, 2, 5, 14))):
            draw = r.random()
            if draw < 0.35:  # a stop, or where another was
                points.append(points[-1] if draw < 0.25 else r.choice(self.points))
                continue
            heading += r.choice((0.0, 180.0, r.gauss(0, 60)))
            points.append(away(points[-1], heading, self._way()))
        times = [self.time()]
        for a, b in pairwise(points):
            least = math.ceil(EARTH.Inverse(a[1], a[0], b[1], b[0])["s12"] / FASTEST)
            pause = r.choice((1, 2, 1000, MINUTE, 10 * MINUTE, HOUR))
            times.append(times[-1] + max(least, pause))
        heights = None if r.random() < 0.04 else self._climbed(len(points))
        self.points += points
        self.times += times
        self.heights += heights or ()
        wide = round(self.size * E4M) if self.size < 1e6 else 0
        return Flight(
            tuple(points),
            tuple(times),
            heights,
            r.choice((0, 0, 1, 50 * E4M, wide)),
            r.choice((0, 0, 1, 300 * FOOT)),
            r.choice((0, 0, 1, MINUTE)),
        )

    def time(self) -> int:
        r = self.random
        if self.times and r.random() < 0.5:
            return r.choice(self.times) + r.choice((0, 0, 1, -1))
        return r.randrange(-HOUR, HOUR, r.choice((1, MINUTE)))

    def height(self) -> int:
        r = self.random
        if self.heights and r.random() < 0.5:
            return r.choice(self.heights) + r.choice((0, 0, 1, -1))
        return r.randrange(0, 20_000, 500) * FOOT

    def _climbed(self, count: int) -> tuple[int, ...]:
        """Draw heights in a row: level, or so steep that a touch is a place, to millimetres."""
        found = [self.height()]
        while len(found) < count:
            height = self.height()
            found.append(found[-1] if abs(height - found[-1]) < LEAST_CLIMB else height)
        return tuple(found)

    def _way(self) -> float:
        r = self.random
        return r.choice((self.size, self.size, self.size * r.random(), 0.02, 1.0))

    def _place(self) -> Point:
        r = self.random
        if r.random() < 0.5:
            return r.choice(self.points)
        azimuth = r.choice((0.0, 90.0, 180.0, 270.0, r.uniform(0, 360)))
        return away(self.centre, azimuth, r.uniform(0, 2) * self.size)

    def _shape(self) -> Shape:
        r = self.random
        centre, size = self._place(), self.size * r.choice((1.0, 1.0, 0.1, 2.0))
        draw = r.random()
        if draw < 0.12:
            return Shape(((centre,),), r.choice((0.0, 1e-4, round(size, 4))))
        if draw < 0.4:
            return Shape((self._line(centre, size),), round(r.choice((0.0, 0.5, size / 50)), 4))
        ring = self._sliver(centre, size) if draw < 0.62 else self._star(centre, size)
        rings = [ring]
        if draw >= 0.62 and r.random() < 0.3:
            rings.append([away(centre, 120.0 * i, size * 0.1) for i in range(3)])
        return Shape(tuple((*each, each[0]) for each in rings), 0.0, area=True)

    def _line(self, start: Point, size: float) -> tuple[Point, ...]:
        r = self.random
        line, heading = [start], r.uniform(0, 360)
        for _ in range(r.choice((1, 1, 2, 3, 8))):
            draw = r.random()
            if draw < 0.2:  # nowhere, or back along itself
                line.append(line[-1] if draw < 0.12 else line[max(0, len(line) - 2)])
                continue
            heading += r.choice((0.0, 90.0, 180.0, 179.999, r.gauss(0, 60)))
            line.append(away(line[-1], heading, r.choice((size, size * r.random(), 0.02, 1.0))))
        return tuple(line)

    def _sliver(self, start: Point, size: float) -> list[Point]:
        r = self.random
        heading, wide = r.uniform(0, 360), r.choice((0.3, 1.0, 5.0, size / 100))
        end = away(start, heading, size)
        ring = [start, end, away(end, heading + 90, wide)]
        if r.random() < 0.5:
            ring.append(away(start, heading + 90, wide))
        return ring if r.random() < 0.5 else ring[::-1]

    def _star(self, centre: Point, size: float) -> list[Point]:
        r = self.random
        count, first, ragged = r.choice((3, 4, 6, 12)), r.uniform(0, 360), r.random() < 0.4
        ring = [
            away(
                centre,
                first + 360 * (i + (r.uniform(0, 0.7) if ragged else 0.0)) / count,
                size * (r.uniform(0.2, 1.0) if ragged else 1.0),
            )
            for i in range(count)
        ]
        return [r.choice(self.points) if r.random() < 0.1 else each for each in ring]


def around(ring: tuple[Point, ...]) -> float:
    return sum(EARTH.Inverse(a[1], a[0], b[1], b[0])["s12"] for a, b in pairwise(ring))
