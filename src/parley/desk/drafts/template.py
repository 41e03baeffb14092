"""Bodies to begin from: templates that a desk keeps, and the last record of a kind, copied."""

from collections.abc import Mapping
from typing import Any

from parley.errors import NoRecord
from parley.node.desk_state.shelf import Paper
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.values.instants import format_instant

KEPT = "kept"


class Templates:
    """The templates of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def add(self, wanted: Mapping[str, Json], by: str) -> dict[str, Any]:
        """Keep a body under a name."""
        now = self._node.clock.now()
        shelf = self._node.desk_state.templates
        return _shown(shelf.add("", {**wanted, "by": by}, state=KEPT, at=now))

    def all(self) -> list[dict[str, Any]]:
        """List what is kept."""
        return [_shown(paper) for paper in self._node.desk_state.templates.all()]

    def drop(self, number: int) -> None:
        """Throw one away."""
        shelf = self._node.desk_state.templates
        shelf.get(number)
        shelf.drop(number)

    def last(self, channel: str, kind: str | None) -> dict[str, Any]:
        """Give our last record of a kind (None: of any that is planned) to begin from."""
        own = self._node.stations[self._node.terms(channel).status].identity.name
        ours = [
            opened
            for entries in self._node.opened(channel).values()
            for opened in entries
            if opened.unread is None and opened.party == own and _fits(opened, kind)
        ]
        if not ours:
            raise NoRecord("no record of ours to copy", where=kind or "activity/1")
        last = max(ours, key=lambda opened: (opened.said.issued, opened.origin, opened.index))
        said = last.said
        return {
            "kind": said.kind,
            "body": dict(said.body),
            "priority": said.priority,
            "record": last.name,
            "issued": format_instant(said.issued),
        }


def _fits(opened: Opened, kind: str | None) -> bool:
    if kind is not None:
        return opened.said.kind == kind
    return opened.facts.occupancy is not None


def _shown(paper: Paper) -> dict[str, Any]:
    return {
        "id": paper.number,
        "name": paper.data["name"],
        "kind": paper.data["kind"],
        "body": paper.data["body"],
        "priority": paper.data["priority"],
        "by": paper.data["by"],
        "created": format_instant(paper.created),
    }
