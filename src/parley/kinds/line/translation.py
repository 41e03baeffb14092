"""``translation/1``: the words of a record in another language, beside the original."""

from typing import Literal

from pydantic import Field

from parley.record.kind import Body, Kind, Line, Translates
from parley.record.scope import LanguageTag
from parley.values.texts import Text


class Translation(Body, Translates):
    """A translation of a text of the record named by ``about``; the original stays what counts."""

    text: Text = Field(description="the translation")
    from_lang: LanguageTag = Field(description="language of the original")
    field: Line | None = Field(None, description="path of the text in the body; absent: all of it")
    method: Literal["person", "machine"] = Field(description="who or what translated")
    translated_by: Line = Field(description="post, or name and version of the program")
    checked_by: Line | None = Field(None, description="post that compared it with the original")

    def into(self) -> tuple[str, str | None]:
        """Give the language of the translation, and which field it is of."""
        return self.text.lang, self.field


TRANSLATION = Kind("translation/1", Translation, "Translation", needs_ref=("about",))
