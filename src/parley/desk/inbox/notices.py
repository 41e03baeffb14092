"""Notices that ask this desk for an answer, and answers of others that ask it to think again."""

from collections.abc import Iterator
from typing import Literal

from parley.desk.inbox.item import Item, Saying, State, WhyUrgent
from parley.desk.phrases.reading import phrase_of
from parley.projection.fold import Opened
from parley.projection.notices import Asked, Notice
from parley.projection.numbers import check_code
from parley.projection.scene import Scene
from parley.projection.shown import span_words
from parley.record.canonical import Json
from parley.record.kind import Kinds
from parley.values.instants import Instant, format_instant

_STATES: dict[str, State] = {
    "acknowledged": "answered",
    "objected": "answered",
    "proposed": "answered",
    "unanswered-open": "waiting",
    "unanswered-overdue": "overdue",
}


def notice_items(scene: Scene, own: str, kinds: Kinds) -> Iterator[Item]:
    """Give every notice that asks ``own`` for an answer, unless its author took it back."""
    for notice in scene.notices:
        for asked in notice.asked:
            state = _STATES.get(asked.state)
            if asked.party == own and state is not None:
                yield _notice(scene, notice, asked, state, kinds)


def _notice(scene: Scene, notice: Notice, asked: Asked, state: State, kinds: Kinds) -> Item:
    opened = notice.opened
    record, number = opened.said, scene.situation.number(opened.name)
    urgent: WhyUrgent | None = "priority" if record.priority == "urgent" else None
    settled = asked.answers[-1].opened.said.issued if asked.answers else None
    terms = scene.situation.governance.terms_at(record.issued)
    title = title_of(opened, kinds)
    values: dict[str, Json] = {
        "number": number,
        "author": opened.party,
        "kind": record.kind,
        "title": title,
        "due": None if asked.answer_due is None else format_instant(asked.answer_due),
        "stance": asked.state if asked.answers else None,
    }
    return Item(
        id=f"N-{opened.name[:16]}",
        sort="notice",
        mark=opened.name,
        title=title,
        says=Saying(f"notice_{state}", values, _says(number, opened.party, asked, state, scene)),
        state=state,
        record=opened.name,
        number=number,
        check=check_code(opened.name),
        kind=record.kind,
        author=opened.party,
        why_urgent=urgent,
        due=asked.answer_due,
        since=record.issued,
        readback_fields=stated_fields(opened),
        readback_asked=terms is not None and record.kind in terms.readback_kinds,
        settled=settled,
        phrase=phrase_of(record.body),
    )


def _says(number: str, author: str, asked: Asked, state: State, scene: Scene) -> str:
    if state == "answered":
        return f"{number} of {author} is {asked.state} by this desk."
    if asked.answer_due is None:
        return f"{number} of {author} asks for an answer."
    left = asked.answer_due - scene.situation.at
    if state == "overdue":
        return f"The answer to {number} of {author} was due {span_words(-left)} ago."
    return f"{number} of {author} asks for an answer within {span_words(left)}."


def stated_fields(opened: Opened) -> tuple[str, ...]:
    """Name what a notice states that can be read back: of place, from, until, lower, upper."""
    subjects = opened.facts.subjects
    stated = [s for s in subjects if s.manner != "mentioned"] or list(subjects)
    windows = [s.during for s in stated if s.during is not None]
    has = {
        "place": any(s.place is not None or s.points for s in stated),
        "from": bool(windows),
        "until": any(window.end is not None for window in windows),
        "lower": any(s.lower is not None for s in stated),
        "upper": any(s.upper is not None for s in stated),
    }
    return tuple(name for name, there in has.items() if there)


def title_of(opened: Opened, kinds: Kinds) -> str:
    """Give what a record is called in a list: its own title, else that of its kind."""
    body = opened.said.body
    title = body.get("title")
    if isinstance(title, dict):
        title = title.get("text")
    if isinstance(title, str) and title:
        return title[:200]
    words = body.get("asked") or body.get("text")
    if isinstance(words, dict) and isinstance(words.get("text"), str):
        return str(words["text"])[:200]
    return kinds[opened.said.kind].title


Stance = Literal["object", "propose"]


def answer_items(scene: Scene, own: str, kinds: Kinds) -> Iterator[Item]:
    """Give the objections and proposals of others to what ``own`` announced, while it stands."""
    for notice in scene.notices:
        if notice.opened.party != own or notice.status in ("replaced", "withdrawn"):
            continue
        if _is_over(notice.opened, scene.situation.at):
            continue
        for asked in notice.asked:
            if asked.state in ("objected", "proposed") and asked.answers:
                yield _answer(scene, notice.opened, asked, kinds)


def _is_over(opened: Opened, at: Instant) -> bool:
    ends = opened.facts.expires_at
    return ends is not None and ends < at


def _answer(scene: Scene, notice: Opened, asked: Asked, kinds: Kinds) -> Item:
    answer = asked.answers[-1].opened
    number, ours = (scene.situation.number(each.name) for each in (answer, notice))
    verb = "objects to" if asked.state == "objected" else "proposes a change of"
    values: dict[str, Json] = {"number": number, "author": asked.party, "ours": ours}
    return Item(
        id=f"R-{answer.name[:16]}",
        sort="answer",
        mark=answer.name,
        title=title_of(notice, kinds),
        says=Saying(f"answer_{asked.state}", values, f"{asked.party} {verb} our {ours}: {number}."),
        record=answer.name,
        number=number,
        check=check_code(answer.name),
        kind=answer.said.kind,
        author=asked.party,
        why_urgent="priority" if answer.said.priority == "urgent" else None,
        since=answer.said.issued,
        own={"record": notice.name, "number": ours, "title": title_of(notice, kinds)},
        phrase=phrase_of(answer.said.body),
    )
