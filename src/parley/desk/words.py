"""The one place that words what is proven, what is not, and what every export must say."""

from typing import Literal

Grade = Literal["told", "head_seen", "stored", "answered"]

GRADES: tuple[Grade, ...] = ("told", "head_seen", "stored", "answered")

LEGAL = "A notification changes nobody's legal duties and implies no approval."
CHECK_CODE = "The check code guards against mishearing, not against forgery."
NOT_READ = "It does not prove that a person read it; only an answer does."
ACKNOWLEDGED = "To acknowledge is not to agree."
EXERCISE = "EXERCISE - EXERCISE - EXERCISE"
TEST = "TEST - NOT AN ACTUAL RECORD"

_SHORT = {
    "told": "told",
    "head_seen": "head seen by {holder}",
    "stored": "stored by {holder}",
    "answered": "answered by {holder}",
}
_MEANING = {
    "told": "our own signed account of words spoken to {holder}; it shows nothing about the other "
    "side",
    "head_seen": "{holder} saw that a head covering this record exists, not what the record says",
    "stored": "{holder} durably holds every entry up to and including this one. " + NOT_READ,
    "answered": "{holder} states in its own log what it read. " + ACKNOWLEDGED,
}
_NOTHING = "nothing is proven about any other side: it stands in its author's log only"


def grade_short(grade: Grade, holder: str) -> str:
    """Name a grade of "they know" and its holder, as every list does."""
    if grade == "told":
        return f"told {holder} (our own account)"
    return _SHORT[grade].format(holder=holder)


def grade_meaning(grade: Grade, holder: str) -> str:
    """Say what a grade shows, and what it does not."""
    return _MEANING[grade].format(holder=holder)


def grades_summary(grades: list[tuple[Grade, str]]) -> str:
    """Put the proven grades on one line, strongest first; say so when there are none."""
    ranked = sorted(set(grades), key=lambda g: (-GRADES.index(g[0]), g[1]))
    best: dict[str, Grade] = {}
    accounts = []
    for grade, holder in ranked:
        if grade == "told":
            accounts.append(grade_short(grade, holder))
        else:
            best.setdefault(holder, grade)
    named = [grade_short(grade, holder) for holder, grade in best.items()]
    return "; ".join(named + accounts) or "held by nobody else yet"


def nothing_proven() -> str:
    """Say what an empty list of grades means."""
    return _NOTHING


def banner(status: str) -> str:
    """Give the line that stands above everything of an exercise or a test; empty otherwise."""
    return {"exercise": EXERCISE, "test": TEST}.get(status, "")
