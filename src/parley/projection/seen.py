"""Which names a log has held so far: an immutable set that grows at little cost."""

from collections.abc import Set
from dataclasses import dataclass

LEAST_RECENT = 64


@dataclass(frozen=True, slots=True)
class Seen:
    """Names, most of them in one large set that is shared by those that came after it.

    Adding gives another ``Seen`` and leaves this one as it is. A log grows by one entry at a time,
    so copying all names each time would make the hundred-thousandth a hundred thousand times as
    dear as the first; here an addition costs about the square root of what is held.
    """

    settled: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        """Tell whether the name has been seen."""
        return name in self.recent or name in self.settled

    def __len__(self) -> int:
        """Count the names."""
        return len(self.settled) + len(self.recent)

    def with_names(self, names: Set[str]) -> "Seen":
        """Give the names seen with these added."""
        recent = self.recent | (names - self.settled)
        if len(recent) ** 2 <= max(len(self.settled), LEAST_RECENT**2):
            return Seen(self.settled, recent)
        return Seen(self.settled | recent)


NONE_SEEN = Seen()
