"""``provision/1``: something proposed or agreed, what it requires, and where each side stands."""

from collections import Counter
from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.politics import Provided, ProvisionStatus, SideStance, Stood
from parley.record.kind import MOST_LISTED, ActorName, Body, Claims, Kind, PartyName
from parley.values.texts import Text


class StanceOf(Body):
    """Where one side stands; of another side than the author it is only the author's claim."""

    side: ActorName = Field(description="whose stance: a party, a group")
    stance: SideStance = Field(description="supports, opposes, or reserves its position")


class Provision(Body, Claims):
    """A provision under an id that the whole channel uses and nobody ever uses for another.

    Each author who takes a stand logs its own record of that id, with the text as it reads it:
    where texts, requirements or stances differ, all are shown.
    """

    provision: PartyName = Field(description="id of the provision, never reused: elections-2017")
    text: Text = Field(description="what it provides")
    status: ProvisionStatus = Field(description="proposed, agreed or retired, by the author")
    requires: tuple[PartyName, ...] = Field(
        (), max_length=MOST_LISTED, description="ids of the provisions that have to be met first"
    )
    originator: ActorName | None = Field(
        None, description="whose proposal it is, by the author; may be neither author nor speaker"
    )
    stances: tuple[StanceOf, ...] = Field(
        (), max_length=MOST_LISTED, description="where each side stands, one each"
    )

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for where, named in (
            ("requires", self.requires),
            ("stances", tuple(each.side for each in self.stances)),
        ):
            twice = [name for name, times in Counter(named).items() if times > 1]
            if twice:
                raise BadValue(f"{twice[0]} is listed twice", where=where)
        return self

    def claims(self) -> tuple[Provided, ...]:
        """Claim the provision."""
        return (
            Provided(
                self.provision,
                self.text,
                self.status,
                self.requires,
                self.originator,
                tuple(Stood(each.side, each.stance) for each in self.stances),
            ),
        )


PROVISION = Kind("provision/1", Provision, "Provision of a settlement")
