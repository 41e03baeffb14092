"""``incident/1``: a name for something that happened, to which accounts attach."""

from pydantic import Field

from parley.kinds.truce.event import Event
from parley.record.claims.allegations import Handle
from parley.record.kind import Claims, Concerns, Kind, Line, Subject
from parley.values.texts import Text


class Incident(Event, Concerns, Claims):
    """A handle with a rough place and time: accounts, observations, allegations are ``about`` it.

    It tells nothing of what happened, so it is no account. Where it refers to other records as
    ``same_event``, its author says that they tell of one event; to withdraw it unsays that.
    """

    title: Line = Field(description="what it is called, in words that lay it to nobody")
    note: Text | None = Field(None, description="why it was opened, or why these are one event")

    def subjects(self) -> tuple[Subject, ...]:
        """Mention the rough place and time; a handle is compared with no account."""
        return (Subject("mentioned", self.place, self.during()),)

    def claims(self) -> tuple[Handle, ...]:
        """Give the handle."""
        return (Handle(self.title, self.area, self.during(), self.place),)


INCIDENT = Kind("incident/1", Incident, "Incident that accounts attach to")
