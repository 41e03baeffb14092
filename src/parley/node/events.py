"""What happened on this node, in order, for those who wait: the desk's stream and the demo."""

import threading
from collections import deque
from dataclasses import dataclass, field

from parley.record.canonical import Json
from parley.values.instants import Instant

KEPT = 2000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened here; ``kind`` is one of a few stable words.

    ``record``: an entry was stored. ``head``: a log was signed, or seen, at a larger size.
    ``receipt``, ``witness``: a holder's line over a head came in.
    ``channel``: a channel became usable. ``fork``: two histories of one log were seen.
    ``audit``: a mirror does not show what it receipted, or does again.
    ``inbox``: an item was opened or put aside. ``alarm``: somebody was called, or not reached.
    ``peer``: a peer was lost or found again. ``state``: read-only, or writable again.
    """

    seq: int
    kind: str
    at: Instant
    channel: str
    data: dict[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Give the event as JSON."""
        return {
            "seq": self.seq,
            "kind": self.kind,
            "at": self.at,
            "channel": self.channel,
            "data": self.data,
        }


class EventHub:
    """A bounded list of the latest events, and a condition to wait for more."""

    def __init__(self, kept: int = KEPT) -> None:
        self._condition = threading.Condition()
        self._events: deque[Event] = deque(maxlen=kept)
        self._seq = 0
        self._closed = False

    @property
    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        with self._condition:
            return self._seq

    @property
    def closed(self) -> bool:
        """Whether nothing will happen any more."""
        with self._condition:
            return self._closed

    def tell(self, kind: str, at: Instant, channel: str, **data: Json) -> Event:
        """Add an event and wake everybody who waits."""
        with self._condition:
            self._seq += 1
            event = Event(self._seq, kind, at, channel, data)
            self._events.append(event)
            self._condition.notify_all()
            return event

    def wait(self, after: int, timeout: float) -> list[Event]:
        """Give the events after number ``after``; wait up to ``timeout`` seconds for the first.

        Events older than the bounded list are gone: the numbers then show a gap.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._seq > after or self._closed, timeout)
            new = min(max(0, self._seq - after), len(self._events))
            return [self._events[-n] for n in range(new, 0, -1)]

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
