"""The catalogue of phrases: one file for every face, each phrase with the same slots everywhere.

A phrase is rendered by putting words into its slots, nothing else: the same number and the same
values give the same sentence in each language. Digits are Latin in all of them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from parley.errors import BadSlots, NoPhrase

FILE = "phrases.json"
LANGUAGES: tuple["Language", ...] = ("en", "ru", "ar")

Language = Literal["en", "ru", "ar"]
Sends = Literal["stop", "distress", "safety", "statement", "question"]

_SLOT = re.compile(r"\{([a-z]+)\}")
_WORDS = r"[^\s{}](?:[^{}\x00-\x1f\x7f]{0,78}[^\s{}])?"
_NUMBER = r"[A-Z]{2,4}-\d{4}-U?\d{3,12}"
_TIME = r"\d{4}Z|\d{6}Z(?:[A-Z]{3}\d{2})?|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?Z"
_LEVEL = r"SFC|UNL|FL\d{1,4}|\d{1,6} (?:FT|M) (?:AMSL|AGL|W84|STD)"
SLOTS: Mapping[str, str] = {
    "place": _WORDS,
    "destination": _WORDS,
    "time": _TIME,
    "until": _TIME,
    "minutes": r"[1-9]\d{0,3}",
    "count": r"\d{1,6}",
    "number": _NUMBER,
    "check": r"[0-9A-Z]{2,4}(?:[ -]?[0-9A-Z]{2,4}){0,3}",
    "level": _LEVEL,
    "lower": _LEVEL,
    "upper": _LEVEL,
    "distance": r"\d{1,4}(?:\.\d{1,2})? (?:M|KM|NM|FT)",
    "frequency": r"\d{2,3}\.\d{1,3} MHz|\+?\d[\d ]{2,20}",
    "post": _WORDS,
}
"""What each slot may hold, as a regular expression over the whole value."""

_SAYS = {
    "time": "1604Z, 161604Z or 161604ZJUN16",
    "level": "FL150, 15000 FT AMSL, SFC or UNL",
    "number": "a short number such as RU-0616-014",
    "minutes": "1 to 9999",
    "count": "a number",
    "check": "a check code",
    "distance": "5 NM or 9 KM",
    "frequency": "121.500 MHz or a telephone number",
    "place": "a place on one line",
}
_AS = {"until": "time", "lower": "level", "upper": "level", "destination": "place", "post": "place"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A numbered phrase; ``sends`` says as what: a warning of that urgency, or words."""

    number: int
    situation: str
    sends: Sends
    texts: Mapping[str, str]

    @property
    def slots(self) -> tuple[str, ...]:
        """Name its slots, in the order in which the English text has them."""
        return tuple(dict.fromkeys(_SLOT.findall(self.texts["en"])))

    def render(self, slots: Mapping[str, str]) -> dict[str, str]:
        """Give the sentence in every language; refuse values that a slot cannot hold."""
        if set(slots) != set(self.slots):
            needed = ", ".join(self.slots) or "none"
            raise BadSlots(f"P{self.number:02d} has the slots {needed}", where="slots")
        for name, value in slots.items():
            if not value.isprintable() or not re.fullmatch(SLOTS[name], value, re.ASCII):
                hint = _SAYS[_AS.get(name, name)]
                raise BadSlots(f"{value!r:.60} is not {hint}", where=f"slots.{name}")
        texts: dict[str, str] = {lang: self.said(lang, slots) for lang in LANGUAGES}
        for lang, text in texts.items():
            if self.heard(lang, text) != dict(slots):
                what = "with these words the sentence could be read in two ways"
                raise BadSlots(what, where="slots", hint="name the places otherwise")
        return texts

    def said(self, lang: str, slots: Mapping[str, str]) -> str:
        """Give the sentence in one language, with its number before it."""
        sentence = _SLOT.sub(lambda match: slots[match.group(1)], self.texts[lang])
        return f"P{self.number:02d}: {sentence}"

    def heard(self, lang: str, text: str) -> dict[str, str] | None:
        """Give the values in a sentence of this phrase, or None where it is another sentence."""
        match = _pattern(self.number, lang).fullmatch(text)
        if match is None:
            return None
        slots = match.groupdict()
        return slots if self.said(lang, slots) == text else None


@cache
def phrases() -> Mapping[int, Phrase]:
    """Give the catalogue by number."""
    listed = json.loads((files("parley.desk.phrases") / FILE).read_text(encoding="utf-8"))
    return {
        each["number"]: Phrase(
            each["number"],
            each["situation"],
            each["sends"],
            {lang: each[lang] for lang in LANGUAGES},
        )
        for each in listed
    }


def phrase(number: int) -> Phrase:
    """Give a phrase by its number; raises ``NoPhrase``."""
    found = phrases().get(number)
    if found is None:
        raise NoPhrase("no phrase has this number", where=str(number))
    return found


@cache
def _pattern(number: int, lang: str) -> re.Pattern[str]:
    """Make the expression that a sentence of a phrase matches: its text, its slots as groups."""
    parts = _SLOT.split(f"P{number:02d}: {phrases()[number].texts[lang]}")
    seen: set[str] = set()
    written = []
    for i, part in enumerate(parts):
        if i % 2 == 0:
            written.append(re.escape(part))
        elif part in seen:
            written.append(f"(?P={part})")
        else:
            seen.add(part)
            written.append(f"(?P<{part}>{SLOTS[part]})")
    return re.compile("".join(written), re.ASCII)
