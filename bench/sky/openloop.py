"""A client that sends when it is time to send, whether or not the server has answered before.

Time counts from when a request was due, so a server that stalls is charged for everything that
had to wait, which a client that waits for its answers would hide.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from bench.sky.cases import Floats


@dataclass(frozen=True)
class Load:
    """What came back: seconds from due to answered, in order of the requests, and by status."""

    seconds: Floats
    statuses: dict[int, int]
    took: float

    @property
    def rate(self) -> float:
        """Give how many were answered a second."""
        return len(self.seconds) / self.took


@dataclass(frozen=True)
class Target:
    """A path of a server on this machine, and the headers that it wants."""

    host: str
    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()

    def request(self, body: bytes) -> bytes:
        """Give the bytes of one POST on a connection that stays open."""
        lines = [f"POST {self.path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body


class Line:
    """One connection, with one request at a time on it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a request, read the whole answer, give its status and its body."""
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *fields = head.split("\r\n")
        named = {n.lower(): v.strip() for n, _, v in (f.partition(":") for f in fields if f)}
        body = b""
        if "chunked" in named.get("transfer-encoding", ""):
            while size := int(await self.reader.readline(), 16):
                body += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readexactly(2)
        else:
            body = await self.reader.readexactly(int(named.get("content-length", "0")))
        return int(first.split()[1]), body


async def _loaded(target: Target, bodies: Sequence[bytes], lines: int, rate: float | None) -> Load:
    free: asyncio.Queue[Line] = asyncio.Queue()
    opened = []
    for _ in range(lines):
        line = Line(*await asyncio.open_connection(target.host, target.port))
        opened.append(line)
        free.put_nowait(line)
    seconds, statuses = np.empty(len(bodies)), np.zeros(len(bodies), np.int64)
    start = perf_counter()

    async def one(number: int, request: bytes, due: float, line: Line | None) -> None:
        line = line or await free.get()
        statuses[number], _ = await line.exchange(request)
        seconds[number] = perf_counter() - due
        free.put_nowait(line)

    async with asyncio.TaskGroup() as group:
        for number, body in enumerate(bodies):
            request = target.request(body)
            if rate is None:
                line = await free.get()
                group.create_task(one(number, request, perf_counter(), line))
                continue
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            group.create_task(one(number, request, due, None))
    took = perf_counter() - start
    for line in opened:
        line.writer.close()
        await line.writer.wait_closed()
    values, counts = np.unique(statuses, return_counts=True)
    return Load(seconds, dict(zip(values.tolist(), counts.tolist(), strict=True)), took)


async def _answered(target: Target, bodies: Sequence[bytes]) -> list[bytes]:
    line = Line(*await asyncio.open_connection(target.host, target.port))
    replies = [await line.exchange(target.request(body)) for body in bodies]
    line.writer.close()
    await line.writer.wait_closed()
    refused = [reply for status, reply in replies if status != 200]
    if refused:
        raise ConnectionError(refused[0].decode())
    return [reply for _, reply in replies]


def answered(target: Target, bodies: Sequence[bytes]) -> list[bytes]:
    """Send the bodies one after the other; give what comes back, if all is well."""
    return asyncio.run(_answered(target, bodies))


def offered(target: Target, bodies: Sequence[bytes], *, lines: int, rate: float) -> Load:
    """Send the bodies at a fixed rate a second, on as many connections as there are lines."""
    return asyncio.run(_loaded(target, bodies, lines, rate))


def saturated(target: Target, bodies: Sequence[bytes], *, lines: int) -> Load:
    """Send the bodies as fast as the connections are answered: ``rate`` is the throughput."""
    return asyncio.run(_loaded(target, bodies, lines, None))
