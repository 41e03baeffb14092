"""Protected traffic: a filed route that enters an active area, or passes above a lower ceiling.

Two zones never are a conflict: each only states a wish. This is a word to both who wished.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from parley.errors import ParleyError
from parley.projection.advisories import Advisory, advisory, quoted
from parley.projection.occupants import NO_MINIMA, Occupant
from parley.projection.scene import Scene
from parley.projection.shown import metres
from parley.projection.situation import Situation
from parley.record.claims.relief import Protected
from parley.record.terms import Minima
from parley.sky.encounters import Role, Subject, subject_of
from parley.sky.heights import ellipsoidal
from parley.sky.index import Sky
from parley.sky.plans import Plan
from parley.values.lengths import Altitude, Bound, VerticalLimit
from parley.values.volumes import Volume4D

_AREAS = frozenset({"hazard", "restricted"})
MOST_BESIDE = 3
"""So many areas with a higher ceiling are told of for one route above one area."""
MOST_AREAS = 20
"""So many areas that it meets, and so many that it passes above, are told of for one route."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One volume of a route or area, and the same from the ground to the sky, ready to compare.

    ``plan``: with its levels, to be made ready where it must be.
    """

    of: Occupant
    volume: Volume4D
    flat: Subject
    plan: Plan


def route_meets_area(scene: Scene) -> Iterator[Advisory]:
    """W28 (R12): a civil route or relief movement meets a hazard or restricted area, in 4D.

    Or it passes above the ceiling of one, while another area there, or within the charter's lateral
    minimum of it, states a higher ceiling that reaches the route: so it was over eastern Ukraine on
    17 July 2014, closed to FL320 on the one side and to FL530 on the other, with traffic at FL330
    (Dutch Safety Board, Crash of Malaysia Airlines flight MH17, 2015, sections 5 to 7). Of the
    areas with higher ceilings the first three are told of, and twenty areas for each route; how
    many more there are is said.
    """
    situation = scene.situation
    zones = [o for o in scene.air.occupants if o.role == "zone"]
    routes = _parts([o for o in zones if _is_route(o)], "route", "activity")
    areas = _parts([o for o in zones if _zone_type(o) in _AREAS], "area", "zone")
    if not routes or not areas:
        return
    beside = _Beside(situation, areas)
    parts = (*routes.values(), *areas.values())
    meet = {(met.a, met.b) for met in Sky([part.plan for part in parts]).meetings()}
    told: dict[str, _Told] = defaultdict(_Told)
    for names in sorted((met.a, met.b) for met in Sky([part.flat for part in parts]).meetings()):
        area, route = areas[names[0]], routes[names[1]]
        here, other = told[route.of.subject], area.of.subject
        if route.of.subject == other:
            continue
        if names in meet:
            if here.admits(here.met, other, route):
                yield _meeting(situation, route, area)
        elif _above(route.volume.lower, area.volume.upper):
            higher = list(beside.higher(area, route, here.above.get(other, ())))
            if higher and here.admits(here.above, other, route):
                here.above[other].update(each.of.subject for each in higher)
                for each in higher:
                    yield _passing_above(situation, route, area, each)
    for subject in sorted(told):
        if told[subject].more:
            yield _and_more(situation, told[subject])


class _Told:
    """The areas that were told of for one route: those it meets, and those it passes above.

    ``more``: those that were left out, once there were ``MOST_AREAS`` of a sort.
    """

    def __init__(self) -> None:
        self.met: dict[str, set[str]] = {}
        self.above: dict[str, set[str]] = {}
        self.more: set[str] = set()
        self.route: _Part | None = None

    def admits(self, sort: dict[str, set[str]], area: str, route: _Part) -> bool:
        """Tell whether an area may still be told of: each once that is met, and not too many."""
        if area in sort:
            return sort is self.above
        if len(sort) < MOST_AREAS:
            sort[area] = set()
            return True
        self.more.add(area)
        self.route = route
        return False


def _zone_type(occupant: Occupant) -> str | None:
    said = occupant.records[0].facts.occupancy
    return said.zone_type if said else None


def _is_route(occupant: Occupant) -> bool:
    claims = (claim for opened in occupant.records for claim in opened.facts.claims)
    moves = any(isinstance(claim, Protected) and claim.sort == "movement" for claim in claims)
    return moves or _zone_type(occupant) == "civil_route"


def _parts(occupants: Sequence[Occupant], party: str, role: Role) -> dict[str, _Part]:
    """Take apart what can be compared, by names that sort areas before routes."""
    found = {}
    for i, occupant in enumerate(occupants):
        for j, volume in enumerate(occupant.volumes):
            name = f"{party} {i:06d} {j:06d}"
            flat = replace(volume, lower=Bound.SFC, upper=Bound.UNL)
            try:
                subject = subject_of(name, party, role, [flat], NO_MINIMA)
            except ParleyError:
                continue
            found[name] = _Part(
                occupant, volume, subject, Plan(name, party, role, (volume,), NO_MINIMA)
            )
    return found


def _above(lower: VerticalLimit, upper: VerticalLimit) -> bool:
    """Tell whether a floor is stated above a ceiling, or at it."""
    if not isinstance(lower, Altitude) or not isinstance(upper, Altitude):
        return False
    return _middle(lower) >= _middle(upper)


def _middle(limit: VerticalLimit) -> int:
    """Give the middle of the W84 heights a limit may lie at, 0.1 mm, or its own of like reference.

    Good enough to order two limits that were said to be apart; where they meet, that was computed.
    """
    band = ellipsoidal(limit)
    return (band.low + band.high) // 2


class _Beside:
    """The areas there are, to be asked which of them lie beside one and have a higher ceiling."""

    def __init__(self, situation: Situation, areas: dict[str, _Part]) -> None:
        terms = situation.terms
        self._lateral_e4m = terms.minima.lateral_e4m if terms else 0
        self._areas = areas
        self._beside: dict[str, tuple[_Part, ...]] = {}
        self._ceilings: dict[str, VerticalLimit] = {}

    @cached_property
    def _sky(self) -> Sky:
        near = Minima(self._lateral_e4m, 0, 0)
        return Sky([replace(part.flat, minima=near) for part in self._areas.values()])

    def higher(self, area: _Part, route: _Part, told: Collection[str]) -> Iterator[_Part]:
        """Give those beside an area, at a time both hold, whose ceiling reaches the route.

        Not those of subjects ``told`` of before, and no more once these are ``MOST_BESIDE``.
        """
        lower, known = route.volume.lower, set(told)
        if len(known) >= MOST_BESIDE or _above(lower, self._highest(area)):
            return
        for other in self._others(area):
            if other.of.subject not in known and not _above(lower, other.volume.upper):
                known.add(other.of.subject)
                yield other
                if len(known) >= MOST_BESIDE:
                    return

    def _highest(self, area: _Part) -> VerticalLimit:
        """Give the highest ceiling beside an area: one that reaches any route, if there is one."""
        if area.plan.name not in self._ceilings:
            uppers = [other.volume.upper for other in self._others(area)]
            heights = [upper for upper in uppers if isinstance(upper, Altitude)]
            every = len(heights) == len(uppers) and heights
            self._ceilings[area.plan.name] = max(heights, key=_middle) if every else Bound.UNL
        return self._ceilings[area.plan.name]

    def _others(self, area: _Part) -> tuple[_Part, ...]:
        """Give the areas of others beside an area that state a ceiling; looked for once."""
        found = self._beside.get(area.flat.name)
        if found is None:
            asking = replace(
                area.flat, name="asking", party="asking", role="activity", affects=None
            )
            others = (self._areas[name] for name in sorted(self._sky.verdicts(asking)))
            found = self._beside[area.flat.name] = tuple(
                other
                for other in others
                if other.of.subject != area.of.subject and other.volume.upper is not None
            )
        return found


def _name(situation: Situation, part: _Part) -> str:
    numbers = ", ".join(situation.number(opened.name) for opened in part.of.records)
    return f"{quoted(part.of.title)} ({numbers} of {part.of.party})"


def _ceiling(limit: VerticalLimit) -> str:
    return limit.stated() if isinstance(limit, Altitude) else "no upper limit"


def _meeting(situation: Situation, route: _Part, area: _Part) -> Advisory:
    return advisory(
        "W28",
        "attention",
        (*route.of.records, *area.of.records),
        (route.of.party, area.of.party),
        f"The protected route {_name(situation, route)} meets, or may meet, the area"
        f" {_name(situation, area)} in place, height and time.",
        f"A route that {route.of.party} files elsewhere or at another time, or a word of"
        f" {area.of.party} that the area is released then.",
    )


def _and_more(situation: Situation, told: _Told) -> Advisory:
    route = cast("_Part", told.route)
    return advisory(
        "W28",
        "attention",
        route.of.records,
        (route.of.party,),
        f"The protected route {_name(situation, route)} meets, or passes above, {len(told.more)}"
        f" more areas than the {MOST_AREAS} of each that are told of.",
        f"A route that {route.of.party} files elsewhere or at another time.",
        ("more",),
    )


def _passing_above(situation: Situation, route: _Part, area: _Part, other: _Part) -> Advisory:
    near = metres(situation.terms.minima.lateral_e4m) if situation.terms else 0
    low, high = (_ceiling(part.volume.upper) for part in (area, other))
    return advisory(
        "W28",
        "attention",
        (*route.of.records, *area.of.records, *other.of.records),
        (route.of.party, area.of.party, other.of.party),
        f"The protected route {_name(situation, route)} passes above the ceiling {low} of"
        f" {_name(situation, area)}; {_name(situation, other)}, in the same place or within"
        f" {near} m of it, states {high}, which reaches the route.",
        f"One ceiling on which {area.of.party} and {other.of.party} agree, or the reason why they"
        " differ; until then a route clear of the higher one.",
    )
