"""Who joined, and which meetings were held: running totals and what is new in the day, by author.

A settlement or a group counts once for each author that says it joined, whatever others say; it
counts no longer once that author says that it left.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parley.projection.counted import counting
from parley.projection.days import Day, today
from parley.projection.fold import Opened
from parley.projection.shown import text_json, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.actors import Related
from parley.record.claims.meetings import Met
from parley.record.claims.participation import Joined, Left
from parley.values.instants import Instant

# An invitation commits nobody.
_JOINING = ("committed", "attested")


@dataclass(frozen=True, slots=True)
class Member:
    """An actor that takes part, by one author's account: since when, and in which area."""

    actor: str
    actor_type: str
    since: Instant
    area: str | None


@dataclass(slots=True)
class Meetings:
    """One author's meetings up to the instant: all and those of the day, by outcome and by area."""

    total: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)
    new_areas: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Members and meetings by author; every meeting; those said to have ended in a joining.

    ``without_joining``: meetings after which, by its author, a named partner joined, yet no joining
    of that partner by the same author is logged. ``within``: by author, members with other members
    of which the author itself says that they are parts: both are counted.
    """

    day: Day
    members: Mapping[str, tuple[Member, ...]]
    held: Mapping[str, Meetings]
    meetings: tuple[tuple[Opened, Met], ...]
    without_joining: tuple[Opened, ...]
    within: Mapping[str, tuple[tuple[str, str], ...]]


def reconciliation_of(situation: Situation) -> Reconciliation:
    """Fold joinings, leavings and meetings at the instant of the view."""
    day, members = today(situation), _members(situation)
    joined = {(o.party, c.actor) for o, c in _joinings(situation)}
    held: dict[str, Meetings] = defaultdict(Meetings)
    without = []
    for opened, met in counting(situation, Met):
        if met.at > situation.at:
            continue
        sums = held[opened.party]
        sums.total[met.outcome] += 1
        sums.areas[met.area] += 1
        if met.at >= day.during.start:
            sums.new[met.outcome] += 1
            sums.new_areas[met.area] += 1
        named = met.outcome == "joined" and met.partner is not None
        if named and (opened.party, met.partner) not in joined:
            without.append(opened)
    return Reconciliation(
        day,
        {party: tuple(members[party].values()) for party in sorted(members)},
        dict(sorted(held.items())),
        situation.said.claims(Met),
        tuple(without),
        _within(situation, members),
    )


def _joinings(situation: Situation) -> list[tuple[Opened, Joined]]:
    holding = situation.register.holding(Joined)
    return [(o, c) for o, c in holding if c.step in _JOINING and c.at <= situation.at]


def _members(situation: Situation) -> dict[str, dict[str, Member]]:
    """Give, by author, the actors that take part by its own words, in the order of their times."""
    left = [(o, c) for o, c in situation.register.holding(Left) if c.at <= situation.at]
    words: list[tuple[Opened, Joined | Left]] = [*_joinings(situation), *left]
    words.sort(key=lambda w: (w[1].at, isinstance(w[1], Left), w[0].origin, w[0].index))
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    for opened, claim in words:
        mine = members[opened.party]
        before = mine.pop(claim.actor, None)
        if isinstance(claim, Joined):
            since = before.since if before else claim.at
            area = claim.area or (before.area if before else None)
            mine[claim.actor] = Member(claim.actor, claim.actor_type, since, area)
    return {party: dict(sorted(each.items())) for party, each in members.items()}


def _within(
    situation: Situation, members: Mapping[str, Mapping[str, Member]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Give, by author, (part, whole) of members, one tie away, by the author's own latest words."""
    found: dict[str, set[tuple[str, str]]] = {party: set() for party in members}
    for opened, tie in situation.register.holding(Related):
        mine = members.get(opened.party, {})
        so = tie.holds and (tie.during is None or tie.during.holds(situation.at))
        if so and tie.relation == "part_of" and tie.actor in mine and tie.other in mine:
            found[opened.party].add((tie.actor, tie.other))
    return {party: tuple(sorted(pairs)) for party, pairs in found.items()}


def reconciliation_view(situation: Situation, fold: Reconciliation) -> dict[str, Json]:
    """Write the fold: figures by who counted, then every meeting with what was promised."""
    return {
        "unread": situation.unread,
        "day": fold.day.name,
        "joined": [
            {
                "by": party,
                **members_json(members, fold.day),
                "areas": [
                    {"area": area or None, **members_json(each, fold.day)}
                    for area, each in by_area(members)
                ],
                "within": [{"actor": actor, "whole": whole} for actor, whole in fold.within[party]],
            }
            for party, members in fold.members.items()
        ],
        "held": [
            {
                "by": party,
                "total": sums.total.total(),
                "new": sums.new.total(),
                "outcomes": [
                    {"outcome": outcome, "total": sums.total[outcome], "new": sums.new[outcome]}
                    for outcome in sorted(sums.total)
                ],
                "areas": [
                    {"area": area, "total": sums.areas[area], "new": sums.new_areas[area]}
                    for area in sorted(sums.areas)
                ],
            }
            for party, sums in fold.held.items()
        ],
        "meetings": [_meeting_json(situation, *each) for each in fold.meetings],
        "without_joining": [situation.label(opened) for opened in fold.without_joining],
    }


def by_area(members: Sequence[Member]) -> list[tuple[str, list[Member]]]:
    """Group members by area, in its order; the area is empty where none is stated."""
    areas: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        areas[member.area or ""].append(member)
    return sorted(areas.items())


def members_json(members: Sequence[Member], day: Day) -> dict[str, Json]:
    """Write how many settlements and groups take part, and how many since the day began."""
    total, new = Counter[str](), Counter[str]()
    for member in members:
        total[member.actor_type] += 1
        new[member.actor_type] += member.since >= day.during.start
    return {
        key: {"total": total[sort], "new": new[sort]}
        for key, sort in (("settlements", "settlement"), ("groups", "armed_group"))
    }


def _meeting_json(situation: Situation, opened: Opened, met: Met) -> Json:
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "at": time_json(met.at),
        "area": met.area,
        "partner_sort": met.partner_sort,
        "partner": met.partner,
        "outcome": met.outcome,
        "promises": [
            {
                "by": promise.by,
                "what": text_json(promise.what),
                "due": time_json(promise.due),
                "due_passed": promise.due is not None and promise.due <= situation.at,
            }
            for promise in met.promises
        ],
    }
