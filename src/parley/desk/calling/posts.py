"""Whom to ask for at the other side: its roster that holds now, then the charter's posts."""

from collections import defaultdict
from typing import Any

from parley.node.runtime import Node


def posts_of(node: Node, channel: str) -> dict[str, list[dict[str, Any]]]:
    """Give, by other party, posts with deputies, telephone and languages; the roster's first."""
    situation = node.scene(channel).situation
    terms = node.terms(channel)
    station = node.stations[terms.status]
    own = station.identity.name
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for opened in situation.said.readable:
        watch = opened.facts.watch
        if watch is None or opened.party == own or not watch.during.holds(situation.at):
            continue
        if situation.register.holds(opened):
            body = opened.said.body
            found[opened.party].append(
                {
                    "post": body["post"],
                    "deputies": list(watch.deputies),
                    "languages": list(watch.languages),
                    "phone": body.get("phone"),
                    "by": "roster",
                }
            )
    charter = next(c.charter for c in station.channels.all() if c.id == channel)
    for liaison in charter.liaisons:
        if liaison.party != own:
            found[liaison.party].append(
                {
                    "post": liaison.post,
                    "deputies": list(liaison.deputies),
                    "languages": list(liaison.languages),
                    "phone": liaison.phone,
                    "by": "charter",
                }
            )
    return dict(found)
