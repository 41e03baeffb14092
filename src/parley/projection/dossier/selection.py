"""Which records a dossier holds, and why each is in it: by what it says, or by what refers to what.

What a record in it refers to is not drawn in, only named; but what is joined to it by a signed
claim (one event, one subject) is, in either direction, for the other side's account may stand
elsewhere on the map.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from parley.projection.dossier.scope import Scope, names_place, occupying, placed
from parley.projection.fold import Opened
from parley.projection.situation import Situation
from parley.record.claims.allegations import Handle
from parley.record.envelope import Role

STEPS = 8
"""So many references deep a dossier follows what refers to what is in it."""

ROLES: tuple[Role, ...] = ("answers", "about", "opens", "withdraws", "replaces", "same_event")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record is in: ``how``, by which record (``of``), as its author stated it.

    ``how``: *occupies*, *may occupy*, *place*, *area* (its own words); *line* (on the line between
    the parties in these hours); *event*, *version*, or the role in which it refers to ``of``.
    """

    how: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The records of a dossier in folding order, why each is in it, and what it does not show.

    ``outside``: names that records in it refer to, with the records that do; ``uncompared``: those
    whose geometry could not be compared; ``cut``: references went on beyond ``STEPS``.
    """

    records: tuple[Opened, ...]
    reasons: Mapping[str, Reason]
    outside: Mapping[str, tuple[str, ...]]
    uncompared: tuple[str, ...]
    cut: bool


def select(situation: Situation, scope: Scope) -> Selection:
    """Choose the records that concern a scope, then what refers to them; linear in all of them."""
    said = situation.said
    telling = [o for o in said.readable if o.facts.head is None and o.facts.terms is None]
    reasons, uncompared = occupying(scope, telling)
    found = {name: Reason(how) for name, how in reasons.items()}
    for opened in telling:
        if opened.name not in found and (how := placed(scope, opened)) is not None:
            found[opened.name] = Reason(how)
    cut = _follow(situation, found)
    lines = [o for o in telling if o.name not in found and _on_the_line(scope, found, o)]
    found.update((o.name, Reason("line")) for o in lines)
    cut = _follow(situation, found, [o.name for o in lines]) or cut
    records = tuple(o for o in said.readable if o.name in found)
    return Selection(records, found, _outside(records, found), uncompared, cut)


def _follow(
    situation: Situation, found: dict[str, Reason], start: Iterable[str] | None = None
) -> bool:
    """Draw in what refers to what was found, step by step; tell whether more would follow."""
    reached = list(found) if start is None else list(start)
    for _ in range(STEPS):
        fresh: list[str] = []
        for name in reached:
            for reason, opened in _joined(situation, situation.said.by_name[name]):
                if opened.name not in found:
                    found[opened.name] = reason
                    fresh.append(opened.name)
        reached = fresh
    return any(
        opened.name not in found
        for name in reached
        for _, opened in _joined(situation, situation.said.by_name[name])
    )


def _joined(situation: Situation, opened: Opened) -> Iterator[tuple[Reason, Opened]]:
    said, name = situation.said, opened.name
    for role in ROLES:
        for other in said.referring(role, name):
            if other.facts.head is None:
                yield Reason(_how(role, opened, other), name), other
    for ref in opened.said.refs:
        target = said.by_name.get(ref.record)
        if target is None:
            continue
        one_event = ref.role == "same_event" or (ref.role == "about" and _is_handle(target))
        if one_event:
            yield Reason("event", name), target
        elif ref.role == "replaces" and target.party == opened.party:
            yield Reason("version", name), target


def _how(role: Role, opened: Opened, other: Opened) -> str:
    if role == "same_event" or (role == "about" and _is_handle(opened)):
        return "event"
    return "version" if role == "replaces" and other.party == opened.party else role


def _is_handle(opened: Opened) -> bool:
    return any(isinstance(claim, Handle) for claim in opened.facts.claims)


def _on_the_line(scope: Scope, found: Mapping[str, Reason], opened: Opened) -> bool:
    """Tell whether a record is on the line itself in these hours, and about nothing elsewhere."""
    facts = opened.facts
    if names_place(opened) or any(ref.record not in found for ref in opened.said.refs):
        return False
    if facts.watch is not None:
        return scope.meets(facts.watch.during)
    if facts.line_state is None and facts.call is None:
        return False
    issued, end = opened.said.issued, scope.window.end
    return scope.window.start <= issued and (end is None or issued < end)


def _outside(
    records: Iterable[Opened], found: Mapping[str, Reason]
) -> Mapping[str, tuple[str, ...]]:
    outside: dict[str, dict[str, None]] = defaultdict(dict)
    for opened in records:
        for ref in opened.said.refs:
            if ref.record not in found:
                outside[ref.record][opened.name] = None
    return {name: tuple(by) for name, by in sorted(outside.items())}
