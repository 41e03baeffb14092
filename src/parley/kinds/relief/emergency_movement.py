"""``emergency_movement/1``: a movement at short notice, and why it cannot wait.

A kind of its own, because a charter gives each kind its lead time: 48 h and 24 h where the practice
of Yemen is followed (OCHA, humanitarian notification system there).
"""

from pydantic import Field

from parley.kinds.relief.movement import Movement
from parley.record.kind import Kind
from parley.values.texts import Text


class EmergencyMovement(Movement):
    """A movement that is announced later than others, with the reason."""

    emergency: Text = Field(description="why it cannot wait")

    def in_emergency(self) -> bool:
        """Tell that it is one."""
        return True


EMERGENCY_MOVEMENT = Kind(
    "emergency_movement/1", EmergencyMovement, "Humanitarian movement in an emergency"
)
