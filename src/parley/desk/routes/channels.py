"""``/v1/channels``: the channels of this node, and how it comes into one."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.describe import Describer
from parley.desk.strict import RawBody, read_shape
from parley.errors import BadQuery
from parley.log.evidence_words import groups
from parley.node.runtime import Node
from parley.record.canonical import decode_lenient


class ResumeInput(BaseModel):
    """Why a node is to write on unconfirmed, in words."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: dict[str, str] = Field(description="a text with its language")


class ChannelPaths:
    """Channels: list, look at one, sign or accept a charter, see the forks."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._words = Describer(node)

    def listing(self) -> dict[str, Any]:
        """List the channels that this node is in."""
        return {"channels": [self._words.channel(c) for c in self._node.channels()]}

    def one(self, channel: str) -> dict[str, Any]:
        """Describe one channel."""
        return self._words.channel(self._node.channel(channel))

    def charter(self, channel: str) -> dict[str, Any]:
        """Give the charter of a channel."""
        name = self._node.channel(channel)
        station = self._node.stations[self._node.terms(name).status]
        body = next(c.charter.to_json() for c in station.channels.all() if c.id == name)
        return {"channel": name, "fingerprint": groups(name), "charter": body}

    def enter(self, data: RawBody) -> dict[str, Any]:
        """Sign a charter as one of its parties, or accept one to follow its logs."""
        value = decode_lenient(data, where="body")
        if not isinstance(value, dict) or set(value) != {"as", "charter"}:
            raise BadQuery("an object with `as` and `charter` is needed", where="body")
        how, charter = value["as"], value["charter"]
        if not isinstance(charter, dict):
            raise BadQuery("the body of a charter is needed", where="body.charter")
        if how == "sign":
            channel = self._node.sign_charter(charter)
        elif how == "accept":
            channel = self._node.accept_charter(charter)
        else:
            raise BadQuery("sign or accept", where="body.as")
        return self._words.channel(channel)

    def forks(self, channel: str) -> dict[str, Any]:
        """Give the proofs, if any, that the owner of a log signed two histories."""
        name = self._node.channel(channel)
        return {"channel": name, "forks": self._node.forks(name)}

    def resume(self, channel: str, data: RawBody) -> Any:
        """Write on although nobody confirmed where our logs end, by a record that says so."""
        wanted = read_shape(ResumeInput, data)
        return self._node.resume_unconfirmed(self._node.channel(channel), dict(wanted.reason))
