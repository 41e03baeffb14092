"""Public statements by day and speaker, with what each replaced and whose idea it was."""

from collections import defaultdict
from collections.abc import Mapping

from parley.projection.fold import Opened
from parley.projection.shown import names, text_json, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.statements import Stated
from parley.values.instants import day_of


def statements_view(situation: Situation) -> dict[str, Json]:
    """Write every statement, by day and speaker and then by time; the days are the charter's.

    A statement counts on the day it was said, or where nobody states that, was published.
    """
    zone = situation.day_zone
    replaced = replaced_by(situation)
    dated = [
        (day_of(claim.at, zone), claim.speaker, claim.at, opened.origin, opened.index, opened,
         claim)
        for opened, claim in situation.said.claims(Stated)
    ]  # fmt: skip
    dated.sort(key=lambda each: each[:5])
    days: dict[str, list[Json]] = defaultdict(list)
    for day, *_, opened, claim in dated:
        days[day].append(statement_json(situation, opened, claim, replaced))
    return {
        "unread": situation.unread,
        "day_zone": zone,
        "days": [{"day": day, "statements": said} for day, said in days.items()],
    }


def replaced_by(situation: Situation) -> Mapping[str, list[str]]:
    """Give the statements that later ones take the place of, by latest words alone."""
    found: dict[str, list[str]] = defaultdict(list)
    for opened, claim in situation.register.holding(Stated):
        for name in dict.fromkeys(claim.replaces):
            found[name].append(opened.name)
    return found


def statement_json(
    situation: Situation, opened: Opened, claim: Stated, replaced: Mapping[str, list[str]]
) -> Json:
    """Write a statement; ``replaced`` is what ``replaced_by`` gives."""
    about = opened.said.refers("about")
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "speaker": claim.speaker,
        "role": claim.role,
        "on_behalf_of": claim.on_behalf_of,
        "said_at": time_json(claim.said_at),
        "published_at": time_json(claim.published_at),
        "venue": claim.venue,
        "outlet": claim.outlet,
        "form": claim.form,
        "text": text_json(claim.text),
        "language": claim.language,
        "translated_by": claim.translated_by,
        "originator": claim.originator,
        "originator_apart": claim.originator is not None and claim.originator != claim.on_behalf_of,
        "provisions": names(claim.provisions),
        "about": [{"record": n, "here": n in situation.said.by_name} for n in about],
        "supersedes": [{"record": n, "here": n in situation.said.by_name} for n in claim.replaces],
        "superseded_by": names(replaced.get(opened.name, ())),
    }
