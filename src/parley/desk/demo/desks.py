"""What the desks show: each view is computed by every side's node, and must be the same bytes."""

from dataclasses import dataclass, field
from typing import Any, cast

from parley.desk.demo.world import World
from parley.errors import DemoFailed
from parley.record.canonical import canonical, digest
from parley.values.instants import parse_instant


@dataclass(frozen=True, slots=True)
class Shown:
    """A view as all desks show it: its content, and the canonical bytes that they share."""

    data: dict[str, Any]
    raw: bytes

    @property
    def sha256(self) -> str:
        """The digest of the canonical bytes."""
        return digest(self.raw)


class Desks:
    """The desks of all parties in one channel, and what they have shown so far."""

    def __init__(self, world: World, channel: str) -> None:
        self._world = world
        self._channel = channel
        self._advised: set[str] = set()
        self._conflicts: dict[str, dict[str, Any]] = {}

    def view(self, name: str) -> Shown:
        """Compute a view on every side's node; raises DemoFailed unless the bytes are equal."""
        first, *others = self._world.setting.parties
        views = {p: self._world.nodes[p].view(self._channel, name) for p in (first, *others)}
        raw = {party: canonical(view) for party, view in views.items()}
        for party in others:
            if raw[party] != raw[first]:
                raise DemoFailed(f"the desks of {first} and {party} differ", where=f"view {name}")
        return Shown(cast("dict[str, Any]", views[first]["data"]), raw[first])

    def new_advisories(self) -> list[dict[str, Any]]:
        """Give the advisories that stand on all desks now and were not given before."""
        rows: list[dict[str, Any]] = self.view("advisories").data["advisories"]
        fresh = [row for row in rows if row["id"] not in self._advised]
        self._advised.update(row["id"] for row in fresh)
        return fresh

    def air(self) -> "Air":
        """Look at the air picture: which conflicts are new since the last look, which are gone."""
        picture = self.view("air")
        now = {row["id"]: row for row in picture.data["conflicts"]}
        before, self._conflicts = self._conflicts, now
        return Air(
            picture,
            # two flights that meet before a flight that meets a zone
            new=sorted((r for n, r in now.items() if n not in before), key=_has_zone),
            gone=[row for number, row in before.items() if number not in now],
            left=len(now),
        )

    def answered(self, record: str) -> dict[str, Any] | None:
        """Give the row of the notices view that holds an answer, with its read-back compared."""
        for notice in self.view("notices").data["notices"]:
            for asked in notice["asked"]:
                for answer in asked["answers"]:
                    if answer["name"] == record:
                        return {**answer, "notice": notice["number"]}
        return None

    def next_due(self) -> int | None:
        """Give the instant at which the next answer is due that is not there, in ms UTC."""
        from_views = [
            asked["answer_due"]
            for notice in self.view("notices").data["notices"]
            for asked in notice["asked"]
            if asked["state"] == "unanswered-open" and asked["answer_due"] is not None
        ]
        return min((parse_instant(text) for text in from_views), default=None)


def _has_zone(conflict: dict[str, Any]) -> bool:
    return "zone" in (conflict["a"]["role"], conflict["b"]["role"])


@dataclass(frozen=True, slots=True)
class Air:
    """One look at the air picture, compared with the look before it."""

    picture: Shown
    new: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    left: int = 0
