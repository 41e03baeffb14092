"""A phrase found again in a record: by its number, and only if the sentence is exactly its own.

Then the other desk shows it in its own language. A text that has been changed is shown as it is.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from parley.desk.phrases.catalogue import LANGUAGES, phrases
from parley.record.canonical import Json

_HEAD = re.compile(r"P(\d{2,3}): ")


def phrase_in(lang: str, text: str) -> dict[str, Any] | None:
    """Give the phrase that a text is, with its values and in every language, or None."""
    head = _HEAD.match(text)
    found = phrases().get(int(head.group(1))) if head else None
    if found is None or lang not in LANGUAGES:
        return None
    slots = found.heard(lang, text)
    if slots is None:
        return None
    return {
        "number": found.number,
        "situation": found.situation,
        "slots": slots,
        **{each: found.said(each, slots) for each in LANGUAGES},
    }


def phrase_of(body: Mapping[str, Json]) -> dict[str, Any] | None:
    """Give the first phrase among the texts at the top of a body."""
    return next(iter(phrases_of(body)), None)


def phrases_of(body: Mapping[str, Json]) -> Iterator[dict[str, Any]]:
    """Give every phrase among the texts at the top of a body, with the field that holds it."""
    for field, value in sorted(body.items()):
        if isinstance(value, dict) and set(value) == {"lang", "text"}:
            found = phrase_in(str(value["lang"]), str(value["text"]))
            if found is not None:
                yield {"field": field, **found}
