"""``passage/1``: how a party lets a site or a movement be, by its own word or the organiser's."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.relief import Let, Passed
from parley.record.coarse import check_texts
from parley.record.kind import Answers, Body, Claims, Kind, Line, PartyName, ReadBack
from parley.values.texts import Text


class Passage(Body, Answers, Claims):
    """What was, or will be, done about a movement or a site: facilitated, impeded, denied.

    The addressee says it with ``answers``: it has then answered the notice, for or against. Whoever
    organised the movement says of another, with ``about`` and ``of``, how it went; neither word
    outweighs the other, and what is ``of`` another answers for nobody.
    """

    outcome: Let = Field(description="facilitated, impeded, denied, or cancelled by whom it is of")
    of: PartyName | None = Field(None, description="whose doing it is; absent: the author's own")
    officer: Line = Field(description="post that says so")
    reason: Text | None = Field(None, description="why, unless it was facilitated")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.outcome != "facilitated" and self.reason is None:
            raise BadValue("whatever is not facilitated says why", where="reason")
        check_texts({"reason": self.reason})
        return self

    def stance(self) -> Literal["acknowledge", "object"]:
        """Acknowledge what is facilitated, object to the rest."""
        return "acknowledge" if self.outcome == "facilitated" else "object"

    def doing_of(self) -> str | None:
        """Name whose doing it is, if another's."""
        return self.of

    def read_back(self) -> ReadBack | None:
        """Give nothing: what was understood is read back by an answer."""
        return None

    def claims(self) -> tuple[Passed, ...]:
        """Give the word as the fold on relief reads it."""
        return (Passed(self.outcome, self.of),)


PASSAGE = Kind("passage/1", Passage, "Passage", needs_ref=("answers", "about"))
