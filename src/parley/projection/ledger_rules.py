"""Rules on who takes part in a truce: protection that somebody may count on and does not have."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.areas import area_words, wholes_of, widest
from parley.projection.fold import Opened
from parley.projection.participant import Standing
from parley.projection.participation import Arrangement, overlap
from parley.projection.scene import Scene
from parley.record.claims.actors import Moved, Tasked
from parley.record.claims.allegations import Alleged
from parley.record.claims.control import Controls
from parley.record.claims.participation import Joined
from parley.values.instants import Instant, Interval, spanning


def unattested_or_mixed(scene: Scene) -> Iterator[Advisory]:
    """W26 (R10): an actor is active unattested, or where an excluded group is said to be.

    Judged for the terms in force at the instant, and by what records say of acts and presence since
    the commitment. One finding for each actor, and one for each area.
    """
    showings, presence = _Showings(scene), _Presence(scene)
    for terms in scene.ledger.participation.followed:
        holds = any(scene.situation.register.holds(opened) for opened in terms.records)
        if holds and terms.laid.in_force.holds(scene.situation.at):
            yield from _unattested(scene, terms, showings)
            yield from _mixed(scene, terms, presence)


@dataclass(frozen=True, slots=True)
class _Showing:
    """A record by which an actor acts or is present, as its author has it."""

    opened: Opened
    actor: str
    during: Interval


def _showings(scene: Scene) -> Iterator[_Showing]:
    register = scene.situation.register
    for opened, controls in register.holding(Controls):
        yield _Showing(opened, controls.actor, controls.during)
    for opened, alleged in register.holding(Alleged):
        if alleged.during is not None:
            for actor in dict.fromkeys(alleged.of):
                yield _Showing(opened, actor, alleged.during)
    for opened, tasked in register.holding(Tasked):
        for actor in dict.fromkeys(tasked.to):
            yield _Showing(opened, actor, Interval(tasked.start, tasked.end))
    for opened, moved in register.holding(Moved):
        if moved.direction != "out":
            yield _Showing(opened, moved.actor, Interval(moved.effective, None))
    for opened in scene.situation.said.readable:
        flown = opened.facts.occupancy
        if flown and flown.role == "activity" and flown.windows and register.holds(opened):
            yield _Showing(opened, opened.party, spanning(flown.windows))


class _Showings:
    """What every actor is shown by, in folding order; looked up when first asked for."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @cached_property
    def of(self) -> Mapping[str, list[_Showing]]:
        """The showings by actor."""
        found: dict[str, list[_Showing]] = defaultdict(list)
        for showing in _showings(self._scene):
            found[showing.actor].append(showing)
        return found


@dataclass(frozen=True, slots=True)
class _Present:
    """A record by which an actor is in an area."""

    opened: Opened
    actor: str
    area: str


class _Presence:
    """Where every actor is said to be; looked up when first asked for."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @cached_property
    def now(self) -> Mapping[str, list[_Present]]:
        """By actor: the areas in which it is said to be at the instant."""
        found: dict[str, list[_Present]] = defaultdict(list)
        for area, said in self._scene.control.now.items():
            for opened, claim in said:
                found[claim.actor].append(_Present(opened, claim.actor, area))
        return found

    @cached_property
    def joined(self) -> Mapping[str, Mapping[str, list[_Present]]]:
        """By arrangement and actor: the areas in which it was active when it joined."""
        found: dict[str, dict[str, list[_Present]]] = defaultdict(lambda: defaultdict(list))
        for opened, claim in self._scene.situation.register.holding(Joined):
            if claim.area:
                for key in self._scene.ledger.participation.keys_of(opened):
                    found[key][claim.actor].append(_Present(opened, claim.actor, claim.area))
        return found


def _standings(scene: Scene, terms: Arrangement, actor: str) -> list[Standing]:
    """Give where an actor stands today in each account that has it take part."""
    told = scene.ledger.accounts(terms, actor)
    last = [account.stretches[-1] for account in told if account.stretches]
    return [each.standing for each in last if each.standing.takes_part]


def _unattested(scene: Scene, terms: Arrangement, showings: _Showings) -> Iterator[Advisory]:
    """Find commitments that no guarantor besides the one that took them is known to attest."""
    situation = scene.situation
    candidates = {}
    for actor in scene.ledger.participation.actors[terms.key]:
        standings = _standings(scene, terms, actor)
        if standings and not any(_confirmed(scene, terms, each) for each in standings):
            candidates[actor] = standings
    for actor, standings in sorted(candidates.items()):
        made = dict.fromkeys(name for each in standings for name in each.rests_on)
        joinings = [o for name in made if _joins(o := situation.said.by_name[name])]
        period = Interval(_since(joinings, terms, situation.at), situation.at)
        shown = [each for each in showings.of.get(actor, ()) if overlap(each.during, period)]
        if not shown:
            continue
        first = min(shown, key=lambda each: (each.during.start, each.opened.name)).opened
        more = f", and {len(shown) - 1} more" if len(shown) > 1 else ""
        taken = listed([f"{situation.number(o.name)} ({o.party})" for o in joinings])
        yield advisory(
            "W26",
            "attention",
            [*joinings, first],
            [o.party for o in (*joinings, first)],
            f"By {situation.number(first.name)} ({first.party}){more}, {actor} acts or is present. "
            f"Its commitment by {taken} is attested by no other guarantor.",
            "Another guarantor attests the commitment, or the record of it is withdrawn.",
        )


def _confirmed(scene: Scene, terms: Arrangement, standing: Standing) -> bool:
    """Tell whether it is confirmed as the terms ask, by the guarantors' own words.

    A guarantor that keeps no log in the channel can only be spoken for.
    """
    parties = scene.situation.governance.parties
    own = tuple(a for a in standing.attested if a.own_word or a.by not in parties)
    return standing.counts_with(own, terms)


def _joins(opened: Opened) -> bool:
    return any(isinstance(claim, Joined) for claim in opened.facts.claims)


def _since(joinings: list[Opened], terms: Arrangement, at: Instant) -> Instant:
    made = [
        claim.at
        for opened in joinings
        for claim in opened.facts.claims
        if isinstance(claim, Joined)
    ]
    return Instant(min(at, max(terms.laid.in_force.start, min(made, default=Instant(0)))))


def _mixed(scene: Scene, terms: Arrangement, presence: _Presence) -> Iterator[Advisory]:
    """Find areas in which those who take part and those left out are both said to be.

    An area in another is a part of it: one finding for the widest that somebody names.
    """
    out = {each.actor for each in terms.laid.excluded}
    taking_part = set()
    for actor in scene.ledger.participation.actors[terms.key]:
        told = scene.ledger.accounts(terms, actor)
        last = [account.stretches[-1] for account in told if account.stretches]
        if any(each.state == "excluded" for each in last):
            out.add(actor)
        if any(each.standing.takes_part for each in last):
            taking_part.add(actor)
    theirs = [each for actor in sorted(out) for each in presence.now.get(actor, ())]
    if not theirs:
        return
    joined = presence.joined.get(terms.key, {})
    inside = sorted(taking_part - out)
    others = [each for actor in inside for each in presence.now.get(actor, ())]
    others += [each for actor in inside for each in joined.get(actor, ())]
    theirs, others = _touching(theirs, others), _touching(others, theirs)
    named = {each.area for each in (*theirs, *others)}
    by_area: dict[str, tuple[list[_Present], list[_Present]]] = defaultdict(lambda: ([], []))
    for i, side in enumerate((theirs, others)):
        for each in side:
            by_area[widest(each.area, named)][i].append(each)
    for area, (left_out, members) in sorted(by_area.items()):
        records = list({each.opened.name: each.opened for each in (*members, *left_out)}.values())
        yield advisory(
            "W26",
            "attention",
            records,
            sorted({o.party for o in records}),
            f"In {area_words(area)}, {_who(scene, members, area)} take part in the truce;"
            f" {_who(scene, left_out, area)}, to whom it does not apply, are said to be there too.",
            "The guarantors say who is where in that area, or a claim is withdrawn.",
        )


def _touching(some: list[_Present], others: list[_Present]) -> list[_Present]:
    """Keep those of which an area of the others is the same, a part, or the whole."""
    areas = {each.area for each in others}
    wholes = {whole for area in areas for whole in wholes_of(area)}
    return [e for e in some if e.area in wholes or not areas.isdisjoint(wholes_of(e.area))]


def _who(scene: Scene, said: list[_Present], area: str) -> str:
    """Write actors with the records that say so, and the part of the area where one is named."""
    by: dict[str, dict[str, None]] = defaultdict(dict)
    for each in sorted(said, key=lambda e: (e.actor, scene.situation.number(e.opened.name))):
        part = "" if each.area == area else f", {area_words(each.area)}"
        number = scene.situation.number(each.opened.name)
        by[each.actor][f"{number} ({each.opened.party}{part})"] = None
    return listed([f"{actor} by {listed(list(numbers))}" for actor, numbers in by.items()])
