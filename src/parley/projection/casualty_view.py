"""The casualty register as a view: bounds, who is declared the same, every record; no names."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import get_args

from parley.projection.casualty_register import Bounds, CasualtyRegister, Row
from parley.projection.shown import names, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.casualties import Harm


def casualties_view(situation: Situation, register: CasualtyRegister) -> dict[str, Json]:
    """Write the bounds of each harm, then by status, cause, area, day and claimed actor."""
    return {
        "unread": situation.unread,
        "day_zone": register.zone,
        "totals": [{"harm": h, **bounds_json(register.bounds(h))} for h in get_args(Harm)],
        "by_status": _by(register, "status", lambda row: (row.claim.status,)),
        "by_sex": _by(register, "sex", lambda row: (row.claim.sex,)),
        "by_cause": _by(register, "cause", lambda row: (row.claim.cause,)),
        "by_area": _by(register, "area", lambda row: (row.claim.area,)),
        "by_day": _by(register, "day", lambda row: (row.day,)),
        "by_attribution": _attributed(register),
        "same_people": _same_people(register),
        "records": [_row_json(situation, row) for row in register.rows],
    }


def bounds_json(bounds: Bounds) -> dict[str, Json]:
    """Write bounds; see ``Bounds``."""
    return {
        "min": bounds.least,
        "max": bounds.most,
        "unbounded": bounds.unbounded,
        "max_apart": bounds.apart,
        "records": bounds.records,
    }


def _by(
    register: CasualtyRegister, what: str, values: Callable[[Row], Iterable[str | None]]
) -> Json:
    return [
        {"harm": harm, what: value, **bounds_json(bounds)}
        for harm, value, bounds in register.bounds_by(values)
    ]


def _attributed(register: CasualtyRegister) -> Json:
    """Write the bounds by actor, with whoever claims it and to which standards: never a finding."""
    claimed: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    standards: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for row in register.rows:
        for each in row.claim.attributed if row.counts else ():
            for actor in each.actors:
                claimed[row.claim.harm, actor].add(each.by or row.party)
                standards[row.claim.harm, actor].add(each.standard)
    by_actor = register.bounds_by(
        lambda row: dict.fromkeys(actor for each in row.claim.attributed for actor in each.actors)
    )
    return [
        {
            "harm": harm,
            "actor": actor,
            "claimed_by": names(sorted(claimed[harm, actor])),
            "standards": names(sorted(standards[harm, actor])),
            **bounds_json(bounds),
        }
        for harm, actor, bounds in by_actor
    ]


def _same_people(register: CasualtyRegister) -> Json:
    """Write each set of records declared to be of the same people, and who declared it.

    ``disputable``: it holds two records of one author that this author did not declare the same.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in register.rows:
        if row.counts:
            rows[row.person].append(row)
    found: list[Json] = []
    for leader, declared_by in sorted(register.declared_by.items()):
        members = rows[leader]
        authors = Counter(row.party for row in members)
        twice = {party for party, records in authors.items() if records > 1}
        found.append(
            {
                "records": names([row.opened.name for row in members]),
                "declared_by": names(declared_by),
                "disputable": bool(twice - set(declared_by)),
            }
        )
    return found


def _row_json(situation: Situation, row: Row) -> Json:
    claim = row.claim
    return {
        **situation.label(row.opened),
        "status": row.word,
        "counts": row.counts,
        "handle": claim.handle,
        "harm": claim.harm,
        "min": claim.at_least,
        "max": claim.at_most,
        "best": claim.best,
        "people": claim.status,
        "sex": claim.sex,
        "age": list(claim.age) if claim.age else None,
        "cause": claim.cause,
        "state": claim.state,
        "grade": claim.grade,
        "strength": claim.strength,
        "area": claim.area,
        "when": time_json(claim.when),
        "day": row.day,
        "sources": names(claim.sources),
        "attributed": [
            {
                "actors": names(each.actors),
                "standard": each.standard,
                "by": each.by or row.party,
            }
            for each in claim.attributed
        ],
        "same_as": names(claim.same_as),
        "incident": row.incident,
    }
