"""``statement/1``: what a speaker said in public, when, where, through which outlet."""

from typing import Literal, Self

from pydantic import Field, model_validator

from parley.errors import BadValue
from parley.record.claims.statements import Stated
from parley.record.kind import (
    MOST_LISTED,
    ActorName,
    Body,
    Claims,
    Concerns,
    Kind,
    Line,
    PartyName,
    RecordName,
    Subject,
)
from parley.record.scope import LanguageTag
from parley.values.instants import Interval, StatedTime
from parley.values.texts import Text


class Statement(Body, Claims, Concerns):
    """A public statement as the author of the record reports it, word for word or in substance.

    What it is about stands in the references (``about``). Whoever gave the idea is kept apart from
    the speaker: a president may welcome what he calls another power's proposal. What somebody said
    in confidence is no statement: it belongs in a sealed or personal part.
    """

    speaker: Line = Field(description="who spoke, as published: a public office or its holder")
    role: Line | None = Field(None, description="in which office or function")
    on_behalf_of: ActorName | None = Field(None, description="for which party or actor")
    said_at: StatedTime | None = Field(None, description="when it was said, as stated")
    published_at: StatedTime | None = Field(None, description="when it was published, as stated")
    venue: Line | None = Field(None, description="where or on what occasion")
    outlet: Line | None = Field(None, description="through which outlet it is known")
    form: Literal["quote", "paraphrase"] = Field(description="their words, or the sense of them")
    text: Text = Field(description="the words, in the language given with them")
    language: LanguageTag | None = Field(None, description="language in which it was said")
    translated_by: Line | None = Field(None, description="who translated it, if anybody")
    originator: ActorName | None = Field(
        None, description="whose idea or proposal it was, by the speaker's words"
    )
    provisions: tuple[PartyName, ...] = Field(
        (), max_length=MOST_LISTED, description="ids of the provisions it is about"
    )
    supersedes: tuple[RecordName, ...] = Field(
        (),
        max_length=MOST_LISTED,
        description="records of earlier statements that it takes the place of",
    )

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        said, published = self.said_at, self.published_at
        if said is None and published is None:
            raise BadValue("neither when it was said nor when published", where="said_at")
        if said is not None and published is not None and published.ms < said.ms:
            raise BadValue("published before it was said", where="published_at")
        return self

    def claims(self) -> tuple[Stated, ...]:
        """Claim that it was said."""
        return (
            Stated(
                self.speaker,
                self.role,
                self.on_behalf_of,
                None if self.said_at is None else self.said_at.at,
                None if self.published_at is None else self.published_at.at,
                self.venue,
                self.outlet,
                self.form,
                self.text,
                self.language,
                self.translated_by,
                self.originator,
                self.provisions,
                self.supersedes,
            ),
        )

    def subjects(self) -> tuple[Subject, ...]:
        """Mention the time at which it was said."""
        (stated,) = self.claims()
        return (Subject("mentioned", during=Interval(stated.at, stated.at)),)


STATEMENT = Kind("statement/1", Statement, "Public statement")
