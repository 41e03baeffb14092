"""A phrase sent to the other side, its number in the text, so that its desk can show it.

What stops, saves or holds is a ``warning/1``. All else, a statement too, is a ``question/1``:
it is owed an answer, and no rule on warnings takes it for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from parley.desk.phrases.catalogue import Phrase
from parley.desk.phrases.reading import phrase_of
from parley.desk.typed import place_typed
from parley.errors import ParleyError
from parley.node.publishing import Published
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import Priority, Ref
from parley.record.terms import KnownPlace

_URGENT = ("stop", "distress")
HOLDS_MS = 3_600_000
"""How long a phrase that warns is said to hold, where nobody said otherwise: an hour."""


def body_of(
    phrase: Phrase,
    slots: Mapping[str, str],
    lang: str,
    *,
    officer: str,
    valid_until: int,
    agreed: Sequence[KnownPlace],
) -> tuple[str, dict[str, Json]]:
    """Give kind and body of the record that says a phrase in a language."""
    text: dict[str, Json] = {"lang": lang, "text": phrase.render(slots)[lang]}
    place = _place(slots.get("place", ""), agreed)
    stated: dict[str, Json] = {"place": place} if place else {}
    if kind_of(phrase) == "question/1":
        return "question/1", {**stated, "text": text, "officer": officer}
    body: dict[str, Json] = {
        **stated,
        "urgency": phrase.sends,
        "asked": text,
        "owner": officer,
        "valid_until": valid_until,
    }
    if not place:
        body["whom"] = text
    return "warning/1", body


def _place(words: str, agreed: Sequence[KnownPlace]) -> Json:
    """Give the place that words name, or nothing: a phrase may name a place in plain words."""
    try:
        return asdict(place_typed(words, agreed=agreed)) if words else None
    except ParleyError:
        return None


def kind_of(phrase: Phrase) -> str:
    """Name the kind of record that says a phrase."""
    return "question/1" if phrase.sends in ("question", "statement") else "warning/1"


def priority_of(phrase: Phrase) -> Priority:
    """Say how a phrase is sent: what stops or saves does not wait behind anything."""
    return "urgent" if phrase.sends in _URGENT else "routine"


def send(
    node: Node,
    channel: str,
    phrase: Phrase,
    slots: Mapping[str, str],
    lang: str,
    *,
    officer: str,
    about: str | None,
    valid_until: int | None,
    record_id: str | None = None,
) -> Published:
    """Log a phrase; it is about the record it names, or about ``about``."""
    before = None if record_id is None else _sent(node, channel, phrase, slots, record_id)
    if before is not None:
        return before
    until = valid_until if valid_until is not None else node.clock.now() + HOLDS_MS
    agreed = node.known_places(channel)
    kind, body = body_of(phrase, slots, lang, officer=officer, valid_until=until, agreed=agreed)
    named = about or slots.get("number")
    refs = (Ref("about", node.find(named, channel=channel).name),) if named else ()
    return node.publish(channel, kind, body, priority=priority_of(phrase), refs=refs, id=record_id)


def _sent(
    node: Node, channel: str, phrase: Phrase, slots: Mapping[str, str], record_id: str
) -> Published | None:
    """Give where this very phrase stands under an id: how long it holds was reckoned only once."""
    station = node.stations[node.terms(channel).status]
    found = next(c for c in station.channels.all() if c.id == channel)
    for origin in found.own_origins():
        for opened in station.reading.log(origin):
            if opened.record is None or opened.record.id != record_id:
                continue
            said = phrase_of(opened.record.body)
            same = said is not None and said["number"] == phrase.number
            if same and said is not None and said["slots"] == dict(slots):
                return station.published(found, opened)
    return None


def phrase_json(phrase: Phrase) -> dict[str, Any]:
    """Write a phrase as the catalogue lists it."""
    return {
        "number": phrase.number,
        "situation": phrase.situation,
        "sends": phrase.sends,
        "priority": priority_of(phrase),
        "slots": list(phrase.slots),
        **phrase.texts,
    }
