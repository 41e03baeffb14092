"""From a call card to ``call/1``: what the card stamped, and what the officer adds in the end."""

from dataclasses import dataclass
from typing import Any, cast

from parley.desk.calling.card import FINISHED, Cards, times_of
from parley.desk.inbox.answering import published_json
from parley.desk.inbox.read_back import typed_scope
from parley.node.desk_state.shelf import Paper
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import Priority, Ref
from parley.values.instants import Instant, date_time_group

_FIELDS = ("said", "heard", "readback")
# What only a call that connected has; see kinds/line/call.py.
_SPOKEN = ("heard", "readback")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, in the officer's words; ``typed``: what the other side read back."""

    outcome: str
    lang: str
    said: str
    heard: str
    readback: str
    typed: dict[str, str]
    priority: Priority


def finish(node: Node, channel: str, number: int, ending: Ending, post: str) -> dict[str, Any]:
    """Log the call; the card stays as it was stamped, with the record's name."""
    cards = Cards(node)
    paper, now = cards.get(channel, number), node.clock.now()
    marks = cast("list[dict[str, Json]]", paper.data["marks"])
    if not marks or marks[-1]["what"] != "ended":
        # Kept before the record is logged, so that to repeat this says the same and logs it once.
        marks = [*marks, {"what": "ended", "at": now}]
        paper = cards.put(paper, {"marks": cast("Json", marks)})
    body = _body(paper, marks, ending, now)
    if ending.outcome == "connected":
        body |= typed_scope(ending.typed, node.known_places(channel), now, "body.readback")
    about = paper.data["about"]
    done = node.publish(
        channel,
        "call/1",
        body,
        priority=ending.priority,
        refs=(Ref("about", str(about)),) if about else (),
        id=str(paper.data["id"]),
    )
    changes: dict[str, Json] = {"record": done.name, "filed_by": post}
    card = cards.shown(cards.put(paper, changes, FINISHED))
    return {"card": card, "published": published_json(done)}


def _body(
    paper: Paper, marks: list[dict[str, Json]], ending: Ending, now: Instant
) -> dict[str, Json]:
    data = paper.data
    times = times_of(paper.created, marks, now)
    body: dict[str, Json] = {
        "medium": data["medium"],
        "direction": data["direction"],
        "to": data["to"],
        "opened_at": paper.created,
        "outcome": ending.outcome,
        "wait_s": min(86_400, times["wait_ms"] // 1000),
    }
    for name in ("asked_for", "answered_by", "language", "frequency"):
        if data[name]:
            body[name] = data[name]
    if times["talk_ms"] is not None:
        body["duration_ms"] = times["talk_ms"]
    for field in _FIELDS:
        words = _words(paper, field, ending)
        if words and (ending.outcome == "connected" or field not in _SPOKEN):
            body[field] = {"lang": ending.lang, "text": words}
    return body


def _words(paper: Paper, field: str, ending: Ending) -> str:
    """Put the notes of a field, each with the time at which it was said, before the last words."""
    notes = [
        f"[{date_time_group(Instant(cast('int', note['said_at'])))}] {note['text']}"
        for note in cast("list[dict[str, Json]]", paper.data["notes"])
        if note["field"] == field
    ]
    last = {"said": ending.said, "heard": ending.heard, "readback": ending.readback}[field]
    if field == "readback":
        notes += _ticked(paper)
    return "\n".join([*notes, *([last] if last else [])])[:20_000]


def _ticked(paper: Paper) -> list[str]:
    """Say which items were read back right, and which wrong, as they were ticked."""
    ticks = cast("dict[str, dict[str, Json]]", paper.data["ticks"])
    lines = []
    for word, ok in (("Read back right", True), ("Read back wrong", False)):
        fields = [field for field, tick in ticks.items() if tick["ok"] is ok]
        if fields:
            lines.append(f"{word}: {', '.join(fields)}.")
    return lines
