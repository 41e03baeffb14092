"""The words of a record as they are looked for: as written, in Latin letters, and as heard.

Only the record itself is read, which every member of the channel holds. What lies beside it, be it
sealed, personal or shared, is never opened here, so nothing of it can be found.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from parley.node.search.sound import letters, sound
from parley.record.canonical import Json

MOST_LETTERS = 65_536
"""So many letters of one record are taken in; no entry of a log is longer."""

LEAST_HEARD = 3
"""A word of fewer consonants sounds like too many others."""

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0640\u064b-\u065f\u0670]")
# What Arabic and Russian write now one way, now the other.
_ONE_FORM = str.maketrans("أإآٱىةё", "اااايهе")
# "And", "so", "in", "for" are one letter before the word, and so is an article after them.
_JOINED = re.compile("^[وفبلك](?=[\u0620-\u064a]{3})")
# Digests, keys and signatures: nothing that anybody types.
_MACHINE = re.compile(r"[0-9a-f]{32,}|[A-Za-z0-9+/=_-]{40,}")
# Sounds that have a large letter of their own keep it apart from the small one.
_APART = str.maketrans("SJGK", "1234")


@dataclass(frozen=True, slots=True)
class Words:
    """Words, each list as one line: as written, in Latin letters, and as they are heard."""

    written: str
    latin: str
    heard: str


def words_of(body: Json, *more: str) -> Words:
    """Give the words of a body, and of what else a record is called by."""
    text = "\n".join((*more, *_strings(body)))[:MOST_LETTERS]
    spelt = tokens(text)
    latin = in_latin(text)
    joined = [in_latin(_JOINED.sub("", word)) for word in spelt if _JOINED.match(word)]
    latin = " ".join((latin, *joined)) if joined else latin
    return Words(" ".join(spelt), latin, as_heard(latin))


def tokens(text: str) -> list[str]:
    """Give the words as they are written, in small letters, in the one form of each."""
    if text.isascii():
        return _WORD.findall(text.casefold())
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_ONE_FORM)
    return _WORD.findall("".join(str(unicodedata.decimal(c, c)) for c in plain))


def in_latin(text: str) -> str:
    """Give the words in Latin letters, without articles."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text).translate(_ONE_FORM)
    return letters(text.replace("_", " "))


def as_heard(latin: str) -> str:
    """Give what is heard of words in Latin letters; short ones are left out."""
    return " ".join(heard for word in latin.split() if (heard := _heard(word)))


@lru_cache(maxsize=65_536)
def _heard(word: str) -> str:
    heard = sound(word).translate(_APART)
    return heard if len(heard) >= LEAST_HEARD else ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not _MACHINE.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
