"""Provisions of a settlement: what waits for what, who stands where, how far each came by whom."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from parley.projection.cycles import cycles_of
from parley.projection.fold import Opened
from parley.projection.situation import Situation
from parley.record.claims.politics import FULL, Progressed, Provided

Pair = tuple[Opened, Provided]
Scored = tuple[Opened, Progressed]


@dataclass(frozen=True, slots=True)
class Provision:
    """All that is said of one id: every record of it, the latest words, and the latest progress.

    ``requires`` maps each id required to the parties that say so. ``progress``: one for each scorer
    and party that recorded it, the latest by the date it holds for. ``scores``: of these, each
    once; more than one where scorers differ. ``unscored``: some say only since when it is stalled.
    """

    id: str
    records: tuple[Pair, ...]
    latest: tuple[Pair, ...]
    requires: Mapping[str, tuple[str, ...]]
    progress: tuple[Scored, ...]
    earlier: tuple[Scored, ...]
    scores: tuple[int, ...]
    unscored: bool

    @property
    def met(self) -> bool:
        """Tell whether everybody who scores it gives the full score."""
        return self.scores == (FULL,) and not self.unscored

    @property
    def texts_differ(self) -> bool:
        """Tell whether latest words give one id different texts in one language."""
        texts: dict[str, set[str]] = defaultdict(set)
        for _, claim in self.latest:
            texts[claim.text.lang].add(claim.text.text)
        return any(len(each) > 1 for each in texts.values())


@dataclass(slots=True)
class _Gathered:
    records: list[Pair] = field(default_factory=list)
    latest: list[Pair] = field(default_factory=list)
    requires: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    scored: list[Scored] = field(default_factory=list)


class Provisions:
    """The provisions of a channel by id, and the graph of what requires what."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def by_id(self) -> Mapping[str, Provision]:
        """Every provision somebody states, scores or requires, by id."""
        said, register = self._situation.said, self._situation.register
        found: dict[str, _Gathered] = defaultdict(_Gathered)
        for opened, claim in said.claims(Provided):
            found[claim.provision].records.append((opened, claim))
        for opened, claim in register.holding(Provided):
            gathered = found[claim.provision]
            gathered.latest.append((opened, claim))
            for needed in claim.requires:
                gathered.requires[needed].add(opened.party)
        for needed in {each for g in found.values() for each in g.requires}:
            found.setdefault(needed, _Gathered())
        for opened, progressed in register.holding(Progressed):
            found[progressed.provision].scored.append((opened, progressed))
        return {name: _provision(name, found[name]) for name in sorted(found)}

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The sets of provisions that each require one another, so that none can come first."""
        return cycles_of([(p.id, needed) for p in self.by_id.values() for needed in p.requires])

    def waits_for(self, provision: Provision) -> tuple[Provision, ...]:
        """Give the provisions it requires that are not fully met by everybody's score."""
        return tuple(
            needed for name in sorted(provision.requires) if not (needed := self.by_id[name]).met
        )


def _provision(name: str, gathered: _Gathered) -> Provision:
    latest: dict[tuple[str, str], Scored] = {}
    for pair in sorted(gathered.scored, key=_dated):
        opened, claim = pair
        latest[claim.scored_by or opened.party, opened.party] = pair
    progress = tuple(latest[key] for key in sorted(latest))
    kept = {opened.name for opened, _ in progress}
    return Provision(
        name,
        tuple(gathered.records),
        tuple(gathered.latest),
        {needed: tuple(sorted(by)) for needed, by in sorted(gathered.requires.items())},
        progress,
        tuple(pair for pair in sorted(gathered.scored, key=_dated) if pair[0].name not in kept),
        tuple(sorted({c.score for _, c in progress if c.score is not None})),
        any(claim.score is None for _, claim in progress),
    )


def _dated(pair: Scored) -> tuple[int, int, str, int]:
    opened, claim = pair
    return (claim.as_of, opened.said.issued, opened.origin, opened.index)
