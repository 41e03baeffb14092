"""``erasure/1``: a personal part is gone; its digest, and the fact that it was there, stay."""

from typing import Literal

from pydantic import Field

from parley.record.kind import Body, InstantMs, Kind, Line, RecordName
from parley.values.texts import Text


class Erasure(Body):
    """The author's node no longer holds a part of the record named by ``about``."""

    part: RecordName = Field(description="digest of the erased part, SHA-256 as hex")
    ground: Literal["consent_withdrawn", "purpose_ended", "sent_in_error", "harm", "law"] = Field(
        description="why it was erased"
    )
    reason: Text | None = Field(None, description="the ground in words")
    erased_by: Line = Field(description="post that erased it")
    erased_at: InstantMs = Field(description="when, milliseconds UTC")


ERASURE = Kind("erasure/1", Erasure, "Erasure of a personal part", needs_ref=("about",))
