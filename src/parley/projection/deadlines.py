"""Deadlines: each demand with every step that moved it, who is shown to know, what came of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from parley.projection.fold import Opened
from parley.projection.grades import ORDER, GradeName, grades_of
from parley.projection.register import WordStatus
from parley.projection.shown import names, text_json, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.deadlines import Demanded
from parley.values.instants import Instant, StatedTime

DemandState = Literal[
    "open", "past", "undated", "met", "lapsed", "extended", "withdrawn", "disputed"
]


@dataclass(frozen=True, slots=True)
class Shown:
    """How far it is shown that a member knows of a step: its best grade, None where there is none.

    A head seen shows that a log grew, not that anybody read the step, so it is no such grade.
    """

    party: str
    grade: GradeName | None
    at: Instant | None


@dataclass(frozen=True, slots=True)
class Step:
    """A record of a demand. ``before``: the step it names, None where it is here the first.

    ``subject`` is the register's: the first version of the record by its author.
    ``was``: the deadline as it stood before it, ``due`` as it leaves it; None: no time stated.
    ``outside``: addressees who are no members, so that no record of theirs can show anything.
    """

    opened: Opened
    said: Demanded
    status: WordStatus
    subject: str
    before: Opened | None
    was: StatedTime | None
    due: StatedTime | None
    shown: tuple[Shown, ...]
    outside: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether it is a latest word; one whose time is past is still that."""
        return self.status not in ("replaced", "withdrawn")

    @property
    def moves(self) -> bool:
        """Tell whether it moves the deadline of an earlier step, or leaves it without an end."""
        if self.said.step == "outcome" or self.before is None:
            return False
        return (self.was.ms if self.was else None) != (self.due.ms if self.due else None)

    @property
    def later_by_ms(self) -> int | None:
        """Give by how much it moves the deadline later; negative: earlier; None: unknown."""
        return self.due.ms - self.was.ms if self.due and self.was else None

    @property
    def untold(self) -> tuple[str, ...]:
        """The members that nothing shows to know of it."""
        return tuple(shown.party for shown in self.shown if shown.grade is None)


@dataclass(frozen=True, slots=True)
class Chain:
    """One demand: all its steps by their own times, rival ones too; the first is its root."""

    steps: tuple[Step, ...]

    @property
    def root(self) -> Step:
        """The step that names no earlier one."""
        return next(step for step in self.steps if step.before is None)

    @property
    def last(self) -> Mapping[str, Step]:
        """The last step that holds of each party."""
        found = {step.opened.party: step for step in self.steps if step.holds}
        return dict(sorted(found.items()))

    @property
    def due(self) -> StatedTime | None:
        """The deadline by the last step, before any outcome, of whoever made the demand."""
        author = self.root.opened.party
        own = [
            step
            for step in self.steps
            if step.holds and step.opened.party == author and step.said.step != "outcome"
        ]
        return own[-1].due if own else None

    def state(self, at: Instant) -> DemandState:
        """Tell how it stands: by the parties' outcomes, *disputed* where they differ; by time.

        *withdrawn* also where no version of the demand itself holds any more.
        """
        if not any(s.holds and s.subject == self.root.subject for s in self.steps):
            return "withdrawn"
        outcomes = {step.said.outcome for step in self.last.values() if step.said.outcome}
        if outcomes:
            return outcomes.pop() if len(outcomes) == 1 else "disputed"
        if self.due is None:
            return "undated"
        return "past" if self.due.at <= at else "open"


class Deadlines:
    """Every demand below the sizes of the situation."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def _said(self) -> Mapping[str, tuple[Opened, Demanded]]:
        claims = self._situation.said.claims(Demanded)
        return {opened.name: (opened, said) for opened, said in claims}

    @cached_property
    def _before(self) -> Mapping[str, str]:
        """By step, the earlier step it names: its author's own by ``replaces``, any by ``about``.

        Names are hashes, so this forms no circle.
        """
        found = {}
        for name, (opened, _) in self._said.items():
            own = [
                target
                for target in opened.said.refers("replaces")
                if target in self._said and self._said[target][0].party == opened.party
            ]
            about = [target for target in opened.said.refers("about") if target in self._said]
            if own or about:
                found[name] = (own or about)[0]
        return found

    @cached_property
    def _inherited(self) -> Mapping[str, tuple[str, StatedTime | None]]:
        """By step, the root of its chain and the deadline as the step leaves it."""
        found: dict[str, tuple[str, StatedTime | None]] = {}
        for start in self._said:
            path = []
            name: str | None = start
            while name is not None and name not in found:
                path.append(name)
                name = self._before.get(name)
            root, due = found[name] if name is not None else (path[-1], None)
            for here in reversed(path):
                said = self._said[here][1]
                due = due if said.step == "outcome" else said.due
                found[here] = (root, due)
        return found

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """Every demand, in the folding order of its root."""
        members: dict[str, list[Step]] = defaultdict(list)
        for opened, said in self._said.values():
            members[self._inherited[opened.name][0]].append(self._step(opened, said))
        in_order = [name for name in self._said if name in members]
        return tuple(Chain(tuple(sorted(members[name], key=_order))) for name in in_order)

    def _step(self, opened: Opened, said: Demanded) -> Step:
        before = self._before.get(opened.name)
        shown, outside = self._shown(opened, said)
        return Step(
            opened,
            said,
            self._situation.register.status(opened),
            self._situation.register.subject(opened),
            self._said[before][0] if before else None,
            self._inherited[before][1] if before else None,
            self._inherited[opened.name][1],
            shown,
            outside,
        )

    def _shown(self, opened: Opened, said: Demanded) -> tuple[tuple[Shown, ...], tuple[str, ...]]:
        governance = self._situation.governance
        voices = governance.voices_at(opened.said.issued)
        addressed = [actor for actor in said.to if actor != opened.party]
        asked = [party for party in governance.parties if party != opened.party]
        asked += [actor for actor in addressed if actor in voices]
        best: dict[str, tuple[GradeName, Instant]] = {}
        for grade in grades_of(self._situation, opened):  # in the order of grades
            if grade.grade != "head_seen":
                known = best.get(grade.holder)
                if known is None or ORDER.index(known[0]) < ORDER.index(grade.grade):
                    best[grade.holder] = (grade.grade, grade.at)
        shown = [Shown(p, *best.get(p, (None, None))) for p in dict.fromkeys(asked)]
        outside = tuple(a for a in addressed if a not in voices and a not in governance.parties)
        return tuple(shown), outside


def _order(step: Step) -> tuple[bool, int, str, int]:
    # the root first, whatever time a later step claims
    opened = step.opened
    return step.before is not None, opened.said.issued, opened.origin, opened.index


def deadlines_view(situation: Situation, deadlines: Deadlines) -> dict[str, Json]:
    """Write every demand with its steps; withdrawn and replaced steps are listed too."""
    return {
        "unread": situation.unread,
        "deadlines": [_chain_json(situation, chain) for chain in deadlines.chains],
    }


def _chain_json(situation: Situation, chain: Chain) -> Json:
    said = chain.root.said
    return {
        **situation.label(chain.root.opened),
        "demand": text_json(said.demand),
        "consequence": text_json(said.consequence),
        "addressed_to": names(said.to),
        "state": chain.state(situation.at),
        "due": _due_json(chain.due),
        "last_words": [
            {
                "party": party,
                "record": step.opened.name,
                "due": _due_json(step.due),
                "outcome": step.said.outcome,
            }
            for party, step in chain.last.items()
        ],
        "steps": [_step_json(situation, step) for step in chain.steps],
    }


def _step_json(situation: Situation, step: Step) -> Json:
    later = step.later_by_ms
    return {
        **situation.label(step.opened),
        "status": step.status,
        "step": step.said.step,
        "before": step.before.name if step.before else None,
        "demand": text_json(step.said.demand),
        "consequence": text_json(step.said.consequence),
        "addressed_to": names(step.said.to),
        "outcome": step.said.outcome,
        "moves": step.moves,
        "was": _due_json(step.was),
        "due": _due_json(step.due),
        "later_by_s": None if later is None else later // 1000,
        "shown": _shown_json(step.shown),
        "not_shown": names(step.untold),
        "outside": names(step.outside),
    }


def _shown_json(shown: Sequence[Shown]) -> Json:
    return [
        {"party": each.party, "grade": each.grade, "at": time_json(each.at)}
        for each in shown
        if each.grade is not None
    ]


def _due_json(due: StatedTime | None) -> Json:
    if due is None:
        return None
    return {"at": time_json(due.at), "stated": due.stated, "zone": due.zone}
