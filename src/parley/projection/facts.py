"""What a body says to projections, asked once of its traits when it is read; frozen.

Every trait is called here and nowhere else, so a body whose traits cannot be called is unread.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from parley.record.claims.claim import Claim
from parley.record.kind import (
    Answers,
    Ask,
    Asks,
    Attests,
    Body,
    Claims,
    Concerns,
    Connects,
    Expires,
    Governs,
    Occupancy,
    Occupies,
    ReadBack,
    Subject,
    Telling,
    Tells,
    Translates,
    Watch,
    Watches,
)
from parley.record.terms import KeyChange, KnownPlace, Terms
from parley.values.instants import Instant
from parley.values.texts import Text

Stance = Literal["acknowledge", "object", "propose"]


@dataclass(frozen=True, slots=True)
class Call:
    """Words spoken, or tried to be: who was called, whether anybody answered, who was told."""

    asked_for: tuple[str, ...]
    reached: bool
    told: tuple[Telling, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The traits of one body; None or empty where it does not have the trait.

    ``expires`` tells whether the body has the trait at all: then ``expires_at`` None means that
    nobody stated an end. ``worded``: each field that says something in words, and in which
    languages; that needs no trait, for every kind writes words as ``Text``. ``claims``: what the
    folds on the truce read.
    """

    terms: Terms | None = None
    key_changes: tuple[KeyChange, ...] = ()
    places: tuple[KnownPlace, ...] = ()
    occupancy: Occupancy | None = None
    ask: Ask | None = None
    subjects: tuple[Subject, ...] = ()
    expires: bool = False
    expires_at: Instant | None = None
    owner: str | None = None
    stance: Stance | None = None
    read_back: ReadBack | None = None
    head: str | None = None
    call: Call | None = None
    line_state: str | None = None
    watch: Watch | None = None
    translates: tuple[str, str | None] | None = None
    worded: tuple[tuple[str, frozenset[str]], ...] = ()
    claims: tuple[Claim, ...] = ()

    def says(self, manner: str) -> bool:
        """Tell whether the body is about something in this manner (see ``Subject``)."""
        return bool(self.subjects) and any(subject.manner == manner for subject in self.subjects)


NOTHING = Facts()


def facts_of(body: Body) -> Facts:
    """Ask a body for everything its traits give."""
    governs = body if isinstance(body, Governs) else None
    expires = body if isinstance(body, Expires) else None
    answers = body if isinstance(body, Answers) else None
    tells = body if isinstance(body, Tells) else None
    return Facts(
        terms=governs.terms() if governs else None,
        key_changes=tuple(governs.key_changes()) if governs else (),
        places=tuple(governs.places()) if governs else (),
        occupancy=body.occupancy() if isinstance(body, Occupies) else None,
        ask=body.ask() if isinstance(body, Asks) else None,
        subjects=tuple(body.subjects()) if isinstance(body, Concerns) else (),
        expires=expires is not None,
        expires_at=expires.expires_at() if expires else None,
        owner=expires.owner() if expires else None,
        stance=answers.stance() if answers else None,
        read_back=answers.read_back() if answers else None,
        head=body.head() if isinstance(body, Attests) else None,
        call=Call(tells.asked_for(), tells.reached(), tuple(tells.told())) if tells else None,
        line_state=body.line_state() if isinstance(body, Connects) else None,
        watch=body.watch() if isinstance(body, Watches) else None,
        translates=body.into() if isinstance(body, Translates) else None,
        worded=_worded(body),
        claims=tuple(body.claims()) if isinstance(body, Claims) else (),
    )


def _worded(body: Body) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for name, written in _fields_in_words(type(body)):
        value = getattr(body, name)
        texts = value if isinstance(value, tuple) else (value,)
        if texts and all(isinstance(text, Text) for text in texts):
            found.append((written, frozenset(text.lang for text in texts)))
    return tuple(found)


@cache
def _fields_in_words(sort: type[Body]) -> tuple[tuple[str, str], ...]:
    """Give the fields that can hold words, by attribute and as written in the record."""
    return tuple(
        (name, field.alias or name)
        for name, field in sort.model_fields.items()
        if Text.__qualname__ in str(field.annotation)
    )
