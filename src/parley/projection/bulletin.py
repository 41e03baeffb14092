"""The view ``bulletin``: what a centre tells of one day, each figure the sum of records.

A bulletin of a day is this view at the last instant of the day: sums are of what is said to have
happened from the start of the day up to the instant, whenever it was logged below the sizes. No
side's figures are added to another's. A total that somebody typed stands beside the sum that it
should be, with what the rules on totals (W23, W24) find in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from parley.projection.advisories import Advisory, in_order
from parley.projection.bulletin_truce import truce_json
from parley.projection.casualty_register import Row
from parley.projection.casualty_view import bounds_json
from parley.projection.counted import counting
from parley.projection.days import today
from parley.projection.fold import Opened
from parley.projection.reconciliation import Member, by_area, members_json
from parley.projection.recorded import HARMS
from parley.projection.relief import Sum
from parley.projection.relief_view import sum_json
from parley.projection.scene import Scene
from parley.projection.shown import time_json
from parley.projection.situation import Situation
from parley.projection.statements_view import replaced_by, statement_json
from parley.projection.tolls import Toll, toll_json
from parley.record.canonical import Json
from parley.record.claims.casualties import Harm
from parley.record.claims.relief import Delivered
from parley.record.claims.statements import Stated
from parley.values.instants import LAST, Instant, Interval

SECTIONS: Mapping[str, frozenset[str]] = {
    "reconciliation": frozenset({"settlements", "groups"}),
    "truce": frozenset({"allegations"}),
    "relief": frozenset({"actions", "tonnes", "people"}),
    "casualties": HARMS,
}
"""What the totals of each section count."""


def bulletin_view(scene: Scene, found: Sequence[Advisory]) -> dict[str, Json]:
    """Write the bulletin of the day in which the instant of the view lies.

    ``found`` are the advisories at the instant. ``closed``: the instant is the last of the day.
    ``channel_from``: since when the first charter is in force; before that nobody could log.
    """
    situation, day = scene.situation, today(scene.situation)
    terms, first = situation.terms, situation.governance.first
    sofar = Interval(day.during.start, Instant(min(LAST, situation.at + 1)))
    totals = _Totals(scene, sofar, found)
    return {
        "unread": situation.unread,
        "status": terms.status if terms else None,
        "day": day.name,
        "day_zone": terms.day_zone if terms else "UTC",
        "day_cutoff": terms.day_cutoff if terms else "00:00",
        "from": time_json(day.during.start),
        "until": time_json(day.during.end),
        "closed": situation.at >= day.last,
        "channel_from": time_json(first.in_force.start) if first else None,
        "reconciliation": {**_reconciliation(scene), "totals": totals.of("reconciliation")},
        "truce": {**truce_json(scene, sofar), "totals": totals.of("truce")},
        "relief": {**_relief(scene, sofar), "totals": totals.of("relief")},
        "casualties": {**_casualties(scene, sofar), "totals": totals.of("casualties")},
        "statements": _statements(situation, sofar),
        "advisories": _advisories(situation, found),
    }


# --- published totals


class _Totals:
    """The totals published in a day or for it, with the sums of records and what the rules find."""

    def __init__(self, scene: Scene, sofar: Interval, found: Iterable[Advisory]) -> None:
        self._scene = scene
        self._flags: dict[str, list[Json]] = {}
        self._tolls = [toll for toll in scene.tolls if toll.holds and _is_of(toll, sofar)]
        channel, mine = scene.situation.channel, {toll.opened.name for toll in self._tolls}
        for each in found:
            name = each.records[0].name if each.records else ""
            if each.rule in ("W23", "W24") and name in mine:
                flag: Json = {"id": each.id(channel), "rule": each.rule, "text": each.text.text}
                self._flags.setdefault(name, []).append(flag)

    def of(self, section: str) -> Json:
        """Write the totals of a section, in the order of publication."""
        counted = SECTIONS[section]
        return [self._json(toll) for toll in self._tolls if toll.claim.counted in counted]

    def _json(self, toll: Toll) -> Json:
        claim = toll.claim
        here = self._scene.recorded.sum(
            claim.counted, claim.counted_by, claim.area, claim.since, claim.until
        )
        return {
            **toll_json(self._scene.situation, toll),
            "recorded": None if here is None else {"min": here.least, "max": here.most},
            "flags": self._flags.get(toll.opened.name, []),
        }


def _is_of(toll: Toll, sofar: Interval) -> bool:
    """Tell whether a total was published in the day, or its period ends in it or with it."""
    claim, end = toll.claim, sofar.end or sofar.start
    return sofar.holds(claim.published) or sofar.start < claim.until <= end


# --- reconciliation


def _reconciliation(scene: Scene) -> dict[str, Json]:
    fold = scene.reconciliation
    start = fold.day.during.start
    by: list[Json] = []
    for party in sorted({*scene.situation.governance.parties, *fold.members, *fold.held}):
        members, held = fold.members.get(party, ()), fold.held.get(party)
        new = [member for member in members if member.since >= start]
        by.append(
            {
                "by": party,
                **members_json(members, fold.day),
                "areas": [
                    {"area": area or None, **members_json(each, fold.day)}
                    for area, each in by_area(new)
                ],
                "joined": [_joined_json(member) for member in new],
                "meetings": {
                    "total": held.total.total() if held else 0,
                    "new": held.new.total() if held else 0,
                    "outcomes": [
                        {"outcome": outcome, "new": held.new[outcome]}
                        for outcome in sorted(held.new if held else ())
                        if held
                    ],
                    "areas": [
                        {"area": area, "new": held.new_areas[area]}
                        for area in sorted(held.new_areas if held else ())
                        if held
                    ],
                },
            }
        )
    return {"by": by}


def _joined_json(member: Member) -> Json:
    return {
        "actor": member.actor,
        "actor_type": member.actor_type,
        "since": time_json(member.since),
        "area": member.area,
    }


# --- relief


def _relief(scene: Scene, sofar: Interval) -> dict[str, Json]:
    situation, tallies = scene.situation, scene.relief.tallies
    actions: dict[str, list[tuple[Opened, Delivered]]] = {}
    for opened, brought in counting(situation, Delivered):
        if sofar.holds(brought.at):
            actions.setdefault(opened.party, []).append((opened, brought))
    by: list[Json] = []
    for party in sorted({*situation.governance.parties, *tallies}):
        tally, areas = tallies.get(party), dict[str, Sum]()
        for _, brought in actions.get(party, ()):
            areas.setdefault(brought.area, Sum()).add(brought)
        by.append(
            {
                "by": party,
                "new": sum_json(tally.new if tally else Sum()),
                "total": sum_json(tally.total if tally else Sum()),
                "areas": [{"area": area, **sum_json(areas[area])} for area in sorted(areas)],
                "actions": [_action_json(situation, *each) for each in actions.get(party, ())],
            }
        )
    return {"by": by}


def _action_json(situation: Situation, opened: Opened, brought: Delivered) -> Json:
    return {
        "name": opened.name,
        "number": situation.number(opened.name),
        "organisation": brought.organisation,
        "area": brought.area,
        "at": time_json(brought.at),
        "outcome": brought.outcome,
        "kg": brought.kg,
        "people": brought.people,
        "treated": brought.treated,
    }


# --- casualties


def _casualties(scene: Scene, sofar: Interval) -> dict[str, Json]:
    situation = scene.situation
    register, end = scene.casualties, sofar.end or sofar.start

    def in_day(row: Row) -> bool:
        return row.claim.when is not None and sofar.holds(row.claim.when)

    def until_now(row: Row) -> bool:
        if row.claim.when is not None:
            return row.claim.when < end
        # Whoever states no time still says that it was before the first record of it.
        first = situation.said.by_name[situation.register.subject(row.opened)]
        return first.said.issued < end

    by_area = register.bounds_by(lambda row: (row.claim.area,) if in_day(row) else ())
    by_cause = register.bounds_by(lambda row: (row.claim.cause,) if in_day(row) else ())
    return {
        "harms": [
            {
                "harm": harm,
                "day": bounds_json(register.bounds(harm, in_day)),
                "running": bounds_json(register.bounds(harm, until_now)),
            }
            for harm in get_args(Harm)
        ],
        "areas": [{"harm": h, "area": area, **bounds_json(b)} for h, area, b in by_area],
        "causes": [{"harm": h, "cause": cause, **bounds_json(b)} for h, cause, b in by_cause],
    }


# --- statements and advisories


def _statements(situation: Situation, sofar: Interval) -> Json:
    said = [
        (claim.at, claim.speaker, opened.origin, opened.index, opened, claim)
        for opened, claim in situation.said.claims(Stated)
        if sofar.holds(claim.at)
    ]
    said.sort(key=lambda each: each[:4])
    replaced = replaced_by(situation) if said else {}
    return [statement_json(situation, opened, claim, replaced) for *_, opened, claim in said]


def _advisories(situation: Situation, found: Sequence[Advisory]) -> Json:
    """Write every advisory at the instant, the pressing ones first."""
    return [
        {
            "id": name,
            "rule": each.rule,
            "severity": each.severity,
            "text": {"lang": each.text.lang, "text": each.text.text},
        }
        for each, name in in_order(situation, found)
    ]
