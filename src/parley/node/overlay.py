"""The grades of "they know" as this node sees them: from records, and from receipts held only here.

Records alone decide what every node sees alike. What our store holds beyond that is true as well,
yet nobody else can see it so far: it is marked ``only_here``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.node.channels import Channel
from parley.node.station import Station
from parley.projection.fold import Opened
from parley.projection.grades import ORDER, GradeName, grades_of
from parley.projection.heads import Memo
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade and its holder; ``at`` by the holder's clock; ``by_record`` the record showing it.

    ``only_here``: shown by a cosignature in our store that no record carries yet.
    """

    grade: Literal["told", "head_seen", "stored", "answered"]
    holder: str
    at: Instant
    by_record: str | None = None
    only_here: bool = False
    stance: str = ""

    def to_json(self) -> dict[str, Json]:
        """Give the grade as JSON."""
        return {
            "grade": self.grade,
            "holder": self.holder,
            "at": format_instant(self.at),
            "by_record": self.by_record,
            "only_here": self.only_here,
            "stance": self.stance or None,
        }


def situation_here(
    channel: Channel,
    *,
    logs: Mapping[str, Sequence[Opened]],
    at: Instant,
    agreed_kinds: frozenset[str],
    memo: Memo | None = None,
) -> Situation:
    """Fold all that is held of a channel, once for as many records as are asked about."""
    sizes = {origin: len(log) for origin, log in logs.items()}
    return Situation(channel.id, logs, sizes, at, agreed_kinds, memo)


def grades_here(
    station: Station, channel: Channel, opened: Opened, situation: Situation
) -> list[Grade]:
    """Give all grades of an entry, in the order of the grades, then by holder."""
    found: list[Grade] = []
    if opened.unread is None:
        found = [
            Grade(g.grade, g.holder, g.at, g.record, stance=g.stance)
            for g in grades_of(situation, opened)
        ]
    known = {(g.grade, g.holder) for g in found}
    author = channel.owner(opened.origin)
    for cosigned in station.store.cosignatures(opened.origin, opened.index + 1, earliest=True):
        for line, holder, role, time_s in station.reading.good_lines(channel, cosigned.head):
            grade: GradeName = "stored" if role == "receipt" else "head_seen"
            if line.name != cosigned.cosigner or holder == author or (grade, holder) in known:
                continue
            if cosigned.size <= station.store.size(opened.origin):
                known.add((grade, holder))
                found.append(Grade(grade, holder, Instant(time_s * 1000), only_here=True))
    return sorted(found, key=lambda g: (ORDER.index(g.grade), g.holder, g.at, g.by_record or ""))
