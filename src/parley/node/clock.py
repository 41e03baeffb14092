"""What time it is: the only module that reads the machine's clocks."""

import threading
import time
from typing import Protocol

from parley.values.instants import Instant, instant


class Clock(Protocol):
    """The one clock of a node: it stamps records' ``issued`` and every cosignature."""

    def now(self) -> Instant:
        """Give the present instant in milliseconds UTC."""
        ...

    def elapsed(self) -> float:
        """Give seconds that only ever grow, for pauses and rate limits; no date."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> Instant:
        """Give the present instant in milliseconds UTC."""
        return instant(time.time_ns() // 1_000_000)

    def elapsed(self) -> float:
        """Give seconds that only ever grow."""
        return time.monotonic()


class ManualClock:
    """A clock that stands until it is moved or let run: for exercises, the demo and tests."""

    def __init__(self, at: Instant) -> None:
        self._lock = threading.Lock()
        self._at = instant(at)
        self._runs_from: float | None = None

    def now(self) -> Instant:
        """Give the instant the clock was set to, and what has passed since if it runs."""
        with self._lock:
            return self._now()

    def _now(self) -> Instant:
        if self._runs_from is None:
            return self._at
        return instant(self._at + int((time.monotonic() - self._runs_from) * 1000))

    def run(self) -> None:
        """Let it go on from where it stands, second by second, as when people take over a play."""
        with self._lock:
            self._at, self._runs_from = self._now(), time.monotonic()

    def elapsed(self) -> float:
        """Give real seconds: pauses between calls do not follow an exercise's day."""
        return time.monotonic()

    def set(self, at: Instant) -> None:
        """Set the clock, forwards or backwards."""
        with self._lock:
            self._at = instant(at)
            if self._runs_from is not None:
                self._runs_from = time.monotonic()

    def advance(self, ms: int) -> Instant:
        """Move the clock by ``ms`` milliseconds and give the new instant."""
        with self._lock:
            self._at = instant(self._at + ms)
            return self._now()
