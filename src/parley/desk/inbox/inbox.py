"""The inbox of one channel: everything that waits here, in the order in which it presses."""

from typing import Any

from parley.desk.inbox.conflicts import conflict_items
from parley.desk.inbox.findings import advisory_items, delivery_items
from parley.desk.inbox.item import Item, in_order
from parley.desk.inbox.notices import answer_items, notice_items
from parley.desk.words import banner
from parley.errors import NoItem
from parley.node.desk_state.reactions import Done, Reaction
from parley.node.runtime import Node
from parley.projection.scene import Scene
from parley.values.instants import Instant, format_instant

WATCH_MS = 12 * 3_600_000
"""What was answered or put aside within a watch is still listed, after what waits."""


class Inbox:
    """The inboxes of one node; nothing is stored but what people did about an item."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def items(self, channel: str, *, every: bool = False, scene: Scene | None = None) -> list[Item]:
        """Give what waits in a channel, and what was settled within the last watch.

        ``every``: all that was ever settled, and advisories that only inform. A channel in which
        this node is no party has an empty inbox: nobody asks it for anything.
        """
        node, terms = self._node, self._node.terms(channel)
        own = node.stations[terms.status].identity.name
        if own not in terms.parties():
            return []
        found = scene if scene is not None else node.scene(channel)
        kept = node.desk_state
        items = [
            *notice_items(found, own, node.kinds),
            *answer_items(found, own, node.kinds),
            *conflict_items(found, own),
            *advisory_items(found, own, node.mutes.latest(channel), every=every),
            *delivery_items(channel, kept.deliveries.latest()),
        ]
        dismissed = kept.reactions.of(channel, "dismissed")
        opened = kept.reactions.of(channel, "opened")
        now = found.situation.at
        told = [item.with_reactions(dismissed, opened) for item in items]
        return in_order([item for item in told if every or item.open or _recent(item, now)])

    def sounding(self, channel: str) -> list[Item]:
        """Give the urgent items of a channel that nobody answered, opened or put aside.

        Without advisories, which take longest to work out and do not sound.
        """
        node, terms = self._node, self._node.terms(channel)
        own = node.stations[terms.status].identity.name
        if own not in terms.parties():
            return []
        scene = node.scene(channel)
        items = [
            *notice_items(scene, own, node.kinds),
            *answer_items(scene, own, node.kinds),
            *conflict_items(scene, own),
        ]
        reactions = node.desk_state.reactions
        dismissed, opened = reactions.of(channel, "dismissed"), reactions.of(channel, "opened")
        told = [item.with_reactions(dismissed, opened) for item in items]
        return [item for item in told if item.urgent and item.opened is None]

    def find(self, channel: str, name: str) -> Item:
        """Give an item by its id; raises ``NoItem`` where none waits under it."""
        for item in self.items(channel, every=True):
            if item.id == name:
                return item
        raise NoItem("no such item in this inbox", where=name[:80])

    def react(self, channel: str, name: str, done: Done, *, by: str, reason: str = "") -> Item:
        """Note that somebody opened an item, or put it aside with a reason; give it as it was."""
        item = self.find(channel, name)
        now = self._node.clock.now()
        reaction = Reaction(item.id, item.mark, by, reason, now)
        if done == "opened" and item.opened is not None:
            return item
        self._node.desk_state.reactions.add(channel, done, reaction)
        self._node.events.tell("inbox", now, channel, item=item.id, done=done)
        return item

    def to_json(self, channel: str, *, every: bool = False) -> dict[str, Any]:
        """Write the inbox of a channel."""
        now = self._node.clock.now()
        return {
            "channel": channel,
            "now": format_instant(now),
            "banner": banner(self._node.terms(channel).status),
            "items": [item.to_json(now) for item in self.items(channel, every=every)],
        }


def _recent(item: Item, now: Instant) -> bool:
    aside = None if item.dismissed is None else item.dismissed.at
    return any(at is not None and at > now - WATCH_MS for at in (item.settled, aside))
