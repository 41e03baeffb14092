"""The sky of each channel kept ready for a question: what would this plan meet? Nothing is stored.

A sky is folded from the logs once, then kept up. What comes in changes it at once: a new activity
or zone, a new version of one, a withdrawal, and what ends, exactly as a fold would. Anything else
is put beside what it may bear upon and is *pending* until the next fold, which runs aside: until
then an answer may name a plan that no longer holds, but never misses one that does.
"""

import heapq
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parley.errors import NoRecord, ParleyError
from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.node.channels import Channel
from parley.node.clock import Clock
from parley.node.reading import Reading
from parley.projection.facts import NOTHING
from parley.projection.fold import Opened
from parley.projection.occupants import (
    NO_MINIMA,
    Occupant,
    occupant_of,
    occupants_of,
    slack_of,
    subject_for,
)
from parley.projection.situation import Situation
from parley.record.envelope import Role
from parley.record.kind import Occupancy
from parley.record.terms import Minima
from parley.sky import Encounter, Sky, Subject, subject_of
from parley.sky.offers import Offer, Withheld, offers
from parley.values.instants import Instant

# What changes another record.
_CHANGING: tuple[Role, ...] = ("replaces", "withdraws")
# After a fold it rests for so many times as long as that took.
_REST = 9


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
    slack: int
    missing: int
    pending: set[str] = field(default_factory=set)
    unread: int = 0
    referred: set[str] = field(default_factory=set)
    holder: dict[str, str] = field(default_factory=dict)
    gone: list[tuple[int, str]] = field(default_factory=list)

    def put(self, occupant: Occupant) -> None:
        """Have an occupant, in place of one of that subject."""
        self.drop(occupant.subject)
        ready = subject_for(occupant)
        if isinstance(ready, Subject):
            self.sky.put(ready)
        else:
            self.uncomparable.add(occupant.subject)
        self.note(occupant)

    def note(self, occupant: Occupant) -> None:
        """Remember whose records these are, and when they end."""
        self.occupants[occupant.subject] = occupant
        self.holder.update((opened.name, occupant.subject) for opened in occupant.records)
        last = self.last_of(occupant)
        if last is not None:
            heapq.heappush(self.gone, (last, occupant.subject))

    def drop(self, subject: str) -> None:
        """Have it no more, if it was there."""
        occupant = self.occupants.pop(subject, None)
        if occupant is not None:
            for opened in occupant.records:
                self.holder.pop(opened.name, None)
            self.sky.remove(subject)
            self.uncomparable.discard(subject)

    def expire(self, at: Instant) -> None:
        """Drop what ended, as ``occupants_of`` does at an instant."""
        while self.gone and self.gone[0][0] < at:
            last, subject = heapq.heappop(self.gone)
            occupant = self.occupants.get(subject)
            if occupant is not None and self.last_of(occupant) == last:
                self.drop(subject)

    def last_of(self, occupant: Occupant) -> int | None:
        """Give the last instant at which it counts; None: until withdrawn."""
        if occupant.end is None:
            return None
        return occupant.end + max(self.slack, occupant.minima.time_ms)


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
        self._stopped = False
        self._rests_until = 0.0

    def ask(self, question: Question, *, offering: bool = False, only: str | None = None) -> Answer:
        """Compare a plan with everything this node knows of the channel; raises ``BadShape``.

        ``offering`` looks for the ways out of each conflict as well, which takes longer; ``only``
        names the one subject whose conflict is looked at so.
        """
        with self._lock:
            kept = self._caught_up()
            plan = _subject(question, kept.situation)
            encounters = kept.sky.against(plan)
            met = tuple(Met(kept.occupants[_other(e, plan.name)], e) for e in encounters)
            answer = Answer(
                channel=self._channel.id,
                upto=dict(sorted(kept.sizes.items())),
                minima=Minima(
                    plan.minima.lateral_e4m, plan.minima.vertical_e4m, plan.minima.time_ms
                ),
                met=met,
                compared=len(kept.occupants),
                pending=len(kept.pending),
                unread=kept.situation.unread + kept.unread,
                missing=kept.missing,
                uncomparable=len(kept.uncomparable),
            )
            if not (offering and met):
                return answer
            sight = kept.sky.sight()
        # A search may take seconds: it must not keep others from asking.
        with sight:
            found = tuple(
                replace(each, offers=offers(sight, plan, each.occupant.subject))
                if only in (None, each.occupant.subject)
                else each
                for each in met
            )
        return replace(answer, met=found)

    def subject_of(self, record: str) -> str:
        """Name the subject that a record is part of; raises ``NoRecord`` where it is of none."""
        with self._lock:
            subject = self._caught_up().holder.get(record)
        if subject is not None:
            return subject
        raise NoRecord("it takes up no space that counts now", where=record)

    def warm(self) -> None:
        """Fold now, so that the first question need not wait for it."""
        try:
            with self._lock:
                self._caught_up()
        except Exception:
            if not self._stopped:  # as in ``_fold_again``
                raise

    def settle(self) -> None:
        """Have all that came before in its place, so that nothing is pending."""
        folding = self._folding
        if folding is not None:
            folding.join()
        with self._lock:
            pending = self._caught_up().pending
        if pending:
            self._fold_again()

    def stop(self) -> None:
        """Let a fold that runs aside end in silence, whatever the node closes under it."""
        self._stopped = True

    def _caught_up(self) -> _Kept:
        kept = self._kept
        if kept is None:
            kept = self._kept = self._folded()
        try:
            _take_all(kept, self._reading.since(self._channel, kept.sizes))
            kept.expire(self._clock.now())
        except MemoryError:
            self._kept = None  # half taken in: the next question folds anew, or says so again
            raise
        if kept.pending and self._may_fold():
            self._folding = threading.Thread(target=self._fold_again, daemon=True)
            self._folding.start()
        return kept

    def _may_fold(self) -> bool:
        """Tell whether to fold again: one at a time, and for a small part of the time."""
        idle = self._folding is None or not self._folding.is_alive()
        return idle and self._clock.elapsed() >= self._rests_until

    def _folded(self) -> _Kept:
        began = self._clock.elapsed()
        logs = self._reading.logs(self._channel)
        sizes = {origin: len(log) for origin, log in logs.items()}
        situation = Situation(self._channel.id, logs, sizes, self._clock.now(), self._agreed)
        occupants = occupants_of(situation)
        ready = [(occupant.subject, subject_for(occupant)) for occupant in occupants]
        sky = Sky([each for _, each in ready if isinstance(each, Subject)])
        uncomparable = {name for name, each in ready if not isinstance(each, Subject)}
        kept = _Kept(situation, sky, {}, sizes, uncomparable, slack_of(situation), 0)
        kept.missing = situation.heads.missing
        for occupant in occupants:
            kept.note(occupant)
        ended = self._clock.elapsed()
        self._rests_until = ended + _REST * (ended - began)
        return kept

    def _fold_again(self) -> None:
        try:
            folded = self._folded()
            with self._lock:
                _take_all(folded, self._reading.since(self._channel, folded.sizes))
                self._kept = folded
        except Exception:
            # The node may close its files under a fold that runs aside; nobody needs it then.
            if not self._stopped:
                raise


def _take_all(kept: _Kept, news: Sequence[Opened]) -> None:
    for opened in news:
        kept.sizes[opened.origin] = max(kept.sizes.get(opened.origin, 0), opened.index + 1)
    for opened in news:
        _take(kept, opened)


def _take(kept: _Kept, opened: Opened) -> None:
    """Let an entry change the sky as a fold would; where that is not plain, put it beside."""
    if opened.unread is not None:
        kept.unread += 1
        return
    exact, before = _plain(kept, opened)
    kept.referred.update(ref.record for ref in opened.said.refs)
    if not exact:
        kept.pending.add(f"{opened.origin} {opened.index}")
    occupancy = opened.facts.occupancy
    if before is not None:
        kept.drop(before)
    if occupancy is not None and occupancy.windows:
        kept.put(occupant_of(kept.situation, before or opened.name, [opened]))


def _seen(kept: _Kept, head: str | None) -> bool:
    """Tell whether a head speaks of nothing beyond what was looked at, thus of nothing missing."""
    if head is None:
        return True
    try:
        checkpoint = parse_checkpoint(SignedNote.parse(head.encode()))
    except ParleyError:
        return False
    return checkpoint.size <= kept.sizes.get(checkpoint.origin, 0)


def _plain(kept: _Kept, opened: Opened) -> tuple[bool, str | None]:
    """Tell whether all that an entry does to the sky is plain, and in place of which subject.

    It is where it says nothing else, no entry spoke of it before, and what it replaces or withdraws
    is one record that alone makes up its subject.
    """
    facts, said = opened.facts, opened.said
    occupancy = facts.occupancy
    other = replace(
        facts,
        occupancy=None,
        expires=False,
        expires_at=None,
        owner=None,
        subjects=(),
        worded=(),
        ask=None,
        head=None if _seen(kept, facts.head) else facts.head,
        line_state=None,
        watch=None,
    )
    known = kept.situation.said
    spoken_of = opened.name in kept.referred or any(
        known.referring(role, opened.name) for role in _CHANGING
    )
    if (
        kept.missing
        or other != NOTHING
        or spoken_of
        or (occupancy is not None and occupancy.activity is not None)
    ):
        return False, None
    changing = [ref for ref in said.refs if ref.role in _CHANGING]
    if not changing:
        return occupancy is not None or not said.refs, None
    occupant = kept.occupants.get(kept.holder.get(changing[0].record, ""))
    alone = occupant is not None and len(occupant.records) == 1 and len(changing) == 1
    if not alone or occupant is None or occupant.party != opened.party:
        return False, None
    first = occupant.records[0].facts.occupancy
    if first is None or first.activity is not None:
        return False, None
    if changing[0].role == "withdraws" and occupancy is not None:
        return False, None
    return True, occupant.subject


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
