"""``posture/1``: forces announced to come in, go out or stay, and who looked whether they did."""

from typing import Literal

from pydantic import Field

from parley.record.claims.actors import Check, CheckResult, Forces, Moved
from parley.record.kind import MOST_LISTED, ActorName, AreaName, Body, Claims, Kind
from parley.values.instants import StatedTime
from parley.values.texts import Text


class Looked(Body):
    """Somebody looked whether it was so, by the author's account or its own."""

    by: ActorName = Field(description="who looked")
    result: CheckResult = Field(description="what was found")
    means: Literal["seen", "imagery", "inspection", "told", "published"] | None = Field(
        None, description="how"
    )
    time: StatedTime | None = Field(None, description="when, as stated")


class Posture(Body, Claims):
    """An announced change of forces, or that they stay.

    To check what another announced, log a record of your own that is ``about`` it, with what you
    found: it counts as your own word, and what its author says of you as hearsay. Only the area is
    stated, never where units stand.
    """

    actor: ActorName = Field(description="whose forces")
    forces: Forces = Field(description="of what sort")
    what: Text = Field(description="which, in the words used")
    number: int | None = Field(None, ge=0, le=1_000_000, description="how many, if stated")
    direction: Literal["in", "out", "stay"] = Field(description="which way")
    effective: StatedTime = Field(description="from when, as stated")
    area: AreaName | None = Field(None, description="where, by p-code where there is one")
    checks: tuple[Looked, ...] = Field(
        (), max_length=MOST_LISTED, description="who looked whether it was so"
    )

    def claims(self) -> tuple[Moved, ...]:
        """Give the move with the checks."""
        checks = tuple(
            Check(c.by, c.result, c.means, None if c.time is None else c.time.at)
            for c in self.checks
        )
        return (
            Moved(
                self.actor,
                self.forces,
                self.number,
                self.direction,
                self.effective.at,
                self.area,
                checks,
            ),
        )


POSTURE = Kind("posture/1", Posture, "Forces in or out")
