"""What a typed line is answered with; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.question_shapes import CheckAnswer
from parley.desk.shapes import Shape


class PlaceEcho(Shape):
    """A place in every form in which it is read aloud."""

    stated: str
    decimal: str
    dms: str
    mgrs: str
    precision_m: int


class TimeEcho(Shape):
    """An instant in UTC, as a date-time group, and on the wall clock of the charter's zone."""

    utc: str
    dtg: str
    local: str
    zone: str


class Echo(Shape):
    """Everything that was understood of a line."""

    place: PlaceEcho
    places: list[PlaceEcho]
    radius: dict[str, Any]
    lower: str
    upper: str
    begin: TimeEcho = Field(alias="from")
    until: TimeEcho
    lasts_ms: int
    starts_in_ms: int
    notes: list[dict[str, Any]]
    text: str


class QuickAnswer(Shape):
    """The notice that a line says, in full, and what it would meet; nothing is stored."""

    kind: str
    body: dict[str, Any]
    echo: Echo
    conflicts: CheckAnswer
    priority: str
