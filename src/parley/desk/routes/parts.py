"""Parts: what lies beside the log, as far as this node holds it; opened and erased by record."""

from typing import Annotated, Any, Literal

from fastapi import Path, Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.strict import RawBody, read_shape
from parley.errors import NotHere
from parley.node.runtime import Node
from parley.record.canonical import Json

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256, as in the record")]


class ErasureInput(BaseModel):
    """Who erases a personal part, and why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    by: str = Field(min_length=1, max_length=300, description="the post that erases it")
    ground: Literal["consent_withdrawn", "purpose_ended", "sent_in_error", "harm", "law"]


class OpeningInput(BaseModel):
    """Why a sealed part is opened, in words."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: dict[str, str] | None = Field(default=None, description="a text with its language")


class PartPaths:
    """The parts of one channel's records."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def content(self, channel: str, digest: Digest, hashed: bool = False) -> Response:
        """Give the content of a part; ``hashed``: with salt and padding, as its digest binds it."""
        for log in self._node.opened(self._node.channel(channel)).values():
            for opened in log:
                if opened.record and any(p.sha256 == digest for p in opened.record.parts):
                    data = self._node.part(digest, hashed=hashed)
                    return Response(data, media_type="application/octet-stream")
        raise NotHere("no record of this channel names this part", where=digest[:16])

    def erase(self, channel: str, ref: str, digest: Digest, data: RawBody) -> Any:
        """Erase a personal part of ours here, for good; the record that says so is logged."""
        wanted = read_shape(ErasureInput, data)
        return self._node.erase_personal(channel, ref, digest, by=wanted.by, ground=wanted.ground)

    def open(self, channel: str, ref: str, digest: Digest, data: RawBody) -> Any:
        """Open a sealed part of ours to the channel, for good, by a record of ours."""
        wanted = read_shape(OpeningInput, data)
        reason: Json = None if wanted.reason is None else dict(wanted.reason)
        return self._node.open_sealed(channel, ref, digest, reason=reason)
