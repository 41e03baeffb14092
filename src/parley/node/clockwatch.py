"""Whether our own clock can be believed: compared with the times in others' fresh cosignatures.

Two clocks are shown, never merged, and nobody's record is refused for its time. Only our own
publishing stops when our clock stands alone by a day: what we would log could not be undone.
"""

import threading
from collections.abc import Iterable

from parley.errors import ClockDoubt
from parley.values.instants import FIRST, LAST, Instant, format_instant


class ClockWatch:
    """The latest difference between each other holder's clock and ours, in milliseconds."""

    def __init__(self, limit_ms: int) -> None:
        self._limit = limit_ms
        self._lock = threading.Lock()
        self._heard: dict[str, tuple[int, Instant]] = {}

    def heard(self, holder: str, theirs: Instant, ours: Instant) -> None:
        """Note the time in a line that a holder has just signed, against our clock now."""
        with self._lock:
            self._heard[holder] = (theirs - ours, ours)

    def check(self, now: Instant, stored: Iterable[tuple[str, Instant]]) -> None:
        """Refuse to go on with a clock that more than half of the others contradict by the limit.

        ``stored``: holders with times at which they cosigned what is kept here: of each the latest
        says how far at least its clock is ahead. What it signed since the start says it better,
        unless our clock has gone back since. One holder alone among several silences nobody.
        """
        ahead: dict[str, int] = {}
        for holder, at in stored:
            ahead[holder] = max(ahead.get(holder, 0), at - now)
        with self._lock:
            fresh = {h: by for h, (by, ours) in self._heard.items() if ours <= now}
        ahead |= fresh
        off = sorted(h for h, by in ahead.items() if abs(by) >= self._limit)
        if len(off) * 2 > len(ahead):
            theirs = Instant(min(max(FIRST, now + ahead[off[0]]), LAST))
            raise ClockDoubt(
                f"our clock says {format_instant(now)}, the clock of {off[0]} "
                f"{format_instant(theirs)}, as its heads have it",
                where="clock",
                hint="set the clock of this machine; if theirs is wrong, raise clock_doubt_s",
            )
