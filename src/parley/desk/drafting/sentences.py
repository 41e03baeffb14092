"""Paragraphs and sentences: by blank lines, items of lists, and the signs that end a sentence.

A quotation is not cut in two, and neither is what stands before an abbreviation's dot.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parley.desk.drafting.quotes import Quote, masked, quotes
from parley.desk.drafting.span import Span, trimmed

LONGEST = 1_200
"""A sentence is cut at a space before so many characters: a text need not have any dots."""

# A line may end within a sentence: to a rule that is a space, at the same place.
_SPACES = str.maketrans("\n\r\t\u00a0\u2009\u202f", " " * 6)
_BLANK = re.compile(r"\n[ \t\r]*\n")
_ITEM = re.compile(r"[ \t]*(?:\(?(\d{1,3}|[a-z])[.)]|[-•*])[ \t]+(?=\S)")
_END = re.compile(r"[.!?…؟]+[\"”»’)\]]*(?=\s)")
_OPENING = re.compile(r"[\s.,]*(?:\([^)\n]{2,60}\))?[\s—–.-]*")
_LAST_WORD = re.compile(r"[\w.]{1,12}$")
_OPENS = re.compile(r"\s+[\"“«„(‘']?(?:[^\W_]|$)")
_TITLES = ("mr", "mrs", "ms", "dr", "gen", "col", "lt", "maj", "capt", "sgt", "adm", "brig", "cmdr")
_POSTS = ("sen", "rep", "gov", "pres", "st", "maj.gen", "lt.gen", "им", "г", "гг", "тыс", "км")
_MONTHS = ("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
_SHORT = frozenset((*_TITLES, *_POSTS, *_MONTHS, "no", "u.s", "u.n", "e.g", "i.e", "vs", "approx"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its quotations, and where it stands.

    ``text``: its words, each line end a space. ``plain``: the same with the quotations blotted out.
    ``item``: it begins an item of a list.
    """

    span: Span
    text: str
    plain: str
    quotes: tuple[Quote, ...]
    paragraph: int
    item: bool

    def at(self, start: int, end: int) -> Span:
        """Turn positions within the sentence into a span of the text."""
        return Span(self.span.start + start, self.span.start + end)

    def rest(self, start: int) -> "Sentence | None":
        """Give the sentence from a place of the text on, less signs and a source in brackets."""
        opening = _OPENING.match(self.plain, max(0, start - self.span.start))
        at = opening.end() if opening else 0
        if at >= len(self.text):
            return None
        return Sentence(
            self.at(at, len(self.text)), self.text[at:], self.plain[at:], self.quotes,
            self.paragraph, self.item,
        )  # fmt: skip


def sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences, in order; linear in its length."""
    found: list[Sentence] = []
    for number, (span, item) in enumerate(_paragraphs(text)):
        quoted = quotes(text, span.start, span.end)
        at = 0
        for part in _parts(text, span, quoted):
            while at < len(quoted) and quoted[at].span.end <= part.start:
                at += 1
            last = at
            while last < len(quoted) and quoted[last].span.inside(part):
                last += 1
            within = tuple(quoted[at:last])
            found.append(
                Sentence(
                    part,
                    part.of(text).translate(_SPACES),
                    masked(text, part, within).translate(_SPACES),
                    within,
                    number,
                    item and part.start == span.start,
                )
            )
    return found


def _paragraphs(text: str) -> Iterator[tuple[Span, bool]]:
    start = 0
    for gap in [*_BLANK.finditer(text), None]:
        end = len(text) if gap is None else gap.start()
        yield from _items(text, start, end)
        start = end if gap is None else gap.end()


def _items(text: str, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    """Part a block of lines at the lines that begin an item; other line ends are mere spaces."""
    begins, item, at = start, False, start
    while at < end:
        marked = _ITEM.match(text, at, end)
        if marked:
            if (before := trimmed(text, begins, at, " \t\r\n")).start < before.end:
                yield before, item
            begins, item = marked.end(), True
        line = text.find("\n", at, end)
        at = end if line < 0 else line + 1
    if (rest := trimmed(text, begins, end, " \t\r\n")).start < rest.end:
        yield rest, item


def _parts(text: str, span: Span, quoted: list[Quote]) -> Iterator[Span]:
    start, at = span.start, 0
    for sign in _END.finditer(text, span.start, span.end):
        while at < len(quoted) and quoted[at].span.end < sign.end():
            at += 1
        inside = at < len(quoted) and quoted[at].span.start < sign.start()
        if inside and sign.end() < quoted[at].span.end:
            continue
        if _ends(text, sign.start(), sign.end(), span.end, quoted=inside):
            yield from _cut(text, start, sign.end())
            start = sign.end()
    yield from _cut(text, start, span.end)


def _ends(text: str, dot: int, after: int, limit: int, *, quoted: bool) -> bool:
    following = _OPENS.match(text, after, limit)
    if following is None:
        return True
    opens = following.group().lstrip(" \t\r\n\"“«„(‘'")[:1]
    if opens and opens.islower():
        return False
    word = _LAST_WORD.search(text, max(0, dot - 12), dot)
    if text[dot] != "." or word is None or quoted:
        return True
    last = word.group().lower()
    if last in ("a.m", "p.m"):
        return True
    return last not in _SHORT and not (len(last) == 1 and last.isalpha())


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > LONGEST:
        space = text.rfind(" ", start + 1, start + LONGEST)
        middle = space if space > start else start + LONGEST
        if (part := trimmed(text, start, middle, " \t\r\n")).start < part.end:
            yield part
        start = middle
    if (part := trimmed(text, start, end, " \t\r\n")).start < part.end:
        yield part
