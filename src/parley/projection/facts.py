"""What a body says to projections, asked once of its traits when it is read; frozen.

Every trait is called here and nowhere else, so a body whose traits cannot be called is unread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

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

_Wording = tuple[str, frozenset[str]]
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
    doing_of: str | None = None
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
        return manner in [subject.manner for subject in self.subjects]


NOTHING = Facts()


def facts_of(body: Body) -> Facts:
    """Ask a body for everything its traits give."""
    found = {name: ask(body) for name, ask in _questions(type(body))}
    return Facts(worded=_worded(body), **found)


_QUESTIONS: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (Governs, "terms", lambda body: body.terms()),
    (Governs, "key_changes", lambda body: tuple(body.key_changes())),
    (Governs, "places", lambda body: tuple(body.places())),
    (Occupies, "occupancy", lambda body: body.occupancy()),
    (Asks, "ask", lambda body: body.ask()),
    (Concerns, "subjects", lambda body: tuple(body.subjects())),
    (Expires, "expires", lambda body: True),
    (Expires, "expires_at", lambda body: body.expires_at()),
    (Expires, "owner", lambda body: body.owner()),
    (Answers, "stance", lambda body: body.stance()),
    (Answers, "doing_of", lambda body: body.doing_of()),
    (Answers, "read_back", lambda body: body.read_back()),
    (Attests, "head", lambda body: body.head()),
    (Tells, "call", lambda body: Call(body.asked_for(), body.reached(), tuple(body.told()))),
    (Connects, "line_state", lambda body: body.line_state()),
    (Watches, "watch", lambda body: body.watch()),
    (Translates, "translates", lambda body: body.into()),
    (Claims, "claims", lambda body: tuple(body.claims())),
)
"""Which trait each fact is asked of."""


@cache  # a kind has few traits, and a log many records of it
def _questions(sort: type[Body]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple((name, ask) for trait, name, ask in _QUESTIONS if issubclass(sort, trait))


def _worded(body: Body) -> tuple[_Wording, ...]:
    found = []
    for name, written in _fields_in_words(type(body)):
        value = getattr(body, name)
        if isinstance(value, Text):
            found.append(_wording(written, (value.lang,)))
        elif value and isinstance(value, tuple) and all(isinstance(text, Text) for text in value):
            found.append(_wording(written, tuple(text.lang for text in value)))
    return tuple(found)


@lru_cache(maxsize=4096)  # the same few fields in the same few languages: one copy serves
def _wording(written: str, languages: tuple[str, ...]) -> _Wording:
    return written, frozenset(languages)


@cache
def _fields_in_words(sort: type[Body]) -> tuple[tuple[str, str], ...]:
    """Give the fields that can hold words, by attribute and as written in the record."""
    return tuple(
        (name, field.alias or name)
        for name, field in sort.model_fields.items()
        if Text.__qualname__ in str(field.annotation)
    )
