"""Many conflicts explained by all cores: forked processes that see the same sky."""

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.pool import AsyncResult

from parley.sky import Encounter, Sky
from parley.sky.traffic import Unexplained

CHUNK = 200  # conflicts that a process explains at a time: some tenths of a second

# A forked process finds here what its parent left; as an argument, a sky would have to be copied.
_sky: Sky
_within_party: bool


def can_share() -> bool:
    """Tell whether processes here can see a sky that is already made, without a copy of it."""
    return "fork" in get_all_start_methods()


def explained(
    sky: Sky, found: Iterable[Unexplained], *, within_party: bool, processes: int
) -> Iterator[Encounter]:
    """Yield the encounters in the order of what was found.

    No thread may be running yet: a fork does not take it along. A few chunks are ahead at a time,
    so that memory stays bounded however many there are.
    """
    global _sky, _within_party
    _sky, _within_party = sky, within_party
    rest = iter(found)
    with get_context("fork").Pool(processes, _leave_interrupts_to_parent) as pool:
        ahead: deque[AsyncResult[list[Encounter]]] = deque()
        while chunk := list(islice(rest, CHUNK)):
            ahead.append(pool.apply_async(_explain, (chunk,)))
            if len(ahead) > 3 * processes:
                yield from ahead.popleft().get()
        while ahead:
            yield from ahead.popleft().get()


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _explain(chunk: list[Unexplained]) -> list[Encounter]:
    return _sky.explain(chunk, within_party=_within_party)
