"""The body of a request within its bounds: so many bytes at most, and not slower than can be borne.

The server waits for a body as long as its sender likes; a few senders of one byte a minute would
hold all its connections (slow POST). What is too large or too slow is refused, and the connection
is closed behind the refusal.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from parley.errors import ParleyError, TooLarge, TooSlow

# Time that every body has, whatever its size, and the slowest pace beyond that.
PATIENCE_S = 30.0
BYTES_A_SECOND = 2_000

_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Bounded:
    """The body of one request, cut off with a refusal where it leaves its bounds.

    ``limit`` may be set as long as nothing was received.
    """

    def __init__(
        self, receive: _Receive, limit: int, elapsed: Callable[[], float], patience_s: float
    ) -> None:
        self._receive = receive
        self.limit = limit
        self._elapsed = elapsed
        self._patience_s = patience_s
        self._began = elapsed()
        self._taken = 0
        self._whole = False
        self._put_back: list[MutableMapping[str, Any]] = []
        self.refusal: ParleyError | None = None

    async def receive(self) -> MutableMapping[str, Any]:
        """Give the next piece; raises TooLarge or TooSlow, and remembers which."""
        if self._put_back:
            return self._put_back.pop(0)
        if self._whole:
            return await self._receive()  # only that it went away can be told any more
        allowed = self._patience_s + self._taken / BYTES_A_SECOND
        try:
            async with asyncio.timeout(self._began + allowed - self._elapsed()):
                message = await self._receive()
        except TimeoutError:
            self.refusal = TooSlow("the body does not come", where="body")
            raise self.refusal from None
        self._taken += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._taken > self.limit:
            self.refusal = too_large(self.limit)
            raise self.refusal
        return message

    async def read_ahead(self) -> bytes:
        """Read the whole body and leave it there for whoever receives it next."""
        pieces, kept = [], []
        while not self._whole:
            message = await self.receive()
            kept.append(message)
            pieces.append(message.get("body", b""))
        self._put_back += kept
        return b"".join(pieces)


def too_large(limit: int) -> TooLarge:
    """Give the refusal of a body over its limit, in bytes."""
    return TooLarge(f"this request has at most {limit} bytes", where="body")
