"""``/v1`` and ``/v1/kinds``: this node, and the kinds of record that it knows."""

from importlib.metadata import version
from typing import Any

from parley.desk.describe import Describer
from parley.desk.words import LEGAL, banner
from parley.node.runtime import Node
from parley.record.kind import (
    Answers,
    Asks,
    Concerns,
    Expires,
    Governs,
    Kind,
    Occupies,
)
from parley.values.instants import format_instant

_TRAITS = (Governs, Occupies, Asks, Concerns, Expires, Answers)


class NodePaths:
    """What the node says about itself."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._words = Describer(node)

    def state(self) -> dict[str, Any]:
        """Say who this node is and which channels it is in."""
        identity = self._node.identity
        return {
            "name": identity.name,
            "display": identity.display,
            "role": identity.role,
            "status": identity.status,
            "banner": banner(identity.status),
            "version": version("parley"),
            "now": format_instant(self._node.clock.now()),
            "read_only": self._node.why_read_only(),
            "audits": [look.to_json() for look in self._node.audits()],
            "asked": self._node.questions.tally().to_json(),
            "channels": [self._words.channel(c) for c in self._node.channels()],
            "legal": LEGAL,
        }

    def kinds(self) -> dict[str, Any]:
        """List the kinds of record that this node knows."""
        return {"kinds": [_kind(kind) for kind in self._node.kinds]}

    def schema(self, name: str, number: str) -> dict[str, Any]:
        """Give the JSON Schema (draft 2020-12) of one kind's body."""
        return self._node.kinds.asked(f"{name}/{number}").schema()


def _kind(kind: Kind) -> dict[str, Any]:
    purpose = (kind.body.__doc__ or "").partition("\n\n")[0]
    return {
        "kind": kind.name,
        "title": kind.title,
        "purpose": " ".join(purpose.split()),
        "traits": [t.__name__ for t in _TRAITS if issubclass(kind.body, t)],
        "agreed": kind.agreed,
        "needs_ref": list(kind.needs_ref),
    }
