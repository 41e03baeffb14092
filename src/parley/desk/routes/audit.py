"""``/v1/audit``: who logged in, was refused, and asked for what; for administrators."""

from typing import Annotated, Any

from fastapi import Query

from parley.node.runtime import Node


class AuditPaths:
    """The audit trail, as it stands in its journal."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def listing(
        self,
        after: Annotated[int, Query(ge=0, le=2**53)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, Any]:
        """Give entries after a number, oldest first, and the signed head over all."""
        audit = self._node.accounts.audit
        found = audit.entries(after, limit)
        size, head = audit.size(), audit.head()
        return {
            "entries": [{"number": each.number, "data": dict(each.data)} for each in found],
            "size": size,
            "more": bool(found) and found[-1].number < size,
            "head": None if head is None else head.decode(),
            "key": audit.key,
        }
