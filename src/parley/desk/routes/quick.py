"""``/v1/channels/{channel}/quick``: a notice from one line; a delay or a cancel at once."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from parley.desk.drafts.draft import check_alone
from parley.desk.login.who import Asking
from parley.desk.quick.entry import entered
from parley.desk.quick.own import cancelled, delayed
from parley.desk.routes.inbox import post_of
from parley.desk.strict import RawBody, read_shape
from parley.node.publishing import Published
from parley.node.runtime import Node
from parley.record.envelope import Priority

CANCELLED = "Cancelled."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class QuickInput(_Strict):
    """A line such as ``37SDT645074 r5NM SFC-FL150 1604-1608Z``."""

    line: str = Field(max_length=500)
    title: str | None = Field(None, min_length=1, max_length=300)
    priority: Priority = "routine"


class DelayInput(_Strict):
    """By how much a plan of ours is later."""

    minutes: int = Field(description="later by; negative: earlier")


class CancelInput(_Strict):
    """Why a record of ours no longer holds."""

    reason: str = Field(CANCELLED, min_length=1, max_length=2000)
    lang: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


class QuickPaths:
    """What is typed in a hurry."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def quick(self, channel: str, data: RawBody) -> dict[str, Any]:
        """Read a line, echo in full what it means, and say what it would meet; nothing is stored.

        To send it, log the record that it gives.
        """
        wanted = read_shape(QuickInput, data)
        questions = self._node.questions
        questions.admit()
        try:
            found = entered(self._node, self._node.channel(channel), wanted.line, wanted.title)
        finally:
            questions.leave()
        return {**found, "priority": wanted.priority}

    def delay(
        self,
        channel: str,
        ref: str,
        data: RawBody,
        who: Asking,
    ) -> Published:
        """Log a version of a plan of ours that is so many minutes later, or earlier."""
        wanted = read_shape(DelayInput, data)
        name = self._node.channel(channel)
        record = self._node.find(ref, channel=name).record
        check_alone(self._node, name, [record.kind] if record else [], who)
        return delayed(self._node, name, ref, wanted.minutes)

    def cancel(
        self,
        channel: str,
        ref: str,
        data: RawBody,
        who: Asking,
    ) -> Published:
        """Withdraw a record of ours; what it said stays in the log."""
        wanted = read_shape(CancelInput, data or b"{}")
        name = self._node.channel(channel)
        ends = [{"role": "withdraws", "record": ref}]
        check_alone(self._node, name, ["retraction/1"], who, ends)
        return cancelled(self._node, name, ref, wanted.reason, wanted.lang, post_of(who))
