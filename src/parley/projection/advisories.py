"""What a finding of Parley's own rules is: never a record of a party, never a judgement on one.

An advisory names its rule, the records it rests on, and what would settle it. Its id depends on
channel, rule and those records alone, so both desks speak of the same one.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parley.projection.fold import Opened
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.values.texts import Text

MOST_LISTED = 10
MOST_QUOTED = 80

Severity = Literal["attention", "information"]


@dataclass(frozen=True, slots=True)
class Advisory:
    """A finding: its rule, how pressing it is, records and parties, in words, and what settles it.

    ``about`` are further things it rests on that are no readable records: origins, conflict ids.
    """

    rule: str
    severity: Severity
    records: tuple[Opened, ...]
    parties: tuple[str, ...]
    text: Text
    settles: Text
    about: tuple[str, ...] = ()

    def id(self, channel: str) -> str:
        """Give the id: ``A-`` and 13 characters of base32."""
        rests_on = "".join(sorted([*self.about, *(o.name for o in self.records)]))
        named = f"parley/advisory/1\n{channel}{self.rule}{rests_on}"
        # 13 characters are of 65 bits: the rest of the digest need not be written
        return "A-" + base64.b32encode(hashlib.sha256(named.encode()).digest()[:10]).decode()[:13]


def advisory(
    rule: str,
    severity: Severity,
    records: Sequence[Opened],
    parties: Sequence[str],
    text: str,
    settles: str,
    about: Sequence[str] = (),
) -> Advisory:
    """Make an advisory in English."""
    return Advisory(
        rule,
        severity,
        tuple(records),
        tuple(dict.fromkeys(parties)),
        Text("en", text),
        Text("en", settles),
        tuple(about),
    )


def advisories_view(situation: Situation, found: Sequence[Advisory]) -> dict[str, Json]:
    """Write advisories, the pressing ones first; clear when there are none of those."""
    pressing = any(each.severity == "attention" for each in found)
    return {
        "clear": not pressing and situation.whole,
        "unread": situation.unread,
        "advisories": [
            _advisory_json(situation, each, name) for each, name in in_order(situation, found)
        ],
    }


def in_order(situation: Situation, found: Sequence[Advisory]) -> list[tuple[Advisory, str]]:
    """Give advisories with their ids, the pressing ones first, then by rule and id."""
    named = [(each, each.id(situation.channel)) for each in found]
    named.sort(key=lambda n: (n[0].severity, int(n[0].rule[1:]), n[1], n[0].text.text))
    return named


def _advisory_json(situation: Situation, each: Advisory, name: str) -> Json:
    return {
        "id": name,
        "rule": each.rule,
        "severity": each.severity,
        "records": [situation.label(o) if o.unread is None else _bare(o) for o in each.records],
        "parties": list(each.parties),
        "about": list(each.about),
        "text": {"lang": each.text.lang, "text": each.text.text},
        "settles": {"lang": each.settles.lang, "text": each.settles.text},
    }


def _bare(opened: Opened) -> Json:
    return {"name": opened.name, "number": None, "origin": opened.origin, "index": opened.index}


def quoted(words: str) -> str:
    """Quote somebody's words in a text of ours: shortened, and without what no text may hold."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return f'"{clean[:MOST_QUOTED]}{"..." if len(clean) > MOST_QUOTED else ""}"'


def listed(items: Sequence[str]) -> str:
    """Write a list for people, such as ``a, b and c``; of many, ten and how many more."""
    if len(items) > MOST_LISTED + 1:
        items = [*items[:MOST_LISTED], f"{len(items) - MOST_LISTED} more"]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
