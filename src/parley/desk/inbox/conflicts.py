"""Conflicts of our own plans: urgent when they begin inside the charter's lead time."""

from collections.abc import Iterator

from parley.desk.inbox.item import Item, Saying, State, mark_of
from parley.projection.air_picture import Conflict
from parley.projection.answers import answers_to
from parley.projection.occupants import Occupant
from parley.projection.scene import Scene
from parley.projection.shown import distance_words
from parley.record.canonical import Json
from parley.record.terms import Terms
from parley.values.instants import Instant, format_instant


def conflict_items(scene: Scene, own: str) -> Iterator[Item]:
    """Give every conflict that has ``own`` on one side, with what it has answered so far."""
    for conflict in scene.air.conflicts:
        ours, theirs = conflict.a, conflict.b
        if theirs.party == own:
            ours, theirs = theirs, ours
        if ours.party == own and theirs.party != own:
            yield _conflict(scene, conflict, ours, theirs)


def _conflict(scene: Scene, conflict: Conflict, ours: Occupant, theirs: Occupant) -> Item:
    met, now = conflict.encounter, scene.situation.at
    settled = _answered(scene, ours, theirs)
    over = met.until is not None and met.until < now
    state: State = "waiting" if met.begin > now else "overdue"
    near = not over and met.begin - now <= lead_ms(scene, ours, theirs)
    own, other = (_side(scene, side) for side in (ours, theirs))
    values: dict[str, Json] = {
        "verdict": met.verdict,
        "own": own["number"],
        "other": other["number"],
        "party": theirs.party,
        "from": format_instant(met.begin),
        "lateral_m": met.lateral_m,
        "vertical_m": met.vertical_m,
        "time_gap_s": met.time_gap_s,
    }
    certain = met.verdict == "CONFLICT"
    text = (
        f"{'Conflict' if certain else 'Possible conflict'} of our {own['number']} with"
        f" {other['number']} of {theirs.party} from {format_instant(met.begin)},"
        f" {distance_words(met.lateral_m)} apart."
    )
    names = sorted(opened.name for side in (ours, theirs) for opened in side.records)
    return Item(
        id=conflict.id,
        sort="conflict",
        mark=mark_of(met.verdict, met.begin, *names),
        title=f"{ours.title} / {theirs.title}"[:200],
        says=Saying(f"conflict_{met.verdict.lower()}", values, text),
        state="answered" if settled is not None else state,
        record=theirs.records[0].name,
        number=str(other["number"]),
        kind=theirs.records[0].said.kind,
        author=theirs.party,
        why_urgent="lead_time" if near else None,
        due=met.begin,
        since=_known(ours, theirs),
        settled=settled,
        own=own,
        other=other,
    )


def lead_ms(scene: Scene, *sides: Occupant) -> int:
    """Give how far ahead a conflict is urgent: the longest lead time of the kinds concerned.

    Of kinds without one in the charter, the time within which a routine answer is due.
    """
    terms = scene.situation.terms
    if terms is None:
        return 0
    return max(_lead(terms, opened.said.kind) for side in sides for opened in side.records)


def _lead(terms: Terms, kind: str) -> int:
    stated = (terms.lead_times_ms or {}).get(kind)
    return terms.deadlines["routine"].answer_ms if stated is None else stated


def _answered(scene: Scene, ours: Occupant, theirs: Occupant) -> Instant | None:
    """Give when we last answered the other's records knowing of both plans, if we did."""
    known = _known(ours, theirs)
    situation = scene.situation
    given = [
        answer.said.issued
        for opened in theirs.records
        for answer in answers_to(situation.said, situation.register, opened.name).get(
            ours.party, ()
        )
    ]
    return max((at for at in given if at >= known), default=None)


def _known(ours: Occupant, theirs: Occupant) -> Instant:
    return max(opened.said.issued for side in (ours, theirs) for opened in side.records)


def _side(scene: Scene, side: Occupant) -> dict[str, Json]:
    first = side.records[0]
    return {
        "party": side.party,
        "record": first.name,
        "number": scene.situation.number(first.name),
        "title": side.title,
        "role": side.role,
        "subject": side.subject,
        "records": [opened.name for opened in side.records],
    }
