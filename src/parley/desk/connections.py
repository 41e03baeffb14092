"""Connections of the desk's API within bounds: so many from one place, and none that only waits.

Uvicorn waits for a request's head, and for a caller to take its answer, as long as the caller
likes; some hundred callers who never finish would leave no place for anybody else (Slowloris). The
bounds of a body are in ``parley.desk.bounded``.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from parley.desk.bounded import PATIENCE_S
from parley.node.accounts.throttle import network_of

HEAD_S = 15.0
TAKE_S = 60.0
# A browser opens six, and a desk has several; an office behind one address has several desks.
MOST_FROM_ONE = 200
MOST = 1000
_LOOPBACK = frozenset({"127.0.0.0/8", "127.0.0.1/32", "::/64"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a head and a body may take to come, and an answer to be taken (s); how many connect.

    This machine's own programs are bounded by ``most`` alone.
    """

    head_s: float = HEAD_S
    body_s: float = PATIENCE_S
    take_s: float = TAKE_S
    most_from_one: int = MOST_FROM_ONE
    most: int = MOST
    held: Counter[str] = field(default_factory=Counter)


class BoundedConnection(H11Protocol):
    """One connection; ``bounds`` is set by ``bounded_by``."""

    bounds: Bounds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection in, or drop it where one place has too many."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._network = network_of(self.client[0] if self.client else "")
        self._head_timer: asyncio.TimerHandle | None = None
        self._take_timer: asyncio.TimerHandle | None = None
        self.bounds.held[self._network] += 1
        here = self._network in _LOOPBACK
        if not here and self.bounds.held[self._network] > self.bounds.most_from_one:
            self.transport.abort()
            return
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go."""
        self._stop_timer("_head_timer")
        self._stop_timer("_take_timer")
        self.bounds.held[self._network] -= 1
        if self.bounds.held[self._network] <= 0:
            del self.bounds.held[self._network]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in; while they are part of a head, its time runs."""
        super().data_received(data)
        self._watch_head()

    def on_response_complete(self) -> None:
        """Wait for the next request, for as long as uvicorn keeps an idle connection."""
        super().on_response_complete()
        self._watch_head()

    def pause_writing(self) -> None:
        """Wait for the caller to take what was sent, but not for ever."""
        super().pause_writing()
        self._stop_timer("_take_timer")
        self._take_timer = self.loop.call_later(self.bounds.take_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, now that the caller has taken what was sent."""
        self._stop_timer("_take_timer")
        super().resume_writing()

    def _watch_head(self) -> None:
        """Let the time of a head run from its first moment on, and end with its last byte."""
        if self.conn.their_state is not h11.IDLE:
            self._stop_timer("_head_timer")
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(self.bounds.head_s, self._too_late)

    def _too_late(self) -> None:
        self._head_timer = None
        self.transport.abort()  # also where it is closing, and its last answer is not taken

    def _stop_timer(self, name: str) -> None:
        timer: Any = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)


def bounded_by(bounds: Bounds) -> type[BoundedConnection]:
    """Give the protocol of connections within these bounds, all counted together."""
    return type("Bounded", (BoundedConnection,), {"bounds": bounds})
