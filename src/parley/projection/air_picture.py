"""Everything that occupies the sky at an instant, and every conflict in it (arithmetic: sky).

A subject is an activity or zone as a whole. It stays in the picture until its end plus the time
minimum it is held to; until then its past volumes are compared too. With anything unread, entries
known to exist but not here, or geometry that cannot be compared, the picture never says clear.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from parley.errors import ParleyError
from parley.projection.answers import stances
from parley.projection.fold import Opened
from parley.projection.numbers import conflict_number
from parley.projection.shown import position_json, time_json, unread_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.kind import Minima
from parley.sky.encounters import Encounter, Subject, subject_of
from parley.sky.index import conflicts
from parley.values.instants import Instant
from parley.values.volumes import Volume4D

NO_MINIMA = Minima(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Occupant:
    """An activity or zone as a whole: the records that make it up, and all their volumes."""

    subject: str
    party: str
    role: Literal["activity", "zone"]
    title: str
    records: tuple[Opened, ...]
    volumes: tuple[Volume4D, ...]
    minima: Minima
    affects: tuple[str, ...] | None

    @property
    def start(self) -> Instant:
        """The first instant occupied."""
        return Instant(min(v.time_start for v in self.volumes))

    @property
    def end(self) -> Instant | None:
        """The last instant occupied, or None: until withdrawn."""
        ends = [v.time_end for v in self.volumes if v.time_end is not None]
        return Instant(max(ends)) if len(ends) == len(self.volumes) else None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two occupants that meet or may meet, under one number on every desk.

    ``answered`` gives what each side has said to the other's records: party to stances.
    """

    id: str
    a: Occupant
    b: Occupant
    encounter: Encounter
    answered: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class AirPicture:
    """All occupants, their conflicts, and those whose geometry cannot be compared (with code)."""

    occupants: tuple[Occupant, ...]
    conflicts: tuple[Conflict, ...]
    uncomparable: tuple[tuple[Occupant, str], ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    subjects: tuple[Subject, ...]
    encounters: tuple[Encounter, ...]


def activity_subject(channel: str, party: str, activity: str) -> str:
    """Name the subject that several records of one ``activity`` make up."""
    named = f"parley/activity/1\n{channel}{party}\n{activity}"
    return hashlib.sha256(named.encode()).hexdigest()


def air_picture(situation: Situation) -> AirPicture:
    """Give the picture at the instant of the view."""
    terms = [t.terms for t in situation.governance.charters if t.terms is not None]
    slack = max((t.minima.time_ms for t in terms), default=0)
    occupants = tuple(
        o
        for o in _occupants(situation)
        if _still_there(o, situation.at - max(slack, o.minima.time_ms))
    )
    subjects: dict[str, Subject] = {}
    uncomparable: list[tuple[Occupant, str]] = []
    for occupant in occupants:
        prepared = _prepared(situation, occupant)
        if isinstance(prepared, Subject):
            subjects[occupant.subject] = prepared
        else:
            uncomparable.append((occupant, prepared))
    by_subject = {o.subject: o for o in occupants}
    found = tuple(
        _conflict(situation, by_subject[each.a], by_subject[each.b], each)
        for each in _encounters(situation, subjects)
    )
    return AirPicture(occupants, found, tuple(uncomparable))


def _still_there(occupant: Occupant, since: int) -> bool:
    return occupant.end is None or occupant.end >= since


def _occupants(situation: Situation) -> list[Occupant]:
    groups: dict[str, list[Opened]] = {}
    for opened in situation.said.readable:
        occupancy = opened.facts.occupancy
        if occupancy is None or not occupancy.volumes or not situation.register.holds(opened):
            continue
        # rival versions of one subject all hold: they are compared as one, none is dropped
        subject = situation.register.subject(opened)
        if occupancy.activity is not None and occupancy.role == "activity":
            subject = activity_subject(situation.channel, opened.party, occupancy.activity)
        first = groups[subject][0].facts.occupancy if subject in groups else None
        if first is not None and first.role != occupancy.role:
            subject = opened.name
        groups.setdefault(subject, []).append(opened)
    return [_occupant(situation, subject, groups[subject]) for subject in sorted(groups)]


def _occupant(situation: Situation, subject: str, records: list[Opened]) -> Occupant:
    said = [o.facts.occupancy for o in records if o.facts.occupancy is not None]
    volumes = tuple(volume for occupancy in said for volume in occupancy.volumes)
    minima = Minima(*(max(getattr(o.margin, name) for o in said) for name in Minima.__slots__))
    bound = {party for occupancy in said for party in occupancy.affects or ()}
    if said[0].role == "activity":
        terms = situation.governance.terms_at(Instant(min(v.time_start for v in volumes)))
        minima = terms.minima if terms else NO_MINIMA
    return Occupant(
        subject=subject,
        party=records[0].party,
        role=said[0].role,
        title=said[0].title,
        records=tuple(records),
        volumes=volumes,
        minima=minima,
        affects=None if any(o.affects is None for o in said) else tuple(sorted(bound)),
    )


def _prepared(situation: Situation, occupant: Occupant) -> Subject | str:
    key = ("subject", occupant.subject, occupant.party, occupant.role, occupant.volumes)
    key = (*key, occupant.minima, occupant.affects)  # type: ignore[assignment]
    known = situation.memo.get(key)
    if not isinstance(known, Subject | str):
        try:
            known = subject_of(
                occupant.subject,
                occupant.party,
                occupant.role,
                occupant.volumes,
                occupant.minima,
                occupant.affects,
            )
        except ParleyError as error:
            known = error.code
        situation.memo[key] = known
    return known


def _encounters(situation: Situation, subjects: Mapping[str, Subject]) -> tuple[Encounter, ...]:
    """Compare all subjects, or remember the last comparison of the very same prepared ones."""
    ready = tuple(subjects.values())
    last = situation.memo.get(("encounters",))
    if isinstance(last, _Compared) and list(map(id, last.subjects)) == list(map(id, ready)):
        return last.encounters
    found = _Compared(ready, tuple(conflicts(ready)))
    situation.memo["encounters",] = found
    return found.encounters


def _conflict(situation: Situation, a: Occupant, b: Occupant, met: Encounter) -> Conflict:
    answered = []
    for one, other in ((a, b), (b, a)):
        given = [
            stance
            for opened in other.records
            if (stance := stances(situation.said, situation.register, opened.name).get(one.party))
        ]
        answered.append((one.party, tuple(given)))
    return Conflict(
        conflict_number(situation.channel, a.subject, b.subject), a, b, met, tuple(answered)
    )


def air_view(situation: Situation, picture: AirPicture) -> dict[str, Json]:
    """Write the picture; it is clear only if all was read, all compared, and nothing met."""
    clear = not picture.conflicts and not picture.uncomparable and situation.whole
    return {
        "clear": clear,
        "unread": situation.unread,
        "missing": situation.heads.missing,
        "unread_entries": unread_json(situation.said.unread),
        "conflicts": [_conflict_json(situation, conflict) for conflict in picture.conflicts],
        "uncomparable": [
            {**_occupant_json(situation, o), "code": code} for o, code in picture.uncomparable
        ],
        "occupied": [
            {
                **_occupant_json(situation, o),
                "from": time_json(o.start),
                "until": time_json(o.end),
            }
            for o in picture.occupants
        ],
    }


def _conflict_json(situation: Situation, conflict: Conflict) -> Json:
    met = conflict.encounter
    return {
        "id": conflict.id,
        "verdict": met.verdict,
        "a": _occupant_json(situation, conflict.a),
        "b": _occupant_json(situation, conflict.b),
        "closest": {
            "lateral_m": met.lateral_m,
            "vertical_m": met.vertical_m,
            "time_gap_s": met.time_gap_s,
            "position": position_json(met.position),
            "from": time_json(met.begin),
            "until": time_json(met.until),
        },
        "broken": list(met.broken),
        "open": list(met.open),
        "answered": [
            {"party": party, "stances": list(given)} for party, given in conflict.answered
        ],
    }


def _occupant_json(situation: Situation, occupant: Occupant) -> dict[str, Json]:
    first = occupant.records[0].facts.occupancy
    return {
        "subject": occupant.subject,
        "party": occupant.party,
        "role": occupant.role,
        "title": occupant.title,
        "zone_type": first.zone_type if first else None,
        "asks": first.asks if first else None,
        "records": [situation.label(opened) for opened in occupant.records],
    }
