"""Where and on which day a text says it was written: "DAMASCUS, Syria, June 18 -", or a date."""

import re
from dataclasses import dataclass
from datetime import date

from parley.desk.drafting.mentions import mentions
from parley.desk.drafting.moments import Frame, resolve
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed

_PLACED = re.compile(
    r"(?P<place>[A-Z][A-Z'’ -]{2,40})(?P<rest>(?:, [^\n(—–.]{2,40}?)?"
    r"(?:,? (?:\w+\.? \d{1,2}|\d{1,2} \w+)(?:,? \d{4})?)?)"
    r" ?(?:\([^)\n]{2,60}\) ?)?(?:--|—|–|-|\.(?!\s\d))\s"
)
_PLACED_RU = re.compile(r"(?P<place>[А-ЯЁ][А-ЯЁ -]{2,40}), (?P<d>\d{1,2}) (?P<m>[а-я]+)(?: \d{4})?")
_PLACED_AR = re.compile(
    r"(?P<place>[\u0621-\u064a ]{2,30})، (?P<d>\d{1,2}) (?P<m>[\u0621-\u064a]+)"
)
_RUSSIAN = (
    "янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
)  # fmt: skip
_ARABIC = (
    "كانون", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dateline:
    """The words that say where and when; the day they give, if any; where the text goes on."""

    span: Span
    day: date | None
    how: str = ""


def dateline(found: list[Sentence], language: str, as_of: date, zone: str) -> Dateline | None:
    """Find the dateline in the first two paragraphs; a day without its year is before ``as_of``."""
    opening = [sentence for sentence in found[:12] if sentence.paragraph <= 1]
    frame = Frame(as_of, zone)
    if language in ("ru", "ar"):
        return _foreign(opening, language, as_of)
    for sentence in opening:
        placed = _PLACED.match(sentence.text)
        if placed:
            return _english(sentence, placed.end(), frame)
    for sentence in reversed(opening):
        for mention in mentions(sentence.text):
            said = mention.said
            if ("y1" in said or "y2" in said or "iso" in said) and mention.clock is None:
                words = sentence.text[mention.span.start : mention.span.end]
                moment = resolve(mention, words, frame)
                if moment is not None and sentence.paragraph == 1 and len(sentence.text) > 80:
                    continue  # a sentence of the text, no line above it
                if moment is not None:
                    span = sentence.at(mention.span.start, mention.span.end)
                    return Dateline(span, moment.day, moment.how)
    return None


def _english(sentence: Sentence, end: int, frame: Frame) -> Dateline:
    words = sentence.text[:end]
    span = trimmed(words, 0, end, " \t\r\n-—–.")
    shifted = sentence.at(span.start, span.end)
    for mention in mentions(words):
        moment = resolve(mention, words[mention.span.start : mention.span.end], frame)
        if moment is not None:
            return Dateline(shifted, moment.day, moment.how)
    return Dateline(shifted, None)


def _foreign(opening: list[Sentence], language: str, as_of: date) -> Dateline | None:
    pattern = _PLACED_RU if language == "ru" else _PLACED_AR
    names = _RUSSIAN if language == "ru" else _ARABIC
    for sentence in opening:
        placed = pattern.match(sentence.text)
        if placed is None:
            continue
        span = sentence.at(placed.start(), placed.end())
        months = [at for at, name in enumerate(names, 1) if placed.group("m").startswith(name)]
        if len(months) != 1 or (language == "ar" and months[0] in (1, 10)):
            return Dateline(span, None)  # two Arabic months share each of these words
        for year in (as_of.year, as_of.year - 1):
            try:
                day = date(year, months[0], int(placed.group("d")))
            except ValueError:
                continue
            if day <= as_of:
                return Dateline(span, day, f"no year: the one on or before {as_of.isoformat()}")
        return Dateline(span, None)
    return None
