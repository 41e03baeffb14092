"""Per party and log: how far it is known and read, gaps, forks, silence, what is unread or odd."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from parley.projection.fold import LogName, Opened
from parley.projection.heads import Attested, Held
from parley.projection.keys import Lane
from parley.projection.shown import time_json, unread_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.envelope import origin_of
from parley.values.instants import Instant

ODD_ISSUED_MS = 600_000
LANES: tuple[Lane, ...] = ("main", "urgent")


@dataclass(frozen=True, slots=True)
class OddIssued:
    """A record whose claimed time lies well outside what foreign clocks allow; never refused.

    ``after`` is the newest foreign cosignature its log held before it, ``before`` the first one
    over it.
    """

    opened: Opened
    after: Instant | None
    before: Instant | None
    off_ms: int


@dataclass(frozen=True, slots=True)
class Fork:
    """Two roots for one size of a log: the heads that carry them stand in these records."""

    origin: str
    size: int
    records: tuple[str, ...]
    ours: bool


@dataclass(frozen=True, slots=True)
class LogStanding:
    """How one log stands at the sizes and the instant of the view."""

    origin: str
    party: str
    lane: Lane
    size: int
    latest: Instant | None
    read_by: tuple[tuple[str, Held | None], ...]
    stored_by: tuple[Held, ...]
    beyond: tuple[Attested, ...]
    forks: tuple[Fork, ...]
    unread: tuple[Opened, ...]
    overdue: tuple[Opened, ...]
    odd: tuple[OddIssued, ...]


class Standing:
    """How every log of the channel stands, those not yet begun included."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Every log that the charter gives a party, and every one that is looked at."""
        terms = self._situation.governance.first
        expected = {
            origin_of(party, self._situation.channel, lane, terms.status)
            for party in self._situation.governance.parties
            for lane in LANES
            if terms is not None
        }
        return tuple(sorted(expected | set(self._situation.said.upto)))

    @cached_property
    def logs(self) -> tuple[LogStanding, ...]:
        """The standing of each log."""
        return tuple(self._log(origin) for origin in self.origins)

    def _log(self, origin: str) -> LogStanding:
        situation = self._situation
        name, entries = LogName.parse(origin), situation.said.log(origin)
        others = [m for m in situation.governance.parties if m != name.party]
        members = situation.governance.first.members if situation.governance.first else ()
        heads = self._by_origin.get(origin, ())
        said = [o.said.issued for o in entries if o.unread is None]
        stored = (
            situation.heads.furthest(origin, m.name, "receipt")
            for m in members
            if m.name != name.party
        )
        return LogStanding(
            origin=origin,
            party=name.party,
            lane=name.lane,
            size=situation.said.size(origin),
            latest=max(said, default=None),
            read_by=tuple((p, situation.heads.furthest(origin, p, "witness")) for p in others),
            stored_by=tuple(held for held in stored if held is not None),
            beyond=tuple(each for each in heads if each.fit == "beyond"),
            forks=_forks(origin, heads),
            unread=tuple(o for o in entries if o.unread is not None),
            overdue=tuple(self._receipt_overdue(origin)),
            odd=tuple(self._odd(origin)),
        )

    @cached_property
    def _by_origin(self) -> Mapping[str, tuple[Attested, ...]]:
        found: dict[str, list[Attested]] = defaultdict(list)
        for each in self._situation.heads.attested:
            found[each.head.checkpoint.origin].append(each)
        return {origin: tuple(heads) for origin, heads in found.items()}

    def _not_stored(self, origin: str) -> Sequence[Opened]:
        """Give the entries of a log that nobody else is known to store: the last ones of it."""
        entries = self._situation.said.log(origin)
        return entries[self._situation.heads.stored_up_to(origin) :]

    def _receipt_overdue(self, origin: str) -> Iterator[Opened]:
        """Give those past the deadline at which somebody else should have stored them."""
        at, terms_at = self._situation.at, self._situation.governance.terms_at
        for opened in self._not_stored(origin):
            if opened.unread is not None or opened.facts.head is not None:
                continue
            record = opened.said
            terms = terms_at(record.issued)
            deadlines = terms.deadlines.get(record.priority) if terms else None
            if deadlines is not None and record.issued + deadlines.receipt_ms <= at:
                yield opened

    def _odd(self, origin: str) -> list[OddIssued]:
        author = LogName.parse(origin).party
        heads = {each.logged.name: each for each in self._situation.heads.attested}
        after: Instant | None = None
        before: Instant | None = None
        until, found = 0, []
        for opened in self._situation.said.log(origin):
            if opened.unread is not None:
                continue
            if opened.index >= until:
                before, until = self._situation.heads.proven_by(origin, opened.index)
            issued = opened.said.issued
            early = after - issued if after is not None else 0
            late = issued - before if before is not None else 0
            # others' clocks that contradict each other say nothing about this one
            at_odds = after is not None and before is not None and after - before > ODD_ISSUED_MS
            if max(early, late) > ODD_ISSUED_MS and not at_odds:
                found.append(OddIssued(opened, after, before, max(early, late)))
            if opened.name in heads:
                lines = heads[opened.name].head.lines
                times = [line.at for line in lines if line.holder != author]
                after = max([*times, *([] if after is None else [after])], default=None)
        return found

    @property
    def clear(self) -> bool:
        """Tell whether every log was read whole and none has a gap or a fork."""
        return not any(log.unread or log.beyond or log.forks for log in self.logs)

    def lines(self) -> tuple[tuple[str, Opened], ...]:
        """Give each party's latest word on how the line stands, if it has said any that holds."""
        latest: dict[str, Opened] = {}
        for opened in self._situation.said.readable:
            if opened.facts.line_state is None or not self._situation.register.holds(opened):
                continue
            known = latest.get(opened.party)
            if known is None or _later(opened) > _later(known):
                latest[opened.party] = opened
        return tuple(sorted(latest.items()))


def _later(opened: Opened) -> tuple[int, str, int]:
    return opened.said.issued, opened.origin, opened.index


def _forks(origin: str, heads: tuple[Attested, ...]) -> tuple[Fork, ...]:
    by_size: dict[int, list[Attested]] = defaultdict(list)
    for each in heads:
        by_size[each.head.checkpoint.size].append(each)
    found = []
    for size, rivals in sorted(by_size.items()):
        unlike_ours = any(each.fit == "fork" for each in rivals)
        if unlike_ours or len({each.head.checkpoint.root for each in rivals}) > 1:
            names = tuple(each.logged.name for each in rivals)
            found.append(Fork(origin, size, names, unlike_ours))
    return tuple(found)


def standing_view(situation: Situation, standing: Standing) -> dict[str, Json]:
    """Write how the logs and the line stand; clear when nothing is unread, missing or forked."""
    return {
        "clear": standing.clear and situation.whole,
        "unread": situation.unread,
        "logs": [_log_json(situation, log) for log in standing.logs],
        "line": [
            {"party": party, "state": word.facts.line_state, **situation.label(word)}
            for party, word in standing.lines()
        ],
        "refused_heads": [
            {**situation.label(opened), "code": code} for opened, code in situation.heads.refused
        ],
    }


def _log_json(situation: Situation, log: LogStanding) -> Json:
    silent = None if log.latest is None else max(0, situation.at - log.latest) // 1000
    return {
        "origin": log.origin,
        "party": log.party,
        "lane": log.lane,
        "size": log.size,
        "latest_issued": time_json(log.latest),
        "silent_s": silent,
        "read_by": [_read_json(party, held, log.size) for party, held in log.read_by],
        "stored_by": [
            {"holder": h.holder, "size": h.size, "at": time_json(h.at), "record": h.record}
            for h in log.stored_by
        ],
        "gaps": [
            {
                "attested_size": each.head.checkpoint.size,
                "missing": each.head.checkpoint.size - log.size,
                "record": each.logged.name,
            }
            for each in log.beyond
        ],
        "forks": [
            {"size": f.size, "records": list(f.records), "unlike_ours": f.ours} for f in log.forks
        ],
        "unread": unread_json(log.unread),
        "unreceipted": [situation.label(opened) for opened in log.overdue],
        "odd_issued": [
            {
                **situation.label(odd.opened),
                "after": time_json(odd.after),
                "before": time_json(odd.before),
                "off_s": odd.off_ms // 1000,
            }
            for odd in log.odd
        ],
    }


def _read_json(party: str, held: Held | None, size: int) -> Json:
    seen = 0 if held is None else held.size
    return {
        "party": party,
        "size": seen,
        "behind": size - seen,
        "at": None if held is None else time_json(held.at),
        "record": None if held is None else held.record,
    }
