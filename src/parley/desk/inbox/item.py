"""One thing that waits at a desk, with the time left; what makes it urgent is stated, not felt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from parley.node.desk_state.reactions import Reaction
from parley.record.canonical import Json, canonical, digest
from parley.values.instants import Instant, format_instant

Sort = Literal["notice", "answer", "conflict", "advisory", "delivery"]
State = Literal["waiting", "overdue", "answered", "dismissed"]
WhyUrgent = Literal["priority", "lead_time"]

READ_BACK = ("place", "from", "until", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Saying:
    """What an item says: a stable code with values, and the same as one line of English."""

    code: str
    values: Mapping[str, Json]
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits.

    ``mark`` names what it said when it was looked at: what was done about it counts for that only.
    ``due``: an answer is due then; of a conflict, when it begins. ``settled``: it was answered.
    """

    id: str
    sort: Sort
    mark: str
    title: str
    says: Saying
    state: State = "waiting"
    record: str | None = None
    number: str | None = None
    check: str | None = None
    kind: str | None = None
    author: str | None = None
    why_urgent: WhyUrgent | None = None
    due: Instant | None = None
    since: Instant | None = None
    readback_fields: tuple[str, ...] = ()
    readback_asked: bool = False
    settled: Instant | None = None
    own: Mapping[str, Json] | None = None
    other: Mapping[str, Json] | None = None
    phrase: Mapping[str, Any] | None = None
    dismissed: Reaction | None = None
    opened: Reaction | None = None

    @property
    def urgent(self) -> bool:
        """Tell whether it sounds: by its priority, or because a conflict is near."""
        return self.why_urgent is not None and self.open

    @property
    def open(self) -> bool:
        """Tell whether somebody still has to do something about it."""
        return self.state in ("waiting", "overdue")

    def with_reactions(
        self,
        dismissed: Mapping[tuple[str, str], Reaction],
        opened: Mapping[tuple[str, str], Reaction],
    ) -> "Item":
        """Take in what people did about it as it stands."""
        key = (self.id, self.mark)
        aside = self.dismissed or dismissed.get(key)
        state: State = "dismissed" if aside is not None and self.open else self.state
        return replace(self, dismissed=aside, opened=opened.get(key), state=state)

    def to_json(self, now: Instant) -> dict[str, Any]:
        """Write it, with the time left at an instant."""
        return {
            "id": self.id,
            "sort": self.sort,
            "record": self.record,
            "number": self.number,
            "check": self.check,
            "kind": self.kind,
            "title": self.title,
            "author": self.author,
            "urgent": self.urgent,
            "why_urgent": self.why_urgent,
            "due": _time(self.due),
            "left_ms": None if self.due is None else self.due - now,
            "since": _time(self.since),
            "state": self.state,
            "readback_fields": list(self.readback_fields),
            "readback_asked": self.readback_asked,
            "text": self.says.text,
            "says": {"code": self.says.code, "values": dict(self.says.values)},
            "own": None if self.own is None else dict(self.own),
            "other": None if self.other is None else dict(self.other),
            "phrase": None if self.phrase is None else dict(self.phrase),
            "dismissed": _reaction(self.dismissed),
            "opened": _reaction(self.opened),
        }


def _time(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)


def _reaction(done: Reaction | None) -> dict[str, Json] | None:
    if done is None:
        return None
    return {"by": done.by, "reason": done.reason, "at": format_instant(done.at)}


def mark_of(*parts: Json) -> str:
    """Name what an item says, so that anything else it says later has another name."""
    return digest(canonical(list(parts)))


def in_order(items: Sequence[Item]) -> list[Item]:
    """Put items in the order of the inbox: open before settled, urgent, overdue, then by due."""
    return sorted(items, key=_rank)


def _rank(item: Item) -> tuple[bool, bool, bool, bool, int, str]:
    due = item.due if item.due is not None else 0
    return (
        not item.open,
        not item.urgent,
        item.state != "overdue",
        item.due is None,
        due,
        item.id,
    )
