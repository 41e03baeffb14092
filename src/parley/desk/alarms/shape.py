"""What the state of the alarms looks like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import Shape


class DeliveryShape(Shape):
    """One attempt to reach a post; ``says`` why it failed. No address is ever shown."""

    number: int
    channel: str
    item: str
    post: str
    attempt: int
    ok: bool
    says: str
    at: str


class AlarmsShape(Shape):
    """Who is called when nobody reacts, after how long in each channel, and the last attempts."""

    now: str
    configured: bool
    fault: str | None = Field(description="why the alarms cannot be looked after, if they cannot")
    posts: list[dict[str, Any]]
    channels: list[dict[str, Any]]
    deliveries: list[DeliveryShape]


class TrialResult(Shape):
    """What became of a trial to one address of a post."""

    post: str
    ok: bool
    says: str


class Trial(Shape):
    """What became of a trial of the alarm."""

    results: list[TrialResult]
