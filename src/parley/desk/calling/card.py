"""A call card: started with one key, marked while the talk goes on, written up when there is time.

What was said has the time at which it was said; when it was typed is kept beside it, and stays on
this desk. The card becomes one ``call/1``, our own account of the call.
"""

from collections.abc import Mapping
from typing import Any, cast

from parley.desk.calling.script import script_of
from parley.desk.quick.hours import nearest_time
from parley.errors import BadQuery, DraftClosed
from parley.node.accounts.rights import Who
from parley.node.desk_state.shelf import Paper
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant

OPEN, FINISHED, DROPPED = "open", "finished", "dropped"
MOST_NOTES = 200


class Cards:
    """The call cards of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def start(self, channel: str, wanted: Mapping[str, Json], who: Who) -> dict[str, Any]:
        """Start the clock: the card exists from this moment, whatever is filled in later."""
        about = wanted.get("about")
        if about is not None:
            about = self._node.find(str(about), channel=channel).name
        data: dict[str, Json] = {
            **wanted,
            "about": about,
            "by": who.name,
            "post": who.post,
            "marks": [],
            "notes": [],
            "ticks": {},
            "id": self._node.entropy.draw(16).hex(),
        }
        now = self._node.clock.now()
        shelf = self._node.desk_state.calls
        return self.shown(shelf.add(channel, data, state=OPEN, at=now))

    def get(self, channel: str, number: int) -> Paper:
        """Give a card that is still open."""
        paper = self._node.desk_state.calls.get(number, channel)
        if paper.state != OPEN:
            raise DraftClosed(f"this call is {paper.state} already", where=str(number))
        return paper

    def change(self, channel: str, number: int, changes: Mapping[str, Json]) -> dict[str, Any]:
        """Fill in who was asked for, who answered and so on."""
        paper = self.get(channel, number)
        given = {name: value for name, value in changes.items() if value is not None}
        if given.get("about") is not None:
            given["about"] = self._node.find(str(given["about"]), channel=channel).name
        return self.shown(self.put(paper, given))

    def mark(self, channel: str, number: int, what: str) -> dict[str, Any]:
        """Stamp a moment of the call: answered, hold, resume, ended; in an order that can be."""
        paper = self.get(channel, number)
        marks = _marks(paper)
        last = marks[-1]["what"] if marks else "started"
        allowed = {
            "started": ("answered", "hold", "ended"),
            "answered": ("hold", "ended"),
            "hold": ("resume", "ended"),
            "resume": ("answered", "hold", "ended"),
            "ended": (),
        }[str(last)]
        if what not in allowed:
            raise DraftClosed(f"after {last!r} comes no {what!r}", where=str(number))
        stamped: dict[str, Json] = {"what": what, "at": self._node.clock.now()}
        return self.shown(self.put(paper, {"marks": cast("Json", [*marks, stamped])}))

    def note(
        self, channel: str, number: int, field: str, text: str, lang: str, said_at: str | None
    ) -> dict[str, Any]:
        """Write down what was said or heard: when it was said, and, apart from it, typed."""
        paper, now = self.get(channel, number), self._node.clock.now()
        notes = cast("list[Json]", paper.data["notes"])
        if len(notes) >= MOST_NOTES:
            raise BadQuery(f"a card has at most {MOST_NOTES} notes", where="body.text")
        said = now
        if said_at:
            said = nearest_time(said_at, now, where="body.said_at")
            if said > now:
                raise BadQuery("nothing was said later than now", where="body.said_at")
        note: dict[str, Json] = {
            "field": field,
            "text": text,
            "lang": lang,
            "said_at": said,
            "typed_at": now,
        }
        return self.shown(self.put(paper, {"notes": [*notes, note]}))

    def tick(self, channel: str, number: int, field: str, *, ok: bool) -> dict[str, Any]:
        """Tick an item that the other side read back, right or wrong."""
        paper = self.get(channel, number)
        ticks = cast("dict[str, Json]", paper.data["ticks"])
        stamped: dict[str, Json] = {"ok": ok, "at": self._node.clock.now()}
        return self.shown(self.put(paper, {"ticks": {**ticks, field: stamped}}))

    def put(self, paper: Paper, changes: Mapping[str, Json], state: str = OPEN) -> Paper:
        """Change a card as it was read."""
        shelf, now = self._node.desk_state.calls, self._node.clock.now()
        return shelf.change(paper, {**paper.data, **changes}, state=state, at=now)

    def shown(self, paper: Paper) -> dict[str, Any]:
        """Write a card with its timers, and what is to be read out of the record it is about."""
        data, now = paper.data, self._node.clock.now()
        marks = _marks(paper)
        times = times_of(paper.created, marks, now if paper.state == OPEN else paper.changed)
        about = data["about"]
        script = script_of(self._node, paper.channel, str(about)) if about else []
        return {
            "id": paper.number,
            "channel": paper.channel,
            "state": paper.state,
            "started": format_instant(paper.created),
            "to": data["to"],
            "medium": data["medium"],
            "direction": data["direction"],
            "asked_for": data["asked_for"],
            "answered_by": data["answered_by"],
            "language": data["language"],
            "frequency": data["frequency"],
            "about": about,
            "by": data["by"],
            "marks": [{"what": m["what"], "at": _at(m["at"])} for m in marks],
            "on_hold": times["on_hold"],
            "wait_ms": times["wait_ms"],
            "talk_ms": times["talk_ms"],
            "hold_ms": times["hold_ms"],
            "notes": [
                {**note, "said_at": _at(note["said_at"]), "typed_at": _at(note["typed_at"])}
                for note in cast("list[dict[str, Json]]", data["notes"])
            ],
            "ticks": {
                field: {"ok": tick["ok"], "at": _at(tick["at"])}
                for field, tick in cast("dict[str, dict[str, Json]]", data["ticks"]).items()
            },
            "script": script,
            "record": data.get("record"),
        }


def _marks(paper: Paper) -> list[dict[str, Json]]:
    return cast("list[dict[str, Json]]", paper.data["marks"])


def _at(ms: Json) -> str:
    return format_instant(Instant(cast("int", ms)))


def times_of(started: Instant, marks: list[dict[str, Json]], now: Instant) -> dict[str, Any]:
    """Reckon how long it took to be answered, how long was talked, and how long was on hold (ms).

    What was on hold counts as neither waiting nor talk. ``talk_ms`` is None: nobody answered.
    """
    answered: int | None = None
    held, waiting, ended, hold_since = 0, 0, int(now), None
    before_answer = 0
    for mark in marks:
        at, what = cast("int", mark["at"]), mark["what"]
        if what == "hold":
            hold_since = at
        elif hold_since is not None:
            held += at - hold_since
            hold_since = None
        if what == "answered" and answered is None:
            answered, before_answer = at, held
        if what == "ended":
            ended = at
    if hold_since is not None:
        held += ended - hold_since
    waiting = (ended if answered is None else answered) - started
    waiting -= held if answered is None else before_answer
    talk = None if answered is None else ended - answered - (held - before_answer)
    on_hold = hold_since is not None and ended == now
    return {"wait_ms": waiting, "talk_ms": talk, "hold_ms": held, "on_hold": on_hold}


def open_cards(node: Node, channel: str) -> list[dict[str, Any]]:
    """List the calls that are not written up."""
    cards = Cards(node)
    return [cards.shown(paper) for paper in node.desk_state.calls.all(channel, state=OPEN)]
