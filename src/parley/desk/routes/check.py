"""``/v1/check``: what one plan would meet of all that this node knows; nothing is stored."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated, Any

from fastapi import Depends

from parley.desk.checking import UNTITLED
from parley.desk.encounter_value import closest_value, minima_value, offer_value
from parley.desk.strict import raw_body
from parley.errors import BadQuery
from parley.kinds.air.formats import Format, read_file
from parley.kinds.air.geojson import Feature
from parley.node.runtime import Node
from parley.node.skies import Answer, Met, Question
from parley.projection.numbers import conflict_number
from parley.record.canonical import canonical, digest
from parley.record.kind import Occupancy
from parley.values.instants import format_instant

# Answers that are worked out at a time.
_ASKING = 2


class CheckPaths:
    """Questions about plans that are not filed."""

    def __init__(self, node: Node) -> None:
        self._node = node
        # Threads of their own: however many ask, and while the first fold lasts, the rest of the
        # API answers.
        self._pool = ThreadPoolExecutor(_ASKING, thread_name_prefix="check")

    async def check(
        self,
        data: Annotated[bytes, Depends(raw_body)],
        channel: str | None = None,
        replaces: str | None = None,
        offers: bool = False,
        format: Format = "geojson",
    ) -> dict[str, Any]:
        """Compare one plan with everything this node knows, and store nothing.

        The body is one activity or zone, as for ``/geojson``: one feature, or several that share
        their ``activity``. Without a party it is this node's own. It is compared in every channel
        of the node's first status, or in one ``channel``; what it ``replaces`` (a record, by name
        or number) does not count. With ``offers``, each conflict comes with the least changes of
        time, level and place that would clear it. Questions are counted, and limited: by the
        minute, and in how many wait. Beyond that they are refused at once.
        """
        questions = self._node.questions
        questions.admit()
        ask = partial(self._answer, data, channel, replaces, offers=offers, format=format)
        # It leaves when its work ends, or will never begin; not when its caller hangs up.
        working = self._pool.submit(ask)
        working.add_done_callback(lambda _: questions.leave())
        return await asyncio.wrap_future(working)

    def _answer(
        self,
        data: bytes,
        channel: str | None,
        replaces: str | None,
        *,
        offers: bool,
        format: Format,
    ) -> dict[str, Any]:
        node = self._node
        name = None if channel is None else node.channel(channel)
        status = node.identity.status if name is None else node.terms(name).status
        own = node.stations[status].identity.name
        features = tuple(read_file([data], format, untitled=UNTITLED))
        question, title = _question(features, own)
        if replaces is not None:
            question = node.in_place_of(question, replaces, name)
        asked = (name,) if name else tuple(c for c in node.channels() if _is(node, c, status))
        offering = offers and question.party == own and question.occupancy.role == "activity"
        answers = [node.ask(each, question, offering=offering) for each in asked]
        met = [(answer, each) for answer in answers for each in answer.met]
        made = sum(len(each.offers) for _, each in met)
        node.questions.answered(met=len(met), offers=made)
        plan = {"id": question.name, "party": question.party, "title": title}
        return {
            "plan": plan,
            "at": format_instant(node.clock.now()),
            "clear": bool(answers) and all(answer.clear for answer in answers),
            "conflicts": [_met(answer, each, plan) for answer, each in met],
            "channels": [_answer(answer) for answer in answers],
            "asked": node.questions.tally().to_json(),
        }


def _is(node: Node, channel: str, status: str) -> bool:
    return node.terms(channel).status == status


def _question(features: tuple[Feature, ...], own: str) -> tuple[Question, str]:
    """Take the features as one plan; refuse several."""
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
    bodies = sorted(canonical(feature.body.to_json()) for feature in features)
    name = digest(b"parley/question/1\n" + canonical(party) + b"\n" + b"\n".join(bodies))
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
