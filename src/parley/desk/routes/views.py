"""``/v1/channels/{channel}/views``: what follows from the logs, with its four arguments."""

import json
from typing import Annotated, Any

from fastapi import Query

from parley.desk.typed import time_typed
from parley.errors import BadQuery
from parley.node.runtime import Node


class ViewPaths:
    """Views of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def view(
        self,
        channel: str,
        name: str,
        upto: Annotated[
            list[str] | None,
            Query(description="a JSON object {origin: size}, or origin:size, repeated"),
        ] = None,
        at: Annotated[
            str | None, Query(description="RFC 3339 with its zone; now, if it is left out")
        ] = None,
    ) -> dict[str, Any]:
        """Compute a view of a channel up to given sizes, at an instant."""
        sizes = None if upto is None else sizes_of(upto)
        moment = None if at is None else time_typed(at, where="query.at")
        full = self._node.channel(channel)
        found: dict[str, Any] = self._node.view(full, name, upto=sizes, at=moment)
        muted: list[Any] = self._node.mutes_of(full, found) if name == "advisories" else []
        return {**found, "muted": [mute for mute in muted if mute["state"] == "muted"]}


def sizes_of(texts: list[str]) -> dict[str, int]:
    """Read sizes by origin from one JSON object, or from ``origin:size`` texts."""
    if len(texts) == 1 and texts[0].lstrip().startswith("{"):
        try:
            value = json.loads(texts[0])
        except (ValueError, RecursionError):
            raise BadQuery("no JSON object", where="query.upto") from None
        pairs = list(value.items())
    else:
        pairs = []
        for text in texts:
            origin, _, size = text.rpartition(":")
            pairs.append((origin, int(size) if size.isascii() and size.isdecimal() else size))
    sizes: dict[str, int] = {}
    for origin, size in pairs:
        if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 2**53:
            raise BadQuery(f"{size!r} is no size of a log", where="query.upto")
        if not origin or origin in sizes:
            raise BadQuery("each log is named once, as origin:size", where="query.upto")
        sizes[origin] = size
    return sizes
