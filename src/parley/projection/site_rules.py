"""Rules on protected sites: what is wrong with the list, and who flies there all the same.

Nothing here looks for a way around anything: plans that are filed are compared with places that are
notified, and the party that notified a place is told who may not know of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.occupants import Occupant
from parley.projection.relief import Known, previous
from parley.projection.scene import Scene
from parley.projection.shown import distance_words, metres
from parley.projection.situation import Situation
from parley.record.claims.relief import Protected
from parley.record.terms import Minima
from parley.sky.plans import Plan
from parley.sky.ranges import range_m
from parley.sky.traffic import Sky
from parley.values.instants import format_instant
from parley.values.lengths import E4M_PER_METRE, Bound
from parley.values.volumes import Circle, Volume4D

NEAR_M = 10_000
"""A plan comes near a site where it is within so much of the disk that the site lies in."""


@dataclass(frozen=True, slots=True)
class _Flaw:
    """What is wrong with a site: a word for the cause, how it reads, what settles it."""

    cause: str
    text: str
    settles: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """Sites and plans that were compared, and the plans that each site meets."""

    asked: tuple[object, ...]
    found: dict[str, tuple[str, ...]]


def unsafe_site(scene: Scene) -> Iterator[Advisory]:
    """W29 (R13): a site is expired, unverified, moved, or unknown to a party that flies there.

    One advisory for each site and cause. It is pressing where a plan of another party comes near,
    at any height; the first three are information where none does.
    """
    situation = scene.situation
    sites = [
        (known, flaws)
        for known in scene.relief.known
        if _stands(situation, known)
        if (flaws := tuple(_flaws(situation, known))) or _strangers(situation, known)
    ]
    near = _near(scene, [known for known, _ in sites])
    for known, flaws in sites:
        flown = near.get(known.opened.name, {})
        for flaw in flaws:
            yield _advisory(situation, known, flaw, flown)
        unaware = {party: plans for party, plans in flown.items() if _unaware(known, party)}
        if unaware:
            yield _advisory(situation, known, _unsent(known, unaware), unaware)


def _stands(situation: Situation, known: Known) -> bool:
    over = known.claim.during.end
    return (
        known.claim.sort == "site"
        and known.status not in ("withdrawn", "replaced")
        and (over is None or over > situation.at)
    )


def _flaws(situation: Situation, known: Known) -> Iterator[_Flaw]:
    claim, party = known.claim, known.opened.party
    if claim.renew_by <= situation.at:
        yield _Flaw(
            "expired",
            f"has not been renewed since {format_instant(claim.renew_by)}",
            f"A replacement by {party} that renews it, or its withdrawal.",
        )
    if claim.verified is None:
        yield _Flaw(
            "unverified",
            "has been verified by nobody",
            f"A replacement by {party} that says who verified it, when and how.",
        )
    apart = _moved_m(situation, known)
    behind = [a.party for a in known.addressees if a.by is None]
    if apart is not None and behind:
        yield _Flaw(
            "moved",
            f"lies {distance_words(apart)} from where its last version had it, and"
            f" {listed(behind)} has not answered since",
            f"An answer by {listed(behind)} that reads back the new place.",
        )


def _moved_m(situation: Situation, known: Known) -> int | None:
    """Give how far it moved from the version before, if by more than both are coarse."""
    before = previous(situation, known.opened)
    claims = before.facts.claims if before is not None else ()
    for claim in claims:
        if isinstance(claim, Protected) and claim.sort == "site":
            old, new = claim.places[0], known.claim.places[0]
            apart = range_m(old.position, new.position)
            if apart > metres(old.precision_e4m + new.precision_e4m):
                return apart
    return None


def _unaware(known: Known, party: str) -> bool:
    """Tell whether nothing shows that a party has it: not addressed, or its receipt is overdue."""
    addressed = next((a for a in known.addressees if a.party == party), None)
    if addressed is None:
        return True
    return addressed.by is None and addressed.asked.receipt == "overdue"


def _strangers(situation: Situation, known: Known) -> bool:
    """Tell whether any other party might not have it; only then is it asked who flies there."""
    parties = situation.governance.parties
    return any(_unaware(known, party) for party in parties if party != known.opened.party)


def _unsent(known: Known, unaware: Mapping[str, object]) -> _Flaw:
    asked = {a.party for a in known.addressees}
    strangers = [party for party in unaware if party not in asked]
    silent = [party for party in unaware if party in asked]
    said = []
    if strangers:
        said.append(f"is not addressed to {listed(strangers)}")
    if silent:
        said.append(f"is not shown to be stored by {listed(silent)}")
    return _Flaw(
        "unsent",
        " and ".join(said),
        f"A replacement by {known.opened.party} that is addressed to {listed(strangers)}, with the"
        " consent of those concerned."
        if strangers
        else f"A receipt or an answer by {listed(silent)}.",
    )


def _advisory(
    situation: Situation, known: Known, flaw: _Flaw, flown: Mapping[str, Sequence[Occupant]]
) -> Advisory:
    number, party = situation.number(known.opened.name), known.opened.party
    text = f"The site {known.claim.handle} ({number} of {party}) {flaw.text}."
    if flown:
        plans = [situation.number(o.records[0].name) for each in flown.values() for o in each]
        text += f" Plans of {listed(list(flown))} come near it: {listed(plans)}."
    return advisory(
        "W29",
        "attention" if flown else "information",
        (known.opened,),
        (party, *flown),
        text,
        flaw.settles,
        # not the plans: the id stays the same while plans come and go
        (flaw.cause,),
    )


def _near(scene: Scene, sites: Sequence[Known]) -> dict[str, dict[str, list[Occupant]]]:
    """Give, by site and party, the plans of others that come near it, in the order of their names.

    A plan whose geometry cannot be compared is named by the air picture.
    """
    if not sites:
        return {}
    unknown = {occupant.subject for occupant, _ in scene.air.uncomparable}
    plans = {
        o.subject: o
        for o in scene.air.occupants
        if o.role == "activity" and o.subject not in unknown
    }
    found: dict[str, dict[str, list[Occupant]]] = {}
    for name, met in _met(scene.situation, sites, plans).items():
        by_party: dict[str, list[Occupant]] = defaultdict(list)
        for subject in met:
            by_party[plans[subject].party].append(plans[subject])
        found[name] = dict(sorted(by_party.items()))
    return found


def _met(
    situation: Situation, sites: Sequence[Known], plans: Mapping[str, Occupant]
) -> dict[str, tuple[str, ...]]:
    """Ask one index which plans each site meets; the same question is answered once."""
    flown = tuple((o.subject, o.party, o.volumes, o.trajectories) for o in plans.values())
    asked = (tuple(known.opened.name for known in sites), flown)
    last = situation.memo.get(("sites",))
    if isinstance(last, _Asked) and last.asked == asked:
        return last.found
    found = _meetings(sites, plans)
    situation.memo["sites",] = _Asked(asked, found)
    return found


def _meetings(sites: Sequence[Known], plans: Mapping[str, Occupant]) -> dict[str, tuple[str, ...]]:
    """Compare all at once, which is faster than one after the other.

    Plans are taken as those of one party, sites as those of another, so that no two of a kind are
    compared; what a site meets of its own party is left out afterwards.
    """
    by_name = {f"S {known.opened.name}": known for known in sites}
    flown = [_plan(occupant) for occupant in plans.values()]
    found: dict[str, list[str]] = {known.opened.name: [] for known in sites}
    for met in Sky([*flown, *(_around(name, known) for name, known in by_name.items())]).meetings():
        site, plan = by_name[max(met.a, met.b)], min(met.a, met.b).removeprefix("P ")
        if plans[plan].party != site.opened.party:
            found[site.opened.name].append(plan)
    return {name: tuple(sorted(met)) for name, met in found.items()}


def _plan(occupant: Occupant) -> Plan:
    return Plan(
        f"P {occupant.subject}",
        "plans",
        "activity",
        occupant.volumes,
        occupant.minima,
        trajectories=occupant.trajectories,
    )


def _around(name: str, known: Known) -> Plan:
    """Take a site as a zone for everybody else, at every height, to be kept away from by far."""
    claim = known.claim
    volume = Volume4D(
        Circle(claim.places[0].position, claim.reach_e4m),
        claim.during.start,
        claim.during.end,
        lower=Bound.SFC,
        upper=Bound.UNL,
    )
    far = Minima(NEAR_M * E4M_PER_METRE, 0, 0)
    return Plan(name, "sites", "zone", (volume,), far)
