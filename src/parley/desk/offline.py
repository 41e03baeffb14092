"""A node's folder opened by a command while no node runs there: its API, in this process.

The same code answers as over loopback; no socket is opened and nothing goes to the peers.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from parley.desk.access import FILE, TOKEN_BYTES, Access
from parley.desk.api import create_api
from parley.desk.client import Client, running
from parley.node.entropy import SystemEntropy
from parley.node.runtime import Node


class InProcess(httpx.BaseTransport):
    """Calls an ASGI application of this process; no socket is opened."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Run one request to its end."""
        return asyncio.run(self._handle(request))

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        whole = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        answer = await self._inner.handle_async_request(whole)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


@contextmanager
def connected(folder: Path) -> Iterator[Client]:
    """Talk to the node that runs in ``folder``; if none does, open the folder itself.

    Only for what needs no line: reading, proofs, charters and carried files.
    """
    if (folder / FILE).exists():
        with running(folder) as client:
            if client.answers():  # the file outlives a node that was killed
                yield client
                return
    node = Node.open(folder)
    try:
        token = SystemEntropy().draw(TOKEN_BYTES).hex()
        access = Access("http://127.0.0.1:1", token)
        client = Client(access, InProcess(create_api(node, access)))
        yield client
        client.close()
    finally:
        node.close()
