"""What was said in public: who spoke, for whom, and whose idea it was."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant
from parley.values.texts import Text


@dataclass(frozen=True, slots=True)
class Stated(Claim):
    """A public statement, as the author of the record reports it.

    At least one of ``said_at`` and ``published_at`` is given. ``replaces`` names records of earlier
    statements that this one takes the place of, whoever recorded those.
    """

    speaker: str
    role: str | None
    on_behalf_of: str | None
    said_at: Instant | None
    published_at: Instant | None
    venue: str | None
    outlet: str | None
    form: Literal["quote", "paraphrase"]
    text: Text
    language: str | None
    translated_by: str | None
    originator: str | None
    provisions: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    @property
    def at(self) -> Instant:
        """When it was said, or where nobody states that, when it was published."""
        return Instant(self.said_at if self.said_at is not None else self.published_at or 0)
