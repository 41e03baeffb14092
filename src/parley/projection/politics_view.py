"""The provisions as a view: the graph of requirements, stances by side, and rival scores."""

from collections import defaultdict

from parley.projection.provisions import Pair, Provision, Provisions, Scored
from parley.projection.shown import names, text_json, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.politics import SCORES


def politics_view(situation: Situation, provisions: Provisions) -> dict[str, Json]:
    """Write every provision by id, and the circles of requirements."""
    circling = {name for cycle in provisions.cycles for name in cycle}
    return {
        "unread": situation.unread,
        "provisions": [
            {
                **_provision_json(situation, each),
                "waits_for": [
                    {"id": n.id, "scores": list(n.scores), "stated": bool(n.latest)}
                    for n in provisions.waits_for(each)
                ],
                "in_cycle": each.id in circling,
            }
            for each in provisions.by_id.values()
        ],
        "cycles": [names(cycle) for cycle in provisions.cycles],
    }


def _provision_json(situation: Situation, each: Provision) -> dict[str, Json]:
    stalled = [claim for _, claim in each.progress if claim.stalled_since is not None]
    return {
        "id": each.id,
        "stated": [_stated_json(situation, pair) for pair in each.records],
        "texts_differ": each.texts_differ,
        "requires": [{"id": name, "by": names(by)} for name, by in each.requires.items()],
        "stances": _stances(each),
        "progress": [_scored_json(situation, scored) for scored in each.progress],
        "earlier_progress": [_scored_json(situation, scored) for scored in each.earlier],
        "scores_differ": len(each.scores) > 1,
        "met": each.met,
        "stalled": bool(stalled),
    }


def _stated_json(situation: Situation, pair: Pair) -> Json:
    opened, claim = pair
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "provision_status": claim.status,
        "text": text_json(claim.text),
        "originator": claim.originator,
        "requires": names(claim.requires),
    }


def _stances(each: Provision) -> Json:
    """Write each stance by side: that by the side's own word first, then what others claim."""
    found: dict[str, list[tuple[bool, str, str, str]]] = defaultdict(list)
    for opened, claim in each.latest:
        for stood in claim.stances:
            claimed = stood.side != opened.party
            found[stood.side].append((claimed, opened.party, stood.stance, opened.name))
    return [
        {
            "side": side,
            "differ": len({stance for _, _, stance, _ in said}) > 1,
            "said": [
                {"stance": stance, "by": by, "own": not claimed, "record": record}
                for claimed, by, stance, record in sorted(said)
            ],
        }
        for side, said in sorted(found.items())
    ]


def _scored_json(situation: Situation, scored: Scored) -> Json:
    opened, claim = scored
    return {
        **situation.label(opened),
        "scored_by": claim.scored_by or opened.party,
        "score": claim.score,
        "means": None if claim.score is None else SCORES[claim.score],
        "as_of": time_json(claim.as_of),
        "stalled_since": time_json(claim.stalled_since),
        "evidence": claim.evidence,
    }
