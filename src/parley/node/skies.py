"""The sky of each channel kept ready for a question: what would this plan meet? Nothing is stored.

A sky is folded from the logs once, then kept up. What comes in is put into it at once, beside what
it may replace: until the next fold, which runs aside, an answer may name a plan that no longer
holds, but never misses one that does.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from parley.errors import NoRecord
from parley.node.channels import Channel
from parley.node.clock import Clock
from parley.node.reading import Reading
from parley.projection.fold import Opened
from parley.projection.occupants import (
    NO_MINIMA,
    Occupant,
    occupant_of,
    occupants_of,
    subject_for,
)
from parley.projection.situation import Situation
from parley.record.kind import Minima, Occupancy
from parley.sky import Encounter, Sky, Subject, subject_of
from parley.sky.offers import Offer, Withheld, offers
from parley.values.instants import Instant


@dataclass(frozen=True, slots=True)
class Question:
    """A plan that is asked about: whose it is, the space it takes, the name it would bear.

    ``name`` is 64 hex digits: the digest of the plan, or the subject it is to replace, which is
    then not counted against it.
    """

    name: str
    party: str
    occupancy: Occupancy


@dataclass(frozen=True, slots=True)
class Met:
    """One that the plan meets, how, and the ways out that were asked for."""

    occupant: Occupant
    encounter: Encounter
    offers: tuple[Offer | Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a plan meets in one channel, and up to which sizes of which logs that was looked at.

    ``minima``: those the plan is held to. ``compared``: how many stand in that sky. ``pending``:
    entries that came since the last fold. ``unread``, ``missing``, ``uncomparable``: what could not
    be looked at; with any of these nothing is clear.
    """

    channel: str
    upto: Mapping[str, int]
    minima: Minima
    met: tuple[Met, ...]
    compared: int
    pending: int
    unread: int
    missing: int
    uncomparable: int

    @property
    def clear(self) -> bool:
        """Tell whether it meets nothing, and nothing was left out of sight."""
        return not (self.met or self.unread or self.missing or self.uncomparable)


@dataclass
class _Kept:
    situation: Situation
    sky: Sky
    occupants: dict[str, Occupant]
    sizes: dict[str, int]
    uncomparable: set[str]
    pending: set[str] = field(default_factory=set)
    unread: int = 0


class ChannelSky:
    """The sky of one channel; safe for threads."""

    def __init__(
        self, channel: Channel, reading: Reading, clock: Clock, agreed_kinds: frozenset[str]
    ) -> None:
        self._channel, self._reading, self._clock = channel, reading, clock
        self._agreed = agreed_kinds
        self._lock = threading.Lock()
        self._kept: _Kept | None = None
        self._folding: threading.Thread | None = None

    def ask(self, question: Question, *, offering: bool = False) -> Answer:
        """Compare a plan with everything this node knows of the channel; raises ``BadShape``.

        ``offering`` looks for the ways out of each conflict as well, which takes longer.
        """
        with self._lock:
            kept = self._caught_up()
            plan = _subject(question, kept.situation)
            met = tuple(_met(kept, plan, each, offering) for each in kept.sky.against(plan))
            return Answer(
                channel=self._channel.id,
                upto=dict(sorted(kept.sizes.items())),
                minima=Minima(
                    plan.minima.lateral_e4m, plan.minima.vertical_e4m, plan.minima.time_ms
                ),
                met=met,
                compared=len(kept.occupants),
                pending=len(kept.pending),
                unread=kept.situation.unread + kept.unread,
                missing=kept.situation.heads.missing,
                uncomparable=len(kept.uncomparable),
            )

    def subject_of(self, record: str) -> str:
        """Name the subject that a record is part of; raises ``NoRecord`` where it is of none."""
        with self._lock:
            for occupant in self._caught_up().occupants.values():
                if any(opened.name == record for opened in occupant.records):
                    return occupant.subject
        raise NoRecord("it takes up no space that counts now", where=record)

    def settle(self) -> None:
        """Wait for a fold that runs aside, so that nothing is pending that came before."""
        folding = self._folding
        if folding is not None:
            folding.join()

    def _caught_up(self) -> _Kept:
        kept = self._kept
        if kept is None:
            kept = self._kept = self._folded()
        news = self._reading.since(self._channel, kept.sizes)
        if news:
            for opened in news:
                _put_aside(kept, opened)
            if self._folding is None or not self._folding.is_alive():
                self._folding = threading.Thread(target=self._fold_again, daemon=True)
                self._folding.start()
        return kept

    def _folded(self) -> _Kept:
        logs = self._reading.logs(self._channel)
        sizes = {origin: len(log) for origin, log in logs.items()}
        situation = Situation(self._channel.id, logs, sizes, self._clock.now(), self._agreed)
        occupants = {occupant.subject: occupant for occupant in occupants_of(situation)}
        subjects, uncomparable = [], set()
        for occupant in occupants.values():
            ready = subject_for(occupant)
            if isinstance(ready, Subject):
                subjects.append(ready)
            else:
                uncomparable.add(occupant.subject)
        return _Kept(situation, Sky(subjects), occupants, sizes, uncomparable)

    def _fold_again(self) -> None:
        folded = self._folded()
        with self._lock:
            for opened in self._reading.since(self._channel, folded.sizes):
                _put_aside(folded, opened)
            self._kept = folded


def _met(kept: _Kept, plan: Subject, encounter: Encounter, offering: bool) -> Met:
    other = _other(encounter, plan.name)
    found = offers(kept.sky, plan, other) if offering else ()
    return Met(kept.occupants[other], encounter, found)


def _put_aside(kept: _Kept, opened: Opened) -> None:
    """Put an entry into the sky as if it stood alone, beside whatever it may replace."""
    kept.sizes[opened.origin] = max(kept.sizes.get(opened.origin, 0), opened.index + 1)
    kept.pending.add(f"{opened.origin} {opened.index}")
    if opened.unread is not None:
        kept.unread += 1
        return
    occupancy = opened.facts.occupancy
    if occupancy is None or not occupancy.windows:
        return
    occupant = occupant_of(kept.situation, opened.name, [opened])
    ready = subject_for(occupant)
    kept.occupants[occupant.subject] = occupant
    if isinstance(ready, Subject):
        kept.sky.put(ready)
    else:
        kept.uncomparable.add(occupant.subject)


def _subject(question: Question, situation: Situation) -> Subject:
    occupancy = question.occupancy
    minima = occupancy.margin
    if occupancy.role == "activity":
        start = min((window.start for window in occupancy.windows), default=Instant(0))
        terms = situation.governance.terms_at(start)
        minima = terms.minima if terms else NO_MINIMA
    return subject_of(
        question.name,
        question.party,
        occupancy.role,
        occupancy.volumes,
        minima,
        occupancy.affects,
        trajectories=occupancy.trajectories,
    )


def _other(met: Encounter, name: str) -> str:
    return met.b if met.a == name else met.a
