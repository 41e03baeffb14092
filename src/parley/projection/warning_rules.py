"""Rules on warnings and notices: what is missing for somebody else to be able to act on them.

Each comes from a failure that has happened; numbers R are explained in docs/rules.md.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.fold import Opened
from parley.projection.notices import Notice
from parley.projection.scene import Scene
from parley.projection.shown import distance_words, span_words
from parley.projection.situation import Situation
from parley.sky.nearby import Nearby
from parley.sky.ranges import range_m
from parley.values.instants import Instant, format_instant
from parley.values.places import Place

SAME_PLACE_M = 10_000


def unacknowledged(scene: Scene) -> Iterator[Advisory]:
    """W1 (R2): a warning to which an addressee has given no answer by its deadline."""
    yield from _overdue(scene, warned=True)


def unanswered_notice(scene: Scene) -> Iterator[Advisory]:
    """W18 (R2): any other notice without an answer by its deadline."""
    yield from _overdue(scene, warned=False)


def _overdue(scene: Scene, *, warned: bool) -> Iterator[Advisory]:
    for notice in scene.notices:
        if not notice.overdue or notice.opened.facts.says("warned") != warned:
            continue
        number, by = scene.situation.number(notice.opened.name), listed(notice.overdue)
        noun = "warning" if warned else "notice"
        yield advisory(
            "W1" if warned else "W18",
            "attention" if warned else "information",
            (notice.opened,),
            (notice.opened.party, *notice.overdue),
            f"The {noun} {number} of {notice.opened.party} has no answer from {by}; it was due by"
            f" {_due(notice)}. That it was read is not shown.",
            f"An answer by {by} that reads back place, window and levels; or its withdrawal by"
            f" {notice.opened.party}.",
        )


def _due(notice: Notice) -> str:
    due = [a.answer_due for a in notice.asked if a.overdue and a.answer_due is not None]
    return format_instant(min(due))


def without_expiry(scene: Scene) -> Iterator[Advisory]:
    """W2 (R13): a warning, or a notice that could state its end, without an end."""
    for opened in scene.holding:
        facts = opened.facts
        if facts.expires_at is not None:
            continue
        warns = facts.says("warned")
        if not (warns or (facts.expires and facts.ask)):
            continue
        number = scene.situation.number(opened.name)
        yield advisory(
            "W2",
            "attention" if warns else "information",
            (opened,),
            (opened.party,),
            f"{number} of {opened.party} does not say until when it holds.",
            f"A replacement by {opened.party} that states its end, or its withdrawal.",
        )


def without_owner(scene: Scene) -> Iterator[Advisory]:
    """W3: a warning for which no person or post answers until it ends."""
    for opened in scene.holding:
        if not opened.facts.owner and opened.facts.says("warned"):
            number = scene.situation.number(opened.name)
            yield advisory(
                "W3",
                "attention",
                (opened,),
                (opened.party,),
                f"The warning {number} of {opened.party} names nobody who answers for it.",
                f"A replacement by {opened.party} that names the post that owns it.",
            )


@dataclass(frozen=True, slots=True)
class _Mark:
    """Something said of a place at a time: a warning given, or a thing that happened."""

    at: Instant
    place: Place
    opened: Opened
    subject: str


def repeated(scene: Scene) -> Iterator[Advisory]:
    """W5 (R5): something happened, or was warned of again, where a warning had been given before.

    Within 10 km of a warning and within the charter's time after it; the last warning before it is
    named. Whether the one follows from the other, people decide.
    """
    situation = scene.situation
    warnings = _marks(situation, "warned")
    events = sorted([*warnings, *_marks(situation, "happened")], key=_mark_order)
    groups = {name: i for i, name in enumerate(dict.fromkeys(mark.subject for mark in events))}
    before = Nearby(
        [warning.place.position for warning in warnings],
        [groups[warning.subject] for warning in warnings],
        [warning.at + _repeat_ms(situation, warning.at) for warning in warnings],
        SAME_PLACE_M,
    )
    times = [warning.at for warning in warnings]
    for event in events:
        earlier = bisect_left(times, event.at)
        i = before.last(event.place.position, groups[event.subject], event.at, earlier)
        if i is not None:
            yield _repeat(situation, warnings[i], event)


def _repeat_ms(situation: Situation, at: Instant) -> int:
    terms = situation.governance.terms_at(at)
    return terms.warning_repeat_ms if terms else 0


def _repeat(situation: Situation, warning: _Mark, event: _Mark) -> Advisory:
    first, later = (situation.number(mark.opened.name) for mark in (warning, event))
    what = "warns again" if event.opened.facts.says("warned") else "says that something happened"
    apart = range_m(warning.place.position, event.place.position)
    return advisory(
        "W5",
        "attention",
        (warning.opened, event.opened),
        (warning.opened.party, event.opened.party),
        f"{later} of {event.opened.party} {what} {distance_words(apart)} from the place of the"
        f" warning {first} of {warning.opened.party},"
        f" {span_words(event.at - warning.at)} after it.",
        "Each side's account of it, and an answer to the warning by those it was addressed to.",
    )


def _marks(situation: Situation, manner: str) -> list[_Mark]:
    """Give what is said in a manner of a place, by time; of a warning, every version not withdrawn.

    A warning counts from its own time, so that to replace it does not wipe out that it was given.
    """
    found = []
    for opened in situation.said.saying(manner):
        if situation.register.is_withdrawn(opened):
            continue
        if manner == "happened" and not situation.register.holds(opened):
            continue
        for subject in opened.facts.subjects:
            if subject.manner != manner or subject.place is None:
                continue
            at = opened.said.issued
            if manner == "happened" and subject.during is not None:
                at = subject.during.start
            found.append(_Mark(at, subject.place, opened, situation.register.subject(opened)))
            break
    return sorted(found, key=_mark_order)


def _mark_order(mark: _Mark) -> tuple[int, str, int]:
    return mark.at, mark.opened.origin, mark.opened.index


def short_lead(scene: Scene) -> Iterator[Advisory]:
    """W17 (R1): a plan announced later than the charter's lead time for its kind."""
    for opened in scene.holding:
        record = opened.said
        terms = scene.situation.governance.terms_at(record.issued)
        lead = (terms.lead_times_ms or {}).get(record.kind) if terms else None
        if lead is None:
            continue
        starts = [
            s.during.start for s in opened.facts.subjects if s.manner == "planned" and s.during
        ]
        if not starts or min(starts) - record.issued >= lead:
            continue
        number = scene.situation.number(opened.name)
        ahead = max(0, min(starts) - record.issued)
        yield advisory(
            "W17",
            "information",
            (opened,),
            (opened.party,),
            f"{number} of {opened.party} was issued {span_words(ahead)} before it begins; the"
            f" charter asks for {span_words(lead)}.",
            "Nothing more than an early answer; the notice stands as it is.",
        )
