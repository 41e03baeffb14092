"""Advisories that this desk has not silenced, and alarms that did not get through."""

from collections.abc import Iterator, Sequence
from typing import cast

from parley.desk.inbox.item import Item, Saying
from parley.node.desk_state.deliveries import Delivery
from parley.node.desk_state.reactions import Reaction
from parley.node.mutes import Mute, mark_of, standing_in
from parley.projection.advisories import advisories_view
from parley.projection.scene import Scene
from parley.projection.view import find_advisories
from parley.record.canonical import Json

# What these say stands in the inbox already, as the notice or conflict itself.
_SAID_OTHERWISE = frozenset({"W1", "W8", "W18"})


def advisory_items(scene: Scene, own: str, mutes: Sequence[Mute], *, every: bool) -> Iterator[Item]:
    """Give the standing advisories on ``own`` or on nobody in particular; mutes put them aside.

    Unless ``every``, only the pressing ones.
    """
    view = advisories_view(scene.situation, find_advisories(scene))
    muted = {mute.advisory: mute for mute in mutes if mute.holds(scene.situation.at)}
    for name, standing in standing_in(view).items():
        parties = cast("list[str]", standing["parties"])
        pressing = standing["severity"] == "attention"
        if (parties and own not in parties) or not (pressing or every):
            continue
        if _stands_already(standing, own):
            continue
        yield _advisory(name, standing, muted.get(name))


def _stands_already(standing: dict[str, Json], own: str) -> bool:
    """Tell whether the very notice or conflict waits in the inbox of this party."""
    records = cast("list[dict[str, Json]]", standing["records"])
    if standing["rule"] == "W8":
        return any(record.get("author") == own for record in records)
    return standing["rule"] in _SAID_OTHERWISE and all(
        record.get("author") != own for record in records
    )


def _advisory(name: str, standing: dict[str, Json], mute: Mute | None) -> Item:
    mark = mark_of(standing)
    text = cast("dict[str, str]", standing["text"])["text"]
    records = cast("list[dict[str, Json]]", standing["records"])
    first = records[0] if records else {}
    aside = None
    if mute is not None and mute.mark == mark:
        aside = Reaction(name, mark, mute.by, mute.reason, mute.since)
    values: dict[str, Json] = {
        "rule": standing["rule"],
        "severity": standing["severity"],
        "text": text,
        "settles": cast("dict[str, str]", standing["settles"])["text"],
    }
    return Item(
        id=name,
        sort="advisory",
        mark=mark,
        title=f"{standing['rule']} {first.get('number') or ''}".strip(),
        says=Saying("advisory", values, text),
        record=cast("str | None", first.get("name")),
        number=cast("str | None", first.get("number")),
        kind=cast("str | None", first.get("kind")),
        author=cast("str | None", first.get("author")),
        dismissed=aside,
    )


def delivery_items(channel: str, deliveries: Sequence[Delivery]) -> Iterator[Item]:
    """Give each post that an alarm of this channel did not reach, unless a later one did."""
    last: dict[tuple[str, str], Delivery] = {}
    for each in deliveries:
        if each.channel == channel:
            last[each.item, each.post] = each
    for failed in last.values():
        if failed.ok:
            continue
        values: dict[str, Json] = {
            "post": failed.post,
            "item": failed.item,
            "attempts": failed.attempt,
            "why": failed.says,
        }
        about = f" about {failed.item}" if failed.item else ""
        text = f"The alarm to {failed.post}{about} was not delivered: {failed.says}."
        yield Item(
            id=f"D-{failed.number}",
            sort="delivery",
            mark=str(failed.number),
            title=f"Alarm to {failed.post}",
            says=Saying("delivery_failed", values, text),
            why_urgent="priority",
            since=failed.at,
        )
