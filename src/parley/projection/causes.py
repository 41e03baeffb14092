"""What advisories have in common: findings with one root stand as one alarm.

A cause is named by a key: ``log:`` and an origin, ``subject:`` and the first version of a record,
``pair:`` of two subjects that meet, ``event:`` of accounts told of one event, ``party:`` and whom
it is about where no record is named. Like an advisory it depends on the records alone, so that
both desks see the same groups.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from parley.projection.advisories import Advisory, listed
from parley.projection.fold import Opened
from parley.projection.situation import Situation
from parley.record.canonical import Json, digest

# Findings on one log have the log as their cause, whatever records they name.
_OF_A_LOG = frozenset({"W10", "W11", "W14", "W15", "W16", "W19"})
# What a watch or a line is said to be is a matter of the party, not of the record that says so.
_OF_A_PARTY = frozenset({"W9", "W21"})


def cause_of(situation: Situation, each: Advisory) -> str:
    """Give the key of what lies behind an advisory.

    Of several records that is the first one's subject: rules name first the record that was not
    acted on, so that a warning, its silence, its repeat and a call about it stand together. Where
    two plans meet it is the pair.
    """
    if each.rule in _OF_A_LOG:
        return _log_key(each)
    if each.rule in _OF_A_PARTY or not each.records:
        return "party:" + "+".join(sorted(each.parties))
    subjects = list(dict.fromkeys(_subject(situation, opened) for opened in each.records))
    if each.rule == "W8":
        return f"pair:{digest(' '.join(sorted(subjects)).encode())}"
    if each.rule == "W6":
        return f"event:{min(subjects)}"
    if each.rule == "W7":
        about = _called_about(situation, each.records[0])
        return f"subject:{about or subjects[0]}"
    return f"subject:{subjects[0]}"


def groups_view(situation: Situation, advisories: Sequence[Advisory]) -> list[dict[str, Json]]:
    """Write the groups of advisories, those with an alarm first.

    Each has ``cause``, ``severity`` (attention if one of its advisories is), ``advisories`` (ids)
    and ``text``. A group whose severity is attention is an alarm.
    """
    groups: dict[str, list[tuple[Advisory, str]]] = {}
    for each in advisories:
        named = (each, each.id(situation.channel))
        groups.setdefault(cause_of(situation, each), []).append(named)
    rows = [_group(situation, cause, found) for cause, found in groups.items()]
    return sorted(rows, key=lambda row: (str(row["severity"]), str(row["cause"])))


def _group(
    situation: Situation, cause: str, found: Sequence[tuple[Advisory, str]]
) -> dict[str, Json]:
    severity = min(each.severity for each, _ in found)
    rules = Counter(each.rule for each, _ in found)
    counted = [
        f"{rule} ({number} times)" if number > 1 else rule
        for rule, number in sorted(rules.items(), key=lambda item: int(item[0][1:]))
    ]
    parties = sorted({party for each, _ in found for party in each.parties})
    words = f"{_what(situation, cause, found)}: {listed(counted)}; {listed(parties)}."
    return {
        "cause": cause,
        "severity": severity,
        "advisories": [*sorted({name for _, name in found})],
        "parties": [*parties],
        "text": {"lang": "en", "text": words},
    }


def _what(situation: Situation, cause: str, found: Sequence[tuple[Advisory, str]]) -> str:
    sort, _, rest = cause.partition(":")
    if sort == "log":
        return f"The log {rest}"
    if sort == "party":
        return f"The desk or line of {rest.replace('+', ', ')}"
    records = [opened for each, _ in found for opened in each.records if opened.unread is None]
    numbers = listed(list(dict.fromkeys(situation.number(opened.name) for opened in records)))
    return {"pair": "Plans that meet", "event": "Accounts of one event"}.get(sort, "On") + (
        f" {numbers}" if sort == "subject" else f", {numbers}"
    )


def _subject(situation: Situation, opened: Opened) -> str:
    if opened.unread is not None:
        return opened.name or f"{opened.origin} {opened.index}"
    return situation.register.subject(opened)


def _log_key(each: Advisory) -> str:
    origins: Iterable[str] = [about for about in each.about if "/" in about]
    if each.records:
        origins = [*origins, each.records[0].origin]
    return "log:" + next(iter(origins), "+".join(sorted(each.parties)))


def _called_about(situation: Situation, opened: Opened) -> str:
    """Name the subject that a call was about, so that a warning and its calls are one alarm."""
    for name in opened.said.refers("about"):
        target = situation.said.by_name.get(name)
        if target is not None:
            return situation.register.subject(target)
    return ""
