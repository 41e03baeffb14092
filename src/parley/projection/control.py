"""Who is said to be where: claims on areas side by side, and where those that hold differ."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from parley.projection.areas import wholes_of
from parley.projection.fold import Opened
from parley.projection.shown import time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.control import Controls

Said = tuple[Opened, Controls]


class Control:
    """Every claim on who holds an area or is in it, by area; none is chosen over another."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def by_area(self) -> Mapping[str, tuple[Said, ...]]:
        """Every claim, in folding order, whatever became of its record."""
        found: dict[str, list[Said]] = defaultdict(list)
        for opened, claim in self._situation.said.claims(Controls):
            found[claim.area].append((opened, claim))
        return {area: tuple(found[area]) for area in sorted(found)}

    @cached_property
    def now(self) -> Mapping[str, tuple[Said, ...]]:
        """The claims whose record is a latest word and that hold at the instant of the view."""
        at, register = self._situation.at, self._situation.register
        found = {
            area: tuple(s for s in said if register.holds(s[0]) and s[1].during.holds(at))
            for area, said in self.by_area.items()
        }
        return {area: said for area, said in found.items() if said}

    @cached_property
    def _holders(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By area and author: whom the author says to hold it at the instant."""
        found: dict[str, dict[str, set[str]]] = {}
        for area, said in self.now.items():
            for opened, claim in said:
                if claim.manner == "holds":
                    by = found.setdefault(area, defaultdict(set))
                    by[opened.party].add(claim.actor)
        return {area: {p: frozenset(e) for p, e in by.items()} for area, by in found.items()}

    def rival(self, area: str) -> bool:
        """Tell whether authors name different actors as holding an area at the instant.

        Who says nothing of a district speaks of it by what it says of the province, no more: of a
        province that one author has divided, the districts are where the two differ.
        """
        meant: dict[str, frozenset[str]] = {}
        for whole in wholes_of(area) if area in self._holders else ():
            for party, holders in self._holders.get(whole, {}).items():
                meant.setdefault(party, holders)
        return len(set(meant.values())) > 1


def control_json(situation: Situation, control: Control) -> list[Json]:
    """Write the claims on each area, which of them hold now, and whether those are rivals."""
    return [
        {
            "area": area,
            "rival": control.rival(area),
            "now": [opened.name for opened, _ in control.now.get(area, ())],
            "claims": [_claim_json(situation, opened, claim) for opened, claim in said],
        }
        for area, said in control.by_area.items()
    ]


def _claim_json(situation: Situation, opened: Opened, claim: Controls) -> Json:
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "actor": claim.actor,
        "manner": claim.manner,
        "from": time_json(claim.during.start),
        "until": time_json(claim.during.end),
        "drawn_by": claim.drawn_by or opened.party,
        "recognised_by": list(claim.recognised_by),
        "basis": claim.basis,
    }
