"""``place/1``: a place proposed for the channel's agreed list, by names in several scripts."""

from pydantic import Field

from parley.record.kind import Ask, Asks, Body, Concerns, Governs, Kind, Subject
from parley.record.terms import KnownPlace
from parley.values.places import Place
from parley.values.texts import Text


class ProposedPlace(Body, Governs, Asks, Concerns):
    """A place and its names; it is agreed once every other party has acknowledged it."""

    names: tuple[Text, ...] = Field(min_length=1, description="names, in several scripts")
    place: Place = Field(description="position, with the tolerance as its precision")
    remarks: Text | None = Field(None, description="what tells it from places of like name")

    def places(self) -> tuple[KnownPlace, ...]:
        """Give the place proposed."""
        return (KnownPlace(self.names, self.place),)

    def ask(self) -> Ask:
        """Ask every other party: a place is agreed by answers."""
        return Ask()

    def subjects(self) -> tuple[Subject, ...]:
        """Give the place, as mere mention."""
        return (Subject("mentioned", self.place),)


PLACE = Kind("place/1", ProposedPlace, "Place for the agreed list")
