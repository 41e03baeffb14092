"""The dossier as a whole: a pure function of (channel, sizes, instant, rules, area, window).

It selects and sets side by side; it says who said what, and what is not there, and judges nothing.
"""

from collections.abc import Mapping

from parley.projection.advisories import Advisory
from parley.projection.dossier.events import events_json, plans_json
from parley.projection.dossier.gaps import gaps_json
from parley.projection.dossier.knowing import Knowing, knowing_json
from parley.projection.dossier.scope import Scope
from parley.projection.dossier.selection import Selection, select
from parley.projection.fold import Opened
from parley.projection.notices import Notice
from parley.projection.scene import Scene
from parley.projection.shown import level_json, names, place_json, time_json, window_json
from parley.projection.situation import Situation
from parley.projection.view import RULES, find_advisories
from parley.record.canonical import Json
from parley.record.envelope import Part
from parley.record.kind import Subject

FORM = "parley/dossier/1"
"""The form of what ``dossier_of`` gives; a change of its keys changes it."""


def dossier_of(scene: Scene, scope: Scope) -> tuple[dict[str, Json], tuple[Opened, ...]]:
    """Make the dossier, and give the records in it in folding order.

    Every key is ASCII, every number an integer, and equal arguments give equal JSON on every node.
    """
    situation = scene.situation
    selection = select(situation, scope)
    notices = {n.opened.name: n for n in scene.notices if n.opened.name in selection.reasons}
    knowing = Knowing(situation)
    events = events_json(scene, selection)
    by_time = sorted(selection.records, key=lambda o: (o.said.issued, o.origin, o.index))
    found: dict[str, Json] = {
        "form": FORM,
        "channel": situation.channel,
        "upto": dict(situation.said.upto),
        "at": time_json(situation.at),
        "rules": RULES,
        "scope": scope.to_json(),
        "charter": _charter_json(situation),
        "records": [
            _record_json(situation, selection, opened, notices.get(opened.name), knowing)
            for opened in by_time
        ],
        "timeline": _timeline(situation, selection, knowing),
        "events": events,
        "plans": plans_json(situation, selection),
        "gaps": gaps_json(scene, scope, selection, notices, knowing, events),
        "outside": [_outside_json(situation, name, by) for name, by in selection.outside.items()],
        "flags": [
            _flag_json(situation, each)
            for each in find_advisories(scene)
            if any(o.name in selection.reasons for o in each.records)
        ],
    }
    return found, selection.records


def _charter_json(situation: Situation) -> Json:
    terms = situation.governance.first
    if terms is None:
        return None
    return {
        "status": terms.status,
        "day_zone": terms.day_zone,
        "members": [{"name": m.name, "code": m.code, "role": m.role} for m in terms.members],
    }


def _record_json(
    situation: Situation,
    selection: Selection,
    opened: Opened,
    notice: Notice | None,
    knowing: Knowing,
) -> Json:
    record, register = opened.said, situation.register
    reason = selection.reasons[opened.name]
    return {
        **situation.label(opened),
        "priority": record.priority,
        "origin": opened.origin,
        "index": opened.index,
        "status": register.status(opened),
        "replaced_by": names(register.replaced_by(opened)),
        "withdrawn_by": names(register.withdrawn_by(opened)),
        "why": {"how": reason.how, "of": reason.of},
        "refs": [
            {
                "role": ref.role,
                "record": ref.record,
                "number": situation.number(ref.record),
                "inside": ref.record in selection.reasons,
            }
            for ref in record.refs
        ],
        "subjects": [_subject_json(subject) for subject in opened.facts.subjects],
        "parts": [_part_json(part) for part in record.parts],
        "knowing": knowing_json(situation, opened, notice, knowing),
        "body": dict(record.body),
    }


def _subject_json(subject: Subject) -> Json:
    return {
        "manner": subject.manner,
        "place": place_json(subject.place),
        "during": window_json(subject.during),
        "lower": level_json(subject.lower),
        "upper": level_json(subject.upper),
        "parties": names(subject.parties),
    }


def _part_json(part: Part) -> Json:
    return {
        "name": part.name,
        "sha256": part.sha256,
        "size": part.size,
        "media_type": part.media_type,
        "class": part.part_class,
        "audience": names(part.audience),
    }


def _timeline(situation: Situation, selection: Selection, knowing: Knowing) -> Json:
    """Write what happened to the records, each time by the clock it was taken from."""
    rows: list[tuple[int, str, int, int, dict[str, Json]]] = []
    for opened in selection.records:
        said = opened.said
        named: dict[str, Json] = {"record": opened.name, "number": situation.number(opened.name)}
        first = {"at": time_json(said.issued), "clock": opened.party, "what": "said", **named}
        place = (opened.origin, opened.index)
        rows.append((said.issued, *place, 0, {**first, "by": opened.party, "kind": said.kind}))
        grades = knowing.of(opened)
        stored = {g.holder for g in grades if g.grade == "stored"}
        for i, grade in enumerate(grades, 1):
            if grade.grade == "answered" or (grade.grade == "head_seen" and grade.holder in stored):
                continue  # the answer is a record of its own; a receipt says more than a head seen
            row: dict[str, Json] = {
                "at": time_json(grade.at),
                "clock": grade.by if grade.grade == "told" else grade.holder,
                "what": grade.grade,
                **named,
                "holder": grade.holder,
                "by": grade.by,
                "shown_by": grade.record,
                **knowing.road(grade),
            }
            rows.append((grade.at, *place, i, row))
    rows.sort(key=lambda r: r[:4])
    return [row for *_, row in rows]


def _outside_json(situation: Situation, name: str, by: tuple[str, ...]) -> Json:
    opened = situation.said.by_name.get(name)
    known: Mapping[str, Json] = {"name": name} if opened is None else situation.label(opened)
    return {**known, "here": opened is not None, "referred_to_by": names(by)}


def _flag_json(situation: Situation, each: Advisory) -> Json:
    return {
        "id": each.id(situation.channel),
        "rule": each.rule,
        "severity": each.severity,
        "records": [o.name for o in each.records],
        "text": each.text.text,
        "settles": each.settles.text,
    }
