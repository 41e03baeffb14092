"""What a call card looks like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import Published, Shape


class ScriptItem(Shape):
    """One thing to read out and to tick, with its spelling in three languages."""

    field: str
    value: str
    spelled: dict[str, str]


class NoteShape(Shape):
    """Something said or heard: when it was said, and when it was typed."""

    field: str
    text: str
    lang: str
    said_at: str
    typed_at: str


class CardShape(Shape):
    """A call as it goes on; times in ms, what was on hold counts as neither wait nor talk."""

    id: int
    channel: str
    state: str = Field(description="open, finished or dropped")
    started: str
    to: str
    medium: str
    direction: str
    asked_for: str | None
    answered_by: str | None
    language: str | None
    frequency: str | None
    about: str | None
    by: str
    marks: list[dict[str, Any]]
    on_hold: bool
    wait_ms: int
    talk_ms: int | None
    hold_ms: int
    notes: list[NoteShape]
    ticks: dict[str, dict[str, Any]]
    script: list[ScriptItem]
    record: str | None


class CardList(Shape):
    """The calls of a channel that are not written up, or all of them."""

    channel: str
    calls: list[CardShape]
    posts: dict[str, list[dict[str, Any]]] = Field(description="by party, whom to ask for there")


class Finished(Shape):
    """A card that became a record."""

    card: CardShape
    published: Published
