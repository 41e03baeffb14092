"""``emergency_movement/1``: a movement at short notice, and why it cannot wait.

A kind of its own, because a charter gives each kind its lead time: 48 h and 24 h where the practice
of Yemen is followed (OCHA, humanitarian notification system there).
"""

from typing import Self

from pydantic import Field, model_validator

from parley.kinds.relief.movement import Movement
from parley.record.coarse import check_texts
from parley.record.kind import Kind
from parley.values.texts import Text


class EmergencyMovement(Movement):
    """A movement that is announced later than others, with the reason."""

    emergency: Text = Field(description="why it cannot wait")

    @model_validator(mode="after")
    def _reason_gives_nothing_away(self) -> Self:
        if not self.exact_is_public:
            check_texts({"emergency": self.emergency})
        return self

    def in_emergency(self) -> bool:
        """Tell that it is one."""
        return True


EMERGENCY_MOVEMENT = Kind(
    "emergency_movement/1", EmergencyMovement, "Humanitarian movement in an emergency"
)
