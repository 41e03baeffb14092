"""``head/1``: a signed head of some log of the channel, kept in the author's own log."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from parley.errors import BadValue
from parley.record.canonical import MAX_INTEGER
from parley.record.kind import Attests, Body, Kind

MAX_NOTE = 8_192

Origin = Annotated[
    str,
    StringConstraints(
        pattern=r"^(exercise\.invalid/)?[a-z0-9][a-z0-9.-]{0,62}/[0-9a-f]{64}/(main|urgent)$"
    ),
]


class Head(Body, Attests):
    """How far some log of the channel had grown, signed by its log key and by cosigners.

    Deadlines and "not receipted" follow from such records alone. The lines are judged by whoever
    reads them, with the charter's keys.
    """

    origin: Origin = Field(description="the log that the head is of")
    size: int = Field(ge=1, le=MAX_INTEGER, description="number of entries under the head")
    note: Annotated[str, StringConstraints(min_length=1, max_length=MAX_NOTE)] = Field(
        description=f"the signed note as text, at most {MAX_NOTE} bytes of UTF-8"
    )

    @model_validator(mode="after")
    def _note_is_of_this_log(self) -> Self:
        if len(self.note.encode()) > MAX_NOTE:
            raise BadValue(f"over {MAX_NOTE} bytes", where="note")
        if not self.note.startswith(f"{self.origin}\n{self.size}\n"):
            raise BadValue("the note does not begin with this origin and size", where="note")
        if "\n\n\u2014 " not in self.note or not self.note.endswith("\n"):
            raise BadValue("the note has no signature lines", where="note")
        return self

    def head(self) -> str:
        """Give the signed note."""
        return self.note


HEAD = Kind("head/1", Head, "Head of a log")
