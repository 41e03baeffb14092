"""Notices: who was asked for an answer, by when, and what each of them has said to it."""

from dataclasses import dataclass
from typing import Literal

from parley.projection.answers import answers_to
from parley.projection.fold import Opened
from parley.projection.grades import asks_read_back, grades_of
from parley.projection.heads import Held
from parley.projection.readback import Comparison, compare_read_back
from parley.projection.register import WordStatus
from parley.projection.shown import time_json, unread_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.values.instants import LAST, Instant

AskedState = Literal[
    "acknowledged",
    "objected",
    "proposed",
    "unanswered-open",
    "unanswered-overdue",
    "unanswered-closed",
    "told",
    "not-told",
]
ReceiptState = Literal["stored", "open", "overdue"]

_STATES: dict[str, AskedState] = {
    "acknowledge": "acknowledged",
    "object": "objected",
    "propose": "proposed",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that still holds; ``asked`` for a read-back of the ``notice`` by the charter."""

    opened: Opened
    notice: Opened
    asked: bool

    @property
    def compared(self) -> Comparison:
        """Its read-back against the notice; compared when asked for, which most never are."""
        return compare_read_back(
            self.notice.facts.subjects, self.opened.facts.read_back, asked=self.asked
        )

    @property
    def unlike(self) -> bool:
        """Tell whether the read-back differs from the notice, or one is missing."""
        if self.opened.facts.read_back is None and not self.asked:
            return False
        return self.compared.result in ("differs", "missing")


@dataclass(frozen=True, slots=True)
class Asked:
    """One addressee of a notice.

    ``state`` of a party with a log follows its last answer, else the deadline; *unanswered-closed*
    when the notice was replaced or withdrawn unanswered. A voice party can only be *told*.
    ``receipt`` says whether records show that it stored the notice, itself and nobody for it.
    """

    party: str
    state: AskedState
    answer_due: Instant | None
    receipt: ReceiptState
    receipt_due: Instant | None
    stored: Held | None
    answers: tuple[Answer, ...]

    @property
    def overdue(self) -> bool:
        """Tell whether an answer is due and not there."""
        return self.state == "unanswered-overdue"


@dataclass(frozen=True, slots=True)
class Notice:
    """A record that asks for an answer, what became of it, and its addressees."""

    opened: Opened
    status: WordStatus
    asked: tuple[Asked, ...]

    @property
    def overdue(self) -> tuple[str, ...]:
        """The addressees whose answer is due and not there."""
        return tuple(asked.party for asked in self.asked if asked.overdue)


def notices_of(situation: Situation) -> tuple[Notice, ...]:
    """Give every record that asks for an answer, in folding order."""
    found = []
    for opened in situation.said.readable:
        if opened.facts.ask is not None:
            status = situation.register.status(opened)
            asked = tuple(
                _asked(situation, opened, status, party) for party in addressees(situation, opened)
            )
            found.append(Notice(opened, status, asked))
    return tuple(found)


def addressees(situation: Situation, opened: Opened) -> tuple[str, ...]:
    """Name whom a notice asks: those it names, or every other party that holds a log."""
    ask, governance = opened.facts.ask, situation.governance
    if ask is None:
        return ()
    if ask.of is None:
        return tuple(p for p in governance.parties if p != opened.party)
    members = {*governance.parties, *governance.voices_at(opened.said.issued)}
    return tuple(p for p in dict.fromkeys(ask.of) if p != opened.party and p in members)


def _asked(situation: Situation, opened: Opened, status: WordStatus, party: str) -> Asked:
    record, ask = opened.said, opened.facts.ask
    terms = situation.governance.terms_at(record.issued)
    deadlines = terms.deadlines.get(record.priority) if terms else None
    answer_due = _after(record.issued, deadlines.answer_ms if deadlines else None)
    if ask is not None and ask.answer_by is not None:
        answer_due = ask.answer_by
    receipt_due = _after(record.issued, deadlines.receipt_ms if deadlines else None)
    stored = situation.heads.stored_at(opened.origin, opened.index, party)
    answers = tuple(
        Answer(answer, opened, asks_read_back(situation, opened, answer))
        for answer in answers_to(situation.said, situation.register, opened.name).get(party, ())
    )
    receipt: ReceiptState = "stored" if stored else "open"
    if stored is None and receipt_due is not None and receipt_due <= situation.at:
        receipt = "overdue"
    state = _state(situation, opened, status, party, answer_due, answers)
    return Asked(party, state, answer_due, receipt, receipt_due, stored, answers)


def _after(issued: Instant, ms: int | None) -> Instant | None:
    return None if ms is None else Instant(min(issued + ms, LAST))


def _state(
    situation: Situation,
    opened: Opened,
    status: WordStatus,
    party: str,
    due: Instant | None,
    answers: tuple[Answer, ...],
) -> AskedState:
    if answers:
        return _STATES[str(answers[-1].opened.facts.stance)]
    if party not in situation.governance.parties:
        grades = grades_of(situation, opened)
        return (
            "told" if any(g.grade == "told" and g.holder == party for g in grades) else "not-told"
        )
    if status in ("replaced", "withdrawn"):
        return "unanswered-closed"
    return "unanswered-overdue" if due is not None and due <= situation.at else "unanswered-open"


def notices_view(situation: Situation, notices: tuple[Notice, ...]) -> dict[str, Json]:
    """Write all notices; clear when nothing is unread and no answer is missing or unlike."""
    missing = any(
        asked.state in ("unanswered-open", "unanswered-overdue", "not-told")
        or any(answer.unlike for answer in asked.answers[-1:])
        for notice in notices
        for asked in notice.asked
    )
    return {
        "clear": not missing and situation.whole,
        "unread": situation.unread,
        "unread_entries": unread_json(situation.said.unread),
        "notices": [_notice_json(situation, notice) for notice in notices],
    }


def _notice_json(situation: Situation, notice: Notice) -> Json:
    opened = notice.opened
    return {
        **situation.label(opened),
        "priority": opened.said.priority,
        "status": notice.status,
        "subject": situation.register.subject(opened),
        "asked": [_asked_json(situation, asked) for asked in notice.asked],
        "grades": [grade.to_json() for grade in grades_of(situation, opened)],
    }


def _asked_json(situation: Situation, asked: Asked) -> Json:
    stored: Json = None
    if asked.stored is not None:
        stored = {"at": time_json(asked.stored.at), "record": asked.stored.record}
    return {
        "party": asked.party,
        "state": asked.state,
        "answer_due": time_json(asked.answer_due),
        "receipt": asked.receipt,
        "receipt_due": time_json(asked.receipt_due),
        "stored": stored,
        "answers": [
            {
                **situation.label(answer.opened),
                "stance": answer.opened.facts.stance,
                "read_back": answer.compared.to_json(),
            }
            for answer in asked.answers
        ],
    }
