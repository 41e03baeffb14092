"""What became of every site and movement, of each addressee's word on it, and of help asked for.

Sums are kept by who counted: each side's own deliveries, never added up with the other's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from parley.projection.counted import counting
from parley.projection.days import Day, today
from parley.projection.fold import Opened
from parley.projection.notices import Asked, Notice
from parley.projection.register import WordStatus
from parley.projection.situation import Situation
from parley.record.claims.relief import Delivered, Passed, Protected, Requested
from parley.values.instants import Instant

State = Literal[
    "withdrawn",
    "changed",
    "enquiry",
    "incident_reported",
    "expired",
    "no_ack",
    "active",
    "acknowledged",
    "transmitted",
    "submitted",
]
AddresseeState = Literal[
    "no_ack",
    "waiting",
    "closed",
    "told",
    "not_told",
    "acknowledged",
    "objected",
    "proposed",
    "facilitated",
    "impeded",
    "denied",
    "cancelled",
]

_OF_NOTICE: Mapping[str, AddresseeState] = {
    "unanswered-overdue": "no_ack",
    "unanswered-open": "waiting",
    "unanswered-closed": "closed",
    "told": "told",
    "not-told": "not_told",
    "acknowledged": "acknowledged",
    "objected": "objected",
    "proposed": "proposed",
}

MOST_NAMESAKES = 10

Step = Literal["submitted", "checked", "verified", "consented", "transmitted", "acknowledged"]


@dataclass(frozen=True, slots=True)
class Addressee:
    """One party asked to spare a site or movement: its own last word, and what others say of it.

    ``state`` rests on its own answers alone (``by``); ``said_by``: claims of others about it, each
    author's latest. ``asked`` has the receipt and the deadlines.
    """

    party: str
    state: AddresseeState
    by: Opened | None
    asked: Asked
    said_by: tuple[tuple[Opened, Passed], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A version of a site or movement and what became of it.

    ``version`` counts from 1 along what its author replaced. ``steps``: what it has gone through,
    as far as records show, with the time stated for it; *checked* (no time): it is well formed and
    nothing else holds under its handle; *transmitted*: the first receipt of another;
    *acknowledged*: the last answer, once no addressee owes one. ``same_handle``: other subjects
    that hold under its handle, ten at most. ``exact_to``: the audience of its personal parts. Of a
    latest word, ``incidents`` are records that say that something happened and are about it or an
    earlier version; ``enquiries`` ask about those.
    """

    opened: Opened
    claim: Protected
    status: WordStatus
    state: State
    version: int
    steps: tuple[tuple[Step, Instant | None], ...]
    addressees: tuple[Addressee, ...]
    same_handle: tuple[Opened, ...]
    exact_to: tuple[str, ...]
    incidents: tuple[Opened, ...]
    enquiries: tuple[Opened, ...]


@dataclass(slots=True)
class Sum:
    """Actions by one author: those by which something arrived, and those by which nothing did."""

    actions: int = 0
    not_delivered: int = 0
    kg: int = 0
    people: int = 0
    treated: int = 0

    def add(self, delivered: Delivered) -> None:
        """Count one action; what is not stated counts as nothing."""
        if not delivered.arrived:
            self.not_delivered += 1
            return
        self.actions += 1
        self.kg += delivered.kg or 0
        self.people += delivered.people or 0
        self.treated += delivered.treated or 0


@dataclass(slots=True)
class Tally:
    """One author's deliveries up to the instant: all, those of the day, and all by area."""

    total: Sum = field(default_factory=Sum)
    new: Sum = field(default_factory=Sum)
    areas: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))


@dataclass(frozen=True, slots=True)
class Relief:
    """Sites and movements in every version, requests, deliveries, and each author's sums."""

    day: Day
    known: tuple[Known, ...]
    requests: tuple[tuple[Opened, Requested, Notice | None], ...]
    deliveries: tuple[tuple[Opened, Delivered], ...]
    tallies: Mapping[str, Tally]


def relief_of(situation: Situation, notices: Sequence[Notice]) -> Relief:
    """Fold everything on relief at the instant of the view."""
    asked = {notice.opened.name: notice for notice in notices}
    requests = tuple((o, c, asked.get(o.name)) for o, c in situation.said.claims(Requested))
    day = today(situation)
    return Relief(
        day,
        _all_known(situation, asked),
        requests,
        situation.said.claims(Delivered),
        _tallies(situation, day),
    )


def _all_known(situation: Situation, asked: Mapping[str, Notice]) -> tuple[Known, ...]:
    register, protected = situation.register, situation.said.claims(Protected)
    count = _versions(situation, (opened for opened, _ in protected))
    names: dict[str, list[str]] = defaultdict(list)
    handles: dict[tuple[str, str], dict[str, list[Opened]]] = defaultdict(dict)
    for opened, claim in protected:
        names[register.subject(opened)].append(opened.name)
        if register.status(opened) in ("open", "conflicted"):
            by_subject = handles[claim.sort, claim.handle]
            by_subject.setdefault(register.subject(opened), []).append(opened)
    happened = {root: _happened(situation, each) for root, each in names.items()}
    found = []
    for opened, claim in protected:
        root, status = register.subject(opened), register.status(opened)
        notice = asked.get(opened.name)
        addressees = tuple(
            _addressee(situation, opened, each) for each in (notice.asked if notice else ())
        )
        reported = ((), ()) if status == "replaced" else happened[root]
        namesakes = (
            other
            for subject, versions in handles[claim.sort, claim.handle].items()
            if subject != root
            for other in versions
        )
        others = tuple(islice(namesakes, MOST_NAMESAKES))
        found.append(
            Known(
                opened,
                claim,
                status,
                _state(situation, opened, claim, status, addressees, reported),
                count[opened.name],
                _steps(situation, opened, claim, addressees, checked=not others),
                addressees,
                others,
                tuple(dict.fromkeys(p for part in opened.said.parts for p in part.audience)),
                *reported,
            )
        )
    return tuple(found)


def _tallies(situation: Situation, day: Day) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for opened, delivered in counting(situation, Delivered):
        if delivered.at > situation.at:
            continue
        tally = found[opened.party]
        tally.total.add(delivered)
        tally.areas[delivered.area].add(delivered)
        if delivered.at >= day.during.start:
            tally.new.add(delivered)
    return dict(sorted(found.items()))


def _steps(
    situation: Situation,
    opened: Opened,
    claim: Protected,
    addressees: Sequence[Addressee],
    *,
    checked: bool,
) -> tuple[tuple[Step, Instant | None], ...]:
    steps: list[tuple[Step, Instant | None]] = [("submitted", opened.said.issued)]
    if checked:
        steps.append(("checked", None))
    if claim.verified is not None:
        steps.append(("verified", claim.verified.at))
    steps.append(("consented", claim.consented.at))
    stored = situation.heads.stored_at(opened.origin, opened.index)
    if stored is not None:
        steps.append(("transmitted", stored.at))
    answered = [each.by.said.issued for each in addressees if each.by is not None]
    if answered and len(answered) == len(addressees):
        steps.append(("acknowledged", max(answered)))
    return tuple(steps)


def _addressee(situation: Situation, opened: Opened, asked: Asked) -> Addressee:
    state, by = _OF_NOTICE[asked.state], None
    if asked.answers:
        by = asked.answers[-1].opened
        passed = _passed(by)
        if passed is not None:
            state = passed.outcome
    latest: dict[str, tuple[Opened, Passed]] = {}
    said = situation.said
    for each in (*said.referring("about", opened.name), *said.referring("answers", opened.name)):
        passed = _passed(each)
        if passed is None or passed.of != asked.party or each.party == asked.party:
            continue
        if situation.register.holds(each):
            before = latest.get(each.party)
            if before is None or before[0].said.issued <= each.said.issued:
                latest[each.party] = (each, passed)
    return Addressee(asked.party, state, by, asked, tuple(latest[p] for p in sorted(latest)))


def _passed(opened: Opened) -> Passed | None:
    return next((claim for claim in opened.facts.claims if isinstance(claim, Passed)), None)


def _versions(situation: Situation, records: Iterable[Opened]) -> dict[str, int]:
    """Count the versions of each subject from 1, each chain walked once."""
    counted: dict[str, int] = {}
    for opened in records:
        chain: list[Opened] = []
        here: Opened | None = opened
        while here is not None and here.name not in counted:
            chain.append(here)
            here = previous(situation, here)
        before = 0 if here is None else counted[here.name]
        for i, each in enumerate(reversed(chain), before + 1):
            counted[each.name] = i
    return counted


def previous(situation: Situation, opened: Opened) -> Opened | None:
    """Give the version that a record of its author replaces; None for the first one."""
    for name in opened.said.refers("replaces"):
        before = situation.said.by_name.get(name)
        if before is not None and before.party == opened.party:
            return before
    return None


def _happened(
    situation: Situation, names: Sequence[str]
) -> tuple[tuple[Opened, ...], tuple[Opened, ...]]:
    """Give the incidents reported of any version, and what asks about those incidents."""
    about = situation.said.referring
    incidents = {
        each.name: each
        for name in names
        for each in about("about", name)
        if each.facts.says("happened") and situation.register.holds(each)
    }
    enquiries = {
        each.name: each
        for name in incidents
        for each in about("about", name)
        if each.facts.ask is not None and situation.register.holds(each)
    }
    return tuple(incidents.values()), tuple(enquiries.values())


def _state(
    situation: Situation,
    opened: Opened,
    claim: Protected,
    status: WordStatus,
    addressees: Sequence[Addressee],
    happened: tuple[Sequence[Opened], Sequence[Opened]],
) -> State:
    if status == "withdrawn":
        return "withdrawn"
    if status == "replaced":
        return "changed"
    if happened[1]:
        return "enquiry"
    if happened[0]:
        return "incident_reported"
    if status == "expired" or claim.renew_by <= situation.at:
        return "expired"
    states = {addressee.state for addressee in addressees}
    if "no_ack" in states:
        return "no_ack"
    if addressees and not states & {"waiting", "not_told"}:
        return "active" if claim.during.holds(situation.at) else "acknowledged"
    if situation.heads.stored_at(opened.origin, opened.index) is None:
        return "submitted"
    only_told = opened.facts.ask is None  # then nobody owes an answer
    return "active" if only_told and claim.during.holds(situation.at) else "transmitted"
