"""Observations: what monitors heard and saw, by day and area, and where they could not look.

Single elements are added up as the monitors count them, by monitor; they are laid to no side and
added to no allegation.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.projection.counted import Counted
from parley.projection.fold import Opened
from parley.projection.shown import metres, names, place_json, window_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.allegations import Observed
from parley.values.instants import day_of


@dataclass(frozen=True, slots=True)
class Sighting:
    """An observation; ``counted`` and ``day`` as for an allegation."""

    opened: Opened
    said: Observed
    day: str | None
    counted: bool


class Observations:
    """Every observation below the sizes of the situation."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def sightings(self) -> tuple[Sighting, ...]:
        """Every observation in folding order, withdrawn and replaced ones too."""
        said = {o.name: (o, claim) for o, claim in self._situation.said.claims(Observed)}
        counted = Counted(self._situation.register, said)
        zone = self._situation.day_zone
        return tuple(
            Sighting(
                opened,
                claim,
                None if claim.during is None else day_of(claim.during.start, zone),
                counted.counts(opened),
            )
            for opened, claim in said.values()
        )


def observations_view(situation: Situation, observations: Observations) -> dict[str, Json]:
    """Write every observation, then sums by local day, monitor and area; a day of null: none."""
    groups: dict[tuple[str | None, str], list[Sighting]] = defaultdict(list)
    for sighting in observations.sightings:
        if sighting.counted:
            groups[sighting.day, sighting.opened.party].append(sighting)
    in_order = sorted(groups, key=lambda key: (key[0] is not None, key[0] or "", key[1]))
    return {
        "unread": situation.unread,
        "observations": [_sighting_json(situation, each) for each in observations.sightings],
        "days": [
            {"day": day, "party": party, "areas": _areas_json(groups[day, party])}
            for day, party in in_order
        ],
    }


def _sighting_json(situation: Situation, sighting: Sighting) -> Json:
    said, opened = sighting.said, sighting.opened
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "counted": sighting.counted,
        "about": names(opened.said.refers("about")),
        "what": said.what,
        "means": said.means,
        "elements": said.number,
        "description": said.description,
        "weapon": said.weapon,
        "direction": said.direction,
        "observer_area": said.observer_area,
        "observer_place": place_json(said.observer_place),
        "bearing_e4": said.bearing_e4,
        "distance_m": None if said.distance_e4m is None else metres(said.distance_e4m),
        "access": said.access,
        "kept_by": said.kept_by,
        "day": sighting.day,
        "during": window_json(said.during),
        "area": said.area,
        "place": place_json(said.place),
    }


def _areas_json(sightings: Sequence[Sighting]) -> Json:
    areas: dict[str | None, list[Observed]] = defaultdict(list)
    for sighting in sightings:
        areas[sighting.said.area].append(sighting.said)
    return [
        {
            "area": area,
            "elements": sum(said.number for said in areas[area]),
            "of": _sums_json(areas[area]),
            "access": {
                kept: sum(said.access == kept for said in areas[area])
                for kept in ("denied", "delayed", "conditional")
            },
        }
        for area in sorted(areas, key=lambda area: (area is not None, area or ""))
    ]


def _sums_json(observed: Sequence[Observed]) -> Json:
    sums: dict[str, int] = defaultdict(int)
    for said in observed:
        if said.what is not None:
            sums[said.what] += said.number
    return [{"what": what, "elements": number} for what, number in sorted(sums.items())]
