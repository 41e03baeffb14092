"""``retraction/1``: a side takes back what it said; what it said stays in its log."""

from pydantic import Field

from parley.record.kind import Body, Kind, Line
from parley.values.texts import Text


class Retraction(Body):
    """The records named by ``withdraws`` no longer hold, from this record on."""

    reason: Text = Field(description="why")
    officer: Line | None = Field(None, description="post that withdraws")


RETRACTION = Kind("retraction/1", Retraction, "Retraction", needs_ref=("withdraws",))
