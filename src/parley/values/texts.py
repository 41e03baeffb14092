"""Text with its language: what officers write, in the language they wrote it in."""

import re
from dataclasses import dataclass

from parley.errors import BadText

MAX_TEXT = 20_000
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Text:
    """A non-empty text and its BCP 47 language tag (``und`` when nobody knows)."""

    lang: str
    text: str

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse a malformed tag, an empty or oversized text, and control characters."""
        if not _LANG.fullmatch(self.lang):
            raise BadText(
                f"{self.lang!r} is no language tag", where="lang", hint="such as en, ru, ar"
            )
        if not self.text.strip() or len(self.text) > MAX_TEXT:
            raise BadText(f"a text has 1 to {MAX_TEXT} characters", where="text")
        if _CONTROL.search(self.text):
            raise BadText("control characters cannot be exchanged", where="text")
