"""Which lines of a record hold what was looked for, for lists of what a search found."""

from collections.abc import Iterable, Iterator

from parley.desk.plain import PlainLine
from parley.node.search.query import Match, Query
from parley.node.search.words import words_of

MOST_LINES = 3
MOST_LETTERS = 200


def excerpts(query: Query, match: Match, lines: Iterable[PlainLine]) -> Iterator[PlainLine]:
    """Give the first lines in which a term stands in the way it was found, cut to 200 letters."""
    left = MOST_LINES
    for line in lines:
        said = " ".join(line.lines)
        if left and any(term.stands_in(words_of(said), match) for term in query.terms):
            left -= 1
            yield PlainLine(line.label, (_cut(query, said),), line.lang)


def _cut(query: Query, said: str) -> str:
    """Cut a long line to what stands around the first word that is there as it was typed."""
    if len(said) <= MOST_LETTERS:
        return said
    small = said.casefold()
    found = [at for term in query.terms if (at := small.find(term.words[0])) >= 0]
    start = max(0, min(found, default=0) - MOST_LETTERS // 4)
    end = start + MOST_LETTERS
    before, after = "... " if start else "", " ..." if end < len(said) else ""
    return f"{before}{said[start:end].strip()}{after}"
