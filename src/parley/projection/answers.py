"""Which answers a record has, and which of them is each party's present word."""

from collections import defaultdict
from collections.abc import Mapping

from parley.projection.fold import Opened
from parley.projection.register import Register
from parley.projection.said import Said


def answers_to(said: Said, register: Register, name: str) -> Mapping[str, tuple[Opened, ...]]:
    """Give the answers to a record that still hold, by party, the latest last.

    Within one party its own times order its answers, then lane and index: it may contradict itself,
    and then its last word counts. An answer to an earlier version is no answer to a later one.
    """
    referring = said.referring("answers", name)
    if not referring:
        return {}
    if len(referring) == 1:  # as most
        only = referring[0]
        counts = only.stance is not None and register.holds(only)
        return {only.party: referring} if counts else {}
    found: dict[str, list[Opened]] = defaultdict(list)
    for opened in referring:
        if opened.stance is not None and register.holds(opened):
            found[opened.party].append(opened)
    return {
        party: tuple(sorted(each, key=lambda o: (o.said.issued, o.origin, o.index)))
        for party, each in sorted(found.items())
    }


def stances(said: Said, register: Register, name: str) -> Mapping[str, str]:
    """Give each answering party's present stance."""
    answers = answers_to(said, register, name)
    return {party: str(each[-1].facts.stance) for party, each in answers.items()}
