"""What the watch log looks like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import Published, Shape


class WatchLine(Shape):
    """One line: when, by whom at which post, what; ``about`` what it concerns, if stated."""

    number: int
    sort: str
    at: str
    dtg: str
    by: str
    post: str
    line: str
    about: dict[str, Any] | None


class WatchLines(Shape):
    """Lines of the watch log in their order."""

    lines: list[WatchLine]
    total: int
    after: int
    head: str | None = Field(description="the signed head over all lines; null: none yet")


class LineRecord(Shape):
    """A line that became a record."""

    line: WatchLine
    published: Published
