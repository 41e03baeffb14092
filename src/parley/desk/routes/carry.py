"""``/v1/.../carry``: exchange by file, through the same acceptance code as the line."""

from typing import Any

from fastapi import Response

from parley.desk.strict import RawBody
from parley.node.runtime import Node


class CarryPaths:
    """Bundles out and in."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def out(self, channel: str) -> Response:
        """Give everything this node holds of a channel as one tar."""
        data = self._node.carry_out(self._node.channel(channel))
        return Response(data, media_type="application/x-tar")

    def take(self, data: RawBody) -> dict[str, Any]:
        """Take a carried tar in; what it proves is stored, receipted and reported."""
        return {"taken": self._node.carry_in(data)}
