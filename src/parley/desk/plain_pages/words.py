"""What the plain pages say: the catalogue of the desk, in the language of whoever asks."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from re import compile as pattern
from typing import Any, Literal, get_args

Language = Literal["en", "ru", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# First strong isolate and its end: a value keeps its own direction within a sentence.
_ISOLATE, _END = "\u2068", "\u2069"
_VALUE = pattern(r"\{(\w+)\}")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Give the words of a language by key."""
    path = files("parley.desk").joinpath("catalogue", f"{language}.json")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


class Words:
    """The words of one page."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @property
    def direction(self) -> str:
        """The direction in which the page is written."""
        return "rtl" if self.language == "ar" else "ltr"

    def t(self, key: str, **values: Any) -> str:
        """Say something by its key; raises KeyError where the catalogue does not have it."""
        return _filled(catalogue(self.language)[key], values)

    def has(self, key: str) -> bool:
        """Tell whether there are words for a key."""
        return key in catalogue(self.language)

    def said(self, key: str, instead: str, **values: Any) -> str:
        """Say something whose key comes from elsewhere, or say ``instead``."""
        text = catalogue(self.language).get(key)
        return instead if text is None else _filled(text, values)


def language_of(text: str) -> Language | None:
    """Give the language that a tag such as ``ar-SY`` names, if the pages speak it."""
    head = text.strip()[:2].lower()
    return next((language for language in LANGUAGES if language == head), None)


def language_wanted(header: str) -> Language:
    """Give the first language of an ``Accept-Language`` that the pages speak, else English."""
    for tag in header[:500].split(","):
        found = language_of(tag.partition(";")[0])
        if found is not None:
            return found
    return "en"


def _filled(text: str, values: Mapping[str, Any]) -> str:
    def value(found: Any) -> str:
        name = found.group(1)
        return f"{_ISOLATE}{values[name]}{_END}" if name in values else str(found.group(0))

    return _VALUE.sub(value, text)
