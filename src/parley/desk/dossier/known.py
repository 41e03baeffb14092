"""One cell of the dossier: what is shown of everybody's knowing of a record, holder by holder."""

from collections.abc import Sequence
from html import escape
from typing import Any

from parley.desk.words import grade_short

Value = dict[str, Any]

_ROADS = {
    "mirror": "at the mirror",
    "line": "by wire, mirror or carried file",
    "record": "",
    "conference": "at a conference",
    "voice": "by voice",
}
_STATES = {
    "unanswered-overdue": "NO ANSWER, and it was due",
    "unanswered-open": "no answer yet",
    "unanswered-closed": "no answer before it was replaced or withdrawn",
    "not-told": "NOT TOLD, as far as any account says",
}


def known_cell(record: Value, only_here: Sequence[Value]) -> str:
    """Write a line for each other member: its grades with road and clock, or that there is none."""
    lines = []
    for row in record["knowing"]:
        beside = [spoken for spoken in only_here if spoken["holder"] == row["holder"]]
        said = [_grade(grade) for grade in row["grades"] if _tells(grade, row["grades"])]
        said += [
            f"{escape(grade_short(each['grade'], each['holder']))} {_clock(each['at'])} "
            '<span class="here">only here</span>'
            for each in beside
        ]
        if row["asked"] and row["state"] in _STATES:
            due = f" {_clock(row['answer_due'])}" if row["answer_due"] else ""
            said.append(f'<span class="gap">{escape(_STATES[row["state"]])}{due}</span>')
        if not said:
            said = ['<span class="gap">nothing shown</span>']
        lines.append(f"<b>{escape(row['holder'])}</b>: {'; '.join(said)}")
    return "<br>".join(lines)


def spoken_words(row: Value) -> str:
    """Name a grade that only this node holds."""
    return grade_short(row["grade"], row["holder"])


def _tells(grade: Value, grades: Sequence[Value]) -> bool:
    """Tell whether a grade adds something: who gave a receipt need not be named as having seen."""
    return grade["grade"] != "head_seen" or all(g["grade"] != "stored" for g in grades)


def _grade(grade: Value) -> str:
    road = _ROADS[grade["road"]]
    when = _clock(grade["at"])
    if grade["grade"] == "told":
        medium = f" ({grade['medium']})" if grade["medium"] else ""
        text = f"told {when} {road}{medium}, by {grade['by']}'s account {grade['number']}"
        return escape(text + _read_back(grade))
    if grade["grade"] == "answered":
        text = f"answered {when} in {grade['number']}: {grade['stance']}"
        return escape(text + _read_back(grade))
    word = "stored" if grade["grade"] == "stored" else "head seen"
    return escape(f"{word} {when} ({road})")


def _read_back(grade: Value) -> str:
    compared = grade.get("read_back")
    if compared is None or compared["result"] == "none":
        return ", nothing read back" if compared and compared["asked"] else ""
    if compared["result"] == "matches":
        return ", read-back matches"
    parts = [
        f"{item['what']}: {item['result']}" + (f" by {item['off_m']} m" if "off_m" in item else "")
        for item in compared["items"]
        if item["result"] != "same"
    ]
    return f", read-back {compared['result'].upper()} ({'; '.join(parts)})"


def _clock(at: str) -> str:
    return at.replace("T", " ")
