"""The dossier of an area and a window as this node can give it: the common part, and its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from parley.node.overlay import grades_here
from parley.node.runtime import Node
from parley.node.station import Station
from parley.projection.dossier.scope import Scope
from parley.projection.dossier.whole import dossier_of
from parley.projection.fold import Opened
from parley.projection.scene import Scene
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant


@dataclass(frozen=True, slots=True)
class Dossier:
    """``common`` is equal on every node at equal arguments; ``here`` is what only this one holds.

    ``records`` are those in it, in folding order.
    """

    common: dict[str, Json]
    here: dict[str, Json]
    records: tuple[Opened, ...]


def dossier_here(
    node: Node,
    channel: str,
    scope: Scope,
    *,
    upto: Mapping[str, int] | None = None,
    at: Instant | None = None,
) -> Dossier:
    """Make a dossier; by default up to all that is held, at this instant of the node's clock.

    ``here`` lists receipts that no record carries yet, and which parts beside the records are held:
    never their content. Raises ``ViewAhead`` for sizes beyond what is held.
    """
    logs = node.opened(channel)
    sizes = {origin: len(log) for origin, log in logs.items()} if upto is None else upto
    instant = node.clock.now() if at is None else at
    agreed = frozenset(kind.name for kind in node.kinds if kind.agreed)
    memo = node.memos.setdefault(channel, {})
    situation = Situation(channel, logs, sizes, instant, agreed, memo)
    common, records = dossier_of(Scene(situation), scope)
    station = node.stations[node.terms(channel).status]
    here: dict[str, Json] = {
        "node": station.identity.name,
        "only_here": _only_here(station, channel, situation, records),
        "parts": [
            {"record": opened.name, "sha256": part.sha256, "held": _held(station, part.sha256)}
            for opened in records
            for part in opened.said.parts
        ],
    }
    return Dossier(common, here, records)


def _only_here(
    station: Station, channel: str, situation: Situation, records: tuple[Opened, ...]
) -> list[Json]:
    """Give the receipts and heads seen that lie in this node's store and in no record."""
    home = next(c for c in station.channels.all() if c.id == channel)
    return [
        {
            "record": opened.name,
            "number": situation.number(opened.name),
            "grade": grade.grade,
            "holder": grade.holder,
            "at": format_instant(grade.at),
        }
        for opened in records
        for grade in grades_here(station, home, opened, situation)
        if grade.only_here
    ]


def _held(station: Station, digest: str) -> str:
    state = station.parts.state(digest)
    if state is None:
        return "not held"
    return "erased" if state.erased else "held"
