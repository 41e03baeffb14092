"""What a sighting is in or near: zones and plans in force, for the desks of those who saw it.

It says where something was seen. It foresees nothing, and plans no way for anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parley.desk.rehearsal.said import SIGHTING, SPEED, Rest, Said, Sources
from parley.desk.scenario.sightings import Sighting
from parley.kinds import KINDS
from parley.node.runtime import Node
from parley.projection.occupants import NO_MINIMA, Occupant, occupants_of, subject_for
from parley.projection.shown import distance_words
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.terms import Minima
from parley.sky.encounters import Encounter, Subject, compare, subject_of
from parley.sky.ranges import range_m
from parley.values.instants import Instant
from parley.values.lengths import E4M_PER_METRE
from parley.values.volumes import Circle, Volume4D

AGREED = frozenset(kind.name for kind in KINDS if kind.agreed)
_NAME = "0" * 64
_METRES_MS_PER_KMH = 3_600  # km/h from metres in milliseconds


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a track went between two sightings, in km/h: at least, as stated, at most."""

    least: int
    stated: int
    most: int

    def words(self) -> str:
        """Say it in a few words."""
        spread = f", {self.least} to {self.most}" if self.least != self.most else ""
        return f"about {self.stated} km/h{spread}"


def speed(before: Sighting, now: Sighting) -> Speed | None:
    """Give the speed on the shortest way between two sightings; None where no time has passed."""
    ms = now.at - before.at
    if ms <= 0:
        return None
    way, spare = range_m(before.position, now.position), before.precision_m + now.precision_m
    return Speed(*(_kmh(metres, ms) for metres in (max(0, way - spare), way, way + spare)))


def _kmh(metres: int, ms: int) -> int:
    return (2 * metres * _METRES_MS_PER_KMH + ms) // (2 * ms)


def near(
    node: Node, channel: str, sighting: Sighting, at: Instant
) -> list[tuple[Occupant, Encounter, list[dict[str, Json]]]]:
    """Compare a sighting with every zone and plan in force; the minima say how near is near.

    The side whose aircraft it is said to be is not told of its own zones and plans.
    """
    logs = node.opened(channel)
    sizes = {origin: len(log) for origin, log in logs.items()}
    situation = Situation(channel, logs, sizes, at, AGREED)
    minima = situation.terms.minima if situation.terms else NO_MINIMA
    flown = _subject(sighting, minima)
    found = []
    for occupant in occupants_of(situation):
        subject = subject_for(occupant)
        if occupant.party == sighting.of or not isinstance(subject, Subject):
            continue
        met = compare(flown, replace(subject, minima=_larger(subject, minima), affects=None))
        if met is not None:
            found.append((occupant, met, [situation.label(o) for o in occupant.records]))
    return found


def _subject(sighting: Sighting, minima: Minima) -> Subject:
    circle = Circle(sighting.position, sighting.precision_m * E4M_PER_METRE)
    here = Volume4D(circle, sighting.at, sighting.at, sighting.height, sighting.height)
    return subject_of(_NAME, sighting.of, "activity", [here], minima)


def _larger(subject: Subject, minima: Minima) -> Minima:
    return Minima(
        *(max(getattr(each, n) for each in (subject.minima, minima)) for n in Minima.__slots__)
    )


def looked_at(
    node: Node,
    channel: str,
    sources: Sources,
    sighting: Sighting,
    track: Sequence[Sighting],
) -> list[Said]:
    """Say what a sighting is in or near, and how fast its track went since the last one."""
    own = Rest(None, sighting.label, sighting.who[0], sighting.basis)
    found = []
    for occupant, met, labels in near(node, channel, sighting, sighting.at):
        rests = (own, *sources.rests(labels))
        what = (
            f"{_track(sighting)} {_relation(met)} the {_space(occupant)}"
            f' "{occupant.title}" of {occupant.party}{_apart(met)}.'
        )
        found.append(_said(sighting, SIGHTING, f"{sighting.label}/{occupant.title}", what, rests))
    if track:
        before, went = track[-1], speed(track[-1], sighting)
        if went is not None:
            way = distance_words(range_m(before.position, sighting.position))
            seconds = (sighting.at - before.at) // 1000
            what = f"{_track(sighting)} went {way} in {seconds} s: {went.words()}."
            earlier = Rest(None, before.label, before.who[0], before.basis)
            found.append(_said(sighting, SPEED, f"{sighting.label}/speed", what, (earlier, own)))
    return found


def _said(sighting: Sighting, rule: str, name: str, what: str, rests: tuple[Rest, ...]) -> Said:
    return Said(sighting.at, sighting.who, rule, name, what, "", (sighting.of,), rests, sighting.at)


def _track(sighting: Sighting) -> str:
    level = f" at {sighting.height.stated()}" if sighting.height else " (height not known)"
    return f'"{sighting.label}", an aircraft of {sighting.of}{level}'


def _space(occupant: Occupant) -> str:
    return "zone" if occupant.role == "zone" else "plan"


def _relation(met: Encounter) -> str:
    if met.lateral_m or met.time_gap_s or met.vertical_m:
        return "was seen near"
    if met.vertical_m is None:
        return "was seen over, under or in"
    return "was seen in" if met.verdict == "CONFLICT" else "may have been in"


def _apart(met: Encounter) -> str:
    apart = []
    if met.lateral_m:
        apart.append(f"{distance_words(met.lateral_m)} aside")
    if met.vertical_m:
        apart.append(f"{distance_words(met.vertical_m)} above or below")
    if met.time_gap_s:
        apart.append(f"{met.time_gap_s} s before or after")
    return f": {', '.join(apart)}" if apart else ""
