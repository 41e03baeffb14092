"""The ways out of a standing conflict: for our plan a version to log, for theirs a proposal."""

from collections.abc import Iterator
from typing import Any

from parley.desk.encounter_value import offer_value
from parley.desk.offering import offer_words
from parley.desk.quick.own import shifted
from parley.errors import NoItem, ParleyError
from parley.node.runtime import Node
from parley.node.skies import Question
from parley.projection.occupants import Occupant
from parley.record.kind import Occupancy
from parley.record.terms import NO_MARGIN
from parley.sky.offers import Offer, Withheld
from parley.sky.shifts import Shift
from parley.values.lengths import E4M_PER_METRE, Altitude
from parley.values.volumes import Volume4D


def offers_of(node: Node, channel: str, conflict_id: str) -> dict[str, Any]:
    """Find what each side of a conflict of ours could change; raises ``NoItem``."""
    own = node.stations[node.terms(channel).status].identity.name
    for conflict in node.scene(channel).air.conflicts:
        sides = (conflict.a, conflict.b) if conflict.a.party == own else (conflict.b, conflict.a)
        if conflict.id == conflict_id and sides[0].party == own:
            break
    else:
        raise NoItem("no such conflict of ours stands", where=conflict_id[:80])
    ours, theirs = sides
    node.questions.admit()
    try:
        return {
            "conflict": conflict_id,
            "channel": channel,
            "own": [*_own(node, channel, ours, theirs)],
            "other": [*_other(node, channel, theirs, ours)],
        }
    finally:
        node.questions.leave()


def _found(
    node: Node, channel: str, side: Occupant, other: Occupant
) -> tuple[Offer | Withheld, ...]:
    """Ask for the ways out of one side; a zone has none."""
    if side.role == "zone":
        return ()
    occupancy = Occupancy(
        side.role, side.title, side.volumes, margin=NO_MARGIN, trajectories=side.trajectories
    )
    question = Question(side.subject, side.party, occupancy)
    answer = node.ask(channel, question, offering=True, only=other.subject)
    return next((m.offers for m in answer.met if m.occupant.subject == other.subject), ())


def _own(node: Node, channel: str, ours: Occupant, theirs: Occupant) -> Iterator[dict[str, Any]]:
    for each in _found(node, channel, ours, theirs):
        value = {**offer_value(each), "text": None, "replacement": None}
        if isinstance(each, Offer):
            value["text"] = offer_words(each)
            value["replacement"] = _replacement(ours, each.shift)
        yield value


def _replacement(ours: Occupant, shift: Shift) -> dict[str, Any] | None:
    """Give the version that makes the change; of a plan in several records none at one click."""
    if len(ours.records) != 1:
        return None
    try:
        return shifted(ours.records[0], shift).to_json()
    except ParleyError:
        return None  # moved so it would leave what a record can state


def _other(node: Node, channel: str, theirs: Occupant, ours: Occupant) -> Iterator[dict[str, Any]]:
    for each in _found(node, channel, theirs, ours):
        value = {**offer_value(each), "text": None, "proposal": None, "answers": None}
        if isinstance(each, Offer):
            value["text"] = offer_words(each)
            value["proposal"] = proposal_of(each)
            value["answers"] = theirs.records[0].name
        yield value


def proposal_of(offer: Offer) -> dict[str, Any]:
    """Write an offer as the proposal of an answer: its words, and its figures."""
    proposal: dict[str, Any] = {"text": offer_words(offer)}
    amount, aside = offer.shift.amount, offer.shift.aside
    if offer.axis == "time":
        proposal["shift_ms"] = amount
    elif aside is not None:
        proposal["offset_m"] = amount // E4M_PER_METRE
        proposal["bearing_e4"] = round(aside.azimuth * 10_000) % 3_600_000
    else:
        first = offer.subject.parts[0].stated
        if isinstance(first, Volume4D):
            for name, level in (("lower", first.lower), ("upper", first.upper)):
                if isinstance(level, Altitude) and not level.uncertainty_e4m:
                    proposal[name] = level.stated()
    return proposal
