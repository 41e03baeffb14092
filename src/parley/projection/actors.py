"""Who is who by whose word: names, ties as claims with their authors, rival ones side by side."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from parley.projection.cycles import cycles_of
from parley.projection.fold import Opened
from parley.projection.shown import names, place_json, text_json, time_json, window_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.actors import Check, Moved, Named, Related, Tasked, Visited
from parley.record.claims.claim import Claim
from parley.values.instants import FIRST, LAST, Interval

C = TypeVar("C", bound=Claim)
Said = tuple[Opened, C]


@dataclass(frozen=True, slots=True)
class Actors:
    """Every handle that somebody speaks of, with all that is claimed of it, in folding order.

    ``ties`` by the actor they start from, ``tied`` by the one they lead to: withdrawn and replaced
    ones too, each with what became of it. ``cycles``: handles that, by claims that hold at the
    instant, are parts of each other, with the records that say so. ``torn``: handles of which two
    authors say that they are parts of wholes, without one in common.
    """

    named: Mapping[str, tuple[Said[Named], ...]]
    ties: Mapping[str, tuple[Said[Related], ...]]
    tied: Mapping[str, tuple[Said[Related], ...]]
    visits: tuple[Said[Visited], ...]
    postures: tuple[Said[Moved], ...]
    torn: frozenset[str]
    cycles: tuple[tuple[tuple[str, ...], tuple[Opened, ...]], ...]

    @property
    def handles(self) -> tuple[str, ...]:
        """Every handle named as an actor or as the other of a tie."""
        return tuple(sorted({*self.named, *self.ties, *self.tied}))


def actors_of(situation: Situation) -> Actors:
    """Fold all claims about actors."""
    ties = situation.said.claims(Related)
    return Actors(
        named=_by(situation.said.claims(Named), lambda claim: claim.actor),
        ties=_by(ties, lambda claim: claim.actor),
        tied=_by(ties, lambda claim: claim.other),
        visits=situation.said.claims(Visited),
        postures=situation.said.claims(Moved),
        torn=_torn(situation, ties),
        cycles=_cycles(situation, ties),
    )


def _by(claims: Iterable[Said[C]], key: Callable[[C], str]) -> dict[str, tuple[Said[C], ...]]:
    found: dict[str, list[Said[C]]] = defaultdict(list)
    for opened, claim in claims:
        found[key(claim)].append((opened, claim))
    return {name: tuple(each) for name, each in sorted(found.items())}


def _holds(situation: Situation, opened: Opened, tie: Related) -> bool:
    """Tell whether a tie is claimed to be so at the instant, by a latest word."""
    now = tie.during is None or tie.during.holds(situation.at)
    return tie.holds and now and situation.register.holds(opened)


def _cycles(
    situation: Situation, ties: Sequence[Said[Related]]
) -> tuple[tuple[tuple[str, ...], tuple[Opened, ...]], ...]:
    parts = [
        (opened, tie)
        for opened, tie in ties
        if tie.relation == "part_of" and _holds(situation, opened, tie)
    ]
    found = cycles_of([(tie.actor, tie.other) for _, tie in parts])
    where = {handle: i for i, cycle in enumerate(found) for handle in cycle}
    records: dict[int, dict[str, Opened]] = defaultdict(dict)
    for opened, tie in parts:
        if tie.actor in where and where[tie.actor] == where.get(tie.other):
            records[where[tie.actor]][opened.name] = opened
    return tuple((cycle, tuple(records[i].values())) for i, cycle in enumerate(found))


def _torn(situation: Situation, ties: Sequence[Said[Related]]) -> frozenset[str]:
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for opened, tie in ties:
        if tie.relation == "part_of" and _holds(situation, opened, tie):
            said[tie.actor][opened.party].add(tie.other)
    return frozenset(
        actor
        for actor, wholes in said.items()
        if len(wholes) > 1 and not set.intersection(*wholes.values())
    )


# --- the view


def actors_view(situation: Situation, actors: Actors) -> dict[str, Json]:
    """Write every handle, then visits, announced forces with their checks, and cycles."""
    return {
        "unread": situation.unread,
        "actors": [_actor_json(situation, actors, handle) for handle in actors.handles],
        "cycles": [
            {"actors": names(handles), "records": [situation.label(o) for o in records]}
            for handles, records in actors.cycles
        ],
        "visits": [_visit_json(situation, opened, visit) for opened, visit in actors.visits],
        "postures": _postures_json(situation, actors.postures),
    }


def _word(situation: Situation, opened: Opened) -> dict[str, Json]:
    return {**situation.label(opened), "status": situation.register.status(opened)}


def _actor_json(situation: Situation, actors: Actors, handle: str) -> Json:
    named = actors.named.get(handle, ())
    held = [(o, c) for o, c in named if situation.register.holds(o)]
    return {
        "actor": handle,
        "sorts": [
            {"sort": claim.sort, "record": _word(situation, opened)} for opened, claim in named
        ],
        "sorts_differ": len({claim.sort for _, claim in held}) > 1,
        "names": _names_json(named),
        "ties": _ties_json(situation, actors, actors.ties.get(handle, ()), _other),
        "tied_by": _ties_json(situation, actors, actors.tied.get(handle, ()), _actor),
    }


def _names_json(named: Sequence[Said[Named]]) -> list[Json]:
    """Give each name once for each author, by author and language, with the records that say it."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for opened, claim in named:
        for name in claim.names:
            found[opened.party, name.lang, name.text].append(opened.name)
    return [
        {"author": author, "lang": lang, "text": text, "records": names(tuple(records))}
        for (author, lang, text), records in sorted(found.items())
    ]


def _actor(tie: Related) -> str:
    return tie.actor


def _other(tie: Related) -> str:
    return tie.other


def _ties_json(
    situation: Situation,
    actors: Actors,
    ties: Sequence[Said[Related]],
    with_whom: Callable[[Related], str],
) -> list[Json]:
    """Give each relation with each other actor once, and all claims on it side by side.

    ``rival``: latest words of different authors say of one time that it is so and that it is not,
    or name, of something that is part of a whole at the instant, different wholes.
    """
    groups: dict[tuple[str, str], list[Said[Related]]] = defaultdict(list)
    for opened, tie in ties:
        groups[tie.relation, with_whom(tie)].append((opened, tie))
    return [
        {
            "relation": relation,
            "other": other,
            "rival": _denied(situation, claims)
            or (relation == "part_of" and _torn_now(situation, actors, claims)),
            "claims": [_tie_json(situation, opened, tie) for opened, tie in claims],
        }
        for (relation, other), claims in sorted(groups.items())
    ]


def _denied(situation: Situation, claims: Sequence[Said[Related]]) -> bool:
    """Tell whether one author says, of a time of which another denies it, that it is so.

    A claim that states no time is of every time. By their beginnings, each is held against how far
    those before it reach: n log n, for a party can log a thousand.
    """
    held = sorted(
        (*_reach(tie.during), o.party, tie.holds)
        for o, tie in claims
        if situation.register.holds(o)
    )
    reached: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for start, end, author, holds in held:
        against = reached[not holds]
        if any(start < until for other, until in against.items() if other != author):
            return True
        reached[holds][author] = max(end, reached[holds].get(author, FIRST))
    return False


def _reach(during: Interval | None) -> tuple[int, int]:
    """Give the first instant, and the one after the last; an instant holds itself."""
    if during is None:
        return FIRST, LAST + 1
    return during.start, LAST + 1 if during.end is None else max(during.end, during.start + 1)


def _torn_now(situation: Situation, actors: Actors, claims: Sequence[Said[Related]]) -> bool:
    return claims[0][1].actor in actors.torn and any(_holds(situation, *each) for each in claims)


def _tie_json(situation: Situation, opened: Opened, tie: Related) -> Json:
    return {
        "holds": tie.holds,
        "during": window_json(tie.during),
        "at_instant": _holds(situation, opened, tie),
        "known_by": tie.known_by,
        "record": _word(situation, opened),
    }


def _visit_json(situation: Situation, opened: Opened, visit: Visited) -> Json:
    return {
        "record": _word(situation, opened),
        "visitor": visit.visitor,
        "host": visit.host,
        "met": names(visit.met),
        "during": window_json(visit.during),
        "place": place_json(visit.place),
        "area": visit.area,
        "purpose": text_json(visit.purpose),
        "seen": [text_json(text) for text in visit.seen],
        "ordered_by": visit.ordered_by,
        "orders_given": [
            situation.label(other)
            for other in situation.said.referring("about", opened.name)
            if situation.register.holds(other)
            and any(isinstance(claim, Tasked) for claim in other.facts.claims)
        ],
    }


# --- forces in or out


def _postures_json(situation: Situation, postures: Sequence[Said[Moved]]) -> list[Json]:
    """Give each announcement with the checks in it and in what others logged about it."""
    about: dict[str, list[Said[Moved]]] = defaultdict(list)
    for opened, moved in postures:
        for name in opened.said.refers("about"):
            about[name].append((opened, moved))
    return [
        {
            "record": _word(situation, opened),
            "actor": moved.actor,
            "forces": moved.forces,
            "number": moved.number,
            "direction": moved.direction,
            "effective": time_json(moved.effective),
            "in_force": moved.effective <= situation.at,
            "area": moved.area,
            "verified_by": [
                _check_json(situation, by, check)
                for by, other in ((opened, moved), *about[opened.name])
                for check in other.checks
            ],
            "others": [_other_json(situation, moved, each) for each in about[opened.name]],
        }
        for opened, moved in postures
    ]


def _check_json(situation: Situation, opened: Opened, check: Check) -> Json:
    """Write a check; ``own_word``: the one who looked says so itself, in its own log."""
    return {
        "by": check.by,
        "result": check.result,
        "means": check.means,
        "at": time_json(check.at),
        "own_word": check.by == opened.party,
        "record": _word(situation, opened),
    }


def _other_json(situation: Situation, moved: Moved, said: Said[Moved]) -> Json:
    opened, other = said
    return {
        "record": _word(situation, opened),
        "number": other.number,
        "direction": other.direction,
        "differs": [
            what
            for what in ("actor", "forces", "number", "direction", "area")
            if getattr(other, what) is not None
            and getattr(moved, what) is not None
            and getattr(other, what) != getattr(moved, what)
        ],
    }
