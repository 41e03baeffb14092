"""What is said to have happened, side by side; and the plans that met, while they stood."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from parley.projection.account_rules import NEIGHBOURS, differences
from parley.projection.dossier.scope import spoken_of
from parley.projection.dossier.selection import Selection
from parley.projection.fold import Opened
from parley.projection.incidents import tells
from parley.projection.numbers import conflict_number
from parley.projection.occupants import occupant_of, subject_for
from parley.projection.scene import Scene
from parley.projection.shown import names, place_json, position_json, time_json, window_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.kind import Subject as About
from parley.sky.encounters import Encounter, Subject
from parley.sky.index import conflicts
from parley.values.instants import Instant

MOST_COMPARED = 2_000
"""Of more plans in one dossier, none are compared: the air view does that."""


def events_json(scene: Scene, selection: Selection) -> list[Json]:
    """Write every event: accounts that signed claims join, then those that stand alone, by time."""
    situation = scene.situation
    chosen = {o.name: o for o in selection.records}
    groups: list[tuple[tuple[Opened, ...], tuple[str, ...], tuple[str, ...]]] = []
    joined: set[str] = set()
    for group in scene.incidents.groups:
        told = (o for o in group.accounts if o.name in chosen)
        accounts = tuple(sorted(told, key=lambda o: (o.said.issued, o.origin, o.index)))
        if accounts or any(name in chosen for name in group.incidents):
            groups.append((accounts, group.incidents, group.claimed_by))
            joined.update(o.name for o in accounts)
    for opened in selection.records:
        if tells(opened) and opened.name not in joined:
            groups.append(((opened,), (), ()))
    groups.sort(key=lambda g: (min((spoken_of(o).start for o in g[0]), default=0), g[1]))
    return [_event_json(situation, *group) for group in groups]


def _event_json(
    situation: Situation,
    accounts: tuple[Opened, ...],
    incidents: tuple[str, ...],
    claimed_by: tuple[str, ...],
) -> Json:
    authors = {o.party for o in accounts}
    silent = [p for p in situation.governance.parties if p not in authors]
    return {
        "incidents": [situation.label(situation.said.by_name[name]) for name in incidents],
        "claimed_by": names(claimed_by),
        "accounts": [_account_json(situation, o) for o in accounts],
        "differ": names(differences(list(_pairs(accounts)))),
        "no_account_of": names(silent),
    }


def _pairs(accounts: tuple[Opened, ...]) -> Iterator[tuple[About, About]]:
    for a, b in combinations(accounts[:NEIGHBOURS], 2):
        if a.party != b.party and a.facts.subjects and b.facts.subjects:
            yield a.facts.subjects[0], b.facts.subjects[0]


def _account_json(situation: Situation, opened: Opened) -> Json:
    subject = next(iter(opened.facts.subjects), None)
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "place": place_json(subject.place) if subject else None,
        "during": window_json(subject.during) if subject else None,
        "parties": names(subject.parties if subject else ()),
    }


def plans_json(situation: Situation, selection: Selection) -> dict[str, Json]:
    """Write which filed plans met, each version on its own, and from when until when both stood.

    ``stood`` goes by the times their authors claim; ``until`` null: neither was replaced nor
    withdrawn. ``compared`` false: there were too many plans to compare here.
    """
    plans = [o for o in selection.records if o.facts.occupancy and o.facts.occupancy.windows]
    if len(plans) > MOST_COMPARED:
        return {"compared": False, "met": []}
    prepared = [subject_for(occupant_of(situation, opened.name, [opened])) for opened in plans]
    by_name = {o.name: o for o in plans}
    found = conflicts(each for each in prepared if isinstance(each, Subject))
    met = [_met_json(situation, by_name, each) for each in found]
    return {"compared": True, "met": [row for row in met if row is not None]}


def _met_json(situation: Situation, plans: Mapping[str, Opened], each: Encounter) -> Json:
    a, b = plans[each.a], plans[each.b]
    begin = max(a.said.issued, b.said.issued)
    ends = [end for o in (a, b) if (end := _stood_until(situation, o)) is not None]
    if ends and min(ends) <= begin:
        return None  # the one was gone before the other was filed
    subjects = [situation.register.subject(o) for o in (a, b)]
    return {
        "id": conflict_number(situation.channel, *subjects),
        "verdict": each.verdict,
        "plans": [situation.label(a), situation.label(b)],
        "stood": {"from": time_json(begin), "until": time_json(min(ends, default=None))},
        "closest": {
            "lateral_m": each.lateral_m,
            "vertical_m": each.vertical_m,
            "time_gap_s": each.time_gap_s,
            "position": position_json(each.position),
            "from": time_json(each.begin),
            "until": time_json(each.until),
        },
        "broken": list(each.broken),
        "open": list(each.open),
    }


def _stood_until(situation: Situation, opened: Opened) -> Instant | None:
    by = situation.register.replaced_by(opened) + situation.register.withdrawn_by(opened)
    return min((situation.said.by_name[name].said.issued for name in by), default=None)
