"""``/v1/channels/{channel}/mutes``: advisories this desk has silenced, why and until when."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.strict import RawBody, read_shape
from parley.desk.typed import time_typed
from parley.node.runtime import Node


class MuteInput(BaseModel):
    """What is to be silent, why, and until when."""

    model_config = ConfigDict(extra="forbid", strict=True)

    advisory: str = Field(description="an advisory's id, or the cause of a group")
    reason: str = Field("", description="needed: why, on one line")
    until: str | None = Field(None, description="needed: RFC 3339 with its zone, 7 days at most")
    by: str | None = Field(None, description="person or post; the node's own party if left out")


class MutePaths:
    """The mutes of this desk in one channel; no other desk hears of them."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def listing(self, channel: str) -> dict[str, Any]:
        """List the mutes of a channel, with what became of each."""
        name = self._node.channel(channel)
        return {"channel": name, "mutes": self._node.mutes_of(name)}

    def mute(self, channel: str, data: RawBody) -> dict[str, Any]:
        """Silence an advisory, or all that one cause has now, with a reason until an instant."""
        wanted = read_shape(MuteInput, data)
        name = self._node.channel(channel)
        until = None if wanted.until is None else time_typed(wanted.until, where="until")
        self._node.mute(name, wanted.advisory, reason=wanted.reason, until=until, by=wanted.by)
        return self.listing(name)
