"""The closest that two parts of subjects come, not yet rounded, and what makes one the worse."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from parley.sky.geodesy import Bools, Floats
from parley.sky.heights import Vertical
from parley.sky.pairing import MOST_MEASURED
from parley.sky.separation import Lateral, Meeting
from parley.values.lengths import E4M_PER_METRE


@dataclass(frozen=True, slots=True)
class Closest:
    """Where two parts are closest, laterally first, then in height, then in time.

    ``certain``: no unknown height could part them. ``depth_mm``, where a course is one of the two,
    is the lateral gap in mm, negative by how far both reach beyond each other; else 0. ``moments``
    (ms UTC) are the first and the second of the two times there. ``legs`` are the numbers of the
    legs of courses (None: a volume).
    """

    certain: bool
    place: Lateral
    height: Vertical
    when: Meeting
    depth_mm: int
    moments: tuple[int, int]
    legs: tuple[int | None, int | None] = (None, None)

    def rank(self) -> tuple[int, ...]:
        """Order by verdict, then by closeness, then by time and place; the least is the worst.

        Between volumes, a gap counts to 1 m and to 1 s.
        """
        vertical, time = self.height.at_least_e4m, self.when.gap_ms
        if self.legs == (None, None):
            vertical = rounded(vertical, E4M_PER_METRE) * E4M_PER_METRE
            time = rounded(time, 1000) * 1000
        return (
            0 if self.certain else 1,
            rounded(self.place.gap_e4m, E4M_PER_METRE),
            self.depth_mm,
            vertical,
            time,
            *self.moments,
            self.place.position.lat_e7,
            self.place.position.lon_e7,
        )

    def bound(self) -> tuple[int, ...]:
        """Give the part of the rank that ``Bounds`` bounds."""
        return self.rank()[2:7]

    def turned(self) -> "Closest":
        """Give the same with the two sides exchanged."""
        return Closest(
            self.certain,
            self.place,
            self.height,
            self.when,
            self.depth_mm,
            self.moments,
            (self.legs[1], self.legs[0]),
        )


def rounded(number: int, unit: int) -> int:
    """Divide to the nearest whole, halves upward."""
    return (2 * number + unit) // (2 * unit)


_FUZZ = 1e-3  # far more than the arithmetic loses, of a mm, a ms, a tenth of a mm
_MOST = 1000  # candidates turned into numbers of Python at a time


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Lower bounds on the ranks of candidates, shape (n, 5).

    They bound what a rank holds from ``depth_mm`` on: depth, gaps in height and in time, moments.
    """

    least: Floats

    @classmethod
    def of(
        cls, lateral_m: Floats, vertical: Floats, time: Floats, moments: tuple[Floats, Floats]
    ) -> "Bounds":
        """Take bounds on gaps (metres less the reach, 0.1 mm, ms) and on both moments (ms UTC)."""
        # Rounded as a rank is, so that what can only equal the worst is not met at all.
        columns = (lateral_m * 1000, vertical, time, *moments)
        return cls(np.rint(np.stack(columns, axis=1) - _FUZZ))

    def in_order(self, beyond: tuple[int, ...] | None) -> Iterator[tuple[int, list[float]]]:
        """Give the candidates that may be no better than ``beyond``, the worst bound first."""
        may = np.arange(len(self.least))
        if beyond is not None:
            may = may[_at_most(self.least, beyond)]
        may = may[np.lexsort(self.least[may].T[::-1])]
        for some in range(0, len(may), _MOST):
            chosen = may[some : some + _MOST]
            yield from zip(chosen.tolist(), self.least[chosen].tolist(), strict=True)


def _at_most(rows: Floats, limit: tuple[int, ...]) -> Bools:
    """Tell which rows come no later than a limit, compared number by number."""
    result = np.ones(len(rows), dtype=np.bool_)
    for column, number in zip(rows.T[::-1], reversed(limit), strict=True):
        result = (column < number) | ((column == number) & result)
    return result


@dataclass(slots=True)
class Work:
    """How many candidates may still be met; ``passed``: the first of those that were not."""

    left: int = MOST_MEASURED
    passed: int | None = field(default=None, init=False)


def worst(
    bounds: Bounds,
    meet: Callable[[int], Closest | None],
    found: Closest | None,
    *,
    hopeless: bool,
    work: Work,
) -> Closest | None:
    """Give the worst of some candidates and ``found``.

    Only those are met that may be worse than what is known; ``hopeless``: none can be certain.
    Where ``work`` runs out, the rest is not met.
    """
    settled = found is not None and (found.certain or hopeless)
    for k, least in bounds.in_order(found.bound() if found is not None and settled else None):
        if found is not None and (found.certain or hopeless) and tuple(least) > found.bound():
            break
        if not work.left:
            work.passed = k
            break
        work.left -= 1
        met = meet(k)
        if met is not None and (found is None or met.rank() < found.rank()):
            found = met
    return found
