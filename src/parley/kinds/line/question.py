"""``question/1``: a question to the other side, which is owed an answer."""

from pydantic import Field

from parley.record.kind import Ask, Asks, Concerns, InstantMs, Kind, Line, PartyName, Subject
from parley.record.scope import Scope
from parley.values.instants import Instant
from parley.values.texts import Text


class Question(Scope, Asks, Concerns):
    """What one side wants to know, of whom and by when."""

    text: Text = Field(description="the question")
    asked_of: tuple[PartyName, ...] | None = Field(
        None, min_length=1, description="who is asked; absent: every other party"
    )
    answer_by: InstantMs | None = Field(
        None, description="answer asked for by, milliseconds UTC; absent: as the charter says"
    )
    officer: Line | None = Field(None, description="post that asks")

    def ask(self) -> Ask:
        """Ask for an answer: a question always does."""
        by = None if self.answer_by is None else Instant(self.answer_by)
        return Ask(self.asked_of, by)

    def subjects(self) -> tuple[Subject, ...]:
        """Give the place and window asked about, as mere mention."""
        return (self.subject("mentioned", self.asked_of or ()),)


QUESTION = Kind("question/1", Question, "Question")
