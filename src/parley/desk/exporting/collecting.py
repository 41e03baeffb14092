"""Records of a channel, as folded, turned into items; what became of each stands beside it."""

from collections.abc import Collection, Iterator
from typing import Any

from parley.desk.exporting.columns import COLUMNS
from parley.desk.exporting.item import Alert, Item, Plan, Spot
from parley.desk.plain import plain_lines
from parley.projection.fold import Opened
from parley.projection.situation import Situation
from parley.record.kind import Body, Kinds, Occupancy
from parley.sky.extent import cap_of
from parley.values.instants import Instant, Interval, StatedTime, spanning
from parley.values.texts import Text

# Where a body states a time for which it has no trait, in the order in which they are looked for.
_TIMES = ("time", "said_at", "published_at", "period_from", "published")
# Words by which a thing is called, where a kind has no title of its own.
_TITLES = ("title", "label")


class Collector:
    """Makes items of one situation; sealed and personal parts are counted and never opened."""

    def __init__(self, situation: Situation, kinds: Kinds) -> None:
        self._situation = situation
        self._kinds = kinds

    def records(self, kinds: Collection[str]) -> list[Opened]:
        """Give the readable records of these kinds, as they were issued, then by log and index."""
        found = [o for o in self._situation.said.readable if o.said.kind in kinds]
        return sorted(found, key=lambda o: (o.said.issued, o.origin, o.index))

    def items(self, records: list[Opened]) -> Iterator[Item]:
        """Give an item for each record."""
        for opened in records:
            yield self.item(opened)

    def item(self, opened: Opened) -> Item:
        """Make the item of one record."""
        record, body, register = opened.said, opened.body, self._situation.register
        assert body is not None  # noqa: S101 - for the type checker: a readable record has one
        kind, during = self._kinds[record.kind], window_of(opened)
        occupancy, alert = opened.facts.occupancy, self._alert(opened, body)
        return Item(
            record=opened.name,
            number=self._situation.number(opened.name),
            kind=kind.name,
            kind_title=kind.title,
            author=record.author,
            urgent=record.priority == "urgent",
            issued=record.issued,
            state=register.status(opened),
            title=_title(body),
            replaced_by=self._numbers(register.replaced_by(opened)),
            withdrawn_by=self._numbers(register.withdrawn_by(opened)),
            rivals=self._numbers(register.rivals(opened)),
            refs=tuple((ref.role, ref.record) for ref in record.refs),
            start=None if during is None else during.start,
            end=None if during is None else during.end,
            area=getattr(body, "area", None),
            spot=_spot(opened),
            volumes=occupancy.volumes if occupancy else (),
            trajectories=occupancy.trajectories if occupancy else (),
            plan=_plan(opened, body),
            hulls=hulls_of(occupancy) if occupancy and alert else (),
            alert=alert,
            values={c.name: c.value(body) for c in COLUMNS.get(kind.name, ())},
            parts=len(record.parts),
        )

    def _numbers(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._situation.number(name) for name in names)

    def _alert(self, opened: Opened, body: Body) -> Alert | None:
        """Say what makes it a message, if it is urgent, an answer or a withdrawal."""
        facts, urgent = opened.facts, opened.said.priority == "urgent"
        if not urgent and opened.stance is None and not opened.said.refers("withdraws"):
            return None
        terms = self._situation.terms
        zone = terms.day_zone if terms else "UTC"
        said = [f"{line.label}: {' '.join(line.lines)}" for line in plain_lines(body, zone)]
        asked = getattr(body, "asked", None)
        return Alert(
            asks=facts.ask is not None,
            asked_of=facts.ask.of if facts.ask else None,
            stance=opened.stance,
            urgency=getattr(body, "urgency", None),
            instruction=asked if isinstance(asked, Text) else None,
            expires=facts.expires_at,
            plain="\n".join(said),
        )


def hulls_of(occupancy: Occupancy) -> tuple[Spot, ...]:
    """Give a disk around each shape: of the volumes, then of the trajectories."""
    caps = [cap_of(volume) for volume in occupancy.volumes]
    caps += [cap_of(way) for way in occupancy.trajectories]
    return tuple(Spot(c.middle.lat_e7, c.middle.lon_e7, c.radius_e4m) for c in caps)


def window_of(opened: Opened) -> Interval | None:
    """Give the time that a record is about, by its own words; None where it states none."""
    facts, body = opened.facts, opened.body
    if facts.occupancy is not None and facts.occupancy.windows:
        return spanning(facts.occupancy.windows)
    stated = [subject.during for subject in facts.subjects if subject.during is not None]
    if stated:
        return spanning(stated)
    if facts.watch is not None:
        return facts.watch.during
    due = getattr(body, "due", None)
    if isinstance(due, StatedTime):
        return Interval(due.at, due.at)
    return _from_fields(body)


def _from_fields(body: Any) -> Interval | None:
    for name in _TIMES:
        value = getattr(body, name, None)
        at = value.at if isinstance(value, StatedTime) else value
        if isinstance(at, int):
            end = getattr(body, "period_to", at) if name == "period_from" else at
            return Interval(Instant(at), Instant(end))
    return None


def _title(body: Body) -> str | None:
    for name in _TITLES:
        value = getattr(body, name, None)
        if isinstance(value, Text):
            return value.text
        if isinstance(value, str):
            return value
    return None


def _spot(opened: Opened) -> Spot | None:
    place = next((s.place for s in opened.facts.subjects if s.place is not None), None)
    return None if place is None else Spot(place.lat_e7, place.lon_e7, place.precision_e4m)


def _plan(opened: Opened, body: Body) -> Plan | None:
    occupancy = opened.facts.occupancy
    if occupancy is None:
        return None
    description = getattr(body, "description", None)
    return Plan(
        role=occupancy.role,
        title=occupancy.title,
        margin=occupancy.margin,
        activity=occupancy.activity,
        description=description if isinstance(description, Text) else None,
        zone_type=occupancy.zone_type,
        asks=occupancy.asks,
        affects=occupancy.affects,
    )
