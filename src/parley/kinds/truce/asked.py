"""Of whom an answer is asked, and by when: shared by what asks for one under a truce."""

from pydantic import Field

from parley.record.kind import MOST_LISTED, Ask, Body, InstantMs, PartyName
from parley.values.instants import Instant


class Asked(Body):
    """Whom a record asks for an answer; the charter's deadline counts where it states none."""

    asked_of: tuple[PartyName, ...] | None = Field(
        None,
        min_length=1,
        max_length=MOST_LISTED,
        description="who is to answer; absent: every other party",
    )
    answer_by: InstantMs | None = Field(
        None, description="answer asked for by, milliseconds UTC; absent: as the charter says"
    )

    def asked(self) -> Ask:
        """Give whom it asks."""
        by = None if self.answer_by is None else Instant(self.answer_by)
        return Ask(self.asked_of, by)
