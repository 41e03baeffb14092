"""Allegations: how far each has come, by whose records, and what each side found.

The steps are those a truce's centres go through (Joint Statement of 22 February 2016, annex: log,
share, resolve, refer), read from records alone. A step says what a record shows, no more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from parley.projection.answers import answers_to
from parley.projection.counted import Counted, by_own_time
from parley.projection.fold import Opened
from parley.projection.grades import grades_of
from parley.projection.situation import Situation
from parley.record.claims.allegations import Alleged, Concluded, Observed
from parley.record.claims.participation import Referred
from parley.record.envelope import agreed_digest
from parley.values.instants import Instant, Interval, day_of

State = Literal[
    "received",
    "logged",
    "acknowledged",
    "shared",
    "under_clarification",
    "resolved_compliance_restored",
    "not_corroborated",
    "corroborated",
    "not_verifiable",
    "disputed",
    "pattern",
    "referred",
]
ORDER: tuple[State, ...] = get_args(State)
"""The states in the order in which an allegation goes through them."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a record of ``by`` shows to have been done with an allegation, and when."""

    state: State
    at: Instant
    by: str
    record: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding, the allegations here that it is about, and how many acts these report."""

    opened: Opened
    said: Concluded
    about: tuple[str, ...]
    acts: int

    @property
    def confirmed(self) -> int:
        """How many of the acts it confirms: as stated, else all if corroborated, else none."""
        if self.said.confirmed is not None:
            return self.said.confirmed
        return self.acts if self.said.outcome == "corroborated" else 0


@dataclass(frozen=True, slots=True)
class Case:
    """An allegation and what was found on it.

    ``day``: local day on which the act is said to have begun, None where no time is stated.
    ``counted``: it counts in sums, as the one last version of its subject. ``findings``: the last
    that holds of each party.
    """

    opened: Opened
    said: Alleged
    day: str | None
    counted: bool
    findings: Mapping[str, Finding]


class Allegations:
    """Every allegation and every finding below the sizes of the situation."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._zone = situation.day_zone
        self._days: dict[Instant, str] = {}

    @cached_property
    def _said(self) -> Mapping[str, tuple[Opened, Alleged]]:
        claims = self._situation.said.claims(Alleged)
        return {opened.name: (opened, said) for opened, said in claims}

    @cached_property
    def _counted(self) -> Counted:
        return Counted(self._situation.register, self._said)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding in folding order, withdrawn ones too."""
        claims = self._situation.said.claims(Concluded)
        return tuple(self._finding(opened, said) for opened, said in claims)

    def _finding(self, opened: Opened, said: Concluded) -> Finding:
        about = tuple(n for n in dict.fromkeys(opened.said.refers("about")) if n in self._said)
        return Finding(opened, said, about, sum(self._said[name][1].number for name in about))

    @cached_property
    def joint(self) -> Mapping[str, tuple[str, ...]]:
        """By finding: the parties whose findings that hold say the same words of the same records.

        A finding that holds has its author among them.
        """
        alike: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
        words = {f.opened.name: _words(f.opened) for f in self.findings}
        for finding in self.findings:
            if self._situation.register.holds(finding.opened):
                alike[words[finding.opened.name]].add(finding.opened.party)
        return {name: tuple(sorted(alike[said])) for name, said in words.items()}

    @cached_property
    def _last(self) -> Mapping[str, Mapping[str, Finding]]:
        """By allegation and party, the last finding that holds; a party's own times order them."""
        found: dict[str, dict[str, Finding]] = defaultdict(dict)
        holding = [f for f in self.findings if self._situation.register.holds(f.opened)]
        for finding in sorted(holding, key=lambda f: by_own_time(f.opened)):
            for name in finding.about:
                found[name][finding.opened.party] = finding
        return {name: dict(sorted(by.items())) for name, by in found.items()}

    @cached_property
    def _referrals(self) -> Mapping[str, tuple[Opened, ...]]:
        """By record referred onward, the first referral of each party that holds.

        One of each, since a finding may be about hundreds of allegations, and referred a thousand
        times.
        """
        found: dict[str, dict[str, Opened]] = defaultdict(dict)
        holding = self._situation.register.holding(Referred)
        for opened, _ in sorted(holding, key=lambda each: by_own_time(each[0])):
            for name in dict.fromkeys(opened.said.refers("about")):
                found[name].setdefault(opened.party, opened)
        return {name: tuple(each.values()) for name, each in found.items()}

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every allegation in folding order, withdrawn and replaced ones too."""
        return tuple(self._case(opened, said) for opened, said in self._said.values())

    def begun_in(self, during: Interval) -> tuple[Case, ...]:
        """Give the allegations of acts said to have begun in an interval."""
        return tuple(
            self._case(opened, said)
            for opened, said in self._said.values()
            if said.during is not None and during.holds(said.during.start)
        )

    def _case(self, opened: Opened, said: Alleged) -> Case:
        day = None if said.during is None else self._day(said.during.start)
        counted = self._counted.counts(opened)
        return Case(opened, said, day, counted, self._last.get(opened.name, {}))

    def _day(self, at: Instant) -> str:
        if at not in self._days:
            self._days[at] = day_of(at, self._zone)
        return self._days[at]

    def steps(self, case: Case) -> tuple[Step, ...]:
        """Give what records show to have been done with an allegation, by time."""
        opened, findings = case.opened, case.findings.values()
        steps = [*self._received(opened, case.said), *self._handled(opened)]
        steps += [_step(finding.said.outcome, finding.opened) for finding in findings]
        for name in (opened.name, *(finding.opened.name for finding in findings)):
            steps += [_step("referred", each) for each in self._referrals.get(name, ())]
        return tuple(sorted(set(steps), key=lambda s: (s.at, ORDER.index(s.state), s.by, s.record)))

    def _received(self, opened: Opened, said: Alleged) -> Iterator[Step]:
        """Give how it came in and was logged, by its author's own account."""
        received = said.received
        yield _step("logged", opened)
        if received is None:
            return
        if received.at is not None:
            yield Step("received", received.at, opened.party, opened.name)
        if received.acknowledged is not None:
            yield Step("acknowledged", received.acknowledged, opened.party, opened.name)

    def _handled(self, opened: Opened) -> Iterator[Step]:
        """Give who is shown to have it, and who answered, asked or looked."""
        for grade in grades_of(self._situation, opened):
            if grade.grade != "head_seen":
                yield Step("shared", grade.at, grade.holder, grade.record)
        answers = answers_to(self._situation.said, self._situation.register, opened.name)
        for party, given in answers.items():
            if party != opened.party:
                stance = given[-1].facts.stance
                known = stance == "acknowledge"
                yield _step("acknowledged" if known else "under_clarification", given[-1])
        for other in self._situation.said.referring("about", opened.name):
            claims = other.facts.claims
            asks = other.facts.ask is not None and not any(isinstance(c, Alleged) for c in claims)
            looks = any(isinstance(claim, Observed) for claim in claims)
            if (asks or looks) and self._situation.register.holds(other):
                yield _step("under_clarification", other)


def state_of(case: Case, steps: Sequence[Step]) -> State:
    """Tell how far an allegation has come; *disputed* too where the parties' last findings differ.

    Referred comes first, then a pattern that anybody found, then the outcome, then the last step.
    """
    found = {finding.said.outcome for finding in case.findings.values()}
    reached = {step.state for step in steps}
    if "referred" in reached:
        return "referred"
    if "pattern" in found:
        return "pattern"
    if found:
        return found.pop() if len(found) == 1 else "disputed"
    return next(state for state in reversed(ORDER) if state in reached)


def _step(state: State, opened: Opened) -> Step:
    return Step(state, opened.said.issued, opened.party, opened.name)


def _words(opened: Opened) -> tuple[str, frozenset[str]]:
    record = opened.said
    return agreed_digest(record.kind, record.body), frozenset(record.refers("about"))
