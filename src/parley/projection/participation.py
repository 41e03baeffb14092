"""Who takes part in which arrangement, step by step, as each author has it: the ledger's sources.

Nothing is merged: the steps of an actor are kept by the author of the record. One thing only passes
from one author to another: a guarantor's own word that it attests a commitment, which the author of
the commitment asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from parley.projection.fold import Opened
from parley.projection.governance import AgreedText
from parley.projection.persistence import Persistent, persistence
from parley.projection.situation import Situation
from parley.record.claims.allegations import Alleged
from parley.record.claims.participation import Joined, Laid, Left, Referred
from parley.record.envelope import agreed_digest
from parley.values.instants import Instant, Interval

What = Literal[
    "invited", "committed", "attested", "withdrawn", "persistent", "referred", "exclude",
    "readmit", "none",
]  # fmt: skip
MOST_ARRANGEMENTS = 16
"""A record belongs to so many arrangements at most: somebody may log terms by the thousand."""

MOST_IMPLIED = 4
"""So many arrangements at most are meant by an allegation that names none."""

MOST_FOLLOWED = 64
"""The actors of so many arrangements are followed day by day."""

ORDER: Mapping[What, int] = {
    "invited": 0, "committed": 1, "attested": 2, "withdrawn": 3, "persistent": 4, "referred": 5,
    "exclude": 6, "readmit": 7, "none": 8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One arrangement: its terms in the version that counts, and every record that laid them down.

    ``key`` is the agreed digest of its first version. ``authors``: the parties whose record of this
    version is a latest word.
    """

    key: str
    laid: Laid
    text: AgreedText
    records: tuple[Opened, ...]
    authors: tuple[str, ...]

    def is_guarantor(self, party: str | None) -> bool:
        """Tell whether the terms name a party as guarantor."""
        return party in self.laid.guarantors


@dataclass(frozen=True, slots=True)
class Attested:
    """Which guarantor attests a commitment, in whose record."""

    by: str
    said_by: str
    record: str

    @property
    def own_word(self) -> bool:
        """Tell whether the guarantor says so itself."""
        return self.by == self.said_by


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an actor in one author's account; ``records`` name what it rests on.

    ``foreign``: another author's word, on a commitment that this one claims. ``late``: after the
    time by which commitments were due. ``place``: where the record stands in folding order.
    """

    at: Instant
    what: What
    records: tuple[str, ...]
    to: str | None = None
    attested: Attested | None = None
    located: bool = False
    late: bool = False
    foreign: bool = False
    place: int = 0

    @property
    def order(self) -> tuple[int, int, int, tuple[str, ...]]:
        """Sort by instant, then along the states, then as the records are folded."""
        return (self.at, ORDER[self.what], self.place, self.records)


@dataclass(frozen=True, slots=True)
class Allegation:
    """An allegation and the record that makes it."""

    opened: Opened
    claim: Alleged


class Participation:
    """Every arrangement and every claim on who takes part, below the sizes of a situation."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._keys: dict[str, tuple[str, ...]] = {}

    @cached_property
    def arrangements(self) -> Mapping[str, Arrangement]:
        """The arrangements by key, those that began first coming first."""
        said, register = self._situation.said, self._situation.register
        texts = {text.digest: text for text in self._situation.governance.texts}
        versions: dict[str, list[tuple[Opened, Laid]]] = defaultdict(list)
        for opened, laid in said.claims(Laid):
            root = said.by_name[register.subject(opened)]
            versions[_digest(root)].append((opened, laid))
        found = []
        for key, laid_down in versions.items():
            bound = texts[key].named
            opened, laid = max(laid_down, key=lambda each: self._weight(each[0], texts, bound))
            text = texts[_digest(opened)]
            held = [o for each in text.records.values() for o in each if register.holds(o)]
            authors = tuple(sorted({o.party for o in held}))
            records = tuple(o for o, _ in laid_down)
            found.append(Arrangement(key, laid, text, records, authors))
        found.sort(key=lambda each: (each.laid.in_force.start, each.key))
        return {each.key: each for each in found}

    def _weight(
        self, opened: Opened, texts: Mapping[str, AgreedText], bound: tuple[str, ...]
    ) -> tuple[object, ...]:
        """Weigh a version: one that holds, then one that stands, then the last one issued.

        It stands in the place of the first if all whom that names (``bound``) have logged it too.
        """
        text = texts[_digest(opened)]
        holds = self._situation.register.holds(opened)
        stands = text.stands and all(party in text.records for party in bound)
        return (holds, stands, opened.said.issued, text.digest)

    def keys_of(self, opened: Opened) -> tuple[str, ...]:
        """Name the arrangements that a record is ``about``, directly or through what it is about.

        References point backwards only, since names are hashes; no recursion all the same, for a
        chain may be as long as its author likes.
        """
        known, stack = self._keys, [opened.name]
        if not known:
            known |= {o.name: (a.key,) for a in self.arrangements.values() for o in a.records}
        if opened.name in known:
            return known[opened.name]
        by_name = self._situation.said.by_name
        while stack:
            here = by_name.get(stack[-1])
            targets = here.said.refers("about") if here is not None else ()
            waiting = [name for name in targets if name in by_name and name not in known]
            if stack[-1] not in known and waiting:
                stack += waiting
                continue
            found = {key for name in targets for key in known.get(name, ())}
            known.setdefault(stack.pop(), tuple(sorted(found)[:MOST_ARRANGEMENTS]))
        return known[opened.name]

    def keys_at(self, opened: Opened, during: Interval) -> tuple[str, ...]:
        """Name the arrangements a record is about; if it names none, those in force at the time."""
        named = self.keys_of(opened)
        if named:
            return named
        return tuple(each.key for each in self._implied if overlap(each.laid.in_force, during))

    @cached_property
    def followed(self) -> tuple[Arrangement, ...]:
        """The arrangements whose actors are followed day by day, in the order of all.

        Those that most parties laid down, then the first of each party: a party that logs terms by
        the thousand pushes out its own.
        """
        nth: Counter[str] = Counter()
        ranked = []
        for key, each in self.arrangements.items():
            author = each.records[0].party
            ranked.append((-len(each.authors), nth[author], key))
            nth[author] += 1
        kept = {key for _, _, key in sorted(ranked)[:MOST_FOLLOWED]}
        return tuple(each for key, each in self.arrangements.items() if key in kept)

    @cached_property
    def _implied(self) -> tuple[Arrangement, ...]:
        """The arrangements that are meant where none is named: those most parties laid down."""
        meant = sorted(self.followed, key=lambda each: -len(each.authors))
        return tuple(meant[:MOST_IMPLIED])

    @cached_property
    def unplaced(self) -> tuple[Opened, ...]:
        """Records on taking part that are about no terms that are here: shown, never dropped."""
        sorts: tuple[type[Joined] | type[Left] | type[Referred], ...] = (Joined, Left, Referred)
        found = {
            opened.name: opened
            for sort in sorts
            for opened, _ in self._situation.said.claims(sort)
            if not self.keys_of(opened)
        }
        return tuple(found.values())

    @cached_property
    def steps(self) -> Mapping[tuple[str, str], Mapping[str, tuple[Step, ...]]]:
        """By (arrangement, actor), then by author: the steps in order."""
        found: dict[tuple[str, str], dict[str, list[Step]]] = defaultdict(lambda: defaultdict(list))
        asked: set[tuple[str, str, str, str | None]] = set()
        for key, actor, author, step in self._own_steps():
            found[key, actor][author].append(step)
            if step.what == "committed":
                asked.add((key, actor, author, step.to))
        for key, actor, step in self._attestations():
            for author, steps in found[key, actor].items():
                if step.attested is None or author == step.attested.said_by:
                    continue
                if (key, actor, author, step.to) in asked:
                    steps.append(replace(step, foreign=True))
        return {
            who: {
                author: tuple(sorted(steps, key=lambda step: step.order))
                for author, steps in sorted(by_author.items())
            }
            for who, by_author in sorted(found.items())
        }

    def _own_steps(self) -> Iterator[tuple[str, str, str, Step]]:
        """Give (arrangement, actor, author, step) of everything an author says itself."""
        yield from self._joined
        register = self._situation.register
        for opened, left in register.holding(Left):
            for key in self.keys_of(opened):
                place = self._place[opened.name]
                step = Step(left.at, "withdrawn", (opened.name,), left.told_to, place=place)
                yield key, left.actor, opened.party, step
        for opened, referred in register.holding(Referred):
            for key in self.keys_of(opened):
                for step in _referral(opened, referred, self._place[opened.name]):
                    yield key, referred.actor, opened.party, step
        for found in self._persistent():
            step = Step(found.at, "persistent", found.records)
            yield found.key, found.actor, found.author, step

    @cached_property
    def _joined(self) -> tuple[tuple[str, str, str, Step], ...]:
        return tuple(self._joined_steps())

    def _joined_steps(self) -> Iterator[tuple[str, str, str, Step]]:
        for opened, joined in self._situation.register.holding(Joined):
            place = self._place[opened.name]
            for key in self.keys_of(opened):
                terms = self.arrangements[key]
                who = (key, joined.actor, opened.party)
                what: What = joined.step
                attested = _attested(opened, joined, terms)
                if what == "attested" and attested is None:
                    what = "committed"  # by somebody who is no guarantor, or took it itself
                by = terms.laid.commit_by
                step = Step(
                    at=self._attested_at(opened, joined) if what == "attested" else joined.at,
                    what=what,
                    records=(opened.name,),
                    to=joined.to,
                    attested=attested if what == "attested" else None,
                    located=joined.located,
                    late=what == "committed" and by is not None and joined.at > by,
                    place=place,
                )
                yield (*who, step)
                if joined.step == "committed" and attested is not None:
                    at = Instant(max(joined.at, joined.attested_at or joined.at))
                    yield (*who, replace(step, at=at, what="attested", attested=attested))

    def _attestations(self) -> Iterator[tuple[str, str, Step]]:
        """Give (arrangement, actor, step) of what a guarantor says that it attests itself."""
        for key, actor, _, step in self._joined:
            if step.what == "attested" and step.attested and step.attested.own_word:
                yield key, actor, step

    def _attested_at(self, opened: Opened, joined: Joined) -> Instant:
        """Give from when an attestation counts: not before what it attests."""
        made = [
            self._made.get((self._situation.register.subject(target), joined.actor), joined.at)
            for name in opened.said.refers("about")
            if (target := self._situation.said.by_name.get(name))
        ]
        return Instant(max([joined.at, *made]))

    @cached_property
    def _made(self) -> Mapping[tuple[str, str], Instant]:
        """By (subject, actor): when a joining that holds says that it came about."""
        register = self._situation.register
        return {(register.subject(o), c.actor): c.at for o, c in register.holding(Joined)}

    def _persistent(self) -> Iterable[Persistent]:
        thresholds = {
            key: each.laid.persistent_after
            for key, each in self.arrangements.items()
            if each.laid.persistent_after is not None
        }
        return persistence(self._situation, self.keys_at, thresholds)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {o.name: i for i, o in enumerate(self._situation.said.readable)}

    @cached_property
    def sorts(self) -> Mapping[tuple[str, str, str], str]:
        """By (arrangement, actor, author): what sort of actor its author last said it is."""
        register = self._situation.register
        told: list[tuple[Opened, Joined | Left]] = [*register.holding(Joined)]
        told += register.holding(Left)
        return {
            (key, claim.actor, opened.party): claim.actor_type
            for opened, claim in sorted(told, key=lambda one: one[1].at)
            for key in self.keys_of(opened)
        }

    @cached_property
    def alleged(self) -> Mapping[str, tuple[Allegation, ...]]:
        """By arrangement: every allegation under it, whoever it names, in folding order."""
        found: dict[str, list[Allegation]] = {key: [] for key in self.arrangements}
        for opened, claim in self._situation.register.holding(Alleged):
            during = claim.during or Interval(opened.said.issued, opened.said.issued)
            for key in self.keys_at(opened, during):
                found[key].append(Allegation(opened, claim))
        return {key: tuple(each) for key, each in found.items()}

    @cached_property
    def allegations(self) -> Mapping[tuple[str, str], tuple[Allegation, ...]]:
        """The allegations on each actor under each arrangement, in folding order."""
        found: dict[tuple[str, str], list[Allegation]] = defaultdict(list)
        for key, alleged in self.alleged.items():
            for each in alleged:
                for actor in dict.fromkeys(each.claim.of):
                    found[key, actor].append(each)
        return {who: tuple(each) for who, each in sorted(found.items())}

    @cached_property
    def actors(self) -> Mapping[str, tuple[str, ...]]:
        """By arrangement: every actor of whom anything is said under it."""
        found = {
            key: {e.actor for e in each.laid.excluded} for key, each in self.arrangements.items()
        }
        for key, actor in (*self.steps, *self.allegations):
            found[key].add(actor)
        return {key: tuple(sorted(each)) for key, each in found.items()}


def overlap(one: Interval, other: Interval) -> bool:
    """Tell whether two intervals share an instant; one that states an instant holds it."""
    return one.holds(other.start) or other.holds(one.start)


def _digest(opened: Opened) -> str:
    return agreed_digest(opened.said.kind, opened.said.body)


def _attested(opened: Opened, joined: Joined, terms: Arrangement) -> Attested | None:
    """Give who attests a commitment, if it is a guarantor and not the one that took it."""
    by = joined.attested_by
    if by is None and joined.step == "attested":
        by = opened.party
    if by is None or by == joined.to or not terms.is_guarantor(by):
        return None
    return Attested(by, opened.party, opened.name)


def _referral(opened: Opened, referred: Referred, place: int) -> Iterator[Step]:
    yield Step(referred.at, "referred", (opened.name,), place=place)
    if referred.decision is not None:
        at = referred.decided_at or referred.at
        yield Step(at, referred.decision, (opened.name,), place=place)
