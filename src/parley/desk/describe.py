"""Records, channels and grades as the API shows them: read from the node, worded, never judged."""

from dataclasses import asdict
from typing import Any

from parley.desk.plain import PlainLine, json_lines, plain_lines
from parley.desk.words import LEGAL, NOT_READ, banner, grade_meaning, grade_short, grades_summary
from parley.log.evidence_words import groups
from parley.node.channels import log_hash
from parley.node.overlay import Grade
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.projection.numbers import check_code, short_number
from parley.record.terms import Terms
from parley.values.instants import format_instant


class Describer:
    """Words for what one node holds."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def channel(self, channel: str) -> dict[str, Any]:
        """Describe a channel: its charter in short, and its logs."""
        terms = self._node.terms(channel)
        end = terms.in_force.end
        party = self._node.stations[terms.status].identity.name
        opened = self._node.opened(channel)
        return {
            "channel": channel,
            "title": asdict(self._node.charter_title(channel)),
            "fingerprint": groups(channel),
            "status": terms.status,
            "banner": banner(terms.status),
            "members": [
                {
                    "name": m.name,
                    "code": m.code,
                    "role": m.role,
                    "languages": list(m.languages),
                }
                for m in terms.members
            ],
            "in_force_from": format_instant(terms.in_force.start),
            "in_force_until": None if end is None else format_instant(end),
            "day_zone": terms.day_zone,
            "places": [
                {"names": [asdict(text) for text in p.names], "place": asdict(p.place)}
                for p in terms.places
            ],
            "own_party": party if party in terms.parties() else None,
            "logs": self.logs(channel),
            "unread": sum(o.unread is not None for entries in opened.values() for o in entries),
        }

    def logs(self, channel: str) -> list[dict[str, Any]]:
        """Describe the logs of a channel, in the order of their names."""
        own = self._node.stations[self._node.terms(channel).status].identity.name
        return [
            {
                "origin": origin,
                "hash": log_hash(origin),
                "size": len(entries),
                "own": party_of(origin) == own,
            }
            for origin, entries in sorted(self._node.opened(channel).items())
        ]

    def grades_answer(self, channel: str, opened: Opened) -> dict[str, Any]:
        """Describe the grades of a record, and what they do not prove."""
        grades = self._node.grades_of(channel, [opened])[0]
        return {
            "record": opened.name,
            "grades": [_grade(grade) for grade in grades],
            "summary": _known(grades),
            "not_proven": NOT_READ,
        }

    def summaries(self, channel: str, entries: list[Opened]) -> list[dict[str, Any]]:
        """Describe records as lists show them."""
        terms = self._node.terms(channel)
        found = zip(entries, self._node.grades_of(channel, entries), strict=True)
        return [self._summary(terms, opened, grades) for opened, grades in found]

    def _summary(self, terms: Terms, opened: Opened, grades: list[Grade]) -> dict[str, Any]:
        return {**head_of(terms, opened, self._title(opened)), "known": _known(grades)}

    def _title(self, opened: Opened) -> str | None:
        if opened.record is None or opened.body is None:
            return None
        return self._node.kinds[opened.record.kind].title

    def full(self, channel: str, opened: Opened) -> dict[str, Any]:
        """Describe a record with everything it says."""
        terms = self._node.terms(channel)
        grades = self._node.grades_of(channel, [opened])[0]
        record = opened.record
        extent = record.extent if record else None
        names = type(extent).__slots__ if extent else ()
        return {
            **self._summary(terms, opened, grades),
            "channel": channel,
            "id": record.id if record else None,
            "status": record.status if record else None,
            "body": dict(record.body) if record else None,
            "refs": [
                {"role": r.role, "record": r.record, "number": self.number(channel, r.record)}
                for r in (record.refs if record else ())
            ],
            "parts": [
                {
                    "name": p.name,
                    "sha256": p.sha256,
                    "size": p.size,
                    "media_type": p.media_type,
                    "part_class": p.part_class,
                    "audience": list(p.audience),
                }
                for p in (record.parts if record else ())
            ],
            "extent": {n: getattr(extent, n) for n in names} if extent else None,
            "plain": [
                {"label": line.label, "lines": list(line.lines), "lang": line.lang}
                for line in body_lines(opened, terms.day_zone)
            ],
            "grades": [_grade(grade) for grade in grades],
            "legal": LEGAL,
        }

    def number(self, channel: str, name: str) -> str | None:
        """Give the short number of a record named in a channel, if it is here and readable."""
        terms = self._node.terms(channel)
        for entries in self._node.opened(channel).values():
            for opened in entries:
                if opened.name == name:
                    return number_of(terms, opened)
        return None


def _grade(grade: Grade) -> dict[str, Any]:
    return {
        "grade": grade.grade,
        "holder": grade.holder,
        "at": format_instant(grade.at),
        "by_record": grade.by_record,
        "only_here": grade.only_here,
        "stance": grade.stance or None,
        "says": grade_short(grade.grade, grade.holder),
        "means": grade_meaning(grade.grade, grade.holder),
    }


def _known(grades: list[Grade]) -> str:
    return grades_summary([(g.grade, g.holder) for g in grades])


def body_lines(opened: Opened, zone: str) -> tuple[PlainLine, ...]:
    """Write what a record says in plain lines, also when its kind is not known here."""
    if opened.body is not None:
        return plain_lines(opened.body, zone)
    if opened.record is not None:
        return tuple(json_lines(dict(opened.record.body)))
    return ()


def head_of(terms: Terms, opened: Opened, title: str | None) -> dict[str, Any]:
    """Say what a record is, in the shape ``RecordHead``."""
    record, u = opened.record, opened.unread
    return {
        "number": number_of(terms, opened),
        "check_code": check_code(opened.name) if opened.name else None,
        "name": opened.name,
        "kind": record.kind if record else None,
        "title": title,
        "author": record.author if record else party_of(opened.origin),
        "priority": record.priority if record else None,
        "issued": format_instant(record.issued) if record else None,
        "origin": opened.origin,
        "index": opened.index,
        "unread": {"code": u.code, "what": u.what, "where": u.where} if u else None,
    }


def number_of(terms: Terms, opened: Opened) -> str | None:
    """Give the short number of a record, or None when its common fields cannot be read."""
    if opened.record is None:
        return None
    party = party_of(opened.origin)
    code = next((m.code for m in terms.members if m.name == party), "??")
    lane = opened.origin.rpartition("/")[2]
    return short_number(code, lane, opened.index, opened.record.issued, terms.day_zone)


def party_of(origin: str) -> str:
    """Name the party whose log this is."""
    return origin.removeprefix("exercise.invalid/").partition("/")[0]
