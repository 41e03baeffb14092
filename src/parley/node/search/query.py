"""What somebody looks for: terms that must all be there, each as written, in Latin, or as heard."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.errors import BadSearch
from parley.node.search.words import Words, as_heard, in_latin, tokens

Match = Literal["as written", "by another name", "by sound"]
TIERS: tuple[Match, ...] = ("as written", "by another name", "by sound")
"""How a record was found, the surest way first."""

MOST_TYPED = 200
MOST_TERMS = 12
MOST_NAMES = 96
LEAST_DIGITS = 8
LEAST_BEGUN = 3
"""From so many letters on, a word is found by its beginning."""

_TERM = re.compile(r'"([^"]*)"|(\S+)')

Names = Callable[[str], Iterable[str]]
"""Gives other names of what goes by a name, such as those of a place in other scripts."""


def no_names(_: str) -> tuple[str, ...]:
    """Know no other name of anything."""
    return ()


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase, and other names, in Latin letters, of what it names."""

    words: tuple[str, ...]
    latin: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]

    def stands_in(self, words: Words, tier: Match) -> bool:
        """Tell whether some words hold the term in a tier, as the index finds it."""
        written, latin = words.written.split(), words.latin.split()
        found = _holds(written, self.words, begun=True)
        if tier != "as written":
            found = found or _holds(latin, self.latin, begun=True)
            found = found or any(_holds(latin, name, begun=False) for name in self.others)
        if tier == "by sound":
            heard = as_heard(" ".join(self.latin)).split()
            found = found or _holds(words.heard.split(), heard, begun=False)
        return found


def _holds(said: Sequence[str], words: Sequence[str], *, begun: bool) -> bool:
    size = len(words)
    if not size:
        return False
    begun = begun and len(words[-1]) >= LEAST_BEGUN
    *head, last = words
    return any(
        list(said[at : at + size - 1]) == head
        and (said[at + size - 1].startswith(last) if begun else said[at + size - 1] == last)
        for at in range(len(said) - size + 1)
    )


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of one search, and the text that was typed."""

    text: str
    terms: tuple[Term, ...]

    @classmethod
    def typed(cls, text: str, names: Names) -> "Query":
        """Read what was typed; ``"..."`` keeps words together. Refuse nothing, and too much.

        Consecutive words that together are a name are one term: Deir ez-Zor is one place.
        """
        if len(text) > MOST_TYPED or not text.isprintable():
            raise BadSearch(f"up to {MOST_TYPED} letters on one line", where="query.q")
        typed = [quoted or bare for quoted, bare in _TERM.findall(text)]
        pieces = [piece for piece in typed if tokens(piece)]
        if not pieces:
            raise BadSearch("nothing to look for", where="query.q", hint="a word, name or number")
        if len(pieces) > MOST_TERMS:
            raise BadSearch(f"over {MOST_TERMS} words", where="query.q")
        return cls(text, tuple(_terms(pieces, names)))

    def expression(self, tier: Match, kind: str | None) -> str:
        """Write the query as FTS5 has it (sqlite.org/fts5.html, section 3), for one tier."""
        parts = [f"({_of_term(term, tier)})" for term in self.terms]
        if kind is not None:
            parts.append(f"(kind : {_phrase(tokens(kind))})")
        return " AND ".join(parts)


def _terms(pieces: list[str], names: Names) -> Iterator[Term]:
    at = 0
    while at < len(pieces):
        size, others = _longest_name(pieces[at:], names)
        said = " ".join(pieces[at : at + size])
        yield Term(tuple(tokens(said)), tuple(in_latin(said).split()), others)
        at += size


def _longest_name(pieces: list[str], names: Names) -> tuple[int, tuple[tuple[str, ...], ...]]:
    for size in range(len(pieces), 0, -1):
        found = dict.fromkeys(tuple(in_latin(n).split()) for n in names(" ".join(pieces[:size])))
        others = tuple(name for name in found if name)[:MOST_NAMES]
        if others:
            return size, others
    return 1, ()


def _of_term(term: Term, tier: Match) -> str:
    # a number is said whole, for CO-0616-4711 is not CO-0616-47110; of a name the beginning is
    name = " *" if len(term.words[-1]) >= LEAST_DIGITS else ""
    ways = [f"number : {_phrase(term.words)}{name}", f"written : {_begun(term.words)}"]
    if tier != "as written":
        if term.latin:
            ways.append(f"latin : {_begun(term.latin)}")
        ways += [f"latin : {_phrase(name)}" for name in term.others]
    if tier == "by sound":
        heard = as_heard(" ".join(term.latin)).split()
        if heard:
            ways.append(f"heard : {_phrase(heard)}")
    return " OR ".join(f"({way})" for way in ways)


def _begun(words: Iterable[str]) -> str:
    """Write a phrase whose last word may go on, if it is long enough to say which."""
    listed = list(words)
    return _phrase(listed) + (" *" if len(listed[-1]) >= LEAST_BEGUN else "")


def _phrase(words: Iterable[str]) -> str:
    return f'"{" ".join(words)}"'  # tokens hold letters and digits alone
