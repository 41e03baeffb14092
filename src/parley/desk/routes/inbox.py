"""``/v1/channels/{channel}/inbox``: what waits, what was done about it, and what to answer."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.inbox.answering import AnswerInput, answer
from parley.desk.inbox.inbox import Inbox
from parley.desk.inbox.item import Item
from parley.desk.inbox.offers import offers_of
from parley.desk.login.who import Asking
from parley.desk.strict import RawBody, read_shape
from parley.node.accounts.rights import Who
from parley.node.desk_state.watch_log import MOST_LETTERS
from parley.node.runtime import Node


class DismissInput(BaseModel):
    """Why an item is put aside without an answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field("", max_length=500, description="needed: on one line")


def post_of(who: Who) -> str:
    """Give what somebody answers as: the post, else the name."""
    return who.post or who.name


class InboxPaths:
    """The inbox of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._inbox = Inbox(node)

    def listing(self, channel: str, all: bool = False) -> dict[str, Any]:
        """List what waits, and what was settled within the last watch; ``all`` whatever was."""
        return self._inbox.to_json(self._node.channel(channel), every=all)

    def opened(self, channel: str, id: str, who: Asking) -> dict[str, Any]:
        """Note that an officer has opened an item: no alarm goes further while somebody looks."""
        name = self._node.channel(channel)
        self._inbox.react(name, id, "opened", by=who.name)
        return self._inbox.to_json(name)

    def dismiss(
        self,
        channel: str,
        id: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Put an item aside with a reason, which stands in the watch log; nothing is answered."""
        wanted = read_shape(DismissInput, data)
        name = self._node.channel(channel)
        item = self._inbox.react(name, id, "dismissed", by=who.name, reason=wanted.reason)
        self._node.desk_state.watch_log.write(
            f"Put aside without an answer: {wanted.reason.strip()}"[:MOST_LETTERS],
            at=self._node.clock.now(),
            by=who.name,
            post=who.post,
            sort="aside",
            about=_about(name, item),
        )
        return self._inbox.to_json(name)

    def answer(
        self,
        channel: str,
        ref: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Answer a notice; what is read back is typed, and compared with what it says."""
        wanted = read_shape(AnswerInput, data)
        return answer(self._node, self._node.channel(channel), ref, wanted, post_of(who))

    def offers(self, channel: str, id: str) -> dict[str, Any]:
        """Give the least changes that clear a conflict, of our plan and of theirs."""
        return offers_of(self._node, self._node.channel(channel), id)


def _about(channel: str, item: Item) -> dict[str, Any]:
    about = {"channel": channel, "item": item.id, "says": item.says.text}
    return {**about, "record": item.record} if item.record else about
