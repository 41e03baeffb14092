"""People harmed: between at least and at most how many, so that nobody is counted twice.

Every record is a claim of its author. What is computed from them rests on two things that authors
state: which records are of the same people (``same_as``), and which are of one incident. The bounds
hold if each author's own records are of different people unless somebody says otherwise, and if the
records are right.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.projection.fold import Opened
from parley.projection.register import WordStatus
from parley.projection.situation import Situation
from parley.projection.unions import Unions
from parley.record.claims.allegations import Handle
from parley.record.claims.casualties import Suffered
from parley.values.instants import day_of


@dataclass(frozen=True, slots=True)
class Row:
    """A casualty record: what became of it, and with which others it belongs.

    ``person`` is common to the records of the same people, ``incident`` to those of one incident
    (None: no incident that has a record of its own), ``cluster`` to those that might be of the same
    people. ``namers``: the parties that gave the incident a record. ``counts``: it is a latest word
    of its author that the author still counts. ``upper``: the upper bound, or where nobody states
    one, what is certain.
    """

    opened: Opened
    claim: Suffered
    word: WordStatus
    party: str
    day: str | None
    person: str
    incident: str | None
    cluster: str
    namers: tuple[str, ...]
    counts: bool
    upper: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many people some records of one harm are of.

    ``least``: certain if the records are right. ``most``: the sum of upper bounds, people declared
    the same once; ``unbounded`` of these state none, and count with what they are certain of.
    ``apart``: the same sum if no two records were of the same people. ``records``: how many count.
    """

    least: int = 0
    most: int = 0
    unbounded: int = 0
    apart: int = 0
    records: int = 0


def bounds(rows: Iterable[Row]) -> Bounds:
    """Compute the bounds of records of one harm; those that do not count are left out.

    Upward, each set of the same people counts once, with its highest upper bound. Downward:
    (1) of a set of the same people, an author is certain of the highest of its own lower bounds;
    (2) of an incident, people are those of the author who is certain of most, for authors overlap;
    (3) of a cluster (an area and day, and the incidents in it), people are the sum over those
    incidents that one party gave records of their own, hence holds apart; or what one author is
    certain of in all of it, if that is more. Clusters add up.
    """
    counted = [row for row in rows if row.counts]
    highest: dict[str, int] = {}
    unbounded, apart = set(), 0
    for row in counted:
        person, upper = row.person, row.upper
        apart += upper
        if upper >= highest.get(person, 0):
            highest[person] = upper
        if row.claim.at_most is None:
            unbounded.add(person)
    most = sum(highest.values())
    return Bounds(_certain(counted), most, len(unbounded), apart, len(counted))


def _certain(rows: Sequence[Row]) -> int:
    if len({row.party for row in rows}) == 1:
        return _certain_of_one(rows)
    own: dict[tuple[str, str, str | None, str], int] = {}
    namers: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        mine, least = (row.party, row.cluster, row.incident, row.person), row.claim.at_least
        if least >= own.get(mine, 0):
            own[mine] = least
        if row.incident is not None:
            namers[row.cluster, row.incident] = row.namers
    of_incident: dict[tuple[str, str], dict[str, int]] = {}
    in_cluster: dict[str, dict[str, int]] = {}
    for (author, cluster, incident, _), least in own.items():
        there = in_cluster.setdefault(cluster, {})
        there[author] = there.get(author, 0) + least
        if incident is not None:
            there = of_incident.setdefault((cluster, incident), {})
            there[author] = there.get(author, 0) + least
    held_apart: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (cluster, incident), authors in of_incident.items():
        for namer in namers[cluster, incident]:
            held_apart[cluster][namer] += max(authors.values())
    certain = {cluster: max(authors.values()) for cluster, authors in in_cluster.items()}
    for cluster, sums in held_apart.items():
        certain[cluster] = max(certain[cluster], *sums.values())
    return sum(certain.values())


def _certain_of_one(rows: Sequence[Row]) -> int:
    """Give what the only author is certain of: of no incident, nor any cluster, is another more."""
    own: dict[tuple[str, str | None, str], int] = {}
    for row in rows:
        mine, least = (row.cluster, row.incident, row.person), row.claim.at_least
        if least >= own.get(mine, 0):
            own[mine] = least
    return sum(own.values())


class CasualtyRegister:
    """Every casualty record of a channel, in folding order, and how many people they are of."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._register = situation.register

    @cached_property
    def zone(self) -> str:
        """The zone of the charter's days."""
        return self._situation.day_zone

    @cached_property
    def _claims(self) -> tuple[tuple[Opened, Suffered], ...]:
        return self._situation.said.claims(Suffered)

    def _subject(self, name: str) -> str:
        """Name the subject of a record: its first version; the name itself of one not here."""
        opened = self._situation.said.by_name.get(name)
        return name if opened is None else self._register.subject(opened)

    @cached_property
    def _declared(self) -> tuple[tuple[Opened, tuple[str, ...]], ...]:
        """Give each latest word that declares people the same, with their subjects."""
        here = self._situation.said.by_name
        casualties = {opened.name for opened, _ in self._claims}
        found = []
        for opened, claim in self._register.holding(Suffered):
            meant = [name for name in claim.same_as if name in casualties or name not in here]
            if meant:
                found.append((opened, tuple(self._subject(name) for name in meant)))
        return tuple(found)

    @cached_property
    def same_people(self) -> Unions:
        """The subjects declared to be of the same people, by records that are latest words."""
        people = Unions()
        for opened, subjects in self._declared:
            for subject in subjects:
                people.join(self._register.subject(opened), subject)
        return people

    @cached_property
    def declared_by(self) -> dict[str, tuple[str, ...]]:
        """Who declared people the same, by the leader of the set."""
        found: dict[str, set[str]] = defaultdict(set)
        for opened, _ in self._declared:
            found[self.same_people.leader(self._register.subject(opened))].add(opened.party)
        return {leader: tuple(sorted(parties)) for leader, parties in found.items()}

    @cached_property
    def _named(self) -> dict[str, str]:
        """The parties that gave incidents a record, by its subject."""
        return {
            self._register.subject(opened): opened.party
            for opened, _ in self._register.holding(Handle)
        }

    def _about(self, opened: Opened) -> str | None:
        """Name the incident that a record is about: the first one, if it refers to several."""
        subjects = (self._subject(name) for name in opened.said.refers("about"))
        return next((subject for subject in subjects if subject in self._named), None)

    @cached_property
    def _incidents(self) -> Unions:
        """The subjects that are of one incident: by being about it, the same people, one event."""
        incidents = Unions()
        for opened in self._situation.said.readable:
            same = opened.said.refers("same_event")
            if same and self._register.holds(opened):
                for name in same:
                    incidents.join(self._subject(opened.name), self._subject(name))
        for opened, _ in self._register.holding(Suffered):
            incident = self._about(opened)
            if incident is not None:
                incidents.join(self._register.subject(opened), incident)
        for opened, subjects in self._declared:
            for subject in subjects:
                incidents.join(self._register.subject(opened), subject)
        return incidents

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every record, counted or not."""
        incidents, clusters = self._incidents, Unions()
        namers: dict[str, set[str]] = defaultdict(set)
        for subject, party in self._named.items():
            namers[incidents.leader(subject)].add(party)
        bare = []
        for opened, claim in self._claims:
            day = None if claim.when is None else day_of(claim.when, self.zone)
            subject = self._register.subject(opened)
            incident = incidents.leader(subject)
            holds = self._register.holds(opened)
            if holds:
                # an incident is named by hex digits, which no such words can be mistaken for
                clusters.join(incident, f"in {claim.area} on {day}")
            bare.append((opened, claim, day, self.same_people.leader(subject), incident, holds))
        return tuple(
            Row(
                opened,
                claim,
                self._register.status(opened),
                opened.party,
                day,
                person,
                incident if incident in namers else None,
                clusters.leader(incident),
                tuple(sorted(namers.get(incident, ()))),
                holds and claim.counts,
                claim.at_least if claim.at_most is None else claim.at_most,
            )
            for opened, claim, day, person, incident, holds in bare
        )

    def bounds(self, harm: str, keep: Callable[[Row], bool] = lambda _: True) -> Bounds:
        """Give the bounds of one harm over the records to keep."""
        return bounds(row for row in self.rows if row.claim.harm == harm and keep(row))

    def bounds_by(
        self, values: Callable[[Row], Iterable[str | None]]
    ) -> tuple[tuple[str, str | None, Bounds], ...]:
        """Give the bounds for each harm and value; a record may have several values, or none.

        The bounds of the values need not add up to those of all: authors may differ.
        """
        found: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.counts:
                for value in values(row):
                    found[row.claim.harm, value].append(row)
        ordered = sorted(found, key=lambda each: (each[0], each[1] is None, each[1] or ""))
        return tuple((harm, value, bounds(found[harm, value])) for harm, value in ordered)
