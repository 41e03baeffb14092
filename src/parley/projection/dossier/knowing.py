"""Who was told of a record, by which road and to which grade; each holder on its own."""

from collections import defaultdict
from typing import Literal

from parley.projection.fold import Opened
from parley.projection.grades import Grade, grades_of
from parley.projection.notices import Notice
from parley.projection.shown import time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json

Road = Literal["voice", "conference", "mirror", "line", "record"]
"""How it came, as far as records show: an account of words spoken (``voice``: a call; conference:
minutes of a meeting); what the mirror holds; the ``line``: by wire, through the mirror or in a
carried file, which no receipt tells apart; a ``record`` of the holder's own, such as its answer."""


class Knowing:
    """The grades of records, each asked for once, and the roads that they show."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        terms = situation.governance.first
        self.members = terms.members if terms else ()
        self._mirrors = {m.name for m in self.members if m.role == "mirror"}
        self._known: dict[str, tuple[Grade, ...]] = {}

    def of(self, opened: Opened) -> tuple[Grade, ...]:
        """Give all grades of a record."""
        known = self._known.get(opened.name)
        if known is None:
            known = self._known[opened.name] = grades_of(self._situation, opened)
        return known

    def road(self, grade: Grade) -> dict[str, Json]:
        """Write the road of a grade, and for words spoken by which medium, as stated."""
        road: Road = "line"
        if grade.grade == "told":
            account = self._situation.said.by_name[grade.record].said
            medium = account.body.get("medium")
            road = "conference" if account.kind.startswith("conference/") else "voice"
            return {"road": road, "medium": medium if isinstance(medium, str) else None}
        if grade.grade == "answered":
            road = "record"
        elif grade.holder in self._mirrors:
            road = "mirror"
        return {"road": road, "medium": None}


def knowing_json(
    situation: Situation, opened: Opened, notice: Notice | None, knowing: Knowing
) -> list[Json]:
    """Write, for every other member, what is shown of its knowing, and what was asked of it."""
    by: dict[str, list[Grade]] = defaultdict(list)
    for grade in knowing.of(opened):
        by[grade.holder].append(grade)
    asked = {each.party: each for each in notice.asked} if notice is not None else {}
    rows: list[Json] = []
    for member in knowing.members:
        if member.name == opened.party:
            continue
        one = asked.get(member.name)
        shown = by.get(member.name, ())
        rows.append(
            {
                "holder": member.name,
                "role": member.role,
                "asked": one is not None,
                "state": one.state if one else None,
                "answer_due": time_json(one.answer_due) if one else None,
                "grades": [_grade_json(situation, grade, knowing) for grade in shown],
            }
        )
    return rows


def _grade_json(situation: Situation, grade: Grade, knowing: Knowing) -> Json:
    shown: dict[str, Json] = {
        "grade": grade.grade,
        "at": time_json(grade.at),
        "clock": grade.by if grade.grade == "told" else grade.holder,
        "by": grade.by,
        "record": grade.record,
        "number": situation.number(grade.record),
        **knowing.road(grade),
    }
    if grade.stance:
        shown["stance"] = grade.stance
    if grade.read_back is not None:
        shown["read_back"] = grade.read_back.to_json()
    return shown
