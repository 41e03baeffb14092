"""The truce in a bulletin: acts alleged in the day by who counted, where, and laid to whom.

Each side counts the other's acts and hardly ever its own. That bias is shown beside the counts and
never corrected: nobody here knows the right figure.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from parley.projection.allegation_counts import count_all
from parley.projection.allegations import Case, state_of
from parley.projection.allegations_view import count_json, harmed_json
from parley.projection.scene import Scene
from parley.projection.shown import names, time_json, window_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.actors import Related
from parley.values.instants import FIRST, Instant, Interval

ONE_SIDED_OF = 10
"""A count is one-sided where at most one act in so many is laid to the counter's own side."""


def truce_json(scene: Scene, sofar: Interval) -> dict[str, Json]:
    """Write what each party counted in the day, the running totals, and every act.

    ``running`` is everything from the beginning; ``since`` from the beginning of each arrangement
    that is in force. Withdrawn and replaced acts are listed and not counted.
    """
    situation = scene.situation
    cases = scene.allegations.begun_in(sofar)
    counted = {count.party: count_json(count) for count in count_all(situation, cases)}
    own, until = _own_sides(situation), sofar.end or sofar.start
    of: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.counted:
            of[case.opened.party].append(case)
    parties = sorted({*situation.governance.parties, *counted})
    by: list[Json] = []
    for party in parties:
        counts = counted.get(party) or _nothing(party)
        laid = _laid_json(of[party], own[party] | {party})
        by.append({**counts, "laid_to": laid, "running": _running(scene, party, FIRST, until)})
    return {
        "by": by,
        "arrangements": _arrangements(scene, parties, until),
        "acts": [_act_json(scene, case) for case in cases],
    }


def _nothing(party: str) -> dict[str, Json]:
    """Write the count of a party that logged no act: it says nothing of what there was."""
    return {"party": party, "acts": 0, "records": 0, "confirmed": [], "areas": []}


def _running(scene: Scene, party: str, since: Instant, until: Instant) -> int:
    found = scene.recorded.sum("allegations", party, None, since, until)
    return 0 if found is None else found.least


def _arrangements(scene: Scene, parties: Sequence[str], until: Instant) -> list[Json]:
    """Write the running totals since each arrangement in force at the instant began."""
    return [
        {
            "title": {"lang": each.laid.title.lang, "text": each.laid.title.text},
            "from": time_json(each.laid.in_force.start),
            "records": [scene.situation.number(opened.name) for opened in each.records],
            "by": [
                {
                    "party": party,
                    "acts": _running(scene, party, each.laid.in_force.start, until),
                }
                for party in parties
            ],
        }
        for each in scene.ledger.participation.arrangements.values()
        if each.authors and each.laid.in_force.holds(scene.situation.at)
    ]


# --- the bias of counts


def _own_sides(situation: Situation) -> Mapping[str, frozenset[str]]:
    """Give, by author, the actors that its own latest words tie to it: its side as it says itself.

    Whoever it backs, answers for or is allied with, whoever is a part of it, one tie away.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for opened, tie in situation.register.holding(Related):
        now = tie.during is None or tie.during.holds(situation.at)
        ends = {tie.actor, tie.other}
        if tie.holds and now and opened.party in ends:
            found[opened.party] |= ends
    sides = defaultdict[str, frozenset[str]](frozenset)
    sides.update({party: frozenset(actors) for party, actors in found.items()})
    return sides


def _laid_json(cases: Sequence[Case], own: frozenset[str]) -> Json:
    """Write to whom one author lays its acts; one laid to several counts for each of them.

    ``one_sided``: some are laid to others, and hardly any to the author's own side.
    """
    actors: dict[str, int] = defaultdict(int)
    mine = others = nobody = 0
    for case in cases:
        number, laid = case.said.number, set(case.said.of)
        for actor in laid:
            actors[actor] += number
        if not laid:
            nobody += number
        elif laid & own:
            mine += number
        else:
            others += number
    return {
        "own_side": mine,
        "others": others,
        "nobody_named": nobody,
        "one_sided": others > 0 and mine * ONE_SIDED_OF <= mine + others,
        "actors": [{"actor": actor, "acts": actors[actor]} for actor in sorted(actors)],
    }


def _act_json(scene: Scene, case: Case) -> Json:
    said, opened = case.said, case.opened
    return {
        "name": opened.name,
        "number": scene.situation.number(opened.name),
        "author": opened.party,
        "status": scene.situation.register.status(opened),
        "counted": case.counted,
        "state": state_of(case, scene.allegations.steps(case)),
        "acts": said.number,
        "act": said.act,
        "area": said.area,
        "during": window_json(said.during),
        "weapon": said.weapon,
        "laid_to": names(said.of),
        "harmed": harmed_json(said.harmed),
    }
