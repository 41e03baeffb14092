"""The ledger: the state of each actor on each day, as each author has it, and what it rests on.

A day has the state in which it ends, except that it is *alleged non-compliant*, by the author that
alleges, on the days of the acts alleged. Authors are never merged: where their accounts of an actor
differ, each stands as its records give it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

from parley.projection.coverage import Calendar, Cover
from parley.projection.participant import MAY_BE_ALLEGED, Standing, State, state_of
from parley.projection.participation import Arrangement, Participation, Step
from parley.projection.situation import Situation
from parley.record.claims.control import Controls
from parley.values.instants import Interval

Side = Literal["excluded_by_designation", "territory_unknown"]

MOST_SHOWN = 10  # of the allegations that cover one stretch of days
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A state that lasted from one day to another, both included, and what it rests on.

    ``alleged``: how many allegations of the author cover each of these days; ``shown``: the names
    of the first of them. ``sides`` are true beside the state.
    """

    first: date
    last: date
    state: State
    standing: Standing
    sides: tuple[Side, ...]
    alleged: int
    shown: tuple[str, ...]

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The records that the state rests on, by name."""
        return tuple(dict.fromkeys((*self.standing.rests_on, *self.standing.penal_on)))

    @property
    def says(self) -> tuple[object, ...]:
        """All that is shown of the stretch but its days and allegations."""
        standing = self.standing
        return (
            self.state,
            standing.to,
            standing.late,
            standing.attested,
            self.sides,
            self.rests_on,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """What one author's records say of one actor, day by day."""

    author: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """Days on which authors that say anything of an actor give it different states."""

    first: date
    last: date
    states: tuple[tuple[str, State], ...]


class Ledger:
    """The states of every actor under every arrangement, up to the day of the view."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.participation = Participation(situation)
        self.calendar = Calendar(situation.day_zone)
        self.today = self.calendar.day(situation.at)
        self._accounts: dict[tuple[str, str], tuple[Account, ...]] = {}

    def accounts(self, terms: Arrangement, actor: str) -> tuple[Account, ...]:
        """Give every author's account of one actor under one arrangement, by author."""
        who = (terms.key, actor)
        if who not in self._accounts:
            self._accounts[who] = self._told(terms, actor)
        return self._accounts[who]

    def _told(self, terms: Arrangement, actor: str) -> tuple[Account, ...]:
        who = (terms.key, actor)
        steps = self.participation.steps.get(who, {})
        alleged: dict[str, list[tuple[str, Interval]]] = defaultdict(list)
        for each in self.participation.allegations.get(who, ()):
            if each.claim.during is not None:
                alleged[each.opened.party].append((each.opened.name, each.claim.during))
        out = any(each.actor == actor for each in terms.laid.excluded)
        found = []
        for author in sorted({*steps, *alleged, *(terms.authors if out else ())}):
            taken = [s for s in steps.get(author, ()) if s.at <= self.situation.at]
            charges = Cover(self.calendar, alleged.get(author, ()))
            places = Cover(self.calendar, self._present.get((author, actor), ()))
            walk = _Walk(self, terms, out, taken, charges, places)
            found.append(Account(author, tuple(_compressed(walk))))
        return tuple(found)

    @cached_property
    def _present(self) -> Mapping[tuple[str, str], list[tuple[str, Interval]]]:
        """By (author, actor): when the author says where the actor is."""
        found: dict[tuple[str, str], list[tuple[str, Interval]]] = defaultdict(list)
        for opened, claim in self.situation.register.holding(Controls):
            found[opened.party, claim.actor].append((opened.name, claim.during))
        return found


class _Walk:
    """One author's days, of those on which anything begins, ends or changes."""

    def __init__(
        self,
        ledger: Ledger,
        terms: Arrangement,
        out: bool,
        steps: Sequence[Step],
        charges: Cover,
        places: Cover,
    ) -> None:
        self.terms, self.out, self.charges, self.places = terms, out, charges, places
        self.steps: dict[date, list[Step]] = defaultdict(list)
        for step in steps:
            self.steps[ledger.calendar.day(step.at)].append(step)
        self.in_force, last = ledger.calendar.days(terms.laid.in_force)
        self.last = ledger.today if last is None else min(last, ledger.today)
        held = (o.name for o in terms.records if ledger.situation.register.holds(o))
        self.left_out_by = tuple(held) if out else ()

    def __iter__(self) -> Iterator[tuple[Stretch, bool]]:
        """Give each stretch between two such days, and whether other allegations cover it."""
        first = min([self.in_force, *self.steps])
        days = sorted({first, self.in_force, *self.steps, *self.charges.turns, *self.places.turns})
        standing = Standing()
        for day, following in zip(days, [*days[1:], None], strict=True):
            changed = self.charges.turn(day)
            self.places.turn(day)
            for step in self.steps.get(day, ()):
                standing = standing.after(step)
            if day > self.last:
                return
            if day >= first:
                last = min(self.last, following - ONE_DAY) if following else self.last
                yield self._stretch(day, last, standing), changed

    def _stretch(self, first: date, last: date, standing: Standing) -> Stretch:
        state = state_of(standing, self.terms, first >= self.in_force, self.out)
        if len(self.charges) and state in MAY_BE_ALLEGED:
            state = "alleged_noncompliant"
        sides: list[Side] = ["excluded_by_designation"] if self.out else []
        if standing.takes_part and not standing.located and not len(self.places):
            sides.append("territory_unknown")
        if self.left_out_by:
            rests_on = dict.fromkeys((*self.left_out_by, *standing.rests_on))
            standing = replace(standing, rests_on=tuple(rests_on))
        return Stretch(
            first,
            last,
            state,
            standing,
            tuple(sides),
            len(self.charges),
            self.charges.first(MOST_SHOWN),
        )


def _compressed(walk: _Walk) -> Iterator[Stretch]:
    """Join stretches that say the same."""
    pending: Stretch | None = None
    for each, changed in walk:
        if pending and not changed and pending.says == each.says:
            pending = replace(each, first=pending.first)
            continue
        if pending:
            yield pending
        pending = each
    if pending:
        yield pending


def differing(accounts: Sequence[Account]) -> Iterator[Differing]:
    """Give the days on which accounts of one actor differ; one that says nothing differs from none.

    Each account is walked once.
    """
    turns: dict[date, dict[str, State]] = defaultdict(dict)
    for account in accounts:
        for stretch in account.stretches:
            turns[stretch.first][account.author] = stretch.state
        if account.stretches:
            turns[account.stretches[-1].last + ONE_DAY].setdefault(account.author, "unknown")
    now: dict[str, State] = {}
    days = sorted(turns)
    pending: Differing | None = None
    for day, following in pairwise(days):
        now |= turns[day]
        states = tuple((a, state) for a, state in sorted(now.items()) if state != "unknown")
        new = None
        if len({state for _, state in states}) > 1:
            new = Differing(day, following - ONE_DAY, states)
        if pending and new and pending.states == new.states:
            pending = replace(pending, last=new.last)
            continue
        if pending:
            yield pending
        pending = new
    if pending:
        yield pending
