"""A plan put to the skies of a node, and what it would meet there; nothing is stored."""

from typing import Any

from parley.desk.encounter_value import closest_value, minima_value, offer_value
from parley.errors import BadQuery, UnknownMember
from parley.kinds.air.geojson import Feature
from parley.node.runtime import Node
from parley.node.skies import Answer, Met, Question
from parley.projection.numbers import conflict_number
from parley.record.canonical import canonical, digest
from parley.record.kind import Body, Occupancy, Occupies
from parley.values.instants import format_instant


def asked_answer(
    node: Node, question: Question, title: str, channel: str | None, *, offers: bool = False
) -> dict[str, Any]:
    """Put a plan to one channel, or to all of the node's first status; see ``CheckAnswer``."""
    status = node.identity.status if channel is None else node.terms(channel).status
    own = node.stations[status].identity.name
    asked = (channel,) if channel else tuple(c for c in node.channels() if _is(node, c, status))
    _check_bound(node, question, asked)
    offering = offers and question.party == own and question.occupancy.role == "activity"
    answers = [node.ask(each, question, offering=offering) for each in asked]
    met = [(answer, each) for answer in answers for each in answer.met]
    node.questions.answered(met=len(met), offers=sum(len(each.offers) for _, each in met))
    plan = {"id": question.name, "party": question.party, "title": title}
    return {
        "plan": plan,
        "at": format_instant(node.clock.now()),
        "clear": bool(answers) and all(answer.clear for answer in answers),
        "conflicts": [_met(answer, each, plan) for answer, each in met],
        "channels": [_answer(answer) for answer in answers],
        "asked": node.questions.tally().to_json(),
    }


def question_of_body(body: Body, party: str) -> Question:
    """Take the body of a record of one's own as a plan."""
    if not isinstance(body, Occupies):
        raise BadQuery("it takes up no space: there is nothing to compare", where="kind")
    return Question(_name(party, [body]), party, body.occupancy())


def _name(party: str, bodies: list[Body]) -> str:
    written = sorted(canonical(body.to_json()) for body in bodies)
    return digest(b"parley/question/1\n" + canonical(party) + b"\n" + b"\n".join(written))


def _check_bound(node: Node, question: Question, channels: tuple[str, ...]) -> None:
    """Refuse a zone that is to bind somebody of none of these channels: it would meet nothing."""
    members = {member.name for each in channels for member in node.terms(each).members}
    for name in question.occupancy.affects or ():
        if name not in members:
            others = ", ".join(sorted(members - {question.party}))
            said = f"{name!r} is no member of a channel asked about"
            raise UnknownMember(said, where="properties.affects", hint=f"these are {others}")


def _is(node: Node, channel: str, status: str) -> bool:
    return node.terms(channel).status == status


def question_of(features: tuple[Feature, ...], own: str) -> tuple[Question, str]:
    """Take the features of a file as one plan with its title; refuse several."""
    if not features:
        raise BadQuery("there is no feature in it", where="body")
    said = [feature.body.occupancy() for feature in features]
    parties = {feature.party or own for feature in features}
    shared = {one.activity for one in said}
    if len(parties) > 1 or (len(features) > 1 and (len(shared) > 1 or None in shared)):
        raise BadQuery(
            "more than one plan",
            where="body",
            hint="ask about one; features of one plan share properties.activity",
        )
    (party,) = parties
    first = said[0]
    occupancy = Occupancy(
        first.role,
        first.title,
        tuple(volume for one in said for volume in one.volumes),
        activity=first.activity,
        affects=first.affects,
        margin=first.margin,
        trajectories=tuple(way for one in said for way in one.trajectories),
    )
    name = _name(party, [feature.body for feature in features])
    return Question(name, party, occupancy), features[0].body.title


def _met(answer: Answer, met: Met, plan: dict[str, str]) -> dict[str, Any]:
    occupant, encounter = met.occupant, met.encounter
    theirs = {"id": occupant.subject, "party": occupant.party, "title": occupant.title}
    return {
        "id": conflict_number(answer.channel, plan["id"], occupant.subject),
        "channel": answer.channel,
        "verdict": encounter.verdict,
        "plan": plan,
        "other": {
            **theirs,
            "role": occupant.role,
            "records": [opened.name for opened in occupant.records],
        },
        "closest": closest_value(encounter),
        "broken": list(encounter.broken),
        "open": list(encounter.open),
        "offers": [offer_value(each) for each in met.offers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "channel": answer.channel,
        "upto": dict(answer.upto),
        "minima": minima_value(answer.minima),
        "compared": answer.compared,
        "pending": answer.pending,
        "unread": answer.unread,
        "missing": answer.missing,
        "uncomparable": answer.uncomparable,
        "clear": answer.clear,
    }
