"""The ways out of the conflicts of a check: found for both sides, told as JSON and in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from parley.desk.checking import Conflict, Plan
from parley.desk.encounter_value import offer_value
from parley.desk.tables import shown
from parley.sky import Sky
from parley.sky.offers import Offer, Withheld, offers
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE

Found = tuple[Offer | Withheld, ...]

NOTE = (
    "An offer is for people to consider: nothing is approved by it. Only the plans of these files\n"
    "were looked at. An offer that would enter one of their zones is withheld, and no way around\n"
    "a zone is searched."
)
"""What stands under every table with offers."""

_NONE_NEAR = {
    "time": "no start within 24 h clears it",
    "level": "no level within 60,000 ft clears it",
    "lateral": "no place within 200 km clears it",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What one side of a conflict could change, one entry for each axis."""

    plan: Plan
    found: Found


Offering = Callable[[Conflict], Sequence[Offered]]
"""Finds the offers of a conflict."""


def offering_among(
    plans: Sequence[Plan], *, progress: Callable[[int, int], None] | None = None
) -> Offering:
    """Give what finds, for a conflict among plans, what each side of it could change.

    Of two, a zone is no side. Nothing that was found is kept. ``progress`` is told of how many
    conflicts it was asked, of an unknown number (0).
    """
    sky = Sky(plan.stated for plan in plans)
    done = 0

    def offered(conflict: Conflict) -> tuple[Offered, ...]:
        nonlocal done
        sides = ((conflict.a, conflict.b), (conflict.b, conflict.a))
        found = tuple(
            Offered(plan, offers(sky, plan.subject, other.id))
            for plan, other in sides
            if plan.stated.role == "activity"
        )
        done += 1
        if progress is not None:
            progress(done, 0)
        return found

    return offered


def offered_value(offered: Sequence[Offered]) -> list[dict[str, Any]]:
    """Give the offers of a conflict as JSON, each with the party and the plan it is made to."""
    return [
        {"party": side.plan.stated.party, "plan": side.plan.id, **offer_value(each)}
        for side in offered
        for each in side.found
    ]


def offered_lines(offered: Sequence[Offered], plans: Sequence[Plan]) -> Iterator[str]:
    """Say for each side what it could change, and why not where there is no offer."""
    entered = {
        zone
        for side in offered
        for each in side.found
        if isinstance(each, Withheld)
        for zone in each.zones
    }
    titles = _titles(entered, plans) if entered else {}
    for side in offered:
        party = shown(side.plan.stated.party)
        ways = [offer_words(each) for each in side.found if isinstance(each, Offer)]
        if ways:
            yield f"{party} could {', or '.join(ways)}"
        for why in _reasons([each for each in side.found if isinstance(each, Withheld)], titles):
            yield f"{party}, no offer: {why}"


def _titles(names: Set[str], plans: Sequence[Plan]) -> dict[str, str]:
    named = (plan for plan in plans if plan.id in names)
    return {plan.id: f"{shown(plan.stated.party)}: {shown(plan.title)}" for plan in named}


def offer_words(offer: Offer) -> str:
    """Say a change as an officer would: start 7 min 1 s earlier, fly 2,100 ft lower."""
    amount = offer.shift.amount
    if offer.axis == "time":
        return f"start {_duration(abs(amount) // 1000)} {'later' if amount > 0 else 'earlier'}"
    if offer.axis == "level":
        return f"fly {abs(amount) // E4M_PER_FOOT:,} ft {'higher' if amount > 0 else 'lower'}"
    metres = amount // E4M_PER_METRE
    far = f"{metres / 1000:,.1f} km" if metres >= 1000 else f"{metres} m"
    aside = offer.shift.aside
    assert aside is not None  # noqa: S101 - for the type checker: lateral shifts have one
    azimuth = f" (azimuth {round(aside.azimuth) % 360:03d})"
    return f"fly {far} to the {aside.side}{azimuth if aside.side in ('left', 'right') else ''}"


def _reasons(withheld: Sequence[Withheld], titles: Mapping[str, str]) -> Iterator[str]:
    if any(each.reason == "zone_conflict" for each in withheld):
        yield "this is a conflict with a zone, and no way around a zone is searched"
        return
    for each in withheld:
        if each.reason == "no_level":
            yield "another level (its heights are not all stated as numbers)"
        elif each.reason == "nothing_near":
            yield _NONE_NEAR[each.axis]
        else:
            word = {"time": "start", "level": "level", "lateral": "place"}[each.axis]
            zones = "; ".join(titles[zone] for zone in each.zones)
            yield f"the nearest {word} clear of plans enters a zone ({zones})"


def _duration(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
