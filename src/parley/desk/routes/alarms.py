"""``/v1/alarms``: who is called when nobody reacts, and a trial of it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.alarms.escalation import Escalation
from parley.desk.strict import RawBody, read_shape
from parley.node.runtime import Node


class TrialInput(BaseModel):
    """Which post is tried; every one, if none is named."""

    model_config = ConfigDict(extra="forbid", strict=True)

    post: str | None = Field(None, max_length=100)


class AlarmPaths:
    """The alarms of this node."""

    def __init__(self, node: Node) -> None:
        self._escalation = Escalation(node)

    def state(self) -> dict[str, Any]:
        """Say who is called after how long, and what became of the last messages."""
        return self._escalation.to_json()

    def trial(self, data: RawBody) -> dict[str, Any]:
        """Send a trial message that says it is one; give what became of it at each address."""
        wanted = read_shape(TrialInput, data or b"{}")
        return {"results": self._escalation.trial(wanted.post)}
