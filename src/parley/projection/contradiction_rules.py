"""One author, one matter, two words that do not fit, and neither takes the other's place.

A correction that ``replaces`` or withdraws the earlier word is no contradiction: it is how a side
is asked to correct itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from parley.projection.account_rules import NEIGHBOURS, account_of, differences
from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.areas import area_words
from parley.projection.fold import Opened
from parley.projection.scene import Scene
from parley.projection.shown import time_json
from parley.projection.situation import Situation
from parley.projection.unions import Unions
from parley.record.claims.actors import Moved
from parley.record.claims.allegations import Handle
from parley.record.claims.casualties import Suffered
from parley.record.claims.politics import Provided
from parley.record.claims.totals import Published

_SETTLES = "that replaces one of the two, or says why both stand."


def self_contradiction(scene: Scene) -> Iterator[Advisory]:
    """W25 (R9): one author's latest words on one matter differ, and neither replaces the other.

    Accounts that it says are of one event, in place, time, levels or who; a published figure of one
    issuer for one period, or a running total that falls; forces announced, people harmed alike
    under one handle, or the stance of a side on a provision.
    """
    yield from _accounts(scene.situation)
    yield from _figures(scene.situation)
    yield from _falling(scene.situation)


# --- accounts of one event


def _accounts(situation: Situation) -> Iterator[Advisory]:
    for (party, _), group in sorted(_of_one_event(situation).items()):
        if len(group) < 2:
            continue
        pairs = combinations(group[:NEIGHBOURS], 2)
        found = differences([(account_of(a), account_of(b)) for a, b in pairs])
        if found:
            numbers = listed([situation.number(opened.name) for opened in group])
            yield advisory(
                "W25",
                "information",
                group,
                (party,),
                f"{numbers} of {party} are of one event by its own word, and differ:"
                f" {'; '.join(found)}.",
                f"A record of {party} {_SETTLES}",
            )


def _of_one_event(situation: Situation) -> dict[tuple[str, str], list[Opened]]:
    """Give the accounts of each author and event that hold, in folding order.

    They belong together if the author says ``same_event``, or if both are plain accounts ``about``
    one incident. A monitor counts element by element: two of its observations are two events.
    """
    register = situation.register
    incidents = {opened.name for opened, _ in situation.said.claims(Handle)}
    accounts, unions = [], Unions()
    for opened in situation.said.saying("happened"):
        if not register.holds(opened):
            continue
        accounts.append(opened)
        for name in opened.said.refers("same_event"):
            unions.join(_key(opened, opened.name), _key(opened, name))
        if not opened.facts.claims:
            for name in opened.said.refers("about"):
                if name in incidents:
                    unions.join(_key(opened, opened.name), _key(opened, name))
    groups: dict[tuple[str, str], list[Opened]] = defaultdict(list)
    for opened in accounts:
        groups[opened.party, unions.leader(_key(opened, opened.name))].append(opened)
    return groups


def _key(opened: Opened, name: str) -> str:
    """Name a record within one author's words, so that what others say joins none of them."""
    return f"{opened.party} {name}"


# --- figures and other plain words


@dataclass(frozen=True, slots=True)
class _Word:
    """A plain word of one author on one matter: ``matter`` says which, for people too."""

    matter: tuple[str, ...]
    value: str
    opened: Opened


def _figures(situation: Situation) -> Iterator[Advisory]:
    by_matter: dict[tuple[str, ...], list[_Word]] = defaultdict(list)
    for word in _words(situation):
        by_matter[word.matter].append(word)
    for matter, words in sorted(by_matter.items()):
        if len({word.value for word in words}) > 1:
            yield _differing(situation, matter, words)


def _differing(situation: Situation, matter: Sequence[str], words: Sequence[_Word]) -> Advisory:
    party = words[0].opened.party
    said = listed([f"{situation.number(w.opened.name)} says {w.value}" for w in words])
    records = tuple({word.opened.name: word.opened for word in words}.values())
    return advisory(
        "W25",
        "information",
        records,
        (party,),
        f"Of {' '.join(part for part in matter[1:] if part)}, by one word of {party} each: {said}.",
        f"A record of {party} {_SETTLES}",
        (" ".join(matter),),
    )


def _words(situation: Situation) -> Iterator[_Word]:
    """Give each plain word with its matter; the first part of a matter is the author."""
    register = situation.register
    for opened, total in register.holding(Published):
        matter = (*_series(opened, total), "until", str(time_json(total.until)))
        yield _Word(matter, str(total.total), opened)
    for opened, moved in register.holding(Moved):
        if moved.number is None or opened.said.refers("about"):
            continue  # about another's announcement: a check of it, not one of its own
        area = f"in {area_words(moved.area)}" if moved.area else ""
        matter = (opened.party, moved.forces.replace("_", " "), "of", moved.actor, area)
        matter = (*matter, "going" if moved.direction != "stay" else "to", moved.direction)
        effective = str(time_json(moved.effective))
        yield _Word((*matter, "from", effective), str(moved.number), opened)
    for opened, harmed in register.holding(Suffered):
        most = "" if harmed.at_most is None else f" and at most {harmed.at_most}"
        value = f"at least {harmed.at_least}{most}"
        # of one handle some may be dead and others hurt: those are two matters
        matter = (opened.party, "the people", harmed.harm, "under", harmed.handle)
        yield _Word(matter, value, opened)
    for opened, provided in register.holding(Provided):
        for stood in provided.stances:
            matter = (opened.party, "the stance of", stood.side, "on", provided.provision)
            yield _Word(matter, stood.stance, opened)


def _series(opened: Opened, total: Published) -> tuple[str, ...]:
    """Name the series that a published total belongs to."""
    since = f"since {time_json(total.since)}" if total.since is not None else ""
    area = f"in {area_words(total.area)}" if total.area else ""
    counted = f"counted by {total.counted_by}"
    return (opened.party, total.counted, counted, "published by", total.issued_by, area, since)


def _falling(situation: Situation) -> Iterator[Advisory]:
    """Find running totals that are smaller than an earlier one of the same beginning."""
    series: dict[tuple[str, ...], list[tuple[Opened, Published]]] = defaultdict(list)
    for opened, total in situation.register.holding(Published):
        series[_series(opened, total)].append((opened, total))
    for matter, totals in sorted(series.items()):
        totals.sort(key=lambda each: each[1].until)
        for (first, then), (later, now) in pairwise(totals):
            if now.until > then.until and now.total < then.total:
                yield _fallen(situation, matter, (first, then), (later, now))


def _fallen(
    situation: Situation,
    matter: Sequence[str],
    earlier: tuple[Opened, Published],
    later: tuple[Opened, Published],
) -> Advisory:
    (first, then), (second, now) = earlier, later
    return advisory(
        "W25",
        "information",
        (first, second),
        (first.party,),
        f"Of {' '.join(part for part in matter[1:] if part)}, a running total of {first.party}"
        f" falls: {situation.number(first.name)} says {then.total} until {time_json(then.until)},"
        f" {situation.number(second.name)} says {now.total} until {time_json(now.until)}.",
        f"A record of {first.party} {_SETTLES}",
    )
