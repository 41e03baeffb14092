"""Whether our own logs may grow: after a start, only once somebody confirmed where they end.

A restored backup that signs on forks the log for ever (Scuttlebutt's lesson). So a log that was
here before this start is read-only until a counterpart or the mirror has answered about it; behind
what we signed, it stays read-only until it is refilled, or an operator overrides in a record.
"""

import threading

from parley.errors import ReadOnly
from parley.log.appender import Appender
from parley.log.store import Store


class OwnHeads:
    """What is known about the ends of our own logs since this start."""

    def __init__(self, store: Store, appender: Appender | None) -> None:
        self._store = store
        self._appender = appender
        self._lock = threading.Lock()
        # Logs found here at the start, about which nobody has answered yet.
        self._unconfirmed = {o for o in store.origins(own=True) if store.size(o) > 0}
        # Logs of which somebody has seen more than we hold: (size, who).
        self._longer: dict[str, tuple[int, str]] = {}

    def confirmed(self, origin: str) -> None:
        """Take note that a counterpart or mirror knows no more of a log than we hold."""
        with self._lock:
            self._unconfirmed.discard(origin)

    def longer(self, origin: str, size: int, holder: str) -> None:
        """Take note that somebody has seen a larger head of a log of ours."""
        with self._lock:
            self._longer[origin] = (size, holder)

    def overridden(self, origin: str) -> None:
        """Take the operator's word that the log is to go on as it is."""
        with self._lock:
            self._unconfirmed.discard(origin)
            self._longer.pop(origin, None)

    def why_read_only(self, origin: str) -> str:
        """Say why a log of ours may not grow now; nothing when it may."""
        behind = self._appender.behind(origin) if self._appender else None
        held = self._store.size(origin)
        if behind is not None:
            return f"{behind.size} entries were signed, {held} are held"
        with self._lock:
            size, holder = self._longer.get(origin, (0, ""))
            if size > held:
                return f"{holder} has seen {size} entries, {held} are held"
            self._longer.pop(origin, None)
            if origin in self._unconfirmed:
                return "nobody has confirmed its end since this start"
        return ""

    def check(self, origin: str) -> None:
        """Refuse to append to a log that may not grow."""
        why = self.why_read_only(origin)
        if why:
            raise ReadOnly(
                f"read-only: {why}",
                where=origin,
                hint="reach a counterpart or the mirror, or override in a signed record",
            )
