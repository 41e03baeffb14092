"""Who occupies the sky of a channel: activities and zones as a whole, from the records that hold.

A subject stays until its end plus the time minimum it is held to; until then its past volumes
count too.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parley.errors import ParleyError
from parley.projection.fold import Opened
from parley.projection.register import ends_of
from parley.projection.situation import Situation
from parley.record.kind import Occupancy
from parley.record.terms import Minima
from parley.sky.encounters import Subject
from parley.sky.plans import Plan
from parley.values.instants import Instant, Interval, spanning
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

NO_MINIMA = Minima(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Occupant:
    """An activity or zone as a whole: the records that make it up, and all that they occupy.

    ``during`` reaches from the first instant occupied to the last (None: until withdrawn).
    """

    subject: str
    party: str
    role: Literal["activity", "zone"]
    title: str
    records: tuple[Opened, ...]
    volumes: tuple[Volume4D, ...]
    trajectories: tuple[Trajectory, ...]
    during: Interval
    minima: Minima
    affects: tuple[str, ...] | None

    @property
    def start(self) -> Instant:
        """The first instant occupied."""
        return self.during.start

    @property
    def end(self) -> Instant | None:
        """The last instant occupied, or None: until withdrawn."""
        return self.during.end


def activity_subject(channel: str, party: str, activity: str) -> str:
    """Name the subject that several records of one ``activity`` make up."""
    named = f"parley/activity/1\n{channel}{party}\n{activity}"
    return hashlib.sha256(named.encode()).hexdigest()


def occupants_of(situation: Situation) -> tuple[Occupant, ...]:
    """Give all that occupy the sky at the instant of the situation, by subject."""
    slack, groups = slack_of(situation), _grouped(situation)
    return tuple(
        occupant_of(situation, subject, groups[subject])
        for subject in sorted(groups)
        if _still_there(groups[subject], situation.at, slack)
    )


def slack_of(situation: Situation) -> int:
    """Give how long, in ms, at least, an occupant stays beyond its end."""
    terms = [t.terms for t in situation.governance.charters if t.terms is not None]
    return max((t.minima.time_ms for t in terms), default=0)


def _still_there(records: Sequence[Opened], at: Instant, slack: int) -> bool:
    """Tell whether one of the records reaches to the instant, less the time minimum it is held to.

    An activity is held to the minima of a charter, which the slack covers; a zone to its margins.
    """
    said = [o.facts.occupancy for o in records if o.facts.occupancy is not None]
    if said[0].role == "zone":
        slack = max(slack, *(occupancy.margin.time_ms for occupancy in said))
    ends = [end for occupancy in said for end in ends_of(occupancy)]
    return any(end is None or end >= at - slack for end in ends)


def _anywhere(occupancy: Occupancy) -> bool:
    return bool(occupancy.volumes or occupancy.trajectories)


def _grouped(situation: Situation) -> dict[str, list[Opened]]:
    """Give the records of each subject that hold."""
    groups: dict[str, list[Opened]] = {}
    for opened in situation.said.readable:
        occupancy = opened.facts.occupancy
        if occupancy is None or not _anywhere(occupancy) or not situation.register.holds(opened):
            continue
        # rival versions of one subject all hold: they are compared as one, none is dropped
        subject = situation.register.subject(opened)
        if occupancy.activity is not None and occupancy.role == "activity":
            subject = activity_subject(situation.channel, opened.party, occupancy.activity)
        first = groups[subject][0].facts.occupancy if subject in groups else None
        if first is not None and first.role != occupancy.role:
            subject = opened.name
        groups.setdefault(subject, []).append(opened)
    return groups


def occupant_of(situation: Situation, subject: str, records: Sequence[Opened]) -> Occupant:
    """Take records that occupy the sky as one subject."""
    said = [o.facts.occupancy for o in records if o.facts.occupancy is not None]
    during = spanning(window for occupancy in said for window in occupancy.windows)
    minima = Minima(*(max(getattr(o.margin, name) for o in said) for name in Minima.__slots__))
    bound = {party for occupancy in said for party in occupancy.affects or ()}
    if said[0].role == "activity":
        terms = situation.governance.terms_at(during.start)
        minima = terms.minima if terms else NO_MINIMA
    return Occupant(
        subject=subject,
        party=records[0].party,
        role=said[0].role,
        title=said[0].title,
        records=tuple(records),
        volumes=tuple(volume for occupancy in said for volume in occupancy.volumes),
        trajectories=tuple(t for occupancy in said for t in occupancy.trajectories),
        during=during,
        minima=minima,
        affects=None if any(o.affects is None for o in said) else tuple(sorted(bound)),
    )


def plan_of(occupant: Occupant) -> Plan:
    """Take an occupant as a plan, made ready for comparison when it must be."""
    return Plan(
        occupant.subject,
        occupant.party,
        occupant.role,
        occupant.volumes,
        occupant.minima,
        occupant.affects,
        occupant.trajectories,
    )


def subject_for(occupant: Occupant) -> Subject | str:
    """Prepare an occupant for comparison, or give the code of why it cannot be compared."""
    try:
        return plan_of(occupant).subject
    except ParleyError as error:
        return error.code
