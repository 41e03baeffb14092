"""``actor/1``: a handle for somebody on the scene, and what its author says it is to others."""

from typing import Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.actors import ActorSort, Named, Related, Relation
from parley.record.kind import MOST_LISTED, ActorName, Body, Claims, Kind, Line
from parley.record.scope import Window
from parley.values.texts import Text


class Tie(Body):
    """What the actor is to another, or, by its author, is not."""

    relation: Relation = Field(
        description="the actor backs the other, answers for it, is part of it, is allied with it"
    )
    other: ActorName = Field(description="handle of the other")
    holds: bool = Field(True, description="false: the author says that it is not so")
    during: Window | None = Field(None, description="since when, until when")
    known_by: Line | None = Field(None, description="how the author knows, or from whom")

    def related(self, actor: str) -> Related:
        """Give the tie as a claim."""
        during = None if self.during is None else self.during.interval()
        return Related(actor, self.relation, self.other, self.holds, during, self.known_by)


class Actor(Body, Claims):
    """Somebody whom records speak of: a handle, names in several scripts, ties to others.

    Every tie is a claim of the author; what others say of the same actor stands beside it, and
    none of it is merged. A person goes by the post held, never by name.
    """

    actor: ActorName = Field(description="the handle that the channel uses; a party's is its name")
    sort: ActorSort = Field(description="what it is, by the author")
    names: tuple[Text, ...] = Field(
        min_length=1, max_length=MOST_LISTED, description="names, in several scripts"
    )
    ties: tuple[Tie, ...] = Field(
        (), max_length=MOST_LISTED, description="what it is, or is not, to others"
    )
    remarks: Text | None = Field(None, description="what tells it from others of like name")

    @model_validator(mode="after")
    def _of_others(self) -> Self:
        said = set()
        for i, tie in enumerate(self.ties):
            if tie.other == self.actor:
                raise BadValue("an actor has ties to others", where=f"ties.{i}.other")
            key = (tie.relation, tie.other, tie.holds, tie.during)
            if key in said:
                raise BadValue("is said twice", where=f"ties.{i}.other")
            said.add(key)
        return self

    def claims(self) -> tuple[Named | Related, ...]:
        """Give the handle with its names, then each tie."""
        named = Named(self.actor, self.sort, self.names)
        return (named, *(tie.related(self.actor) for tie in self.ties))


ACTOR = Kind("actor/1", Actor, "Actor")
