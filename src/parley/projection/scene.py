"""A situation with the larger folds over it, each computed once, for the views and the rules."""

from functools import cached_property

from parley.projection.actors import Actors, actors_of
from parley.projection.air_picture import AirPicture
from parley.projection.allegations import Allegations
from parley.projection.casualty_register import CasualtyRegister
from parley.projection.control import Control
from parley.projection.deadlines import Deadlines
from parley.projection.fold import Opened
from parley.projection.incidents import Incidents
from parley.projection.ledger import Ledger
from parley.projection.notices import Notice, notices_of
from parley.projection.observations import Observations
from parley.projection.provisions import Provisions
from parley.projection.reconciliation import Reconciliation, reconciliation_of
from parley.projection.recorded import Recorded
from parley.projection.relief import Relief, relief_of
from parley.projection.situation import Situation
from parley.projection.standing import Standing
from parley.projection.tolls import Toll, tolls_of


class Scene:
    """Everything that rules and views look at; computed when it is first asked for."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation

    @cached_property
    def holding(self) -> tuple[Opened, ...]:
        """Every record that is about something, or ends, and is a latest word not yet over."""
        register = self.situation.register
        return tuple(
            opened
            for opened in self.situation.said.readable
            if (opened.facts.subjects or opened.facts.expires)
            and register.status(opened) in ("open", "conflicted")
        )

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """Every notice and its addressees."""
        return notices_of(self.situation)

    @cached_property
    def air(self) -> AirPicture:
        """Occupants and conflicts at the instant."""
        return AirPicture(self.situation)

    @cached_property
    def allegations(self) -> Allegations:
        """Allegations, how far each has come, and what each side found."""
        return Allegations(self.situation)

    @cached_property
    def ledger(self) -> Ledger:
        """Who takes part in which truce, and the state of each actor by day and author."""
        return Ledger(self.situation)

    @cached_property
    def control(self) -> Control:
        """Who is said to hold which area, or to be present in it."""
        return Control(self.situation)

    @cached_property
    def incidents(self) -> Incidents:
        """Accounts side by side, where signed claims put them."""
        return Incidents(self.situation)

    @cached_property
    def observations(self) -> Observations:
        """What monitors heard and saw, and where they could not look."""
        return Observations(self.situation)

    @cached_property
    def deadlines(self) -> Deadlines:
        """Demands, the steps that moved their deadlines, and their outcomes."""
        return Deadlines(self.situation)

    @cached_property
    def standing(self) -> Standing:
        """How the logs and the line stand."""
        return Standing(self.situation)

    @cached_property
    def relief(self) -> Relief:
        """Sites, movements, requests and deliveries, and each addressee's word on them."""
        return relief_of(self.situation, self.notices)

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Who joined, and which meetings were held."""
        return reconciliation_of(self.situation)

    @cached_property
    def casualties(self) -> CasualtyRegister:
        """People harmed, and how many at least and at most."""
        return CasualtyRegister(self.situation)

    @cached_property
    def tolls(self) -> tuple[Toll, ...]:
        """Published totals in the order of publication."""
        return tolls_of(self.situation)

    @cached_property
    def recorded(self) -> Recorded:
        """What the records of each author add up to."""
        return Recorded(self.situation, self.casualties, self.allegations)

    @cached_property
    def provisions(self) -> Provisions:
        """Provisions, what each requires, and how far each came."""
        return Provisions(self.situation)

    @cached_property
    def actors(self) -> Actors:
        """Who is who, by whose word."""
        return actors_of(self.situation)
