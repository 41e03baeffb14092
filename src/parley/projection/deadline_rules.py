"""Rule on deadlines: one that moves is of use only to those who know that it moved."""

from collections.abc import Iterator

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.deadlines import Chain, Step
from parley.projection.scene import Scene
from parley.projection.shown import span_words
from parley.projection.situation import Situation
from parley.values.instants import StatedTime, format_instant


def moved_deadline(scene: Scene) -> Iterator[Advisory]:
    """W27 (R11): a later word moves the deadline of a demand: which, by whom, who is shown to know.

    Of each party only its last move counts, and none after an outcome of whoever moved or demanded.
    """
    situation = scene.situation
    for chain in scene.deadlines.chains:
        if chain.state(situation.at) == "withdrawn":
            continue
        last = {step.opened.party: step for step in chain.steps if step.holds and step.moves}
        settled = {party for party, step in chain.last.items() if step.said.outcome}
        for party, step in sorted(last.items()):
            if not settled & {party, chain.root.opened.party}:
                yield _moved(situation, chain, step)


def _moved(situation: Situation, chain: Chain, step: Step) -> Advisory:
    number, party = situation.number(step.opened.name), step.opened.party
    root = chain.root.opened
    told = [f"{each.party} ({each.grade})" for each in step.shown if each.grade]
    which = f"the deadline of {situation.number(root.name)} of {root.party}"
    moved = f"from {_time(step.was)} to {_time(step.due)}{_by(step)}"
    words = [
        f"{number} of {party} moves {which} {moved}.",
        f"Shown to know of it: {listed(told) or 'nobody'}.",
    ]
    if step.untold:
        words.append(f"Not shown to: {listed(step.untold)}.")
    if step.outside:
        words.append(f"No records show what non-members know: {listed(step.outside)}.")
    missing = listed(step.untold) or "those it binds"
    before = [step.before] if step.before else []
    records = {opened.name: opened for opened in (root, *before, step.opened)}
    return advisory(
        "W27",
        "attention" if step.untold else "information",
        tuple(records.values()),
        (root.party, party, *step.untold),
        " ".join(words),
        f"An answer by {missing} that names the new deadline; in the end, its outcome as {party}"
        " sees it.",
    )


def _time(due: StatedTime | None) -> str:
    return "no stated time" if due is None else format_instant(due.at)


def _by(step: Step) -> str:
    later = step.later_by_ms
    if later is None:
        return ""
    return f", {span_words(abs(later))} {'later' if later > 0 else 'earlier'}"
