"""What drafts and templates look like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import Shape


class DraftShape(Shape):
    """A record that is not sent yet; ``authors``: everybody who wrote any of it."""

    id: int
    channel: str
    kind: str
    title: str
    body: dict[str, Any]
    priority: str
    refs: list[dict[str, str]]
    authors: list[str]
    version: int = Field(description="grows with every change; a release says which one it means")
    created: str
    changed: str
    persons_needed: int = Field(description="2: another person than its authors releases it")


class DraftList(Shape):
    """The drafts of a channel."""

    channel: str
    drafts: list[DraftShape]


class TemplateShape(Shape):
    """A body to begin from."""

    id: int
    name: str
    kind: str
    body: dict[str, Any]
    priority: str
    by: str
    created: str


class TemplateList(Shape):
    """The templates of this desk."""

    templates: list[TemplateShape]


class LastShape(Shape):
    """Our last record of a kind, to begin from."""

    kind: str
    body: dict[str, Any]
    priority: str
    record: str
    issued: str
