"""The dossier as it is handed out: the node's, with the words of every record beside it."""

from collections.abc import Mapping
from typing import Any, cast

from parley.desk.describe import body_lines
from parley.desk.words import LEGAL, banner
from parley.node.dossier import Dossier
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.record.terms import Terms

NO_JUDGEMENT = (
    "This sets side by side what was said, by whom and when, and what is not there. "
    "It judges nothing, and what it does not hold may exist elsewhere."
)


def composed(node: Node, channel: str, dossier: Dossier) -> dict[str, Json]:
    """Give ``common`` (equal on every node at equal arguments), ``here``, and what must be said."""
    terms = node.terms(channel)
    opened = {each.name: each for each in dossier.records}
    records = cast("list[dict[str, Json]]", dossier.common["records"])
    worded: list[Json] = [
        {**record, **_words(node, terms, opened[str(record["name"])])} for record in records
    ]
    return {
        "banner": banner(terms.status),
        "common": {**dossier.common, "records": worded},
        "here": dossier.here,
        "legal": LEGAL,
        "note": NO_JUDGEMENT,
    }


def _words(node: Node, terms: Terms, opened: Opened) -> Mapping[str, Any]:
    lines = body_lines(opened, terms.day_zone)
    return {
        "title": node.kinds[opened.said.kind].title,
        "plain": [
            {"label": line.label, "lines": list(line.lines), "lang": line.lang} for line in lines
        ],
    }
