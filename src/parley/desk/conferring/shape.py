"""What the page of a conference and its text look like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import Published, Shape


class ConferencePage(Shape):
    """Minutes as they are written at this desk."""

    id: int
    channel: str
    state: str = Field(description="open or proposed")
    agenda: list[dict[str, str]]
    participants: list[dict[str, str]]
    medium: str
    languages: list[str]
    minutes: list[dict[str, str]]
    decisions: list[dict[str, str]]
    differences: list[dict[str, Any]]
    held_from: str
    held_to: str | None
    by: str
    record: str | None


class ConferenceText(Shape):
    """A text that parties sign; it stands once every one that took part and has a log did."""

    agreed: str = Field(description="the digest that names the text, whoever logs it")
    body: dict[str, Any]
    held_from: str
    held_to: str
    signed: list[dict[str, str]]
    needed: list[str]
    missing: list[str]
    without_log: list[str]
    stands: bool
    ours_to_sign: bool


class ConferenceList(Shape):
    """The pages being written in a channel, and the texts."""

    channel: str
    pages: list[ConferencePage]
    texts: list[ConferenceText]


class Proposed(Shape):
    """Minutes that are our record now."""

    page: ConferencePage
    published: Published
