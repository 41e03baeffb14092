"""If nobody reacts: the posts of ``steps`` are called one after the other until somebody does.

What is sent says that something urgent waits, for how long, and which item to open; never a place,
a party or a name. Whoever answers, opens or puts aside the item on any desk ends it. A message that
does not get through is tried again, then stands in the inbox as an alarm of its own.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parley.desk.alarms.messenger import NO_ADDRESS, AppriseMessenger, Messenger
from parley.desk.alarms.steps import Step, after_ms, read_steps
from parley.desk.inbox.inbox import Inbox
from parley.desk.inbox.item import Item
from parley.desk.words import banner
from parley.errors import BadEscalation
from parley.node.desk_state.deliveries import Delivery
from parley.node.desk_state.reactions import Reaction
from parley.node.runtime import Node
from parley.values.instants import Instant, format_instant

MOST_ATTEMPTS = 3
RETRY_MS = 30_000
_SHOWN = 50
_ALARMS = "alarms"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An urgent item that nobody has reacted to, since when it sounds here."""

    channel: str
    item: Item
    since: Instant

    def key(self, post: str) -> tuple[str, str, str, str]:
        """Name the call of a post about it."""
        return self.channel, self.item.id, self.item.mark, post


@dataclass(frozen=True, slots=True)
class Call:
    """A message that is due: to which address of which post, about which items."""

    post: str
    label: str
    address: str
    waiting: tuple[Waiting, ...]


class Escalation:
    """The alarms of one node; ``step`` does whatever is due at an instant, and nothing else."""

    def __init__(self, node: Node, messenger: Messenger | None = None) -> None:
        self._node = node
        self._inbox = Inbox(node)
        self._messenger = messenger or AppriseMessenger()

    def step(self, now: Instant) -> list[Delivery]:
        """Call whoever is due to be called; give the attempts that were made."""
        steps = read_steps(self._node.folder)
        if not steps:
            return []
        waiting = list(self.waiting(now))
        made: list[Delivery] = []
        for call in list(self._due(steps, waiting, now)):
            tried = self._call(call, now)
            for delivery in tried:
                self._node.desk_state.deliveries.add(delivery)
            self._node.events.tell("alarm", now, tried[0].channel)
            made += tried
        return made

    def waiting(self, now: Instant) -> Iterator[Waiting]:
        """Give the urgent items that nobody reacted to, and note when each was first heard here.

        A line that was cut may bring a notice late: it counts from when it sounds at this desk.
        """
        reactions = self._node.desk_state.reactions
        for channel in self._node.channels():
            sounded = reactions.of(channel, "sounded")
            for item in self._inbox.sounding(channel):
                first = sounded.get((item.id, item.mark))
                if first is None:
                    first = Reaction(item.id, item.mark, _ALARMS, "", now)
                    reactions.add(channel, "sounded", first)
                yield Waiting(channel, item, first.at)

    def _due(
        self, steps: tuple[Step, ...], waiting: Sequence[Waiting], now: Instant
    ) -> Iterator[Call]:
        tried = self._tried()
        due: dict[tuple[str, str, str, str], list[Waiting]] = defaultdict(list)
        for each in waiting:
            times = after_ms(steps, self._node.terms(each.channel))
            unreached = False
            for step, after in zip(steps, times, strict=True):
                # Whoever was called has until the next step; nobody reached, the next is at once.
                if now - each.since < after and not unreached:
                    break
                unreached = True
                for label, address in _labelled(step):
                    attempts = tried.get(each.key(label), [])
                    given_up = len(attempts) >= MOST_ATTEMPTS and not attempts[-1].ok
                    unreached = unreached and given_up
                    if _again(attempts, now):
                        due[each.channel, step.post, label, address].append(each)
        for (_, post, label, address), about in due.items():
            yield Call(post, label, address, tuple(about))

    def _tried(self) -> dict[tuple[str, str, str, str], list[Delivery]]:
        tried: dict[tuple[str, str, str, str], list[Delivery]] = defaultdict(list)
        for each in self._node.desk_state.deliveries.latest():
            tried[each.channel, each.item, each.mark, each.post].append(each)
        return tried

    def _call(self, call: Call, now: Instant) -> list[Delivery]:
        title, text = words(self._node, call.waiting, now)
        says = NO_ADDRESS
        if call.address:
            says = self._messenger.send(call.address, title, text)
        tried = self._tried()
        return [
            Delivery(
                each.channel,
                each.item.id,
                each.item.mark,
                call.label,
                len(tried.get(each.key(call.label), [])) + 1,
                not says,
                says,
                now,
            )
            for each in call.waiting
        ]

    def trial(self, post: str | None) -> list[dict[str, Any]]:
        """Send a trial to a post, or to every one; nothing waits, and the text says so."""
        now = self._node.clock.now()
        steps = [s for s in read_steps(self._node.folder) if post in (None, s.post)]
        if not steps:
            raise BadEscalation("no such post is called from here", where=post or "post")
        results = []
        for step in steps:
            for label, address in _labelled(step):
                says = NO_ADDRESS
                if address:
                    text = f"{_banner(self._node)}A trial of the alarm. Nothing waits."
                    says = self._messenger.send(address, "Parley: trial of the alarm", text)
                done = Delivery("", "", "", label, 1, not says, says, now)
                self._node.desk_state.deliveries.add(done)
                results.append({"post": label, "ok": done.ok, "says": says})
        return results

    def to_json(self) -> dict[str, Any]:
        """Write who is called after how long by each charter, and the last attempts."""
        node, steps = self._node, tuple[Step, ...]()
        fault = node.desk_state.alarm_fault or None
        try:
            steps = read_steps(node.folder)
        except BadEscalation as error:
            fault = str(error)
        return {
            "now": format_instant(node.clock.now()),
            "configured": bool(steps),
            "fault": fault,
            "posts": [{"post": s.post, "addresses": len(s.addresses)} for s in steps],
            "channels": [
                {
                    "channel": channel,
                    "after_s": [ms // 1000 for ms in after_ms(steps, node.terms(channel))],
                }
                for channel in node.channels()
            ],
            "deliveries": [d.to_json() for d in node.desk_state.deliveries.latest(_SHOWN)],
        }


def _labelled(step: Step) -> list[tuple[str, str]]:
    """Name each address of a post by its number, where there are several; one without: none."""
    if len(step.addresses) < 2:
        return [(step.post, step.addresses[0] if step.addresses else "")]
    return [(f"{step.post} ({i})", address) for i, address in enumerate(step.addresses, 1)]


def _again(attempts: Sequence[Delivery], now: Instant) -> bool:
    """Tell whether to call: not reached yet, not too often, and each pause twice the last."""
    if not attempts:
        return True
    last = attempts[-1]
    pause = RETRY_MS << (len(attempts) - 1)
    return not last.ok and len(attempts) < MOST_ATTEMPTS and now >= last.at + pause


def words(node: Node, waiting: Sequence[Waiting], now: Instant) -> tuple[str, str]:
    """Give title and text of a message: how many wait, how long, which to open; nothing else."""
    minutes = max((now - each.since) // 60_000 for each in waiting)
    count = len(waiting)
    said = "One urgent item waits" if count == 1 else f"{count} urgent items wait"
    ids = ", ".join(each.item.id for each in waiting[:10])
    status = banner(node.terms(waiting[0].channel).status)
    head = f"{status}\n" if status else ""
    text = (
        f"{head}{said} at the desk of this node; nobody has reacted for {minutes} min."
        f" Open: {ids} in channel {waiting[0].channel[:8]}."
    )
    return "Parley: nobody reacts", text


def _banner(node: Node) -> str:
    status = banner(node.identity.status)
    return f"{status}\n" if status else ""
