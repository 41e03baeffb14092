"""The register: every readable record with its number, its subject and what became of it."""

from parley.projection.fold import Opened
from parley.projection.register import ends_at
from parley.projection.shown import names, time_json, unread_json
from parley.projection.situation import Situation
from parley.record.canonical import Json


def register_view(situation: Situation) -> dict[str, Json]:
    """Write every record in folding order, then what is unread, with the reasons."""
    return {
        "unread": situation.unread,
        "records": [_record_json(situation, opened) for opened in situation.said.readable],
        "unread_entries": unread_json(situation.said.unread),
    }


def _record_json(situation: Situation, opened: Opened) -> Json:
    record, register = opened.said, situation.register
    return {
        **situation.label(opened),
        "origin": opened.origin,
        "index": opened.index,
        "priority": record.priority,
        "subject": register.subject(opened),
        "status": register.status(opened),
        "until": time_json(ends_at(opened)),
        "replaced_by": names(register.replaced_by(opened)),
        "withdrawn_by": names(register.withdrawn_by(opened)),
        "rivals": names(register.rivals(opened)),
        "refs": [
            {"role": r.role, "record": r.record, "here": r.record in situation.said.by_name}
            for r in record.refs
        ],
        "parts": [
            {"name": p.name, "sha256": p.sha256, "class": p.part_class} for p in record.parts
        ],
    }
