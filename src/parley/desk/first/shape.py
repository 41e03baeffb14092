"""What the first steps look like; see ``parley.desk.shapes``."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import PlainRow, Shape


class StepState(Shape):
    """One step, and when it was taken."""

    step: str
    done: str | None


class ClockShape(Shape):
    """One of the three clocks as it shows now."""

    name: str
    zone: str
    now: str


class PracticeShape(Shape):
    """The notice to practise with: made here, never logged or sent."""

    number: str
    check_code: str
    kind: str
    body: dict[str, Any]
    plain: list[PlainRow]
    readback_fields: list[str]


class FirstState(Shape):
    """How far somebody has come; ``outcome`` of the step that was just taken."""

    channel: str
    account: str
    run: int
    banner: str = Field(description="always that of an exercise")
    began: str
    now: str
    steps: list[StepState]
    finished: bool
    clocks: list[ClockShape]
    practice: PracticeShape
    outcome: dict[str, Any] | None
