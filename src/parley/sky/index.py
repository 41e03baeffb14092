"""All conflicts among many subjects at once, and how many pairs of them are compared at all."""

from collections import Counter
from collections.abc import Callable, Iterable

from parley.sky.encounters import Encounter, Subject
from parley.sky.heights import EARTH, Relief
from parley.sky.plans import Plan
from parley.sky.traffic import Sky

__all__ = ["Sky", "conflicts", "pairs_compared"]


def conflicts(
    subjects: Iterable[Subject | Plan],
    *,
    within_party: bool = False,
    relief: Relief = EARTH,
    progress: Callable[[int, int], None] | None = None,
) -> list[Encounter]:
    """Give the encounters among subjects, sorted by the names of the two.

    Of subjects of one name the last counts. ``relief`` bounds the ground. ``progress`` is told how
    many entries (volumes, pieces of trajectories) are done, of how many. ``Sky.conflicts`` gives
    the same as they are found, and holds none back.
    """
    sky = Sky(subjects, relief=relief)
    found = sky.conflicts(within_party=within_party, progress=progress)
    return sorted(found, key=lambda e: (e.a, e.b))


def pairs_compared(subjects: Iterable[Subject | Plan], *, within_party: bool = False) -> int:
    """Count the pairs of subjects that are held to any minima at all; see ``held_to``."""
    listed = tuple(subjects)
    of_party = Counter(s.party for s in listed if s.role == "activity")
    every = of_party.total()
    pairs = every * (every - 1) // 2
    if not within_party:
        pairs -= sum(count * (count - 1) // 2 for count in of_party.values())
    for zone in (s for s in listed if s.role == "zone"):
        bound = of_party.keys() - {zone.party} if zone.affects is None else {*zone.affects}
        pairs += sum(of_party[party] for party in bound)
    return pairs
