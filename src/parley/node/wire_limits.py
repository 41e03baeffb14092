"""How much one caller may ask, and a count of what was refused."""

import threading
from collections import Counter
from collections.abc import Mapping

from parley.errors import TooMuch
from parley.node.clock import Clock


class RateLimit:
    """A bucket for each caller that refills evenly and holds ten seconds' worth of calls."""

    def __init__(self, clock: Clock, calls_per_minute: int) -> None:
        self._clock = clock
        self._per_second = calls_per_minute / 60
        self._room = max(1.0, self._per_second * 10)
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> None:
        """Let one call of ``caller`` (a verified key: their number is bounded) pass, or refuse."""
        now = self._clock.elapsed()
        with self._lock:
            left, before = self._buckets.get(caller, (self._room, now))
            left = min(self._room, left + (now - before) * self._per_second)
            if left < 1:
                raise TooMuch("too many calls", hint="wait a few seconds")
            self._buckets[caller] = (left - 1, now)


class Refusals:
    """How often each refusal was given, by its code."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, code: str) -> None:
        """Count one refusal."""
        with self._lock:
            self._counts[code] += 1

    def counts(self) -> Mapping[str, int]:
        """Give the counts so far."""
        with self._lock:
            return dict(self._counts)
