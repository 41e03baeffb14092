"""Which subjects may meet, without comparing all pairs; and all conflicts among many.

A superset test on boxes of every volume (earth-centred space, height, time), as plain arrays; the
comparison itself decides.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from parley.sky.encounters import Encounter, Subject, compare_some, held_to
from parley.sky.heights import EARTH, UNBOUNDED, Relief, layer
from parley.sky.volumes import Prepared
from parley.values.lengths import E4M_PER_METRE

_NEVER_ENDS = 2**60
_SLACK_M = 2.0  # the metre that counts as within, and more than rounding ever costs


class Sky:
    """Many subjects, ready to be asked which of them one subject meets."""

    def __init__(self, subjects: Iterable[Subject], *, relief: Relief = EARTH) -> None:
        """Lay out the boxes of all volumes of ``subjects``."""
        self.subjects = tuple(subjects)
        self._relief = relief
        flat = [(s, v) for s, subject in enumerate(self.subjects) for v in subject.volumes]
        self._owner = np.array([s for s, _ in flat], dtype=np.intp)
        self._number = np.array(
            [i for subject in self.subjects for i in range(len(subject.volumes))], dtype=np.intp
        )
        boxes = [_box(volume, relief) for _, volume in flat]
        # Rows of numbers, each contiguous: 3 axes in metres, height in metres, time in ms.
        self._low = np.array([low for low, _ in boxes]).reshape(-1, 5).T.copy()
        self._high = np.array([high for _, high in boxes]).reshape(-1, 5).T.copy()
        largest = [
            (s.minima.lateral_e4m, s.minima.vertical_e4m, s.minima.time_ms) for s in self.subjects
        ]
        self._minima = np.array(largest or [(0, 0, 0)]).max(axis=0)

    def against(self, subject: Subject, *, within_party: bool = False) -> list[Encounter]:
        """Give the encounters of one subject with all others (not with one of its own name)."""
        found = self._meet(subject, 0, within_party=within_party)
        return sorted((e for e in found if e.a != e.b), key=lambda e: (e.a, e.b))

    def conflicts(
        self, *, within_party: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> list[Encounter]:
        """Give the encounters among all subjects, sorted by the names of the two."""
        found: list[Encounter] = []
        for i, subject in enumerate(self.subjects):
            found += self._meet(subject, i + 1, within_party=within_party)
            if progress is not None:
                progress(i + 1, len(self.subjects))
        return sorted(found, key=lambda e: (e.a, e.b))

    def _meet(self, subject: Subject, start: int, *, within_party: bool) -> Iterator[Encounter]:
        """Compare one subject with those from ``start`` on that may meet it."""
        for other, pairs in self._candidates(subject, start):
            encounter = compare_some(
                subject,
                self.subjects[other],
                iter(pairs),
                within_party=within_party,
                relief=self._relief,
            )
            if encounter is not None:
                yield encounter

    def _candidates(
        self, subject: Subject, start: int
    ) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Give the subjects from ``start`` on that may meet this one, and which volumes may."""
        first = int(np.searchsorted(self._owner, start))
        mine = (subject.minima.lateral_e4m, subject.minima.vertical_e4m, subject.minima.time_ms)
        lateral, vertical, time = np.maximum(self._minima, mine)
        grown = np.array(
            [lateral / E4M_PER_METRE + _SLACK_M] * 3 + [vertical / E4M_PER_METRE + 0.01, time]
        )
        together: dict[int, list[tuple[int, int]]] = {}
        for i, volume in enumerate(subject.volumes):
            low, high = _box(volume, self._relief)
            may = np.ones(len(self._owner) - first, dtype=np.bool_)
            for axis in range(5):
                may &= self._low[axis, first:] <= high[axis] + grown[axis]
                may &= self._high[axis, first:] >= low[axis] - grown[axis]
            for k in np.nonzero(may)[0] + first:
                together.setdefault(int(self._owner[k]), []).append((i, int(self._number[k])))
        yield from together.items()


def conflicts(
    subjects: Iterable[Subject],
    *,
    within_party: bool = False,
    relief: Relief = EARTH,
    progress: Callable[[int, int], None] | None = None,
) -> list[Encounter]:
    """Give the encounters among subjects, sorted by the names of the two.

    ``progress`` is told how many subjects of how many are done.
    """
    sky = Sky(subjects, relief=relief)
    return sky.conflicts(within_party=within_party, progress=progress)


def pairs_compared(subjects: Iterable[Subject], *, within_party: bool = False) -> int:
    """Count the pairs of subjects that are held to any minima at all."""
    listed = tuple(subjects)
    return sum(
        held_to(a, b, within_party=within_party) is not None
        for i, a in enumerate(listed)
        for b in listed[i + 1 :]
    )


def _box(volume: Prepared, relief: Relief) -> tuple[list[float], list[float]]:
    band, stated = layer(volume.stated, relief), volume.stated
    end = _NEVER_ENDS if stated.time_end is None else stated.time_end
    low = [*volume.box_low.tolist(), max(band.low, -UNBOUNDED) / E4M_PER_METRE, stated.time_start]
    high = [*volume.box_high.tolist(), band.high / E4M_PER_METRE, end]
    return low, high
