"""What the inbox, an answer and the offers of a conflict look like; see ``parley.desk.shapes``."""

from typing import Any, Literal

from pydantic import Field

from parley.desk.shapes import Published, Shape


class Reacted(Shape):
    """What somebody did about an item."""

    by: str
    reason: str = Field(description="why it was put aside; empty where it was only opened")
    at: str


class Says(Shape):
    """What an item says, as a code with values: a face words it in its own language."""

    code: str
    values: dict[str, Any]


class InboxItem(Shape):
    """One thing that waits at this desk."""

    id: str
    sort: Literal["notice", "answer", "conflict", "advisory", "delivery"]
    record: str | None
    number: str | None
    check: str | None
    kind: str | None
    title: str
    author: str | None
    urgent: bool = Field(description="it sounds until it is answered or put aside with a reason")
    why_urgent: Literal["priority", "lead_time"] | None
    due: str | None = Field(description="an answer is due then; of a conflict, when it begins")
    left_ms: int | None
    since: str | None
    state: Literal["waiting", "overdue", "answered", "dismissed"]
    readback_fields: list[str] = Field(description="what the notice states: place, from, until...")
    readback_asked: bool = Field(description="the charter asks to read back this kind")
    text: str
    says: Says
    own: dict[str, Any] | None
    other: dict[str, Any] | None
    phrase: dict[str, Any] | None = Field(description="the numbered phrase that it is, if it is")
    dismissed: Reacted | None
    opened: Reacted | None


class InboxShape(Shape):
    """What waits in a channel, the most pressing first."""

    channel: str
    now: str
    banner: str
    items: list[InboxItem]


class Answered(Published):
    """An answer that stands in our log, and how its read-back compares with the notice."""

    compared: dict[str, Any]


class Offers(Shape):
    """The ways out of a conflict: our plan's as versions to log, theirs as proposals to make."""

    conflict: str
    channel: str
    own: list[dict[str, Any]]
    other: list[dict[str, Any]]
