"""A situation with the larger folds over it, each computed once, for the views and the rules."""

from functools import cached_property

from parley.projection.air_picture import AirPicture, air_picture
from parley.projection.fold import Opened
from parley.projection.notices import Notice, notices_of
from parley.projection.situation import Situation
from parley.projection.standing import Standing


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
        return air_picture(self.situation)

    @cached_property
    def standing(self) -> Standing:
        """How the logs and the line stand."""
        return Standing(self.situation)
