"""Something happened inside a place and time that had been announced, and acknowledged by another.

Whether the one follows from the other, and whose doing it was, people decide.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.fold import Opened
from parley.projection.inside import inside
from parley.projection.occupants import NO_MINIMA
from parley.projection.scene import Scene
from parley.projection.shown import span_words
from parley.projection.situation import Situation
from parley.record.kind import Subject
from parley.sky.plans import Plan
from parley.values.instants import LAST, Instant, Interval
from parley.values.lengths import E4M_PER_METRE, VerticalLimit
from parley.values.places import Place
from parley.values.volumes import Circle, Volume4D

LEAST_NOTICE_E4M = 1_000 * E4M_PER_METRE  # a place is read back within 1 km, so it is notified so
MOST_EVENT_E4M = 1_000 * E4M_PER_METRE
# A coverage or a border is declared for months and holds half a province: to lie in it says little.
_WIDE_ZONES = frozenset({"air_defence", "border_strip"})


@dataclass(frozen=True, slots=True)
class _Notified:
    """A notice that somebody else acknowledged, while it stood: from its first acknowledgement on.

    ``by``: who had acknowledged it, and when first.
    """

    opened: Opened
    known: Instant
    ended: Instant
    by: tuple[tuple[str, Instant], ...]


def inside_notified(scene: Scene) -> Iterator[Advisory]:
    """W22 (R4): something happened inside what was announced and acknowledged before.

    A warning, a protected site, a zone, a movement or an activity counts, as it stood at the time,
    by its place and time; levels only rule out. Zones of air defence and border strips are too wide
    to mean anything. Of the event its stated position counts, with up to 1 km of its precision.
    What only the author of the notice is said to have done there is no finding.
    """
    situation = scene.situation
    events = {f"E {opened.name}": (opened, said) for opened, said in _events(situation)}
    notices = {f"N {each.opened.name}": each for each in _notices(situation)}
    pairs = inside(
        situation.memo,
        {name: partial(_thing, name, said) for name, (_, said) in events.items()},
        {name: partial(_space, name, each.opened) for name, each in notices.items()},
    )
    found: dict[str, list[str]] = defaultdict(list)
    for event, notice in pairs:
        if _counts(*events[event], notices[notice]):
            found[event].append(notice)
    order = {name: i for i, name in enumerate(notices)}
    for event, (opened, said) in events.items():
        if event in found:
            told = [notices[name] for name in sorted(found[event], key=order.__getitem__)]
            yield _finding(situation, opened, said, told)


def _counts(opened: Opened, said: Subject, notice: _Notified) -> bool:
    at = said.during.start if said.during else opened.said.issued
    if opened.name == notice.opened.name or not notice.known <= at < notice.ended:
        return False
    return not said.parties or set(said.parties) != {notice.opened.party}


def _events(situation: Situation) -> list[tuple[Opened, Subject]]:
    """Give what happened, by latest words, at a place and a time: the first such of each record."""
    found = []
    for opened in situation.said.saying("happened"):
        if not situation.register.holds(opened):
            continue
        for subject in opened.facts.subjects:
            if subject.manner == "happened" and subject.place and subject.during:
                found.append((opened, subject))
                break
    return found


def _notices(situation: Situation) -> list[_Notified]:
    """Give the notices that somebody else acknowledged."""
    found: list[_Notified] = []
    by_name = situation.said.by_name
    answered = [by_name[n] for n in situation.said.references("answers") if n in by_name]
    for opened in sorted(answered, key=lambda o: (o.origin, o.index)):
        facts = opened.facts
        wide = facts.occupancy is not None and facts.occupancy.zone_type in _WIDE_ZONES
        if wide or not (facts.occupancy or facts.says("warned") or facts.says("planned")):
            continue
        by = _acknowledged(situation, opened)
        if by and _somewhere(opened):
            known = Instant(min(at for _, at in by))
            found.append(_Notified(opened, known, _ended(situation, opened), by))
    return found


def _acknowledged(situation: Situation, opened: Opened) -> tuple[tuple[str, Instant], ...]:
    first: dict[str, Instant] = {}
    for answer in situation.said.referring("answers", opened.name):
        if answer.stance == "acknowledge" and answer.party != opened.party:
            at = answer.said.issued
            first[answer.party] = min(first.get(answer.party, at), at)
    return tuple(sorted(first.items()))


def _ended(situation: Situation, opened: Opened) -> Instant:
    """Give when its author replaced or withdrew it, by the times the author claims."""
    register = situation.register
    by = (*register.replaced_by(opened), *register.withdrawn_by(opened))
    return Instant(min((situation.said.by_name[n].said.issued for n in by), default=LAST))


def _somewhere(opened: Opened) -> bool:
    """Tell whether it announces any space at all."""
    occupancy = opened.facts.occupancy
    if occupancy is not None:
        return bool(occupancy.volumes or occupancy.trajectories)
    return any(_announced(opened))


def _announced(opened: Opened) -> Iterator[tuple[Subject, Place]]:
    for said in opened.facts.subjects:
        if said.manner in ("warned", "planned") and said.place is not None:
            yield said, said.place


def _space(name: str, opened: Opened) -> Plan:
    """Give the space and time announced, as a zone around which nothing is asked for."""
    occupancy = opened.facts.occupancy
    if occupancy is not None:
        return Plan(
            name, "notified", "zone", occupancy.volumes, NO_MINIMA, None, occupancy.trajectories
        )
    volumes = [
        _disk(place, max(LEAST_NOTICE_E4M, place.precision_e4m), during, said.lower, said.upper)
        for said, place in _announced(opened)
        for during in [said.during or _while_it_holds(opened)]
    ]
    return Plan(name, "notified", "zone", tuple(volumes), NO_MINIMA)


def _while_it_holds(opened: Opened) -> Interval:
    issued, end = opened.said.issued, opened.facts.expires_at
    return Interval(issued, end if end is None or end >= issued else issued)


def _disk(
    place: Place, radius_e4m: int, during: Interval, lower: VerticalLimit, upper: VerticalLimit
) -> Volume4D:
    end = None if during.end is None else max(during.start, during.end)
    return Volume4D(Circle(place.position, radius_e4m), during.start, end, lower, upper)


def _thing(name: str, said: Subject) -> Plan:
    """Give what happened as something that takes up the place and time stated, and no more."""
    if said.place is None or said.during is None:
        raise ValueError("something without place or time is nowhere")
    at = Interval(said.during.start, said.during.end or said.during.start)
    radius = min(MOST_EVENT_E4M, said.place.precision_e4m)
    disk = _disk(said.place, radius, at, said.lower, said.upper)
    return Plan(name, "event", "activity", (disk,), NO_MINIMA)


def _finding(
    situation: Situation, opened: Opened, subject: Subject, found: Sequence[_Notified]
) -> Advisory:
    at = subject.during.start if subject.during else opened.said.issued
    grave = any(
        n.opened.facts.says("warned")
        or (n.opened.facts.occupancy is not None and n.opened.facts.occupancy.role == "zone")
        for n in found
    )
    words = [
        f"{situation.number(n.opened.name)} of {n.opened.party} (acknowledged by {listed(told)})"
        for n in found
        for told in [[f"{party} {span_words(at - then)} before" for party, then in _knew(n, at)]]
    ]
    knew = [party for n in found for party, _ in _knew(n, at)]
    return advisory(
        "W22",
        "attention" if grave else "information",
        (*(n.opened for n in found), opened),
        (opened.party, *(n.opened.party for n in found), *knew),
        f"{situation.number(opened.name)} of {opened.party} says that something happened inside the"
        f" place and time of {listed(words)}.",
        "Each side's account of it, and a word of those who had acknowledged the notice on what"
        " they did with it.",
    )


def _knew(notice: _Notified, at: Instant) -> list[tuple[str, Instant]]:
    return [(party, then) for party, then in notice.by if then <= at]
