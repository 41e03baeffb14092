"""Let nodes of one process exchange until nothing changes: for the demo, rehearsals and tests."""

from collections.abc import Sequence

from parley.errors import Unreachable
from parley.node.runtime import Node

MAX_ROUNDS = 50


def settle(nodes: Sequence[Node], *, max_rounds: int = MAX_ROUNDS) -> int:
    """Sync every node in turn until a whole turn stores nothing anywhere; give the turns taken.

    Peers that do not answer are left out, as on any other day.
    """
    for turn in range(1, max_rounds + 1):
        before = sum(node.changes for node in nodes)
        for node in nodes:
            node.sync()
        if sum(node.changes for node in nodes) == before:
            return turn
    raise Unreachable(f"the nodes still change after {max_rounds} turns")
