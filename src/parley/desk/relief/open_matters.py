"""What is open at this desk in every channel, for whoever takes over."""

from typing import Any

from parley.desk.calling.card import open_cards
from parley.desk.drafts.draft import Drafts
from parley.desk.inbox.inbox import Inbox
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.record.kind import Watch
from parley.values.instants import format_instant


def open_matters(node: Node) -> dict[str, Any]:
    """List what waits, calls not written up, drafts, and who has the watch by our own word."""
    now, inbox, drafts = node.clock.now(), Inbox(node), Drafts(node)
    channels, count = [], 0
    for channel in node.channels():
        waiting = [item.to_json(now) for item in inbox.items(channel) if item.open]
        roster = watch_now(node, channel)
        calls, written = open_cards(node, channel), drafts.all(channel)
        count += len(waiting) + len(calls) + len(written)
        channels.append(
            {
                "channel": channel,
                "status": node.terms(channel).status,
                "waiting": waiting,
                "calls": calls,
                "drafts": written,
                "watch": None if roster is None else _roster_json(roster),
            }
        )
    log = node.desk_state.watch_log
    return {
        "now": format_instant(now),
        "channels": channels,
        "open": count,
        "log": {"lines": log.size(), "head": log.head()},
    }


def watch_now(node: Node, channel: str) -> Opened | None:
    """Give our own latest roster that holds now, if there is one."""
    situation = node.scene(channel).situation
    own = node.stations[node.terms(channel).status].identity.name
    held = [
        opened
        for opened in situation.said.readable
        if opened.party == own
        and opened.facts.watch is not None
        and opened.facts.watch.during.holds(situation.at)
        and situation.register.holds(opened)
    ]
    return max(held, key=lambda opened: (opened.said.issued, opened.index), default=None)


def _roster_json(opened: Opened) -> dict[str, Any]:
    watch: Watch | None = opened.facts.watch
    assert watch is not None  # noqa: S101 - for the type checker: it was chosen by that
    end = watch.during.end
    return {
        "record": opened.name,
        "post": str(opened.said.body["post"]),
        "from": format_instant(watch.during.start),
        "until": None if end is None else format_instant(end),
        "deputies": list(watch.deputies),
    }
