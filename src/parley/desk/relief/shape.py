"""What a relief of the watch looks like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.calling.shape import CardShape
from parley.desk.drafts.shape import DraftShape
from parley.desk.inbox.shape import InboxItem
from parley.desk.shapes import Published, Shape
from parley.desk.watch_log.shape import WatchLine


class OpenChannel(Shape):
    """What is open in one channel, and our own roster that holds now."""

    channel: str
    status: str
    waiting: list[InboxItem]
    calls: list[CardShape]
    drafts: list[DraftShape]
    watch: dict[str, Any] | None


class OpenMatters(Shape):
    """What whoever takes over finds open."""

    now: str
    channels: list[OpenChannel]
    open: int
    log: dict[str, Any] = Field(description="how long the watch log is, and its signed head")


class RosterState(Shape):
    """The roster that a relief logged in a channel, or why it could not."""

    channel: str
    published: Published | None
    refusal: str | None


class Relieved(Shape):
    """A relief signed by both officers."""

    line: WatchLine
    rosters: list[RosterState]
    open: OpenMatters
