"""``leaving/1``: an actor takes part in an arrangement no longer."""

from pydantic import Field

from parley.record.claims.participation import ActorType, Left
from parley.record.kind import ActorName, Body, Claims, Kind, PartyName
from parley.values.instants import StatedTime
from parley.values.texts import Text


class Leaving(Body, Claims):
    """A claim of its author that an actor withdrew; being excluded is a matter of ``referral/1``.

    It is ``about`` the terms or the joining. To take back a wrong joining, withdraw that record.
    """

    actor: ActorName = Field(description="handle of who leaves")
    actor_type: ActorType = Field(description="what sort of actor it is")
    time: StatedTime = Field(description="from when, as stated")
    told_to: PartyName | None = Field(None, description="guarantor that was told, if any")
    reason: Text | None = Field(None, description="the reason given, in the actor's words")

    def claims(self) -> tuple[Left, ...]:
        """Give the leaving as the ledger reads it."""
        return (Left(self.actor, self.actor_type, self.time.at, self.told_to),)


LEAVING = Kind("leaving/1", Leaving, "Leaving an arrangement", needs_ref=("about",))
