"""What was asked of a browser and is waited for: each good once, for some minutes, in memory.

A restart forgets them; whoever was about to answer begins again.
"""

import threading
from typing import Generic, TypeVar

from parley.node.clock import Clock
from parley.values.instants import Instant

LIVES_MS = 5 * 60_000
# Strangers may ask for them: of more than this many, the oldest is forgotten.
MOST = 1000

_Held = TypeVar("_Held")


class Challenges(Generic[_Held]):
    """Keep what belongs to a challenge until it comes back; safe for threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[bytes, tuple[Instant, _Held]] = {}

    def put(self, challenge: bytes, held: _Held) -> None:
        """Keep one."""
        with self._lock:
            while len(self._held) >= MOST:
                del self._held[next(iter(self._held))]
            self._held[challenge] = (self._clock.now(), held)

    def take(self, challenge: bytes) -> _Held | None:
        """Give what belongs to a challenge, this once; None if it is not (or no longer) known."""
        with self._lock:
            found = self._held.pop(challenge, None)
        if found is None or not 0 <= self._clock.now() - found[0] < LIVES_MS:
            return None
        return found[1]
