"""What the catalogue of phrases looks like; see ``parley.desk.shapes``."""

from pydantic import Field

from parley.desk.shapes import Published, Shape


class PhraseShape(Shape):
    """A numbered phrase in three languages, with the slots that stand in braces in each."""

    number: int
    situation: str
    sends: str = Field(description="a warning of that urgency, or a statement or question")
    priority: str
    slots: list[str]
    en: str
    ru: str
    ar: str


class Phrases(Shape):
    """The catalogue, by number."""

    phrases: list[PhraseShape]


class Rendered(Shape):
    """A phrase with its slots filled, in every language; ``published`` where it was sent."""

    number: int
    slots: dict[str, str]
    en: str
    ru: str
    ar: str
    published: Published | None


class FoundPhrase(Shape):
    """A phrase found in a record: the field that holds it, its values, and its sentences."""

    field: str
    number: int
    situation: str
    slots: dict[str, str]
    en: str
    ru: str
    ar: str


class FoundPhrases(Shape):
    """The phrases that a record says, for a face that shows them in its own language."""

    record: str
    phrases: list[FoundPhrase]
