"""One run of a web server on a socket that listens, in the thread that calls it."""

import asyncio
import socket

import uvicorn


def serve(server: uvicorn.Server, listening: socket.socket) -> None:
    """Serve until ``server.should_exit`` is set; then no connection of it is left."""
    asyncio.run(_served(server, listening))


async def _served(server: uvicorn.Server, listening: socket.socket) -> None:
    await server.serve(sockets=[listening])
    # Under TLS a caller may never say goodbye; its socket must not outlive the loop.
    for connection in list(server.server_state.connections):
        transport = getattr(connection, "transport", None)
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)
