"""Numbers in digits and in words, and the words that say how sure they are."""

import re
from dataclasses import dataclass
from decimal import Decimal

from parley.desk.drafting.span import Span

MOST = 1_000_000_000
_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS: dict[str, int] = {word: value for value, word in enumerate(_UNITS)}
WORDS.update({word: 20 + 10 * index for index, word in enumerate(_TENS)})
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
_ANY = "|".join(sorted([*WORDS, *_SCALES], key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<![\w.,:/-])(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,9})(?P<fraction>\.\d{1,3})?(?![\w:/]|[.,]\d)"
    r"(?: (?P<scale>thousand|million))?"
    rf"|(?<![\w-])(?P<words>(?:a (?=dozen|hundred|thousand))?(?:{_ANY})"
    rf"(?:(?:-| and | )(?:{_ANY})){{0,6}})(?![\w-])",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(at least|at most|about|around|some|nearly|almost|more than|over|fewer than|less than|"
    r"up to|as many as|no fewer than|no less than|not less than)\s$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the text in thousandths, its span, and the word that bounds or blurs it."""

    milli: int
    span: Span
    bound: str | None = None

    @property
    def whole(self) -> int | None:
        """The number, if it is whole."""
        return self.milli // 1000 if self.milli % 1000 == 0 else None


def numbers(text: str) -> list[Number]:
    """Find the numbers of a sentence; positions count from its beginning."""
    found = []
    for match in _NUMBER.finditer(text):
        milli = _digits(match) if match.group("digits") else _words(match.group("words"))
        if milli is None or milli > MOST * 1000:
            continue
        about = _ABOUT.search(text, max(0, match.start() - 20), match.start())
        bound = about.group(1).lower() if about else None
        found.append(Number(milli, Span(match.start(), match.end()), bound))
    return found


def number_word(word: str) -> int | None:
    """Read one small number, in digits or words; ``a`` and ``an`` are one."""
    lowered = word.lower()
    if lowered in ("a", "an"):
        return 1
    if lowered.isascii() and lowered.isdecimal() and len(lowered) < 5:
        return int(lowered)
    milli = _words(lowered) if re.fullmatch(rf"(?:{_ANY})(?:-(?:{_ANY}))?", lowered) else None
    return None if milli is None else milli // 1000


def _digits(match: "re.Match[str]") -> int:
    number = Decimal(match.group("digits").replace(",", "") + (match.group("fraction") or ""))
    scale = _SCALES[match.group("scale").lower()] if match.group("scale") else 1
    return int(number * 1000 * scale)


def _words(text: str) -> int | None:
    """Read number words; None where they do not make up one number, such as "two three"."""
    total, group, last = 0, 0, 1_000_000_000
    for word in re.split(r"[- ]", text.lower()):
        if word in ("a", "and"):
            continue
        if word in WORDS:
            value = WORDS[word]
            if value >= last or (last < 20):
                return None
            group, last = group + value, value if value >= 20 else 1
        elif word in ("dozen", "hundred"):
            group, last = max(1, group) * _SCALES[word], 1_000
        else:
            total, group, last = total + max(1, group) * _SCALES[word], 0, 1_000_000_000
    return (total + group) * 1000
