"""The charter as a view: what is in force, who has logged it, keys, agreed texts and places."""

from collections import defaultdict

from parley.projection.governance import AgreedPlace, AgreedText
from parley.projection.keys import KeySpan
from parley.projection.shown import metres, minima_json, names, position_json, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.signature import key_id
from parley.record.terms import Terms


def charter_view(situation: Situation) -> dict[str, Json]:
    """Write the rules in force at the instant of the view and where they come from."""
    governance, at = situation.governance, situation.at
    charter = governance.charter_at(at)
    return {
        "unread": situation.unread,
        "stands": governance.stands,
        "in_force": governance.in_force(at),
        "digest": charter.digest if charter else None,
        "terms": _terms_json(charter.terms) if charter and charter.terms else None,
        "texts": [_text_json(situation, text) for text in governance.texts],
        "keys": _keys_json(situation),
        "refused_changes": [
            {
                "origin": origin,
                "record": refused.record,
                "key": key_id(refused.change.key.public),
                "change": refused.change.change,
                "why": refused.why,
            }
            for origin, history in sorted(governance.keys.items())
            for refused in history.refused
        ],
        "places": [_place_json(place) for place in governance.places if place.agreed],
        "proposed_places": [_place_json(place) for place in governance.places if not place.agreed],
    }


def _terms_json(terms: Terms) -> Json:
    return {
        "status": terms.status,
        "from": time_json(terms.in_force.start),
        "until": time_json(terms.in_force.end),
        "members": [
            {"name": m.name, "code": m.code, "role": m.role, "languages": list(m.languages)}
            for m in terms.members
        ],
        "minima": minima_json(terms.minima),
        "deadlines": {
            priority: {"receipt_s": d.receipt_ms // 1000, "answer_s": d.answer_ms // 1000}
            for priority, d in terms.deadlines.items()
        },
        "day_zone": terms.day_zone,
        "day_cutoff": terms.day_cutoff,
        "signatures_needed": {**(terms.signatures_needed or {})},
        "readback_kinds": list(terms.readback_kinds),
        "warning_repeat_s": terms.warning_repeat_ms // 1000,
        "lead_times_s": {k: ms // 1000 for k, ms in (terms.lead_times_ms or {}).items()},
    }


def _text_json(situation: Situation, text: AgreedText) -> Json:
    logged = [opened for records in text.records.values() for opened in records]
    withdrawn = {o.party for o in logged if situation.register.is_withdrawn(o)}
    return {
        "digest": text.digest,
        "kind": text.kind,
        "stands": text.stands,
        "named": list(text.named),
        "missing": list(text.missing),
        "void": text.void or None,
        "withdrawn_by": names(sorted(withdrawn)),
        "records": [situation.label(opened) for opened in logged],
    }


def _keys_json(situation: Situation) -> Json:
    """Write each key once, with the indices at which each lane of its holder takes it."""
    lanes: dict[tuple[str, str, str], dict[str, Json]] = defaultdict(dict)
    governance = situation.governance
    if governance.first is not None:
        for key in governance.first.keys:
            lanes[key.holder, key.role, key_id(key.public)] = {}
    for _, history in sorted(governance.keys.items()):
        for span in history.spans:
            holder, role = span.key.holder, span.key.role
            lanes[holder, role, key_id(span.key.public)][history.lane] = _span_json(span)
    return [
        {"holder": holder, "role": role, "key": key, "lanes": spans}
        for (holder, role, key), spans in sorted(lanes.items())
    ]


def _span_json(span: KeySpan) -> Json:
    return {
        "from": span.since,
        "until": span.until,
        "revoked": span.revoked,
        "added_by": span.added_by or None,
        "ended_by": span.ended_by or None,
    }


def _place_json(place: AgreedPlace) -> Json:
    known = place.known
    return {
        "names": [{"lang": name.lang, "text": name.text} for name in known.names],
        **position_json(known.place.position),
        "tolerance_m": metres(known.place.precision_e4m),
        "stated": known.place.stated,
        "record": place.source.name,
    }
