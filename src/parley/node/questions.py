"""What was asked of this node about plans that nobody filed: how often, and no more than so often.

Whoever asks again and again where a plan would meet another can feel out what others have filed.
So the questions are counted, and the count is shown to the side whose node answers. The limits are
for the node's own sake: an answer costs work, and a question that waits costs memory.
"""

import threading
from dataclasses import dataclass

from parley.errors import TooMuch
from parley.node.clock import Clock
from parley.node.wire_limits import RateLimit
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant

MOST_WAITING = 64
"""Questions that are let in and not answered yet. Each may hold a body as large as any other."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions were answered and refused since an instant, and when the last was."""

    since: Instant
    last: Instant | None
    answered: int
    met: int
    offers: int
    refused: int

    def to_json(self) -> dict[str, Json]:
        """Write the tally."""
        return {
            "since": format_instant(self.since),
            "last": None if self.last is None else format_instant(self.last),
            "answered": self.answered,
            "met": self.met,
            "offers": self.offers,
            "refused": self.refused,
        }


class Questions:
    """The limits and the count; safe for threads."""

    def __init__(self, clock: Clock, per_minute: int, waiting: int = MOST_WAITING) -> None:
        self._clock = clock
        self._most = waiting
        self._waiting = 0
        self._limit = RateLimit(clock, per_minute)
        self._lock = threading.Lock()
        self._tally = Tally(clock.now(), None, 0, 0, 0, 0)

    def admit(self) -> None:
        """Let one question wait for its answer, until ``leave``; at once, or not at all.

        Raises ``TooMuch`` where as many wait as may, or beyond the limit by the minute, and counts
        that.
        """
        try:
            with self._lock:
                if self._waiting >= self._most:
                    raise TooMuch("too many questions wait", hint="ask again in a moment")
                self._limit.take("desk")
                self._waiting += 1
        except TooMuch:
            self._count(refused=1)
            raise

    def leave(self) -> None:
        """Have one question wait no more, whatever became of it."""
        with self._lock:
            self._waiting -= 1

    @property
    def waiting(self) -> int:
        """How many were let in and have not left."""
        with self._lock:
            return self._waiting

    def answered(self, *, met: int, offers: int = 0) -> None:
        """Count an answer: how many conflicts it named, how many offers it made."""
        self._count(answered=1, met=met, offers=offers)

    def tally(self) -> Tally:
        """Give the count so far."""
        with self._lock:
            return self._tally

    def _count(self, *, answered: int = 0, met: int = 0, offers: int = 0, refused: int = 0) -> None:
        with self._lock:
            was = self._tally
            self._tally = Tally(
                was.since,
                self._clock.now(),
                was.answered + answered,
                was.met + met,
                was.offers + offers,
                was.refused + refused,
            )
