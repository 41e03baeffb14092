"""``opening/1``: what a sealed part was, so that everybody can compare it with its old digest.

Sealing: docs/formats.md, section "Parts".
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from parley.record.canonical import MAX_INTEGER
from parley.record.kind import Body, Kind, Line, RecordName
from parley.values.texts import Text

Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Opening(Body):
    """The salt and true length of a sealed part of the record named by ``opens``.

    The content itself travels as a shared part of this record, under the same name.
    """

    part: RecordName = Field(description="digest of the sealed part, SHA-256 as hex")
    name: Line = Field(description="name of the shared part that holds the content")
    salt: Salt = Field(description="the 32 bytes hashed before the content, as hex")
    length: int = Field(ge=0, le=MAX_INTEGER, description="bytes of content before padding")
    reason: Text | None = Field(None, description="why it is opened now")


OPENING = Kind("opening/1", Opening, "Opening of a sealed part", needs_ref=("opens",))
