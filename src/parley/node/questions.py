"""What was asked of this node about plans that nobody filed: how often, and no more than so often.

Whoever asks again and again where a plan would meet another can feel out what others have filed.
So the questions are limited, counted, and shown to the side whose node answers.
"""

import threading
from dataclasses import dataclass

from parley.errors import TooMuch
from parley.node.clock import Clock
from parley.node.wire_limits import RateLimit
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant


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
    """The limit and the count; safe for threads."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._limit = RateLimit(clock, per_minute)
        self._lock = threading.Lock()
        self._tally = Tally(clock.now(), None, 0, 0, 0, 0)

    def admit(self) -> None:
        """Let one question pass; raises ``TooMuch`` beyond the limit, and counts that."""
        try:
            self._limit.take("desk")
        except TooMuch:
            self._count(refused=1)
            raise

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
