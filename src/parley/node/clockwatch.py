"""Whether our own clock can be believed: compared with the times in others' fresh cosignatures.

Two clocks are shown, never merged, and nobody's record is refused for its time. Only our own
publishing stops when our clock stands alone by a day: what we would log could not be undone.
"""

import threading
from collections.abc import Iterable

from parley.errors import ClockDoubt
from parley.values.instants import Instant, format_instant


class ClockWatch:
    """The latest difference between each other holder's clock and ours, in milliseconds."""

    def __init__(self, limit_ms: int) -> None:
        self._limit = limit_ms
        self._lock = threading.Lock()
        self._ahead: dict[str, int] = {}

    def heard(self, holder: str, theirs: Instant, ours: Instant) -> None:
        """Note the time in a line that a holder has just signed, against our clock now."""
        with self._lock:
            self._ahead[holder] = theirs - ours

    def differences(self) -> dict[str, int]:
        """Give how far each holder's clock was ahead of ours when it was last heard, in ms."""
        with self._lock:
            return dict(self._ahead)

    def check(self, now: Instant, stored: Iterable[Instant]) -> None:
        """Refuse to go on with a clock that the others contradict.

        (1) ``stored``: no cosignature kept here is from more than the limit after now; (2) of the
        holders heard since the start, not more than half are off by the limit or more.
        """
        latest = max(stored, default=now)
        if latest - now >= self._limit:
            raise ClockDoubt(
                f"our clock says {format_instant(now)}, and a head was signed on "
                f"{format_instant(latest)}",
                where="clock",
                hint="set the clock of this machine",
            )
        heard = self.differences()
        off = {holder: ahead for holder, ahead in heard.items() if abs(ahead) >= self._limit}
        if len(off) * 2 > len(heard):
            holder = min(off)
            theirs = format_instant(Instant(max(0, now + off[holder])))
            raise ClockDoubt(
                f"our clock says {format_instant(now)}, the clock of {holder} about {theirs}",
                where="clock",
                hint="set the clock of this machine",
            )
