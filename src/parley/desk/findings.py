"""Conflicts and advisories as they appear: the difference between two looks at the views."""

from typing import cast

from parley.node.runtime import Node
from parley.record.canonical import Json, canonical, digest


class Findings:
    """What one listener has been told of; owned by its stream."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._told: dict[str, str] = {}

    def fresh(self) -> list[tuple[str, dict[str, Json]]]:
        """Give the findings that are new or changed since the last look, as (kind, finding)."""
        found = []
        seen: dict[str, str] = {}
        for channel in self._node.channels():
            for kind, item in self._standing(channel):
                mark = f"{channel} {kind} {item['id']}"
                seen[mark] = digest(canonical(item))
                if self._told.get(mark) != seen[mark]:
                    found.append((kind, {"channel": channel, **item}))
        self._told = seen
        return found

    def _standing(self, channel: str) -> list[tuple[str, dict[str, Json]]]:
        return [
            (kind, item)
            for kind, view, rows in _WATCHED
            for item in _rows(self._node.view(channel, view), rows)
        ]


_WATCHED = (("conflict", "air", "conflicts"), ("advisory", "advisories", "advisories"))


def _rows(view: dict[str, Json], name: str) -> list[dict[str, Json]]:
    data = cast("dict[str, Json]", view["data"])
    return cast("list[dict[str, Json]]", data[name])
