"""The four grades of "they know", each with its holder, from records alone."""

from dataclasses import dataclass
from typing import Literal

from parley.projection.answers import answers_to
from parley.projection.fold import Opened
from parley.projection.readback import Comparison, compare_read_back
from parley.projection.shown import time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.kind import ReadBack
from parley.values.instants import Instant

GradeName = Literal["told", "head_seen", "stored", "answered"]
ORDER: tuple[GradeName, ...] = ("told", "head_seen", "stored", "answered")


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade, its holder, when by whose clock, and the record that shows it.

    ``told`` is the account of ``by`` and shows nothing about the holder; ``at`` of ``head_seen``
    and ``stored`` is the holder's clock, of ``answered`` the answer's own time. ``stance`` belongs
    to an answer, ``read_back`` to an answer or an account.
    """

    grade: GradeName
    holder: str
    at: Instant
    record: str
    by: str
    stance: str = ""
    read_back: Comparison | None = None

    def to_json(self) -> Json:
        """Write the grade."""
        value: dict[str, Json] = {
            "grade": self.grade,
            "holder": self.holder,
            "at": time_json(self.at),
            "record": self.record,
            "by": self.by,
            "only_here": False,
        }
        if self.stance:
            value["stance"] = self.stance
        if self.read_back is not None:
            value["read_back"] = self.read_back.to_json()
        return value


def grades_of(situation: Situation, opened: Opened) -> tuple[Grade, ...]:
    """Give all grades of a record that the records below the view's sizes show."""
    found = [*_told(situation, opened), *_cosigned(situation, opened)]
    found += _answered(situation, opened)
    return tuple(sorted(found, key=lambda g: (ORDER.index(g.grade), g.holder, g.at, g.record)))


def _told(situation: Situation, opened: Opened) -> list[Grade]:
    found = []
    for account in situation.said.referring("about", opened.name):
        call = account.facts.call
        if call is None or situation.register.is_withdrawn(account):
            continue
        for telling in call.told:
            compared = _repeated(opened, account) if telling.read_back else None
            found += [
                Grade("told", to, telling.at, account.name, account.party, read_back=compared)
                for to in telling.to
                if to not in (account.party, opened.party)
            ]
    return found


def _repeated(opened: Opened, account: Opened) -> Comparison | None:
    """Compare what the other side repeated, as the account has it, with the record it is about."""
    for subject in account.facts.subjects:
        stated = (subject.place, subject.during, subject.lower, subject.upper)
        if subject.manner == "mentioned" and any(value is not None for value in stated):
            return compare_read_back(opened.facts.subjects, ReadBack(*stated), asked=False)
    return None


def _cosigned(situation: Situation, opened: Opened) -> list[Grade]:
    names: dict[str, GradeName] = {"witness": "head_seen", "receipt": "stored"}
    return [
        Grade(names[held.role], held.holder, held.at, held.record, held.holder)
        for held in situation.heads.holders(opened.origin, opened.index)
    ]


def _answered(situation: Situation, opened: Opened) -> list[Grade]:
    found = []
    answers = answers_to(situation.said, situation.register, opened.name)
    for party, given in answers.items():
        if party == opened.party:
            continue
        for answer in given:
            compared = read_back_of(situation, opened, answer)
            stance = str(answer.facts.stance)
            at = answer.said.issued
            found.append(Grade("answered", party, at, answer.name, party, stance, compared))
    return found


def read_back_of(situation: Situation, opened: Opened, answer: Opened) -> Comparison:
    """Compare an answer with the notice it answers."""
    asked = asks_read_back(situation, opened, answer)
    return compare_read_back(opened.facts.subjects, answer.facts.read_back, asked=asked)


def asks_read_back(situation: Situation, opened: Opened, answer: Opened) -> bool:
    """Tell whether the charter asks an answer to read back; only who acknowledges is asked to."""
    if answer.facts.stance != "acknowledge":
        return False
    terms = situation.governance.terms_at(opened.said.issued)
    return terms is not None and opened.said.kind in terms.readback_kinds
