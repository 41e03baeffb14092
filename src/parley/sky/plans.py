"""Plans as stated, laid out for the kernel by the hundred thousand without preparing each.

A ``Subject`` holds geometry made ready for the exact comparison, piece by piece; that takes longer
than all else. A ``Plan`` becomes one only when a comparison needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.errors import ParleyError
from parley.sky.encounters import Part, Role, Subject, subject_of
from parley.sky.heights import EARTH, Relief
from parley.sky.layout import Laid, Parties, laid
from parley.sky.outlines import Stated, shapes
from parley.sky.separation import Minima
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D


@dataclass(frozen=True)
class Plan:
    """What ``subject_of`` makes a subject of; the subject itself when it is first asked for."""

    name: str
    party: str
    role: Role
    volumes: tuple[Volume4D, ...]
    minima: Minima
    affects: tuple[str, ...] | None = None
    trajectories: tuple[Trajectory, ...] = ()

    @property
    def parts(self) -> tuple[Stated, ...]:
        """The volumes, then the trajectories."""
        return (*self.volumes, *self.trajectories)

    @cached_property
    def subject(self) -> Subject:
        """The plan made ready to be compared exactly; raises ``BadShape``."""
        return subject_of(
            self.name,
            self.party,
            self.role,
            self.volumes,
            self.minima,
            self.affects,
            trajectories=self.trajectories,
        )


def lay_out_plans(
    plans: Sequence[Plan],
    parties: Parties,
    *,
    owners: Sequence[int] | None = None,
    relief: Relief = EARTH,
) -> Laid:
    """Lay out plans, as ``lay_out`` does subjects; raises ``BadShape`` for what it refuses."""
    parts = [plan.parts for plan in plans]
    place = [(i, j) for i, each in enumerate(parts) for j in range(len(each))]

    def prepared(k: int) -> Part:
        i, j = place[k]
        return plans[i].subject.parts[j]

    made = shapes([part for each in parts for part in each], prepared)
    return laid(plans, parts, made, parties, owners=owners, relief=relief)


def comparable(plans: Sequence[Plan]) -> list[Plan]:
    """Give the plans that can be compared, in their order, without making each ready for it.

    Laying out many at once is what is fast. So whoever cannot be compared is looked for among ever
    fewer, by halves.
    """
    try:
        lay_out_plans(plans, Parties())
    except ParleyError:
        middle = len(plans) // 2
        return [*comparable(plans[:middle]), *comparable(plans[middle:])] if middle else []
    return list(plans)
