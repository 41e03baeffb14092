"""The view ``relief``: sites, movements, requests, deliveries, and who let what through.

All of it comes from what the records say to everybody, so it is coarse; of personal parts it tells
who was given them, and nothing of what is in them.
"""

from collections.abc import Mapping, Sequence

from parley.projection.fold import Opened
from parley.projection.notices import Notice
from parley.projection.relief import Addressee, Known, Relief, Sum
from parley.projection.shown import metres, place_json, time_json, window_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.relief import Delivered, Requested

MOST_LISTED = 20


def relief_view(situation: Situation, relief: Relief) -> dict[str, Json]:
    """Write the fold; every version of every record with what became of it."""
    serving: dict[str, list[Json]] = {}
    for opened, _ in relief.deliveries:
        for name in opened.said.refers("about"):
            serving.setdefault(name, []).append(opened.name)
    return {
        "unread": situation.unread,
        "day": relief.day.name,
        "sites": _all(situation, relief, "site", serving),
        "movements": _all(situation, relief, "movement", serving),
        "requests": [
            _request_json(situation, opened, claim, notice, serving)
            for opened, claim, notice in relief.requests
        ],
        "deliveries": [_delivery_json(situation, *each) for each in relief.deliveries],
        "counted": [
            {
                "by": party,
                "total": sum_json(tally.total),
                "new": sum_json(tally.new),
                "areas": [
                    {"area": area, **sum_json(tally.areas[area])} for area in sorted(tally.areas)
                ],
            }
            for party, tally in relief.tallies.items()
        ],
    }


def _all(
    situation: Situation, relief: Relief, sort: str, serving: Mapping[str, Sequence[Json]]
) -> list[Json]:
    return [
        _known_json(situation, known, serving) for known in relief.known if known.claim.sort == sort
    ]


def _known_json(situation: Situation, known: Known, serving: Mapping[str, Sequence[Json]]) -> Json:
    claim, opened = known.claim, known.opened
    verified: Json = None
    if claim.verified is not None:
        said = claim.verified
        verified = {"by": said.by, "at": time_json(said.at), "how": said.how}
    consented = claim.consented
    return {
        **situation.label(opened),
        "handle": claim.handle,
        "title": claim.title,
        "organisation": claim.organisation,
        "version": known.version,
        "status": known.status,
        "state": known.state,
        "steps": [{"step": step, "at": time_json(at)} for step, at in known.steps],
        "subject": situation.register.subject(opened),
        "emergency": claim.emergency,
        "asks_answer": opened.facts.ask is not None,
        "areas": list(claim.areas),
        "places": [place_json(place) for place in claim.places],
        "reach_m": metres(claim.reach_e4m),
        "window": window_json(claim.during),
        "public": claim.exact_is_public,
        "exact_to": list(known.exact_to),
        "verified": verified,
        "consented": {
            "by": consented.by,
            "at": time_json(consented.at),
            "to": None if consented.to is None else list(consented.to),
        },
        "renew_by": time_json(claim.renew_by),
        "same_handle": [situation.number(other.name) for other in known.same_handle],
        "addressees": [_addressee_json(situation, each) for each in known.addressees],
        "incidents": _first(situation, known.incidents),
        "incidents_in_all": len(known.incidents),
        "enquiries": _first(situation, known.enquiries),
        "enquiries_in_all": len(known.enquiries),
        "deliveries": list(serving.get(opened.name, ())),
    }


def _first(situation: Situation, records: Sequence[Opened]) -> Json:
    """Label the first of them: each version tells of all, so none may list very many."""
    return [situation.label(opened) for opened in records[:MOST_LISTED]]


def _addressee_json(situation: Situation, each: Addressee) -> Json:
    asked = each.asked
    return {
        "party": each.party,
        "state": each.state,
        "by": None if each.by is None else situation.label(each.by),
        "answer_due": time_json(asked.answer_due),
        "receipt": asked.receipt,
        "stored_at": None if asked.stored is None else time_json(asked.stored.at),
        "said_by": [
            {**situation.label(opened), "outcome": passed.outcome}
            for opened, passed in each.said_by
        ],
    }


def _request_json(
    situation: Situation,
    opened: Opened,
    claim: Requested,
    notice: Notice | None,
    serving: Mapping[str, Sequence[Json]],
) -> Json:
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "by": claim.by,
        "area": claim.area,
        "needs": [
            {"good": need.good, "kg": need.kg, "people": need.people} for need in claim.needs
        ],
        "until": time_json(claim.until),
        "asked": [
            {"party": asked.party, "state": asked.state}
            for asked in (notice.asked if notice else ())
        ],
        "deliveries": list(serving.get(opened.name, ())),
    }


def _delivery_json(situation: Situation, opened: Opened, claim: Delivered) -> Json:
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "organisation": claim.organisation,
        "area": claim.area,
        "at": time_json(claim.at),
        "outcome": claim.outcome,
        "kg": claim.kg,
        "people": claim.people,
        "treated": claim.treated,
        "serves": list(opened.said.refers("about")),
    }


def sum_json(total: Sum) -> dict[str, Json]:
    """Write a sum of actions; ``kg`` in kilograms."""
    return {
        "actions": total.actions,
        "not_delivered": total.not_delivered,
        "kg": total.kg,
        "people": total.people,
        "treated": total.treated,
    }
