"""Everything that occupies the sky at an instant, and every conflict in it (arithmetic: sky).

With anything unread, entries known to exist but not here, or geometry that cannot be compared, the
picture never says clear.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.projection.answers import stances
from parley.projection.numbers import conflict_number
from parley.projection.occupants import Occupant, occupants_of, plan_of, subject_for
from parley.projection.shown import position_json, time_json, unread_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.sky.encounters import Encounter, Subject, Which
from parley.sky.index import Sky, conflicts
from parley.sky.plans import Plan, comparable

Settled = Callable[[Occupant, Occupant], bool]
"""Whether two need no word on each other any more, in whichever order they are given."""

# Fewer new ones than one in so many are compared one by one.
_FEW = 8


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


class AirPicture:
    """All occupants at the instant of a view, their conflicts, and what cannot be compared.

    ``uncomparable``: those whose geometry cannot be, with the code of why not. Conflicts are looked
    for when they are asked for.
    """

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self.occupants = occupants_of(situation)
        self._subjects, uncomparable = _sorted_out(situation, self.occupants)
        self.uncomparable = tuple(uncomparable)
        self._by_subject = {o.subject: o for o in self.occupants}

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every conflict, by the subjects of the two."""
        found = _encounters(self._situation, self._subjects)
        return tuple(self._conflict(each) for each in found)

    def conflicts_not(self, settled: Settled) -> tuple[Conflict, ...]:
        """Give the conflicts but those of two that are settled.

        The first time between views, these are not explained, which takes longer than to find
        them; from the second on all are, and kept.
        """
        memo = self._situation.memo
        if "conflicts" in vars(self) or ("encounters",) in memo or ("glanced",) in memo:
            return tuple(each for each in self.conflicts if not settled(each.a, each.b))
        memo["glanced",] = True
        sky, here = Sky(self._subjects.values()), self._by_subject
        found = sky.explain(
            each for each in sky.unexplained() if not settled(here[each[0]], here[each[1]])
        )
        return tuple(self._conflict(each) for each in sorted(found, key=lambda e: (e.a, e.b)))

    def _conflict(self, met: Encounter) -> Conflict:
        return _conflict(self._situation, self._by_subject[met.a], self._by_subject[met.b], met)


@dataclass(frozen=True, slots=True)
class _Compared:
    subjects: tuple[Plan | Subject, ...]
    encounters: tuple[Encounter, ...]


def _sorted_out(
    situation: Situation, occupants: Sequence[Occupant]
) -> tuple[dict[str, Plan | Subject], list[tuple[Occupant, str]]]:
    """Give what can be compared, by subject, and whoever cannot, with the code of why not.

    Few have to be made ready for the exact comparison; whoever is, is kept between views.
    """
    planned = {occupant.subject: _planned(situation, occupant) for occupant in occupants}
    last = situation.memo.get(("encounters",))
    good = {id(each) for each in last.subjects} if isinstance(last, _Compared) else set()
    fresh = [plan for plan in planned.values() if id(plan) not in good]
    good.update(id(plan) for plan in comparable(fresh))
    subjects: dict[str, Plan | Subject] = {}
    uncomparable: list[tuple[Occupant, str]] = []
    for occupant in occupants:
        plan = planned[occupant.subject]
        made = plan if id(plan) in good else subject_for(occupant)
        if isinstance(made, str):
            uncomparable.append((occupant, made))
        else:
            subjects[occupant.subject] = made
    return subjects, uncomparable


def _planned(situation: Situation, occupant: Occupant) -> Plan:
    key = ("plan", occupant.subject, occupant.party, occupant.role, occupant.volumes)
    key = (*key, occupant.trajectories, occupant.minima, occupant.affects)  # type: ignore[assignment]
    known = situation.memo.get(key)
    if not isinstance(known, Plan):
        known = situation.memo[key] = plan_of(occupant)
    return known


def _encounters(
    situation: Situation, subjects: Mapping[str, Plan | Subject]
) -> tuple[Encounter, ...]:
    """Compare all subjects; of two that were compared before, as prepared, what came out is kept.

    What two make of each other depends on nothing else, so by any road the same comes out.
    """
    ready = tuple(subjects.values())
    last = situation.memo.get(("encounters",))
    before = {id(each) for each in last.subjects} if isinstance(last, _Compared) else set()
    fresh = [each for each in ready if id(each) not in before]
    if not isinstance(last, _Compared) or len(fresh) > len(ready) // _FEW:
        found = conflicts(ready)
    elif fresh or len(ready) != len(last.subjects):
        stay = {each.name for each in ready} - {each.name for each in fresh}
        known = {(e.a, e.b): e for e in last.encounters if e.a in stay and e.b in stay}
        if fresh:
            sky = Sky(ready)
            known |= {(e.a, e.b): e for each in fresh for e in sky.against(each)}
        found = [known[pair] for pair in sorted(known)]
    else:
        return last.encounters
    situation.memo["encounters",] = compared = _Compared(ready, tuple(found))
    return compared.encounters


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
        "a": {**_occupant_json(situation, conflict.a), **_told(conflict.a, met.which[0])},
        "b": {**_occupant_json(situation, conflict.b), **_told(conflict.b, met.which[1])},
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


def _told(occupant: Occupant, which: Which) -> dict[str, Json]:
    return dict(which.told(len(occupant.volumes) + len(occupant.trajectories)))


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
