"""A text as it is read: its characters, its sentences, its language and its day."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from parley.desk.drafting.dateline import Dateline, dateline
from parley.desk.drafting.moments import Frame, Moment, start_of
from parley.desk.drafting.sentences import Sentence, sentences
from parley.desk.drafting.span import Span
from parley.errors import BadFile, TooLarge

MOST_BYTES = 500_000
"""Some eighty thousand words: a book, and more than any story or communique."""
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "was",
        "said",
        "that",
        "on",
        "by",
        "for",
        "were",
        "is",
        "has",
    ]
)


@dataclass(frozen=True, slots=True)
class Story:
    """A text with its sentences; offsets count characters after a byte order mark, CR LF as one.

    ``frame``: the day its times count from (the dateline's, else the reader's) and their zone.
    """

    name: str
    text: str
    sha256: str
    language: str
    sentences: tuple[Sentence, ...]
    dateline: Dateline | None
    frame: Frame

    def published(self) -> tuple[Moment, Span] | None:
        """Give the day of the dateline as a time, and its words; None where the text has none."""
        line = self.dateline
        if line is None or line.day is None:
            return None
        words = " ".join(line.span.of(self.text).split())
        moment = start_of(line.day, words, self.frame.zone, line.how)
        return None if moment is None else (moment, line.span)


def decoded(data: bytes, name: str) -> str:
    """Read UTF-8 of at most 500,000 bytes; refuse anything else, and a text of nothing."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"over {MOST_BYTES} bytes", where=name, hint="draft from one story a file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(f"not in UTF-8 at byte {error.start}", where=name) from None
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise BadFile("no words in it", where=name)
    return text


def read_story(data: bytes, name: str, as_of: date, zone: str) -> Story:
    """Read a text; its days are days of ``zone``, its dateline lies on or before ``as_of``."""
    text = decoded(data, name)
    found, language = sentences(text), language_of(text)
    line = dateline(found, language, as_of, zone)
    base = as_of if line is None or line.day is None else line.day
    digest = hashlib.sha256(data).hexdigest()
    return Story(name, text, digest, language, tuple(found), line, Frame(base, zone))


def language_of(text: str) -> str:
    """Tell English, Russian and Arabic by script and the commonest words; else ``und``."""
    sample = text[:20_000]
    letters = [char for char in sample if char.isalpha()]
    arabic = sum("\u0600" <= char <= "\u06ff" for char in letters)
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in letters)
    if 2 * arabic > len(letters):
        return "ar"
    if 2 * cyrillic > len(letters):
        return "ru" if not re.search("[іїєґўј]", sample) else "und"
    words = re.findall(r"[a-z]{1,20}", sample.lower())
    common = sum(word in _ENGLISH for word in words)
    return "en" if words and 10 * common >= len(words) else "und"
