"""``parley/draft/1``: proposed records with the words they rest on, as JSON (docs/drafts.md).

Whoever draws drafts up, rules of ours or another program, writes this form; nothing in it is
signed, and nothing reads it but a person and ``parley draft``.
"""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from parley.errors import BadValue
from parley.record.kind import Line, PartyName
from parley.record.scope import LanguageTag

HANDLE_FIELDS = (
    r"^(on_behalf_of|originator|counted_by|issued_by|to|"
    r"(addressed_to|guarantors|parties|asked_of)\.\d{1,3}|excluded\.\d{1,3}\.actor)$"
)
"""Fields that hold a handle; ``--names`` fills these and no other."""
MOST_DRAFTS = 10_000
DraftedKind = Literal["statement/1", "toll/1", "deadline/1", "terms/1", "warning/1", "call/1"]
DRAFTED: tuple[DraftedKind, ...] = (
    "statement/1", "toll/1", "deadline/1", "terms/1", "warning/1", "call/1",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Cited(_Part):
    """Words of the source: characters ``start`` to before ``end``, and what stands there."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str = Field(min_length=1, max_length=20_000)

    @model_validator(mode="after")
    def _is_as_long_as_its_words(self) -> Self:
        if self.end - self.start != len(self.text):
            raise BadValue("the span is not as long as its words", where="end")
        return self


class Ground(Cited):
    """The words that a field of the body rests on, and how the value was got from them."""

    field: str = Field(min_length=1, max_length=200, description="path in the body: due, parts.0")
    how: str = Field("", max_length=500)
    precision: Literal["minute", "hour", "day", "month"] | None = None


class NameWords(Cited):
    """A name as the text has it, where the record needs the channel's handle of it."""

    field: str = Field(pattern=HANDLE_FIELDS, max_length=60)
    handle: PartyName | None = None


class Check(_Part):
    """Whether the parts of a toll make up its total, or its headline says the same."""

    check: Literal["sum", "lead"]
    result: Literal["closes", "does_not_close", "partly_split", "agrees", "differs"]
    stated: int
    other: int = Field(description="the sum of the parts, or the figure of the headline")


class Wrong(_Part):
    """A field of the body that its kind refuses, and why."""

    field: str
    what: str


class Draft(_Part):
    """One proposed record: its words, its body as far as the text gives it, what is missing."""

    kind: DraftedKind
    span: Cited
    speaker: Cited | None = None
    speaker_how: str = Field("", max_length=500)
    verb: Cited | None = None
    form: Literal["quote", "paraphrase"] | None = None
    denied: bool = False
    hearsay: tuple[Cited, ...] = Field((), max_length=20)
    notes: tuple[str, ...] = Field((), max_length=50)
    body: dict[str, Any]
    grounds: tuple[Ground, ...] = Field((), max_length=500)
    names: tuple[NameWords, ...] = Field((), max_length=300)
    checks: tuple[Check, ...] = Field((), max_length=10)
    missing: tuple[str, ...] = Field((), max_length=100)
    wrong: tuple[Wrong, ...] = Field((), max_length=100)

    @property
    def complete(self) -> bool:
        """Tell whether the body is one that its kind takes."""
        return not self.missing and not self.wrong


class Source(_Part):
    """The text that was read: its name, digest, length in characters, language and dateline."""

    name: str = Field(min_length=1, max_length=300)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    characters: int = Field(ge=0)
    language: LanguageTag
    dateline: Cited | None = None
    day: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")


class Drafts(_Part):
    """What one reading of one text proposes."""

    format: Literal["parley/draft/1"]
    drafted_by: Line
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    zone: str
    source: Source
    notes: tuple[str, ...] = Field((), max_length=100)
    drafts: tuple[Draft, ...] = Field((), max_length=MOST_DRAFTS)
