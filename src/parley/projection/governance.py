"""The rules in force: charter, keys, agreed texts and agreed places, folded from records alone.

An agreed text stands once every party it names has logged its own record of the same body
(docs/formats.md); for the first charter these are the entries 0 that name the channel.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from parley.projection.answers import stances
from parley.projection.fold import LogName, Opened
from parley.projection.keys import KeyHistory, KeySpan, Lane
from parley.projection.numbers import short_number
from parley.projection.register import Register
from parley.projection.said import Said
from parley.record.envelope import agreed_digest
from parley.record.terms import KnownPlace, Terms
from parley.values.instants import Instant, Interval

__all__ = ["AgreedPlace", "AgreedText", "Governance", "KeyHistory", "KeySpan", "Lane"]


@dataclass(frozen=True, slots=True)
class AgreedText:
    """A text that parties log each for itself: who has logged it, and who has yet to.

    ``void`` says why it stands never, whoever logs it; empty where it may.
    """

    digest: str
    kind: str
    named: tuple[str, ...]
    records: Mapping[str, tuple[Opened, ...]]
    terms: Terms | None = None
    void: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The named parties that have not logged it."""
        return tuple(party for party in self.named if party not in self.records)

    @property
    def stands(self) -> bool:
        """Tell whether every named party has logged it, and it may stand at all."""
        return bool(self.named) and not self.missing and not self.void


@dataclass(frozen=True, slots=True)
class AgreedPlace:
    """A place with the record it comes from, and whether it is on the agreed list yet."""

    known: KnownPlace
    source: Opened
    agreed: bool


class Governance:
    """The rules of a channel as its records lay them down below the sizes of ``said``.

    ``agreed_kinds`` names the kinds whose bodies are agreed texts.
    """

    def __init__(self, said: Said, register: Register, agreed_kinds: frozenset[str]) -> None:
        self._said = said
        self._register = register
        self._agreed_kinds = agreed_kinds

    @cached_property
    def first(self) -> Terms | None:
        """The terms of the first charter, once any party has logged it: they name the numbers."""
        for opened in self._said.readable:
            if opened.index == 0 and opened.facts.terms is not None:
                return opened.facts.terms
        return None

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The parties that hold a log, in the charter's order."""
        return self.first.parties() if self.first else ()

    @cached_property
    def texts(self) -> tuple[AgreedText, ...]:
        """Every agreed text, in the order in which it was first logged."""
        found: dict[str, list[Opened]] = defaultdict(list)
        for opened in self._said.readable:
            if opened.said.kind in self._agreed_kinds or opened.facts.terms is not None:
                found[agreed_digest(opened.said.kind, opened.said.body)].append(opened)
        return tuple(self._text(digest, records) for digest, records in found.items())

    def _text(self, digest: str, logged: list[Opened]) -> AgreedText:
        facts = logged[0].facts
        # A later charter binds all who are bound by the first, whomever it names itself.
        named = self.parties if facts.terms else self._named(logged[0])
        void = _objection(self.first, facts.terms) if self.first and facts.terms else ""
        records: dict[str, tuple[Opened, ...]] = {}
        for opened in logged:
            records[opened.party] = (*records.get(opened.party, ()), opened)
        return AgreedText(digest, logged[0].said.kind, named, records, facts.terms, void)

    def _named(self, opened: Opened) -> tuple[str, ...]:
        """Name the parties a text names itself; all of them if it names none."""
        said_to = {p for subject in opened.facts.subjects for p in subject.parties}
        return tuple(p for p in self.parties if p in said_to) or self.parties

    @cached_property
    def charters(self) -> tuple[AgreedText, ...]:
        """The charters, the first one first."""
        texts = [text for text in self.texts if text.terms is not None]
        return tuple(sorted(texts, key=lambda t: t.digest != self._said.channel))

    @cached_property
    def stands(self) -> bool:
        """Tell whether every party has logged the first charter."""
        return bool(self.charters) and self.charters[0].stands

    def charter_at(self, at: Instant) -> AgreedText | None:
        """Give the charter in force: of those that stand, the one that began last.

        Where none is in force, the first charter goes on to give the measures, and views say so.
        """
        for text, during in self._standing:
            if during.holds(at):
                return text
        return self.charters[0] if self.charters else None

    @cached_property
    def _standing(self) -> tuple[tuple[AgreedText, Interval], ...]:
        """The charters that stand, with the times they are for, the one that began last first."""
        found = [(t, t.terms.in_force) for t in self.charters if t.terms is not None and t.stands]
        found.sort(key=lambda each: (each[1].start, each[0].digest), reverse=True)
        return tuple(found)

    def terms_at(self, at: Instant) -> Terms | None:
        """Give the terms by which something at an instant is judged; None before any charter."""
        for (
            start,
            end,
            terms,
        ) in self._measures:  # asked for every record: no call more than need be
            if start <= at and (end is None or at < end):
                return terms
        return self.charters[0].terms if self.charters else None

    @cached_property
    def _measures(self) -> tuple[tuple[Instant, Instant | None, Terms | None], ...]:
        return tuple((during.start, during.end, text.terms) for text, during in self._standing)

    def voices_at(self, at: Instant) -> frozenset[str]:
        """Name the parties without a node: unlike all others, a later charter may change them."""
        terms = self.terms_at(at)
        members = terms.members if terms else ()
        return frozenset(m.name for m in members if m.role == "voice")

    def in_force(self, at: Instant) -> bool:
        """Tell whether a charter stands and is in force."""
        charter = self.charter_at(at)
        terms = charter.terms if charter else None
        return bool(charter and terms and charter.stands and terms.in_force.holds(at))

    @cached_property
    def keys(self) -> Mapping[str, KeyHistory]:
        """The key history of each log that begins with the charter, by origin."""
        return {o.origin: o.keys for o in self._said.readable if o.keys is not None}

    def keys_of(self, holder: str, role: str) -> tuple[bytes, ...]:
        """Give every key a party or mirror ever had in a role, by either lane or any charter."""
        keys = [
            key
            for text in self.charters
            if text.terms is not None and (text.stands or text.digest == self._said.channel)
            for key in text.terms.keys_of(holder, role)
        ]
        for origin in sorted(self.keys):
            history = self.keys[origin]
            if history.holder == holder:
                keys += history.ever(role)
        return tuple(dict.fromkeys(keys))

    def log_keys(self, origin: str, size: int) -> tuple[bytes, ...]:
        """Give the log keys that sign a head of this size: those good at its last entry."""
        log = LogName.parse(origin)
        history = self.keys.get(origin)
        if history is None:
            return self.first.keys_of(log.party, "log") if self.first else ()
        return history.good("log", size - 1)

    @cached_property
    def places(self) -> tuple[AgreedPlace, ...]:
        """The places on the agreed list and those proposed for it, from records that hold.

        A charter's places are agreed with it. Any other record's are agreed once it stands as an
        agreed text, or once every other party has acknowledged it.
        """
        standing = {text.digest for text in self.texts if text.stands}
        found: dict[tuple[str, KnownPlace], AgreedPlace] = {}
        for opened in self._said.readable:
            if not opened.facts.places or not self._register.holds(opened):
                continue
            digest = agreed_digest(opened.said.kind, opened.said.body)
            agreed = digest in standing or self._acknowledged_by_all(opened)
            for known in opened.facts.places:
                found.setdefault((digest, known), AgreedPlace(known, opened, agreed))
        return tuple(found.values())

    def _acknowledged_by_all(self, opened: Opened) -> bool:
        if opened.facts.terms is not None or opened.said.kind in self._agreed_kinds:
            return False
        others = {party for party in self.parties if party != opened.party}
        stance = stances(self._said, self._register, opened.name)
        return bool(others) and all(stance.get(party) == "acknowledge" for party in others)

    def known_places(self) -> tuple[KnownPlace, ...]:
        """Give the places on the agreed list."""
        return tuple(place.known for place in self.places if place.agreed)

    def number(self, opened: Opened) -> str | None:
        """Give the short number of an entry whose common fields can be read."""
        if self.first is None or opened.record is None:
            return None
        code = self._codes.get(opened.party)
        if opened.record.log != opened.origin or code is None:
            return None
        return short_number(
            code,
            opened.lane,
            opened.index,
            opened.record.issued,
            self.first.day_zone,
        )

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        return {member.name: member.code for member in self.first.members} if self.first else {}


def nodes_of(terms: Terms) -> frozenset[tuple[str, str]]:
    """Name the members that have a node, with their roles: those that a channel is made of."""
    return frozenset((m.name, m.role) for m in terms.members if m.role != "voice")


def _objection(first: Terms, later: Terms) -> str:
    """Say why a charter cannot take the place of the first one, or nothing.

    Each log begins with the first charter, which names its party and gives the keys it is read by.
    """
    if later.status != first.status:
        return f"of status {later.status}, in a channel of status {first.status}"
    if nodes_of(later) != nodes_of(first):
        return "has other parties or mirrors than the channel began with"
    return ""
