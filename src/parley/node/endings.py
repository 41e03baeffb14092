"""What records of ours replace and withdraw: kept up to date, so that a long log is read once."""

import threading
from collections.abc import Iterable

from parley.node.reading import Reading


class Endings:
    """The words that our own logs take back; safe for threads.

    A record is withdrawn where one of its withdrawals holds: one that was not itself withdrawn.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lock = threading.Lock()
        self._followed: dict[str, int] = {}
        self._replaced: set[str] = set()
        self._withdrawals: dict[str, list[str]] = {}

    def follow(self, origins: Iterable[str]) -> None:
        """Take in what these logs of ours have gained."""
        with self._lock:
            for origin in origins:
                new = self._reading.after(origin, self._followed.get(origin, 0))
                for opened in new:
                    record = opened.record
                    if record is None or opened.unread is not None:
                        continue
                    self._replaced.update(record.refers("replaces"))
                    for target in record.refers("withdraws"):
                        self._withdrawals.setdefault(target, []).append(opened.name)
                self._followed[origin] = self._followed.get(origin, 0) + len(new)

    def replaced(self, name: str) -> bool:
        """Tell whether a record of ours replaces this one."""
        with self._lock:
            return name in self._replaced

    def withdrawn(self, name: str) -> bool:
        """Tell whether a withdrawal of this record holds.

        Names are hashes, so withdrawals form no circle; a long chain of them needs no deep stack.
        """
        known: dict[str, bool] = {}
        stack = [name]
        with self._lock:
            while stack:
                here = stack[-1]
                by = self._withdrawals.get(here, [])
                missing = [each for each in by if each not in known]
                if missing:
                    stack += missing
                    continue
                known[here] = any(not known[each] for each in by)
                stack.pop()
        return known[name]
