"""Rules on who is there to read: in which language, and who stands in."""

from collections.abc import Iterator, Mapping

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.fold import Opened
from parley.projection.scene import Scene
from parley.projection.situation import Situation
from parley.values.instants import format_instant

_UNKNOWN = "und"


def unheld_language(scene: Scene) -> Iterator[Advisory]:
    """W20 (R15): a notice in words that an addressee's desk does not hold, not answered yet.

    What its desk speaks says the party's watch at the instant of the view, else the charter. Of
    whom neither says anything, and of words in no known language, nothing is flagged.
    """
    situation = scene.situation
    watches = _watches(situation)
    for notice in scene.notices:
        if notice.status not in ("open", "conflicted"):
            continue
        for asked in notice.asked:
            spoken = _spoken(situation, watches, asked.party)
            strange = (
                [] if asked.answers or not spoken else _strange(situation, notice.opened, spoken)
            )
            if not strange:
                continue
            number = situation.number(notice.opened.name)
            yield advisory(
                "W20",
                "attention" if notice.opened.facts.says("warned") else "information",
                (notice.opened,),
                (notice.opened.party, asked.party),
                f"{number} of {notice.opened.party} is in words that the desk of {asked.party} is"
                f" not known to read: {listed(strange)}; it reads {listed(sorted(spoken))}.",
                f"A translation of {number}, or an answer by {asked.party} that reads it back.",
                (asked.party,),
            )


def _strange(situation: Situation, opened: Opened, spoken: frozenset[str]) -> list[str]:
    """Name the fields in no language that is spoken, with the languages they are in."""
    translated = {
        (field, _tongue(lang))
        for other in situation.said.referring("about", opened.name)
        if other.facts.translates is not None and situation.register.holds(other)
        for lang, field in [other.facts.translates]
    }
    found = []
    for field, langs in opened.facts.worded:
        held = {_tongue(lang) for lang in langs}
        held |= {lang for of, lang in translated if of in (None, field)}
        if _UNKNOWN not in held and not held & spoken:
            found.append(f"{field.replace('_', ' ')} in {', '.join(sorted(langs))}")
    return found


def _spoken(
    situation: Situation, watches: Mapping[str, tuple[Opened, ...]], party: str
) -> frozenset[str]:
    """Give what a party's desk is known to read, as bare languages without script or region."""
    on_watch = [o.facts.watch.languages for o in watches.get(party, ()) if o.facts.watch]
    if not on_watch and situation.terms is not None:
        on_watch = [m.languages for m in situation.terms.members if m.name == party]
    return frozenset(_tongue(lang) for languages in on_watch for lang in languages)


def _tongue(lang: str) -> str:
    return lang.partition("-")[0]


def watch_alone(scene: Scene) -> Iterator[Advisory]:
    """W21 (R2): a watch at the instant of the view that names nobody who stands in for it."""
    for party, watches in sorted(_watches(scene.situation).items()):
        if any(o.facts.watch.deputies for o in watches if o.facts.watch):
            continue
        for opened in watches:
            number, watch = scene.situation.number(opened.name), opened.facts.watch
            if watch is None or watch.during.end is None:
                continue
            yield advisory(
                "W21",
                "information",
                (opened,),
                (party,),
                f"The watch {number} of {party}, until {format_instant(watch.during.end)}, names"
                " nobody to ask for when it is away.",
                f"A roster of {party} that names a deputy.",
            )


def _watches(situation: Situation) -> dict[str, tuple[Opened, ...]]:
    """Give the watches that hold at the instant, by party."""
    found: dict[str, tuple[Opened, ...]] = {}
    for opened in situation.said.readable:
        watch = opened.facts.watch
        if watch is None or not watch.during.holds(situation.at):
            continue
        if situation.register.holds(opened):
            found[opened.party] = (*found.get(opened.party, ()), opened)
    return found
